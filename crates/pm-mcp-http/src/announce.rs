//! What the server says when it is up: a few lines on standard output.
//!
//! Standard output, since this is what the program was started for and scripts read the address
//! there (port 0 becomes a real one); warnings and logs go to standard error.

use std::fmt;
use std::io::Write;
use std::net::SocketAddr;

use pm_cli::Place;
use pm_core::visible::for_terminal;

use crate::config::Protection;
use crate::listen::reachable_from_here;

/// Where the server listens, where it stores and how it is protected.
pub struct Announcement {
    /// The address that was bound.
    pub address: SocketAddr,
    /// Where the processes are stored.
    pub place: Place,
    /// Who may call.
    pub protection: Protection,
    /// Whether there are pages, and nothing else says so.
    pub says_pages: bool,
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = reachable_from_here(self.address);
        write!(f, "Listening on http://{here}/mcp")?;
        if self.address.ip().is_unspecified() {
            write!(f, " and on every address of this machine")?;
        }
        match self.protection.oauth() {
            // Clients refuse any other address than the one that tokens are for.
            Some(oauth) => writeln!(f, ", for clients {}", oauth.resource())?,
            None => writeln!(f, " (paste this URL into llama.cpp's web UI)")?,
        }
        let place = self.place.to_string();
        writeln!(f, "Storing in {}", for_terminal(&place))?;
        let protection = match &self.protection {
            Protection::OAuth(oauth) => {
                let issuer = &oauth.issuer;
                return writeln!(
                    f,
                    "Protected by OAuth: clients log in at {issuer} (no pages at /)"
                );
            }
            Protection::TokensOf(_) => {
                "a token for each caller: clients send 'Authorization: Bearer TOKEN'"
            }
            Protection::Token(_) => "an access token: clients send 'Authorization: Bearer TOKEN'",
            Protection::Loopback => "its address: only programs and pages on this machine can call",
            Protection::Nothing => {
                "NOTHING: anyone who reaches this address may read and change all (--allow-unauthenticated)"
            }
        };
        writeln!(f, "Protected by {protection}")?;
        if self.says_pages {
            writeln!(f, "Pages for people: http://{here}/")?;
        }
        Ok(())
    }
}

impl Announcement {
    /// Prints the lines. Perhaps nobody reads them, which is no reason to stop.
    pub fn print(&self) {
        let mut out = std::io::stdout().lock();
        let _ = write!(out, "{self}");
        let _ = out.flush();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_few_lines_with_the_url_to_paste() {
        let text = |address: &str, protection| {
            let place = Place::Directory("/data".into());
            Announcement {
                address: address.parse().unwrap(),
                place,
                protection,
                says_pages: true,
            }
            .to_string()
        };
        assert_eq!(
            text("127.0.0.1:5008", Protection::Loopback),
            "Listening on http://127.0.0.1:5008/mcp (paste this URL into llama.cpp's web UI)\n\
             Storing in /data\n\
             Protected by its address: only programs and pages on this machine can call\n\
             Pages for people: http://127.0.0.1:5008/\n"
        );
        let open = text("0.0.0.0:5008", Protection::Nothing);
        assert!(open.starts_with("Listening on http://127.0.0.1:5008/mcp and on every address"));
        assert_eq!(open.lines().count(), 4);
    }
}
