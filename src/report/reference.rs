//! Rules and forms in words: one page each for `explain` and `forms`, and the reference pages of the documentation.

use std::fmt::Write;

use crate::forms::Forms;
use crate::forms::declare::{Block, Form, Shape};
use crate::forms::sought::Sought;
use crate::model::Lang;
use crate::rules::spoken::spoken;
use crate::rules::{Pack, Rule, Scope};

/// The columns of the facts store as a table.
#[must_use]
pub fn columns_markdown() -> String {
    let mut out = String::from("| column | type | null | 说明 | meaning |\n|---|---|---|---|---|\n");
    for column in crate::facts::dataset::columns() {
        let null = if column.nullable { "yes" } else { "no" };
        let _ =
            writeln!(out, "| `{}` | {} | {null} | {} | {} |", column.name, column.kind.name(), column.zh, column.en);
    }
    out
}

/// One rule on a page.
#[must_use]
pub fn rule_page(rule: &Rule, forms: &Forms, lang: Lang) -> String {
    let mut out = String::new();
    let zh = lang == Lang::Zh;
    let _ = writeln!(out, "{}  {}", rule.code, rule.title.get(lang));
    let line = |out: &mut String, name: (&str, &str), value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "{}: {value}", if zh { name.0 } else { name.1 });
        }
    };
    line(&mut out, ("公式", "formula"), &spoken(&rule.formula, lang));
    line(&mut out, ("适用", "for"), &scopes(rule, forms, lang));
    line(&mut out, ("类别", "class"), rule.class.words().get(lang));
    line(&mut out, ("级别", "severity"), rule.severity.words().get(lang));
    line(&mut out, ("说明", "why"), rule.why.get(lang));
    line(&mut out, ("处理", "hint"), rule.hint.get(lang));
    line(&mut out, ("目录", "catalogue"), &rule.catalogue);
    line(&mut out, ("依据", "source"), &rule.source);
    line(&mut out, ("只看行次", "lines"), &rule.only.join("、"));
    line(&mut out, ("不看行次", "not lines"), &rule.except.join("、"));
    if !rule.params.is_empty() {
        line(&mut out, ("参数", "parameters"), &params(rule));
    }
    out
}

fn params(rule: &Rule) -> String {
    let words: Vec<String> = rule.params.iter().map(|(name, value)| format!("{name} = {}", param(value))).collect();
    words.join("; ")
}

/// A parameter as the rule file writes it.
fn param(value: &toml::Value) -> String {
    match value {
        toml::Value::String(text) => format!("\"{text}\""),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(yes) => yes.to_string(),
        toml::Value::Array(list) => format!("[{}]", list.iter().map(param).collect::<Vec<_>>().join(", ")),
        other => format!("{other:?}"),
    }
}

fn scopes(rule: &Rule, forms: &Forms, lang: Lang) -> String {
    let named = |form: usize| format!("{} {}", forms.all[form].annex, forms.all[form].title.get(lang));
    let words: Vec<String> = rule
        .places
        .iter()
        .map(|place| match (&place.scope, lang) {
            (Scope::Measure { form, .. }, Lang::Zh) => format!("{}每一栏", named(*form)),
            (Scope::Measure { form, .. }, Lang::En) => format!("each measure of {}", named(*form)),
            (Scope::Line { form, .. }, Lang::Zh) => format!("{}每一行", named(*form)),
            (Scope::Line { form, .. }, Lang::En) => format!("each line of {}", named(*form)),
            (Scope::Form { form }, Lang::Zh) => format!("每一份{}", named(*form)),
            (Scope::Form { form }, Lang::En) => format!("each {}", named(*form)),
            (Scope::Submission, Lang::Zh) => "每一份报送件".to_owned(),
            (Scope::Submission, Lang::En) => "each submission".to_owned(),
            (Scope::Project, Lang::Zh) => "每一个项目".to_owned(),
            (Scope::Project, Lang::En) => "each project".to_owned(),
        })
        .collect();
    words.join(if lang == Lang::Zh { "；" } else { "; " })
}

