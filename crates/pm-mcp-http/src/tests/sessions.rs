//! Sessions over HTTP: how they begin and end, and which gives way.

use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::{Server, Setting, call, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;

async fn ping(server: &Server, session: &str) -> StatusCode {
    server
        .exchange(&post(PING, &[("mcp-session-id", session)]))
        .await
        .status
}

#[tokio::test]
async fn a_deleted_session_is_gone() {
    let server = Setting::default().start().await;
    let session = server.initialize().await;
    assert_eq!(ping(&server, &session).await, StatusCode::OK);
    let delete = format!(
        "DELETE /mcp HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nmcp-session-id: {session}\r\n\r\n"
    );
    assert_eq!(
        server.exchange(&delete).await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(ping(&server, &session).await, StatusCode::NOT_FOUND);
    assert_eq!(server.exchange(&delete).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_longest_idle_session_gives_way() {
    let server = Setting {
        max_sessions: 2,
        ..Setting::default()
    }
    .start()
    .await;
    let first = server.initialize().await;
    let second = server.initialize().await;
    assert_eq!(ping(&server, &first).await, StatusCode::OK);
    let third = server.initialize().await;
    assert_eq!(ping(&server, &second).await, StatusCode::NOT_FOUND);
    assert_eq!(ping(&server, &first).await, StatusCode::OK);
    assert_eq!(ping(&server, &third).await, StatusCode::OK);
}

#[tokio::test]
async fn a_session_with_a_running_call_does_not_give_way() {
    let server = Setting {
        max_sessions: 2,
        ..Setting::default()
    }
    .start()
    .await;
    let busy = server.initialize().await;
    let mut stream = server.connect().await;
    let request = post(&call("slow"), &[("mcp-session-id", busy.as_str())]);
    stream.write_all(request.as_bytes()).await.unwrap();
    // The first bytes of the answer's stream: the call has begun.
    stream.read_exact(&mut [0; 16]).await.unwrap();
    let idle = server.initialize().await;
    let _third = server.initialize().await;
    assert_eq!(ping(&server, &idle).await, StatusCode::NOT_FOUND);
    let mut rest = String::new();
    stream.read_to_string(&mut rest).await.unwrap();
    assert!(rest.contains("finished"), "{rest}");
}

#[tokio::test]
async fn a_session_with_an_open_stream_does_not_give_way() {
    let server = Setting {
        max_sessions: 2,
        ..Setting::default()
    }
    .start()
    .await;
    let listening = server.initialize().await;
    let mut stream = server.connect().await;
    let request = format!(
        "GET /mcp HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nmcp-session-id: {listening}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut status = [0; 15];
    stream.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 200 OK");
    let idle = server.initialize().await;
    let _third = server.initialize().await;
    assert_eq!(ping(&server, &idle).await, StatusCode::NOT_FOUND);
    assert_eq!(ping(&server, &listening).await, StatusCode::OK);
}
