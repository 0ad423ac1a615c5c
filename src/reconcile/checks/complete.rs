//! Completeness: annexes that are missing, and cells that the form requires.

use std::collections::BTreeMap;

use super::{Context, Noted, subject};
use crate::forms::declare::{Form, Shape};
use crate::forms::normal::squash;
use crate::forms::reading::{Figure, Required};
use crate::forms::value::State;
use crate::model::{Quantity, Words};
use crate::reconcile::outcome::{Place, Use};

/// Every required form is in the submission; a table that stands alone by its nature is not asked for its fellows.
pub fn annexes_present(context: &Context<'_>) -> Vec<Noted> {
    let present = |form: usize| context.submission.tables_of(form).next().is_some();
    let whole = context.tables().any(|(_, table)| context.forms.all[table.form].single);
    let count = context.forms.all.iter().enumerate().filter(|(index, form)| form.required && present(*index)).count();
    if !whole && count < 2 {
        return Vec::new();
    }
    let forms = context.forms.all.iter().enumerate();
    let missing: Vec<&Form> =
        forms.filter(|(index, form)| form.required && !present(*index)).map(|(_, form)| form).collect();
    if missing.is_empty() {
        return vec![Noted::holds(Vec::new())];
    }
    let named = |title: fn(&Form) -> &str, between: &str| {
        let names: Vec<String> = missing.iter().map(|form| format!("{} {}", form.annex, title(form))).collect();
        names.join(between)
    };
    let at = context.tables().next().map(|(index, table)| Use::cell(index, table.heading()));
    let words = Words::new(
        format!("缺少{}", named(|form| &form.title.zh, "、")),
        format!("missing: {}", named(|form| &form.title.en, ", ")),
    );
    vec![Noted::fails(at.into_iter().collect(), words)]
}

/// Whether a cell that should hold a number holds words, an error value or what the template left there.
fn is_unusable(figure: &Figure) -> bool {
    let numeric = matches!(figure.quantity, Quantity::Money | Quantity::Ratio | Quantity::Points | Quantity::Count);
    numeric && matches!(figure.value.state, State::Text | State::Error | State::Filler)
}

/// Required cells are filled, and with numbers where numbers are asked; one finding a row or a block, not one a cell.
pub fn required_blank(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (index, table) in context.tables() {
        let figures = &table.reading.figures;
        let mut rows: BTreeMap<(&str, &str, u32), Vec<usize>> = BTreeMap::new();
        // A table that nobody filled in is said once, by a rule of its own.
        let unfilled = super::pages::is_unfilled(context, index);
        let form = &context.forms.all[table.form];
        let indicator = |figure: &Figure| {
            let own = form.block(&figure.block);
            &*figure.block == "total" || own.is_some_and(|block| block.shape == Shape::Indicators)
        };
        let asked = |figure: &Figure| figure.required != Required::No && !(unfilled && indicator(figure));
        for (number, figure) in figures.iter().enumerate().filter(|(_, figure)| asked(figure)) {
            let blank = rows.entry((&figure.block, &figure.line, figure.row)).or_default();
            if figure.value.state == State::Blank || is_unusable(figure) {
                blank.push(number);
            }
        }
        for ((_, line, _), blank) in rows {
            let place = |measure: Option<&str>| context.place(index, Some(line), measure);
            if blank.is_empty() {
                noted.push(Noted::holds(Vec::new()).at(place(None)));
                continue;
            }
            let names: Vec<&str> = blank.iter().map(|number| &*figures[*number].measure).collect();
            let uses = blank.iter().map(|number| subject(index, *number)).collect();
            let words = blank.iter().any(|number| is_unusable(&figures[*number]));
            let (zh, en) =
                if words { ("未填或不是数字", "is blank or no number") } else { ("未填", "is blank") };
            let zh = format!("“{line}”{zh}：{}", names.join("、"));
            let en = format!("“{line}” {en}: {}", names.join(", "));
            noted.push(Noted::fails(uses, Words::new(zh, en)).at(place(names.first().copied())));
        }
        for (number, field) in table.reading.fields.iter().enumerate().filter(|(_, field)| field.required) {
            let place = Place { line: Some(field.name.to_string()), ..context.place(index, None, None) };
            let uses = vec![Use::field(index, number)];
            noted.push(if field.value.is_empty() {
                let words = Words::new(format!("“{}”未填", field.name), format!("“{}” is blank", field.name));
                Noted::fails(uses, words).at(place)
            } else {
                Noted::holds(uses).at(place)
            });
        }
    }
    noted
}

