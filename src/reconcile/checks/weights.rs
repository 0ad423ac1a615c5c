//! Whether first-level weights follow one of the usual structures.

use super::{Context, Noted, subject};
use crate::forms::indicators::GROUPS;
use crate::model::Words;

/// The weights of the 一级 labels, as `产出50`, make one of the structures that the rule lists.
pub fn standard_weights(context: &Context<'_>) -> Vec<Noted> {
    let structures: Vec<Vec<&str>> = context
        .rule
        .params
        .get("structures")
        .and_then(toml::Value::as_array)
        .map(|list| list.iter().map(|one| strings(one)).collect())
        .unwrap_or_default();
    let mut noted = Vec::new();
    for (table, one) in context.tables() {
        let groups: Vec<(usize, String)> = one
            .reading
            .figures
            .iter()
            .enumerate()
            .filter(|(_, figure)| &*figure.block == GROUPS)
            .filter_map(|(number, figure)| {
                let weight = figure.value.amount?.normalize();
                Some((number, format!("{}{weight}", figure.line.trim_end_matches("指标"))))
            })
            .collect();
        if groups.is_empty() {
            continue;
        }
        let uses = groups.iter().map(|(number, _)| subject(table, *number)).collect();
        let place = context.place(table, None, None);
        let known = structures.iter().any(|structure| {
            structure.len() == groups.len()
                && structure.iter().all(|word| groups.iter().any(|(_, group)| group == word))
        });
        noted.push(if known {
            Noted::holds(uses).at(place)
        } else {
            let found: Vec<&str> = groups.iter().map(|(_, group)| group.as_str()).collect();
            let zh = format!("权重结构为{}，与通行结构不同", found.join("、"));
            let en = format!("the weights are {}, unlike the usual structures", found.join(", "));
            Noted::fails(uses, Words::new(zh, en)).at(place)
        });
    }
    noted
}

fn strings(list: &toml::Value) -> Vec<&str> {
    list.as_array().map(|list| list.iter().filter_map(toml::Value::as_str).collect()).unwrap_or_default()
}
