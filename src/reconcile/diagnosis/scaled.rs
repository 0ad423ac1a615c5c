//! One finding for a column, table or sheet that stands in another unit than it says, instead of one for every tie.

use foldhash::HashSet;

use super::super::outcome::{At, Diagnosis, Outcome, Place, Suspected, Use, figure_at};
use super::say::Speaker;
use super::state::Stated;
use crate::diagnose::{Located, Part, ScaleSlip};
use crate::model::finding::Role;
use crate::model::{Class, Verdict, Words};
use crate::rules::Pack;

/// The rules that stand for a column, and for a table or sheet.
const COLUMN: &str = "GJ730";
const TABLE: &str = "GJ731";
/// Cells that the finding lists.
const LISTED: usize = 40;

/// Makes the outcomes of unit slips and gathers under them what they explain.
pub fn gather(
    own: &mut [Outcome],
    stated: &Stated,
    located: &Located,
    speaker: &Speaker<'_>,
    pack: &Pack,
) -> Vec<Outcome> {
    let mut more = Vec::new();
    for slip in &located.scale {
        let code = if matches!(slip.part, Part::Column { .. }) { COLUMN } else { TABLE };
        // A user's pack may leave the rule out; then every tie speaks for itself.
        let Some(rule) = pack.rules.iter().position(|rule| rule.code == code) else { continue };
        let Some(outcome) = outcome(own, stated, slip, speaker, rule) else { continue };
        for tie in &slip.mended {
            own[stated.outcome_of[*tie]].gathered = true;
        }
        let slipped: HashSet<At> = slip.cells.iter().map(|cell| stated.uses[*cell].at.clone()).collect();
        for one in own.iter_mut().filter(|one| follows(one, &slipped, pack)) {
            one.gathered = true;
        }
        more.push(outcome);
    }
    more
}

/// Whether a finding only says again that the amounts are out of scale: a change, a limit or a share of them.
fn follows(one: &Outcome, slipped: &HashSet<At>, pack: &Pack) -> bool {
    let rule = &pack.rules[one.rule];
    let of_amounts =
        rule.class == Class::Verify && ["GJ2", "GJ3", "GJ4"].iter().any(|part| rule.code.starts_with(part));
    one.verdict == Verdict::Unbalanced && of_amounts && one.uses.iter().any(|used| slipped.contains(&used.at))
}

fn outcome(own: &[Outcome], stated: &Stated, slip: &ScaleSlip, speaker: &Speaker<'_>, rule: usize) -> Option<Outcome> {
    let first = slip.cells.first().map(|cell| &stated.uses[*cell])?;
    let At::Figure { table, figure, .. } = first.at else { return None };
    let now = speaker.pair.0;
    let (at, measure) = (&now.tables[table], figure_at(now, table, figure)?.measure.to_string());
    let annex = &speaker.forms.all[at.form].annex;
    let column = matches!(slip.part, Part::Column { .. });
    let uses: Vec<Use> = slip.cells.iter().take(LISTED).map(|cell| stated.uses[*cell].clone()).collect();
    let causes = slip.cells.iter().take(LISTED).map(|cell| Suspected {
        figure: stated.uses[*cell].clone(),
        cause: "unit-slip",
        proposed: scaled(stated, *cell, slip.power),
        repairs: slip.mended.len(),
        of: slip.of,
        breaks: slip.broken,
        set: 1,
        why: why(slip),
    });
    let (mended, of) = (slip.mended.len(), slip.of);
    let what = if column {
        (format!("{annex}“{measure}”一栏"), format!("the column “{measure}” of {annex}"))
    } else {
        (format!("{annex}全表"), format!("the whole of {annex}"))
    };
    let rival = slip.rival.is_some();
    let (or_zh, or_en) = if rival {
        ("；也可能是与之勾稽的另一方单位不符", "; or the other side of these ties is in another unit")
    } else {
        ("", "")
    };
    let words = Words::new(
        format!("{}疑计量单位有误：{}后，{of}处不平中有{mended}处相符{or_zh}", what.0, by(slip.power).zh),
        format!(
            "{} is probably in another unit: {}, {mended} of {of} failing ties hold{or_en}",
            what.1,
            by(slip.power).en
        ),
    );
    Some(Outcome {
        place: Place {
            form: Some(at.form),
            project: at.project.clone(),
            line: None,
            measure: column.then_some(measure),
        },
        uses: uses.into_iter().map(|one| Use { role: Role::Subject, suspect: true, ..one }).collect(),
        diagnosis: Some(Box::new(Diagnosis { causes: causes.collect(), line: why(slip) })),
        words: Some(words),
        ..Outcome::new(rule, own.first()?.submission, Verdict::Unbalanced)
    })
}

fn scaled(stated: &Stated, cell: usize, power: i32) -> Option<rust_decimal::Decimal> {
    let amount = stated.amount(cell, stated.problem.cells[cell].value)?;
    crate::model::unit::shift(amount, power).map(|amount| amount.normalize())
}

fn why(slip: &ScaleSlip) -> Words {
    let (mended, of, broken) = (slip.mended.len(), slip.of, slip.broken);
    let by = by(slip.power);
    Words::new(
        format!("计量单位误用：整体{}，改后{of}处不平中有{mended}处相符，{broken}处转为不符", by.zh),
        format!(
            "the unit slipped: {} as a whole; then {mended} of {of} failing ties hold, and {broken} that held break",
            by.en
        ),
    )
}

fn by(power: i32) -> Words {
    let times = match power.unsigned_abs() {
        3 => ("1000", "1,000"),
        4 => ("1万", "10,000"),
        _ => ("1亿", "100,000,000"),
    };
    if power > 0 {
        Words::new(format!("乘以{}", times.0), format!("multiplied by {}", times.1))
    } else {
        Words::new(format!("除以{}", times.0), format!("divided by {}", times.1))
    }
}
