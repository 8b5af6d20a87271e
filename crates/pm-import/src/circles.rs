//! Tasks that wait for each other in a circle: as few of the dependencies as close one are dropped.

use std::collections::{HashMap, HashSet};

use pm_core::TaskName;

/// What tasks wait for, each task once.
type Edges = Vec<(TaskName, Vec<TaskName>)>;

/// Drops each dependency that closes a circle, and answers those that are kept and those that
/// are not. Each task and each dependency is looked at once.
pub(crate) fn without_circles(edges: Edges) -> (Edges, Vec<(TaskName, TaskName)>) {
    let closing = closing(&edges);
    let mut dropped = Vec::new();
    let mut kept = Vec::with_capacity(edges.len());
    for (number, (task, mut others)) in edges.into_iter().enumerate() {
        let mut place = 0;
        others.retain(|other| {
            let is_closing = closing.contains(&(number, place));
            place += 1;
            if is_closing {
                dropped.push((task.clone(), other.clone()));
            }
            !is_closing
        });
        kept.push((task, others));
    }
    (kept, dropped)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Never,
    /// It is on the way that is being walked.
    OnTheWay,
    Whole,
}

/// The dependencies that lead back to the way on which they were reached, each as the numbers of
/// its task and of its place there. It walks without recursion: chains may be long.
fn closing(edges: &Edges) -> HashSet<(usize, usize)> {
    let numbers = edges.iter().enumerate();
    let numbers: HashMap<&TaskName, usize> = numbers.map(|(n, (task, _))| (task, n)).collect();
    let mut seen = vec![Seen::Never; edges.len()];
    let mut closing = HashSet::new();
    let mark = |seen: &mut Vec<Seen>, number: usize, what| {
        if let Some(seen) = seen.get_mut(number) {
            *seen = what;
        }
    };
    for start in 0..edges.len() {
        if seen.get(start) != Some(&Seen::Never) {
            continue;
        }
        mark(&mut seen, start, Seen::OnTheWay);
        let mut way = vec![(start, 0)];
        while let Some((number, place)) = way.pop() {
            let next = edges.get(number).and_then(|(_, others)| others.get(place));
            let Some(next) = next else {
                mark(&mut seen, number, Seen::Whole);
                continue;
            };
            way.push((number, place + 1));
            // One that waits for nothing closes no circle.
            let Some(next) = numbers.get(next).copied() else {
                continue;
            };
            match seen.get(next) {
                Some(Seen::Never) => {
                    mark(&mut seen, next, Seen::OnTheWay);
                    way.push((next, 0));
                }
                Some(Seen::OnTheWay) => {
                    closing.insert((number, place));
                }
                Some(Seen::Whole) | None => {}
            }
        }
    }
    closing
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(number: usize) -> TaskName {
        number.to_string().parse().unwrap()
    }

    fn edges(edges: &[(usize, &[usize])]) -> Edges {
        let edge = |(task, others): &(usize, &[usize])| {
            (name(*task), others.iter().copied().map(name).collect())
        };
        edges.iter().map(edge).collect()
    }

    #[test]
    fn only_what_closes_a_circle_is_dropped() {
        let all = edges(&[(1, &[2, 4]), (2, &[3]), (3, &[1, 4]), (5, &[1, 2])]);
        let (kept, dropped) = without_circles(all);
        assert_eq!(dropped, [(name(3), name(1))]);
        let kept_of_three: Vec<_> = kept.iter().filter(|(task, _)| *task == name(3)).collect();
        assert_eq!(kept_of_three, [&(name(3), vec![name(4)])]);
        assert_eq!(
            kept.iter().map(|(_, others)| others.len()).sum::<usize>(),
            6
        );
    }

    #[test]
    fn a_chain_of_any_length_has_no_circle_until_it_is_closed() {
        const COUNT: usize = 50_000;
        let mut all: Edges = (0..COUNT).map(|n| (name(n), vec![name(n + 1)])).collect();
        assert!(without_circles(all.clone()).1.is_empty());
        all.push((name(COUNT), vec![name(0)]));
        assert_eq!(without_circles(all).1, [(name(COUNT), name(0))]);
    }
}
