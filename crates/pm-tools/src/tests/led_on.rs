//! What a small model is told if it names what is not there, so that it can follow: the fact, and
//! at most one next call.

use serde_json::{Value, json};

use super::Session;
use crate::options::ServerOptions;

/// A session in the open process "garden", beside "house" and a deleted "shed".
fn world() -> Session {
    let session = Session::new();
    for name in ["shed", "house", "garden"] {
        session.ok("process_new", json!({"name": name}));
    }
    session.ok("process_delete", json!({"name": "shed"}));
    for name in ["beds", "water"] {
        session.ok("task_new", json!({"task_name": name}));
    }
    session.ok(
        "task_job_add",
        json!({"task_name": "beds", "job_name": "dig"}),
    );
    let code = json!({"task_name": "beds", "code_name": "layout", "code_content": "1"});
    session.ok("task_code_add", code);
    session
}

fn refused(tool: &str, sent: Value) -> String {
    world().refused(tool, sent)
}

#[test]
fn a_process_that_is_not_there_leads_back_to_the_open_one() {
    let new = |process: &str| json!({"task_name": "seeds", "process": process});
    insta::assert_snapshot!(refused("task_new", new("soil test")), @r#"Nothing was added: there is no process "soil test", and the process "garden" is open. Call task_new again without process."#);
    insta::assert_snapshot!(refused("task_list", json!({"process": "soil test"})), @r#"Nothing was listed: there is no process "soil test", and the process "garden" is open. Call task_list again without process."#);
    insta::assert_snapshot!(refused("task_delete", json!({"task_name": "beds", "process": "attic"})), @r#"Nothing was deleted: there is no process "attic", only "garden" and "house". Ask the user which one is meant."#);
    insta::assert_snapshot!(refused("process_save", json!({"name": "attic", "process": "barn"})), @r#"Nothing was saved: there is no process "barn". Call process_list_all to see what there is."#);
    insta::assert_snapshot!(refused("task_new", new("shed")), @r#"Nothing was added: the process "shed" was deleted. Call process_restore with name "shed" to get it back."#);
    // With none open, what is to be written to is made first.
    let session = world().other_caller();
    insta::assert_snapshot!(session.refused("task_new", new("Birthday")), @r#"Nothing was added: there is no process "Birthday". Create it first: call process_new with name "Birthday", then task_new again."#);
    insta::assert_snapshot!(session.refused("task_list", json!({"process": "Birthday"})), @r#"Nothing was listed: there is no process "Birthday". Call process_list_all to see what there is."#);
}

#[test]
fn words_for_no_process_mean_the_open_one() {
    let session = world();
    for (number, word) in [
        "none", "null", "all", "any", "current", "default", "main", "Active", "seeds 8",
    ]
    .iter()
    .enumerate()
    {
        let sent = json!({"task_name": format!("seeds {number}"), "process": word});
        assert_eq!(
            session.ok("task_new", sent)["process_name"],
            "garden",
            "{word}"
        );
    }
    session.ok("process_new", json!({"name": "Main"}));
    session.ok("process_load", json!({"name": "garden"}));
    let sent = json!({"task_name": "seeds", "process": "main"});
    assert_eq!(session.ok("task_new", sent)["process_name"], "Main");
}

#[test]
fn what_cannot_be_deleted_is_answered_with_what_is_there() {
    insta::assert_snapshot!(refused("process_delete", json!({"name": "attic"})), @r#"Nothing was deleted: there is no process "attic", only "garden" and "house". Ask the user which one is meant."#);
    insta::assert_snapshot!(refused("process_delete", json!({"name": "shed"})), @r#"Nothing was deleted: the process "shed" was deleted. Tell the user that it is gone."#);
    insta::assert_snapshot!(refused("task_delete", json!({"task_name": "fence"})), @r#"Nothing was deleted: the process "garden" has no task "fence", only "beds" and "water". Ask the user which one is meant."#);
    insta::assert_snapshot!(refused("task_job_delete", json!({"task_name": "beds", "job_name": "paint"})), @r#"Nothing was deleted: the task "beds" has no job "paint", only "dig". Ask the user whether it is meant."#);
    insta::assert_snapshot!(refused("task_code_delete", json!({"task_name": "beds", "code_name": "main"})), @r#"Nothing was deleted: the task "beds" has no code "main", only "layout". Ask the user whether it is meant."#);
    let session = world();
    for number in 0..6 {
        session.ok("task_new", json!({"task_name": format!("bed {number}")}));
    }
    insta::assert_snapshot!(session.refused("task_delete", json!({"task_name": "fence"})), @r#"Nothing was deleted: the process "garden" has no task "fence", only "beds", "water", "bed 0", "bed 1", "bed 2", "bed 3" and 2 more. Ask the user which one is meant."#);
}

#[test]
fn what_a_task_holds_is_deleted_from_the_one_of_a_name_like_it_only_by_another_call() {
    let code = |task: &str| json!({"task_name": task, "code_name": "layout"});
    insta::assert_snapshot!(refused("task_code_delete", code("bed")), @r#"Nothing was deleted: the process "garden" has no task "bed", only "beds". Call task_code_delete with task_name "beds" only if that is meant."#);
    let job = json!({"task_name": "beds to dig", "job_name": "dig"});
    insta::assert_snapshot!(refused("task_job_delete", job), @r#"Nothing was deleted: the process "garden" has no task "beds to dig", only "beds". Call task_job_delete with task_name "beds" only if that is meant."#);
}

#[test]
fn what_cannot_be_read_is_answered_with_what_is_there() {
    insta::assert_snapshot!(refused("task_jobs_list", json!({"task_name": "mow"})), @r#"Nothing was listed: the process "garden" has no task "mow", only "beds" and "water". Call task_jobs_list again with one of these names."#);
    let session = world();
    session.ok("task_delete", json!({"task_name": "water"}));
    insta::assert_snapshot!(session.refused("task_details_get", json!({"task_name": "mow"})), @r#"Nothing was read: the process "garden" has no task "mow", only "beds". Call task_details_get again with this name."#);
    // What would be changed is not suggested, and a long list is not given.
    insta::assert_snapshot!(refused("task_update", json!({"task_name": "mow", "status": "done"})), @r#"Nothing was changed: the process "garden" has no task "mow". Call task_list to see what there is."#);
    for number in 0..6 {
        session.ok("task_new", json!({"task_name": format!("bed {number}")}));
    }
    insta::assert_snapshot!(session.refused("task_details_get", json!({"task_name": "fence"})), @r#"Nothing was read: the process "garden" has no task "fence". Call task_list to see what there is."#);
}

#[test]
fn what_was_deleted_is_said_to_be() {
    let session = world();
    session.ok("task_delete", json!({"task_name": "beds"}));
    insta::assert_snapshot!(session.refused("task_details_get", json!({"task_name": "beds"})), @r#"Nothing was read: the process "garden" has no task "beds"; it was deleted in revision 6. Call process_undo with revision 6 to get it back."#);
    insta::assert_snapshot!(session.refused("task_delete", json!({"task_name": "beds"})), @r#"Nothing was deleted: the process "garden" has no task "beds"; it was deleted in revision 6. Tell the user that it is gone."#);
    insta::assert_snapshot!(session.refused("process_load", json!({"name": "shed"})), @r#"Nothing was opened: the process "shed" was deleted. Call process_restore with name "shed" to get it back."#);
}

#[test]
fn a_process_in_the_place_of_a_task_is_opened() {
    insta::assert_snapshot!(refused("task_details_get", json!({"task_name": "house"})), @r#"Nothing was read: the process "garden" has no task "house", but there is a process "house". Call process_load with name "house" to open it."#);
    insta::assert_snapshot!(refused("task_delete", json!({"task_name": "house"})), @r#"Nothing was deleted: the process "garden" has no task "house", only "beds" and "water". Ask the user which one is meant."#);
}

#[test]
fn a_task_in_the_place_of_a_process_says_what_goes_into_it() {
    let into = || json!({"task_name": "edge", "process": "Beds"});
    insta::assert_snapshot!(refused("task_new", into()), @r#"Nothing was added: "beds" is a task of the process "garden", and no process. Call task_code_add with task_name "beds" to store code in it, or task_job_add to add a job to it."#);
    // As a model writes it if it wants to store something in a task.
    let both = json!({"task_name": "beds", "process": "beds"});
    insta::assert_snapshot!(refused("task_new", both), @r#"Nothing was added: "beds" is a task of the process "garden", and no process. Call task_code_add with task_name "beds" to store code in it, or task_job_add to add a job to it."#);
    let tiny = world().with_options(ServerOptions {
        tools: "tiny".parse().unwrap(),
        ..ServerOptions::default()
    });
    insta::assert_snapshot!(tiny.refused("task_new", into()), @r#"Nothing was added: "beds" is a task of the process "garden", and no process. Call task_code_update with task_name "beds" to store code in it."#);
    let only = world().with_options(ServerOptions {
        tools: "task_new,task_job_add".parse().unwrap(),
        ..ServerOptions::default()
    });
    insta::assert_snapshot!(only.refused("task_new", into()), @r#"Nothing was added: "beds" is a task of the process "garden", and no process. Call task_job_add with task_name "beds" to add a job to it."#);
}

#[test]
fn a_task_that_is_there_already_is_described_and_leads_nowhere() {
    insta::assert_snapshot!(refused("task_new", json!({"task_name": "Beds"})), @r#"Nothing was added: the process "garden" already has a task "beds" (todo; jobs: 1, code: 1). Tell the user that there is such a task already."#);
}

#[test]
fn a_description_that_is_the_same_makes_no_revision() {
    let session = world();
    let sent = json!({"task_name": "beds", "new_description": "raised"});
    let first = session.ok("task_update_description", sent.clone());
    let again = session.ok("task_update_description", sent);
    assert_eq!(first["revision"], again["revision"]);
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"The task "beds" has this description already; nothing was changed."#);
    let described = session.ok("process_update", json!({"description": "flowers"}));
    let again = session.ok("process_update", json!({"description": "flowers"}));
    assert_eq!(described["revision"], again["revision"]);
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"The process "garden" has this description already; nothing was changed."#);
    let job = || json!({"task_name": "beds", "job_name": "dig", "description": "deep"});
    let described = session.ok("task_job_update", job());
    let again = session.ok("task_job_update", job());
    assert_eq!(described["revision"], again["revision"]);
    insta::assert_snapshot!(again["message"].as_str().unwrap(), @r#"The job "dig" has this description already; nothing was changed."#);
}

#[test]
fn a_caller_with_nothing_open_is_led_to_the_process_and_back() {
    let nothing = Session::new();
    insta::assert_snapshot!(nothing.refused("task_new", json!({"task_name": "buy cake"})), @r#"Nothing was added: there is no process yet. Create one first: call process_new with its name, then task_new again with task_name "buy cake"."#);
    insta::assert_snapshot!(nothing.refused("task_list", json!({})), @"Nothing was listed: there is no process yet. Call process_new only if the user wants a new process.");
    let session = world().other_caller();
    insta::assert_snapshot!(session.refused("task_details_get", json!({"task_name": "House"})), @r#"Nothing was read: no process is open, but there is a process "house". Call process_load with name "house" to open it."#);
    insta::assert_snapshot!(session.refused("task_delete", json!({"task_name": "House"})), @r#"Nothing was deleted: no process is open. Call process_load with name "garden" or "house" first."#);
}
