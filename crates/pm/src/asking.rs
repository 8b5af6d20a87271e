//! A question to the person at the terminal, before what cannot be taken back.

use std::io::{self, BufRead, IsTerminal as _, Write};

/// Whether somebody is there who can answer: both the answers and the questions are at a terminal.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on standard error; true only if the answer is a yes.
pub(crate) fn is_agreed(question: &str) -> io::Result<bool> {
    agreed(question, &mut io::stdin().lock(), &mut io::stderr())
}

fn agreed(
    question: &str,
    answers: &mut impl BufRead,
    questions: &mut impl Write,
) -> io::Result<bool> {
    let question = pm_core::visible::for_terminal(question);
    write!(questions, "{question} [y/N] ")?;
    questions.flush()?;
    let mut answer = String::new();
    answers.read_line(&mut answer)?;
    let answer = answer.trim().to_lowercase();
    Ok(matches!(answer.as_str(), "y" | "yes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, is_agreed) in [
            ("y\n", true),
            (" Yes \n", true),
            ("yes", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yesterday\n", false),
        ] {
            let mut asked = Vec::new();
            let answered = agreed("Really?", &mut answer.as_bytes(), &mut asked).unwrap();
            assert_eq!(answered, is_agreed, "{answer:?}");
            assert_eq!(asked, b"Really? [y/N] ");
        }
    }

    #[test]
    fn a_question_steers_no_terminal() {
        let mut asked = Vec::new();
        agreed("\u{1b}[2J?", &mut &b""[..], &mut asked).unwrap();
        assert_eq!(asked, b"\\u{1b}[2J? [y/N] ");
    }
}
