//! An answer that is too long, and the order in which it is made shorter.

use serde_json::Value;

use super::left_out::LeftOut;
use super::reading::Reading;
use crate::text::cut::SHORT_BYTES;
use crate::text::json_size::fits;

/// An answer that is made shorter.
pub(super) struct Shortening<'a> {
    pub(super) answer: Value,
    /// The most bytes that it may take.
    pub(super) room: usize,
    /// The name of the code that was asked for.
    pub(super) asked: Option<&'a str>,
    pub(super) left_out: LeftOut,
    /// The content of the one version that the answer is about, while it is set aside.
    pub(super) reading: Option<Reading>,
}

impl Shortening<'_> {
    /// Makes the answer shorter until it fits.
    pub(super) fn done(mut self) -> (Value, LeftOut) {
        let page = self.room;
        self.reading = Reading::taken(&mut self.answer);
        if let Some(reading) = &self.reading {
            self.room = reading.rest_of(page);
        }
        let steps: [fn(&mut Self); 11] = [
            Self::leave_out_contents,
            Self::cut_lone_text,
            // A text that fills a quarter of the answer is cut before the lists, or they would
            // vanish for its sake.
            |this| this.cut_texts(this.room / 4),
            Self::shorten_descriptions,
            Self::cut_inner_lists,
            Self::shorten_tasks,
            Self::cut_lists,
            |this| this.cut_texts(1024),
            |this| this.cut_texts(256),
            |this| this.cut_texts(SHORT_BYTES),
            Self::drop_fields,
        ];
        for step in steps {
            step(&mut self);
            if self.fits() {
                break;
            }
        }
        if let Some(reading) = self.reading.take() {
            reading.put_back(&mut self.answer, page, &mut self.left_out);
        }
        for page in &mut self.left_out.pages {
            page.look_at(&self.answer);
        }
        self.count_names();
        (self.answer, self.left_out)
    }

    /// Whether the answer is short enough.
    pub(super) fn fits(&self) -> bool {
        fits(&self.answer, self.room)
    }
}
