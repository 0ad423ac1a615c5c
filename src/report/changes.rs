//! A submission filed anew, as text and JSON, and as marks on the new workbook.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::table::{clip, lay_out};
use crate::annotate::Mark;
use crate::model::inert::one_line;
use crate::model::mask::unless_asked;
use crate::model::{CellRef, Finding, Lang, Severity};
use crate::reconcile::Run;
use crate::redact::People;
use crate::resubmission::{Asked, Change, LoneRow, Place, Resubmission, Resubmissions, SheetChanges, number_of};

/// Widest text of a cell.
const CELL: usize = 34;

/// Everything that these emitters may know.
pub struct ChangesReport<'r> {
    pub all: &'r Resubmissions,
    pub old: &'r Run,
    pub new: &'r Run,
    pub lang: Lang,
    pub show_personal: bool,
    /// Who stands in the workbooks of both sides.
    pub people: &'r People,
}

impl ChangesReport<'_> {
    fn say<'t>(&self, zh: &'t str, en: &'t str) -> &'t str {
        if self.lang == Lang::Zh { zh } else { en }
    }

    fn masked(&self, text: &str) -> String {
        let own = unless_asked(text, self.show_personal);
        let names = if self.show_personal { None } else { self.people.mask_names(&own) };
        one_line(names.as_ref().map_or(&own, |(masked, _)| masked)).into_owned()
    }

    /// A figure that nobody asked about changed, or an error is there still or anew.
    #[must_use]
    pub fn needs_a_look(&self) -> bool {
        let error = |number: usize| self.new.findings[number].severity == Severity::Error;
        self.all.pairs.iter().any(|pair| {
            let mut now = pair.stayed.iter().map(|(_, new)| *new).chain(pair.came.iter().copied());
            pair.quiet().next().is_some() || pair.sheets.iter().any(has_lone_figures) || now.any(error)
        })
    }

    /// The whole report.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        for pair in &self.all.pairs {
            self.pair(&mut out, pair);
        }
        for (numbers, run, zh, en) in [
            (&self.all.only_old, self.old, "没有重报", "not filed anew"),
            (&self.all.only_new, self.new, "原来没有报送，无从比较", "not filed before; nothing to compare"),
        ] {
            for number in numbers {
                let _ = writeln!(out, "{}: {}", self.name(&run.submissions[*number]), self.say(zh, en));
            }
        }
        out.push_str(&self.closing());
        out
    }

    fn name(&self, one: &crate::facts::Submission) -> String {
        let year = one.year.map(|year| format!(" {year}")).unwrap_or_default();
        format!("{}{year}", self.masked(&one.entity))
    }

    fn pair(&self, out: &mut String, pair: &Resubmission) {
        let _ = writeln!(out, "■ {}", self.name(&self.new.submissions[pair.new]));
        let files = |run: &Run, at: usize| {
            run.submissions[at].files.iter().map(|file| self.masked(&file.file)).collect::<Vec<_>>().join("、")
        };
        let (before, now) = (files(self.old, pair.old), files(self.new, pair.new));
        let _ = writeln!(out, "  {} {before}\n  {} {now}\n", self.say("原报", "before"), self.say("重报", "now   "));
        self.findings(out, pair);
        for sheet in pair.sheets.iter().filter(|sheet| !sheet.is_same()) {
            self.sheet(out, sheet);
        }
        if pair.sheets.iter().all(SheetChanges::is_same) {
            let _ = writeln!(out, "  {}", self.say("没有任何改动。", "Nothing was changed."));
        }
        out.push('\n');
    }

    fn findings(&self, out: &mut String, pair: &Resubmission) {
        let was = |number: usize| format!("{}#{}", self.say("原", "was "), number_of(self.old, pair.old, number));
        let is = |number: usize| format!("#{}", number_of(self.new, pair.new, number));
        let both = |(old, new): &(usize, usize)| {
            let (was, is) = (was(*old), is(*new));
            let number = if was.ends_with(&is) {
                is
            } else {
                format!("{is}{}{was}{}", self.say("（", " ("), self.say("）", ")"))
            };
            (number, &self.new.findings[*new])
        };
        let old = |all: &[usize]| all.iter().map(|at| (was(*at), &self.old.findings[*at])).collect::<Vec<_>>();
        let mut lists: Vec<(&str, Vec<(String, &Finding)>)> = vec![
            (self.say("消除", "went"), old(&pair.went)),
            (self.say("仍在", "stayed"), pair.stayed.iter().map(both).collect()),
            (self.say("新增", "came"), pair.came.iter().map(|at| (is(*at), &self.new.findings[*at])).collect()),
        ];
        if !pair.apart.is_empty() {
            lists
                .push((self.say("所在的表没有重报，未判断", "on sheets not filed anew, not judged"), old(&pair.apart)));
        }
        for (word, list) in lists {
            let notes = list.iter().filter(|(_, finding)| finding.severity == Severity::Note).count();
            let notes = match (notes, self.lang) {
                (0, _) => String::new(),
                (n, Lang::Zh) => format!("（另有提示{n}，不列出）"),
                (n, Lang::En) => format!(" (and {n} notes, not listed)"),
            };
            let count = list.iter().filter(|(_, finding)| finding.severity != Severity::Note).count();
            let _ = writeln!(out, "  {} {word} {count}{notes}", self.say("问题", "findings"));
            for (number, finding) in list.into_iter().filter(|(_, finding)| finding.severity != Severity::Note) {
                let at = finding.cells.first().map(|cell| cell.cell.to_string()).unwrap_or_default();
                let severity = finding.severity.words();
                let (severity, title) = (severity.get(self.lang), finding.title.get(self.lang));
                let _ = writeln!(out, "    {severity} {} {at}  {title}  {number}", finding.code);
            }
        }
    }

    fn sheet(&self, out: &mut String, sheet: &SheetChanges) {
        let name = |place: &Place| self.masked(&format!("{} · {}", place.file, place.sheet));
        let _ = match (&sheet.old, &sheet.new) {
            (Some(old), Some(new)) if sheet.is_renamed() => {
                writeln!(out, "\n  {}（{} {}）", name(new), self.say("原名", "was"), self.masked(&old.sheet))
            }
            (_, Some(new)) if sheet.old.is_some() => writeln!(out, "\n  {}", name(new)),
            (_, Some(new)) => writeln!(out, "\n  {} {}", self.say("新增工作表", "new sheet"), name(new)),
            (Some(old), None) => {
                writeln!(out, "\n  {} {}", self.say("重报中没有的工作表", "sheet not filed anew"), name(old))
            }
            (None, None) => Ok(()),
        };
        let rows: Vec<Vec<String>> = sheet.changes.iter().map(|change| self.change(change)).collect();
        out.push_str(&lay_out(&rows, &[], "    "));
        if sheet.old.is_some() && sheet.new.is_some() {
            self.lone(out, &sheet.inserted, self.say("插入第", "row inserted:"));
            self.lone(out, &sheet.deleted, self.say("删去原第", "row deleted, was"));
        }
        for (old, new) in &sheet.moved {
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "    原第{}行移到第{}行", old + 1, new + 1),
                Lang::En => writeln!(out, "    row {} moved to {}", old + 1, new + 1),
            };
        }
    }

    fn lone(&self, out: &mut String, rows: &[LoneRow], word: &str) {
        for one in rows {
            let text = clip(&self.masked(&one.text), 80);
            let _ = match self.lang {
                Lang::Zh => writeln!(out, "    {word}{}行：{text}", one.row + 1),
                Lang::En => writeln!(out, "    {word} {}: {text}", one.row + 1),
            };
        }
    }

    fn change(&self, change: &Change) -> Vec<String> {
        let text = |text: &str| {
            if text.is_empty() { self.say("（空）", "(blank)").to_owned() } else { clip(&self.masked(text), CELL) }
        };
        vec![
            place(change),
            clip(&self.masked(&change.label), 30),
            format!("{} → {}", text(&change.before), text(&change.now)),
            self.asked(&change.asked),
        ]
    }

    fn asked(&self, asked: &Asked) -> String {
        match asked {
            Asked::By(all) => {
                let all: Vec<String> = all.iter().take(3).map(|(number, code)| format!("#{number} {code}")).collect();
                format!("{} {}", self.say("应原报问题", "asked by old"), all.join("、"))
            }
            Asked::Follows => self.say("随之变动", "follows").to_owned(),
            Asked::No => self.say("← 没有问题要求改动", "← no finding asked for it").to_owned(),
            Asked::Words => self.say("文字", "words").to_owned(),
        }
    }

    fn closing(&self) -> String {
        let count = |is: fn(&Asked) -> bool| self.all.pairs.iter().map(|pair| pair.count(is)).sum::<usize>();
        let asked = count(|one| matches!(one, Asked::By(_)));
        let (follows, quiet) = (count(|one| *one == Asked::Follows), count(|one| *one == Asked::No));
        let words = count(|one| *one == Asked::Words);
        let sheets = || self.all.pairs.iter().flat_map(|pair| &pair.sheets);
        let rows = |of: fn(&SheetChanges) -> usize| sheets().map(of).sum::<usize>();
        let (inserted, deleted) = (rows(|one| one.inserted.len()), rows(|one| one.deleted.len()));
        let of = |of: fn(&Resubmission) -> usize| self.all.pairs.iter().map(of).sum::<usize>();
        let (went, stayed, came) = (of(|one| one.went.len()), of(|one| one.stayed.len()), of(|one| one.came.len()));
        let pairs = self.all.pairs.len();
        match self.lang {
            Lang::Zh => format!(
                "共{pairs}份重报：问题消除{went}，仍在{stayed}，新增{came}。\n改动数字{}处：应问题而改{asked}，随之变动{follows}，没有问题要求改动{quiet}；改动文字{words}处，插入{inserted}行，删去{deleted}行。\n",
                asked + follows + quiet
            ),
            Lang::En => format!(
                "{pairs} filed anew: findings went {went}, stayed {stayed}, came {came}.\n{} figures changed: {asked} asked for, {follows} follow, {quiet} that no finding asked for; {words} texts changed, {inserted} rows inserted, {deleted} deleted.\n",
                asked + follows + quiet
            ),
        }
    }

    /// One object, `gouji.resubmission/1`.
    #[must_use]
    pub fn json(&self) -> Value {
        let pairs: Vec<Value> = self.all.pairs.iter().map(|pair| self.pair_json(pair)).collect();
        let names = |run: &Run, all: &[usize]| {
            let name = |at: &usize| json!({"entity": run.submissions[*at].entity, "year": run.submissions[*at].year});
            all.iter().map(name).collect::<Vec<_>>()
        };
        json!({
            "schema": "gouji.resubmission/1",
            "submissions": pairs,
            "only_old": names(self.old, &self.all.only_old),
            "only_new": names(self.new, &self.all.only_new),
        })
    }

    fn pair_json(&self, pair: &Resubmission) -> Value {
        let finding = |run: &Run, submission: usize, number: usize| {
            let one = &run.findings[number];
            let at = one.cells.first().map(|cell| cell.cell.to_string());
            json!({"number": number_of(run, submission, number), "code": one.code, "severity": one.severity.name(),
                   "title": one.title.get(self.lang), "cell": at, "key": one.key})
        };
        let (old, new) = (&self.old.submissions[pair.old], &self.new.submissions[pair.new]);
        let files =
            |one: &crate::facts::Submission| one.files.iter().map(|file| file.file.to_string()).collect::<Vec<_>>();
        json!({
            "entity": new.entity,
            "year": new.year,
            "old_files": files(old),
            "new_files": files(new),
            "findings": {
                "went": pair.went.iter().map(|at| finding(self.old, pair.old, *at)).collect::<Vec<_>>(),
                "stayed": pair.stayed.iter().map(|(_, at)| finding(self.new, pair.new, *at)).collect::<Vec<_>>(),
                "not_judged": pair.apart.iter().map(|at| finding(self.old, pair.old, *at)).collect::<Vec<_>>(),
                "came": pair.came.iter().map(|at| finding(self.new, pair.new, *at)).collect::<Vec<_>>(),
            },
            "sheets": pair.sheets.iter().map(|sheet| self.sheet_json(sheet)).collect::<Vec<_>>(),
            "quiet": pair.quiet().count(),
        })
    }

    fn sheet_json(&self, sheet: &SheetChanges) -> Value {
        let place = |place: &Option<Place>| place.as_ref().map(|one| json!({"file": one.file, "sheet": one.sheet}));
        let cell = |at: Option<CellRef>| at.map(|at| at.to_string());
        let change = |one: &Change| {
            let (asked, by) = match &one.asked {
                Asked::By(all) => {
                    ("finding", all.iter().map(|(at, code)| json!({"number": at, "code": code})).collect())
                }
                Asked::Follows => ("follows", Vec::new()),
                Asked::No => ("no", Vec::new()),
                Asked::Words => ("words", Vec::new()),
            };
            json!({"old": cell(one.old), "new": cell(one.new), "before": self.masked(&one.before),
                   "now": self.masked(&one.now), "label": one.label, "asked": asked, "findings": by})
        };
        let rows = |all: &[LoneRow]| {
            let row =
                |one: &LoneRow| json!({"row": one.row + 1, "text": self.masked(&one.text), "figures": one.has_figures});
            all.iter().map(row).collect::<Vec<_>>()
        };
        let moved = |(old, new): &(u32, u32)| json!({"old": old + 1, "new": new + 1});
        json!({
            "old": place(&sheet.old),
            "new": place(&sheet.new),
            "renamed": sheet.is_renamed(),
            "changes": sheet.changes.iter().map(change).collect::<Vec<_>>(),
            "inserted": rows(&sheet.inserted),
            "deleted": rows(&sheet.deleted),
            "moved": sheet.moved.iter().map(moved).collect::<Vec<_>>(),
        })
    }

    /// Marks for one new file: every changed cell with what stood there; yellow where nobody asked, blue elsewhere.
    #[must_use]
    pub fn marks(&self, file: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        for sheet in self.all.pairs.iter().flat_map(|pair| &pair.sheets) {
            let Some(place) = sheet.new.as_ref().filter(|place| place.file == file) else { continue };
            for (change, cell) in sheet.changes.iter().filter_map(|change| Some((change, change.new?))) {
                let severity = if change.asked == Asked::No { Severity::Warning } else { Severity::Note };
                let before = if change.before.is_empty() { self.say("（空）", "(blank)") } else { &change.before };
                let (label, why) = (self.say("重报改动：原 ", "changed: was "), self.asked(&change.asked));
                let note = format!("{label}{}\n{}", self.masked(before), why.trim_start_matches("← "));
                marks.push(Mark { sheet: place.sheet.clone(), cell, severity, note });
            }
        }
        marks
    }
}

fn has_lone_figures(sheet: &SheetChanges) -> bool {
    sheet.inserted.iter().chain(&sheet.deleted).any(|row| row.has_figures)
}

/// `F5`, or `F5→F6` where the cell stands elsewhere now.
fn place(change: &Change) -> String {
    match (change.old, change.new) {
        (Some(old), Some(new)) if old != new => format!("{old}→{new}"),
        (_, Some(at)) | (Some(at), None) => at.to_string(),
        (None, None) => String::new(),
    }
}
