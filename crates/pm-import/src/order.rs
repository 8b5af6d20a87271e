//! The order of ids that hold numbers: 1.2 comes before 1.10, and `task-9` before `task-10`.

/// A part of an id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Piece {
    /// By its length without zeros in front first, so that numbers of any length have their order.
    Number(usize, String),
    Text(String),
}

/// What an id is to be sorted by.
pub(crate) fn natural(id: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = id.trim();
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number);
        let (piece, behind) = rest.split_at(end.unwrap_or(rest.len()));
        pieces.push(if is_number {
            let digits = piece.trim_start_matches('0');
            Piece::Number(digits.len(), digits.to_owned())
        } else {
            Piece::Text(piece.to_lowercase())
        });
        rest = behind;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_in_the_order_of_numbers() {
        let mut ids = [
            "task-10", "1.10", "TASK-2", "1", "1.2", "1.1", "task-2.1", "02",
        ];
        ids.sort_by_key(|id| natural(id));
        assert_eq!(
            ids,
            [
                "1", "1.1", "1.2", "1.10", "02", "TASK-2", "task-2.1", "task-10"
            ]
        );
    }
}
