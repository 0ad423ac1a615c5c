//! Names: of units, departments and projects, across annexes.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{Context, Noted, subject};
use crate::facts::gather::{likely_same, normal_entity};
use crate::forms::declare::{Role, ValueKind};
use crate::forms::normal::squash;
use crate::model::Words;
use crate::model::mask::mask_name;
use crate::model::unit::shift;
use crate::reconcile::outcome::Use;
use crate::reconcile::projects::projects;

/// Header fields that all annexes should spell alike.
pub fn same_field(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for name in context.words("fields") {
        // A department is compared between the tables of one project, everything else over the submission.
        let mut values: BTreeMap<String, Vec<(usize, usize)>> = BTreeMap::new();
        let mut person = false;
        for (table, one) in context.tables() {
            for (number, field) in one.reading.fields.iter().enumerate() {
                if &*field.name == name && !field.value.is_empty() {
                    person |= field.kind == ValueKind::Person;
                    values.entry(normal_entity(&field.value)).or_default().push((table, number));
                }
            }
        }
        // Where no department speaks, every project may be another unit's; a name that is nearly the same is a slip.
        let names: Vec<String> = values.keys().cloned().collect();
        let near = |name: &str| names.iter().any(|other| other != name && nearly(name, other));
        if values.values().flatten().all(|place| implementing(context, *place)) {
            values.retain(|value, _| near(value));
        }
        if values.values().map(Vec::len).sum::<usize>() < 2 {
            continue;
        }
        let mut ordered: Vec<(&String, &Vec<(usize, usize)>)> = values.iter().collect();
        // The rarest spelling comes first: it is where the finding is marked.
        ordered.sort_by_key(|(_, places)| places.len());
        let uses: Vec<Use> = ordered
            .iter()
            .filter_map(|(_, places)| places.first())
            .map(|(table, field)| Use::field(*table, *field))
            .collect();
        let place = context.place(ordered[0].1[0].0, Some(name), None);
        noted.push(if values.len() == 1 {
            Noted::holds(uses).at(place)
        } else {
            let shown: Vec<String> =
                ordered.iter().map(|(value, _)| if person { mask_name(value) } else { (*value).clone() }).collect();
            let zh = format!("“{name}”在各附件中不一致：{}", shown.join("；"));
            let en = format!("“{name}” differs between annexes: {}", shown.join("; "));
            Noted::fails(uses, Words::new(zh, en)).at(place)
        });
    }
    noted
}

/// Whether a field names the unit that carries a project out.
fn implementing(context: &Context<'_>, (table, field): (usize, usize)) -> bool {
    let table = &context.submission.tables[table];
    !context.forms.all[table.form].single && table.reading.fields[field].role == Some(Role::Entity)
}

/// Two names that differ by one letter, or of which one abbreviates the other.
fn nearly(a: &str, b: &str) -> bool {
    strsim::osa_distance(a, b) <= 1 || likely_same(a, b)
}

/// A named amount of a project, from a table or a sentence.
struct Item {
    table: usize,
    figure: usize,
    name: String,
    /// 万元.
    amount: Decimal,
}

/// Lines called something that is no project.
pub fn project_line_words(context: &Context<'_>) -> Vec<Noted> {
    let words = context.words("words");
    let mut noted = Vec::new();
    for item in lines(context) {
        let place = context.place(item.table, Some(&item.name), None);
        let uses = vec![subject(item.table, item.figure)];
        noted.push(if words.iter().any(|word| item.name == *word) {
            let zh = format!("项目支出中列有“{}”", item.name);
            let en = format!("“{}” is listed as a project", item.name);
            Noted::fails(uses, Words::new(zh, en)).at(place)
        } else {
            Noted::holds(uses).at(place)
        });
    }
    noted
}

/// The project lines of the basic data with this year's budget, else outturn.
fn lines(context: &Context<'_>) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (table, one) in context.tables() {
        for (number, figure) in one.reading.figures.iter().enumerate() {
            let ours = figure.parent.as_deref() == Some("项目支出小计")
                && matches!(&*figure.measure, "本年预算数" | "本年决算数");
            let amount = figure.value.amount.and_then(|a| shift(a, figure.value.unit.panel_power()));
            let Some(amount) = amount.filter(|amount| ours && !amount.is_zero()) else { continue };
            if !items.iter().any(|item| item.table == table && item.name == *figure.line) {
                items.push(Item { table, figure: number, name: figure.line.to_string(), amount });
            }
        }
    }
    items
}

