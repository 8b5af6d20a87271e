//! What people wait for: pages over many processes and large ones, and the word that something
//! changed.

use std::{
    collections::HashSet,
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    sync::mpsc::{Receiver, Sender, channel},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::{
    Effort, starts,
    statistics::{Latencies, median},
    target::Target,
    wire::Era,
};
use crate::table::{Table, figure};

/// How many processes Home lists.
const PROCESSES: usize = 1_000;

/// How many tasks the board has.
const TASKS: usize = 5_000;

/// How long the large snippets are, in bytes.
const SNIPPET: usize = 1 << 20;

/// When everything in the files was made.
const TIME: &str = "2026-01-02T03:04:05.678901Z";

/// How many pages listen to the changes.
const LISTENERS: [usize; 2] = [1, 200];

/// How many changes are made, for each number of listeners.
const CHANGES: usize = 100;

/// Measures the pages of our server over a directory of its own.
pub(super) fn tables(binary: &Path, dir: &Path, effort: &Effort) -> Result<[Table; 2]> {
    let storage = dir.join("pages");
    starts::fill(&storage, PROCESSES)?;
    put(&storage, "Board", &board())?;
    put(&storage, "Snippet", &snippet())?;
    let ours = Target::ours(binary, &storage)?;
    let tables = [served(&ours, effort)?, heard(&ours)?];
    ours.stop()?;
    fs::remove_dir_all(storage)?;
    Ok(tables)
}

fn served(ours: &Target, effort: &Effort) -> Result<Table> {
    let note = format!(
        "One browser that asks for one page after the other, from its request to the last byte, \
         gzip taken. Home shows the first 50 of {PROCESSES} processes; the board has {TASKS} tasks; \
         the snippet has two versions of 1 MiB. `as it was` is the same page again with its tag."
    );
    let columns = ["page", "ms p50", "ms p95", "sent kB"];
    let mut table = Table::new("Pages", &note, &columns);
    let snippet = "/p/Snippet/t/task/c/large.rs";
    for (what, path) in [
        ("Home", "/".to_owned()),
        ("a board", "/p/Board?view=board".to_owned()),
        ("a list", "/p/Board".to_owned()),
        ("a snippet", snippet.to_owned()),
        ("a difference", format!("{snippet}?v=2&with=1")),
        ("activity", "/activity".to_owned()),
    ] {
        let mut browser = Browser::new(ours);
        let first = browser.get(&path, None)?;
        ensure!(
            first.status == 200,
            "{path} was answered with {}",
            first.status
        );
        let mut row = |what: &str, tag: Option<&str>| -> Result<()> {
            let begin = Instant::now();
            let mut taken = Latencies::default();
            let mut sizes = Vec::new();
            while taken.len() < 3 || begin.elapsed() < effort.read_time {
                let asked = Instant::now();
                let answer = browser.get(&path, tag)?;
                taken.add(asked.elapsed());
                sizes.push(kilobytes(answer.bytes));
            }
            table.row([
                what.to_owned(),
                figure(Some(taken.percentile(50))),
                figure(Some(taken.percentile(95))),
                figure(median(sizes)),
            ]);
            Ok(())
        };
        row(what, None)?;
        if what == "a board" {
            row("a board, as it was", first.tag.as_deref())?;
        }
    }
    Ok(table)
}

fn heard(ours: &Target) -> Result<Table> {
    let note = format!(
        "{CHANGES} changes at 100 a second over MCP, in ten processes by turns, from the answer to \
         each call until a listener has heard of it or of a later change of that process."
    );
    let columns = ["listeners", "ms p50", "ms p95", "ms at most"];
    let mut table = Table::new("Hearing of changes", &note, &columns);
    for listeners in LISTENERS {
        let heard = changes(ours, listeners)?;
        table.row([
            listeners.to_string(),
            figure(Some(heard.percentile(50))),
            figure(Some(heard.percentile(95))),
            figure(Some(heard.percentile(100))),
        ]);
    }
    Ok(table)
}

/// How long each change took to each listener.
fn changes(ours: &Target, listeners: usize) -> Result<Latencies> {
    let (sender, receiver) = channel();
    for _ in 0..listeners {
        listen(ours.authority(), sender.clone())?;
    }
    drop(sender);
    let mut callers = ours.callers(Era::Sessions, 1, "Process 0")?;
    let caller = callers.first_mut().context("there is no caller")?;
    // Until all listen, what they hear of is lost to the measurement.
    for _ in 0..listeners {
        receiver.recv_timeout(Duration::from_secs(20))?;
    }
    while receiver.recv_timeout(Duration::from_millis(500)).is_ok() {}
    let mut made = Vec::new();
    let begin = Instant::now();
    for number in 0..CHANGES {
        let due = begin + Duration::from_millis(10) * u32::try_from(number)?;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let process = format!("Process {}", number % 10);
        let job = json!({
            "process": process,
            "task_name": "task 0",
            "job_name": format!("measured {listeners} {number}"),
            "job_description": "x",
        });
        let answer = caller.call("task_job_add", &job)?;
        let revision = answer.get("revision").and_then(Value::as_u64);
        made.push((process, revision.context("no revision")?, Instant::now()));
    }
    let told = gather(&receiver, &made, listeners)?;
    for caller in callers {
        caller.close()?;
    }
    Ok(told)
}

/// What a listener heard, and when.
struct Heard {
    listener: std::thread::ThreadId,
    process: String,
    revision: u64,
    at: Instant,
}

/// Matches what was heard with what was changed.
fn gather(
    receiver: &Receiver<Heard>,
    made: &[(String, u64, Instant)],
    listeners: usize,
) -> Result<Latencies> {
    let mut heard = Vec::new();
    while let Ok(one) = receiver.recv_timeout(Duration::from_secs(2)) {
        heard.push(one);
    }
    let mut latencies = Latencies::default();
    let who: HashSet<_> = heard.iter().map(|heard| heard.listener).collect();
    ensure!(
        who.len() == listeners,
        "{} of {listeners} heard anything",
        who.len()
    );
    for listener in who {
        let own: Vec<&Heard> = heard
            .iter()
            .filter(|one| one.listener == listener)
            .collect();
        for (process, revision, at) in made {
            let first = own
                .iter()
                .find(|one| one.process == *process && one.revision >= *revision);
            let first = first.with_context(|| format!("nobody told of {process} {revision}"))?;
            latencies.add(first.at.saturating_duration_since(*at));
        }
    }
    Ok(latencies)
}

/// Listens on a connection and a thread of its own, until the server ends.
fn listen(authority: &str, heard: Sender<Heard>) -> Result<()> {
    let mut stream = TcpStream::connect(authority)?;
    write!(stream, "GET /events HTTP/1.1\r\nhost: {authority}\r\n\r\n")?;
    std::thread::spawn(move || {
        let listener = std::thread::current().id();
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let Some(data) = line.strip_prefix("data: ") else {
                continue;
            };
            let change: Value = serde_json::from_str(data).unwrap_or_default();
            let text = |name: &str| change.get(name).and_then(Value::as_str).map(str::to_owned);
            let told = Heard {
                listener,
                process: text("process").unwrap_or_default(),
                revision: change
                    .get("revision")
                    .and_then(Value::as_u64)
                    .unwrap_or_default(),
                at: Instant::now(),
            };
            if heard.send(told).is_err() {
                break;
            }
        }
    });
    Ok(())
}

