//! The JSON of kanban-rs: its own file (`{"version": …, "data": …}`) and its exports
//! (`{"boards": [{"board": …, "columns": …, "cards": …}]}`).

use std::collections::HashMap;

use crate::Format;
use crate::json::{Fields, Kind, Lines, broken, each_element, each_entry};
use crate::plan::{Plan, PlannedTask, State, Text, Times, priority};
use crate::report::Notes;
use crate::source::{Problem, Source};
use crate::times;

/// Fields of a card that are not missed: its position, and counts.
const NOT_MISSED: &[&str] = &[
    "board_id",
    "position",
    "card_prefix",
    "prefix",
    "archived_at",
];

/// All that there is, whatever the form.
struct Everything<'a> {
    lines: Lines<'a>,
    boards: Vec<Board>,
    columns: HashMap<String, Column>,
    cards: Vec<Card<'a>>,
    sprints: HashMap<String, String>,
    /// The cards that come before each, those that it is part of, and those that it has to do with.
    before: HashMap<String, Vec<String>>,
    parents: HashMap<String, Vec<String>>,
    related: HashMap<String, Vec<String>>,
    notes: Notes,
}

struct Board {
    id: String,
    name: String,
    description: String,
    prefix: String,
}

struct Column {
    board: String,
    name: String,
    position: f64,
    status: String,
}

struct Card<'a> {
    fields: Fields<'a>,
    id: String,
    title: String,
    board: String,
    column: String,
    position: f64,
}

/// A plan for each board that has cards.
pub(crate) fn plans(source: &Source) -> Result<Vec<Plan>, Problem> {
    let text = source.text(Format::Kanban)?;
    let mut all = Everything {
        lines: Lines::of(text),
        boards: Vec::new(),
        columns: HashMap::new(),
        cards: Vec::new(),
        sprints: HashMap::new(),
        before: HashMap::new(),
        parents: HashMap::new(),
        related: HashMap::new(),
        notes: Notes::default(),
    };
    let mut root = Fields::of(text).map_err(|error| broken(&error))?;
    if let Some(data) = root.take("data") {
        let data = Fields::of(data).map_err(|_| all.shape(data, "data is no object"))?;
        all.read(data);
    } else if let Some(exports) = root.take("boards") {
        let mut bad = None;
        let read = each_element(exports, |export| match Fields::of(export.get()) {
            Ok(fields) => all.read(fields),
            Err(_) => bad = Some(export.get()),
        });
        if read.is_err() {
            return Err(all.shape(exports, "the boards are no list"));
        }
        if let Some(bad) = bad {
            all.leave_out(bad, "this is no board, which is an object");
        }
    } else {
        all.read(root);
    }
    Ok(all.into_plans())
}

impl<'a> Everything<'a> {
    fn shape(&mut self, part: &str, what: &str) -> Problem {
        Problem::Shape {
            line: self.lines.of_part(part),
            what: what.to_owned(),
        }
    }

    fn leave_out(&mut self, part: &str, reason: &str) {
        let line = self.lines.of_part(part);
        self.notes.left_out(line, reason);
    }

    fn read(&mut self, mut fields: Fields<'a>) {
        // In an export one board stands alone, and what follows is its own.
        let own = fields.take("board");
        let own = own.and_then(|board| self.add_board(board));
        self.each(fields.take("boards"), "a board", |all, board| {
            all.add_board(board);
        });
        self.each(fields.take("columns"), "a column", |all, column| {
            let Ok(mut fields) = Fields::of(column) else {
                return all.leave_out(column, "this is no column, which is an object");
            };
            let board = fields.text("board_id");
            let column = Column {
                board: own.clone().filter(|_| board.is_empty()).unwrap_or(board),
                name: fields.text("name"),
                position: number(&fields.text("position")),
                status: fields.text("default_status"),
            };
            all.columns.insert(fields.text("id"), column);
        });
        for list in ["cards", "tasks"] {
            self.each(fields.take(list), "a card", |all, card| {
                let Ok(mut fields) = Fields::of(card) else {
                    return all.leave_out(card, "this is no card, which is an object");
                };
                let board = fields.text("board_id");
                let card = Card {
                    id: fields.text("id"),
                    title: fields.text("title"),
                    board: own.clone().filter(|_| board.is_empty()).unwrap_or(board),
                    column: fields.text("column_id"),
                    position: number(&fields.text("position")),
                    fields,
                };
                all.cards.push(card);
            });
        }
        self.each(fields.take("sprints"), "a sprint", |all, sprint| {
            if let Ok(mut fields) = Fields::of(sprint) {
                let name = fields.text("name");
                all.sprints.insert(fields.text("id"), name);
            }
            all.notes.lost("a sprint; its cards say which one it is");
        });
        for (list, what) in [
            ("archived_cards", "a card in the archive"),
            ("archived_boards", "a board in the archive"),
        ] {
            self.each(fields.take(list), what, |all, _| all.notes.lost(what));
        }
        if let Some(graph) = fields.take("graph") {
            self.read_graph(graph);
        }
    }

