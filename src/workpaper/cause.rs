//! 可能原因: why a figure may be wrong. Whatever a finding comes to know of its causes has its place here.

use super::desk::Desk;
use super::issues::CELLS_NAMED;
use crate::model::Finding;
use crate::model::finding::FindingCell;

/// The likely cause, a line each: the cell that is probably wrong and what it should be, else the cells that no tie
/// vouches for; then how to mend it.
#[must_use]
pub fn cause(desk: &Desk<'_>, finding: &Finding) -> String {
    let likely = finding.likely.as_ref().map(|likely| desk.of(likely).to_owned());
    let first = likely.or_else(|| suspects(desk, finding));
    let lines: Vec<String> = first.into_iter().chain(hint(desk, finding)).collect();
    desk.report.masked(&lines.join("\n"))
}

/// The cells that no tie that holds vouches for, with what would make the ties hold.
fn suspects(desk: &Desk<'_>, finding: &Finding) -> Option<String> {
    let said = |cell: &FindingCell| match cell.proposed {
        Some(value) => format!("{}→{value}{}", cell.cell, cell.unit),
        None => cell.cell.to_string(),
    };
    let mut cells: Vec<String> = Vec::new();
    for one in finding.cells.iter().filter(|cell| cell.suspect).map(said) {
        if cells.len() < CELLS_NAMED && !cells.contains(&one) {
            cells.push(one);
        }
    }
    let join = desk.say("、", ", ");
    (!cells.is_empty()).then(|| format!("{}{}", desk.say("疑点：", "suspect: "), cells.join(join)))
}

fn hint(desk: &Desk<'_>, finding: &Finding) -> Option<String> {
    Some(desk.of(&finding.hint)).filter(|hint| !hint.is_empty()).map(str::to_owned)
}
