//! Where everything will stand, before anything is written, so that every link has its other end.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::desk::Desk;
use super::names::{SheetNames, Spot};
use super::page::{MOST_LINKS, MOST_ROWS};
use super::papers::Kind;
use super::tick::{Tick, tick};
use crate::model::finding::FindingCell;
use crate::model::{Finding, Lang, Severity, Verdict};
use crate::reconcile::findings::cells;
use crate::reconcile::outcome::{At, Outcome};

/// Rows over the first tie of a sheet: title, two lines of header, a remark, column titles.
pub const TOP: u32 = 5;
/// Rows over the first finding of the issue list: title, two lines of header, a remark, column titles.
pub const ISSUES_TOP: u32 = 5;
/// Rows kept free at the end of a sheet for remarks and conclusion.
const TAIL: u32 = 10;

/// One tie that was tried, with its place in the papers.
#[derive(Debug, Clone)]
pub struct Tie {
    /// Its number in the run.
    pub outcome: usize,
    /// `C2-15`.
    pub index: String,
    pub spot: Spot,
    pub tick: Tick,
    /// The operand that stands in the tie's own row: the reported figure.
    pub lead: Option<usize>,
    pub finding: Option<usize>,
    /// The number of the reason why it was not checked.
    pub reason: Option<usize>,
}

/// A line over the ties of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub row: u32,
    pub submission: usize,
    pub table: Option<usize>,
}

/// One sheet of ties.
#[derive(Debug, Clone)]
pub struct TieSheet {
    pub name: String,
    pub index: String,
    pub title: String,
    /// What stands over ties that belong to no single table.
    pub apart: String,
    pub groups: Vec<Group>,
    /// Numbers of the plan's ties, in the order of rows.
    pub ties: Vec<usize>,
}

/// The names of the sheets that a set has once.
#[derive(Debug, Clone, Default)]
pub struct Sheets {
    pub cover: String,
    pub overview: String,
    pub issues: String,
    pub uncorrected: String,
    pub evidence: String,
    pub scores: String,
    pub basis: String,
    pub sources: String,
    pub record: String,
    /// One a submission.
    pub leads: Vec<String>,
}

/// One evidence sheet: a block on a page of its own.
#[derive(Debug, Clone)]
pub struct Evidence {
    pub finding: usize,
    pub submission: usize,
    /// `E-3`.
    pub index: String,
    pub spot: Spot,
}

/// Where everything stands.
pub struct Plan {
    pub sheets: Sheets,
    pub ties: Vec<Tie>,
    pub tie_sheets: Vec<TieSheet>,
    /// Ties by the number of their outcome.
    pub tie_of: HashMap<usize, usize>,
    /// The row of every finding in the issue list.
    pub issue_rows: HashMap<usize, u32>,
    pub evidence: Vec<Evidence>,
    pub evidence_of: HashMap<usize, usize>,
    /// Why ties were not checked; a tie names its reason by number, from one.
    pub reasons: Vec<String>,
}

/// What a tie's sheet is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Form(usize),
    Between,
    Whole,
}

impl Plan {
    /// Gives every tie, finding and evidence sheet its place.
    #[must_use]
    pub fn new(desk: &Desk<'_>) -> Self {
        let mut names = SheetNames::default();
        let sheets = sheets(desk, &mut names);
        let finding_of: HashMap<usize, usize> =
            desk.findings().map(|(number, _, _)| (desk.run().made_of[number], number)).collect();
        let mut plan = Self {
            sheets,
            ties: Vec::new(),
            tie_sheets: Vec::new(),
            tie_of: HashMap::new(),
            issue_rows: HashMap::new(),
            evidence: Vec::new(),
            evidence_of: HashMap::new(),
            reasons: Vec::new(),
        };
        plan.lay_ties(desk, &mut names, &finding_of);
        for (at, (number, _, _)) in desk.findings().enumerate() {
            plan.issue_rows.insert(number, ISSUES_TOP + at as u32);
        }
        plan.lay_evidence(desk);
        plan
    }

    /// The tie that a finding comes from.
    #[must_use]
    pub fn tie_of_finding(&self, desk: &Desk<'_>, finding: usize) -> Option<&Tie> {
        self.tie_of.get(&desk.run().made_of[finding]).map(|tie| &self.ties[*tie])
    }

    #[must_use]
    pub fn evidence_of(&self, finding: usize) -> Option<&Evidence> {
        self.evidence_of.get(&finding).map(|at| &self.evidence[*at])
    }

