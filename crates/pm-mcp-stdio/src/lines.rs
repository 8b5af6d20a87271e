//! The connection: one message a line, in and out.
//!
//! It differs from the protocol library's own transport in three ways. A line that is no message is
//! answered, so that its sender need not wait for ever. Each call is entered into the line of its
//! caller in the order of arrival. And two requests that bear the same id get an answer each.

use std::io;
use std::sync::Arc;

use pm_tools::frame::{Envelope, Kind, Malformed, UNKNOWN_MESSAGE, Unread, Why, initialize};
use pm_tools::{Numbering, Turns, restore_id};
use rmcp::model::{ClientJsonRpcMessage, ClientRequest, GetExtensions, JsonRpcMessage};
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::Transport;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::sync::{mpsc, oneshot};

/// The longest line that is read, in bytes. A longer one is refused, and skipped.
const LINE_MAX: usize = 16 * 1024 * 1024;

/// What some programs put in front of their first line.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How many answers may wait to be written to a client that does not read. If there are more,
/// nothing is read after a line that is no message until it is answered.
const ANSWERS_MAX: usize = 64;

/// A connection over `R` and what [`write_lines`] writes to.
pub(crate) struct Lines<R> {
    input: BufReader<R>,
    /// What has come of the current line.
    line: Vec<u8>,
    /// Whether the current line is too long and its rest is skipped.
    skipping: bool,
    /// What is to be answered to the last line, before the next one is read.
    refusal: Option<Malformed>,
    answers: Option<mpsc::Sender<Answer>>,
    numbering: Arc<Numbering>,
    turns: Turns,
}

/// A line to be written, and who waits until it is.
struct Answer {
    line: Vec<u8>,
    written: Option<oneshot::Sender<io::Result<()>>>,
}

impl<R: AsyncRead + Send + Unpin> Lines<R> {
    /// Reads from `input` and writes to `output`; calls stand in `turns`.
    pub(crate) fn new(
        input: R,
        output: impl AsyncWrite + Send + Unpin + 'static,
        turns: Turns,
    ) -> Self {
        let (answers, waiting) = mpsc::channel(ANSWERS_MAX);
        tokio::spawn(write_lines(output, waiting));
        Self {
            input: BufReader::new(input),
            line: Vec::new(),
            skipping: false,
            refusal: None,
            answers: Some(answers),
            numbering: Arc::default(),
            turns,
        }
    }

    /// Reads on until a line is whole or too long; false at the end of the input.
    ///
    /// If this is dropped half way, nothing is lost: what was taken from the input is in `line`.
    async fn read_line(&mut self) -> io::Result<bool> {
        loop {
            let read = self.input.fill_buf().await?;
            if read.is_empty() {
                // A last line without an end may have been cut off, so it is not acted on.
                return Ok(false);
            }
            let end = read.iter().position(|byte| *byte == b'\n');
            let (part, length) = match end {
                Some(end) => (read.get(..end).unwrap_or_default(), end + 1),
                None => (read, read.len()),
            };
            if !self.skipping {
                self.line.extend_from_slice(part);
            }
            self.input.consume(length);
            if self.line.len() > LINE_MAX {
                self.line = Vec::new();
                self.skipping = end.is_none();
                self.refusal = Some(Malformed::unread(Unread {
                    why: Why::TooLong { limit: LINE_MAX },
                    id: None,
                }));
                return Ok(true);
            }
            if end.is_some() && !std::mem::take(&mut self.skipping) {
                return Ok(true);
            }
        }
    }

    /// Makes a message of the line, or notes what is to be answered to it.
    fn message(&mut self) -> Option<ClientJsonRpcMessage> {
        let line = std::mem::take(&mut self.line);
        let text = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&line);
        if text.trim_ascii().is_empty() {
            return None;
        }
        let mut message = match serde_json::from_slice(text) {
            Ok(message) => message,
            Err(error) => {
                tracing::debug!(%error, "a line is no message");
                self.refusal = explain(text);
                return None;
            }
        };
        if is_odd_initialize(&message) {
            self.refusal = what_it_lacks(text);
            return None;
        }
        if !self.numbering.let_in(&mut message) {
            return None;
        }
        if let JsonRpcMessage::Request(request) = &mut message
            && let Some(tool) = tool(&request.request)
        {
            let turn = self.turns.enter(tool);
            request.request.extensions_mut().insert(turn);
        }
        Some(message)
    }
}

