//! Phrases of tools that are for a model, and what a person at a terminal reads in their place: the
//! user whom a model is to ask or tell is the one who reads this.

/// A phrase, and what stands in its place.
pub(super) struct Phrase {
    pub(super) said: &'static str,
    pub(super) in_shell: &'static str,
}

/// All of them; the first that fits is taken.
const PHRASES: &[Phrase] = &[
    // Nothing is open in a shell.
    Phrase::new("process is open", "process is named"),
    Phrase::new("Created and opened the process", "Created the process"),
    Phrase::new(" and opened it.", "."),
    Phrase::new(" It is open.", ""),
    // What the sentence before says already.
    Phrase::new(" Tell the user.", ""),
    Phrase::new("Tell the user.", ""),
    Phrase::new("Tell the user who has it.", ""),
    Phrase::new(" Tell the user that there is such a task already.", ""),
    Phrase::new("Tell the user that there is such a task already.", ""),
    Phrase::new(
        " Tell the user what blocks them.",
        " What is left is blocked.",
    ),
    Phrase::new(", and tell the user", ""),
    Phrase::new("Tell the user which file to mend;", "Mend that file;"),
    // What else a model is to tell or to have done, a person is told, or does.
    Phrase::new("Tell the user that ", ""),
    Phrase::new("Tell the user to ", ""),
    Phrase::new("Tell the user, then ", ""),
    Phrase::new("Ask the user to ", ""),
    // What is written as a line of a plan, and not as an array.
    Phrase::new("there is no task in tasks", "there is no task in the plan"),
    Phrase::new(
        " with tasks such as [\"dig: two spades deep\", \"plant\"]",
        " with a line for each task, such as \"dig: two spades deep\"",
    ),
    Phrase::new(
        " with the names of tasks of the plan in after",
        " with the names of tasks of the plan behind \"after:\"",
    ),
    // Changes of others are nobody's secret, and can be taken back one by one.
    Phrase::new(
        " to see what there is to take back.",
        " to see all changes; `pm undo REVISION` takes back any that still stands.",
    ),
    // The word that tables and pages have.
    Phrase::new("in_progress", "in progress"),
    // A person has the choice, and another model that reads this is not led on.
    Phrase::new(
        "Ask the user which one is meant.",
        "Write the name of the one that is meant.",
    ),
    Phrase::new(
        "Ask the user whether it is meant.",
        "Write that name only if it is meant.",
    ),
    Phrase::new(
        "Ask the user whether all of these are to be taken back first.",
        "If you want that, take all of these back first.",
    ),
    Phrase::new(
        "Ask the user whether revision ",
        "If you want that, take back revision ",
    ),
    Phrase::new(" is to be taken back first.", " first."),
    Phrase::new(
        "Ask the user what is to be taken back.",
        "Say what is to be taken back.",
    ),
    Phrase::new(
        "Ask the user what is to become of ",
        "First give another name to ",
    ),
    Phrase::new("only if the user wants a new process", "to make one"),
    Phrase::new("only where the user wants that", "only if you want that"),
    Phrase::new(
        "With overwrite, those that differ are replaced.",
        "To replace those that differ, run `pm code export --overwrite`.",
    ),
];

impl Phrase {
    const fn new(said: &'static str, in_shell: &'static str) -> Self {
        Self { said, in_shell }
    }

    /// Whether what follows begins a sentence.
    pub(super) fn begins_sentence(&self) -> bool {
        self.in_shell.is_empty() && self.said.ends_with(' ')
    }
}

/// The phrase with which a text begins.
pub(super) fn phrase(text: &str) -> Option<&'static Phrase> {
    PHRASES.iter().find(|phrase| text.starts_with(phrase.said))
}
