//! The workpapers of a run: where they go, and what the user says of them.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args as ClapArgs;
use rust_decimal::Decimal;

use super::args::{CheckArgs, Output};
use super::open::{self, LimitArgs};
use super::output::{Sources, lower, made, write_file};
use super::walk::{Input, shown};
use crate::model::{Lang, Words};
use crate::read::fingerprint;
use crate::report::{Problem, Report};
use crate::workpaper::logo::Logo;
use crate::workpaper::names::file_stem;
use crate::workpaper::query::{Letter, query};
use crate::workpaper::summary::summary;
use crate::workpaper::template::{Fault, Place, Template};
use crate::workpaper::{Apart, Settings, workpapers};

/// The name of a run's workpapers.
const NAME: &str = "workpapers.xlsx";

/// Submissions that one book holds; a larger run has a book for each unit, where that is asked for.
pub const MOST_IN_ONE: usize = 1000;

/// Whether a run of so many submissions writes workpapers, and so needs every outcome.
#[must_use]
pub fn wanted(args: &CheckArgs, submissions: usize) -> bool {
    args.writes(Output::Papers) && (args.papers.per_entity || submissions <= MOST_IN_ONE)
}

/// Says that a large run has no workpapers, and how to have them.
#[must_use]
pub fn left_out(args: &CheckArgs, submissions: usize) -> Option<Problem> {
    let words = Words::new(
        format!("共{submissions}份报送件，超过{MOST_IN_ONE}份不写合订底稿；需要底稿的请加 --per-entity，或分批核对。"),
        format!(
            "{submissions} submissions: beyond {MOST_IN_ONE} no one book of workpapers is written. Add --per-entity, or check in parts."
        ),
    );
    let file = args.out.as_deref().map(shown).unwrap_or_default();
    (args.writes(Output::Papers) && !wanted(args, submissions)).then_some(Problem { file, words, failed: false })
}

/// What stands on the papers; nothing of it is taken from a clock or an account.
#[derive(Debug, Default, ClapArgs)]
pub struct PapersArgs {
    /// 每个单位一本底稿 · workpapers for each unit instead of one book for the run
    #[arg(long, requires = "out")]
    pub per_entity: bool,
    /// 底稿编制人 · who prepared the workpapers
    #[arg(long, value_name = "NAME", requires = "out")]
    pub prepared_by: Option<String>,
    /// 底稿复核人 · who reviewed them
    #[arg(long, value_name = "NAME", requires = "out")]
    pub reviewed_by: Option<String>,
    /// 重要性水平（万元） · materiality in 万元
    #[arg(long, value_name = "AMOUNT", value_parser = parse_amount, requires = "out")]
    pub materiality: Option<Decimal>,
    /// 单位的底稿模板（TOML） · titles, columns, logo, signatures and language of your office
    #[arg(long, value_name = "FILE", requires = "out")]
    pub workpaper_config: Option<PathBuf>,
}

/// An office's template as it was read, with its logo and their fingerprints.
#[derive(Debug, Default)]
pub struct Office {
    pub template: Template,
    logo: Option<Logo>,
    sha256: Vec<String>,
}

impl Office {
    /// Reads the template that was named, before anything is checked; says which columns stay although left out.
    ///
    /// # Errors
    /// Every fault of the template with file, line and column; a logo that is missing or broken.
    pub fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{}：底稿模板读不出 · the template cannot be read", shown(file)))?;
        let said = |fault: &Fault| {
            let Fault { place: Place { line, column }, words } = fault;
            format!("{}:{line}:{column}: {} · {}", shown(file), words.zh, words.en)
        };
        let template = Template::read(&text)
            .map_err(|faults| anyhow::anyhow!("{}", faults.iter().map(said).collect::<Vec<_>>().join("\n")))?;
        for words in &template.notices {
            eprintln!("{}: {}", shown(file), words.get(template.lang.unwrap_or_default()));
        }
        let mut sha256 = vec![fingerprint(text.as_bytes())];
        let mut logo = None;
        if let Some((path, place)) = &template.logo {
            let path = file.parent().unwrap_or_else(|| Path::new("")).join(path);
            let wrong = |words: Words| {
                let words = Words::new(
                    format!("logo {}：{}", shown(&path), words.zh),
                    format!("logo {}: {}", shown(&path), words.en),
                );
                anyhow::anyhow!("{}", said(&Fault { place: *place, words }))
            };
            let bytes = std::fs::read(&path).map_err(|error| {
                wrong(Words::new(
                    format!("读不出（{error}）；路径从模板所在文件夹算起"),
                    format!("cannot be read ({error}); the path starts at the template's folder"),
                ))
            })?;
            sha256.push(fingerprint(&bytes));
            logo = Some(Logo::new(&bytes).map_err(wrong)?);
        }
        Ok(Self { template, logo, sha256 })
    }
}

