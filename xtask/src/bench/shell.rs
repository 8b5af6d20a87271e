//! What a person or an agent at a shell waits for: how long `pm` takes from its start to the end of its
//! answer, beside other task managers' programs; and how much there is to read and to write until a
//! plan is worked.

mod rivals;
mod words;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};

use self::rivals::{RIVALS, Rival};
use super::{Effort, proc, servers::Programs, starts, statistics::median};
use crate::{
    cmd::{Cmd, cmd},
    table::{Table, figure},
};

/// How many processes are stored, and how many tasks the others have.
const STORED: usize = 1_000;

/// How often each command runs in a round: ours, and one that takes seconds.
const RUNS: [usize; 2] = [10, 1];

/// The longest that `pm` may take for an answer, in milliseconds.
const LIMIT_MS: f64 = 15.0;

/// The questions that are asked of each program.
const QUESTIONS: [&str; 3] = ["list", "show", "next"];

/// A program that is asked.
struct Asked {
    name: &'static str,
    program: PathBuf,
    /// Where it is started: in what it keeps.
    home: PathBuf,
    /// The arguments of each question; none if it has no such command.
    questions: [&'static [&'static str]; 3],
    /// Milliseconds of all runs, question by question.
    times: [Vec<f64>; 3],
}

/// Measures this alone.
pub(super) fn report(programs: &Programs, dir: &Path, effort: &Effort) -> Result<String> {
    let mut report = format!("Machine: {}\n\n", proc::machine(dir));
    let before = figure(proc::load_average());
    for table in tables(programs, dir, effort)? {
        writeln!(report, "{table}")?;
    }
    write!(
        report,
        "Medians of {} rounds. The load average was {before} before the run and {} at its end.",
        effort.rounds,
        figure(proc::load_average()),
    )?;
    println!("{report}");
    Ok(report)
}

/// Measures it, beside those of the others that are on this machine; and what there is to read.
pub(super) fn tables(programs: &Programs, dir: &Path, effort: &Effort) -> Result<Vec<Table>> {
    let dir = dir.join("shell");
    let (found, missing): (Vec<&Rival>, Vec<&Rival>) =
        RIVALS.iter().partition(|rival| rival.path().is_some());
    let missing: Vec<&str> = missing.iter().map(|rival| rival.program).collect();
    let missing = match missing.as_slice() {
        [] => String::new(),
        names => format!(
            " Not on this machine, and so not measured: {}.",
            names.join(", ")
        ),
    };
    Ok(vec![
        answers(&programs.pm, &dir.join("many"), effort, &found, &missing)?,
        words::table(programs, &dir.join("plan"), &found, &missing)?,
    ])
}

/// How long answers take.
fn answers(
    pm: &Path,
    dir: &Path,
    effort: &Effort,
    found: &[&Rival],
    missing: &str,
) -> Result<Table> {
    let storage = dir.join("pm").join("processes");
    starts::fill(&storage, STORED)?;
    let mut all = vec![Asked {
        name: "pm",
        program: pm.to_owned(),
        home: dir.join("pm"),
        questions: [
            &["list"],
            &["-p", "Process 500", "show"],
            &["-p", "Process 500", "next", "--peek"],
        ],
        times: Default::default(),
    }];
    for rival in found {
        let home = dir.join(rival.program);
        (rival.fill)(&home, STORED)?;
        all.push(Asked {
            name: rival.program,
            program: rival.path().context("it was there just now")?,
            home,
            questions: rival.questions,
            times: Default::default(),
        });
    }
    for round in 0..=effort.rounds {
        for asked in &mut all {
            asked.round(round > 0)?;
        }
    }
    let mut columns = vec!["program"];
    columns.extend(QUESTIONS);
    columns.push("pm is faster by");
    let note = format!(
        "Milliseconds from the start of a program to the end of its answer: `pm` over {STORED} \
         processes of three tasks and fifteen jobs, the others over {STORED} tasks, all in their page \
         cache.{missing}"
    );
    let mut table = Table::new("First answer in a shell", &note, &columns);
    let ours = all.first().map(Asked::medians).unwrap_or_default();
    for asked in &all {
        let medians = asked.medians();
        let ratios = ours.iter().zip(&medians);
        let ratios = ratios.filter_map(|(ours, theirs)| Some((*theirs)? / (*ours)?));
        let least = ratios.min_by(f64::total_cmp).filter(|_| asked.name != "pm");
        let mut row = vec![asked.name.to_owned()];
        row.extend(medians.map(figure));
        row.push(figure(least));
        table.row(row);
    }
    let slowest = ours.into_iter().flatten().max_by(f64::total_cmp);
    if slowest.is_some_and(|slowest| slowest > LIMIT_MS) {
        println!("pm takes longer for an answer than the {LIMIT_MS} ms that it may take");
    }
    Ok(table)
}

impl Asked {
    /// Asks everything some times, and counts it if it is not to warm up alone.
    fn round(&mut self, counts: bool) -> Result<()> {
        for (question, times) in self.questions.iter().zip(&mut self.times) {
            if question.is_empty() {
                continue;
            }
            let [often, seldom] = RUNS;
            let runs = if self.name == "pm" { often } else { seldom };
            for _ in 0..runs {
                let command = started(&self.program, &self.home).args(*question);
                let begin = Instant::now();
                command.read()?;
                if counts {
                    times.push(begin.elapsed().as_secs_f64() * 1000.0);
                }
            }
        }
        Ok(())
    }

    fn medians(&self) -> [Option<f64>; 3] {
        self.times
            .each_ref()
            .map(|times| median(times.iter().copied()))
    }
}

/// A program that works on what is below `home`, and finds no settings of whoever measures.
fn started(program: &Path, home: &Path) -> Cmd {
    cmd(program)
        .dir(home)
        .env("HOME", home)
        .env("PM_DIR", home.join("processes"))
        .env("PM_STORE", "")
        .env("PM_AS", "agent")
        .env("NO_COLOR", "1")
}

/// What a program answers, which must succeed.
fn answer(command: &mut Cmd) -> Result<String> {
    let output = command.capture()?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    if !output.status.success() {
        bail!("it was refused: {said}");
    }
    Ok(said)
}
