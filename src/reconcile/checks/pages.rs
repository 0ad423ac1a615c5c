//! Pages as documents: sections without a body, what a template left behind, foreign words, personal data, sign-off.

use super::texts::in_texts;
use super::{Context, Noted, subject};
use crate::forms::declare::ValueKind;
use crate::forms::normal::squash;
use crate::forms::reading::Figure;
use crate::forms::sought::Sought;
use crate::forms::value::State;
use crate::model::{CellRef, Words};
use crate::reconcile::outcome::{Place, Use};

/// Letters of a heading at most.
const HEADING: usize = 30;
const NUMERALS: [&str; 15] =
    ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二", "十三", "十四", "十五"];

/// One line of a page.
struct PageLine {
    cell: CellRef,
    text: String,
    /// The next line stands right below it: nothing can stand between.
    adjoins: bool,
    /// Its number, where it is a first-level heading: 一、 is 1.
    chapter: Option<usize>,
}

/// The lines of a narrative page, from top to bottom.
fn lines(table: &crate::facts::Table) -> Vec<PageLine> {
    let passages = &table.reading.passages;
    let mut lines = Vec::new();
    for (at, passage) in passages.iter().enumerate() {
        let own: Vec<String> = passage.text.lines().map(squash).filter(|line| !line.is_empty()).collect();
        let below = passages.get(at + 1).is_some_and(|next| next.cell.row == passage.cell.row + 1);
        for (number, text) in own.iter().enumerate() {
            let adjoins = number + 1 < own.len() || below;
            lines.push(PageLine { cell: passage.cell, text: text.clone(), adjoins, chapter: chapter(text) });
        }
    }
    lines
}

fn chapter(line: &str) -> Option<usize> {
    let (number, rest) = line.split_once('、')?;
    let heading = !rest.is_empty() && line.chars().count() <= HEADING && !rest.contains(['。', ';', '；']);
    NUMERALS.iter().position(|numeral| *numeral == number && heading).map(|at| at + 1)
}

fn pages(context: &Context<'_>) -> impl Iterator<Item = (usize, Vec<PageLine>)> {
    let page = |table: &crate::facts::Table| context.forms.all[table.form].kind == "report";
    context.tables().filter(move |(_, one)| page(one)).map(|(table, one)| (table, lines(one)))
}

/// A first-level heading right above the next one.
pub fn empty_section(context: &Context<'_>) -> Vec<Noted> {
    let closing = context.words("closing");
    let mut noted = Vec::new();
    for (table, lines) in pages(context) {
        for (at, line) in lines.iter().enumerate().filter(|(_, line)| line.chapter.is_some()) {
            let opens = |next: &PageLine| next.chapter.is_some() || closing.iter().any(|word| next.text == *word);
            let empty = line.adjoins && lines.get(at + 1).is_some_and(opens);
            let place = Place { line: Some(line.text.clone()), ..context.place(table, None, None) };
            let uses = vec![Use::cell(table, line.cell)];
            noted.push(if empty {
                let zh = format!("“{}”只有标题，没有内容", line.text);
                let en = format!("“{}” is a heading without a body", line.text);
                Noted::fails(uses, Words::new(zh, en)).at(place)
            } else {
                Noted::holds(uses).at(place)
            });
        }
    }
    noted
}

/// First-level headings that do not follow each other.
pub fn numbering(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, lines) in pages(context) {
        let chapters: Vec<(&PageLine, usize)> = lines.iter().filter_map(|line| Some((line, line.chapter?))).collect();
        let Some((first, _)) = chapters.first() else { continue };
        // A wider gap is a choice: chapters of the form that do not concern the unit were left out.
        let slip = |from: usize, to: usize| to != 1 && (to <= from || to == from + 2);
        let broken = chapters.windows(2).find(|pair| slip(pair[0].1, pair[1].1));
        let place = context.place(table, None, None);
        noted.push(match broken {
            None => Noted::holds(vec![Use::cell(table, first.cell)]).at(place),
            Some(pair) => {
                let zh = format!("标题序号不连续：“{}”之后是“{}”", pair[0].0.text, pair[1].0.text);
                let en = format!("headings are not numbered in order: “{}”, then “{}”", pair[0].0.text, pair[1].0.text);
                Noted::fails(vec![Use::cell(table, pair[1].0.cell)], Words::new(zh, en)).at(place)
            }
        });
    }
    noted
}

