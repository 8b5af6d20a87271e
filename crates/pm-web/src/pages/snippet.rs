//! A code snippet: one of its versions, or what differs between two.

mod choice;
pub(crate) mod coloured;
mod difference;
mod forms;
pub(crate) mod raw;
mod side_by_side;

use askama::Template;
use axum::extract::State;
use http::Uri;
use pm_core::model::NumberedVersion;
use pm_core::{ProcessManager, Timestamp};

use self::choice::{Asked, Choice, Wrap};
use self::forms::Forms;
use super::code::{Code, Numbers, Wrapping};
use crate::address;
use crate::changes::just_made;
use crate::colours::{Colours, PIECE};
use crate::frame::{Frame, Link};
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::moment::Moment;
use crate::names::Names;
use crate::problem::Problem;
use crate::query::Query;
use crate::shown::Place;

/// How many lines a page shows: whole pieces of colours.
const A_PAGE: usize = 2 * PIECE;

/// How many of the last versions are listed.
const VERSIONS: usize = 20;

/// The first line of the page that has a line, unless that is the first page.
pub(crate) fn page_of_line(line: usize) -> Option<usize> {
    let from = line.saturating_sub(1) / A_PAGE * A_PAGE + 1;
    (from > 1).then_some(from)
}

#[derive(Template)]
#[template(path = "snippet.html")]
struct Page<'a> {
    frame: Frame,
    code: Code<'a>,
    /// The first line that is shown, and the last.
    shown: (usize, usize),
    /// Where the lines behind are, and those before.
    behind: Option<String>,
    before: Option<String>,
    versions: Vec<VersionLink>,
    forms: Forms<'a>,
    choice: Choice,
}

/// A version in the list of all.
struct VersionLink {
    number: usize,
    address: String,
    /// What it changed.
    change: Option<String>,
    written: Moment,
    is_shown: bool,
}

/// A version of a snippet, the last one if none is asked for; if another one is asked for beside
/// it, what differs.
pub(crate) async fn page(
    State(front): State<FrontEnd>,
    Names(place): Names<Place>,
    uri: Uri,
    query: Query,
) -> Result<Tagged, Problem> {
    let asked = Asked::of(&query)?;
    let from = query.number("from")?.unwrap_or(1);
    let (colours, process) = (front.colours(), place.process.clone());
    let page = move |manager: &_| match asked.with {
        None => render(manager, &place, (asked, from), &query, &colours),
        Some(with) => difference::render(manager, &place, (asked, with), &query),
    };
    let address = uri.to_string();
    front.show_of_process(&address, process, page).await
}

fn render(
    manager: &ProcessManager,
    place: &Place,
    (asked, from): (Asked, usize),
    query: &Query,
    colours: &Colours,
) -> Result<String, Problem> {
    let shown = place.find(manager)?;
    let (process, now) = (&*shown.process, manager.now());
    let names = (place.task.as_str(), place.code.as_str());
    let (task_name, version) = shown.version(manager, names, asked.version)?;
    // Two columns show what a version changed, unless another one is asked for.
    let before = version.version.checked_sub(1).filter(|before| *before > 0);
    if let Some(before) = before.filter(|_| asked.is_split) {
        return difference::render(manager, place, (asked, before), query);
    }
    let name = &version.snippet.name;
    let task = Link::below(&shown.page, task_name);
    let address = address::snippet_below(&task.address, name);
    let trail = vec![shown.present.clone(), task];
    let (_, task) = process.task(task_name.as_str())?;
    let all = task.versions_of(name).collect::<Vec<_>>();
    let numbers = all.iter().rev().take(VERSIONS);
    let of = (address.as_str(), asked.wrap);
    let versions = numbers.map(|one| VersionLink::new(one, of, version.version, &now));
    let versions = versions.collect();
    let window = |from: usize| {
        let (version, from) = (version.version.to_string(), from.to_string());
        let place = [("v", version.as_str()), ("from", from.as_str())];
        asked.wrap.address(&address, &place)
    };
    let before = (from > 1).then(|| window(from.saturating_sub(A_PAGE).max(1)));
    let mut code = Code::new(
        version,
        address.clone(),
        (from, A_PAGE),
        Numbers::Here,
        (&now, colours),
    );
    let place = [("v", query.get("v")), ("from", query.get("from"))];
    code.wrapping = Some(Wrapping {
        is_on: asked.wrap.0,
        turned: asked.wrap.turned().address(&address, &place),
    });
    let (_, last) = code.shown().unwrap_or_default();
    let page = Page {
        frame: Frame::new(name)
            .below(trail)
            .of_process(&process.name)
            .of_tasks([task_name])
            .after(just_made(manager, process, query))
            .of_the_past(shown.past.clone()),
        shown: (from, last),
        behind: (last > 0 && code.is_cut()).then(|| window(last + 1)),
        before,
        versions,
        forms: Forms::new(process, task_name, version, address.clone()),
        choice: Choice {
            version: code.version.version,
            of: code.version.of,
            with: None,
            is_split: asked.is_split,
            wrap: asked.wrap,
        },
        code,
    };
    Ok(page.render()?)
}

