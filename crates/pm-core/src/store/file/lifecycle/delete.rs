//! Processes that go into the trash.

use super::super::disk::store_dir::Unavailable;
use super::processes::Processes;
use super::trash;
use crate::store::Requester;
use crate::{Error, ProcessName};

impl Processes {
    /// Puts a process into the trash.
    pub(crate) fn delete(&self, name: &ProcessName, requester: &Requester) -> Result<(), Error> {
        self.wait_for(name)?;
        let names = self.lock_names()?;
        let actor = &requester.author.actor;
        let file = self.with_document(name.as_str(), |document| {
            let writer = document.lock(self.shared.dir.deadline())?;
            match writer.look() {
                Ok(cached) if cached.process.name == *name => {}
                Ok(_) | Err(Unavailable::Missing) => return Ok(None),
                Err(absent) => return Err(absent.refusal(document.file())),
            }
            requester.check()?;
            let put = trash::put(&names, &writer, name, actor);
            writer.forget();
            put?;
            self.shared.hub.gone(name, Some(actor));
            Ok(Some(document.file().to_owned()))
        })?;
        self.documents.remove(&file);
        self.shared.notices.gone(&file);
        self.shared.damage.has_moved(&file);
        self.background.look_after_trash();
        Ok(())
    }
}
