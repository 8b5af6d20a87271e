//! What the prompts say: short steps, one call each, in words that a small model follows.

use super::steps::Steps;
use crate::caller::offer::Offer;

/// The arguments of a prompt, with the real names of what they mean.
#[derive(Default)]
pub(super) struct Given {
    pub(super) goal: String,
    pub(super) process: String,
    pub(super) task: String,
}

/// What holds whenever tools are called.
const REFUSED: &str = "Make one call at a time. Where a call is refused, do what the answer says.";

pub(super) fn plan(offer: &Offer, given: &Given) -> String {
    let mut steps = Steps::new(
        offer,
        &format!(
            "Make a plan for this goal and store it with the tools:\n\n{}",
            given.goal
        ),
    );
    steps
        .step("Call process_new with a short name, and the goal as description.")
        .step(
            "Split the goal into 3 to 8 tasks in the order of the work. Call task_new once for \
             each; its description says what has to be true when it is done.",
        )
        .with(
            "task_job_add",
            "Call task_job_add once for each step within a task.",
        )
        .taking(
            "task_update",
            "depends_on",
            "If a task needs another one to be done first, call task_update with depends_on.",
        )
        .with(
            "task_list",
            "Call task_list and see whether anything is missing.",
        )
        .step("Tell me the plan in a few lines. Do not begin with the work.");
    steps.end(REFUSED)
}

pub(super) fn work(offer: &Offer, given: &Given) -> String {
    let about = format!(
        "Work on the process \"{}\" until it is done.",
        given.process
    );
    let mut steps = opened(offer, &about, &given.process);
    if offer.has("task_next") {
        steps
            .step("Call task_next. It says which task is yours now, and what is to be done in it.");
    } else {
        steps.step(if offer.has("task_update") {
            "Call task_list and take the first task that is not done."
        } else {
            "Call task_list. Take its tasks one after the other, and first the one that has no \
             code yet."
        });
        let reader = offer.reader_of_tasks();
        steps.with(
            reader,
            &format!("Call {reader} with its task_name to read its jobs and code."),
        );
    }
    steps.step(match (offer.has("task_code_add"), offer.has("task_code_update")) {
        (true, true) => {
            "Do its jobs one after the other. Write each file whole: task_code_add for a new one, \
             task_code_update for one that is there; code_name is its path."
        }
        (true, false) => {
            "Do its jobs one after the other. Write each file whole with task_code_add; code_name \
             is its path."
        }
        _ => {
            "Do its jobs one after the other. Write each file whole with task_code_update; \
             code_name is its path."
        }
    });
    steps
        .with(
            "task_job_update",
            "When a job is done, call task_job_update with status \"done\".",
        )
        .with(
            "task_update",
            "When the task is done, call task_update with status \"done\" and a note of one \
             sentence. If you cannot finish it, use status \"blocked\" and say why in the note.",
        )
        .step("Go back to step 2 until no task is left.")
        .with("code_export", "Call code_export to write the files.")
        .step("Tell me what was done, and what was not.");
    steps.end(&format!(
        "Code that is only in the chat is lost: store it. {REFUSED}"
    ))
}

pub(super) fn review(offer: &Offer, given: &Given) -> String {
    let about = format!(
        "Review the task \"{}\" of the process \"{}\".",
        given.task, given.process
    );
    let mut steps = opened(offer, &about, &given.process);
    steps
        .step(&format!(
            "Call {} with task_name \"{}\".",
            offer.reader_of_tasks(),
            given.task
        ))
        .with(
            "task_code_get",
            "Call task_code_get for each piece of code that was not shown whole.",
        )
        .step("Check each job: is it done, and does the code do what the description asks for?")
        .with(
            "task_job_add",
            "For each fault call task_job_add: what is wrong, where, and what to do.",
        )
        .with(
            "task_update",
            "If you found faults, call task_update with status \"todo\" and a note; if not, with \
             status \"done\".",
        )
        .step("Tell me what you found, the worst first. Change no code.");
    steps.end(REFUSED)
}

pub(super) fn resume(offer: &Offer, given: &Given) -> String {
    let about = format!("Find out where the process \"{}\" stands.", given.process);
    let mut steps = opened(offer, &about, &given.process);
    steps
        .with("task_list", "Call task_list to see its tasks.")
        .with(
            "process_history",
            "Call process_history with limit 10 to see what was done last.",
        )
        .with(
            "task_next",
            "Call task_next with peek true to see what comes next.",
        )
        .step(
            "Tell me in at most five lines what is done, what comes next, and what is in the way.",
        )
        .step("Ask me whether to go on. Change nothing before I say so.");
    steps.end(REFUSED)
}

pub(super) fn self_test(offer: &Offer, _: &Given) -> String {
    let mut steps = Steps::new(
        offer,
        "Try the tools of this server, and report what is unclear. Work only in the process \
         \"self test\".",
    );
    steps.step("Call process_new with name \"self test\".");
    let apart = [
        "process_new",
        "process_save",
        "process_delete",
        "process_restore",
    ];
    for tool in offer
        .listed
        .iter()
        .filter(|tool| !apart.contains(&&*tool.name))
    {
        let about = tool.description.as_deref().unwrap_or_default();
        steps.step(&format!("Try {}: {about}", tool.name));
    }
    steps
        .with("process_save", "Try process_save: name it \"self test 2\".")
        .with(
            "process_delete",
            "Call process_delete with the name that the process has now.",
        )
        .with(
            "process_restore",
            "Try process_restore with that name, and delete it again.",
        )
        .step(
            "Report each tool in one line: what you sent, whether the answer was what you \
             expected, and what in its description or its answer was unclear.",
        );
    steps.end(
        "Make up short names and texts. Where a step needs a task, a job or code that is gone, \
         make a new one first. Go on where a call is refused, and report that.",
    )
}

/// Begins with opening the process, or, if there is no tool for that, with naming it each time.
fn opened<'a>(offer: &'a Offer, about: &str, process: &str) -> Steps<'a> {
    let mut steps = Steps::new(offer, about);
    steps.step(&if offer.has("process_load") {
        format!("Call process_load with name \"{process}\".")
    } else {
        format!("Use process \"{process}\" in every call.")
    });
    steps
}
