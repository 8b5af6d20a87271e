//! Turning a connection away that is one too many, with an answer that says so.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// How many are told at once; beyond it connections are dropped without a word, so that a flood
/// cannot take through this door what the limit denies it.
static DOORKEEPERS: Semaphore = Semaphore::const_new(64);

const ANSWER: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: text/plain; charset=utf-8\r\n\
    access-control-expose-headers: Mcp-Session-Id\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\
    content-length: 97\r\n\
    \r\n\
    Service unavailable: too many connections are open (option --max-connections). Try again shortly.";

/// Answers 503 and closes, without holding up the caller of this function.
pub(super) fn turn_away(mut stream: TcpStream) {
    tracing::debug!("a connection is turned away: too many are open");
    let Ok(doorkeeper) = DOORKEEPERS.try_acquire() else {
        return;
    };
    tokio::spawn(async move {
        let _doorkeeper = doorkeeper;
        let _ = tokio::time::timeout(Duration::from_secs(1), async {
            stream.write_all(ANSWER).await?;
            stream.shutdown().await?;
            // Closing with the request unread would reset the connection and lose the answer.
            let mut unread = [0; 4096];
            while stream.read(&mut unread).await? > 0 {}
            std::io::Result::Ok(())
        })
        .await;
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_states_its_length() {
        let text = std::str::from_utf8(ANSWER).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.contains(&format!("content-length: {}\r\n", body.len()) as &str)
                || head.ends_with(&format!("content-length: {}", body.len())),
            "{}",
            body.len()
        );
    }
}
