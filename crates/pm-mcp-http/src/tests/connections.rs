//! Clients that are slow, silent or many.

use std::time::{Duration, Instant};

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::{INITIALIZE, Setting, call, post, read_answer};

const SHORT: Duration = Duration::from_millis(200);

#[tokio::test]
async fn a_half_sent_header_is_cut() {
    let mut setting = Setting::default();
    setting.limits.header = SHORT;
    let server = setting.start().await;
    for sent in [
        "",
        "POST /mcp HT",
        "POST /mcp HTTP/1.1\r\nhost: localhost\r\n",
    ] {
        let mut stream = server.connect().await;
        stream.write_all(sent.as_bytes()).await.unwrap();
        let begun = Instant::now();
        let _ = stream.read_to_end(&mut Vec::new()).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{sent:?}");
    }
}

#[tokio::test]
async fn a_half_sent_body_is_told_so() {
    let setting = Setting {
        body_timeout: SHORT,
        ..Setting::default()
    };
    let server = setting.start().await;
    let mut stream = server.connect().await;
    let request = post(INITIALIZE, &[("origin", "http://localhost")]);
    let (most, _rest) = request.split_at(request.len() - 10);
    stream.write_all(most.as_bytes()).await.unwrap();
    let answer = read_answer(&mut stream).await;
    assert_eq!(answer.status, StatusCode::REQUEST_TIMEOUT);
    assert!(answer.body.contains("0.2 s"), "{}", answer.body);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        "http://localhost"
    );
    assert_eq!(answer.header("connection"), "close");
}

#[tokio::test]
async fn a_body_too_large_is_told_so_before_the_connection_ends() {
    let server = Setting {
        max_body: 100_000,
        ..Setting::default()
    }
    .start()
    .await;
    let chunked = |size: usize| {
        let body = "x".repeat(size);
        format!(
            "POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             transfer-encoding: chunked\r\n\r\n{size:x}\r\n{body}\r\n0\r\n\r\n"
        )
    };
    for request in [post(&"x".repeat(300_000), &[]), chunked(300_000)] {
        let answer = server.exchange(&request).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.body.contains("100000 bytes"), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_connection_too_many_is_turned_away_with_an_answer() {
    let mut setting = Setting::default();
    setting.limits.connections = 2;
    let server = setting.start().await;
    let first = server.connect().await;
    let _second = server.connect().await;
    // Connections are taken in order: once the third has its answer, the first two are in.
    let answer = server
        .exchange("GET /health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        .await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("--max-connections"), "{}", answer.body);
    drop(first);
    server.until_healthy().await;
}

#[tokio::test]
async fn a_client_that_reads_nothing_loses_its_place() {
    let mut setting = Setting::default();
    setting.limits.connections = 1;
    setting.limits.send = SHORT;
    let server = setting.start().await;
    let session = server.initialize().await;
    let mut stalled = server.connect().await;
    let request = post(&call("large"), &[("mcp-session-id", session.as_str())]);
    stalled.write_all(request.as_bytes()).await.unwrap();
    stalled.read_exact(&mut [0; 16]).await.unwrap();
    // The only place is taken until the server gives the silent client up.
    server.until_healthy().await;
    let mut bytes = Vec::new();
    let _ = stalled.read_to_end(&mut bytes).await;
    assert!(
        bytes.len() < 8 << 20,
        "{} bytes came after all",
        bytes.len()
    );
}
