//! A difference the other way: what leads from the later revision back to the earlier one.

use pm_core::history::{
    Difference, JobDifference, OtherField, Presence, Replaced, SnippetDifference, TaskDifference,
};

/// What would differ if all of it were taken back.
pub(super) fn reversed(difference: Difference) -> Difference {
    let Difference {
        process,
        from,
        to,
        name,
        ..
    } = difference;
    Difference {
        from: to,
        to: from,
        description: difference.description.map(swapped),
        others: difference.others.into_iter().map(other).collect(),
        tasks: difference.tasks.into_iter().map(task).collect(),
        process: name.as_ref().map_or(process, |name| name.former.clone()),
        name: name.map(swapped),
        ..difference
    }
}

fn task(task: TaskDifference) -> TaskDifference {
    let (name, former_name) = turned(task.name, task.former_name);
    TaskDifference {
        name,
        former_name,
        presence: of_presence(task.presence),
        moved: task.moved.map(swapped),
        description: task.description.map(swapped),
        status: task.status.map(swapped),
        note: task.note.map(swapped),
        priority: task.priority.map(swapped),
        depends_on: task.depends_on.map(swapped),
        labels: task.labels.map(swapped),
        comments: task.comments_gone,
        comments_gone: task.comments,
        others: task.others.into_iter().map(other).collect(),
        jobs: task.jobs.into_iter().map(job).collect(),
        snippets: task.snippets.into_iter().map(snippet).collect(),
        changed_by: task.changed_by,
    }
}

fn job(job: JobDifference) -> JobDifference {
    let (name, former_name) = turned(job.name, job.former_name);
    JobDifference {
        key: job.key,
        name,
        former_name,
        presence: of_presence(job.presence),
        moved: job.moved.map(swapped),
        description: job.description.map(swapped),
        status: job.status.map(swapped),
        note: job.note.map(swapped),
        others: job.others.into_iter().map(other).collect(),
    }
}

fn snippet(code: SnippetDifference) -> SnippetDifference {
    let (name, former_name) = turned(code.name, code.former_name);
    SnippetDifference {
        name,
        former_name,
        presence: of_presence(code.presence),
        former: code.present,
        present: code.former,
        ..code
    }
}

fn other(field: OtherField) -> OtherField {
    OtherField {
        former: field.present,
        present: field.former,
        ..field
    }
}

fn swapped<T>(replaced: Replaced<T>) -> Replaced<T> {
    let Replaced { former, present } = replaced;
    Replaced {
        former: present,
        present: former,
    }
}

/// A name and the former one, the other way round.
fn turned<N>(name: N, former: Option<N>) -> (N, Option<N>) {
    match former {
        Some(former) => (former, Some(name)),
        None => (name, None),
    }
}

fn of_presence(presence: Presence) -> Presence {
    match presence {
        Presence::Added => Presence::Removed,
        Presence::Removed => Presence::Added,
        Presence::Kept => Presence::Kept,
    }
}

#[cfg(test)]
mod tests {
    use pm_core::Status;
    use pm_core::model::TaskUpdate;

    use super::*;
    use crate::tests::support::nothing;

    #[test]
    fn turned_twice_it_is_the_same_and_once_it_is_what_leads_back() {
        let manager = nothing();
        let name = |name: &str| name.parse().unwrap();
        let plan = manager
            .create_process(name_of("plan"), "one")
            .unwrap()
            .name
            .clone();
        for task in ["kept", "gone"] {
            manager.add_task(&plan, name(task), "").unwrap();
        }
        manager.rename_task(&plan, "kept", name("renamed")).unwrap();
        manager.describe_process(&plan, "two").unwrap();
        manager.delete_task(&plan, "gone").unwrap();
        let code = || "a.rs".parse().unwrap();
        manager
            .add_snippet(&plan, "renamed", code(), "new\n")
            .unwrap();
        let update = TaskUpdate {
            status: Some(Status::Done),
            comment: Some("so".to_owned()),
            ..TaskUpdate::default()
        };
        manager.update_task(&plan, "renamed", update).unwrap();
        let there = manager.difference(&plan, 3, None).unwrap();
        let back = reversed(there.clone());
        assert_eq!(back.description.as_ref().unwrap().present, "one");
        let [kept, gone] = back.tasks.as_slice() else {
            panic!("{back:?}")
        };
        assert_eq!((kept.name.as_str(), kept.comments_gone.len()), ("kept", 1));
        assert_eq!(kept.status.as_ref().unwrap().present, Status::Todo);
        assert_eq!(kept.snippets[0].presence, Presence::Removed);
        assert_eq!(gone.presence, Presence::Added);
        assert_eq!(reversed(back), there);
    }

    fn name_of(name: &str) -> pm_core::ProcessName {
        name.parse().unwrap()
    }
}
