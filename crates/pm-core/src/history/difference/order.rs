//! Which of some things were moved, if all that is known is their order before and after.

use std::collections::{BTreeSet, HashMap};

/// The fewest of these numbers, which all differ, that have to be taken out for the others to grow.
/// A number of which `stays` says that it was never moved is among them only if the numbers that
/// stay do not grow themselves.
pub(super) fn out_of_order(numbers: &[usize], stays: impl Fn(usize) -> bool) -> BTreeSet<usize> {
    let fitting = fitting(numbers, stays);
    let mut moved: BTreeSet<usize> = numbers.iter().copied().collect();
    for number in longest_growing(&fitting) {
        moved.remove(&number);
    }
    moved
}

/// The numbers that stay, and those that are in order with all of them.
fn fitting(numbers: &[usize], stays: impl Fn(usize) -> bool) -> Vec<usize> {
    let mut lowest_behind = Vec::new();
    let mut lowest = usize::MAX;
    for number in numbers.iter().rev() {
        lowest_behind.push(lowest);
        if stays(*number) {
            lowest = lowest.min(*number);
        }
    }
    let mut highest = 0;
    let behind = lowest_behind.into_iter().rev();
    let fits = |(number, lowest): (&usize, usize)| {
        let is_between = highest < *number && *number < lowest;
        if stays(*number) {
            highest = highest.max(*number);
        }
        (is_between || stays(*number)).then_some(*number)
    };
    numbers.iter().zip(behind).filter_map(fits).collect()
}

/// A longest growing sequence among these numbers, which all differ; from its end.
fn longest_growing(numbers: &[usize]) -> Vec<usize> {
    // The lowest number that ends a growing sequence, for each length of one.
    let mut ends: Vec<usize> = Vec::new();
    // For each number, the one in front of it in the longest sequence that it ends.
    let mut front: HashMap<usize, usize> = HashMap::new();
    for &number in numbers {
        let length = ends.partition_point(|end| *end < number);
        let before = length.checked_sub(1).and_then(|last| ends.get(last));
        front.extend(before.map(|before| (number, *before)));
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    std::iter::successors(ends.last().copied(), |number| front.get(number).copied()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moved(numbers: &[usize], stays: &[usize]) -> Vec<usize> {
        let stays = |number| stays.contains(&number);
        out_of_order(numbers, stays).into_iter().collect()
    }

    #[test]
    fn as_few_as_can_be_were_moved() {
        for (numbers, expected) in [
            (vec![], vec![]),
            (vec![1, 2, 5], vec![]),
            (vec![4, 1, 2, 3], vec![4]),
            (vec![2, 3, 4, 1], vec![1]),
            (vec![1, 3, 4, 2, 5], vec![2]),
            (vec![3, 2, 1], vec![2, 3]),
        ] {
            assert_eq!(moved(&numbers, &[]), expected, "{numbers:?}");
        }
    }

    #[test]
    fn what_was_never_moved_stays() {
        assert_eq!(moved(&[2, 1], &[1]), [2]);
        assert_eq!(moved(&[2, 1], &[2]), [1]);
        assert_eq!(moved(&[3, 4, 1, 2], &[2]), [3, 4]);
        assert_eq!(moved(&[3, 4, 1, 2], &[3]), [1, 2]);
        // That cannot be.
        assert_eq!(moved(&[2, 1], &[1, 2]), [2]);
    }
}
