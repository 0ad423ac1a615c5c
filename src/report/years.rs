//! A comparison of two years as text and as JSON (`gouji.compare/1`).

use std::fmt::Write as _;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::Problem;
use super::table::{clip, lay_out};
use crate::compare::summary::Quartiles;
use crate::compare::{Comparison, Execution, Row, Side, Source, Spread, YearOverYear};
use crate::facts::Submission;
use crate::facts::origin::Origin;
use crate::forms::Forms;
use crate::model::mask::unless_asked;
use crate::model::{Lang, Words};
use crate::years::{How, LineHow, Pairing};

/// Everything that an emitter of a comparison may know.
pub struct YearsReport<'r> {
    pub comparison: &'r Comparison,
    pub submissions: &'r [Submission],
    pub priors: &'r [Submission],
    pub pairing: &'r Pairing,
    pub forms: &'r Forms,
    pub lang: Lang,
    /// Names and numbers of people are shown.
    pub show_personal: bool,
    pub problems: &'r [Problem],
    pub rules_sha256: &'r str,
}

impl YearsReport<'_> {
    /// What this comparison was made of.
    #[must_use]
    pub fn origin(&self) -> Origin {
        Origin::of(self.rules_sha256, self.submissions.iter().chain(self.priors))
    }

    /// One of two words by language.
    #[must_use]
    pub fn say<'w>(&self, zh: &'w str, en: &'w str) -> &'w str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    /// A text as outputs show it: personal data masked unless asked for.
    #[must_use]
    pub fn masked(&self, text: &str) -> String {
        unless_asked(text, self.show_personal)
    }

    /// On what ground a unit's years were paired.
    #[must_use]
    pub fn ground(&self, unit: &YearOverYear) -> Words {
        match self.pairing.pairs.get(unit.submission).copied().flatten().map(|pair| pair.how) {
            None => Words::new("未配对，用本表上年决算数", "not paired: this year’s own prior-year column"),
            Some(How::Name) => Words::new("名称相同", "one name"),
            Some(How::Alias) => Words::new("别名表", "declared alias"),
            Some(How::Likeness(evidence)) => evidence.words(),
        }
    }

    /// How a line came to stand beside last year's.
    #[must_use]
    pub fn how(&self, row: &Row) -> String {
        match row.how {
            LineHow::Same => String::new(),
            // The office says what it was last year; only last year's table does not have it.
            LineHow::Added if row.last.as_ref().is_some_and(|side| side.amount.is_some_and(|last| !last.is_zero())) => {
                self.say("上年报送件无此行", "not in last year’s filing").to_owned()
            }
            LineHow::Added => self.say("新增", "new").to_owned(),
            LineHow::Dropped => self.say("消失", "gone").to_owned(),
            LineHow::Renamed { alike, carried } => {
                let before = row.line_before.as_deref().unwrap_or_default();
                match (self.lang, carried) {
                    (Lang::Zh, true) => format!("上年“{before}”，按金额对应（名称相似{alike}%）"),
                    (Lang::Zh, false) => format!("上年“{before}”，按名称对应（相似{alike}%）"),
                    (Lang::En, true) => format!("“{before}” last year, by amount (names {alike} % alike)"),
                    (Lang::En, false) => format!("“{before}” last year, by name ({alike} % alike)"),
                }
            }
        }
    }
}

/// A figure as people read it; nothing where there is none.
fn figure(value: Option<Decimal>) -> String {
    value.map(|value| value.normalize().to_string()).unwrap_or_default()
}

fn signed(value: Option<Decimal>) -> String {
    match value {
        Some(value) if value.is_sign_positive() && !value.is_zero() => format!("+{}", value.normalize()),
        other => figure(other),
    }
}

fn amount(side: Option<&Side>) -> Option<Decimal> {
    side.and_then(|side| side.amount)
}

