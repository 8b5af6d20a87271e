//! The texts of a process that are edited as a whole: which of them were changed since an edit of
//! them was begun.

use super::Process;
use crate::error::{ChangedMeanwhile, EditedText, InTask, Unresolved};
use crate::model::TextEdit;
use crate::{Error, Job, SnippetName, Task, TaskName};

impl Process {
    /// Refuses an edit of the description if that was changed since the edit was begun.
    pub(crate) fn refuse_stale_description(&self, edit: &TextEdit) -> Result<(), Error> {
        self.refuse_stale(edit, &self.description, || {
            EditedText::Process(self.name.clone())
        })
    }

    /// Refuses an edit of the description of `task` if that was changed since the edit was begun.
    pub(crate) fn refuse_stale_task(
        &self,
        (name, task): (&TaskName, &Task),
        edit: &TextEdit,
    ) -> Result<(), Error> {
        self.refuse_stale(edit, &task.description, || {
            EditedText::Task(self.within(name.clone()))
        })
    }

    /// Refuses an edit of the description of a job if that was changed since the edit was begun.
    pub(super) fn refuse_stale_job(
        &self,
        task: &TaskName,
        (key, job): (&str, &Job),
        edit: &TextEdit,
    ) -> Result<(), Error> {
        self.refuse_stale(edit, &job.description, || EditedText::Job {
            within: self.within(task.clone()),
            job: job.name.clone(),
            key: key.to_owned(),
        })
    }

    /// Refuses an edit of the code that `snippet` means if that was changed since the edit was
    /// begun. An edit that was made from some code is also refused if there is no such code any
    /// more.
    pub(crate) fn refuse_stale_code(
        &self,
        task: &str,
        snippet: &SnippetName,
        edit: &TextEdit,
    ) -> Result<(), Error> {
        if edit.from.is_none() {
            return Ok(());
        }
        let (task_name, task) = self.task(task)?;
        let within = || -> InTask { self.within(task_name.clone()) };
        let name = match task.snippet_to_change(snippet) {
            Ok(name) => name,
            Err(refusal) => return Err(refusal.within(within())),
        };
        let last = task.code.index().last_key_of(&name);
        let last = last.and_then(|key| Some((key, task.code.get(key)?)));
        let Some((key, version)) = last else {
            return Err(Error::Snippet(within(), Unresolved::unknown(name.as_str())));
        };
        self.refuse_stale(edit, &version.content, || EditedText::Code {
            within: within(),
            snippet: name.clone(),
            key: key.clone(),
        })
    }

    fn refuse_stale(
        &self,
        edit: &TextEdit,
        present: &str,
        text: impl FnOnce() -> EditedText,
    ) -> Result<(), Error> {
        if !edit.is_stale(present) {
            return Ok(());
        }
        Err(Error::ChangedMeanwhile(Box::new(ChangedMeanwhile {
            text: text(),
            now: present.to_owned(),
            revision: self.revision,
            change: None,
        })))
    }
}