    fn each(
        &mut self,
        list: Option<&'a str>,
        what: &str,
        mut each: impl FnMut(&mut Self, &'a str),
    ) {
        let Some(list) = list else { return };
        if each_element(list, |element| each(self, element.get())).is_err() {
            self.leave_out(
                list,
                &format!("this is no list; each entry would be {what}"),
            );
        }
    }

    fn add_board(&mut self, board: &'a str) -> Option<String> {
        let Ok(mut fields) = Fields::of(board) else {
            self.leave_out(board, "this is no board, which is an object");
            return None;
        };
        let id = fields.text("id");
        let name = fields.text("name");
        self.boards.push(Board {
            name: if name.trim().is_empty() {
                "Board".to_owned()
            } else {
                name
            },
            description: fields.text("description"),
            prefix: fields.text("card_prefix"),
            id: id.clone(),
        });
        Some(id)
    }

    fn read_graph(&mut self, graph: &'a str) {
        let read = each_entry(graph, |kind, edges| {
            let edges = Fields::of(edges.get())
                .ok()
                .and_then(|mut fields| fields.take("edges"));
            let Some(edges) = edges else { return };
            let _ = each_element(edges, |edge| {
                let Ok(mut edge) = Fields::of(edge.get()) else {
                    return;
                };
                if !edge.text("archived_at").is_empty() {
                    return self
                        .notes
                        .lost("what was in the archive of how cards depend on others");
                }
                let (source, target) = (edge.text("source"), edge.text("target"));
                match kind.as_str() {
                    "blocks" => self.before.entry(target).or_default().push(source),
                    "spawns" => self.parents.entry(target).or_default().push(source),
                    _ => self.related.entry(source).or_default().push(target),
                }
            });
        });
        if read.is_err() && Kind::of(graph) != Kind::Nothing {
            self.leave_out(graph, "the graph is no object");
        }
    }

    fn into_plans(mut self) -> Vec<Plan> {
        if self.boards.is_empty() {
            self.boards.push(Board {
                id: String::new(),
                name: "Board".to_owned(),
                description: String::new(),
                prefix: String::new(),
            });
        }
        let boards = self.boards.iter().enumerate();
        let numbers: HashMap<&str, usize> =
            boards.map(|(n, board)| (board.id.as_str(), n)).collect();
        let titles = self.cards.iter();
        let titles: HashMap<String, String> = titles
            .map(|card| (card.id.clone(), card.title.clone()))
            .collect();
        let mut cards: Vec<(usize, f64, Card<'_>)> = Vec::new();
        for card in std::mem::take(&mut self.cards) {
            let column = self.columns.get(&card.column);
            let board = column.map_or(card.board.as_str(), |column| column.board.as_str());
            let number = numbers.get(board).copied();
            if column.is_none() || number.is_none() {
                let what = "in which column a card is, as the file does not have that";
                self.notes.lost(what);
            }
            let position = column.map_or(f64::MAX, |column| column.position);
            cards.push((number.unwrap_or(0), position, card));
        }
        cards.sort_by(|(_, one, a), (_, other, b)| {
            one.total_cmp(other)
                .then_with(|| a.position.total_cmp(&b.position))
        });
        let mut plans: Vec<Plan> = self
            .boards
            .iter()
            .map(|board| Plan {
                name: board.name.clone(),
                description: Text::new(&board.description),
                ..Plan::default()
            })
            .collect();
        for (number, _, card) in cards {
            let task = self.planned(number, card, &titles);
            if let Some(plan) = plans.get_mut(number) {
                plan.tasks.push(task);
            }
        }
        if plans.iter().any(|plan| !plan.tasks.is_empty()) {
            plans.retain(|plan| !plan.tasks.is_empty());
        }
        if let Some(first) = plans.first_mut() {
            first.notes.append(self.notes);
        }
        plans
    }

    fn planned(
        &mut self,
        board: usize,
        card: Card<'a>,
        titles: &HashMap<String, String>,
    ) -> PlannedTask {
        let mut fields = card.fields;
        let mut description = Text::new(&fields.text("description"));
        let prefix = self
            .boards
            .get(board)
            .map_or("", |board| board.prefix.as_str());
        let number = fields.text("card_number");
        if !number.is_empty() && !prefix.is_empty() {
            description.line("Card", &format!("{prefix}-{number}"));
        }
        let column = self.columns.get(&card.column);
        description.line("Column", column.map_or("", |column| column.name.as_str()));
        description.line("Due", &fields.text("due_date"));
        let completed = fields.text("completed_at");
        description.line("Completed", &completed);
        description.line("Points", &fields.text("points"));
        let sprint = fields.text("sprint_id");
        description.line("Sprint", self.sprints.get(&sprint).unwrap_or(&sprint));
        for (name, others) in [("Part of", &self.parents), ("Related to", &self.related)] {
            let others = others.get(&card.id).into_iter().flatten();
            let others = others.map(|id| titles.get(id).unwrap_or(id).as_str());
            description.line(name, &others.collect::<Vec<_>>().join(", "));
        }
        let own = fields.text("status");
        let of_column = column.map_or("", |column| column.status.as_str());
        let word = if own.is_empty() {
            of_column.to_owned()
        } else {
            own
        };
        let state = State::of(&word, &mut self.notes);
        let priority = priority(&fields.text("priority"), &mut self.notes);
        let times = Times {
            created: times::read(&fields.text("created_at")),
            status: times::read(&completed).filter(|_| state.status.is_over()),
            updated: fields.text("updated_at"),
        };
        for (field, value) in fields.rest() {
            if !NOT_MISSED.contains(&field.as_str()) {
                description.line(&field, &value);
            }
        }
        PlannedTask {
            depends_on: self.before.remove(&card.id).unwrap_or_default(),
            id: card.id,
            title: card.title,
            description,
            state,
            priority,
            times,
            ..PlannedTask::default()
        }
    }
}

fn number(text: &str) -> f64 {
    text.trim().parse().unwrap_or(0.0)
}
