//! Makes a process of a plan, under the same rules as for anybody who makes one call by call.

use std::collections::HashMap;
use std::time::Duration;

use pm_core::{
    Actor, Error, JobUpdate, MemoryStore, Priority, Process, ProcessManager, ProcessName, Status,
    TaskName, TaskUpdate,
};

use crate::Format;
use crate::names::{Names, cut, name_of};
use crate::plan::{Lost, Plan, PlannedJob, PlannedTask, State};

/// A process that was made of a file's content.
#[derive(Debug)]
pub struct Imported {
    /// The process, which is nowhere kept yet.
    pub process: Process,
    /// What could not be carried over, a line each.
    pub lost: Vec<String>,
}

/// Makes a process of a plan.
pub(crate) fn build(plan: Plan, format: Format) -> Result<Imported, Error> {
    let Plan {
        name,
        description,
        tasks,
        mut lost,
    } = plan;
    let (name, _) = cut(&name_of(&name, ""), pm_core::MAX_NAME_CHARS);
    let builder = Builder {
        // Nobody is at work on what is in progress, so that no claim holds.
        manager: ProcessManager::new(MemoryStore::new())
            .with_lease(Duration::ZERO)
            .acting_as(Actor::Client {
                client: "import".into(),
                principal: None,
            }),
        process: name.parse()?,
        format,
    };
    builder
        .manager
        .create_process(builder.process.clone(), description)?;
    let mut names = Names::default();
    let mut ids = HashMap::new();
    let mut added = Vec::new();
    for task in tasks {
        let waits_for = task.depends_on.clone();
        let id = task.id.clone();
        let name = builder.add(task, &mut names)?;
        if !id.is_empty() && ids.insert(id.to_lowercase(), name.clone()).is_some() {
            lost.add(format!("which of several tasks the id {id} means"));
        }
        added.push((name, waits_for));
    }
    for (task, waits_for) in &added {
        builder.depend(task, waits_for, &ids, &mut lost)?;
    }
    let process = builder.manager.process(builder.process.as_str())?;
    Ok(Imported {
        process: (*process).clone(),
        lost: lost.lines(),
    })
}

struct Builder {
    manager: ProcessManager,
    process: ProcessName,
    format: Format,
}

impl Builder {
    fn add(&self, task: PlannedTask, names: &mut Names) -> Result<TaskName, Error> {
        let given = names.give(&task.title, &task.id);
        let mut description = task.description;
        if given.is_cut {
            description.before(&task.title);
        }
        if !task.id.is_empty() {
            description.paragraph(&format!("({} id: {})", self.format, task.id));
        }
        let name: TaskName = given.name.parse()?;
        let description = description.into_string();
        self.manager
            .add_task(&self.process, name.clone(), description)?;
        for job in task.jobs {
            self.add_job(&name, job)?;
        }
        let State { status, note } = task.state;
        let update = TaskUpdate {
            status: (status != Status::Todo).then_some(status),
            note: (!note.is_empty()).then_some(note),
            priority: (task.priority != Priority::Normal).then_some(task.priority),
            ..TaskUpdate::default()
        };
        if update != TaskUpdate::default() {
            self.manager
                .update_task(&self.process, name.as_str(), update)?;
        }
        Ok(name)
    }

    fn add_job(&self, task: &TaskName, job: PlannedJob) -> Result<(), Error> {
        let (name, is_cut) = cut(&name_of(&job.title, ""), pm_core::MAX_NAME_CHARS);
        let mut description = job.description;
        if is_cut {
            description.before(&job.title);
        }
        let description = description.into_string();
        let added =
            self.manager
                .add_job(&self.process, task.as_str(), name.parse()?, description)?;
        let State { status, note } = job.state;
        if status != Status::Todo || !note.is_empty() {
            let update = JobUpdate {
                status: (status != Status::Todo).then_some(status),
                note: (!note.is_empty()).then_some(note),
                ..JobUpdate::default()
            };
            let (_, added) = added.value;
            self.manager
                .update_job(&self.process, task.as_str(), &added.key, update)?;
        }
        Ok(())
    }

    /// Lets a task wait for others, as far as they are there and wait not for it.
    fn depend(
        &self,
        task: &TaskName,
        waits_for: &[String],
        ids: &HashMap<String, TaskName>,
        lost: &mut Lost,
    ) -> Result<(), Error> {
        let mut all: Vec<String> = Vec::new();
        for id in waits_for {
            // Ids differ in case from place to place.
            match ids.get(&id.to_lowercase()) {
                Some(other) if all.iter().any(|name| name == other.as_str()) => {}
                Some(other) => all.push(other.to_string()),
                None => lost.add(format!(
                    "that the task \"{task}\" waits for {id}, which is not in the file"
                )),
            }
        }
        if all.is_empty() || self.set_dependencies(task, all.clone())? {
            return Ok(());
        }
        // Some of them lead round in a circle; the others are kept.
        let mut kept: Vec<String> = Vec::new();
        for other in all {
            let tried = kept.iter().cloned().chain([other.clone()]).collect();
            if self.set_dependencies(task, tried)? {
                kept.push(other);
            } else {
                lost.add(format!(
                    "that the task \"{task}\" waits for \"{other}\", which waits for it"
                ));
            }
        }
        Ok(())
    }

    /// False where tasks would wait for each other.
    fn set_dependencies(&self, task: &TaskName, all: Vec<String>) -> Result<bool, Error> {
        let update = TaskUpdate {
            depends_on: Some(all),
            ..TaskUpdate::default()
        };
        match self
            .manager
            .update_task(&self.process, task.as_str(), update)
        {
            Ok(_) => Ok(true),
            Err(Error::DependencyCycle { .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }
}
