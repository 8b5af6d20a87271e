//! Memory that a large request needed goes back to the system.
//!
//! The allocator keeps what was freed for a while, in case it is needed again: each thread some of
//! its pages until it has taken memory often enough, and the process all of them until a thread
//! takes memory or ends. The threads of a server that has nothing to do do neither, so it would
//! keep the most that it ever had. With the allocator's own delay of a second it would also keep
//! four times as much of what 64 large requests needed as with a tenth of a second.

use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use tokio::runtime::Handle;

/// How long the allocator keeps what a server freed, in milliseconds, unless the environment says
/// otherwise.
const PURGE_DELAY_MS: &str = "100";

/// The same for a program that does one large thing and ends. What it frees in between, such as the
/// text of a file, is of a size that the allocator has no other use for.
const SHORT_PURGE_DELAY_MS: &str = "10";

/// After how long what is free is given back: longer than the allocator keeps it.
const DELAY: Duration = Duration::from_millis(1500);

/// How often a thread takes memory until the allocator has looked through all that the thread
/// keeps: in mimalloc 3, every 10,000th time that there is no small piece ready, and, for the pages
/// that the thread keeps for a while, every 1,000th time, four times over.
const TAKEN: usize = 15_000;

/// What the thread takes each time, in bytes: more than a small piece.
const TAKEN_BYTES: usize = 2 << 10;

/// How long the threads have to look through what they keep.
const MEANWHILE: Duration = Duration::from_millis(300);

/// The runtime whose threads answer what is large.
static WORK: OnceLock<Handle> = OnceLock::new();

/// Notes where what is large is answered.
pub fn of(work: &Handle) {
    let _ = WORK.set(work.clone());
}

/// Has the allocator give back sooner what a server freed.
pub fn sooner() {
    within(PURGE_DELAY_MS);
}

/// Has the allocator give back nearly at once what a program freed that does one large thing.
pub fn at_once() {
    within(SHORT_PURGE_DELAY_MS);
}

/// Has the allocator give back what was freed within so many milliseconds.
///
/// The allocator reads its options from the environment, before anything of this program runs. So
/// the program begins once more, in its own place, with the option set. If the system does not let
/// it, the program goes on as it is and keeps more.
#[cfg(unix)]
fn within(delay: &str) {
    use std::os::unix::process::CommandExt as _;

    const OPTION: &str = "MIMALLOC_PURGE_DELAY";
    if std::env::var_os(OPTION).is_some() {
        return;
    }
    let mut arguments = std::env::args_os();
    if let (Ok(program), Some(name)) = (std::env::current_exe(), arguments.next()) {
        let mut again = std::process::Command::new(program);
        again.arg0(name).args(arguments).env(OPTION, delay);
        // This comes back only if it fails.
        let _ = again.exec();
    }
}

#[cfg(not(unix))]
fn within(_delay: &str) {}

/// Gives back, in a moment, what is free by then: called whenever something large may have been
/// freed, since nothing else looks for it once the server is idle.
///
/// What is freed shortly before a look is not due yet, so another one follows.
pub fn soon() {
    /// How many looks are still to come: two at most.
    static TO_COME: AtomicU8 = AtomicU8::new(0);
    let Ok(runtime) = Handle::try_current() else {
        return;
    };
    let one_more = |to_come| (to_come < 2).then_some(to_come + 1);
    if TO_COME.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more) != Ok(0) {
        return;
    }
    runtime.spawn(async {
        loop {
            tokio::time::sleep(DELAY).await;
            for runtime in [Some(&Handle::current()), WORK.get()].into_iter().flatten() {
                look_through_threads_of(runtime);
            }
            tokio::time::sleep(MEANWHILE).await;
            // The end of this thread is what counts; the allocator knows only of threads that took
            // something.
            let _ = std::thread::Builder::new().spawn(|| drop(black_box(Box::new(0_u64))));
            if TO_COME.fetch_sub(1, Ordering::AcqRel) == 1 {
                break;
            }
        }
    });
}

/// Has the allocator look through what each thread of a runtime keeps for itself.
fn look_through_threads_of(runtime: &Handle) {
    let threads = runtime.metrics().num_workers();
    for _ in 0..threads {
        runtime.spawn(async move {
            for _ in 0..TAKEN {
                drop(black_box(Vec::<u8>::with_capacity(TAKEN_BYTES)));
            }
            if threads > 1 {
                // Meanwhile another thread takes the next one of these.
                std::thread::sleep(Duration::from_millis(1));
            }
        });
    }
}
