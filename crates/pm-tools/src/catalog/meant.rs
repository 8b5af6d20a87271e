//! The tools that a caller may have meant by a name that no tool has: by how it is spelt, or by what
//! it says is to be done with what. Names of other task managers come from a model's memory.

use std::collections::BTreeSet;

use super::find;
use crate::text::near_names;

/// What is done, in the words for it.
const DEEDS: &[(&str, &[&str])] = &[
    ("add", &["create", "make", "new", "insert", "write", "save"]),
    ("list", &["all"]),
    ("get", &["read", "show", "view", "open", "fetch", "details"]),
    ("load", &["select", "switch", "use", "activate"]),
    ("next", &["claim", "take", "pick", "start", "begin"]),
    (
        "update",
        &[
            "edit", "set", "change", "modify", "mark", "status", "complete", "done", "finish",
            "close", "block", "cancel", "comment", "note",
        ],
    ),
    ("rename", &["name"]),
    ("delete", &["remove", "drop", "clear"]),
    ("undo", &["revert", "rollback"]),
    ("history", &["log", "changes"]),
    ("search", &["find", "grep", "query"]),
    ("export", &["download"]),
    ("restore", &["recover", "undelete"]),
];

/// What it is done with, in the words for it.
const THINGS: &[(&str, &[&str])] = &[
    ("task", &["todo", "item", "card", "ticket", "issue"]),
    ("job", &["subtask", "step", "checklist", "check"]),
    ("code", &["snippet", "file"]),
    ("process", &["project", "board", "workspace"]),
    ("plan", &["tasks"]),
];

/// The tools for a deed and a thing, the best first; any thing where that is empty.
const TOOLS_FOR: &[(&str, &str, &[&str])] = &[
    ("add", "plan", &["plan_new", "task_new"]),
    ("add", "task", &["task_new", "plan_new"]),
    ("add", "job", &["task_job_add"]),
    ("add", "code", &["task_code_add"]),
    ("add", "process", &["process_new"]),
    ("list", "plan", &["task_list"]),
    ("list", "task", &["task_list"]),
    ("list", "job", &["task_jobs_list"]),
    ("list", "process", &["process_list_all"]),
    ("get", "plan", &["task_list"]),
    ("get", "task", &["task_details_get", "task_list"]),
    ("get", "job", &["task_job_get", "task_jobs_list"]),
    ("get", "code", &["task_code_get", "task_details_get"]),
    ("get", "process", &["process_load", "task_list"]),
    ("load", "process", &["process_load"]),
    ("next", "", &["task_next"]),
    ("rename", "task", &["task_name_change", "task_update"]),
    ("rename", "process", &["process_save"]),
    (
        "update",
        "task",
        &["task_update", "task_update_description"],
    ),
    ("update", "job", &["task_job_update"]),
    ("update", "code", &["task_code_update"]),
    ("update", "process", &["process_update"]),
    ("delete", "task", &["task_delete"]),
    ("delete", "job", &["task_job_delete"]),
    ("delete", "code", &["task_code_delete"]),
    ("delete", "process", &["process_delete"]),
    ("restore", "process", &["process_restore"]),
    ("restore", "code", &["task_code_restore"]),
    ("undo", "", &["process_undo"]),
    ("history", "", &["process_history"]),
    ("search", "", &["search"]),
    ("export", "code", &["code_export"]),
    ("export", "process", &["process_export"]),
];

/// The tools among `listed` that `wanted` may mean, best first, at most two. One that deletes is
/// among them only if `wanted` says that something is to be deleted.
pub(crate) fn meant<'a>(wanted: &str, listed: &[&'a str]) -> Vec<&'a str> {
    let words: Vec<String> = words(wanted);
    let (deeds, things) = (known(&words, DEEDS), known(&words, THINGS));
    let is_nearly = |word: &String| strsim::damerau_levenshtein(word, "delete") <= 1;
    let is_to_delete = deeds.contains("delete") || words.iter().any(is_nearly);
    let is_harmless =
        |name: &&str| is_to_delete || find(name).is_none_or(|tool| !tool.effect.deletes());
    let spelt = near_names(wanted, listed.iter().copied().filter(is_harmless));
    let is_misspelt = |name: &&str| strsim::damerau_levenshtein(wanted, name) <= 1;
    if spelt.iter().any(is_misspelt) {
        return spelt;
    }
    let fitting = TOOLS_FOR.iter().filter(|(deed, thing, _)| {
        deeds.contains(deed) && (thing.is_empty() || things.contains(thing))
    });
    let mut tools = fitting.filter_map(|(_, _, tools)| {
        let mut offered = tools
            .iter()
            .filter_map(|tool| listed.iter().find(|it| *it == tool));
        offered.next().copied()
    });
    match tools.next() {
        Some(tool) => vec![tool],
        None if deeds.is_empty() || things.is_empty() => spelt,
        None => Vec::new(),
    }
}

