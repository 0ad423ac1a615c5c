//! Files → submissions: read side by side, recognised, gathered; one bad file never stops the rest.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;

use super::args::Reading;
use super::burden;
use super::open::{self, LimitArgs};
use super::progress::Progress;
use super::shard::{Part, Shard, part_of};
use super::walk::{Input, walk};
use super::{Exit, interrupt, say};
use crate::annotate::is_listing;
use crate::facts::dataset::{self, is_dataset};
use crate::facts::intern::Interner;
use crate::facts::{Filed, FiledNotice, FiledSheet, Overrides, Submission, gather};
use crate::forms::{Forms, read_sheet_within};
use crate::model::mask::mask_text;
use crate::model::{Lang, Words};
use crate::read::{Book, Bound, CellValue, Limits, Notice, ReadError, Sheet, Visibility};
use crate::reconcile::Run;
use crate::redact::People;
use crate::report::Problem;
use crate::rules::Pack;
use crate::rules::resolve::unknown;
use crate::workpaper::SEAL;

/// What some paths hold.
pub struct Loaded {
    pub inputs: Vec<Input>,
    pub submissions: Vec<Submission>,
    pub problems: Vec<Problem>,
    /// Files that an interrupt left unread.
    pub undone: Vec<String>,
}

/// Reads the built-in forms and a user's own.
pub fn forms(folder: Option<&PathBuf>) -> anyhow::Result<Forms> {
    let mut forms = Forms::builtin()?;
    let Some(folder) = folder else { return Ok(forms) };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("无法读取表样文件夹 · cannot read the folder of forms {}", folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    for file in files {
        let text = std::fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        forms.add(&file.display().to_string(), &text)?;
    }
    Ok(forms)
}

/// Reads the forms for a reading command, with what the user says that sheets are.
pub fn forms_of(reading: &Reading) -> anyhow::Result<Forms> {
    let mut forms = forms(reading.forms.as_ref())?;
    for said in &reading.form {
        if let Err(name) = forms.ask(said) {
            anyhow::bail!("{}", unknown("form", &name, forms.all.iter().map(|form| form.annex.as_str())));
        }
    }
    Ok(forms)
}

/// Says of every sheet that the user names whether it is there.
fn absent_sheets(filed: &[Filed], forms: &Forms) -> Vec<Problem> {
    let there = |name: &str| filed.iter().flat_map(|one| &one.sheets).any(|sheet| sheet.name.trim() == name);
    let absent = forms.asked.iter().filter_map(|asked| asked.sheet.as_deref()).filter(|name| !there(name));
    absent
        .map(|name| Problem {
            file: format!("--form …={name}"),
            words: Words::new("没有这个名称的工作表，未起作用", "no sheet has this name; it had no effect"),
            failed: false,
        })
        .collect()
}

/// Reads the built-in rules and a user's own; a pack with a bad rule does not run.
pub fn pack(files: &[PathBuf], forms: &Forms) -> anyhow::Result<Pack> {
    let read = |file: &PathBuf| {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("无法读取公式文件 · cannot read the rule file {}", file.display()))?;
        anyhow::Ok((file.display().to_string(), text))
    };
    let files = files.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    Pack::read(&files, forms).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("审核公式有误，未运行 · the rule pack is wrong and was not run:\n  {}", lines.join("\n  "))
    })
}

/// Reads and gathers everything under some paths, or the part of it that a shard has.
pub fn load(
    paths: &[PathBuf],
    shard: Option<Shard>,
    reading: &Reading,
    overrides: &Overrides,
    forms: &Forms,
) -> Loaded {
    let (inputs, problems) = walk(paths, reading.root.as_deref());
    let part = shard.map(|shard| part_of(inputs.clone(), problems.clone(), shard, forms));
    let (inputs, mut problems) = match &part {
        Some(part) => (part.inputs.clone(), part.problems.clone()),
        None => (inputs, problems),
    };
    let (filed, undone) = read_all(&inputs, reading, forms, &mut problems);
    problems.extend(absent_sheets(&filed, forms));
    let torn_folders = part.as_ref().map(Part::shared_folders).unwrap_or_default();
    let mut submissions = gather(filed, forms, &Overrides { shared: torn_folders, ..overrides.clone() });
    if let Some(part) = &part {
        problems.extend(part.torn(&submissions, forms));
    }
    if !reading.show_personal {
        for note in submissions.iter_mut().flat_map(|submission| &mut submission.sheets) {
            for unread in &mut note.unread {
                unread.text = mask_text(&unread.text);
            }
        }
    }
    Loaded { inputs, submissions, problems, undone }
}

