//! A run as SARIF 2.1.0, for platforms that gather the results of checks.
//!
//! A workbook is an artifact, a cell a logical location (`附件2 基础数据表!E12`), the other operands of a finding its
//! related locations. A finding's key makes its fingerprint, which is therefore the same next time, whatever moved on
//! the sheet.
//!
//! # Source
//! OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0: 3.14 (run), 3.20 (invocation),
//! 3.24 (artifact), 3.27 (result), 3.33 (logicalLocation), 3.49 (reportingDescriptor).

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Value, json};

use super::json::List;
use super::{Problem, Report};
use crate::facts::SubmittedFile;
use crate::model::explanation::{Explained, Gone, Since, Standing};
use crate::model::finding::{Cause, FindingCell};
use crate::model::{Finding, Lang, Severity, Words};
use crate::read::fingerprint;
use crate::rules::pack::Rule;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// One run as one log, written piece by piece.
pub struct Log<'r>(pub &'r Report<'r>);

impl Serialize for Log<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut log = serializer.serialize_map(None)?;
        log.serialize_entry("$schema", SCHEMA)?;
        log.serialize_entry("version", "2.1.0")?;
        log.serialize_entry("runs", &[One(self.0)])?;
        log.end()
    }
}

struct One<'r>(&'r Report<'r>);

impl Serialize for One<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let report = self.0;
        let places = Places::new(report);
        let mut run = serializer.serialize_map(None)?;
        run.serialize_entry("tool", &json!({ "driver": driver(report) }))?;
        run.serialize_entry("language", if report.lang == Lang::Zh { "zh-CN" } else { "en-US" })?;
        run.serialize_entry("invocations", &[invocation(report)])?;
        run.serialize_entry("artifacts", &List(places.artifacts.iter().map(artifact)))?;
        let results = report.run.findings.iter().map(|finding| result(report, &places, finding));
        let gone = report.run.answers.baseline.iter().flat_map(|baseline| &baseline.resolved);
        let gone = gone.map(|gone| absent(report, &places, gone));
        run.serialize_entry("results", &List(results.chain(gone)))?;
        run.serialize_entry("columnKind", "unicodeCodePoints")?;
        run.end()
    }
}

/// A workbook, and whether it is last year's.
type Artifact<'r> = (&'r SubmittedFile, bool);

/// Where workbooks and rules stand in their lists.
struct Places<'r> {
    artifacts: Vec<Artifact<'r>>,
    at: HashMap<&'r str, usize>,
    rules: HashMap<&'r str, usize>,
}

impl<'r> Places<'r> {
    fn new(report: &'r Report<'r>) -> Self {
        let now = report.run.submissions.iter().flat_map(|one| one.files.iter().map(|file| (file, false)));
        let before = report.run.priors.iter().flat_map(|one| one.files.iter().map(|file| (file, true)));
        let mut places = Self { artifacts: Vec::new(), at: HashMap::new(), rules: HashMap::new() };
        for (file, prior) in now.chain(before) {
            places.at.entry(&file.file).or_insert_with(|| {
                places.artifacts.push((file, prior));
                places.artifacts.len() - 1
            });
        }
        places.rules = report.pack.rules.iter().enumerate().map(|(at, rule)| (rule.code.as_str(), at)).collect();
        places
    }

    fn artifact_location(&self, file: &str) -> Value {
        let mut location = json!({ "uri": uri(file) });
        if let Some(at) = self.at.get(file) {
            location["index"] = json!(at);
        }
        location
    }
}

fn driver(report: &Report<'_>) -> Value {
    let rules: Vec<Value> = report.pack.rules.iter().map(|rule| descriptor(report, rule)).collect();
    json!({
        "name": "gouji",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "language": if report.lang == Lang::Zh { "zh-CN" } else { "en-US" },
        "rules": rules,
        "properties": { "rulesSha256": report.pack.sha256 },
    })
}