impl VersionLink {
    fn new(
        version: &NumberedVersion<'_>,
        (address, wrap): (&str, Wrap),
        shown: usize,
        now: &Timestamp,
    ) -> Self {
        let number = version.version;
        let this = number.to_string();
        let change = number.checked_sub(1).filter(|before| *before > 0);
        let change = change
            .map(|before| wrap.address(address, &[("v", &this), ("with", &before.to_string())]));
        Self {
            number,
            address: wrap.address(address, &[("v", &this)]),
            change,
            written: Moment::new(&version.snippet.created_at, now),
            is_shown: number == shown,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::support::{check, garden, get, pages};

    const TOKENS: &str =
        "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/soil%20test/c/tokens.rs";

    #[tokio::test]
    async fn the_last_version_is_shown_unless_another_one_is_asked_for() {
        let pages = pages(garden());
        check("snippet", get(&pages, TOKENS).await.main());
        let first = get(&pages, &format!("{TOKENS}?v=1")).await.body;
        assert!(
            first.contains("one();") && first.contains("version 1 of 3"),
            "{first}"
        );
    }

    #[tokio::test]
    async fn two_versions_differ_from_the_older_to_the_newer_one() {
        let pages = pages(garden());
        let differ = |query: &str| format!("{TOKENS}?{query}");
        let answer = get(&pages, &differ("v=3&with=1")).await;
        check("snippet_difference", answer.main());
        assert_eq!(get(&pages, &differ("v=1&with=3")).await.body, answer.body);
        let same = get(&pages, &differ("v=2&with=2")).await.body;
        assert!(same.contains("The two are the same."), "{same}");
        let columns = get(&pages, &differ("v=3&with=1&as=split")).await;
        check("snippet_side_by_side", columns.main());
        // If no other version is named, it is the one before, which the form then shows.
        let before = get(&pages, &differ("v=3&with=2&as=split")).await.body;
        for query in ["as=split", "v=3&with=&as=split"] {
            assert_eq!(get(&pages, &differ(query)).await.body, before, "{query}");
        }
        assert!(before.contains("name=\"with\" min=\"1\" max=\"3\" value=\"2\""));
        let first = get(&pages, &differ("v=1&as=split")).await.body;
        assert!(first.contains("version 1 of 3"), "nothing is before it");
        let answer = get(&pages, &differ("v=3&with=1&as=three")).await;
        assert_eq!(answer.status, 400);
    }

    #[tokio::test]
    async fn a_difference_leads_to_its_lines_and_offers_what_its_version_can() {
        let pages = pages(garden());
        let answer = get(&pages, &format!("{TOKENS}?v=2&with=1")).await.body;
        let ids = answer.split("id=\"L").skip(1);
        let ids: Vec<&str> = ids.filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(ids, ["1", "2", "3"], "of the newer version, each once");
        for part in [
            "<input type=\"hidden\" name=\"version\" value=\"2\"><button>Restore this version",
            "two(&#34;&#60;b&#62;\\u{202e}&#34;);\n}\n</textarea>",
            "Save as version 4",
            &format!("href=\"{TOKENS}/raw?v=2\""),
        ] {
            assert!(answer.contains(part), "{part} in {answer}");
        }
        let last = get(&pages, &format!("{TOKENS}?v=3&with=1&as=split"))
            .await
            .body;
        assert!(!last.contains("Restore this version") && last.contains("raw?v=3"));
    }

    #[tokio::test]
    async fn long_lines_stay_as_they_were_asked_for_on_every_way_on() {
        let pages = pages(garden());
        let plain = get(&pages, &format!("{TOKENS}?v=2&made=4")).await.body;
        assert!(plain.contains("<pre class=\"code\""), "{plain}");
        let turned = format!("{TOKENS}?v=2&wrap=1");
        let link = |address: &str| format!("href=\"{}\"", address.replace('&', "&#38;"));
        assert!(plain.contains(&link(&turned)), "{plain}");
        let wrapped = get(&pages, &turned).await.body;
        assert!(wrapped.contains("<pre class=\"code wrapped\""));
        for way in ["v=2", "v=1&wrap=1", "v=3&with=2&wrap=1"] {
            assert!(wrapped.contains(&link(&format!("{TOKENS}?{way}"))), "{way}");
        }
        let hidden = "<input type=\"hidden\" name=\"wrap\" value=\"1\">";
        assert!(wrapped.contains(hidden) && !plain.contains(hidden));
        let differs = get(&pages, &format!("{TOKENS}?v=3&with=2&wrap=1"))
            .await
            .body;
        assert!(differs.contains("<div class=\"wrapped\">") && differs.contains(hidden));
        for way in ["v=3&with=2", "v=2&wrap=1", "v=3&wrap=1"] {
            assert!(differs.contains(&link(&format!("{TOKENS}?{way}"))), "{way}");
        }
        let columns = get(&pages, &format!("{TOKENS}?v=3&with=2&as=split&wrap=1")).await;
        assert!(
            columns.body.contains(hidden),
            "for those who go back to one column"
        );
        let answer = get(&pages, &format!("{TOKENS}?wrap=yes")).await;
        assert_eq!(answer.status, 400);
    }

    #[tokio::test]
    async fn colours_follow_when_they_were_found() {
        let pages = pages(garden());
        let plain = get(&pages, TOKENS).await.body;
        let path = plain.split("data-colours=\"").nth(1).unwrap();
        let path = path.split('"').next().unwrap().replace("&#38;", "&");
        let colours = get(&pages, &path).await.body;
        assert!(
            colours.starts_with("<span><i class=\"k\">fn</i> "),
            "{colours}"
        );
        assert!(colours.contains("&lt;b&gt;<span class=\"hidden\">U+202E</span>"));
        let coloured = get(&pages, TOKENS).await.body;
        assert!(!coloured.contains("data-colours"), "{coloured}");
        let none = get(&pages, &format!("{TOKENS}/colours?v=9")).await;
        assert_eq!(none.status, 404);
    }

    #[tokio::test]
    async fn a_version_that_never_was_is_told() {
        let answer = get(&pages(garden()), &format!("{TOKENS}?v=9")).await;
        assert_eq!(answer.status, 404);
        check("snippet_no_version", answer.main());
    }

    #[tokio::test]
    async fn a_long_snippet_is_shown_piece_by_piece() {
        let manager = garden();
        let lines: Vec<String> = (1..=801).map(|number| format!("line {number}")).collect();
        let garden = manager.process("garden script alert 1 script").unwrap();
        let name = "long.txt".parse().unwrap();
        manager
            .add_snippet(&garden.name, "beds", name, lines.join("\n"))
            .unwrap();
        let pages = pages(manager);
        let path = "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/beds/c/long.txt";
        let first = get(&pages, path).await.body;
        assert!(first.contains("id=\"L800\"") && !first.contains("id=\"L801\""));
        assert!(
            first.contains("?v=1&#38;from=801"),
            "the lines behind are linked"
        );
        let second = get(&pages, &format!("{path}?from=801")).await.body;
        assert!(second.contains("id=\"L801\"") && !second.contains("id=\"L800\""));
        let task = get(
            &pages,
            "/p/Garden%20%3Cscript%3Ealert%281%29%3C%2Fscript%3E/t/beds",
        )
        .await
        .body;
        assert!(task.contains("All 801 lines") && !task.contains("line 61"));
    }
}