/// Reads files side by side; gives those that hold an annex, and the names of those that an interrupt left out.
fn read_all(
    inputs: &[Input],
    reading: &Reading,
    forms: &Forms,
    problems: &mut Vec<Problem>,
) -> (Vec<Filed>, Vec<String>) {
    let progress = Progress::new(inputs.len(), &Words::new("读取", "reading"), reading.lang.into());
    let words = Interner::default();
    let read = |input: &Input| {
        if interrupt::asked() {
            return None;
        }
        let mut filed = read_one(input, forms, &reading.limits);
        if let Ok(filed) = &mut filed {
            words.share(filed);
            if !reading.show_personal {
                filed.notices.iter_mut().for_each(|notice| notice.words = masked(&notice.words));
            }
        }
        progress.step();
        Some(filed)
    };
    let read_all = || inputs.par_iter().map(read).collect();
    // Readers that end leave what they gave back to those who reconcile; a common pool would keep it to itself.
    let results: Vec<Option<Result<Filed, Problem>>> = match rayon::ThreadPoolBuilder::new().build() {
        Ok(readers) => readers.install(read_all),
        Err(_) => read_all(),
    };
    drop(progress);
    let (mut filed, mut undone) = (Vec::new(), Vec::new());
    for (input, result) in inputs.iter().zip(results) {
        match result {
            Some(Ok(one)) if has_tables(&one) => {
                problems.extend(lost_sheets(&one));
                filed.push(one);
            }
            Some(Ok(one)) => problems.push(no_annex(&one, forms, &reading.limits.starting_now())),
            Some(Err(problem)) => problems.push(problem),
            None => undone.push(input.name.clone()),
        }
    }
    (filed, undone)
}

/// Says what an interrupted run did not do, and ends it.
pub fn stopped(undone: &[String], lang: Lang) -> Exit {
    for name in undone {
        say(&format!("{}: {name}", if lang == Lang::Zh { "未处理" } else { "not done" }));
    }
    match lang {
        Lang::Zh => eprintln!("已中断，{}个文件未处理；已写出的文件是完整的。", undone.len()),
        Lang::En => eprintln!("interrupted; {} files were not done. What was written is whole.", undone.len()),
    }
    Exit::Interrupted
}

/// Reads this year's: workbooks and folders, and of a facts store its latest year, or the one that the user names.
pub fn load_current(reading: &Reading, overrides: &Overrides, forms: &Forms) -> Loaded {
    let (stores, files): (Vec<PathBuf>, Vec<PathBuf>) =
        reading.paths.iter().cloned().partition(|path| is_dataset(path));
    let mut loaded = load(&files, reading.shard, reading, overrides, forms);
    for store in stores {
        let year = reading.year.or_else(|| dataset::years(&store).into_iter().max());
        read_store(&store, overrides, forms, &|one| one == year, &mut loaded);
    }
    loaded
}

fn read_store(
    store: &Path,
    overrides: &Overrides,
    forms: &Forms,
    wanted: &dyn Fn(Option<i32>) -> bool,
    loaded: &mut Loaded,
) {
    let mut fail = |error: &dataset::StoreError| {
        let words = Words::new(
            format!("数字库有内容读不了：{error}。请重新导入。"),
            format!("the store cannot be read in full: {error}. Import it again."),
        );
        loaded.problems.push(Problem { file: super::walk::shown(store), words, failed: true });
    };
    match dataset::read(store, forms, wanted) {
        Ok((mut submissions, unreadable)) => {
            unreadable.iter().for_each(&mut fail);
            if let Some(entity) = &overrides.entity {
                let name = overrides.aliases.canonical(entity);
                submissions.retain(|one| overrides.aliases.canonical(&one.entity) == name);
            }
            loaded.submissions.extend(submissions);
        }
        Err(error) => fail(&error),
    }
}

