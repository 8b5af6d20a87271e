//! The recorded calls of the Python reference, made again over every transport and era, of servers
//! that offer its tools and answer as it did.
//!
//! An answer here may hold more than the reference's; nothing may be missing and nothing may
//! mean something else. Not one recorded call differs: where we differ on purpose, the
//! transcripts do not go, and [`crate::differences`] shows it instead.

mod agreement;

use std::path::Path;

use pm_postgres::testing::Cluster;
use pm_tests::http_server::HttpServer;
use pm_tests::mcp::Answer;
use pm_tests::sdk::{Client, Era};
use pm_tests::stdio_server::StdioServer;
use pm_tests::storage::Storage;
use serde_json::Value;

pub(crate) use agreement::disagreements;

/// The transcripts, and how many calls each holds.
const TRANSCRIPTS: &[(&str, usize)] = &[
    ("lifecycle", 28),
    ("refusals", 26),
    ("switching", 11),
    ("unicode", 5),
    ("versions", 14),
];

/// One recorded call.
#[derive(serde::Deserialize)]
struct Recorded {
    tool: String,
    arguments: Value,
    result: Value,
}

#[test]
fn over_raw_http() {
    for transcript in TRANSCRIPTS {
        let storage = Storage::new();
        let server = as_recorded(&storage);
        let session = server.session();
        for (place, recorded) in recorded(transcript) {
            let answer = session.call(&recorded.tool, recorded.arguments.clone());
            compare(&place, &recorded, &answer);
        }
    }
}

#[tokio::test]
async fn over_http_with_sessions() {
    over_http(Era::Sessions).await;
}

#[tokio::test]
async fn over_http_without_sessions() {
    over_http(Era::Sessionless).await;
}

#[tokio::test]
async fn over_stdio_with_a_handshake() {
    over_stdio(Era::Sessions).await;
}

#[tokio::test]
async fn over_stdio_without_a_handshake() {
    over_stdio(Era::Sessionless).await;
}

async fn over_http(era: Era) {
    for transcript in TRANSCRIPTS {
        let storage = Storage::new();
        let server = as_recorded(&storage);
        replay(transcript, Client::over_http(&server, era).await).await;
    }
}

async fn over_stdio(era: Era) {
    for transcript in TRANSCRIPTS {
        let storage = Storage::new();
        let mut command = StdioServer::command(storage.path());
        command.env("PM_TOOLS", "reference");
        replay(transcript, Client::spawning(command, era).await).await;
    }
}

#[test]
fn over_a_database() {
    let Some(cluster) = Cluster::start().unwrap() else {
        return;
    };
    let database = cluster.database().unwrap().to_string();
    for transcript in TRANSCRIPTS {
        let storage = Storage::new();
        let server = HttpServer::over(storage.path())
            .args(["--tools", "reference", "--store", &database])
            .args(["--workspace", transcript.0])
            .start();
        let session = server.session();
        for (place, recorded) in recorded(transcript) {
            let answer = session.call(&recorded.tool, recorded.arguments.clone());
            compare(&place, &recorded, &answer);
        }
        assert!(storage.names().is_empty(), "no file is written");
    }
}

/// A server that answers with all fields of the reference.
fn as_recorded(storage: &Storage) -> HttpServer {
    HttpServer::over(storage.path())
        .args(["--tools", "reference"])
        .start()
}

async fn replay(transcript: &(&str, usize), client: Client) {
    for (place, recorded) in recorded(transcript) {
        let answer = client
            .call(&recorded.tool, recorded.arguments.clone())
            .await;
        compare(&place, &recorded, &answer);
    }
    client.close().await;
}

/// The calls of a transcript, each with the place where it stands.
fn recorded((name, calls): &(&str, usize)) -> Vec<(String, Recorded)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("parity/{name}.jsonl"));
    let text = std::fs::read_to_string(path).unwrap();
    let recorded: Vec<(String, Recorded)> = text
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let place = format!("{name}.jsonl:{}", index + 1);
            (place, serde_json::from_str(line).unwrap())
        })
        .collect();
    assert_eq!(recorded.len(), *calls, "{name} is whole");
    recorded
}

fn compare(place: &str, recorded: &Recorded, answer: &Answer) {
    let disagreements = disagreements(&recorded.result, &answer.object);
    assert!(
        disagreements.is_empty(),
        "{place}: {}: {disagreements:#?}\nthe reference: {}\nhere: {}",
        recorded.tool,
        recorded.result,
        answer.object
    );
    if !answer.is_error && recorded.tool != "process_list_all" {
        assert!(
            answer.object["process_name"].is_string(),
            "{place}: every answer names its process: {}",
            answer.object
        );
    }
}
