//! Cuts off a real file system that is written to: an XFS image whose log is stopped at some
//! moment, so that nothing reaches the disk any more that is not there yet.
//!
//! What a power cut does to XFS, `xfs_io -x -c shutdown` does without one: the log is not written
//! out, and what memory holds is lost with the mount. Then the image is mounted anew, which
//! recovers it as a start of the machine would.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::session::{LIMIT, call, is_made, must, plain, say_hello};
use super::table::table;
use crate::{
    cmd::{Conversation, cmd},
    workspace::{self, Profile},
};

/// The size of the image, in bytes; XFS wants no less.
const IMAGE_BYTES: u64 = 320 << 20;

/// A process that every cycle writes to; each has one of its own as well.
const SHARED: &str = "Garden";

/// An image and where it is mounted.
struct Disk {
    image: PathBuf,
    mount: PathBuf,
    is_mounted: bool,
}

/// What was sent, over all cycles, and what came of it: processes by name, their tasks as
/// `process/`, and jobs as `process/job`.
#[derive(Default)]
struct Ledger {
    sent: BTreeSet<String>,
    /// What was answered with success before the cut was begun, and what was found since.
    acknowledged: BTreeSet<String>,
    /// What was answered with success when the cut had begun. Where the power goes nothing
    /// answers any more; and the syncs that XFS has under way while its log is stopped may
    /// return as if all were well.
    late: BTreeSet<String>,
}

/// What is cut off, and who writes to it.
struct Campaign {
    disk: Disk,
    binary: PathBuf,
    complaints: PathBuf,
    ledger: Ledger,
    in_the_middle: usize,
    late_and_lost: usize,
}

/// Cuts off as often as `cycles`, prints a table, and fails where anything was lost.
pub(super) fn run(cycles: u64, seed: u64) -> Result<()> {
    let folder = workspace::temp_dir()?;
    let disk = match Disk::new(folder.path()) {
        Ok(disk) => disk,
        Err(reason) => {
            println!("not run: {reason:#}");
            return Ok(());
        }
    };
    let mut campaign = Campaign {
        disk,
        binary: workspace::binaries(Profile::Release)?.stdio,
        complaints: folder.path().join("complaints"),
        ledger: Ledger::default(),
        in_the_middle: 0,
        late_and_lost: 0,
    };
    let mut luck = seed;
    for cycle in 0..cycles {
        luck = luck.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let after = Duration::from_micros((luck >> 33) % 400_000);
        campaign
            .cycle(cycle, after)
            .with_context(|| format!("cycle {cycle}"))?;
    }
    campaign.print(cycles);
    campaign.disk.unmount()
}

impl Campaign {
    fn cycle(&mut self, cycle: u64, after: Duration) -> Result<()> {
        self.write_until_cut(cycle, after)?;
        self.disk.unmount()?;
        self.disk.mount()?;
        let found = read(&self.binary, &self.disk.dir(), &self.complaints)?;
        let Ledger {
            sent,
            acknowledged,
            late,
        } = &mut self.ledger;
        let lost: Vec<_> = acknowledged.difference(&found).collect();
        ensure!(lost.is_empty(), "lost {lost:?}");
        let unknown: Vec<_> = found.difference(sent).collect();
        ensure!(unknown.is_empty(), "nobody sent {unknown:?}");
        self.in_the_middle += usize::from(found.len() > acknowledged.len());
        self.late_and_lost += late.difference(&found).count();
        late.clear();
        // What turned out to be there stays there.
        *acknowledged = found;
        Ok(())
    }

