//! The tools that a caller may have meant by a name that no tool has: by how it is spelt, or by what
//! it says is to be done with what. Names of other task managers come from a model's memory.

use std::collections::BTreeSet;

use super::find;
use crate::text::near_names;

/// What is done, in the words for it.
const DEEDS: &[(&str, &[&str])] = &[
    ("add", &["create", "make", "new", "insert", "write"]),
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

/// The tools for a deed and a thing, the best first; any thing where that is empty. What lies within
/// another thing comes before it: a name that says both means the inner one.
const TOOLS_FOR: &[(&str, &str, &[&str])] = &[
    ("add", "job", &["task_job_add"]),
    ("add", "code", &["task_code_add"]),
    ("add", "plan", &["plan_new", "task_new"]),
    ("add", "task", &["task_new", "plan_new"]),
    ("add", "process", &["process_new"]),
    ("list", "job", &["task_jobs_list"]),
    ("list", "task", &["task_list"]),
    ("list", "plan", &["task_list"]),
    ("list", "process", &["process_list_all"]),
    ("get", "job", &["task_job_get", "task_jobs_list"]),
    ("get", "code", &["task_code_get", "task_details_get"]),
    ("get", "task", &["task_details_get", "task_list"]),
    ("get", "plan", &["task_list"]),
    ("get", "process", &["process_load", "task_list"]),
    ("load", "process", &["process_load"]),
    ("next", "", &["task_next"]),
    ("rename", "task", &["task_name_change", "task_update"]),
    ("rename", "process", &["process_save"]),
    ("update", "job", &["task_job_update"]),
    ("update", "code", &["task_code_update"]),
    (
        "update",
        "task",
        &["task_update", "task_update_description"],
    ),
    ("update", "process", &["process_update"]),
    ("delete", "job", &["task_job_delete"]),
    ("delete", "code", &["task_code_delete"]),
    ("delete", "task", &["task_delete"]),
    ("delete", "process", &["process_delete"]),
    ("restore", "code", &["task_code_restore"]),
    ("restore", "process", &["process_restore"]),
    ("undo", "", &["process_undo"]),
    ("history", "", &["process_history"]),
    ("search", "", &["search"]),
    ("export", "code", &["code_export"]),
    ("export", "process", &["process_export"]),
];

/// The longest name that is looked at, in characters.
const NAME_CHARS_MAX: usize = 100;

/// The tools among `listed` that `wanted` may mean, best first, at most two. One that deletes is
/// among them only if `wanted` says nothing but that such a thing is to be deleted.
pub(crate) fn meant<'a>(wanted: &str, listed: &[&'a str]) -> Vec<&'a str> {
    if wanted.chars().nth(NAME_CHARS_MAX).is_some() {
        return Vec::new();
    }
    let words = words(wanted);
    let (deeds, things) = (known(&words, DEEDS), known(&words, THINGS));
    let is_about_deleting = |word: &String| strsim::damerau_levenshtein(word, "delete") <= 1;
    let deletes = |name: &str| find(name).is_some_and(|tool| tool.effect.deletes());
    let may_delete = words
        .iter()
        .all(|word| is_about_deleting(word) || is_known(word));
    let is_harmless = |name: &&str| may_delete || !deletes(name);
    let spelt = near_names(wanted, listed.iter().copied().filter(is_harmless));
    let is_misspelt = |name: &&str| strsim::damerau_levenshtein(wanted, name) <= 1;
    if spelt.iter().any(is_misspelt) {
        return spelt;
    }
    let Some(deed) = the_deed(&deeds) else {
        return spelt.into_iter().filter(|name| !deletes(name)).collect();
    };
    let fitting = TOOLS_FOR
        .iter()
        .filter(|(of, thing, _)| *of == deed && (thing.is_empty() || things.contains(thing)));
    // What is around the thing that is meant must not go in its place.
    let most = if deed == "delete" { 1 } else { TOOLS_FOR.len() };
    let mut tools = fitting.take(most).filter_map(|(_, _, tools)| {
        let offered = |tool: &&str| listed.iter().find(|it| *it == tool);
        tools.iter().find_map(offered).copied()
    });
    tools.find(is_harmless).into_iter().collect()
}

/// What is to be done, if `deeds` say one thing: taking something back is not doing it, and of all
/// things rather a list is wanted than one of them.
fn the_deed(deeds: &BTreeSet<&'static str>) -> Option<&'static str> {
    let first = ["undo", "restore", "list"];
    let first = first.into_iter().find(|deed| deeds.contains(deed));
    let only = deeds.first().copied().filter(|_| deeds.len() == 1);
    first.or(only)
}

/// Whether a word is one of those for a deed or a thing, or says nothing.
fn is_known(word: &str) -> bool {
    let words = [word.to_owned()];
    let says_nothing = ["", "a", "an", "the", "my", "one"].contains(&word);
    says_nothing || !known(&words, DEEDS).is_empty() || !known(&words, THINGS).is_empty()
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
            ("task_job_remove", "task_job_delete"),
            ("delete_task_job", "task_job_delete"),
            ("remove_task_step", "task_job_delete"),
            ("task_code_remove", "task_code_delete"),
            ("delete_task_file", "task_code_delete"),
            ("delete_process_task", "task_delete"),
            ("task_job_create", "task_job_add"),
            ("task_job_complete", "task_job_update"),
            ("get_task_code", "task_code_get"),
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
            "task_remove_label",
            "remove_task_dependency",
            "issue_remove_assignee",
            "undo_delete_task",
            "undo_task_delete",
            "task_clear_claim",
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
        assert_eq!(meant("delete_task_job", &["task_delete"]), [""; 0]);
        assert_eq!(of_all("undo_delete_task"), ["process_undo"]);
        assert_eq!(of_all("get_all_tasks"), ["task_list"]);
        assert_eq!(of_all(&"_".repeat(400_000)), [""; 0]);
    }
}