/// Writes the whole comparison for a terminal.
#[must_use]
pub fn text(report: &YearsReport<'_>) -> String {
    let mut out = String::new();
    for unit in &report.comparison.units {
        one_unit(&mut out, report, unit);
    }
    if report.comparison.units.len() > 1 {
        all_units(&mut out, report);
    }
    for problem in report.problems {
        let word = if problem.failed { report.say("未能核对", "not read") } else { report.say("说明", "note") };
        let _ = writeln!(out, "{word} {}: {}", problem.file, problem.words.get(report.lang));
    }
    out.push_str(&closing(report));
    out
}

fn one_unit(out: &mut String, report: &YearsReport<'_>, unit: &YearOverYear) {
    let year = unit.year.map(|year| format!(" {year}")).unwrap_or_default();
    let prior = match &unit.prior {
        Some((name, Some(year))) => format!("{name} {year}"),
        Some((name, None)) => name.clone(),
        None => "—".to_owned(),
    };
    let ground = report.ground(unit);
    let _ = writeln!(out, "■ {}{year}  ←  {prior}（{}）", unit.entity, ground.get(report.lang));
    let headline: Vec<&Row> = unit
        .rows
        .iter()
        .filter(|row| row.stage == Some(crate::forms::declare::Stage::Outturn) && row.project.is_none())
        .collect();
    let mut rows = vec![
        [("行次", "line"), ("上年", "last"), ("今年", "now"), ("增减", "change"), ("增减%", "%"), ("", "")]
            .map(|(zh, en)| report.say(zh, en).to_owned())
            .to_vec(),
    ];
    for row in headline {
        let flag = match (row.crossed, &row.reason) {
            (true, None) => report.say("需说明，未见说明", "to be explained; nothing found"),
            (true, Some(_)) => report.say("需说明，已说明", "explained"),
            (false, _) => "",
        };
        let how = report.how(row);
        let indent = if row.parent.is_some() { "  " } else { "" };
        rows.push(vec![
            clip(&format!("{indent}{}", row.line), 40),
            figure(amount(row.last.as_ref())),
            figure(amount(row.now.as_ref())),
            signed(row.change),
            signed(row.rate),
            clip(
                [flag, how.as_str()].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("；").as_str(),
                60,
            ),
        ]);
    }
    if rows.len() > 1 {
        out.push_str(&lay_out(&rows, &[1, 2, 3, 4], "  "));
    }
    if let Some(whole) = unit.whole() {
        let before =
            whole.rate_before.map(|rate| format!("，{} {}%", report.say("上年", "last year"), rate.normalize()));
        let _ = writeln!(
            out,
            "  {} {}%{}",
            report.say("预算执行率", "execution rate"),
            figure(whole.rate),
            before.unwrap_or_default()
        );
    }
    for change in unit.projects.iter().filter(|one| one.now.is_none() || one.before.is_none()) {
        let (word, name) = match (&change.now, &change.before) {
            (Some(name), _) => (report.say("新增项目", "new project"), name),
            (None, Some(name)) => (report.say("消失的项目", "project gone"), name),
            (None, None) => continue,
        };
        let _ = writeln!(out, "  {word}: {}", clip(name, 70));
    }
    for row in unit.crossed() {
        if let Some(reason) = &row.reason {
            let text = clip(&report.masked(&reason.sentence), 70);
            let _ = writeln!(out, "  “{}” {}: {text}（{}）", row.line, report.say("说明", "reason"), reason.cell);
        }
    }
    out.push('\n');
}

