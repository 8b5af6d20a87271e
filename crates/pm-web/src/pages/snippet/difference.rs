//! What differs between two versions of a code snippet, in one column or in two.

use askama::Template;
use pm_core::ProcessManager;
use pm_core::model::NumberedVersion;

use super::choice::{Asked, Choice};
use super::forms::Forms;
use super::side_by_side::SideBySide;
use crate::address;
use crate::changes::just_made;
use crate::diff_lines::DiffLines;
use crate::frame::{Frame, Link};
use crate::problem::Problem;
use crate::query::Query;
use crate::shown::Place;

#[derive(Template)]
#[template(path = "difference.html")]
struct Difference<'a> {
    frame: Frame,
    old: NumberedVersion<'a>,
    /// What can be done with the newer one.
    forms: Forms<'a>,
    /// The same page with long lines the other way.
    turned: String,
    lines: DiffLines,
    choice: Choice,
}

/// The page of two versions, one of which is the last if none is asked for.
pub(super) fn render(
    manager: &ProcessManager,
    place: &Place,
    (asked, with): (Asked, usize),
    query: &Query,
) -> Result<String, Problem> {
    let shown = place.find(manager)?;
    let process = &*shown.process;
    let names = (place.task.as_str(), place.code.as_str());
    let (task_name, one) = shown.version(manager, names, asked.version)?;
    let name = &one.snippet.name;
    let (_, other) = process.snippet_version(task_name.as_str(), name.as_str(), Some(with))?;
    // The newer one is always compared with the older one.
    let (old, new) = if one.version < other.version {
        (one, other)
    } else {
        (other, one)
    };
    let way = Link::below(&shown.page, task_name);
    let address = address::snippet_below(&way.address, name);
    let versions = [new.version, old.version].map(|version| version.to_string());
    let [v, with] = versions.each_ref().map(String::as_str);
    let page = Difference {
        turned: asked
            .wrap
            .turned()
            .address(&address, &[("v", v), ("with", with)]),
        frame: Frame::new(name)
            .below(vec![shown.present.clone(), way])
            .of_process(&process.name)
            .after(just_made(manager, process, query))
            .of_tasks([task_name])
            .of_the_past(shown.past.clone()),
        lines: DiffLines::between(&old.snippet.content, &new.snippet.content).with_anchors(),
        choice: Choice {
            version: new.version,
            of: new.of,
            with: Some(old.version),
            is_split: asked.is_split,
            wrap: asked.wrap,
        },
        forms: Forms::new(process, task_name, new, address),
        old,
    };
    Ok(page.render()?)
}

impl Difference<'_> {
    /// The lines in two columns, if that was asked for.
    fn columns(&self) -> Option<SideBySide<'_>> {
        let called = |version: &NumberedVersion<'_>| format!("version {}", version.version);
        let heads = (called(&self.old), called(&self.forms.version));
        (self.choice.is_split && !self.lines.is_empty())
            .then(|| SideBySide::new(&self.lines, heads))
    }
}