/// The words of a name, however it joins them, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let begins = !letter.is_alphanumeric() || was_lower && letter.is_uppercase();
        if begins {
            words.push(String::new());
        }
        if let (true, Some(word)) = (letter.is_alphanumeric(), words.last_mut()) {
            word.extend(letter.to_lowercase());
        }
        was_lower = letter.is_lowercase();
    }
    words
}

/// Which of the words in a table stand among `words`, themselves or by others for them.
fn known(words: &[String], table: &[(&'static str, &[&str])]) -> BTreeSet<&'static str> {
    let stands = |word: &str| {
        let mut words = words.iter();
        words.any(|it| {
            it == word || it.strip_suffix('s') == Some(word) || it.strip_suffix("es") == Some(word)
        })
    };
    let found = table
        .iter()
        .filter(|(word, others)| stands(word) || others.iter().any(|it| stands(it)));
    found.map(|(word, _)| *word).collect()
}

#[cfg(test)]
mod tests {
    use super::super::TOOLS;
    use super::*;

    fn of_all(wanted: &str) -> Vec<&'static str> {
        let all: Vec<&str> = TOOLS.iter().map(|tool| tool.name).collect();
        meant(wanted, &all)
    }

    #[test]
    fn a_misspelt_name_is_found() {
        assert_eq!(of_all("proces_new"), ["process_new"]);
        assert_eq!(of_all("task_lst"), ["task_list"]);
        assert_eq!(of_all("task_delet"), ["task_delete"]);
        assert_eq!(of_all("task_remove"), ["task_delete"]);
    }

    #[test]
    fn what_is_to_be_done_is_found_whatever_it_is_called() {
        for (wanted, tool) in [
            ("task_complete", "task_update"),
            ("complete_task", "task_update"),
            ("task_done", "task_update"),
            ("setTaskStatus", "task_update"),
            ("add_task", "task_new"),
            ("create_task", "task_new"),
            ("task_add", "task_new"),
            ("task_create", "task_new"),
            ("list_tasks", "task_list"),
            ("next_task", "task_next"),
            ("claim_task", "task_next"),
            ("task_get", "task_details_get"),
            ("get_task", "task_details_get"),
            ("process_get", "process_load"),
            ("process_rename", "process_save"),
            ("create_project", "process_new"),
            ("add_subtask", "task_job_add"),
            ("job_complete", "task_job_update"),
            ("read_code", "task_code_get"),
            ("write_file", "task_code_add"),
            ("delete_task", "task_delete"),
            ("remove_snippet", "task_code_delete"),
            ("undo", "process_undo"),
            ("revert_last", "process_undo"),
            ("find", "search"),
        ] {
            assert_eq!(of_all(wanted), [tool], "{wanted}");
        }
    }

    #[test]
    fn nothing_is_deleted_by_likeness() {
        for wanted in [
            "task_complete",
            "process_rename",
            "task_archive",
            "code_complete",
            "delegate",
        ] {
            let tools = of_all(wanted);
            assert!(
                !tools.iter().any(|tool| tool.ends_with("delete")),
                "{wanted}: {tools:?}"
            );
        }
    }

    #[test]
    fn only_what_is_listed_is_named() {
        assert_eq!(meant("task_get", &["task_list", "task_new"]), ["task_list"]);
        assert_eq!(meant("delete_task", &["task_list", "task_new"]), [""; 0]);
        assert_eq!(meant("weather", &["task_list"]), [""; 0]);
    }
}
