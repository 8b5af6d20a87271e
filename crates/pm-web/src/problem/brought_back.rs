//! What is not there any more: a process in the trash, and a task or a snippet whose deletion the
//! history tells, each with what brings it back.

use pm_core::history::{Edit, EntryEdit, PastChange};
use pm_core::manager::HistoryQuery;
use pm_core::resolve::folded;
use pm_core::{ProcessManager, ProcessName, SnippetVersion, Task, TaskName, Timestamp};

use super::Problem;
use super::gone::Gone;
use crate::address;
use crate::frame::Link;
use crate::moment::exactly;
use crate::visitor::Visitor;

impl Problem {
    /// The same with what brings back what is not there, if it was deleted and can be.
    pub(crate) fn with_what_brings_back(self, manager: &ProcessManager) -> Self {
        match self.gone.as_deref().cloned() {
            None | Some(Gone::InTrash { .. }) => self,
            Some(Gone::Process(wanted)) => self.by_putting_back(manager, &wanted),
            Some(Gone::Task(process, wanted)) => {
                let is_it = |edit: &Edit| matches!(edit, Edit::Task(edit) if is_end(edit, &wanted));
                self.by_undo(manager, &process, is_it)
            }
            Some(Gone::Snippet(process, task, wanted)) => {
                let is_it = |edit: &Edit| match edit {
                    Edit::Code(of, edit) => *of == task && is_end_of_code(edit, &wanted),
                    _ => false,
                };
                self.by_undo(manager, &process, is_it)
            }
        }
    }

    fn by_putting_back(self, manager: &ProcessManager, wanted: &str) -> Self {
        let wanted = folded(wanted);
        let trash = manager.trash().unwrap_or_default();
        let mut trash = trash.into_iter();
        let Some(item) = trash.find(|item| folded(item.name.as_str()) == wanted) else {
            return self;
        };
        let told = self.deleted(&item.by, &item.deleted_at);
        if Visitor::current().may_change() {
            let segment = address::segment(item.name.as_str());
            let put_back = format!("/trash/{segment}/restore");
            let gone = Some(Box::new(Gone::InTrash { put_back }));
            return Self { gone, ..told };
        }
        told.leading_first_to("Trash", "/trash".to_owned())
    }

    /// Finds the last deletion that still stands, and leads to where it is taken back.
    fn by_undo(
        self,
        manager: &ProcessManager,
        process: &ProcessName,
        is_it: impl Fn(&Edit) -> bool,
    ) -> Self {
        let history = manager.history(process, &HistoryQuery::default());
        let mut changes = history.map_or(Vec::new(), |page| page.changes).into_iter();
        let deletes = |change: &PastChange| {
            let patch = change.entry.patch.as_ref();
            change.undone_by.is_none() && patch.is_some_and(|patch| patch.0.iter().any(&is_it))
        };
        let Some(change) = changes.find(deletes) else {
            return self;
        };
        let entry = &change.entry;
        let told = self.deleted(&entry.actor.to_string(), &entry.at);
        if !Visitor::current().may_change() {
            return told;
        }
        let page = format!("{}/undo", address::process(process));
        let undo = address::with_query(&page, &[("revision", &entry.revision.to_string())]);
        told.leading_first_to("Take the deletion back", undo)
    }

    /// The same problem, which also says when it was deleted, and by whom.
    fn deleted(mut self, by: &str, at: &Timestamp) -> Self {
        let by = match by {
            "" => String::new(),
            by => format!(" by {by}"),
        };
        let told = format!(" It was deleted{by}, at {}.", exactly(at));
        self.sentence.push_str(&told);
        self
    }

    fn leading_first_to(mut self, name: &str, address: String) -> Self {
        let name = name.to_owned();
        self.links.insert(0, Link { name, address });
        self
    }
}

/// Whether a task of this name went.
fn is_end(edit: &EntryEdit<TaskName, Task>, wanted: &str) -> bool {
    edit.new.is_none() && folded(edit.key.as_str()) == folded(wanted)
}

/// Whether a version of a snippet of this name went.
fn is_end_of_code(edit: &EntryEdit<String, SnippetVersion>, wanted: &str) -> bool {
    let old = edit.old.as_ref().filter(|_| edit.new.is_none());
    old.is_some_and(|old| folded(old.name.as_str()) == folded(wanted))
}

#[cfg(test)]
mod tests {
    use pm_core::ProcessManager;

    use crate::Access;
    use crate::tests::support::browser::{Browser, Site};
    use crate::tests::support::{check, front, garden, get, pages};

    const GARDEN: &str = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E";

    /// A garden of which a task, a snippet and a process are gone.
    fn thinned() -> ProcessManager {
        let manager = garden();
        let garden = manager.process("Garden <script>alert(1)</script>").unwrap();
        manager.delete_task(&garden.name, "beds").unwrap();
        let tokens = "tokens.rs".parse().unwrap();
        manager
            .delete_snippets(&garden.name, "soil test", tokens)
            .unwrap();
        manager
    }

    #[tokio::test]
    async fn what_was_deleted_can_be_had_back_from_where_it_was() {
        let site = Site::new(pages(thinned()));
        let mut browser = Browser::default();
        let task = format!("{GARDEN}/t/beds");
        let code = format!("{GARDEN}/t/soil%20test/c/tokens.rs");
        for (name, path) in [("gone_task", &task), ("gone_code", &code)] {
            let answer = browser.open(&site, path).await;
            assert_eq!(answer.status, 404, "{path}");
            check(name, answer.main());
            let (_, undo) = answer.body.split_once("/undo?revision=").unwrap();
            let revision = undo.split('"').next().unwrap();
            let undo = format!("{GARDEN}/undo");
            let form = [("revision", revision)];
            assert_eq!(browser.submit(&site, &undo, &form).await.status, 303);
            assert_eq!(browser.open(&site, path).await.status, 200, "{path}");
        }
        let old = "/p/Old%20%3Cplan%3E";
        let answer = browser.open(&site, old).await;
        check("gone_process", answer.main());
        // Also from a form that was sent to it, beside what was typed.
        let form = [("description", "typed <b>")];
        let sent = browser
            .submit(&site, &format!("{old}/describe"), &form)
            .await;
        assert_eq!(sent.status, 404);
        let put_back = "<form method=\"post\" action=\"/trash/Old%20%3Cplan%3E/restore\">";
        assert!(sent.body.contains(put_back) && sent.body.contains("typed &#60;b&#62;"));
        let back = browser
            .submit(&site, "/trash/Old%20%3Cplan%3E/restore", &[])
            .await;
        assert_eq!(back.header("location"), old);
        assert_eq!(browser.open(&site, old).await.status, 200);
    }

    #[tokio::test]
    async fn who_only_reads_is_told_alone_and_what_never_was_was_not_deleted() {
        let pages = front(thinned(), Access::Everyone).read_only().into_router();
        let task = get(&pages, &format!("{GARDEN}/t/beds")).await.body;
        assert!(task.contains("It was deleted by llama-ui") && !task.contains("/undo"));
        let old = get(&pages, "/p/Old%20%3Cplan%3E").await.body;
        assert!(
            old.contains("It was deleted") && !old.contains("/restore"),
            "{old}"
        );
        let never = get(&pages, &format!("{GARDEN}/t/never")).await.body;
        assert!(!never.contains("It was deleted"), "{never}");
    }
}
