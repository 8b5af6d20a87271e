//! Headings and `- [ ]` items in Markdown.
//!
//! The first heading of level 1 names the process. Each further heading with a checklist below it
//! is a task, the items are its jobs; what is nested within an item stays with it as text. Where
//! there is a checklist without such a heading, its items are tasks and what is nested in them are
//! jobs.

use pm_core::Status;

use crate::Format;
use crate::markdown::{Block, Item, blocks};
use crate::plan::{Plan, PlannedJob, PlannedTask, State, Text};
use crate::source::{Problem, Source};

/// The plan of a Markdown file.
pub(crate) fn plan(source: &Source) -> Result<Plan, Problem> {
    let mut reader = Reader {
        plan: Plan::default(),
        section: None,
    };
    for block in blocks(source.text(Format::Checklist)?) {
        reader.read(block);
    }
    reader.close();
    let mut plan = reader.plan;
    if plan.name.is_empty() {
        plan.name = source.stem();
    }
    Ok(plan)
}

struct Reader {
    plan: Plan,
    /// The task of the heading that was read last.
    section: Option<PlannedTask>,
}

impl Reader {
    fn read(&mut self, block: Block) {
        match block {
            Block::FrontMatter(_) => self.plan.lost.add("the front matter"),
            Block::Heading(1, text) if self.is_at_the_beginning() => self.plan.name = text,
            Block::Heading(_, title) => {
                self.close();
                self.section = Some(PlannedTask {
                    title,
                    ..PlannedTask::default()
                });
            }
            Block::Text(text) => match &mut self.section {
                Some(task) => task.description.paragraph(&text),
                None if self.plan.description.is_empty() => self.plan.description = text,
                None => {
                    self.plan.description.push_str("\n\n");
                    self.plan.description.push_str(&text);
                }
            },
            Block::Checklist(items) => match &mut self.section {
                Some(task) => task.jobs.extend(items.into_iter().map(job)),
                None => self.plan.tasks.extend(items.into_iter().map(task)),
            },
        }
    }

    fn is_at_the_beginning(&self) -> bool {
        self.plan.name.is_empty() && self.section.is_none() && self.plan.tasks.is_empty()
    }

    /// Takes the section for a task, where it has jobs.
    fn close(&mut self) {
        let Some(mut task) = self.section.take() else {
            return;
        };
        if task.jobs.is_empty() {
            if !task.description.clone().into_string().is_empty() {
                let title = &task.title;
                self.plan
                    .lost
                    .add(format!("the section \"{title}\", which has no checklist"));
            }
            return;
        }
        let is_done = task.jobs.iter().all(|job| job.state.status == Status::Done);
        task.state = State::checked(is_done);
        self.plan.tasks.push(task);
    }
}

/// An item as a job, with what is nested in it.
fn job(item: Item) -> PlannedJob {
    let mut description = Text::new(&item.rest);
    let mut nested = String::new();
    Item::lines(&item.children, 0, &mut nested);
    description.paragraph(&nested);
    PlannedJob {
        title: item.title,
        description,
        state: State::checked(item.checked == Some(true)),
    }
}

/// An item as a task, with what is nested in it as jobs.
fn task(item: Item) -> PlannedTask {
    PlannedTask {
        title: item.title,
        description: Text::new(&item.rest),
        state: State::checked(item.checked == Some(true)),
        jobs: item.children.into_iter().map(job).collect(),
        ..PlannedTask::default()
    }
}
