//! Memory that a large request needed goes back to the system.
//!
//! The allocator keeps what was freed for a second, in case that it is needed again, and looks for
//! what is due when a thread takes memory or ends. A server that has nothing to do does neither,
//! so that it would keep the most that it ever had.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;

/// After how long: a little more than the allocator keeps anything.
const DELAY: Duration = Duration::from_millis(1500);

/// Gives back, in a moment, what is free by then.
pub fn soon() {
    static IS_COMING: AtomicBool = AtomicBool::new(false);
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    if IS_COMING.swap(true, Ordering::AcqRel) {
        return;
    }
    runtime.spawn(async {
        tokio::time::sleep(DELAY).await;
        IS_COMING.store(false, Ordering::Release);
        // Its end is what counts.
        let _ = std::thread::Builder::new().spawn(|| {});
    });
}
