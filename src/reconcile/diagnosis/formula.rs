//! What a plain sum of a sheet gives, worked out again: `SUM(F18:F21)`, `F7+F12`, `F5-F6`.

use crate::model::CellRef;

/// Cells of one range at most.
const LARGEST: u32 = 2000;

/// The value of a formula that adds and subtracts cells and ranges; nothing for any other, or where it names no figure.
#[must_use]
pub fn sum(formula: &str, value: &dyn Fn(CellRef) -> Option<i128>) -> Option<i128> {
    let text: String = formula.trim_start_matches('=').chars().filter(|c| !c.is_whitespace() && *c != '$').collect();
    let text = text.to_ascii_uppercase();
    let (mut total, mut known) = (0i128, 0usize);
    for (sign, part) in parts(&text)? {
        let cells = cells(part)?;
        for cell in cells {
            // A blank of a range counts as nothing.
            if let Some(found) = value(cell) {
                total = total.checked_add(sign * found)?;
                known += 1;
            }
        }
    }
    (known > 0).then_some(total)
}

/// Splits at plus and minus outside brackets, and takes `SUM(…)` apart at its commas.
fn parts(text: &str) -> Option<Vec<(i128, &str)>> {
    let mut found = Vec::new();
    let (mut depth, mut from, mut sign) = (0u32, 0, 1);
    for (at, c) in text.char_indices().chain([(text.len(), '+')]) {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            '+' | '-' if depth == 0 => {
                if at > from {
                    found.extend(sums(&text[from..at])?.into_iter().map(|part| (sign, part)));
                } else if at != 0 {
                    return None;
                }
                (from, sign) = (at + 1, if c == '-' { -1 } else { 1 });
            }
            _ => {}
        }
    }
    (depth == 0).then_some(found)
}

fn sums(part: &str) -> Option<Vec<&str>> {
    match part.strip_prefix("SUM(") {
        Some(inside) => {
            let inside = inside.strip_suffix(')')?;
            (!inside.contains(['(', ')', '+', '-', '*', '/'])).then(|| inside.split(',').collect())
        }
        None => (!part.contains(['(', ')', '*', '/', ','])).then(|| vec![part]),
    }
}

fn cells(part: &str) -> Option<Vec<CellRef>> {
    let Some((first, last)) = part.split_once(':') else { return part.parse().ok().map(|cell| vec![cell]) };
    let (a, b): (CellRef, CellRef) = (first.parse().ok()?, last.parse().ok()?);
    let rows = a.row.min(b.row)..=a.row.max(b.row);
    let columns = a.col.min(b.col)..=a.col.max(b.col);
    let count = u64::from(a.row.abs_diff(b.row) + 1) * u64::from(a.col.abs_diff(b.col) + 1);
    (count <= u64::from(LARGEST))
        .then(|| rows.flat_map(|row| columns.clone().map(move |column| CellRef::new(row, column))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_sums_are_worked_out_and_nothing_else_is() {
        let value = |cell: CellRef| (cell.col == 5).then_some(i128::from(cell.row) + 1);
        for (formula, expected) in [
            ("SUM(F1:F4)", Some(10)),
            ("=F2+$F$3-F1", Some(4)),
            ("SUM(F1,F3)+F10", Some(14)),
            ("F1:F2", Some(3)),
            ("SUM(A1:A4)", None),
            ("F1*2", None),
            ("ROUND(SUM(F1:F4),2)", None),
            ("Sheet1!F1", None),
            ("F1+", None),
            ("", None),
        ] {
            assert_eq!(sum(formula, &value), expected, "{formula}");
        }
    }
}