/// Items that sentences list: `甲费4万元、乙费3万元`.
fn listed(context: &Context<'_>, tables: &dyn Fn(usize) -> bool) -> Vec<Item> {
    let mut items = Vec::new();
    for (table, one) in context.tables().filter(|(index, _)| tables(*index)) {
        for (figure, found) in one.reading.figures.iter().enumerate() {
            let amount = found.value.amount.and_then(|a| shift(a, found.value.unit.panel_power()));
            if let (Some("项目构成"), Some(amount)) = (found.parent.as_deref(), amount) {
                items.push(Item { table, figure, name: found.line.to_string(), amount });
            }
        }
    }
    items
}

/// How alike two names are, in percent of the shorter one's letters that the longer one holds.
fn likeness(a: &str, b: &str) -> usize {
    let (a, b) = (squash(a), squash(b));
    let (short, long) = if a.chars().count() <= b.chars().count() { (&a, &b) } else { (&b, &a) };
    let mut left: Vec<char> = long.chars().collect();
    let mut shared = 0;
    for c in short.chars() {
        if let Some(at) = left.iter().position(|other| *other == c) {
            left.remove(at);
            shared += 1;
        }
    }
    shared * 100 / short.chars().count().max(1)
}

/// Every item of a sentence has a project line of the same amount and a like name.
pub fn project_names(context: &Context<'_>) -> Vec<Noted> {
    let least = usize::try_from(context.number("likeness", 60)).unwrap_or(60);
    let lines = lines(context);
    if lines.is_empty() {
        return Vec::new();
    }
    let mut noted: Vec<Noted> = Vec::new();
    let mut said: Vec<(String, Decimal)> = Vec::new();
    for item in listed(context, &|_| true) {
        let same: Vec<&Item> = lines.iter().filter(|line| line.amount == item.amount).collect();
        if same.is_empty() || said.iter().any(|(name, amount)| *name == item.name && *amount == item.amount) {
            continue;
        }
        said.push((item.name.clone(), item.amount));
        let place = context.place(item.table, Some(&item.name), None);
        let mut uses = vec![subject(item.table, item.figure)];
        uses.extend(same.iter().map(|line| subject(line.table, line.figure)));
        noted.push(if same.iter().any(|line| likeness(&line.name, &item.name) >= least) {
            Noted::holds(uses).at(place)
        } else {
            let names: Vec<&str> = same.iter().map(|line| line.name.as_str()).collect();
            let zh = format!(
                "同为{}万元，正文称“{}”，基础数据表称“{}”",
                item.amount.normalize(),
                item.name,
                names.join("”“")
            );
            let en = format!(
                "{}万元 is “{}” in the text and “{}” in the basic data",
                item.amount.normalize(),
                item.name,
                names.join("”, “")
            );
            Noted::fails(uses, Words::new(zh, en)).at(place)
        });
    }
    noted
}

/// Every part of a project's title has an item of its own among the amounts that the report lists.
pub fn project_title_parts(context: &Context<'_>) -> Vec<Noted> {
    let mut noted = Vec::new();
    for (name, tables) in projects(context.submission, context.forms) {
        let mine: Vec<usize> = tables.values().copied().collect();
        let items = listed(context, &|table| mine.contains(&table));
        let title: Vec<String> = squash(&name)
            .split(['和', '及', '、', '与'])
            .map(|part| part.trim_matches(['(', ')']).to_owned())
            .filter(|part| part.chars().count() >= 3)
            .collect();
        let Some(table) = mine.first().copied().filter(|_| title.len() > 1 && items.len() > 1) else { continue };
        let covered = |part: &String| items.iter().any(|item| likeness(part, &item.name) >= 60);
        let bare: Vec<&str> = title.iter().filter(|part| !covered(part)).map(String::as_str).collect();
        let fields = &context.submission.tables[table].reading.fields;
        let field = fields.iter().position(|field| field.role == Some(Role::Project));
        let mut uses: Vec<Use> = field.map(|field| Use::field(table, field)).into_iter().collect();
        uses.extend(items.iter().map(|item| subject(item.table, item.figure)));
        let place = context.place(table, Some("项目名称"), None);
        noted.push(if bare.is_empty() {
            Noted::holds(uses).at(place)
        } else {
            let zh = format!("专项名称中的“{}”没有对应的明细金额", bare.join("”“"));
            let en = format!("“{}” in the title has no item with an amount", bare.join("”, “"));
            Noted::fails(uses, Words::new(zh, en)).at(place)
        });
    }
    noted
}