fn all_units(out: &mut String, report: &YearsReport<'_>) {
    let summary = &report.comparison.summary;
    let _ = writeln!(out, "■ {}", report.say("全部单位", "All units"));
    let heads = [
        ("行次", "line"),
        ("单位数", "units"),
        ("上年合计", "last"),
        ("今年合计", "now"),
        ("增减%", "%"),
        ("增", "up"),
        ("减", "down"),
        ("中位数%", "median %"),
        ("离群单位", "outliers"),
    ];
    let mut rows = vec![heads.map(|(zh, en)| report.say(zh, en).to_owned()).to_vec()];
    for line in &summary.lines {
        let names: Vec<&str> =
            line.outliers.iter().take(3).map(|(unit, _)| report.comparison.units[*unit].entity.as_str()).collect();
        let more = if line.outliers.len() > 3 { format!(" +{}", line.outliers.len() - 3) } else { String::new() };
        rows.push(vec![
            clip(&format!("{}{}", if line.parent.is_some() { "  " } else { "" }, line.line), 36),
            line.units.to_string(),
            figure(Some(line.last)),
            figure(Some(line.now)),
            signed(line.rate),
            (line.up + line.new).to_string(),
            (line.down + line.gone).to_string(),
            signed(line.quartiles.map(|of| of.median.round_dp(2))),
            clip(&format!("{}{more}", names.join("、")), 60),
        ]);
    }
    out.push_str(&lay_out(&rows, &[1, 2, 3, 4, 5, 6, 7], "  "));
    if let Some(of) = &summary.execution {
        let text = |value: Decimal| value.round_dp(2).normalize().to_string();
        let _ = writeln!(
            out,
            "  {}: {} {}%，{} {}%–{}%，{} {}%–{}%",
            report.say("预算执行率", "execution rate"),
            report.say("中位数", "median"),
            text(of.median),
            report.say("中间一半", "middle half"),
            text(of.first),
            text(of.third),
            report.say("全部", "all"),
            text(of.least),
            text(of.most)
        );
    }
    out.push('\n');
}

/// Says how much was compared, and what is still to be explained.
#[must_use]
pub fn closing(report: &YearsReport<'_>) -> String {
    let units = &report.comparison.units;
    let paired = units.iter().filter(|unit| unit.prior.is_some()).count();
    let crossed: usize = units.iter().map(|unit| unit.crossed().count()).sum();
    let open: usize = units.iter().map(YearOverYear::unexplained).sum();
    let limits = report.comparison.limits;
    let (rate, floor) = (limits.rate.normalize(), limits.amount.normalize());
    match report.lang {
        Lang::Zh => format!(
            "{}份报送件，{paired}份与上年配对；变动超过{rate}%且超过{floor}万元的{crossed}项，其中{open}项未见说明。\n",
            units.len()
        ),
        Lang::En => format!(
            "Submissions: {}, paired with last year: {paired}. Changes beyond {rate} % and {floor}万元: {crossed}, of them unexplained: {open}.\n",
            units.len()
        ),
    }
}

/// The comparison as one object.
#[must_use]
pub fn json(report: &YearsReport<'_>) -> Value {
    let comparison = report.comparison;
    let limits = comparison.limits;
    let notices: Vec<Value> = report
        .pairing
        .notices
        .iter()
        .map(|one| json!({"kind": one.kind.name(), "message": one.words.get(report.lang)}))
        .collect();
    let problems: Vec<Value> = report
        .problems
        .iter()
        .map(|one| json!({"file": one.file, "message": one.words.get(report.lang), "failed": one.failed}))
        .collect();
    json!({
        "schema": "gouji.compare/1",
        "tool": {"name": "gouji", "version": env!("CARGO_PKG_VERSION"), "rules_sha256": report.rules_sha256},
        "files": report.origin().json()["files"],
        "limits": {"rate_percent": limits.rate.to_string(), "amount_wan_yuan": limits.amount.to_string()},
        "units": comparison.units.iter().map(|unit| unit_json(report, unit)).collect::<Vec<_>>(),
        "summary": {
            "lines": comparison.summary.lines.iter().map(|line| spread(report, line)).collect::<Vec<_>>(),
            "execution_rate": comparison.summary.execution.as_ref().map(quartiles),
        },
        "pairing": notices,
        "problems": problems,
    })
}

