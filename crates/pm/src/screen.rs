//! What is printed, and how: lines for a terminal or JSON, colours, width, a pager for what is long.

use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use pm_cli::output;
use pm_core::visible::for_terminal;
use serde_json::Value;
use terminal_size::{Height, Width, terminal_size_of};

use crate::draw::line::{Line, Page};
use crate::globals::{ColorChoice, GlobalArgs};

/// The width if the terminal does not tell, or there is none.
const WIDTH_USUAL: usize = 80;

/// The least width that is made use of.
const WIDTH_MIN: usize = 40;

/// What is printed to.
#[derive(Debug)]
pub(crate) struct Screen {
    json: bool,
    is_terminal: bool,
    colours: bool,
    width: usize,
    /// The height of the terminal, if what is longer goes to a pager.
    paged_from: Option<usize>,
}

impl Screen {
    /// The screen that the options and the surroundings ask for.
    pub(crate) fn new(args: &GlobalArgs) -> Self {
        let out = std::io::stdout();
        let size = terminal_size_of(&out);
        let columns = std::env::var("COLUMNS").ok();
        let columns = columns.and_then(|columns| columns.parse::<usize>().ok());
        let width = size.map(|(Width(width), _)| usize::from(width));
        let is_terminal = out.is_terminal();
        let height = size.map(|(_, Height(height))| usize::from(height));
        Self {
            json: args.json,
            is_terminal,
            colours: has_colours(args.color, is_terminal),
            width: columns.or(width).unwrap_or(WIDTH_USUAL).max(WIDTH_MIN),
            paged_from: height.filter(|_| is_terminal && !args.no_pager && !args.json),
        }
    }

    /// Whether answers are printed as JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.json
    }

    /// How many columns there are.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Prints a page, through a pager if it is longer than the terminal.
    pub(crate) fn show(&self, page: &Page) {
        self.show_whole(&page.within(self.width));
    }

    /// Prints a page whose lines are as long as they are, for whoever copies them.
    fn show_whole(&self, page: &Page) {
        let text = page.written(self.colours);
        let is_long = self.paged_from.is_some_and(|height| page.len() >= height);
        if !(is_long && paged(&text)) {
            output::write(&text);
        }
    }

    /// Prints a sentence, wrapped if a person reads it.
    pub(crate) fn say(&self, sentence: &str) {
        let width = if self.is_terminal {
            self.width
        } else {
            usize::MAX
        };
        let mut page = Page::default();
        page.lines(Line::of(sentence).wrapped(width));
        output::write(&page.written(self.colours));
    }

    /// Prints a line while others are still to come; false if nobody reads it.
    pub(crate) fn say_at_once(&self, line: Line) -> bool {
        let mut page = Page::default();
        page.push(line);
        output::write(&page.written(self.colours))
    }

    /// Prints JSON: over several lines if a person reads it.
    pub(crate) fn print_json(&self, value: &Value) {
        let text = if self.is_terminal {
            format!("{value:#}\n")
        } else {
            format!("{value}\n")
        };
        output::write(&text);
    }

    /// Prints a text to the letter, for what reads it; on a terminal each line is made safe.
    pub(crate) fn print_text(&self, text: &str) {
        if !self.is_terminal {
            output::write(text);
            return;
        }
        let mut page = Page::default();
        page.lines(
            text.lines()
                .map(|line| Line::of(&line.replace('\t', "    "))),
        );
        self.show_whole(&page);
    }
}

/// Says on standard error what is the matter.
pub(crate) fn complain(sentence: &str) {
    // Perhaps nobody reads it, which is no reason to fail.
    let _ = writeln!(std::io::stderr(), "{}", for_terminal(sentence));
}

fn has_colours(choice: ColorChoice, is_terminal: bool) -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_dumb = || std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => is_terminal && !is_set("NO_COLOR") && !is_dumb(),
    }
}

/// Prints JSON on a line while others are still to come; false if nobody reads it.
pub(crate) fn print_json_line(value: &Value) -> bool {
    output::write(&format!("{value}\n"))
}

/// Hands a text to the pager; false if there is none.
fn paged(text: &str) -> bool {
    let named = std::env::var("PAGER").ok();
    let words = named.as_deref().unwrap_or("less").split_whitespace();
    let mut words = words.map(str::to_owned);
    let Some(program) = words.next() else {
        return false;
    };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Colours as they are, and no pager for what fits.
        command.env("LESS", "FRX");
    }
    let Ok(mut pager) = command.spawn() else {
        return false;
    };
    if let Some(mut input) = pager.stdin.take() {
        // Whoever has read enough closes it.
        let _ = input.write_all(text.as_bytes());
    }
    let _ = pager.wait();
    true
}
