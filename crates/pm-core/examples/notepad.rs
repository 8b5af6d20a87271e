//! Keeps a notepad in a directory: opens or makes a process, adds a task and a job, and shows
//! what the directory holds.
//!
//! ```text
//! cargo run -p pm-core --example notepad -- ./processes "Garden Planner" "soil test" "take samples"
//! ```

use std::error::Error;

use pm_core::error::Unresolved;
use pm_core::{Error as Refusal, FileStore, ProcessManager};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dir, process, task, job] = arguments.as_slice() else {
        return Err("usage: notepad DIRECTORY PROCESS TASK JOB".into());
    };
    let manager = ProcessManager::new(FileStore::open(dir)?);

    let process = match manager.process(process) {
        Err(Refusal::Process(Unresolved::NotFound { wanted, .. })) => {
            manager.create_process(wanted.parse()?, "Made by the notepad example")?
        }
        outcome => outcome?,
    };
    // Another program may be doing the same: a task that exists by now is as good as ours.
    match manager.add_task(&process.name, task.parse()?, "") {
        Ok(_) | Err(Refusal::Taken(_)) => {}
        Err(refusal) => return Err(refusal.into()),
    }
    let added = manager.add_job(&process.name, task, job.parse()?, "")?;
    println!("revision {} of {}", added.process.revision, process.name);

    let listing = manager.list_processes()?;
    for process in &listing.processes {
        println!(
            "{}: {} tasks, {} jobs",
            process.name, process.tasks, process.jobs
        );
    }
    for problem in &listing.problems {
        println!("left alone: {problem}");
    }
    Ok(())
}
