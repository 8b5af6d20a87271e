//! Which modules lie above which. A module uses what lies in a layer below its own, or in its own
//! where that leads to no circle.

/// A folder of modules that have an order.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// The folder, from the root of the workspace. The file of the same name, or `lib.rs` in it,
    /// is above all modules in it.
    pub(super) root: &'static str,
    /// The modules in it, the lowest layer first.
    pub(super) layers: &'static [&'static [&'static str]],
    /// Modules that have no place yet: what they use and what uses them is not looked at.
    pub(super) unplaced: &'static [&'static str],
}

/// All rooms.
pub(super) const ROOMS: &[Room] = &[];