fn unit_json(report: &YearsReport<'_>, unit: &YearOverYear) -> Value {
    json!({
        "entity": unit.entity,
        "year": unit.year,
        "prior": unit.prior.as_ref().map(|(entity, year)| json!({"entity": entity, "year": year})),
        "paired": report.ground(unit).get(report.lang),
        "rows": unit.rows.iter().map(|row| row_json(report, unit, row)).collect::<Vec<_>>(),
        "execution": unit.execution.iter().map(|one| execution(report, one)).collect::<Vec<_>>(),
        "projects": unit.projects.iter().map(|one| json!({"now": one.now, "last": one.before})).collect::<Vec<_>>(),
    })
}

fn row_json(report: &YearsReport<'_>, unit: &YearOverYear, row: &Row) -> Value {
    let side = |side: &Option<Side>| {
        side.as_ref().map(|side| {
            json!({
                "amount": side.amount.map(|amount| amount.normalize().to_string()),
                "text": report.masked(&side.text),
                "file": &*side.file,
                "sheet": &*side.sheet,
                "cell": side.cell.to_string(),
            })
        })
    };
    let tables = &report.submissions[unit.submission].tables;
    let reason = row.reason.as_ref().and_then(|reason| {
        let table = tables.get(reason.table)?;
        Some(json!({
            "file": &*table.file,
            "sheet": &*table.sheet,
            "cell": reason.cell.to_string(),
            "text": report.masked(&reason.sentence),
        }))
    });
    let form = &report.forms.all[row.form];
    json!({
        "form": form.kind,
        "annex": form.annex,
        "project": row.project,
        "block": &*row.block,
        "parent": row.parent.as_deref(),
        "line": &*row.line,
        "line_last": row.line_before.as_deref(),
        "match": row.how.name(),
        "measure": &*row.measure,
        "unit": row.unit,
        "three_public": row.three_public,
        "now": side(&row.now),
        "last": side(&row.last),
        "last_from": if row.source == Source::Filing { "filing" } else { "own-column" },
        "change": row.change.map(|change| change.normalize().to_string()),
        "rate_percent": row.rate.map(|rate| rate.to_string()),
        "needs_reason": row.crossed,
        "reason": reason,
    })
}

fn execution(report: &YearsReport<'_>, one: &Execution) -> Value {
    let text = |value: Option<Decimal>| value.map(|value| value.normalize().to_string());
    json!({
        "form": report.forms.all[one.form].kind,
        "project": one.project,
        "line": &*one.line,
        "parent": one.parent.as_deref(),
        "three_public": one.three_public,
        "initial": text(one.initial),
        "budget": text(one.budget),
        "outturn": text(one.outturn),
        "difference": text(one.difference),
        "rate_percent": text(one.rate),
        "rate_percent_last": text(one.rate_before),
        "file": &*one.file,
        "sheet": &*one.sheet,
        "cell": one.cell.to_string(),
    })
}

fn spread(report: &YearsReport<'_>, line: &Spread) -> Value {
    let outliers: Vec<Value> = line
        .outliers
        .iter()
        .map(|(unit, rate)| json!({"entity": report.comparison.units[*unit].entity, "rate_percent": rate.to_string()}))
        .collect();
    json!({
        "form": report.forms.all[line.form].kind,
        "line": &*line.line,
        "parent": line.parent.as_deref(),
        "three_public": line.three_public,
        "units": line.units,
        "last": line.last.normalize().to_string(),
        "now": line.now.normalize().to_string(),
        "change": line.change.normalize().to_string(),
        "rate_percent": line.rate.map(|rate| rate.to_string()),
        "up": line.up,
        "down": line.down,
        "same": line.same,
        "new": line.new,
        "gone": line.gone,
        "rates_percent": line.quartiles.as_ref().map(quartiles),
        "outliers": outliers,
    })
}

fn quartiles(of: &Quartiles) -> Value {
    let text = |value: Decimal| value.normalize().to_string();
    json!({
        "count": of.count,
        "least": text(of.least),
        "first_quartile": text(of.first),
        "median": text(of.median),
        "third_quartile": text(of.third),
        "most": text(of.most),
    })
}
