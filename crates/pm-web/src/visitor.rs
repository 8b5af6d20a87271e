//! Who looks at the page that is being made, for what stands around every page: no handler needs to
//! pass it on.

use std::sync::Arc;

use tokio::task_local;

use crate::login::Session;
use crate::preferences::Preferences;

task_local! {
    static VISITOR: Visitor;
}

/// Who looks at a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Visitor {
    session: Option<Session>,
    principal: Option<Arc<str>>,
    may_change: bool,
    preferences: Preferences,
}

/// Somebody as far as pages depend on who looks at them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Reader {
    is_logged_in: bool,
    may_change: bool,
    preferences: Preferences,
}

impl Visitor {
    /// Somebody with this session, or with none, who may change things or only read them.
    pub(crate) fn new(
        session: Option<Session>,
        may_change: bool,
        preferences: Preferences,
    ) -> Self {
        Self {
            session,
            principal: None,
            may_change,
            preferences,
        }
    }

    /// The same, who has proved to have this name.
    pub(crate) fn proved_to_be(self, principal: Option<&Arc<str>>) -> Self {
        let principal = principal.cloned();
        Self { principal, ..self }
    }

    /// The name that they have proved to have.
    pub(crate) fn principal(&self) -> Option<&Arc<str>> {
        self.principal.as_ref()
    }

    /// Who looks at the page that is being made here.
    pub(crate) fn current() -> Self {
        VISITOR.try_with(Self::clone).unwrap_or_default()
    }

    /// Answers a request of theirs.
    pub(crate) async fn served<T>(self, answering: impl Future<Output = T>) -> T {
        VISITOR.scope(self, answering).await
    }

    /// Does work for them on another thread.
    pub(crate) fn does<T>(self, work: impl FnOnce() -> T) -> T {
        VISITOR.sync_scope(self, work)
    }

    /// What pages depend on of them.
    pub(crate) fn reader(self) -> Reader {
        Reader {
            is_logged_in: self.is_logged_in(),
            may_change: self.may_change,
            preferences: self.preferences,
        }
    }

    /// Whether pages offer them changes.
    pub(crate) fn may_change(&self) -> bool {
        self.may_change
    }

    /// Whether they can log out.
    pub(crate) fn is_logged_in(&self) -> bool {
        self.session.is_some()
    }

    /// What they chose for themselves.
    pub(crate) fn preferences(&self) -> &Preferences {
        &self.preferences
    }
}
