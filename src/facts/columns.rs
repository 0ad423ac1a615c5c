//! The columns of facts, each said once: its name, its type, what it means, and where it comes from.
//!
//! The JSON, the CSV, the Parquet file and the dataset are all laid out from these.

use std::rc::Rc;

use rust_decimal::Decimal;

use super::{Submission, Table};
use crate::forms::Forms;
use crate::forms::declare::Form;
use crate::forms::reading::Figure;
use crate::model::Words;

/// One figure with all that surrounds it.
#[derive(Clone)]
pub struct Row<'a> {
    pub submission: &'a Submission,
    /// Hash of what the submission's files hold.
    pub content: Rc<str>,
    /// Index of the table in the submission.
    pub number: usize,
    pub table: &'a Table,
    pub form: &'a Form,
    pub figure: &'a Figure,
}

/// The figures of one submission, in the order of its tables.
pub fn rows<'a>(submission: &'a Submission, forms: &'a Forms) -> impl Iterator<Item = Row<'a>> {
    let content: Rc<str> = super::dataset::content_hash(submission).into();
    submission.tables.iter().enumerate().flat_map(move |(number, table)| {
        let form = &forms.all[table.form];
        let content = content.clone();
        table.reading.figures.iter().map(move |figure| Row {
            submission,
            content: content.clone(),
            number,
            table,
            form,
            figure,
        })
    })
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum {
    Text(Option<String>),
    /// As shown; masked before it leaves.
    Shown(String),
    Year(Option<i32>),
    Number(u32),
    Flag(bool),
    Amount(Option<Decimal>),
}

/// The type of a column as engines see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Year,
    Number,
    Flag,
    Amount,
}

impl Kind {
    /// The Parquet type.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Year => "int32",
            Self::Number => "uint32",
            Self::Flag => "boolean",
            Self::Amount => "decimal(38, 15)",
        }
    }
}

/// One column.
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    pub zh: &'static str,
    pub en: &'static str,
    pub of: fn(&Row<'_>) -> Datum,
}

impl Column {
    #[must_use]
    pub fn words(&self) -> Words {
        Words::new(self.zh, self.en)
    }
}

fn text(value: &str) -> Datum {
    Datum::Text(Some(value.to_owned()))
}

macro_rules! column {
    ($name:literal, $kind:ident, $nullable:literal, $zh:literal, $en:literal, $of:expr) => {
        Column { name: $name, kind: Kind::$kind, nullable: $nullable, zh: $zh, en: $en, of: $of }
    };
}

/// The columns of `gouji import -o`, in order.
pub const FACTS: [Column; 16] = [
    column!("file", Text, false, "文件，按给出的路径", "the file, as its path was given", |r| text(
        &r.table.file
    )),
    column!("sheet", Text, false, "工作表", "the sheet", |r| text(&r.table.sheet)),
    column!("cell", Text, false, "单元格；合并的取左上角", "the cell; of a merged range its first", |r| {
        text(&r.figure.cell.to_string())
    }),
    column!("form", Text, false, "表样", "the kind of form", |r| text(&r.form.kind)),
    column!("annex", Text, false, "附件号", "the annex", |r| text(&r.form.annex)),
    column!("entity", Text, false, "单位名称，按报送件", "the unit, as the submission names it", |r| text(
        &r.submission.entity
    )),
    column!("year", Year, true, "年度", "the year", |r| Datum::Year(r.submission.year)),
    column!(
        "project",
        Text,
        true,
        "项目；整体支出各表为空",
        "the project; null in department-wide forms",
        |r| { Datum::Text(r.table.project.clone()) }
    ),
    column!("block", Text, false, "表内分块", "the block of the form", |r| text(&r.figure.block)),
    column!("line", Text, false, "行次的规范名称", "the canonical line", |r| text(&r.figure.line)),
    column!("measure", Text, false, "栏次的规范名称", "the canonical measure", |r| text(&r.figure.measure)),
    column!("text", Text, false, "显示的内容；个人信息已遮盖", "as shown; personal data masked", |r| {
        Datum::Shown(r.figure.text.trim().to_owned())
    }),
    column!(
        "state",
        Text,
        false,
        "amount 有数，其余为空白（blank）、横线（dash）、斜线（slash）、“无”（none）、占位（filler）、文字（text）、错误（error）",
        "amount, or why there is none: blank, dash, slash, none, filler, text, error",
        |r| text(r.figure.value.state.name())
    ),
    column!(
        "amount",
        Amount,
        true,
        "按填报单位的精确数值；state 不是 amount 时为空",
        "exact, as reported in `unit`; null unless state is amount",
        |r| { Datum::Amount(r.figure.value.amount) }
    ),
    column!(
        "unit",
        Text,
        false,
        "填报单位，如 万元、%、分、人；没有的为空文本",
        "the unit as reported: 万元, %, 分, 人; empty where there is none",
        |r| text(&r.figure.value.unit.to_string())
    ),
    column!("decimals", Number, false, "填报的小数位数", "decimals reported", |r| Datum::Number(
        r.figure.value.decimals
    )),
];

/// What the dataset keeps besides, so that a submission can be put together again. Its county is a partition only.
pub const KEPT: [Column; 8] = [
    column!("submission", Text, false, "报送件内容的散列值", "hash of the submission's files", |r| text(
        &r.content
    )),
    column!("file_sha256", Text, false, "文件的 SHA-256", "SHA-256 of the file", |r| {
        let own = r.submission.files.iter().find(|file| file.file == r.table.file);
        Datum::Text(Some(own.map(|file| file.sha256.clone()).unwrap_or_default()))
    }),
    column!(
        "table",
        Number,
        false,
        "报送件中第几张表，从零起",
        "the table within the submission, from zero",
        |r| { Datum::Number(u32::try_from(r.number).unwrap_or(u32::MAX)) }
    ),
    column!("row", Number, false, "工作表中的行，从一起", "the row of the sheet, from one", |r| {
        Datum::Number(r.figure.row + 1)
    }),
    column!("parent", Text, true, "其中关系的上级行次", "the line of which it is a part", |r| Datum::Text(
        r.figure.parent.as_deref().map(str::to_owned)
    )),
    column!(
        "quantity",
        Text,
        false,
        "量的种类：money、ratio、points、count、plain、text",
        "money, ratio, points, count, plain or text",
        |r| { text(r.figure.quantity.name()) }
    ),
    column!("stored_decimals", Number, false, "存储的小数位数", "decimals stored", |r| Datum::Number(
        r.figure.value.stored_decimals
    )),
    column!("exact", Flag, false, "是给定的数，不是取整的数", "given, not rounded", |r| Datum::Flag(
        r.figure.exact
    )),
];