impl<R: AsyncRead + Send + Unpin + 'static> Transport<RoleServer> for Lines<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        mut message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        self.numbering.answered(&message);
        restore_id(&mut message);
        let line = serde_json::to_vec(&message).map_err(io::Error::from);
        let answers = self.answers.clone();
        async move {
            let (written, is_written) = oneshot::channel();
            let answer = Answer {
                line: line?,
                written: Some(written),
            };
            let answers = answers.ok_or(io::ErrorKind::NotConnected)?;
            let sent = answers.send(answer).await;
            sent.map_err(|_| io::ErrorKind::BrokenPipe)?;
            is_written.await.map_err(|_| io::ErrorKind::BrokenPipe)?
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        loop {
            if self.refusal.is_some() {
                // The refusal is taken only once there is room: this may be dropped before.
                let room = self.answers.as_ref()?.reserve().await.ok()?;
                let line = self.refusal.take().map(|it| serde_json::to_vec(&it));
                if let Some(Ok(line)) = line {
                    room.send(Answer {
                        line,
                        written: None,
                    });
                }
            }
            match self.read_line().await {
                Ok(true) if self.refusal.is_some() => {}
                Ok(true) => {
                    if let Some(message) = self.message() {
                        return Some(message);
                    }
                }
                Ok(false) => return None,
                Err(error) => {
                    tracing::error!(error = %pm_core::reason(&error), "the input cannot be read");
                    return None;
                }
            }
        }
    }

    async fn close(&mut self) -> io::Result<()> {
        self.answers = None;
        Ok(())
    }
}

/// The tool that a request calls. A call with odd arguments is none to the library.
fn tool(request: &ClientRequest) -> Option<&str> {
    match request {
        ClientRequest::CallToolRequest(call) => Some(&call.params.name),
        ClientRequest::CustomRequest(custom) if custom.method == "tools/call" => {
            custom.params.as_ref()?.get("name")?.as_str()
        }
        _ => None,
    }
}

/// Whether a client opens the connection in a way that the library takes for no opening at all.
fn is_odd_initialize(message: &ClientJsonRpcMessage) -> bool {
    matches!(message, JsonRpcMessage::Request(request)
        if matches!(&request.request, ClientRequest::CustomRequest(custom)
            if custom.method == "initialize"))
}

/// What is answered to such an opening.
fn what_it_lacks(line: &[u8]) -> Option<Malformed> {
    let id = Envelope::read(line, usize::MAX).ok()?.id?;
    let lack = initialize::in_short(line, &id).err();
    Some(Malformed::invalid_params(
        Some(id),
        lack.as_deref().unwrap_or(UNKNOWN_MESSAGE),
    ))
}

/// The answer to a line that is no message; none to a notification, as always.
fn explain(line: &[u8]) -> Option<Malformed> {
    // The sender of this line has this program to itself, so the number of values has no limit.
    let envelope = match Envelope::read(line, usize::MAX) {
        Ok(envelope) => envelope,
        Err(unread) => return Some(Malformed::unread(unread)),
    };
    let flaw = envelope.flaw.unwrap_or(UNKNOWN_MESSAGE);
    let answered = envelope.kind != Kind::Notification;
    answered.then(|| Malformed::invalid_request(envelope.id, flaw))
}

/// Writes one answer after the other, until nobody is left who could send one or one cannot be
/// written.
async fn write_lines(
    mut output: impl AsyncWrite + Send + Unpin,
    mut answers: mpsc::Receiver<Answer>,
) {
    while let Some(Answer { mut line, written }) = answers.recv().await {
        line.push(b'\n');
        let result = async {
            output.write_all(&line).await?;
            output.flush().await
        };
        let result = result.await;
        let failed = result.is_err();
        if let Some(written) = written {
            // Nobody waits for an answer whose connection is being closed.
            let _ = written.send(result);
        }
        if failed {
            return;
        }
    }
}