    fn lay_ties(&mut self, desk: &Desk<'_>, names: &mut SheetNames, finding_of: &HashMap<usize, usize>) {
        let mut tried: Vec<(Part, usize, Option<usize>, usize, &Outcome)> = desk
            .outcomes()
            .filter(|(_, outcome)| outcome.verdict != Verdict::NotApplicable)
            .map(|(number, outcome)| {
                let (part, table) = part(outcome, desk);
                (part, outcome.submission, table, number, outcome)
            })
            .collect();
        tried.sort_by_key(|(part, submission, table, number, _)| (*part, *submission, *table, *number));
        // The part whose sheet is open, its next row, and the links that it holds.
        let mut open: Option<(Part, u32, usize)> = None;
        let mut sections = 0;
        for (part, submission, table, number, outcome) in tried {
            let cells = cells(outcome, desk.pair(submission), desk.report.forms);
            let lead = lead(outcome, &cells);
            let rows = 1 + (cells.len() - usize::from(lead.is_some())) as u32;
            let full = |row: u32, links: usize| {
                row.saturating_add(rows).saturating_add(TAIL) > MOST_ROWS || links + cells.len() + 1 > MOST_LINKS
            };
            match open {
                Some((now, row, links)) if now == part && !full(row, links) => {}
                Some((now, ..)) if now == part => open = Some((part, self.open_sheet(desk, names, part, sections), 0)),
                _ => {
                    sections += 1;
                    open = Some((part, self.open_sheet(desk, names, part, sections), 0));
                }
            }
            let (Some((_, row, links)), Some(sheet)) = (open.as_mut(), self.tie_sheets.last_mut()) else { continue };
            let group = (submission, table);
            if sheet.groups.last().is_none_or(|last| (last.submission, last.table) != group) {
                sheet.groups.push(Group { row: *row, submission, table });
                *row += 1;
            }
            let index = format!("{}-{}", sheet.index, sheet.ties.len() + 1);
            let spot = Spot::new(&sheet.name, *row, 0);
            *row += rows;
            *links += cells.len() + 1;
            sheet.ties.push(self.ties.len());
            let reason = (outcome.verdict == Verdict::Unchecked).then(|| self.reason(desk, outcome));
            self.tie_of.insert(number, self.ties.len());
            let finding = finding_of.get(&number).copied();
            self.ties.push(Tie { outcome: number, index, spot, tick: tick(outcome, desk), lead, finding, reason });
        }
    }

    /// Begins a sheet of ties; gives its first free row.
    fn open_sheet(&mut self, desk: &Desk<'_>, names: &mut SheetNames, part: Part, section: usize) -> u32 {
        let (short, long) = match part {
            Part::Form(form) => {
                let form = &desk.report.forms.all[form];
                (form.annex.clone(), format!("{} {}", form.annex, desk.of(&form.title)))
            }
            Part::Between => {
                let words = desk.say("表间", "between tables").to_owned();
                (words.clone(), words)
            }
            Part::Whole => {
                let words = desk.say("整体", "whole submission").to_owned();
                (words.clone(), words)
            }
        };
        let earlier = self
            .tie_sheets
            .iter()
            .filter(|sheet| sheet.index.split('.').next() == Some(format!("C{section}").as_str()));
        let index = match earlier.count() {
            0 => format!("C{section}"),
            n => format!("C{section}.{}", n + 1),
        };
        let name = match desk.settings.template.titles.get(&Kind::TieOut) {
            Some(own) => names.give(&format!("{index} {own} {short}")),
            None => names.give(&format!("{index} {}{short}", desk.say("勾稽", "Ties "))),
        };
        let apart = match part {
            Part::Form(_) => desk.say("以附件整体为对象的检查", "on the annex as a whole"),
            Part::Between => desk.say("跨表勾稽", "between tables"),
            Part::Whole => desk.say("以报送件整体为对象的检查", "on the submission as a whole"),
        };
        let apart = apart.to_owned();
        let title = match desk.lang() {
            Lang::Zh => format!("{}（{long}）", desk.title(Kind::TieOut)),
            Lang::En => format!("{}: {long}", desk.title(Kind::TieOut)),
        };
        self.tie_sheets.push(TieSheet { name, index, title, apart, groups: Vec::new(), ties: Vec::new() });
        TOP
    }

    fn reason(&mut self, desk: &Desk<'_>, outcome: &Outcome) -> usize {
        let text = outcome.words.as_ref().map_or("", |words| desk.of(words)).to_owned();
        let at = self.reasons.iter().position(|one| *one == text).unwrap_or_else(|| {
            self.reasons.push(text);
            self.reasons.len() - 1
        });
        at + 1
    }