/// One rule; its help stands in both languages, whatever the language of the log.
fn descriptor(report: &Report<'_>, rule: &Rule) -> Value {
    let of = |words: &Words| words.get(report.lang).to_owned();
    json!({
        "id": rule.code,
        "shortDescription": { "text": of(&rule.title) },
        "fullDescription": { "text": sentence(&of(&rule.why), &of(&rule.title)) },
        "help": { "text": help(rule, "", "\n"), "markdown": help(rule, "**", "\n\n") },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "class": rule.class.words().en, "formula": rule.formula, "title.zh": rule.title.zh, "title.en": rule.title.en,
        },
    })
}

fn sentence(text: &str, otherwise: &str) -> String {
    if text.is_empty() { otherwise } else { text }.to_owned()
}

fn help(rule: &Rule, strong: &str, between: &str) -> String {
    let mut lines = Vec::new();
    for lang in [Lang::Zh, Lang::En] {
        lines.push(format!("{strong}{} {}{strong}", rule.code, rule.title.get(lang)));
        let said = [&rule.why, &rule.hint].map(|words| words.get(lang)).into_iter();
        lines.extend(said.filter(|text| !text.is_empty()).map(str::to_owned));
    }
    lines.join(between)
}

fn level(severity: Severity) -> &'static str {
    // SARIF has the same three words.
    severity.name()
}

fn invocation(report: &Report<'_>) -> Value {
    let said: Vec<Value> = report.problems.iter().map(|problem| notification(report, problem)).collect();
    json!({
        "executionSuccessful": !report.problems.iter().any(|problem| problem.failed),
        "toolExecutionNotifications": said,
    })
}

fn notification(report: &Report<'_>, problem: &Problem) -> Value {
    let text = format!("{}: {}", problem.file, report.masked(problem.words.get(report.lang)));
    json!({ "level": if problem.failed { "error" } else { "note" }, "message": { "text": text } })
}

fn artifact(one: &Artifact<'_>) -> Value {
    let (file, prior) = one;
    json!({
        "location": { "uri": uri(&file.file) },
        "length": file.size,
        "roles": [if *prior { "referencedOnCommandLine" } else { "analysisTarget" }],
        "hashes": { "sha-256": file.sha256 },
    })
}

