//! What a form asks for, and of what: each change is a function of that.

use axum::extract::State;
use axum::routing::{MethodRouter, post};
use pm_core::ProcessManager;
use serde::de::DeserializeOwned;

use super::{Made, Sent};
use crate::form::Form;
use crate::front_end::FrontEnd;
use crate::names::Names;
use crate::problem::Problem;

/// What a form asks for, of what its address names; the manager acts in the name of who sent it.
pub(crate) struct Asked<'a, N>(
    pub(super) &'a ProcessManager,
    pub(super) &'a N,
    pub(super) &'a Form,
);

/// What is asked of a process.
pub(super) type OfProcess<'a> = Asked<'a, String>;

/// What is asked of a task, named behind its process.
pub(super) type OfTask<'a> = Asked<'a, (String, String)>;

/// What is asked of a part of a task: of a job, by its key, or of a snippet.
pub(super) type OfPart<'a> = Asked<'a, (String, String, String)>;

/// Takes the forms that ask for a change.
pub(crate) fn asks_for<N>(
    change: fn(Asked<'_, N>) -> Result<Made, Problem>,
) -> MethodRouter<FrontEnd>
where
    N: DeserializeOwned + Send + Sync + 'static,
{
    let take = move |State(front): State<FrontEnd>, Names(names): Names<N>, sent: Sent| async move {
        let change = move |manager: &_, form: &_| change(Asked(manager, &names, form));
        front.change(sent, change).await
    };
    post(take)
}