/// One form on a page.
#[must_use]
pub fn form_page(form: &Form, lang: Lang) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}  {}  ({})", form.annex, form.title.get(lang), form.kind);
    let _ = writeln!(out, "{}", form.source.get(lang));
    for block in &form.blocks {
        let _ = writeln!(out, "\n[{}] {}", block.name, block.title.get(lang));
        for line in block_lines(block, lang) {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}

fn block_lines(block: &Block, lang: Lang) -> Vec<String> {
    let zh = lang == Lang::Zh;
    let mut lines = Vec::new();
    let mut list = |name: (&str, &str), names: Vec<&str>| {
        if !names.is_empty() {
            lines.push(format!("{}: {}", if zh { name.0 } else { name.1 }, names.join("、")));
        }
    };
    list(("栏次", "measures"), block.measures.iter().map(|measure| measure.name.as_str()).collect());
    list(("行次", "lines"), block.lines.iter().map(|line| line.name.as_str()).collect());
    list(("项目", "pairs"), block.pairs.iter().map(|pair| pair.name.as_str()).collect());
    list(("句中数字", "figures in sentences"), block.captures.iter().map(|capture| capture.line.as_str()).collect());
    if block.shape == Shape::Indicators {
        list(("合计行", "total row"), block.total.iter().map(String::as_str).collect());
    }
    lines
}

/// The reference page of all rules.
#[must_use]
pub fn rules_markdown(pack: &Pack, forms: &Forms) -> String {
    let mut out = String::from(
        "# Rules 审核公式\n\nGenerated by `gouji rules --markdown` from `src/rules/builtin/*.toml`; a test keeps it so.\n\n| code | catalogue | 名称 | title | class | severity |\n|---|---|---|---|---|---|\n",
    );
    for rule in &pack.rules {
        let _ = writeln!(
            out,
            "| [{0}](#{1}) | {2} | {3} | {4} | {5} | {6} |",
            rule.code,
            rule.code.to_lowercase(),
            rule.catalogue,
            rule.title.zh,
            rule.title.en,
            rule.class.words().en,
            rule.severity.name()
        );
    }
    for rule in &pack.rules {
        let _ = writeln!(out, "\n## {}\n\n**{}** · {}\n", rule.code, rule.title.zh, rule.title.en);
        let _ = writeln!(out, "```text\n{}\n```\n", rule.formula);
        let _ = writeln!(out, "- {}（{}）", scopes(rule, forms, Lang::Zh), rule.class.words().zh);
        let _ = writeln!(out, "- {}", rule.why.zh);
        let _ = writeln!(out, "- {}", rule.why.en);
        if !rule.hint.zh.is_empty() {
            let _ = writeln!(out, "- {} · {}", rule.hint.zh, rule.hint.en);
        }
        for (words, lines) in [("只看行次 · only", &rule.only), ("不看行次 · not", &rule.except)] {
            if !lines.is_empty() {
                let _ = writeln!(out, "- {words}: {}", lines.join("、"));
            }
        }
        if !rule.params.is_empty() {
            let _ = writeln!(out, "- `{}`", params(rule));
        }
        let _ = writeln!(out, "- source: {}", rule.source);
    }
    out
}

/// The reference page of all forms.
#[must_use]
pub fn forms_markdown(forms: &Forms) -> String {
    let mut out = String::from(
        "# Forms 表样\n\nGenerated by `gouji forms --markdown` from `src/forms/builtin/*.toml`; a test keeps it so.\n",
    );
    for form in &forms.all {
        let _ = writeln!(out, "\n## {} {} · {}\n", form.annex, form.title.zh, form.title.en);
        let _ = writeln!(out, "`{}`; {}; needs a score of {}.\n", form.kind, form.source.en, form.need);
        let _ = writeln!(out, "Known by:\n");
        for clue in &form.clues {
            let place = format!("{:?}", clue.place).to_lowercase();
            let _ = writeln!(
                out,
                "- {place} ({:+}): {}",
                clue.weight,
                clue.words.iter().map(Sought::word).collect::<Vec<_>>().join("、")
            );
        }
        for block in &form.blocks {
            let _ = writeln!(out, "\n### {} · {} (`{}`)\n", block.title.zh, block.title.en, block.name);
            for measure in &block.measures {
                let _ = writeln!(out, "- 栏 **{}**: {}", measure.name, measure.words.join("、"));
            }
            for line in &block.lines {
                let _ = writeln!(out, "- 行 **{}**: {}", line.name, line.words.join("、"));
            }
            for pair in &block.pairs {
                let _ = writeln!(out, "- 项 **{}**: {}", pair.name, pair.words.join("、"));
            }
            for capture in &block.captures {
                let _ = writeln!(out, "- 句 **{}**: {}", capture.line, capture.patterns.join("、"));
            }
        }
    }
    out
}

/// The declared words of sentences, for the pages that list them.
#[must_use]
pub fn grammar_markdown(grammar: &crate::narrative::Grammar) -> String {
    let mut out = String::new();
    let text = &grammar.text;
    let _ = writeln!(out, "| `words` | |\n|---|---|");
    for words in &text.words {
        let _ = writeln!(out, "| `{}` | {} |", words.sense.name(), words.words.join(" "));
    }
    let _ = writeln!(out, "\n| `unit` | |\n|---|---|");
    for unit in &text.unit {
        let _ = writeln!(out, "| {} | {} |", unit.noun.as_deref().unwrap_or("—"), unit.words.join(" "));
    }
    let _ = writeln!(out, "\n| `rate` | `words` | `of` | `to` |\n|---|---|---|---|");
    for rate in &text.rate {
        let (words, of, to) = (rate.words.join(" "), rate.of.join(" "), rate.to.join(" "));
        let _ = writeln!(out, "| {} | {words} | {of} | {to} |", rate.name);
    }
    let _ = writeln!(out, "\n| `whole` | `parts` | `except` | `of` |\n|---|---|---|---|");
    for whole in &text.whole {
        let (parts, except, of) = (whole.parts.join(" "), whole.except.join(" "), whole.of.join(" "));
        let _ = writeln!(out, "| {} | {parts} | {except} | {of} |", whole.name);
    }
    let _ = writeln!(out, "\n| `within`: `part` | `whole` |\n|---|---|");
    for within in &text.within {
        let _ = writeln!(out, "| {} | {} |", within.part.join(" "), within.whole.join(" "));
    }
    let _ = writeln!(out, "\n| `contrary` | `says` | `against` |\n|---|---|---|");
    for contrary in &text.contrary {
        let _ = writeln!(out, "| {} | {} | {} |", contrary.name, contrary.says.join(" "), contrary.against.join(" "));
    }
    let _ = writeln!(out, "\n| `activity` | `units` | `lines` |\n|---|---|---|");
    for activity in &text.activity {
        let (words, units, lines) = (activity.words.join(" "), activity.units.join(" "), activity.lines.join(" "));
        let _ = writeln!(out, "| {words} | {units} | {lines} |");
    }
    out
}