/// A recognised table whose cells were mostly understood leaves few of them unread.
pub fn cells_unread(context: &Context<'_>) -> Vec<Noted> {
    let least = usize::try_from(context.number("cells", 4)).unwrap_or(4);
    let check = |(index, table): (usize, &crate::facts::Table)| {
        let open: Vec<_> = table.reading.unread.iter().filter(|unread| !unread.sentence).collect();
        let place = context.place(index, None, None);
        // In a row of amounts one is enough: it may be an amount too.
        let amounts = table.reading.figures.iter().filter(|figure| figure.quantity == Quantity::Money);
        let rows: Vec<u32> = amounts.filter(|figure| figure.value.amount.is_some()).map(|figure| figure.row).collect();
        let of_amounts = |row: u32| rows.iter().filter(|one| **one == row).count() > 1;
        let beside = open.iter().any(|unread| is_amount(&unread.text) && of_amounts(unread.cell.row));
        if open.len() < least && !beside {
            return Noted::holds(Vec::new()).at(place);
        }
        let uses = open.iter().map(|unread| Use::cell(index, unread.cell)).collect();
        let zh = format!("表已识别，但有{}个带数字的单元格没有读懂，其中的数字未核对", open.len());
        let en =
            format!("the table was recognised, but {} cells with digits were not understood or checked", open.len());
        Noted::fails(uses, Words::new(zh, en)).at(place)
    };
    context.tables().map(check).collect()
}

/// Digits of a number that counts rows or years, and those of the longest that is no code.
const DIGITS: (usize, usize) = (4, 12);

/// Whether a text is an amount and nothing else: no serial number, year or code.
fn is_amount(text: &str) -> bool {
    let text = squash(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'-'));
    number && digits <= DIGITS.1 && (digits > DIGITS.0 || text.contains(['.', ',']))
}

/// Cells where a figure belongs and an error value stands, or a formula that was never calculated: one finding a table.
pub fn cells_unusable(context: &Context<'_>) -> Vec<Noted> {
    let check = |(index, table): (usize, &crate::facts::Table)| {
        let figures = table.reading.figures.iter().enumerate();
        let broken: Vec<_> = figures.filter(|(_, figure)| figure.value.state == State::Error).collect();
        let place = context.place(index, None, None);
        if broken.is_empty() {
            return Noted::holds(Vec::new()).at(place);
        }
        // A formula without a result shows nothing; an error value shows itself.
        let uncalculated = broken.iter().filter(|(_, figure)| figure.text.is_empty()).count();
        let errors = broken.len() - uncalculated;
        let mut words = Words::default();
        if uncalculated > 0 {
            words.zh = format!(
                "{uncalculated}个公式从未计算，没有结果，其中的数未核对；请用 Excel 或 WPS 打开，重新计算后保存"
            );
            words.en = format!(
                "{uncalculated} formulas were never calculated and have no result, so nothing was checked there: open the file in Excel or WPS, recalculate and save it"
            );
        }
        if errors > 0 {
            let (zh, en) = if uncalculated > 0 { ("；", "; ") } else { ("", "") };
            words.zh = format!("{}{zh}{errors}个单元格是错误值，或不是可用的数，未核对", words.zh);
            words.en =
                format!("{}{en}{errors} cells hold an error value or no usable number and were not checked", words.en);
        }
        let uses = broken.iter().map(|(number, _)| subject(index, *number)).collect();
        Noted::fails(uses, words).at(place)
    };
    context.tables().map(check).collect()
}