/// A day of the calendar, as typed.
pub fn parse_date(text: &str) -> Result<String, String> {
    let parts: Vec<&str> = text.split('-').collect();
    let number = |part: &str, digits: usize| {
        (part.len() == digits && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<u32>().ok()).flatten()
    };
    let day = match parts.as_slice() {
        [year, month, day] => number(year, 4).zip(number(month, 2)).zip(number(day, 2)),
        _ => None,
    };
    let leap = |year: u32| (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
    match day {
        Some(((year, month), day)) => {
            let last = match month {
                2 => 28 + u32::from(leap(year)),
                4 | 6 | 9 | 11 => 30,
                1..=12 => 31,
                _ => 0,
            };
            if (1..=last).contains(&day) {
                Ok(text.to_owned())
            } else {
                Err("日历上没有这一天 · no such day".to_owned())
            }
        }
        None => Err("请写成 2025-06-30 的样子 · write it as 2025-06-30".to_owned()),
    }
}

/// An amount above nothing.
fn parse_amount(text: &str) -> Result<Decimal, String> {
    match text.trim().trim_end_matches("万元").trim().parse::<Decimal>() {
        Ok(amount) if amount > Decimal::ZERO => Ok(amount),
        _ => {
            Err("请给出大于零的金额，单位万元，如 5 或 0.5 · an amount above zero in 万元, such as 5 or 0.5".to_owned())
        }
    }
}

/// Writes the workpapers into the output folder: one book, or one for each submission.
///
/// # Errors
/// A place that cannot be written, or a sheet larger than Excel takes.
pub fn write(
    folder: &Path,
    report: &Report<'_>,
    args: &CheckArgs,
    office: &Office,
    inputs: &[Input],
    annotated: &[(String, PathBuf)],
    sources: &Sources,
) -> anyhow::Result<Vec<PathBuf>> {
    let run = report.run;
    if run.submissions.is_empty() {
        return Ok(Vec::new());
    }
    let Office { template, logo, .. } = office;
    // What was typed now wins over what the template says, and that over the report's own language.
    let lang = args.reading.lang.map(Lang::from).or(template.lang).unwrap_or(report.lang);
    let report = &Report { lang, ..*report };
    let mut settings = Settings {
        prepared_by: args.papers.prepared_by.as_ref().unwrap_or(&template.prepared_by).clone(),
        reviewed_by: args.papers.reviewed_by.as_ref().unwrap_or(&template.reviewed_by).clone(),
        date: args.answers.date.clone().unwrap_or_default(),
        materiality: args.papers.materiality,
        annotated: BTreeMap::new(),
        apart: inputs
            .iter()
            .filter(|input| run.submission_of(&input.name).is_none())
            .map(|one| apart(one, &args.reading.limits))
            .collect(),
        template: template.clone(),
        logo: logo.clone(),
        parameters: parameters(args, office),
    };
    let mut written = Vec::new();
    let mut taken: HashSet<PathBuf> = annotated.iter().map(|(_, place)| lower(place)).collect();
    let mut write_one = |wanted: PathBuf, only: Option<usize>| -> anyhow::Result<()> {
        let place = free(&wanted, &mut taken);
        settings.annotated =
            annotated.iter().filter_map(|(name, path)| Some((name.clone(), beside(place.parent()?, path)?))).collect();
        let bytes = made(|| {
            workpapers(report, &settings, only).with_context(|| {
                format!(
                    "{}：底稿写不成，可用 --per-entity 分单位生成 · the workpapers could not be made; try --per-entity",
                    shown(&place)
                )
            })
        })?;
        write_file(&place, &bytes, sources)?;
        written.push(place);
        Ok(())
    };
    if args.papers.per_entity {
        for (at, submission) in run.submissions.iter().enumerate() {
            let first = submission.files.first();
            let input = first.and_then(|file| inputs.iter().find(|input| input.name == *file.file));
            let parent = input.and_then(|input| input.relative.parent()).unwrap_or_else(|| Path::new(""));
            let year = submission.year.map(|year| format!(" {year}")).unwrap_or_default();
            let several = run.submissions.iter().filter(|one| one.entity == submission.entity).count() > 1;
            let year = if several { year.as_str() } else { "" };
            let name = format!("{}{year} {NAME}", file_stem(&submission.entity));
            write_one(folder.join(parent).join(name), Some(at))?;
        }
    } else {
        write_one(folder.join(NAME), None)?;
    }
    Ok(written)
}

/// A file of which no submission was read, with its fingerprint where it opens within the limits.
fn apart(input: &Input, limits: &LimitArgs) -> Apart {
    let bytes = open::bytes(&input.path, limits).ok();
    Apart { file: input.name.clone(), content: bytes.map(|bytes| (bytes.len() as u64, fingerprint(&bytes))) }
}

/// The name of a run's summary.
const SUMMARY: &str = "summary.xlsx";

/// Writes the summary of a run into the output folder.
///
/// # Errors
/// A place that cannot be written, or a sheet larger than Excel takes.
pub fn write_summary(
    folder: &Path,
    report: &Report<'_>,
    annotated: &[(String, PathBuf)],
    sources: &Sources,
) -> anyhow::Result<PathBuf> {
    let place = folder.join(SUMMARY);
    let beside = annotated.iter().filter_map(|(name, path)| Some((name.clone(), beside(folder, path)?))).collect();
    let bytes = made(|| {
        summary(report, &beside)
            .with_context(|| format!("{}：汇总写不成 · the summary could not be made", shown(&place)))
    })?;
    write_file(&place, &bytes, sources)?;
    Ok(place)
}

/// Writes the query list of every unit that there is something to ask of into a folder.
///
/// # Errors
/// A place that cannot be written, or a sheet larger than Excel takes.
pub fn write_queries(folder: &Path, report: &Report<'_>) -> anyhow::Result<Vec<PathBuf>> {
    let (mut taken, mut written) = (HashSet::new(), Vec::new());
    for (at, submission) in report.run.submissions.iter().enumerate() {
        let Some(bytes) = query(report, at, &Letter::default())
            .with_context(|| format!("{}：反馈单写不成 · the query list could not be made", submission.entity))?
        else {
            continue;
        };
        let year = submission.year.map(|year| format!(" {year}")).unwrap_or_default();
        let name = format!("{}{year}.xlsx", file_stem(&submission.entity));
        let place = free(&folder.join(name), &mut taken);
        write_file(&place, &bytes, &Sources::of([]))?;
        written.push(place);
    }
    Ok(written)
}

/// A place that nothing of this run has taken.
fn free(wanted: &Path, taken: &mut HashSet<PathBuf>) -> PathBuf {
    let mut place = wanted.to_path_buf();
    let mut number = 2;
    while !taken.insert(lower(&place)) {
        let stem = wanted.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        place = wanted.with_file_name(format!("{stem}-{number}.xlsx"));
        number += 1;
    }
    place
}

/// A path as a workbook in `folder` names it, with `/` between its parts; none where it lies elsewhere.
fn beside(folder: &Path, path: &Path) -> Option<String> {
    if let Ok(below) = path.strip_prefix(folder) {
        return Some(shown(below));
    }
    let up = folder.parent()?;
    Some(format!("../{}", beside(up, path)?))
}

/// How the program was called.
fn parameters(args: &CheckArgs, office: &Office) -> Vec<(Words, String)> {
    let paths = |paths: &[PathBuf]| paths.iter().map(|path| shown(path)).collect::<Vec<_>>().join("；");
    let mut all = vec![(Words::new("报送件路径", "Paths"), paths(&args.reading.paths))];
    let mut add = |zh: &str, en: &str, value: String| {
        if !value.is_empty() {
            all.push((Words::new(zh, en), value));
        }
    };
    add("上年报送件", "Prior year (--prior)", paths(&args.prior));
    add("自定义公式", "Own rules (--rules)", paths(&args.reading.rules));
    add("自定义表样", "Own forms (--forms)", args.reading.forms.as_deref().map(shown).unwrap_or_default());
    add("只用的公式", "Selected rules (--select)", args.choice.select.join("、"));
    add("不用的公式", "Ignored rules (--ignore)", args.choice.ignore.join("、"));
    add(
        "底稿模板",
        "Template (--workpaper-config)",
        args.papers.workpaper_config.as_deref().map(shown).unwrap_or_default(),
    );
    add("底稿模板及标志 SHA-256", "Template and logo SHA-256", office.sha256.join("；"));
    add("指定单位", "Unit given (--entity)", args.reading.entity.clone().unwrap_or_default());
    add("指定年度", "Year given (--year)", args.reading.year.map(|year| year.to_string()).unwrap_or_default());
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_amounts_are_checked() {
        for good in ["2025-06-30", "2024-02-29"] {
            assert_eq!(parse_date(good).unwrap(), good);
        }
        for bad in ["2025-02-29", "2025-6-30", "2025-13-01", "30.6.2025", "2025-06-00", "２０２５-06-30"] {
            assert!(parse_date(bad).is_err(), "{bad}");
        }
        assert_eq!(parse_amount("0.5万元").unwrap().to_string(), "0.5");
        assert!(parse_amount("0").is_err() && parse_amount("-1").is_err() && parse_amount("x").is_err());
    }

    #[test]
    fn paths_beside_are_relative() {
        let of = |folder: &str, path: &str| beside(Path::new(folder), Path::new(path)).unwrap();
        assert_eq!(of("out", "out/a/b.xlsx"), "a/b.xlsx");
        assert_eq!(of("out/x", "out/a/b.xlsx"), "../a/b.xlsx");
        assert_eq!(of("/o/x/y", "/o/b.xlsx"), "../../b.xlsx");
    }
}