fn result(report: &Report<'_>, places: &Places<'_>, finding: &Finding) -> Value {
    let message = report.masked(finding.message.get(report.lang));
    let first = finding.cells.first();
    let at = match first {
        Some(cell) => location(report, places, cell),
        None => json!({ "physicalLocation": { "artifactLocation": places.artifact_location(&finding.file) } }),
    };
    let related: Vec<Value> = finding
        .cells
        .iter()
        .enumerate()
        .skip(1)
        .map(|(id, cell)| {
            let mut place = location(report, places, cell);
            place["id"] = json!(id);
            place["message"] = json!({ "text": operand(report, cell) });
            place
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": { "text": sentence(&message, finding.title.get(report.lang)) },
        "locations": [at],
        "partialFingerprints": { "goujiKey/v1": fingerprint(finding.key.as_bytes()) },
        "properties": {
            "verdict": finding.verdict.name(),
            "entity": finding.entity,
            "year": finding.year,
            "expected": finding.expected,
            "reported": finding.reported,
            "difference": finding.difference,
            "allowance": finding.allowance,
            "unit": finding.unit,
            "likely": finding.likely.as_ref().map(|words| report.masked(words.get(report.lang))),
            "causes": finding.causes.iter().map(|one| cause(report, one)).collect::<Vec<_>>(),
            "hint": finding.hint.get(report.lang),
            "key": finding.key,
        },
    });
    if let Some(rule) = places.rules.get(finding.code.as_str()) {
        result["ruleIndex"] = json!(rule);
    }
    if let Some(since) = &finding.since {
        result["baselineState"] = json!(if matches!(since, Since::Changed(_)) { "updated" } else { since.name() });
    }
    // An empty list says that nobody explained it; no list, that nobody was asked.
    if report.run.answers.given {
        let said = finding.explained.as_ref().map(|one| suppression(report, one));
        result["suppressions"] = json!(said.into_iter().collect::<Vec<_>>());
    }
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

fn cause(report: &Report<'_>, one: &Cause) -> Value {
    json!({
        "cause": one.cause,
        "cell": format!("{}!{}", one.sheet, one.cell),
        "proposed": one.proposed.map(|value| value.to_string()),
        "unit": one.unit,
        "set": one.set,
        "repairs": one.repairs,
        "of": one.of,
        "breaks": one.breaks,
        "why": report.masked(one.why.get(report.lang)),
    })
}

/// What was said of a finding: accepted where it closes it, rejected where words cannot, else to be looked at again.
fn suppression(report: &Report<'_>, one: &Explained) -> Value {
    let status = match one.standing {
        Standing::Accepted => "accepted",
        Standing::NotAccepted(_) => "rejected",
        Standing::Stale(_) | Standing::Expired { .. } | Standing::Offered(_) => "underReview",
    };
    json!({
        "kind": "external",
        "status": status,
        "justification": report.masked(&one.reason),
        "properties": {
            "state": one.standing.name(), "who": report.masked(&one.who), "when": one.when, "expiry": one.expiry,
            "words": report.masked(one.sentence().get(report.lang)),
        },
    })
}

/// A finding of an earlier run that this one does not have.
fn absent(report: &Report<'_>, places: &Places<'_>, gone: &Gone) -> Value {
    let mut result = json!({
        "ruleId": gone.code,
        "level": if ["error", "warning", "note"].contains(&gone.severity.as_str()) { gone.severity.as_str() } else { "none" },
        "message": { "text": sentence(&report.masked(&gone.message), &gone.title) },
        "baselineState": "absent",
        "partialFingerprints": { "goujiKey/v1": fingerprint(gone.key.as_bytes()) },
        "properties": { "entity": gone.entity, "key": gone.key },
    });
    if let Some(rule) = places.rules.get(gone.code.as_str()) {
        result["ruleIndex"] = json!(rule);
    }
    if let Some((_, cell)) = gone.place.rsplit_once('!') {
        let logical = json!({ "name": cell, "fullyQualifiedName": gone.place, "kind": "cell" });
        result["locations"] = json!([{ "logicalLocations": [logical] }]);
    }
    result
}

fn location(report: &Report<'_>, places: &Places<'_>, cell: &FindingCell) -> Value {
    json!({
        "physicalLocation": { "artifactLocation": places.artifact_location(&cell.file) },
        "logicalLocations": [{
            "name": cell.cell.to_string(),
            "fullyQualifiedName": format!("{}!{}", cell.sheet, cell.cell),
            "kind": "cell",
        }],
        "properties": { "label": report.masked(&cell.label), "text": report.masked(&cell.text), "suspect": cell.suspect },
    })
}

/// An operand in words: what it is and what stands there.
fn operand(report: &Report<'_>, cell: &FindingCell) -> String {
    let text = if cell.text.trim().is_empty() { "—" } else { cell.text.trim() };
    report.masked(&format!("{} {text}", cell.label)).trim().to_owned()
}

/// A path as a URI reference: relative as it was given, of an absolute path the `file:` URI.
fn uri(path: &str) -> String {
    let drive = matches!(path.as_bytes(), [letter, b':', b'/', ..] if letter.is_ascii_alphabetic());
    let mut uri = match path {
        _ if drive => "file:///".to_owned(),
        path if path.starts_with("//") => "file:".to_owned(),
        path if path.starts_with('/') => "file://".to_owned(),
        _ => String::new(),
    };
    for (at, byte) in path.bytes().enumerate() {
        let plain = byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) || (drive && at == 1);
        if plain {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("甲 局/a.xlsx"), "%E7%94%B2%20%E5%B1%80/a.xlsx");
        assert_eq!(uri("C:/局/a#1.xlsx"), "file:///C:/%E5%B1%80/a%231.xlsx");
        assert_eq!(uri("/srv/a.xlsx"), "file:///srv/a.xlsx");
        assert_eq!(uri("//server/a.xlsx"), "file://server/a.xlsx");
        assert_eq!(uri("a:b/c.xlsx"), "a%3Ab/c.xlsx");
    }
}
