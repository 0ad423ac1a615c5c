//! A draft as TOML, with remarks in both languages on what a person should look at.

use std::fmt::Write as _;

use super::super::declare::{Role, Shape, ValueKind};
use super::tables::{Measure, Table};
use super::{Draft, Pair};
use crate::model::Quantity;

/// Weight of the heading; less than the need, so that a heading alone is not enough.
const TITLE: usize = 40;
const LABEL: usize = 15;

pub fn write(draft: &Draft) -> String {
    let mut out = String::new();
    let most = if draft.title.is_some() { TITLE } else { 0 } + LABEL * draft.labels.len();
    let need = if draft.title.is_some() { (TITLE + LABEL).min(most) } else { (most * 2 / 3).max(1) };
    let title = draft.title.clone().unwrap_or_else(|| draft.sheet.clone());
    let _ = writeln!(out, "# 由工作表“{}”起草，请逐处核对带“请看”的地方。", line(&draft.sheet));
    let _ = writeln!(out, "# Drafted from the sheet “{}”. Look at every line that says “look”.", line(&draft.sheet));
    let _ = writeln!(
        out,
        "# 请看 look: 种类、附件号（规则用它们称呼本表，不要与已有的重复）· the names by which rules call it"
    );
    let _ = writeln!(out, "kind   = {}", quote(&draft.kind));
    let _ = writeln!(out, "annex  = {}", quote(&draft.annex));
    let _ = writeln!(out, "title  = {{ zh = {0}, en = {0} }}", quote(&title));
    let _ = writeln!(out, "source = {{ zh = \"样表\", en = \"an example\" }}");
    let _ = writeln!(out, "# single: 一个单位一份 one a submission；false: 一个项目一份 one a project");
    let _ = writeln!(out, "single = {}", draft.single);
    let _ = writeln!(out, "# 认定为本表所需的分数，满分{most} · the score it takes, of {most}");
    let _ = writeln!(out, "need   = {need}");
    clues(&mut out, draft);
    for (number, table) in draft.tables.iter().enumerate() {
        block(&mut out, draft, table, number + 1);
    }
    pairs(&mut out, &draft.pairs);
    out
}

fn clues(out: &mut String, draft: &Draft) {
    if let Some(title) = &draft.title {
        let _ = writeln!(out, "\n# 请看 look: 标题中的单位名称应删去 · take a unit's name out of the heading");
        clue(out, "title", title, TITLE);
    }
    if !draft.labels.is_empty() {
        let _ = writeln!(out, "\n# 请看 look: 只留本表特有的标签 · keep labels that only this form has");
    }
    for label in &draft.labels {
        clue(out, "label", label, LABEL);
    }
}

fn clue(out: &mut String, place: &str, word: &str, weight: usize) {
    let _ = writeln!(out, "[[clue]]\nplace  = \"{place}\"\nwords  = [{}]\nweight = {weight}", quote(word));
}

fn block(out: &mut String, draft: &Draft, table: &Table, number: usize) {
    let shape = match table.shape {
        Shape::Indicators => "indicators",
        Shape::Record => "record",
        _ => "lines",
    };
    let title = if table.title.is_empty() { format!("表{number}") } else { table.title.clone() };
    let _ = writeln!(out, "\n[[block]]\nname  = \"table-{number}\"");
    let _ = writeln!(
        out,
        "title = {{ zh = {}, en = \"table {number}\" }}",
        quote(&format!("{title}{}", suffix(draft, table)))
    );
    let _ = writeln!(out, "shape = \"{shape}\"");
    let _ = writeln!(out, "need  = {}", table.measures.len().div_ceil(2).max(1));
    if let Some(until) = &table.until {
        let _ = writeln!(out, "# 到这个标签为止 · the label that ends it\nuntil = [{}]", quote(until));
    }
    if let Some(unit) = &draft.unit {
        let _ = writeln!(out, "unit  = {}", quote(unit));
    }
    match table.shape {
        _ if table.own.is_some() => {
            let _ = writeln!(out, "# 数字在标签旁，没有表头 · figures beside their labels, no header");
            let _ = writeln!(out, "line  = {}", quote(table.own.as_deref().unwrap_or_default()));
        }
        Shape::Record => {
            let _ = writeln!(out, "line  = {}", quote(&title));
        }
        Shape::Indicators => {
            let _ = writeln!(out, "line  = \"总分\"");
            let _ = writeln!(out, "# 合计行的标签 · labels of the total row");
            let total: Vec<String> = table.total.iter().map(|word| quote(word)).collect();
            let _ = writeln!(out, "total = [{}]", total.join(", "));
        }
        _ => {}
    }
    let _ = writeln!(out, "measures = [");
    for one in &table.measures {
        let _ = writeln!(out, "  {}", measure(one));
    }
    let _ = writeln!(out, "]");
    lines(out, table);
}

