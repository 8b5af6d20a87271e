//! What the pages show of the server itself: what it keeps things in, who calls it, what it refused,
//! and what an examination finds. The pages know no protocol; whoever serves them tells.

use std::time::Duration;

use pm_core::Timestamp;
use pm_core::doctor::Concern;

/// Tells of a server. What it does not know it leaves out.
pub trait ServerState: Send + Sync {
    /// What it keeps things in.
    fn storage(&self) -> Option<Storage> {
        None
    }

    /// What somebody should know who runs it, each as a sentence without its full stop.
    fn warnings(&self) -> Vec<String> {
        Vec::new()
    }

    /// Who is connected, and who is remembered without a connection.
    fn callers(&self) -> Vec<Caller> {
        Vec::new()
    }

    /// The last calls that were refused, the last one first.
    fn refused_calls(&self) -> Vec<Call> {
        Vec::new()
    }

    /// The callers whose last calls were refused, all of them alike.
    fn stuck_callers(&self) -> Vec<StuckCaller> {
        Vec::new()
    }

    /// Whether [`examine`](Self::examine) can be asked for.
    fn can_examine(&self) -> bool {
        false
    }

    /// Examines what is kept, and changes nothing in it; or says why that cannot be done. It may
    /// take as long as reading all of it.
    fn examine(&self) -> Result<Examination, String> {
        Ok(Examination::default())
    }
}

/// What a server keeps things in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// Its kind, such as `a JSON file for each process`.
    pub kind: String,
    /// Where it is, such as a path.
    pub place: String,
    /// The version of its format.
    pub format: String,
}

/// A program that calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// Its name, as claims have it.
    pub name: String,
    /// Since when it is connected; without a connection, when it called first.
    pub since: Timestamp,
    /// Whether it is connected.
    pub is_connected: bool,
    /// What it called last.
    pub last_call: Option<Call>,
}

/// A call that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it was answered.
    pub at: Timestamp,
    /// Who called, as claims have the name.
    pub caller: String,
    /// The tool.
    pub tool: String,
    /// The process that it was about, if that is known.
    pub process: Option<String>,
    /// How long it took.
    pub took: Duration,
    /// The length of the answer, in bytes.
    pub answer_bytes: usize,
    /// What the caller was told if it was refused, as a sentence.
    pub refusal: Option<String>,
}

/// A caller that seems stuck.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StuckCaller {
    /// Its last call.
    pub last: Call,
    /// How many calls were refused like that in a row.
    pub times: usize,
}

/// What an examination found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examination {
    /// What there is to say: whom it concerns, and a sentence without its full stop.
    pub findings: Vec<(Concern, String)>,
    /// All of it in a line.
    pub summary: String,
}

/// A server that tells nothing of itself.
pub(crate) struct NothingKnown;

impl ServerState for NothingKnown {}
