//! Where the boxes of a picture stand: in columns, so that a box that waits stands to the right of
//! those that it waits for. Within a column, boxes stand near those that they have to do with.

use std::collections::BTreeMap;

/// How often the columns are put in order by their neighbours, there and back.
const SWEEPS: usize = 4;

/// The place of a box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from the left.
    pub(super) column: usize,
    /// Counted from the top of its column.
    pub(super) row: usize,
    /// How many boxes the column has.
    pub(super) of: usize,
}

/// Places `boxes` boxes. Each arrow leads from a box to one that waits for it; arrows that make a
/// circle may lead back.
pub(super) fn lay_out(boxes: usize, arrows: &[(usize, usize)]) -> Vec<Place> {
    let columns = columns(boxes, arrows);
    let mut order: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (one, column) in columns.iter().enumerate() {
        order.entry(*column).or_default().push(one);
    }
    // What stands in a circle may have left columns empty.
    let mut order: Vec<Vec<usize>> = order.into_values().collect();
    for sweep in 0..SWEEPS {
        let from_left = sweep % 2 == 0;
        let mut rows = rows(&order);
        let all = order.len();
        for step in 0..all {
            let at = if from_left { step } else { all - 1 - step };
            if let Some(column) = order.get_mut(at) {
                column.sort_by_key(|one| near(*one, arrows, from_left, &rows));
                rows.extend(column.iter().copied().zip(0..));
            }
        }
    }
    let mut places = vec![Place::default(); boxes];
    for (column, boxes) in order.iter().enumerate() {
        for (row, one) in boxes.iter().enumerate() {
            if let Some(place) = places.get_mut(*one) {
                let of = boxes.len();
                *place = Place { column, row, of };
            }
        }
    }
    places
}

/// The column of each box: one behind the last column of the boxes that lead to it.
fn columns(boxes: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
    let mut columns = vec![0_usize; boxes];
    // Each round settles one more step of the longest way; in a circle that would never end.
    for _ in 0..boxes {
        let mut is_settled = true;
        for (from, to) in arrows {
            let behind = columns.get(*from).map_or(0, |column| column + 1);
            if let Some(column) = columns.get_mut(*to).filter(|column| **column < behind) {
                *column = behind.min(boxes);
                is_settled &= *column != behind;
            }
        }
        if is_settled {
            break;
        }
    }
    columns
}

/// In which row each box stands.
fn rows(order: &[Vec<usize>]) -> BTreeMap<usize, usize> {
    let column = |boxes: &Vec<usize>| boxes.iter().copied().zip(0..).collect::<Vec<_>>();
    order.iter().flat_map(column).collect()
}

/// Ten times the mean row of the boxes that lead to one, or that it leads to; of its own row, if
/// there are none.
fn near(
    one: usize,
    arrows: &[(usize, usize)],
    from_left: bool,
    rows: &BTreeMap<usize, usize>,
) -> usize {
    let neighbours = arrows.iter().filter_map(|(from, to)| {
        let (own, other) = if from_left { (to, from) } else { (from, to) };
        (*own == one).then_some(other)
    });
    let at: Vec<usize> = neighbours
        .filter_map(|other| rows.get(other).copied())
        .collect();
    match at.len() {
        0 => rows.get(&one).copied().unwrap_or_default() * 10,
        number => at.iter().sum::<usize>() * 10 / number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns_of(boxes: usize, arrows: &[(usize, usize)]) -> Vec<usize> {
        let places = lay_out(boxes, arrows);
        places.iter().map(|place| place.column).collect()
    }

    #[test]
    fn what_waits_stands_behind_all_that_it_waits_for() {
        assert_eq!(
            columns_of(4, &[(0, 1), (1, 2), (0, 2), (0, 3)]),
            [0, 1, 2, 1]
        );
        assert_eq!(columns_of(3, &[(2, 1), (1, 0)]), [2, 1, 0]);
        assert!(lay_out(0, &[]).is_empty());
    }

    #[test]
    fn a_circle_has_places_too() {
        let columns = columns_of(3, &[(0, 1), (1, 0), (1, 2)]);
        assert!(columns.iter().all(|column| *column < 3), "{columns:?}");
        let places = lay_out(3, &[(0, 1), (1, 0), (1, 2)]);
        let mut taken: Vec<_> = places
            .iter()
            .map(|place| (place.column, place.row))
            .collect();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!(taken.len(), 3, "no two are in one place");
    }

    #[test]
    fn arrows_do_not_cross_if_they_need_not() {
        // 0 and 1 lead to 3 and 2: in the order of their numbers they would cross.
        let places = lay_out(4, &[(0, 3), (1, 2)]);
        let row = |one: usize| places.get(one).unwrap().row;
        assert_eq!(row(0) < row(1), row(3) < row(2));
    }
}
