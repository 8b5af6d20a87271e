//! The word that something changed: how long it takes to those who listen, and what it takes from
//! those who call.

use std::{
    collections::HashSet,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, ensure};
use serde_json::{Value, json};

use super::{
    Effort,
    caller::Caller,
    load::Limit,
    proc,
    statistics::{Latencies, median},
    target::{Call, Target},
    wire::Era,
};
use crate::table::{Table, figure};

/// How many pages listen to the changes.
const LISTENERS: [usize; 2] = [1, 200];

/// How many changes are made, for each number of listeners.
const CHANGES: usize = 100;

/// A change every so often.
const A_CHANGE: Duration = Duration::from_millis(10);

/// How many callers read beside the listeners.
const CALLERS: usize = 8;

/// Measures how long changes take to those who listen.
pub(super) fn heard(ours: &Target) -> Result<Table> {
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

/// Measures reads over MCP while changes are made and pages listen to them.
pub(super) fn beside(ours: &Target, effort: &Effort) -> Result<Table> {
    let most = LISTENERS.into_iter().max().unwrap_or_default();
    let note = format!(
        "`task_list` in sessions with {CALLERS} connections while 100 changes a second are made, \
         by turns with nobody and with {most} pages that listen to them. `of nobody's` is the median \
         of the rounds' ratios; what the listeners take of the processor themselves is in it."
    );
    let columns = ["listeners", "calls/s", "p99 ms", "of nobody's", "RSS MiB"];
    let mut table = Table::new("Calls beside listeners", &note, &columns);
    let mut rounds = Vec::new();
    for _ in 0..effort.rounds {
        rounds.push((
            read_beside(ours, 0, effort)?,
            read_beside(ours, most, effort)?,
        ));
    }
    let ratios = rounds
        .iter()
        .map(|(alone, beside)| beside.rate / alone.rate);
    let ratio = figure(median(ratios));
    let alone: Vec<_> = rounds.iter().map(|(alone, _)| alone).collect();
    let beside: Vec<_> = rounds.iter().map(|(_, beside)| beside).collect();
    for (listeners, rounds, ratio) in [(0, alone, "–"), (most, beside, ratio.as_str())] {
        let of = |value: fn(&Beside) -> Option<f64>| {
            figure(median(rounds.iter().filter_map(|round| value(round))))
        };
        table.row([
            listeners.to_string(),
            of(|round| Some(round.rate)),
            of(|round| Some(round.p99)),
            ratio.to_owned(),
            of(|round| round.resident),
        ]);
    }
    Ok(table)
}

/// What a round of reads beside listeners showed.
struct Beside {
    rate: f64,
    p99: f64,
    resident: Option<f64>,
}

fn read_beside(ours: &Target, listeners: usize, effort: &Effort) -> Result<Beside> {
    let listening = (0..listeners)
        .map(|_| connect(ours.authority()))
        .collect::<Result<Vec<_>>>()?;
    let mut changer = ours.caller(Era::Sessions)?;
    let limit = Limit {
        calls: usize::MAX,
        time: effort.read_time,
    };
    let done = AtomicBool::new(false);
    let round = std::thread::scope(|scope| {
        for stream in &listening {
            scope.spawn(move || {
                let lines = BufReader::new(stream).lines().map_while(Result::ok);
                lines.for_each(drop);
            });
        }
        let changing = scope.spawn(|| -> Result<()> {
            let begin = Instant::now();
            for number in 0_u32.. {
                if done.load(Ordering::Relaxed) {
                    break;
                }
                let due = begin + A_CHANGE * number;
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
                change(&mut changer, number)?;
            }
            Ok(())
        });
        let round = ours.round(Era::Sessions, CALLERS, "Process 50", &Call::Read, limit);
        let resident = ours.pid().and_then(proc::resident);
        done.store(true, Ordering::Relaxed);
        let outcome = changing.join().map_err(|_| anyhow!("the changes failed"));
        for stream in &listening {
            stream.shutdown(std::net::Shutdown::Both)?;
        }
        outcome??;
        Ok::<_, anyhow::Error>((round?, resident))
    });
    changer.close()?;
    let (round, resident) = round?;
    Ok(Beside {
        rate: round.rate,
        p99: round.latencies.percentile(99),
        resident,
    })
}

/// Makes one of many changes, which go round ten processes; answers its process and revision.
fn change(caller: &mut Caller, number: u32) -> Result<(String, u64)> {
    let process = format!("Process {}", number % 10);
    let status = if (number / 10).is_multiple_of(2) {
        "in_progress"
    } else {
        "todo"
    };
    let task = json!({ "process": process, "task_name": "task 0", "status": status });
    let answer = caller.call("task_update", &task)?;
    let revision = answer.get("revision").and_then(Value::as_u64);
    Ok((process, revision.context("no revision")?))
}

/// How long each change took to each listener.
fn changes(ours: &Target, listeners: usize) -> Result<Latencies> {
    let (sender, receiver) = channel();
    for _ in 0..listeners {
        listen(ours.authority(), sender.clone())?;
    }
    drop(sender);
    let mut caller = ours.caller(Era::Sessions)?;
    // Until all listen, what they hear of is lost to the measurement.
    for _ in 0..listeners {
        receiver.recv_timeout(Duration::from_secs(20))?;
    }
    while receiver.recv_timeout(Duration::from_millis(500)).is_ok() {}
    let mut made = Vec::new();
    let begin = Instant::now();
    for number in 0..u32::try_from(CHANGES)? {
        let due = begin + A_CHANGE * number;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let (process, revision) = change(&mut caller, number)?;
        made.push((process, revision, Instant::now()));
    }
    let told = gather(&receiver, &made, listeners)?;
    caller.close()?;
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

/// Asks for the stream of changes.
fn connect(authority: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(authority)?;
    write!(stream, "GET /events HTTP/1.1\r\nhost: {authority}\r\n\r\n")?;
    Ok(stream)
}

/// Listens on a connection and a thread of its own, until the server ends.
fn listen(authority: &str, heard: Sender<Heard>) -> Result<()> {
    let stream = connect(authority)?;
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