/// Two blocks of one title are told apart.
fn suffix(draft: &Draft, table: &Table) -> String {
    let same: Vec<&Table> = draft.tables.iter().filter(|one| one.title == table.title).collect();
    let at = same.iter().position(|one| std::ptr::eq(*one, table)).unwrap_or(0);
    if at > 0 && !table.title.is_empty() { format!("（{}）", at + 1) } else { String::new() }
}

fn measure(one: &Measure) -> String {
    let mut keys = vec![format!("name = {}", quote(&one.name))];
    if one.printed != one.name {
        keys.push(format!("words = [{}]", quote(&one.printed)));
    }
    if let Some(year) = one.year {
        keys.push(format!("year = {year}"));
    }
    keys.push(format!("quantity = \"{}\"", one.quantity.name()));
    if let Some(unit) = one.unit.as_ref().filter(|_| matches!(one.quantity, Quantity::Money | Quantity::Count)) {
        keys.push(format!("unit = {}", quote(unit)));
    }
    if one.exact {
        keys.push("exact = true".to_owned());
    }
    let look = if one.guessed && one.quantity != Quantity::Text { "  # 请看 look: quantity" } else { "" };
    format!("{{ {} }},{look}", keys.join(", "))
}

fn lines(out: &mut String, table: &Table) {
    if table.lines.is_empty() {
        return;
    }
    let _ = writeln!(out, "lines = [");
    for one in &table.lines {
        let parent = one.parent.as_ref().map(|name| format!(", parent = {}", quote(name))).unwrap_or_default();
        let look = match (&one.parent, one.proved) {
            (Some(_), true) => "  # 各项之和与上级相符 · the parts add up",
            (Some(_), false) => "  # 请看 look: parent（各项之和与上级不符 the parts do not add up）",
            (None, _) => "",
        };
        let _ = writeln!(out, "  {{ name = {}{parent} }},{look}", quote(&one.name));
    }
    let _ = writeln!(out, "]");
}

fn pairs(out: &mut String, pairs: &[Pair]) {
    if pairs.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n# 标签与其旁的内容；role: entity 单位名称、project 项目名称 · labels with one answer");
    let _ = writeln!(
        out,
        "[[block]]\nname  = \"labels\"\ntitle = {{ zh = \"表头表尾\", en = \"head and foot\" }}\nshape = \"pairs\"\npairs = ["
    );
    for pair in pairs {
        let value = match pair.value {
            ValueKind::Text => "",
            ValueKind::Money => ", value = \"money\"",
            ValueKind::Points => ", value = \"points\"",
            ValueKind::Ratio => ", value = \"ratio\"",
            ValueKind::Count => ", value = \"count\"",
            ValueKind::Date => ", value = \"date\"",
            ValueKind::Person => ", value = \"person\"",
            ValueKind::Phone => ", value = \"phone\"",
        };
        let role = match pair.role {
            Some(Role::Entity) => ", role = \"entity\"",
            Some(Role::Project) => ", role = \"project\"",
            None => "",
        };
        let _ = writeln!(out, "  {{ name = {}{value}{role} }},", quote(&pair.name));
    }
    let _ = writeln!(out, "]");
}

/// A basic string of TOML.
fn quote(text: &str) -> String {
    let plain: String =
        line(text).chars().flat_map(|c| if matches!(c, '"' | '\\') { vec!['\\', c] } else { vec![c] }).collect();
    format!("\"{plain}\"")
}

/// A text without control characters, so that it stays on its line.
fn line(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
