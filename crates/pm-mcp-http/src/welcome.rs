//! What a person reads who starts the server at a terminal for the first time: what to do next.

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;

use crate::config::Protection;
use crate::listen::reachable_from_here;

/// Where the next steps lead.
pub struct Welcome<'a> {
    /// The address that was bound.
    pub address: SocketAddr,
    /// Who may call.
    pub protection: &'a Protection,
    /// Whether there are pages for people.
    pub has_pages: bool,
}

/// Writes a step: where it is taken, and what it is, one line below the other.
fn step(f: &mut fmt::Formatter<'_>, place: &str, lines: &[String]) -> fmt::Result {
    for (number, line) in lines.iter().enumerate() {
        let place = if number == 0 { place } else { "" };
        writeln!(f, "  {place:14} {line}")?;
    }
    Ok(())
}

impl fmt::Display for Welcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let here = reachable_from_here(self.address);
        writeln!(f, "\nNothing is stored yet. What you can do next:\n")?;
        if self.has_pages {
            let line = format!("open http://{here}/ to watch, and to plan yourself");
            step(f, "In a browser", &[line])?;
        }
        let mut llama = vec![
            "click + in the message box, MCP Servers, Add New Server,".to_owned(),
            match self.protection.oauth() {
                Some(oauth) => format!("and paste {}", oauth.resource()),
                None => format!("and paste http://{here}/mcp"),
            },
        ];
        if matches!(
            self.protection,
            Protection::Token(_) | Protection::TokensOf(_)
        ) {
            llama.push("with the header Authorization: Bearer TOKEN".to_owned());
        }
        step(f, "In llama.cpp", &llama)?;
        let lines = [
            "run `pm config CLIENT`: claude-code, cursor, vscode, zed, …".to_owned(),
            "and `pm prime` for an agent that has a shell".to_owned(),
        ];
        step(f, "Other clients", &lines)?;
        let lines = [
            "tell the model: \"Make a process called Garden Planner".to_owned(),
            "with a task for the soil test.\"".to_owned(),
        ];
        step(f, "Then", &lines)?;
        let lines = ["run `pm service install`".to_owned()];
        step(f, "At each login", &lines)?;
        writeln!(f, "\nCtrl+C ends the server; what is stored stays.")
    }
}

impl Welcome<'_> {
    /// Prints this if standard output is a terminal. Perhaps nobody reads it, which is no reason to
    /// stop.
    pub fn print(&self) {
        let mut out = std::io::stdout();
        if out.is_terminal() {
            let _ = write!(out, "{self}");
            let _ = out.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_fits_a_small_screen_below_the_announcement() {
        let text = |protection: &Protection, has_pages| {
            let address = "0.0.0.0:5008".parse().unwrap();
            let welcome = Welcome {
                address,
                protection,
                has_pages,
            };
            welcome.to_string()
        };
        let guarded = Protection::Token("0123456789abcdef".parse().unwrap());
        let longest = text(&guarded, true);
        assert!(longest.lines().count() + 3 < 24, "{longest}");
        assert!(
            longest.lines().all(|line| line.chars().count() <= 80),
            "{longest}"
        );
        assert!(longest.contains("http://127.0.0.1:5008/mcp"));
        assert!(longest.contains("Bearer TOKEN"));
        let least = text(&Protection::Loopback, false);
        assert!(!least.contains("browser") && !least.contains("Bearer"));
    }
}
