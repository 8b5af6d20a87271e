//! Each caller whose token is in a file is served what is theirs.

use std::path::Path;
use std::sync::{Arc, Weak};

use pm_cli::Hangups;
use pm_core::{MemoryStore, ProcessManager};
use pm_tools::PmServer;
use pm_web::{Access, FrontEnd, Logouts, SeveralLogins};

use super::apart::Alike;
use super::{Serving, ToServe};
use crate::app::Served;
use crate::config::StartError;
use crate::layers::auth::Gate;
use crate::realms::Realms;
use crate::reread::{end_in_time, reread};
use crate::token_file::{Entry, TokenFile};

/// What is said of a file of tokens that lists nobody.
const NOBODY: &str = "\
    nobody is in it; 'pm token new NAME' or 'pm-mcp-http token new NAME' makes a token and what to \
    put there";

impl Serving {
    /// Each caller whose token is in the file is served what is theirs.
    pub(super) fn by_token(self, path: &Path) -> Result<ToServe, StartError> {
        let of_file = |problem: String| StartError::Tokens {
            path: path.to_owned(),
            problem,
        };
        // Before anything that takes long: until somebody listens for the signal, it ends the
        // program.
        let hangups = Hangups::listen().map_err(StartError::Runtime)?;
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(StartError::Random)?;
        let logins = SeveralLogins::new(&secret, Logouts::in_memory());
        let file = TokenFile::read(path).map_err(|problem| of_file(problem.to_string()))?;
        if file.entries().is_empty() {
            return Err(of_file(NOBODY.to_owned()));
        }
        let (work, closing) = (self.work.clone(), self.ending.closing.clone());
        let has_pages = self.has_pages;
        let logins_of_each = logins.clone();
        let realms = Arc::new_cyclic(|realms: &Weak<Realms<Entry, PmServer>>| {
            let realms = realms.clone();
            let of_all = move || realms.upgrade().map(|it| it.servers()).unwrap_or_default();
            let alike = Alike::of(&self, Arc::new(of_all));
            Realms::new(move |entry: &Entry| {
                let login = logins_of_each.of(entry.digest.as_bytes());
                self.realm(&entry.grant, Some(login), &alike)
            })
        });
        if let Some(problem) = realms.set(&file).into_iter().next() {
            return Err(of_file(problem));
        }
        let pages = has_pages.then(|| {
            let known = Arc::clone(&realms);
            let digest_of = move |token: &[u8]| {
                let digest = known.digest(token)?;
                Some(digest.as_bytes().to_vec())
            };
            // The door shows no processes: whoever comes in has pages of their own.
            let nothing = ProcessManager::new(MemoryStore::new());
            let access = Access::Token(logins.door(digest_of));
            let door = FrontEnd::new(nothing, access, closing.clone());
            (Arc::clone(&realms), door)
        });
        let gate = Gate::OneOfSeveral({
            let realms = Arc::clone(&realms);
            Arc::new(move |token, extensions| realms.admit(token, extensions))
        });
        let ending = end_in_time(Arc::clone(&realms));
        work.spawn(closing.clone().run_until_cancelled_owned(ending));
        let rereading = reread(hangups, path.to_owned(), Arc::clone(&realms));
        work.spawn(closing.run_until_cancelled_owned(rereading));
        let servers = Arc::new(move || realms.servers());
        Ok((Served::Apart(pages), gate, servers))
    }
}
