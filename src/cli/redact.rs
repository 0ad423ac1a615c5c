//! `gouji redact`: a masked copy of a submission, to be shared.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::bail;

use super::args::RedactArgs;
use super::output::{Sources, places_of, write_file};
use super::walk::{Input, shown, walk};
use super::{Exit, open, print, say};
use crate::annotate::rebuild;
use crate::model::inert::one_line;
use crate::model::mask::Personal;
use crate::model::{Lang, Words};
use crate::read::{Book, BookFormat, CellValue, read_book_within};
use crate::redact::{People, Redacted, redact};

pub fn run(args: &RedactArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let (inputs, problems) = walk(std::slice::from_ref(&args.input), None);
    let mut failed = problems.iter().any(|problem| problem.failed);
    for problem in &problems {
        say(&format!("{}: {}", problem.file, problem.words.get(lang)));
    }
    let sources = Sources::of(&inputs);
    let (mut books, mut held) = (Vec::new(), Vec::new());
    for input in &inputs {
        match take(input, args) {
            Ok((book, bytes)) => {
                books.push(book);
                held.push((input, bytes));
            }
            Err(words) => {
                failed = true;
                say(&format!("{}: {}", input.name, words.get(lang)));
            }
        }
    }
    // A name that stands in one file's roster is masked in every other.
    let people = People::of(&books);
    let kept: Vec<Input> = held.iter().map(|(input, _)| (*input).clone()).collect();
    let places = if args.input.is_dir() { places_of(&kept, &args.out) } else { vec![args.out.clone(); kept.len()] };
    for (((input, bytes), book), place) in held.iter().zip(&books).zip(&places) {
        match one(input, bytes, book, &people, args).and_then(|done| {
            write_file(place, &done.bytes, &sources)?;
            Ok(done)
        }) {
            Ok(done) => print(&told(book, &people, &done, place, lang))?,
            Err(error) => {
                failed = true;
                say(&format!("{}: {error:#}", input.name));
            }
        }
    }
    Ok(if failed { Exit::Failed } else { Exit::Clean })
}

/// Reads a file; an older format becomes a package first.
fn take(input: &Input, args: &RedactArgs) -> Result<(Book, Vec<u8>), Words> {
    let bytes = open::bytes(&input.path, &args.limits)?;
    let book = open::book(&input.name, bytes.clone(), &args.limits).map_err(|error| error.words())?;
    if matches!(book.format, BookFormat::Xlsx | BookFormat::Xlsm) {
        return Ok((book, bytes));
    }
    let rebuilt = rebuild(&book, &[], None).map_err(|error| error.words())?;
    let book =
        read_book_within(&input.name, rebuilt.clone(), args.limits.starting_now()).map_err(|error| error.words())?;
    Ok((book, rebuilt))
}

/// Masks one file, and holds the result against the original: every number that is nobody's stands where it stood.
fn one(input: &Input, bytes: &[u8], book: &Book, people: &People, args: &RedactArgs) -> anyhow::Result<Redacted> {
    let lang: Lang = args.lang.into();
    let done = redact(&input.name, bytes, people).map_err(|error| anyhow::anyhow!("{}", error.words().get(lang)))?;
    let after = read_book_within(&input.name, done.bytes.clone(), args.limits.starting_now())
        .map_err(|error| anyhow::anyhow!("{}", error.words().get(lang)))?;
    for (before, after) in book.sheets.iter().zip(&after.sheets) {
        for (at, cell) in &before.cells {
            let kept = after.cells.get(at).is_some_and(|now| now.value == cell.value);
            if matches!(cell.value, CellValue::Number(_))
                && !kept
                && !people.holds_number(&book.file, &before.name, *at)
            {
                bail!(
                    "{}!{at}：脱敏会改动此数，没有写出 · masking would change this figure; nothing was written",
                    before.name
                );
            }
        }
    }
    Ok(done)
}

/// Says what was masked where, and nothing of what stood there.
fn told(book: &Book, people: &People, done: &Redacted, place: &Path, lang: Lang) -> String {
    let mut page = String::new();
    let counts = |names: usize, numbers: usize| match lang {
        Lang::Zh => format!("姓名{names}处，号码{numbers}处"),
        Lang::En => format!("names {names}, numbers {numbers}"),
    };
    let (mut names, mut numbers) = (0, 0);
    let of = |kinds: &[Personal], what| kinds.iter().filter(|kind| **kind == what).count();
    for (sheet, cell, kinds) in people.cells(book) {
        let (n, m) = (of(&kinds, Personal::Name), of(&kinds, Personal::Number));
        (names, numbers) = (names + n, numbers + m);
        let _ = writeln!(page, "  {}!{cell}  {}", one_line(&sheet), counts(n, m));
    }
    let cells = |part: &str| part.contains("worksheets/") || part.to_lowercase().ends_with("sharedstrings.xml");
    let mut beside: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for one in done
        .masked
        .iter()
        .filter(|one| !cells(&one.part) || one.element.contains("ooter") || one.element.contains("eader"))
    {
        let (n, m) = beside.entry(&one.part).or_default();
        (*n, *m) = (*n + one.names, *m + one.numbers);
    }
    for (part, (n, m)) in beside {
        (names, numbers) = (names + n, numbers + m);
        let _ = writeln!(page, "  {}  {}", one_line(part), counts(n, m));
    }
    let all = counts(names, numbers);
    let (to, from) = (shown(place), &book.file);
    let head = match lang {
        Lang::Zh => format!("{from} → {to}：已遮盖{all}；数字未动"),
        Lang::En => format!("{from} → {to}: masked {all}; figures are as they were"),
    };
    if !done.closed.is_empty() {
        let list = done.closed.join(if lang == Lang::Zh { "、" } else { ", " });
        let line = match lang {
            Lang::Zh => format!("  图片、嵌入文件和宏没有查看，分享前请自行核对：{list}"),
            Lang::En => format!(
                "  pictures, embedded files and macros were not looked into; see for yourself before you share: {list}"
            ),
        };
        let _ = writeln!(page, "{}", one_line(&line));
    }
    format!("{}\n{page}", one_line(&head))
}