/// What a template says to the one who fills it in, left among the answers.
pub fn instructions_left(context: &Context<'_>) -> Vec<Noted> {
    let words = Sought::all(context.words("words"));
    let mut noted = in_texts(context, |text| {
        let word = text.word(&words)?;
        let remark = ["备注", "说明", "注:", "填报说明", "填表说明"];
        if remark.iter().any(|word| text.squashed.starts_with(word)) {
            return None;
        }
        let zh = format!("填报提示“{word}”没有删去");
        let en = format!("the instruction “{word}” was left in");
        Some((Words::new(zh, en), Some(word.to_owned())))
    });
    for (table, one) in context.tables() {
        for (number, figure) in one.reading.figures.iter().enumerate() {
            let optional = figure.required == crate::forms::reading::Required::No;
            if figure.value.state == State::Filler && optional {
                let zh = format!("“{}”留有样表的“{}”", figure.line, figure.text.trim());
                let en = format!("“{}” still holds the template’s “{}”", figure.line, figure.text.trim());
                let place = context.place(table, Some(&figure.line), Some(&figure.measure));
                noted.push(Noted::fails(vec![subject(table, number)], Words::new(zh, en)).at(place));
            }
        }
    }
    noted
}

/// Whether indicators carry points and not one of them a result or a score.
#[must_use]
pub fn is_unfilled(context: &Context<'_>, table: usize) -> bool {
    let rows = &context.shared.sheets[table].indicators;
    let given = |figure: Option<(usize, &Figure)>| figure.is_some_and(|(_, figure)| figure.value.state != State::Blank);
    let weighted: Vec<_> = rows.iter().filter(|row| row.weight().is_some()).collect();
    weighted.len() >= 3 && weighted.iter().all(|row| row.score.is_some() && !given(row.result) && !given(row.score))
}

/// Tables whose results and scores are all blank: one finding instead of one a row.
pub fn not_filled(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        if context.shared.sheets[table].indicators.is_empty() {
            continue;
        }
        let place = context.place(table, None, None);
        let uses = vec![Use::cell(table, one.heading())];
        noted.push(if is_unfilled(context, table) {
            let words = Words::new(
                "各项指标的完成值和得分都是空白，这张表还没有填",
                "results and scores of all indicators are blank: the table was not filled in",
            );
            Noted::fails(uses, words).at(place)
        } else {
            Noted::holds(uses).at(place)
        });
    }
    noted
}

/// Words of another kind of unit: 全台 in the report of a centre.
pub fn foreign_wording(context: &Context<'_>) -> Vec<Noted> {
    let entity = squash(&context.submission.entity);
    let kinds: Vec<(Vec<&str>, Vec<&str>)> = context
        .list("kinds")
        .iter()
        .filter_map(|kind| {
            let strings = |name: &str| {
                let list = kind.get(name)?.as_array()?;
                Some(list.iter().filter_map(toml::Value::as_str).collect())
            };
            Some((strings("of")?, strings("words")?))
        })
        .collect();
    let is = |of: &[&str], name: &str| of.iter().any(|end| name.contains(end));
    // Where the unit's name tells no kind, or its department is of that kind, the words may well be its own.
    if !kinds.iter().any(|(of, _)| is(of, &entity)) {
        return Vec::new();
    }
    let fields = context.submission.tables.iter().flat_map(|table| &table.reading.fields);
    let departments: Vec<String> =
        fields.filter(|field| field.name.contains("主管部门")).map(|field| squash(&field.value)).collect();
    let foreign = kinds.iter().filter(|(of, _)| !is(of, &entity) && !departments.iter().any(|name| is(of, name)));
    let foreign = Sought::all(foreign.flat_map(|(_, words)| words.iter().copied()));
    in_texts(context, |text| {
        let word = text.word(&foreign)?;
        let zh = format!("文中有“{word}”，与本单位不符，疑为照搬其他单位的文字");
        let en = format!("“{word}” does not fit this unit; the text may be another unit’s");
        Some((Words::new(zh, en), Some(word.to_owned())))
    })
}