/// Reads last year's of some submissions: workbooks, folders and facts stores.
pub fn load_prior(
    paths: &[PathBuf],
    reading: &Reading,
    overrides: &Overrides,
    forms: &Forms,
    of: &[Submission],
) -> Loaded {
    let wanted =
        |year: Option<i32>| year.is_none_or(|year| of.iter().any(|one| one.year.is_none_or(|now| now - 1 == year)));
    let (stores, files): (Vec<PathBuf>, Vec<PathBuf>) = paths.iter().cloned().partition(|path| is_dataset(path));
    let mut loaded = load(&files, None, reading, overrides, forms);
    for store in stores {
        read_store(&store, overrides, forms, &wanted, &mut loaded);
    }
    loaded
}

fn has_tables(filed: &Filed) -> bool {
    filed.sheets.iter().any(|sheet| !sheet.readings.is_empty())
}

fn read_one(input: &Input, forms: &Forms, limits: &LimitArgs) -> Result<Filed, Problem> {
    let fail = |words: Words| Problem { file: input.name.clone(), words, failed: true };
    let bytes = open::bytes(&input.path, limits).map_err(fail)?;
    let limits = limits.starting_now();
    let book = open::book_within(&input.name, bytes, limits).map_err(|error| fail(error.words()))?;
    if is_ours(&book) {
        let words = Words::new("本程序生成的工作簿，不再核对", "a workbook made by this program is not checked again");
        return Err(Problem { file: input.name.clone(), words, failed: false });
    }
    recognise(&book, forms, &limits).map_err(|error| fail(error.words()))
}

/// A workbook that is ours from the first cell, by the sheet hidden at its end; other programs hide it less well.
fn is_ours(book: &Book) -> bool {
    let seal = |value: &CellValue| matches!(value, CellValue::Text(text) if text == SEAL);
    let last = book.sheets.last().filter(|sheet| sheet.visibility != Visibility::Visible);
    last.is_some_and(|sheet| sheet.cells.values().any(|cell| seal(&cell.value)))
}

/// Reads every sheet by the forms.
///
/// # Errors
/// The file's time is over, a sheet has too many figures, or the file takes more memory than it may.
fn recognise(book: &Book, forms: &Forms, limits: &Limits) -> Result<Filed, ReadError> {
    let held = burden::of_book(book);
    let mut kept = 0u64;
    let mut sheets = Vec::new();
    // Our own list of findings is no annex, whatever its words are.
    for sheet in book.sheets.iter().filter(|sheet| !is_listing(sheet)) {
        let within = |bound, limit, found| {
            let (file, part) = (book.file.clone(), sheet.name.clone());
            if found > limit { Err(ReadError::TooLarge { file, part, bound, limit, found }) } else { Ok(()) }
        };
        within(Bound::Memory, limits.memory_bytes, held + kept + burden::of_layout(sheet, limits))?;
        let late = || ReadError::late(&book.file, limits.seconds);
        let reading = read_sheet_within(sheet, forms, limits).ok_or_else(late)?;
        within(Bound::Figures, limits.figures, reading.readings.iter().map(|one| one.figures.len() as u64).sum())?;
        kept += burden::of_reading(&reading);
        within(Bound::Memory, limits.memory_bytes, held + kept)?;
        let name = sheet.name.as_str().into();
        sheets.push(FiledSheet { name, readings: reading.readings, unknown: reading.unknown });
    }
    let beyond: Vec<FiledNotice> = sheets.iter().filter_map(|sheet| beyond(sheet, limits)).collect();
    Ok(Filed {
        file: book.file.as_str().into(),
        sha256: book.sha256.clone(),
        size: book.size,
        modified: book.modified.clone(),
        sheets,
        notices: book
            .notices
            .iter()
            .map(filed_notice)
            .chain(book.sheets.iter().filter_map(hidden))
            .chain(beyond)
            .collect(),
        people: People::of(std::slice::from_ref(book)).names().map(str::to_owned).collect(),
    })
}

/// Says of a sheet that it was not looked at.
fn beyond(sheet: &FiledSheet, limits: &Limits) -> Option<FiledNotice> {
    let (rows, covered) = (limits.rows, limits.covered);
    let words = Words::new(
        format!(
            "有内容的行超过{rows}，或合并的格超过{covered}，多于任何表样，没有识别；其中若有附件，请另存为单独的工作表，或用 --max-rows、--max-covered 放宽"
        ),
        format!(
            "more than {rows} rows with content or {covered} merged cells, which no form has, so it was not looked at; put an annex that is in it on a sheet of its own, or raise --max-rows or --max-covered"
        ),
    );
    let sheet = sheet.unknown.iter().any(|one| one.beyond).then(|| sheet.name.to_string());
    sheet.map(|sheet| FiledNotice { sheet: Some(sheet), cell: None, words, lost: false })
}

