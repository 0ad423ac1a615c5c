//! An earlier run (`gouji.run/1`) held against this one: what is new, unchanged, changed, resolved.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::figures::{Alike, moved};
use super::key::Key;
use super::tried::Tried;
use crate::forms::Forms;
use crate::model::explanation::{Baseline, Given, Gone, Since};
use crate::reconcile::Run;
use crate::rules::Pack;

/// A run as it was printed.
#[derive(Debug, Clone, Deserialize)]
pub struct Earlier {
    findings: Vec<EarlierFinding>,
}

#[derive(Debug, Clone, Deserialize)]
struct EarlierFinding {
    key: String,
    code: String,
    #[serde(default)]
    severity: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    entity: String,
    #[serde(default)]
    cells: Vec<EarlierCell>,
    reported: Option<String>,
    expected: Option<String>,
    #[serde(default)]
    unit: String,
}

#[derive(Debug, Clone, Deserialize)]
struct EarlierCell {
    #[serde(default)]
    sheet: String,
    #[serde(default)]
    cell: String,
    #[serde(default)]
    text: String,
    value: Option<String>,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    label: String,
}

impl Earlier {
    /// Reads what `check --format json` printed.
    ///
    /// # Errors
    /// The text is none of that: what was found instead.
    pub fn read(text: &str) -> Result<Self, String> {
        let text = text.trim_start_matches('\u{feff}');
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let schema = value.get("schema").and_then(Value::as_str).unwrap_or_default();
        if schema != "gouji.run/1" {
            return Err(format!("“schema” = “{schema}”, gouji.run/1 expected · 应为 gouji.run/1"));
        }
        serde_json::from_value(value).map_err(|error| error.to_string())
    }
}

impl EarlierFinding {
    fn figures(&self) -> Vec<Given> {
        if self.cells.is_empty() {
            let all = [("所报", &self.reported), ("应为", &self.expected)];
            let stated = all.into_iter().filter_map(|(label, value)| Some((label, value.clone()?)));
            return stated
                .map(|(label, value)| Given { label: label.into(), value, unit: self.unit.clone() })
                .collect();
        }
        let cell = |cell: &EarlierCell| {
            let unit = if cell.value.is_some() { cell.unit.clone() } else { String::new() };
            let value = cell.value.clone().unwrap_or_else(|| crate::model::finding::kept(&cell.text));
            Given { label: cell.label.clone(), value, unit }
        };
        self.cells.iter().map(cell).collect()
    }

    fn gone(&self) -> Gone {
        let place = self.cells.first().map(|cell| format!("{}!{}", cell.sheet, cell.cell)).unwrap_or_default();
        let Self { key, code, severity, title, message, entity, .. } = self.clone();
        Gone { key, code, severity, title, message, entity, place }
    }
}

/// Says of every finding what became of it, and lists those that are gone.
pub fn compare(run: &mut Run, pack: &Pack, forms: &Forms, file: &str, earlier: &Earlier) {
    let before: HashMap<&str, &EarlierFinding> = earlier.findings.iter().map(|one| (one.key.as_str(), one)).collect();
    let mut baseline = Baseline { file: file.to_owned(), ..Baseline::default() };
    for finding in &mut run.findings {
        let since = match before.get(finding.key.as_str()) {
            None => Since::New,
            Some(old) => {
                let moved = moved(&old.figures(), &finding.figures(), Alike::Same);
                if moved.is_empty() { Since::Unchanged } else { Since::Changed(moved) }
            }
        };
        *match since {
            Since::New => &mut baseline.new,
            Since::Unchanged => &mut baseline.unchanged,
            Since::Changed(_) => &mut baseline.changed,
        } += 1;
        finding.since = Some(since);
    }
    let now: std::collections::HashSet<&str> = run.findings.iter().map(|finding| finding.key.as_str()).collect();
    let tried = Tried { run, pack, forms };
    for old in earlier.findings.iter().filter(|old| !now.contains(old.key.as_str())) {
        if tried.why_not(&Key::of(&old.key)).is_none() {
            baseline.resolved.push(old.gone());
        } else {
            baseline.not_checked += 1;
        }
    }
    run.answers.baseline = Some(baseline);
}
