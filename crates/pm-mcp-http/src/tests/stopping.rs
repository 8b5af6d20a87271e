//! Stopping: running calls finish, streams do not hold it up, new work is not taken.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::support::{INITIALIZE, Server, Setting, call, post};

/// Starts a call in a session and returns its connection once the answer's stream has begun.
async fn start_call(server: &Server) -> TcpStream {
    let session = server.initialize().await;
    let mut stream = server.connect().await;
    let request = post(&call("slow"), &[("mcp-session-id", session.as_str())]);
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 16]).await.unwrap();
    stream
}

/// Opens an event stream that answers no call.
async fn open_stream(server: &Server) -> TcpStream {
    let session = server.initialize().await;
    let mut stream = server.connect().await;
    let request = format!(
        "GET /mcp HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nmcp-session-id: {session}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.read_exact(&mut [0; 16]).await.unwrap();
    stream
}

#[tokio::test]
async fn a_running_call_finishes_and_is_answered() {
    let server = Setting::default().start().await;
    let mut calling = start_call(&server).await;
    let _listening = open_stream(&server).await;
    let _idle = server.connect().await;
    let begun = Instant::now();
    server.stop.cancel();
    let mut rest = String::new();
    calling.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("finished"), "{rest}");
    assert_eq!(server.task.await.unwrap(), 0);
    assert!(
        begun.elapsed() < Duration::from_secs(8),
        "{:?}",
        begun.elapsed()
    );
    assert!(TcpStream::connect(server.address).await.is_err());
}

#[tokio::test]
async fn streams_and_connections_without_a_call_do_not_hold_it_up() {
    let server = Setting::default().start().await;
    let mut listening = open_stream(&server).await;
    let mut idle = server.connect().await;
    let mut sending = server.connect().await;
    let (most, _rest) = INITIALIZE.split_at(20);
    let half_sent = post(INITIALIZE, &[]).replace(INITIALIZE, most);
    sending.write_all(half_sent.as_bytes()).await.unwrap();
    server.until_healthy().await;
    let begun = Instant::now();
    server.stop.cancel();
    assert_eq!(server.task.await.unwrap(), 0);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
    let _ = listening.read_to_end(&mut Vec::new()).await;
    let _ = idle.read_to_end(&mut Vec::new()).await;
}

#[tokio::test]
async fn the_grace_is_an_end() {
    let mut setting = Setting::default();
    setting.limits.grace = Duration::from_millis(50);
    let server = setting.start().await;
    let _calling = start_call(&server).await;
    server.stop.cancel();
    assert_eq!(server.task.await.unwrap(), 1);
}
