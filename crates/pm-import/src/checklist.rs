//! Headings and `- [ ]` items in Markdown.
//!
//! The first heading of level 1 names the process. Each further heading with a checklist below it
//! is a task, the items are its jobs; text and items within an item stay with it as text. If a
//! checklist has no such heading, its items are tasks and the items nested in them are jobs. Other
//! text stays with the part under which it stands.

use pm_core::Status;

use crate::Format;
use crate::markdown::{Block, Item, blocks, split_mark, state_of};
use crate::plan::{Plan, PlannedTask, State, Text};
use crate::source::{Problem, Source};
use crate::yaml;

/// Which lists are taken for plans.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bullets {
    /// Those with a box to tick.
    #[default]
    WithBoxes,
    /// All of them.
    All,
}

/// The plan of a Markdown file.
pub(crate) fn plan(source: &Source, bullets: Bullets) -> Result<Plan, Problem> {
    let mut reader = Reader {
        plan: Plan::default(),
        title: String::new(),
        section: None,
        above: Vec::new(),
        bullets,
    };
    blocks(source.text(Format::Checklist)?, |block| reader.read(block));
    reader.close();
    reader.leave(0);
    let mut plan = reader.plan;
    if plan.name.is_empty() {
        plan.name = reader.title;
    }
    if plan.name.is_empty() {
        plan.name = source.stem();
    }
    Ok(plan)
}

struct Reader {
    plan: Plan,
    /// The title that the front matter gives.
    title: String,
    /// What stands under the heading that was read last.
    section: Option<Section>,
    /// The headings above it.
    above: Vec<Above>,
    bullets: Bullets,
}

struct Section {
    level: u8,
    task: PlannedTask,
    /// What the box in the heading says.
    mark: Option<char>,
}

struct Above {
    level: u8,
    title: String,
    /// Whether anything says that it is part of this, or stood under it.
    is_told: bool,
}

impl Reader {
    fn read(&mut self, block: Block<'_>) {
        match block {
            Block::FrontMatter(head) => self.read_head(&head),
            Block::Heading { level, text, links } => self.read_heading(level, text, &links),
            Block::Text(text) => self.text().paragraph(text),
            Block::Comment(_) => self.plan.notes.lost("a comment (<!-- -->)"),
            Block::LinkTarget(link) => self.plan.description.line("Link", &link),
            Block::List { items, text } => {
                let is_plan = self.bullets == Bullets::All || items.iter().any(Item::has_box);
                if is_plan {
                    self.read_items(items);
                } else {
                    self.text().paragraph(text);
                }
            }
        }
    }

    fn read_head(&mut self, head: &str) {
        let mut head = yaml::head(head);
        self.title = head.text("title");
        for line in std::mem::take(&mut head.unread) {
            let place = line + 1;
            let reason = "this entry of the front matter cannot be read as YAML";
            self.plan.notes.left_out(place, reason);
        }
        for (field, value) in head.rest() {
            self.plan.description.line(&field, &value);
        }
    }

    fn read_heading(&mut self, level: u8, text: String, links: &[String]) {
        let (mark, title) = match split_mark(&text) {
            Some((mark, rest)) => (Some(mark), rest.to_owned()),
            None => (None, text),
        };
        let is_name = level == 1
            && self.plan.name.is_empty()
            && self.section.is_none()
            && self.plan.tasks.is_empty();
        if is_name {
            self.plan.name = title;
        } else {
            self.close();
            self.leave(level);
            let task = PlannedTask {
                title,
                ..PlannedTask::default()
            };
            self.section = Some(Section { level, task, mark });
        }
        for link in links {
            self.text().line("Link", link);
        }
    }

    fn read_items(&mut self, items: Vec<Item>) {
        self.say_marks(&items);
        let count = items.len();
        let items = items.into_iter().filter(Item::says_something);
        let items: Vec<Item> = items.collect();
        let what = "an item without a text";
        self.plan.notes.lost_all(what, count - items.len());
        match &mut self.section {
            Some(section) => {
                let jobs = items.into_iter().map(Item::into_job);
                section.task.jobs.extend(jobs);
            }
            None => self.plan.tasks.extend(items.into_iter().map(task)),
        }
    }

    /// Says what is made of boxes that are not simply ticked or not.
    fn say_marks(&mut self, items: &[Item]) {
        for item in items {
            if let Some(mark) = item.mark.filter(|mark| !matches!(mark, ' ' | 'x' | 'X')) {
                let state = state_of(mark);
                let note = match state.note.as_str() {
                    "" => String::new(),
                    note => format!(", with the note \"{note}\""),
                };
                let status = state.status;
                self.plan
                    .notes
                    .taken(format!("[{mark}] for {status}{note}"));
            }
            self.say_marks(&item.children);
        }
    }

    /// The part to which a text belongs.
    fn text(&mut self) -> &mut Text {
        match &mut self.section {
            Some(section) => &mut section.task.description,
            None => &mut self.plan.description,
        }
    }

    /// Takes the section for a task, if it has jobs or a box; its text goes with the process
    /// otherwise.
    fn close(&mut self) {
        let Some(Section {
            level,
            mut task,
            mark,
        }) = self.section.take()
        else {
            return;
        };
        let mut above = Above {
            level,
            title: task.title.clone(),
            is_told: true,
        };
        if task.jobs.is_empty() && mark.is_none() {
            let text = std::mem::take(&mut task.description);
            above.is_told = !text.is_empty();
            self.plan
                .description
                .section(&task.title, &text.into_string());
        } else {
            task.state = mark.map_or_else(|| state_of_all(&task), state_of);
            let titles: Vec<&str> = self
                .above
                .iter()
                .map(|above| above.title.as_str())
                .collect();
            task.description.line("Part of", &titles.join(" / "));
            for above in &mut self.above {
                above.is_told = true;
            }
            self.plan.tasks.push(task);
        }
        self.above.push(above);
    }

    /// Leaves the headings that a new one of this level is not below.
    fn leave(&mut self, level: u8) {
        while let Some(above) = self.above.pop_if(|above| above.level >= level) {
            if !above.is_told && !above.title.is_empty() {
                let what = format!(
                    "the heading \"{}\", under which there is nothing",
                    above.title
                );
                self.plan.notes.lost(what);
            }
        }
    }
}

/// How far a task is, as its jobs say it.
fn state_of_all(task: &PlannedTask) -> State {
    let statuses = || task.jobs.iter().map(|job| job.state.status);
    if statuses().all(|status| status == Status::Cancelled) {
        Status::Cancelled.into()
    } else if statuses().all(Status::is_over) {
        Status::Done.into()
    } else if statuses().any(|status| status == Status::InProgress) {
        Status::InProgress.into()
    } else {
        State::default()
    }
}

/// An item as a task, with what is nested in it as jobs.
fn task(item: Item) -> PlannedTask {
    let state = item.state();
    let children = item.children.into_iter().filter(Item::says_something);
    PlannedTask {
        title: item.title,
        description: Text::new(&item.rest),
        state,
        jobs: children.map(Item::into_job).collect(),
        ..PlannedTask::default()
    }
}
