//! Findings about roundings taken together: ties that cannot hold at once, and tails that all lie on one side.

use super::super::outcome::{At, Outcome, Place, Use};
use super::say::Speaker;
use super::state::Stated;
use crate::diagnose::joint::{Conflict, Joint, OneSided, joint, one_sided};
use crate::model::finding::Role;
use crate::model::{Verdict, Words};
use crate::rules::Pack;

/// The rules that stand for a contradiction, and for tails on one side.
const TOGETHER: &str = "GJ290";
const ONE_SIDED: &str = "GJ291";
/// Ties that a sentence names.
const NAMED: usize = 4;

/// Says of a submission's roundings what no tie alone can say; what the rules' own outcomes say is written there.
pub fn ask(own: &mut [Outcome], stated: &Stated, speaker: &Speaker<'_>, pack: &Pack) -> Vec<Outcome> {
    let mut more = Vec::new();
    // A user's pack may leave a rule out.
    let empty = |own: &[Outcome], code: &str| own.iter().position(|one| pack.rules[one.rule].code == code);
    if let Some(at) = empty(own, TOGETHER) {
        let found = joint(&stated.problem);
        let said: Vec<Outcome> =
            found.conflicts.iter().map(|one| conflict(own, &own[at], stated, one, speaker, pack)).collect();
        settle(&mut own[at], said, &mut more, verdict(&found));
    }
    if let Some(at) = empty(own, ONE_SIDED) {
        let found = one_sided(&stated.problem);
        let said: Vec<Outcome> = found.iter().map(|one| tails(&own[at], stated, one, speaker)).collect();
        settle(&mut own[at], said, &mut more, (Verdict::Balanced, None));
    }
    more
}

/// Puts what was found in place of the outcome that stood for the rule.
fn settle(place: &mut Outcome, said: Vec<Outcome>, more: &mut Vec<Outcome>, otherwise: (Verdict, Option<Words>)) {
    let mut said = said.into_iter();
    if let Some(first) = said.next() {
        *place = first;
        more.extend(said);
    } else {
        (place.verdict, place.words) = otherwise;
    }
}

/// What is said where nothing contradicts.
fn verdict(found: &Joint) -> (Verdict, Option<Words>) {
    let (asked, open) = (found.asked, found.undecided);
    if asked == 0 {
        (Verdict::NotApplicable, Some(Words::new("没有两处以上相连的尾差", "no ties with tails share figures")))
    } else if open > 0 {
        let words = Words::new(
            format!("{asked}处相连的勾稽中有{open}处能否由同一组真值同时满足，在计算限度内未能判定"),
            format!(
                "of {asked} ties that share figures, whether {open} can hold at once was not decided within the bound of work"
            ),
        );
        (Verdict::Unchecked, Some(words))
    } else {
        (Verdict::Balanced, None)
    }
}

fn conflict(
    own: &[Outcome],
    place: &Outcome,
    stated: &Stated,
    found: &Conflict,
    speaker: &Speaker<'_>,
    pack: &Pack,
) -> Outcome {
    let ties: Vec<&Outcome> = found.ties.iter().map(|tie| &own[stated.outcome_of[*tie]]).collect();
    let named = |title: fn(&Words) -> &str| {
        let one = |tie: &&Outcome| {
            let rule = &pack.rules[tie.rule];
            let at = tie.uses.first().and_then(|one| speaker.cell(one));
            let at = at.map(|cell| format!(" {}!{}", cell.sheet, cell.cell)).unwrap_or_default();
            format!("{} {}{at}", rule.code, title(&rule.title))
        };
        ties.iter().take(NAMED).map(one).collect::<Vec<String>>()
    };
    let count = ties.len();
    let (more_zh, more_en) = if count > NAMED { ("等", " and others") } else { ("", "") };
    let words = Words::new(
        format!(
            "{count}处勾稽各自可由取整解释，但没有一组真值能同时满足：{}{more_zh}",
            named(|title| &title.zh).join("；")
        ),
        format!(
            "each of {count} ties may be explained by rounding, but no one set of true values satisfies them all: {}{more_en}",
            named(|title| &title.en).join("; ")
        ),
    );
    said(place, stated, &found.cells, words, speaker)
}

fn tails(place: &Outcome, stated: &Stated, found: &OneSided, speaker: &Speaker<'_>) -> Outcome {
    let count = found.ties.len();
    let annex =
        form_of(stated, &found.totals, speaker).map(|form| speaker.forms.all[form].annex.as_str()).unwrap_or_default();
    let words = if found.above {
        Words::new(
            format!("{annex}有{count}处合计带尾差，全部大于各分项之和：疑为舍去末位以后的数字（截尾），而非四舍五入"),
            format!(
                "in {annex} {count} totals leave a tail and all are above their parts: the figures were probably cut off, not rounded"
            ),
        )
    } else {
        Words::new(
            format!("{annex}有{count}处合计带尾差，全部小于各分项之和：疑为只入不舍，而非四舍五入"),
            format!(
                "in {annex} {count} totals leave a tail and all are below their parts: the figures were probably rounded up, not to the nearest"
            ),
        )
    };
    said(place, stated, &found.totals, words, speaker)
}

fn said(place: &Outcome, stated: &Stated, cells: &[usize], words: Words, speaker: &Speaker<'_>) -> Outcome {
    Outcome {
        verdict: Verdict::Unbalanced,
        place: Place { form: form_of(stated, cells, speaker), ..Place::default() },
        uses: subjects(stated, cells),
        words: Some(words),
        ..place.clone()
    }
}

fn subjects(stated: &Stated, cells: &[usize]) -> Vec<Use> {
    cells.iter().map(|cell| Use { role: Role::Subject, suspect: false, ..stated.uses[*cell].clone() }).collect()
}

/// The form of the first of this year's cells.
fn form_of(stated: &Stated, cells: &[usize], speaker: &Speaker<'_>) -> Option<usize> {
    let table = cells.iter().find_map(|cell| match stated.uses[*cell].at {
        At::Figure { prior: false, table, .. } | At::Cell { table, .. } => Some(table),
        _ => None,
    });
    Some(speaker.pair.0.tables.get(table?)?.form)
}
