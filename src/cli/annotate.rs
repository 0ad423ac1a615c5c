//! `gouji annotate`: any marks on any workbook.

use anyhow::Context as _;

use super::args::AnnotateArgs;
use super::open::{self, LimitArgs};
use super::output::{Sources, write_file};
use super::walk::{Input, shown};
use super::{Exit, print};
use crate::annotate::{AnnotateError, Listing, Mark, annotate, parse_marks, rebuild, remove};
use crate::model::{Lang, Words};
use crate::ooxml::PackageError;
use crate::read::BookFormat;

pub fn run(args: &AnnotateArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let name = shown(&args.workbook);
    let say = |words: Words| anyhow::anyhow!("{name}: {}", words.get(lang).to_owned());
    let bytes = open::bytes(&args.workbook, &args.limits).map_err(say)?;
    let input = Input { path: args.workbook.clone(), name: name.clone(), relative: args.workbook.clone() };
    let (marked, notices) = if args.remove {
        let done = remove(&bytes).map_err(|error| say(error.words()))?;
        (done.bytes, done.notices)
    } else {
        let file = args.marks.clone().unwrap_or_default();
        let text = std::fs::read_to_string(&file)
            .with_context(|| format!("无法读取标记文件 · cannot read the marks {}", file.display()))?;
        let marks = parse_marks(&text).map_err(|error| say(error.words()))?;
        mark_bytes(&name, bytes, &marks, None, lang, &args.limits)?
    };
    write_file(&args.out, &marked, &Sources::of([&input]))?;
    for notice in notices {
        super::say(&format!("{name}: {}", notice.get(lang)));
    }
    let word = if lang == Lang::Zh { "已写入" } else { "written" };
    print(&format!("{word}: {}\n", shown(&args.out)))?;
    Ok(Exit::Clean)
}

/// Marks a package in place; an older container is rebuilt as .xlsx, and that is said.
pub fn mark_bytes(
    name: &str,
    bytes: Vec<u8>,
    marks: &[Mark],
    listing: Option<&Listing>,
    lang: Lang,
    limits: &LimitArgs,
) -> anyhow::Result<(Vec<u8>, Vec<Words>)> {
    let say = |words: Words| anyhow::anyhow!("{name}: {}", words.get(lang).to_owned());
    match annotate(&bytes, marks, listing) {
        Ok(done) => Ok((done.bytes, done.notices)),
        // What is no package of XML parts is an older container, or nothing that can be read at all.
        Err(AnnotateError::Package(error)) if !matches!(error, PackageError::TooManyStyles { .. }) => {
            // What cannot be read either is told by the reader, who knows what the file is instead.
            let book = open::book(name, bytes, limits).map_err(|of_reading| say(of_reading.words()))?;
            if matches!(book.format, BookFormat::Xlsx | BookFormat::Xlsm) {
                return Err(say(error.words()));
            }
            let notice = Words::new(
                "原文件不是 .xlsx，不能原样标注：已另建 .xlsx，数值、合并与标记齐全，格式为重建",
                "the file is no .xlsx and cannot be marked in place: a .xlsx was rebuilt with its values, merges and marks; formats were rebuilt",
            );
            let rebuilt = rebuild(&book, marks, listing).map_err(|error| say(error.words()))?;
            Ok((rebuilt, vec![notice]))
        }
        Err(error) => Err(say(error.words())),
    }
}