    fn lay_evidence(&mut self, desk: &Desk<'_>) {
        let mut row = 0;
        for (number, submission, finding) in desk.findings().filter(|(_, _, finding)| is_material(finding, desk)) {
            let index = format!("E-{}", self.evidence.len() + 1);
            let spot = Spot::new(&self.sheets.evidence, row, 0);
            row += super::evidence::rows(finding);
            self.evidence_of.insert(number, self.evidence.len());
            self.evidence.push(Evidence { finding: number, submission, index, spot });
        }
    }
}

/// An amount of money in 万元, whatever unit it was reported in.
#[must_use]
pub fn money(finding: &Finding) -> Option<Decimal> {
    let unit = crate::model::Unit::parse(&finding.unit);
    let amount: Decimal = finding.difference.as_deref()?.parse().ok()?;
    (unit.noun == "元").then(|| crate::model::unit::shift(amount, unit.power - 4)).flatten()
}

/// A finding that gets an evidence sheet: every error; where a materiality is given, errors in money that reach it and
/// errors that no amount measures.
#[must_use]
pub fn is_material(finding: &Finding, desk: &Desk<'_>) -> bool {
    finding.severity == Severity::Error
        && match (desk.settings.materiality, money(finding)) {
            (Some(least), Some(amount)) => amount.abs() >= least,
            _ => true,
        }
}

/// The operand of the tie's own row: the only figure of the reported side, where it is stated as reported.
fn lead(outcome: &Outcome, cells: &[FindingCell]) -> Option<usize> {
    let (working, judged) = (outcome.working.as_ref()?, outcome.figures.as_ref()?);
    let crate::reconcile::working::Calc::Operands(all) = &working.left else { return None };
    let [only] = all.as_slice() else { return None };
    let cell = cells.get(*only).filter(|_| cells.len() == outcome.uses.len())?;
    (cell.value == Some(judged.reported) && cell.unit == judged.unit).then_some(*only)
}

/// The sheet that a tie belongs on, and the table under whose heading.
fn part(outcome: &Outcome, desk: &Desk<'_>) -> (Part, Option<usize>) {
    let now = desk.submission(outcome.submission);
    let mut tables: Vec<usize> = Vec::new();
    for one in &outcome.uses {
        let table = match one.at {
            At::Figure { prior: false, table, .. } | At::Field { table, .. } | At::Cell { table, .. } => table,
            At::Figure { prior: true, .. } => continue,
        };
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    match tables.as_slice() {
        [] => match outcome.place.form.or_else(|| desk.rule(outcome).places.first()?.scope.form()) {
            Some(form) if now.tables_of(form).next().is_some() => (Part::Form(form), None),
            _ => (Part::Whole, None),
        },
        [one] => now.tables.get(*one).map_or((Part::Whole, None), |table| (Part::Form(table.form), Some(*one))),
        _ => (Part::Between, None),
    }
}

fn sheets(desk: &Desk<'_>, names: &mut SheetNames) -> Sheets {
    // A title of the office's own stands on the sheet's tab too.
    let mut give = |index: &str, kind: Kind, zh: &str, en: &str| {
        let own = desk.settings.template.titles.get(&kind).filter(|_| kind != Kind::Cover);
        names.give(&format!("{index} {}", own.map_or(desk.say(zh, en), String::as_str)))
    };
    let cover = give("A1", Kind::Cover, "封面与索引", "Cover and index");
    let overview = if desk.is_many() { give("A2", Kind::Overview, "单位一览", "Overview") } else { String::new() };
    Sheets {
        cover,
        overview,
        issues: give("B1", Kind::Issues, "问题汇总表", "Issues"),
        uncorrected: give("B2", Kind::Uncorrected, "未更正差异汇总", "Uncorrected differences"),
        evidence: give("E", Kind::Evidence, "取证单", "Evidence"),
        scores: give("F", Kind::Scores, "评分复核", "Scores"),
        basis: give("G1", Kind::Basis, "公式与依据", "Rules and basis"),
        sources: give("G2", Kind::Sources, "资料索引", "Sources"),
        record: give("G3", Kind::Record, "运行记录", "Run record"),
        leads: desk
            .submissions
            .iter()
            .enumerate()
            .map(|(at, submission)| {
                let entity = &desk.submission(*submission).entity;
                names.give(&format!(
                    "D{} {}",
                    at + 1,
                    match desk.settings.template.titles.get(&Kind::Lead) {
                        _ if desk.is_many() => entity,
                        Some(own) => own,
                        None => desk.say("审定表", "Lead schedule"),
                    }
                ))
            })
            .collect(),
    }
}