/// What a conversion left in the text.
pub fn residue(context: &Context<'_>) -> Vec<Noted> {
    let words = Sought::all(context.words("words"));
    in_texts(context, |text| {
        let word = text.word_as_filed(&words)?;
        let words = Words::new(format!("文中有转换残留“{word}”"), format!("a conversion left “{word}” in the text"));
        Some((words, Some(word.to_owned())))
    })
}

/// Mobile telephone and identity numbers in sentences; the sign-off and the roster ask for theirs.
pub fn personal_data(context: &Context<'_>) -> Vec<Noted> {
    in_texts(context, |text| {
        let (zh, en) = personal_number(&text.squashed)?;
        let words = Words::new(
            format!("文中有{zh}，公开前应删去"),
            format!("the text holds {en}; take it out before publishing"),
        );
        Some((words, None))
    })
}

fn personal_number(text: &str) -> Option<(&'static str, &'static str)> {
    // Most texts hold too few digits.
    if text.bytes().filter(u8::is_ascii_digit).count() < 11 {
        return None;
    }
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let run = chars[at..].iter().take_while(|c| c.is_ascii_digit()).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let next = chars.get(at + run).copied();
        let before: String = chars[at.saturating_sub(8)..at].iter().collect();
        let asked = ["电话", "手机", "联系方式", "号码"].iter().any(|word| before.contains(word));
        let amount = matches!(next, Some('.' | '元' | '万' | '亿' | '%' | ','));
        let mobile = run == 11 && chars[at] == '1' && matches!(chars[at + 1], '3'..='9');
        if mobile && !asked && !amount {
            return Some(("手机号码", "a mobile telephone number"));
        }
        let century = chars.get(at + 6..at + 8).is_some_and(|c| matches!(c, ['1', '9'] | ['2', '0']));
        let identity = run == 18 || (run == 17 && matches!(next, Some('X' | 'x')));
        if identity && century && !amount {
            return Some(("身份证号码", "an identity number"));
        }
        at += run;
    }
    None
}

/// Names of the sign-off that are printed and left blank.
pub fn sign_off(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let people: Vec<(usize, &crate::forms::reading::Field)> =
            one.reading.fields.iter().enumerate().filter(|(_, field)| field.kind == ValueKind::Person).collect();
        if people.is_empty() {
            continue;
        }
        let blank: Vec<&(usize, &crate::forms::reading::Field)> =
            people.iter().filter(|(_, field)| field.value.trim().is_empty()).collect();
        let place = context.place(table, Some("签章"), None);
        noted.push(if blank.is_empty() {
            Noted::holds(people.iter().map(|(number, _)| Use::field(table, *number)).collect()).at(place)
        } else {
            let names: Vec<&str> = blank.iter().map(|(_, field)| &*field.name).collect();
            let words = Words::new(format!("未签：{}", names.join("、")), format!("not signed: {}", names.join(", ")));
            Noted::fails(blank.iter().map(|(number, _)| Use::field(table, *number)).collect(), words).at(place)
        });
    }
    noted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn personal_numbers_are_told_from_amounts() {
        assert!(personal_number("请与13800000000联系").is_some());
        assert!(personal_number("身份号11010119900101001X").is_some());
        for text in ["联系电话:13800000000", "支出13800000000元", "编号202400000000001", "13800000000.5"] {
            assert_eq!(personal_number(text), None, "{text}");
        }
    }

    #[test]
    fn chapters_are_short_and_numbered() {
        assert_eq!(chapter("一、单位基本情况"), Some(1));
        assert_eq!(chapter("十二、其他"), Some(12));
        assert_eq!(chapter("一、加强领导,明确分工。各股室"), None);
        assert_eq!(chapter("(一)职能"), None);
    }
}
