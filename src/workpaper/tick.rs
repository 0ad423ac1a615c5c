//! Tickmarks: what was done to a figure, told from the shape of the tie and never from its code.

use super::desk::Desk;
use crate::model::finding::Role;
use crate::model::{CellRef, Lang, Words};
use crate::reconcile::outcome::{At, Outcome, figure_at};

/// The procedure behind a mark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tick {
    /// Down a column.
    Footed,
    /// Along a row.
    CrossFooted,
    /// A product, a quotient, a score.
    Recalculated,
    /// With another table, by its annex.
    Agreed(String),
    PriorYear,
    /// An order or a condition between figures.
    Condition,
    /// Words, dates, names, units: a look, no arithmetic.
    Inspected,
}

impl Tick {
    /// The mark as it stands beside a figure; a sign and a word, so that it survives any font and printer.
    #[must_use]
    pub fn words(&self) -> Words {
        match self {
            Self::Footed => Words::new("∧ 纵加", "∧ footed"),
            Self::CrossFooted => Words::new("＜ 横加", "< cross-footed"),
            Self::Recalculated => Words::new("R 重算", "R recalculated"),
            Self::Agreed(annex) => Words::new(format!("勾 与{annex}一致"), format!("T agrees with {annex}")),
            Self::PriorYear => Words::new("PY 与上年一致", "PY agrees with prior year"),
            Self::Condition => Words::new("√ 逻辑", "√ condition"),
            Self::Inspected => Words::new("√ 检查", "√ inspected"),
        }
    }

    /// The legend: every mark with what it says was done.
    #[must_use]
    pub fn legend() -> Vec<(Words, Words)> {
        let mark = |zh: &str, en: &str| Words::new(zh, en);
        vec![
            (Self::Footed.words(), mark("各行纵向加总，核对无误", "added down the lines and found right")),
            (Self::CrossFooted.words(), mark("同一行各栏横向加总，核对无误", "added along the row and found right")),
            (
                Self::Recalculated.words(),
                mark(
                    "按公式重新计算比率、得分、个数或句内合计，核对无误",
                    "rate, score, count or sum in a sentence computed again and found right",
                ),
            ),
            (
                Words::new("勾 与×表一致", "T agrees with …"),
                mark("与另一张表（附件）的数字核对一致", "agreed to the figure in another table (annex)"),
            ),
            (Self::PriorYear.words(), mark("与上年报送件的数字核对一致", "agreed to last year’s submission")),
            (
                Self::Condition.words(),
                mark(
                    "数字之间的相等、大小或条件关系成立",
                    "an equality, an order or a condition between figures holds",
                ),
            ),
            (
                Self::Inspected.words(),
                mark(
                    "已检查文字、日期、名称、单位、完整性，无异常",
                    "words, dates, names, units or completeness inspected, nothing found",
                ),
            ),
            (
                mark("≈ 尾差", "≈ rounding"),
                mark(
                    "不完全相等，但在所报位数的取整范围之内",
                    "not exact, within the rounding of the reported decimals",
                ),
            ),
            (
                mark("≈! 尾差偏大", "≈! large rounding"),
                mark("在取整范围之内，但大于通常的尾差", "within the bound of rounding, larger than usual"),
            ),
            (
                mark("× 不符见问题n", "× see finding n"),
                mark("不相符，见问题汇总表第n号", "does not agree: see finding n of the list"),
            ),
            (
                mark("? 未核原因n", "? unchecked, reason n"),
                mark(
                    "所需数字缺失或不可用，见公式与依据中的原因n",
                    "a figure is missing or unusable: see reason n under rules and basis",
                ),
            ),
        ]
    }
}

/// What was done, by where the operands stand and how they were put together.
#[must_use]
pub fn tick(outcome: &Outcome, desk: &Desk<'_>) -> Tick {
    let now = desk.submission(outcome.submission);
    // Guards only say whether a tie concerns the place.
    let judged = outcome.uses.iter().filter(|one| outcome.working.is_none() || one.role != Role::Subject);
    let mut tables: Vec<usize> = Vec::new();
    let mut cells: Vec<CellRef> = Vec::new();
    for one in judged {
        match one.at {
            At::Figure { prior: true, .. } => return Tick::PriorYear,
            At::Figure { table, figure, .. } => {
                tables.push(table);
                if let Some(figure) = figure_at(now, table, figure) {
                    cells.push(figure.cell);
                }
            }
            At::Field { table, .. } | At::Cell { table, .. } => tables.push(table),
        }
    }
    let elsewhere = tables.iter().find(|table| tables.first() != Some(*table));
    if let Some(other) = elsewhere.and_then(|table| now.tables.get(*table)) {
        return Tick::Agreed(desk.report.forms.all[other.form].annex.clone());
    }
    if outcome.figures.as_ref().is_some_and(|figures| figures.op != "=") {
        return Tick::Condition;
    }
    let Some(working) = &outcome.working else {
        return if outcome.figures.is_some() { Tick::Recalculated } else { Tick::Inspected };
    };
    let alike = |of: fn(&CellRef) -> u32| cells.windows(2).all(|two| of(&two[0]) == of(&two[1]));
    if cells.len() < 2 || !working.left.is_linear() || !working.right.is_linear() {
        Tick::Recalculated
    } else if cells.len() == 2 {
        // One figure beside another: nothing is added up.
        Tick::Condition
    } else if alike(|cell| cell.row) {
        Tick::CrossFooted
    } else {
        Tick::Footed
    }
}

/// The marks of a set in one language.
#[must_use]
pub fn shown(tick: &Tick, lang: Lang) -> String {
    tick.words().get(lang).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_stands_in_the_legend_once() {
        let ticks =
            [Tick::Footed, Tick::CrossFooted, Tick::Recalculated, Tick::PriorYear, Tick::Condition, Tick::Inspected];
        let legend = Tick::legend();
        for lang in [Lang::Zh, Lang::En] {
            for tick in &ticks {
                let mark = shown(tick, lang);
                assert_eq!(legend.iter().filter(|(known, _)| known.get(lang) == mark).count(), 1, "{mark}");
            }
            assert!(shown(&Tick::Agreed("附件2".to_owned()), lang).contains("附件2"));
        }
        assert_eq!(legend.len(), 11);
    }
}
