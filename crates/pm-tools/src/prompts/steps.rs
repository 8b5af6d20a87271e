//! Numbered steps, of which some are left out if their tools are not offered.

use std::fmt::Write as _;

use crate::caller::offer::Offer;

/// A message that is being written.
pub(super) struct Steps<'a> {
    pub(super) offer: &'a Offer,
    text: String,
    count: usize,
}

impl<'a> Steps<'a> {
    /// Begins with what it is about.
    pub(super) fn new(offer: &'a Offer, about: &str) -> Self {
        Self {
            offer,
            text: format!("{about}\n\n"),
            count: 0,
        }
    }

    /// Adds a step.
    pub(super) fn step(&mut self, text: &str) -> &mut Self {
        self.count += 1;
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{}. {text}", self.count);
        self
    }

    /// Adds a step that takes a tool, if that is offered.
    pub(super) fn with(&mut self, tool: &str, text: &str) -> &mut Self {
        if self.offer.has(tool) {
            self.step(text);
        }
        self
    }

    /// Adds a step that takes a parameter of a tool, if that is listed.
    pub(super) fn taking(&mut self, tool: &str, parameter: &str, text: &str) -> &mut Self {
        if self.offer.lists(tool, parameter) {
            self.step(text);
        }
        self
    }

    /// Ends with what holds for all steps.
    pub(super) fn end(&self, text: &str) -> String {
        format!("{}\n{text}\n", self.text)
    }
}