    /// Writes until the file system is cut off.
    fn write_until_cut(&mut self, cycle: u64, after: Duration) -> Result<()> {
        let server = plain(&self.binary, &self.disk.dir());
        let mut talk = server.talk_quietly(LIMIT, &self.complaints)?;
        say_hello(&mut talk)?;
        let mut knife = self.disk.knife()?;
        let (begun, over) = (AtomicBool::new(false), AtomicBool::new(false));
        let ledger = &mut self.ledger;
        thread::scope(|scope| {
            let cut = scope.spawn(|| {
                thread::sleep(after);
                begun.store(true, Ordering::SeqCst);
                let cut = knife.tell("shutdown").and_then(|()| knife.end());
                over.store(true, Ordering::SeqCst);
                cut
            });
            let mut make = |name: String, tool: &str, arguments: &Value| {
                ledger.sent.insert(name.clone());
                let said = call(&mut talk, ledger.sent.len() as u64, tool, arguments);
                // Others are refused, uncertain, or not answered any more: the disk is gone.
                if said.is_ok_and(|said| is_made(&said)) {
                    let is_late = begun.load(Ordering::SeqCst);
                    let answered = [&mut ledger.acknowledged, &mut ledger.late];
                    answered
                        .into_iter()
                        .nth(usize::from(is_late))
                        .map(|set| set.insert(name));
                }
            };
            let own = format!("cut {cycle}");
            for process in [SHARED, &own] {
                make(process.to_owned(), "process_new", &json!({"name": process}));
                let work = json!({"process": process, "task_name": "work"});
                make(format!("{process}/"), "task_new", &work);
            }
            let mut number = 0;
            while !over.load(Ordering::SeqCst) {
                let process = if number % 2 == 0 { SHARED } else { &own };
                let job = format!("{cycle}-{number}");
                let arguments = json!({"process": process, "task_name": "work", "job_name": job});
                make(format!("{process}/{job}"), "task_job_add", &arguments);
                number += 1;
            }
            cut.join().unwrap_or_else(|_| bail!("the cut panicked"))
        })?;
        // It has nothing to write to any more; how it takes that is not what is asked here.
        let _ = talk.end();
        Ok(())
    }

    fn print(&self, cycles: u64) {
        let head = [
            "cuts",
            "in the middle of a change",
            "sent",
            "kept",
            "lost",
            "lost of what was answered during the cut",
        ];
        let row = [
            cycles.to_string(),
            self.in_the_middle.to_string(),
            self.ledger.sent.len().to_string(),
            self.ledger.acknowledged.len().to_string(),
            // The campaign ends with the first.
            0.to_string(),
            self.late_and_lost.to_string(),
        ];
        println!(
            "\n{}",
            table(&[head.map(str::to_owned).to_vec(), row.to_vec()])
        );
    }
}

/// Everything that is there, by a server that writes it to the files for us to read.
fn read(binary: &Path, dir: &Path, complaints: &Path) -> Result<BTreeSet<String>> {
    let mut talk = plain(binary, dir).talk_quietly(LIMIT, complaints)?;
    say_hello(&mut talk)?;
    let listed = must(&mut talk, "process_list_all", &json!({}))?;
    ensure!(listed.get("problems").is_none(), "{listed}");
    talk.end()?;
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path.display().to_string();
        ensure!(!name.ends_with(".pm-tmp"), "{name} has stayed");
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let process: Value = serde_json::from_slice(&fs::read(&path)?).context(name)?;
        let name = process.get("process_name").and_then(Value::as_str);
        let name = name.context("a process without a name")?;
        found.insert(name.to_owned());
        let Some(work) = process.pointer("/tasks/work") else {
            continue;
        };
        found.insert(format!("{name}/"));
        let jobs = work
            .get("jobs")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        for (_, job) in jobs {
            let job = job
                .get("name")
                .and_then(Value::as_str)
                .context("a job without a name")?;
            ensure!(
                found.insert(format!("{name}/{job}")),
                "{name}/{job} is there twice"
            );
        }
    }
    Ok(found)
}

impl Disk {
    /// Makes a file system and mounts it.
    fn new(folder: &Path) -> Result<Self> {
        let mut disk = Self {
            image: folder.join("image"),
            mount: folder.join("mount"),
            is_mounted: false,
        };
        cmd("xfs_io").arg("-V").read()?;
        File::create(&disk.image)?.set_len(IMAGE_BYTES)?;
        cmd("mkfs.xfs").arg("-q").arg(&disk.image).read()?;
        fs::create_dir(&disk.mount)?;
        disk.mount()?;
        Ok(disk)
    }

    fn mount(&mut self) -> Result<()> {
        cmd("mount")
            .args(["-o", "loop"])
            .arg(&self.image)
            .arg(&self.mount)
            .read()?;
        self.is_mounted = true;
        Ok(())
    }

    fn unmount(&mut self) -> Result<()> {
        cmd("umount").arg(&self.mount).read()?;
        self.is_mounted = false;
        Ok(())
    }

    /// The storage directory on it.
    fn dir(&self) -> PathBuf {
        self.mount.join("processes")
    }

    /// What cuts it off the moment it is told to: from then on nothing reaches the disk.
    fn knife(&self) -> Result<Conversation> {
        let knife = cmd("xfs_io").arg("-x").arg(&self.mount);
        knife.talk_quietly(LIMIT, &self.image.with_extension("complaints"))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            // A mount that stays is seen by whoever looks; there is nobody to tell here.
            let _ = self.unmount();
        }
    }
}