/// One that takes gzip and keeps its connection.
struct Browser {
    agent: ureq::Agent,
    base: String,
}

struct Answer {
    status: u16,
    tag: Option<String>,
    bytes: usize,
}

impl Browser {
    fn new(ours: &Target) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .build()
            .into();
        let base = format!("http://{}", ours.authority());
        Self { agent, base }
    }

    fn get(&mut self, path: &str, tag: Option<&str>) -> Result<Answer> {
        let mut request = self
            .agent
            .get(format!("{}{path}", self.base))
            .header("accept", "text/html")
            .header("accept-encoding", "gzip");
        if let Some(tag) = tag {
            request = request.header("if-none-match", tag);
        }
        let mut answer = request.call()?;
        let mut bytes = Vec::new();
        answer.body_mut().as_reader().read_to_end(&mut bytes)?;
        let tag = answer.headers().get("etag");
        Ok(Answer {
            status: answer.status().as_u16(),
            tag: tag.and_then(|tag| tag.to_str().ok()).map(str::to_owned),
            bytes: bytes.len(),
        })
    }
}

fn put(storage: &Path, name: &str, tasks: &Map<String, Value>) -> Result<()> {
    let process = json!({
        "process_name": name,
        "description": "To be looked at",
        "created_at": TIME,
        "tasks": tasks,
    });
    let file = storage.join(format!("{name}.json"));
    fs::write(file, serde_json::to_vec_pretty(&process)?)?;
    Ok(())
}

fn board() -> Map<String, Value> {
    const STATUSES: [&str; 4] = ["todo", "in_progress", "blocked", "done"];
    let task = |number: usize| {
        let task = json!({
            "description": "Look at what the measurement has shown, and write it down",
            "created_at": TIME,
            "status": STATUSES.get(number % 4),
            "jobs": {},
            "code": {},
        });
        (format!("task {number}"), task)
    };
    (0..TASKS).map(task).collect()
}

fn snippet() -> Map<String, Value> {
    let version = |number: usize| {
        let lines = (0..SNIPPET / 32).map(|line| {
            let changed = if line % 100 == 0 { number } else { 0 };
            format!("let line_{line:06} = call({changed:02}); //\n")
        });
        let code = json!({
            "name": "large.rs",
            "content": lines.collect::<String>(),
            "created_at": format!("2026-01-02T03:04:0{number}.678901Z"),
        });
        (format!("large.rs_2026-01-02T03:04:0{number}.678901Z"), code)
    };
    let task = json!({
        "description": "Holds code",
        "created_at": TIME,
        "jobs": {},
        "code": (1..=2).map(version).collect::<Map<String, Value>>(),
    });
    [("task".to_owned(), task)].into_iter().collect()
}

fn kilobytes(bytes: usize) -> f64 {
    u32::try_from(bytes).map_or(f64::NAN, f64::from) / 1000.0
}
