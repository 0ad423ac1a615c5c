//! A template as typed: keys and values with their places.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::papers::Kind;
use super::template::{Fault, Place, Template};
use crate::model::{Lang, Words};
use crate::rules::resolve::nearest;

const KEYS: [&str; 6] = ["language", "title", "matter", "logo", "sign", "papers"];
const SIGN_KEYS: [&str; 3] = ["prepared-by", "reviewed-by", "others"];
const SIGNER_KEYS: [&str; 2] = ["role", "name"];
const PAPER_KEYS: [&str; 2] = ["title", "columns"];

type Value<'t> = Spanned<DeValue<'t>>;

/// The text with what was found wrong so far.
struct Reader<'t> {
    text: &'t str,
    faults: Vec<Fault>,
}

/// Reads and checks a template.
pub fn read(text: &str) -> Result<Template, Vec<Fault>> {
    let mut reader = Reader { text, faults: Vec::new() };
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let said = error.message().lines().next().unwrap_or_default().to_owned();
            reader.fault(
                error.span().unwrap_or_default(),
                &format!("不是有效的 TOML：{said}"),
                &format!("no TOML: {said}"),
            );
            return Err(reader.faults);
        }
    };
    let mut template = Template::default();
    for (key, value) in &table {
        match &**key.get_ref() {
            "language" => template.lang = reader.language(value),
            "title" => template.title = reader.words("title", value),
            "matter" => template.matter = reader.words("matter", value),
            "logo" => {
                let path = reader.words("logo", value);
                template.logo = (!path.is_empty()).then(|| (path, reader.place(value.span().start)));
            }
            "sign" => reader.sign(&mut template, value),
            "papers" => reader.papers(&mut template, value),
            name => reader.unknown(key.span(), name, ("项", "key"), "", &KEYS),
        }
    }
    if reader.faults.is_empty() { Ok(template) } else { Err(reader.faults) }
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        Place { line, column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1 }
    }

    fn fault(&mut self, span: Range<usize>, zh: &str, en: &str) {
        let place = self.place(span.start);
        self.faults.push(Fault { place, words: Words::new(zh, en) });
    }

    fn unknown(&mut self, span: Range<usize>, name: &str, what: (&str, &str), within: &str, known: &[&str]) {
        let (zh_in, en_in) = match within {
            "" => (String::new(), String::new()),
            paper => (format!("“{paper}”中"), format!(" in `{paper}`")),
        };
        let (zh, en) = match nearest(name, known.iter().copied()) {
            Some(near) => (format!("，是不是“{near}”？"), format!("; did you mean `{near}`?")),
            None => (format!("，可用的有：{}", known.join("、")), format!("; there are {}", known.join(", "))),
        };
        let (zh_what, en_what) = what;
        self.fault(
            span,
            &format!("{zh_in}没有名为“{name}”的{zh_what}{zh}"),
            &format!("there is no {en_what} `{name}`{en_in}{en}"),
        );
    }

    /// A text without line breaks, and without blanks around it.
    fn words(&mut self, name: &str, value: &Value<'_>) -> String {
        if let DeValue::String(text) = value.get_ref() {
            return text.trim().replace(char::is_control, " ");
        }
        self.fault(value.span(), &format!("`{name}` 应为加引号的文字"), &format!("`{name}` is a text in quotes"));
        String::new()
    }

    fn table<'v, 't>(&mut self, name: &str, value: &'v Value<'t>) -> Option<&'v DeTable<'t>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.fault(value.span(), &format!("`{name}` 应为一个表"), &format!("`{name}` is a table"));
            return None;
        };
        Some(table)
    }

    fn array<'v, 't>(&mut self, name: &str, value: &'v Value<'t>) -> &'v [Value<'t>] {
        let DeValue::Array(all) = value.get_ref() else {
            self.fault(
                value.span(),
                &format!("`{name}` 应为方括号中的列表"),
                &format!("`{name}` is a list in brackets"),
            );
            return &[];
        };
        all
    }

    fn language(&mut self, value: &Value<'_>) -> Option<Lang> {
        match value.get_ref() {
            DeValue::String(text) if text == "zh" => Some(Lang::Zh),
            DeValue::String(text) if text == "en" => Some(Lang::En),
            _ => {
                self.fault(value.span(), "`language` 应为 \"zh\" 或 \"en\"", "`language` is \"zh\" or \"en\"");
                None
            }
        }
    }

    fn sign(&mut self, template: &mut Template, value: &Value<'_>) {
        let Some(table) = self.table("sign", value) else { return };
        for (key, value) in table {
            match &**key.get_ref() {
                "prepared-by" => template.prepared_by = self.words("prepared-by", value),
                "reviewed-by" => template.reviewed_by = self.words("reviewed-by", value),
                "others" => {
                    for one in self.array("others", value) {
                        template.signers.extend(self.signer(one));
                    }
                }
                name => self.unknown(key.span(), name, ("项", "key"), "sign", &SIGN_KEYS),
            }
        }
    }

    fn signer(&mut self, value: &Value<'_>) -> Option<(String, String)> {
        let (mut role, mut person) = (String::new(), String::new());
        for (key, value) in self.table("others", value)? {
            match &**key.get_ref() {
                "role" => role = self.words("role", value),
                "name" => person = self.words("name", value),
                name => self.unknown(key.span(), name, ("项", "key"), "others", &SIGNER_KEYS),
            }
        }
        if role.is_empty() {
            self.fault(value.span(), "签字处要有 `role`（如主审）", "a signature needs a `role`");
            return None;
        }
        Some((role, person))
    }

    fn papers(&mut self, template: &mut Template, value: &Value<'_>) {
        let Some(table) = self.table("papers", value) else { return };
        for (key, value) in table {
            let name = &**key.get_ref();
            match Kind::ALL.into_iter().find(|kind| kind.name() == name) {
                Some(kind) => self.paper(template, kind, value),
                None => self.unknown(key.span(), name, ("底稿", "paper"), "", &Kind::ALL.map(Kind::name)),
            }
        }
    }

    fn paper(&mut self, template: &mut Template, kind: Kind, value: &Value<'_>) {
        let Some(table) = self.table(kind.name(), value) else { return };
        for (key, value) in table {
            match &**key.get_ref() {
                "title" => {
                    let title = self.words("title", value);
                    if !title.is_empty() {
                        template.titles.insert(kind, title);
                    }
                }
                "columns" if kind.columns().is_empty() => self.fault(
                    key.span(),
                    &format!("`{}` 的版式固定，只能改标题", kind.name()),
                    &format!("`{}` has a fixed layout; only its title can be set", kind.name()),
                ),
                "columns" => self.columns(template, kind, value),
                name => self.unknown(key.span(), name, ("项", "key"), kind.name(), &PAPER_KEYS),
            }
        }
    }

    fn columns(&mut self, template: &mut Template, kind: Kind, value: &Value<'_>) {
        let columns = kind.columns();
        let mut shown = BTreeSet::new();
        for one in self.array("columns", value) {
            let name = self.words("columns", one);
            let is = |known: &str| known.eq_ignore_ascii_case(&name);
            match (0u16..).zip(columns).find(|(_, column)| is(column.zh) || is(column.en)) {
                Some((at, _)) => _ = shown.insert(at),
                None if name.is_empty() => {}
                None => {
                    let latin = name.is_ascii();
                    let known: Vec<&str> =
                        columns.iter().map(|column| if latin { column.en } else { column.zh }).collect();
                    self.unknown(one.span(), &name, ("列", "column"), kind.name(), &known);
                }
            }
        }
        template.show(kind, &shown);
    }
}
