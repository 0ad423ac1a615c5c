//! `gouji forms draft` and `gouji forms test`: a form proposed from an example, and what a form reads.

use std::path::Path;

use anyhow::{Context as _, anyhow, bail};

use super::args::{DraftArgs, Format, TestArgs};
use super::load;
use super::open::{self, LimitArgs};
use super::walk::shown;
use super::{Exit, print};
use crate::annotate::is_listing;
use crate::forms::draft::{Draft, propose};
use crate::forms::look_at_sheet;
use crate::model::Lang;
use crate::read::{Book, Sheet};
use crate::report::grid::{SheetView, json, text};

pub fn draft(args: &DraftArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let forms = load::forms(args.forms.as_ref())?;
    let book = open_book(&args.workbook, &args.limits, lang)?;
    let proposed: Vec<Draft> =
        sheets(&book, args.sheet.as_deref())?.into_iter().flat_map(|sheet| propose(sheet, &forms)).collect();
    let Some(chosen) = args.part.checked_sub(1).and_then(|part| proposed.get(part)) else {
        bail!(
            "{0}：没有找到表（表头在一两行文字里、下面是数字，或标签旁三个以上数字）；请用 --sheet 指定工作表，或改 --part · no such table was found (a row or two of words over figures, or three figures beside labels); name the sheet with --sheet, or another --part",
            args.workbook.display()
        );
    };
    for (part, other) in proposed.iter().enumerate().filter(|(part, _)| part + 1 != args.part) {
        eprintln!(
            "{}",
            match lang {
                Lang::Zh =>
                    format!("工作表“{}”第{}行起也有一张表：--part {}", other.sheet, other.piece.top + 1, part + 1),
                Lang::En =>
                    format!("sheet “{}”, row {}: another table, --part {}", other.sheet, other.piece.top + 1, part + 1),
            }
        );
    }
    print(&chosen.toml())?;
    Ok(Exit::Clean)
}

pub fn test(args: &TestArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    let mut forms = load::forms(args.forms.as_ref())?;
    let written = std::fs::read_to_string(&args.form)
        .with_context(|| format!("无法读取表样 · cannot read the form {}", args.form.display()))?;
    let form = forms.add(&args.form.display().to_string(), &written)?;
    let book = open_book(&args.workbook, &args.limits, lang)?;
    let views: Vec<SheetView<'_>> = sheets(&book, args.sheet.as_deref())?
        .into_iter()
        .map(|sheet| SheetView { sheet, looked: look_at_sheet(sheet, &forms), personal: args.show_personal })
        .collect();
    let taken = views.iter().any(|view| view.looked.readings.iter().any(|(reading, _)| reading.form == form));
    match args.format {
        Format::Text => print(&text(&views, &forms, form, lang))?,
        Format::Json => print(&format!("{}\n", serde_json::to_string_pretty(&json(&views, &forms, form, lang))?))?,
    }
    Ok(if taken { Exit::Clean } else { Exit::Failed })
}

fn open_book(path: &Path, limits: &LimitArgs, lang: Lang) -> anyhow::Result<Book> {
    let name = shown(path);
    let bytes = open::bytes(path, limits).map_err(|words| anyhow!("{name}: {}", words.get(lang)))?;
    open::book(&name, bytes, limits).map_err(|error| anyhow!("{name}: {}", error.words().get(lang)))
}

/// The sheets to look at: the one that is named, else all but our own list of findings.
fn sheets<'b>(book: &'b Book, named: Option<&str>) -> anyhow::Result<Vec<&'b Sheet>> {
    let all: Vec<&Sheet> = book.sheets.iter().filter(|sheet| !is_listing(sheet)).collect();
    let Some(named) = named else { return Ok(all) };
    let found: Vec<&Sheet> = all.iter().copied().filter(|sheet| sheet.name.trim() == named.trim()).collect();
    if found.is_empty() {
        let there: Vec<&str> = all.iter().map(|sheet| sheet.name.as_str()).collect();
        bail!("没有工作表“{named}”，只有：{0} · no sheet “{named}”; there are: {0}", there.join("、"));
    }
    Ok(found)
}
