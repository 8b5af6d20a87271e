//! The JSON of kanban-rs: its own file (`{"version": …, "data": …}`) and its exports
//! (`{"boards": [{"board": …, "columns": …, "cards": …}]}`).

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use crate::Format;
use crate::format::reason;
use crate::plan::{Lost, Plan, PlannedTask, State, Text, priority};
use crate::source::{Problem, Source};

/// All that there is, whatever the form.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Everything {
    boards: Vec<Board>,
    columns: Vec<Column>,
    cards: Vec<Card>,
    sprints: Vec<Value>,
    archived_cards: Vec<Value>,
    archived_boards: Vec<Value>,
    graph: Graph,
}

#[derive(Deserialize)]
struct File {
    data: Everything,
}

#[derive(Deserialize)]
struct Exports {
    boards: Vec<Export>,
}

#[derive(Deserialize)]
struct Export {
    board: Board,
    #[serde(default)]
    columns: Vec<Column>,
    #[serde(alias = "tasks")]
    cards: Vec<Card>,
    #[serde(default)]
    sprints: Vec<Value>,
    #[serde(default)]
    archived_cards: Vec<Value>,
}

#[derive(Deserialize)]
struct Board {
    id: String,
    name: String,
    description: Option<String>,
    card_prefix: Option<String>,
}

#[derive(Deserialize)]
struct Column {
    id: String,
    board_id: String,
    name: String,
    #[serde(default)]
    position: i64,
    default_status: Option<String>,
}

#[derive(Deserialize)]
struct Card {
    id: String,
    column_id: String,
    title: String,
    description: Option<String>,
    priority: Option<String>,
    status: Option<String>,
    #[serde(default)]
    position: i64,
    due_date: Option<String>,
    points: Option<u32>,
    #[serde(rename = "card_number")]
    number: Option<u64>,
    sprint_id: Option<String>,
    completed_at: Option<String>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Graph {
    blocks: Edges,
    spawns: Edges,
    relates: Edges,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Edges {
    edges: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    source: String,
    target: String,
    archived_at: Option<String>,
}

/// A plan for each board that has cards.
pub(crate) fn plans(source: &Source) -> Result<Vec<Plan>, Problem> {
    let all = everything(source.text(Format::Kanban)?)
        .map_err(|error| Problem::Json(error.line(), error.column(), reason(&error)))?;
    let mut blockers: HashMap<&str, Vec<&str>> = HashMap::new();
    let blocks = all.graph.blocks.edges.iter();
    for edge in blocks.filter(|edge| edge.archived_at.is_none()) {
        blockers.entry(&edge.target).or_default().push(&edge.source);
    }
    let mut plans: Vec<Plan> = all
        .boards
        .iter()
        .map(|board| plan(board, &all, &blockers))
        .collect();
    if plans.iter().any(|plan| !plan.tasks.is_empty()) {
        plans.retain(|plan| !plan.tasks.is_empty());
    }
    // Only plans without tasks have gone.
    let placed: usize = plans.iter().map(|plan| plan.tasks.len()).sum();
    if let Some(first) = plans.first_mut() {
        let lost = &mut first.lost;
        lost.add_all(
            "a card in a column that its board does not have",
            all.cards.len().saturating_sub(placed),
        );
        lost.add_all("a sprint", all.sprints.len());
        let in_sprints = all.cards.iter().filter(|card| card.sprint_id.is_some());
        lost.add_all("the sprint of a card", in_sprints.count());
        lost.add_all("a card in the archive", all.archived_cards.len());
        lost.add_all("a board in the archive", all.archived_boards.len());
        lost.add_all(
            "that a card is the parent of another",
            all.graph.spawns.edges.len(),
        );
        lost.add_all("that cards are related", all.graph.relates.edges.len());
    }
    Ok(plans)
}

fn everything(text: &str) -> Result<Everything, serde_json::Error> {
    let shape: serde_json::Map<String, Value> = serde_json::from_str(text)?;
    if shape.contains_key("data") {
        return Ok(serde_json::from_str::<File>(text)?.data);
    }
    let exports = if shape.contains_key("boards") {
        serde_json::from_str::<Exports>(text)?.boards
    } else {
        vec![serde_json::from_str::<Export>(text)?]
    };
    let mut all = Everything::default();
    for export in exports {
        all.boards.push(export.board);
        all.columns.extend(export.columns);
        all.cards.extend(export.cards);
        all.sprints.extend(export.sprints);
        all.archived_cards.extend(export.archived_cards);
    }
    Ok(all)
}

fn plan(board: &Board, all: &Everything, blockers: &HashMap<&str, Vec<&str>>) -> Plan {
    let columns = all
        .columns
        .iter()
        .filter(|column| column.board_id == board.id);
    let columns: HashMap<&str, &Column> =
        columns.map(|column| (column.id.as_str(), column)).collect();
    let mut cards: Vec<(&Column, &Card)> = all
        .cards
        .iter()
        .filter_map(|card| Some((*columns.get(card.column_id.as_str())?, card)))
        .collect();
    cards.sort_by_key(|(column, card)| (column.position, card.position));
    let tasks = cards
        .into_iter()
        .map(|(column, card)| planned(board, column, card, blockers));
    Plan {
        name: board.name.clone(),
        description: board.description.clone().unwrap_or_default(),
        tasks: tasks.collect(),
        lost: Lost::default(),
    }
}

fn planned(
    board: &Board,
    column: &Column,
    card: &Card,
    blockers: &HashMap<&str, Vec<&str>>,
) -> PlannedTask {
    let mut description = Text::new(card.description.as_deref().unwrap_or_default());
    if let (Some(prefix), Some(number)) = (&board.card_prefix, card.number) {
        description.line("Card", &format!("{prefix}-{number}"));
    }
    description.line("Column", &column.name);
    description.line("Due", card.due_date.as_deref().unwrap_or_default());
    let completed = card.completed_at.as_deref();
    description.line("Completed", completed.unwrap_or_default());
    let points = card.points.map(|points| points.to_string());
    description.line("Points", &points.unwrap_or_default());
    let waits_for = blockers.get(card.id.as_str()).into_iter().flatten();
    let status = card.status.as_ref().or(column.default_status.as_ref());
    PlannedTask {
        id: card.id.clone(),
        title: card.title.clone(),
        description,
        state: State::of(status.map(String::as_str).unwrap_or_default()),
        priority: priority(card.priority.as_deref().unwrap_or_default()),
        depends_on: waits_for.map(|id| (*id).to_owned()).collect(),
        jobs: Vec::new(),
    }
}