/// Says what of a sheet is hidden from its reader; it is read all the same.
fn hidden(sheet: &Sheet) -> Option<FiledNotice> {
    let filled = |row: u32, col: u32| sheet.hidden_rows.contains(&row) || sheet.hidden_cols.contains(&col);
    let words = if sheet.visibility != Visibility::Visible {
        Words::new("工作表是隐藏的，已照常读取", "the sheet is hidden; it was read all the same")
    } else if sheet.cells.keys().any(|at| filled(at.row, at.col)) {
        Words::new(
            "有隐藏的行或列，其中的内容已照常读取",
            "some rows or columns are hidden; they were read all the same",
        )
    } else {
        return None;
    };
    Some(FiledNotice { sheet: Some(sheet.name.clone()), cell: None, words, lost: false })
}

fn filed_notice(notice: &Notice) -> FiledNotice {
    let Notice { sheet, cell, words, lost } = notice.clone();
    FiledNotice { sheet, cell, words, lost }
}

/// What was noticed may quote a cell.
fn masked(words: &Words) -> Words {
    Words::new(mask_text(&words.zh), mask_text(&words.en))
}

/// Sheets that should have been checked and could not be read: the run says so and does not end as if all was well.
fn lost_sheets(filed: &Filed) -> impl Iterator<Item = Problem> + '_ {
    filed.notices.iter().filter(|notice| notice.lost).map(|notice| Problem {
        file: filed.file.to_string(),
        words: notice.placed(notice.sheet.as_deref().unwrap_or_default()),
        failed: true,
    })
}

/// Says of submissions whose checks took too long that they were not checked, file by file.
pub fn late(run: &Run, limits: &LimitArgs) -> Vec<Problem> {
    let files = run.late.iter().flat_map(|at| &run.submissions[*at].files);
    let problem = |file: &str| {
        let words = ReadError::late(file, limits.max_seconds).words();
        Problem { file: file.to_owned(), words, failed: true }
    };
    files.map(|one| problem(&one.file)).collect()
}

/// Says that a workbook holds no annex, and which form was nearest.
fn no_annex(filed: &Filed, forms: &Forms, limits: &Limits) -> Problem {
    let nearest = filed
        .sheets
        .iter()
        .flat_map(|sheet| sheet.unknown.iter().filter_map(move |unknown| Some((sheet, unknown.nearest.as_ref()?))))
        .max_by_key(|(_, fit)| fit.score);
    let words = match nearest {
        Some((sheet, fit)) => {
            let (name, nearest) = (&sheet.name, forms.nearest(fit));
            Words::new(
                format!(
                    "没有可识别的附件。工作表“{name}”{}。请核对是否附件；确是附件的，用 --form 指定表样，或用 --forms 增加表样。",
                    nearest.zh
                ),
                format!(
                    "no annex was recognised. Sheet “{name}”: {}. See whether it is an annex; if it is, name its form with --form, or add one with --forms.",
                    nearest.en
                ),
            )
        }
        None if filed.sheets.iter().any(|sheet| beyond(sheet, limits).is_some()) => {
            Words::new("没有可识别的附件。", "no annex was recognised.")
        }
        None => Words::new(
            "没有可识别的附件：各工作表都没有已知表样的标题、栏目或行次。请核对文件，或用 --forms 增加表样。",
            "no annex was recognised: no sheet has a title, header or label of a known form. Check the file, or add its form with --forms.",
        ),
    };
    let lost = filed.notices.iter().filter(|notice| notice.lost || notice.cell.is_some()).cloned();
    let words = filed.sheets.iter().filter_map(|sheet| beyond(sheet, limits)).chain(lost).take(3).fold(
        words,
        |words, notice| {
            let said = notice.placed("");
            Words::new(format!("{}{}", words.zh, said.zh), format!("{}{}", words.en, said.en))
        },
    );
    Problem { file: filed.file.to_string(), words, failed: true }
}
