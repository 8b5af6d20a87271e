//! Importing a file: what would come of it is shown first, and what of it cannot be carried over. The
//! server keeps nothing of it meanwhile: the file comes along again when it is to be imported.

mod preview;
mod upload;

use askama::Template;
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use pm_core::{ProcessManager, ProcessName};
use pm_import::{Bullets, Format, IfThere, NameTaken, Prepared};

use self::preview::Preview;
use self::upload::Upload;
use crate::address;
use crate::changes::{Made, pages_actor};
use crate::frame::Frame;
use crate::fresh::Tagged;
use crate::front_end::FrontEnd;
use crate::problem::{Problem, sentence};

#[derive(Template)]
#[template(path = "import.html")]
struct Page {
    frame: Frame,
    /// How many kilobytes a file may have here.
    most: usize,
    /// Why nothing can be made of the file, and what was left out of it.
    refusals: Vec<String>,
    preview: Option<Preview>,
    /// The file as a form sends it once more, with how it is to be read.
    again: Option<Upload>,
}

/// The form that takes a file.
pub(crate) async fn page(State(front): State<FrontEnd>) -> Result<Tagged, Problem> {
    let page = Page::new(&front);
    Ok(Tagged::new(page.render()?))
}

/// Shows what would come of a file, or imports it if that was seen.
pub(crate) async fn take(
    State(front): State<FrontEnd>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let asked = Upload::read(&parts.headers, body).await?;
    let most = front.file_bytes_max();
    if asked.bytes.len() > most {
        return Err(Problem::too_large_a_file(most));
    }
    let page = Page::new(&front);
    let answer = move |manager: &ProcessManager| {
        let manager = manager.clone().acting_as(pages_actor());
        page.answer(&manager, asked)
    };
    front.read(answer).await
}

impl Page {
    fn new(front: &FrontEnd) -> Self {
        Self {
            frame: Frame::new("Import"),
            most: front.file_bytes_max() / 1000,
            refusals: Vec::new(),
            preview: None,
            again: None,
        }
    }

    fn answer(mut self, manager: &ProcessManager, mut asked: Upload) -> Result<Response, Problem> {
        let bytes = std::mem::take(&mut asked.bytes);
        asked.content = upload::encoded(&bytes);
        let mut found = match pm_import::read_bytes(&asked.file, bytes, asked.options) {
            Ok(found) => found,
            Err(error) => {
                self.refusals.push(sentence(&error.problem.to_string()));
                let left_out = error.report.left_out_lines(&error.path).into_iter();
                self.refusals.extend(left_out.take(preview::NOTES_MAX));
                self.again = Some(asked);
                return self.shown(StatusCode::UNPROCESSABLE_ENTITY);
            }
        };
        match asked.name.parse::<ProcessName>() {
            _ if asked.name.is_empty() => {}
            Ok(name) => pm_import::name_all(&mut found, &name),
            Err(error) => self.refusals.push(sentence(&error.to_string())),
        }
        let names = manager.process_names()?;
        let (prepared, taken) = pm_import::prepare(names, found, asked.if_there);
        self.refusals.extend(taken.iter().map(is_taken));
        let is_refused = !self.refusals.is_empty();
        if asked.is_final && !is_refused {
            match carry_out(manager, &prepared) {
                Ok(made) => return Ok(made.lead_back("/").into_response()),
                Err(refusals) => self.refusals = refusals,
            }
        }
        let status = if asked.is_final {
            StatusCode::CONFLICT
        } else {
            StatusCode::OK
        };
        self.preview = Some(Preview::new(manager, &prepared, !is_refused)?);
        self.again = Some(asked);
        self.shown(status)
    }

    fn shown(self, status: StatusCode) -> Result<Response, Problem> {
        Ok((status, Html(self.render()?)).into_response())
    }

    /// The formats that a file can be in, and which one was chosen.
    fn formats(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = self.again.as_ref().and_then(|again| again.options.format);
        // The format of a folder is none of a file.
        let all = Format::ALL
            .iter()
            .filter(|format| **format != Format::Backlog);
        all.map(|format| {
            let is_chosen = chosen == Some(*format);
            (format.as_str(), format.description(), is_chosen)
        })
        .collect()
    }

    /// Whether lists without boxes are taken for plans.
    fn takes_bullets(&self) -> bool {
        let again = self.again.as_ref();
        again.is_some_and(|again| matches!(again.options.bullets, Bullets::All))
    }

    /// Whether processes that are there are brought up to date.
    fn updates(&self) -> bool {
        let again = self.again.as_ref();
        again.is_some_and(|again| again.if_there == IfThere::Update)
    }
}

/// Imports one after the other; answers what was refused, after what was done before that.
fn carry_out(manager: &ProcessManager, prepared: &[Prepared]) -> Result<Made, Vec<String>> {
    let mut done = Vec::new();
    for one in prepared {
        match one.carry_out(manager) {
            Ok(one) => done.push(one),
            Err(error) => {
                let told = done.iter().map(|one| format!("Imported: {}.", one.name));
                let refusal = Problem::from(error).sentence().to_owned();
                return Err(told.chain([refusal]).collect());
            }
        }
    }
    Ok(match done.as_slice() {
        [only] => Made::of(address::process(&only.name), only.revision),
        _ => Made::elsewhere("/"),
    })
}

fn is_taken(taken: &NameTaken) -> String {
    match taken {
        NameTaken::Twice { name, .. } => {
            format!("Two processes of this file would be called “{name}”.")
        }
        NameTaken::There { name, .. } => format!(
            "There is a process “{name}” already. Give another name below, or have it brought up to \
             date."
        ),
    }
}

#[cfg(test)]
mod tests;
