//! Rows of two sheets that are the same row: by the line they were read as, by their texts, by likeness.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::sheets::Grid;

/// Cells that two rows must share, of those that either holds, to be taken for one.
const ALIKE: (usize, usize) = (1, 2);
/// Rows of a gap that are compared each with each.
const MOST: usize = 200;

/// Pairs rows: old to new, both zero-based.
pub(super) fn align<'a>(old: &Grid<'a>, new: &Grid<'a>) -> BTreeMap<u32, u32> {
    let mut pairs = BTreeMap::new();
    let names: [Name<'a>; 3] = [Grid::line, Grid::whole, Grid::words];
    for name in names {
        unique(old, new, name, &mut pairs);
    }
    by_place(old, new, &mut pairs);
    pairs
}

/// What a row is called.
type Name<'a> = fn(&Grid<'a>, u32) -> Option<String>;

/// Pairs the rows that bear a name which no other row of their sheet bears.
fn unique<'a>(old: &Grid<'a>, new: &Grid<'a>, name: Name<'a>, pairs: &mut BTreeMap<u32, u32>) {
    let taken: BTreeSet<u32> = pairs.values().copied().collect();
    let named = |grid: &Grid<'a>, open: &dyn Fn(u32) -> bool| {
        let mut rows: HashMap<String, Vec<u32>> = HashMap::new();
        for row in grid.rows().filter(|row| open(*row)) {
            if let Some(name) = name(grid, row) {
                rows.entry(name).or_default().push(row);
            }
        }
        rows
    };
    let before = named(old, &|row| !pairs.contains_key(&row));
    let now = named(new, &|row| !taken.contains(&row));
    for (name, rows) in before {
        if let ([row], Some([other])) = (rows.as_slice(), now.get(&name).map(Vec::as_slice)) {
            pairs.insert(*row, *other);
        }
    }
}

/// Pairs what is left between two rows that are paired: where both sides have as many, in order; else by likeness.
fn by_place(old: &Grid<'_>, new: &Grid<'_>, pairs: &mut BTreeMap<u32, u32>) {
    let taken: BTreeSet<u32> = pairs.values().copied().collect();
    let mut found = Vec::new();
    let mut gap = Vec::new();
    let mut after: Option<u32> = None;
    let ends = old.rows().map(Some).chain([None]);
    for row in ends {
        let next = match row {
            Some(row) => {
                let Some(next) = pairs.get(&row) else {
                    gap.push(row);
                    continue;
                };
                *next
            }
            None => u32::MAX,
        };
        let from = after.map_or(0, |after| after + 1);
        let others: Vec<u32> = new.rows().filter(|row| (from..next).contains(row) && !taken.contains(row)).collect();
        if gap.len() == others.len() {
            found.extend(gap.iter().copied().zip(others));
        } else {
            found.extend(by_likeness(old, new, &gap, others));
        }
        gap.clear();
        after = Some(next).filter(|next| *next != u32::MAX);
    }
    pairs.extend(found);
}

fn by_likeness(old: &Grid<'_>, new: &Grid<'_>, gap: &[u32], mut others: Vec<u32>) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    for row in gap.iter().take(MOST) {
        let scored = others.iter().take(MOST).map(|other| (shared(old, new, *row, *other), *other));
        let best = scored.filter(|((same, all), _)| *same * ALIKE.1 >= *all * ALIKE.0 && *same > 0).max_by(|a, b| {
            let ((same, all), (other, total)) = (a.0, b.0);
            (same * total).cmp(&(other * all)).then(b.1.cmp(&a.1))
        });
        if let Some((_, other)) = best {
            found.push((*row, other));
            others.retain(|one| *one > other);
        }
    }
    found
}

/// Cells of one text in both rows, and cells of the row that has more.
fn shared(old: &Grid<'_>, new: &Grid<'_>, row: u32, other: u32) -> (usize, usize) {
    let (a, mut b) = (old.texts(row), new.texts(other));
    let all = a.len().max(b.len());
    let same = a.iter().filter(|text| b.iter().position(|other| other == *text).map(|at| b.swap_remove(at)).is_some());
    (same.count(), all)
}

/// Pairs that stand in another order than the others: all that are in no longest run of rows in order.
pub(super) fn moved(pairs: &BTreeMap<u32, u32>) -> Vec<(u32, u32)> {
    let all: Vec<(u32, u32)> = pairs.iter().map(|(old, new)| (*old, *new)).collect();
    // The last pair of the best run of each length, and for each pair the one before it.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(all.len());
    for (at, (_, new)) in all.iter().enumerate() {
        let length = ends.partition_point(|end| all[*end].1 < *new);
        before.push(length.checked_sub(1).map(|last| ends[last]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut kept = BTreeSet::new();
    let mut at = ends.last().copied();
    while let Some(pair) = at {
        kept.insert(pair);
        at = before[pair];
    }
    all.into_iter().enumerate().filter(|(at, _)| !kept.contains(at)).map(|(_, pair)| pair).collect()
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn only_rows_out_of_order_are_moved() {
        let pairs = |list: &[(u32, u32)]| moved(&list.iter().copied().collect());
        assert!(pairs(&[(0, 0), (1, 3), (2, 4)]).is_empty());
        assert_eq!(pairs(&[(0, 3), (1, 0), (2, 1), (3, 2)]), [(0, 3)]);
        assert!(pairs(&[]).is_empty());
    }
}
