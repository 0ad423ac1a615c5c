//! The command line as typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};

use super::answers::AnswersArgs;
use super::choice::Choice;
use super::open::LimitArgs;
use super::papers::PapersArgs;
use super::serve::ServeArgs;
use super::shard::Shard;
use crate::facts::Overrides;
use crate::model::Lang;
use crate::rules::Pack;

/// 勾稽：核对部门整体支出绩效自评附件，逐数勾稽，在原表上标出每一处不符。
/// Ties the figures of budget-performance annex workbooks and marks every discrepancy at its cell.
#[derive(Debug, Parser)]
#[command(name = "gouji", version, max_term_width = 100)]
pub struct Args {
    /// 不写命令时在浏览器中打开 · without a command the page opens in the browser
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// 核对报送件 · check submissions: report, annotated workbooks
    Check(CheckArgs),
    /// 在浏览器中核对：拖入文件，看结果，取回标注后的工作簿 · check in the browser
    Serve(ServeArgs),
    /// 与上年逐项对比 · compare with last year, line by line
    Compare(CompareArgs),
    /// 发出反馈单，读回回复 · write query lists to send to the units, and read the replies
    Query(super::query::QueryArgs),
    /// 重报与原报逐格比较 · a submission filed anew: what changed, which findings went, stayed, came
    #[command(visible_alias = "diff")]
    Resubmit(super::resubmit::ResubmitArgs),
    /// 在任意工作簿上加标记 · mark any cells of any workbook
    Annotate(AnnotateArgs),
    /// 导出全部数字及其出处 · export all figures with their cells, and what was not read
    Import(ImportArgs),
    /// 遮盖姓名和号码，另存一份供分享 · a copy to share, with names and numbers masked
    Redact(RedactArgs),
    /// 说明一条审核公式 · explain one rule
    Explain(ExplainArgs),
    /// 列出审核公式 · list the rules
    Rules(RulesArgs),
    /// 列出表样 · list or show the forms
    Forms(FormsArgs),
    /// Reads one file of an older format for this program itself.
    #[command(hide = true)]
    ReadWorker,
}

/// The language of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum LangArg {
    #[default]
    Zh,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Zh => Self::Zh,
            LangArg::En => Self::En,
        }
    }
}

impl From<Option<LangArg>> for Lang {
    fn from(lang: Option<LangArg>) -> Self {
        lang.unwrap_or_default().into()
    }
}

/// What every reading command shares.
#[derive(Debug, Clone, Default, ClapArgs)]
pub struct Reading {
    /// Where paths begin, and what names leave out.
    #[arg(skip)]
    pub root: Option<PathBuf>,
    /// 工作簿或文件夹 · workbooks or folders
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// 自定义表样的文件夹 · a folder of your own forms (*.toml)
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 指定表样：未识别的表，或某张工作表，按此表样读 · read what no form fits, or one sheet, as this form
    #[arg(long, value_name = "KIND[=SHEET]")]
    pub form: Vec<String>,
    /// 自定义审核公式、参数和单位别名 · rules, limits and aliases of your own (*.toml)
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    /// 指定单位名称 · the unit's name, instead of what was read
    #[arg(long, value_name = "NAME")]
    pub entity: Option<String>,
    /// 指定年度 · the year, instead of what was read
    #[arg(long, value_name = "YEAR")]
    pub year: Option<i32>,
    /// 只处理第 i 片（共 n 片）· only part i of n of the files, for several machines
    #[arg(long, value_name = "i/n")]
    pub shard: Option<Shard>,
    /// 输出语言（不给则 zh） · language of the report (zh unless given)
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
    /// 不遮盖姓名和电话 · show names and telephone numbers
    #[arg(long)]
    pub show_personal: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
}

impl Reading {
    /// What the user says instead of what was read.
    #[must_use]
    pub fn overrides(&self, pack: &Pack) -> Overrides {
        Overrides {
            entity: self.entity.clone(),
            year: self.year,
            aliases: pack.aliases.clone(),
            ..Overrides::default()
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum Format {
    #[default]
    Text,
    Json,
}

/// What `check` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub enum CheckFormat {
    #[default]
    Text,
    /// 机器读的完整结果 · the whole run, schema gouji.run/1
    Json,
    /// 代码扫描平台用的 SARIF 2.1.0 · for code-scanning platforms
    Sarif,
    /// 一行一个问题 · one row a finding
    Csv,
    /// 自带全部内容的网页 · one self-contained page
    Html,
}

/// What `check -o` can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// 标注后的工作簿 · the marked workbooks
    Marked,
    /// 底稿 · workpapers
    Papers,
    /// 汇总表 · the summary of units
    Summary,
    /// 网页 · the page
    Page,
}

#[derive(Debug, Default, ClapArgs)]
pub struct CheckArgs {
    #[command(flatten)]
    pub reading: Reading,
    /// 上年报送件、文件夹或数字库 · last year's workbooks, folders or facts store
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub prior: Vec<PathBuf>,
    /// 标注后的工作簿和底稿写到此文件夹 · write annotated workbooks and workpapers here
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// 只写其中几样，逗号分开；不写则全写 · write only these, with commas between; all unless told
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',', requires = "out")]
    pub write: Vec<Output>,
    /// 输出格式 · what is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: CheckFormat,
    /// 问题清单写到此文件 · write the findings as a table: .parquet or .csv
    #[arg(long, value_name = "FILE")]
    pub findings: Option<PathBuf>,
    /// JSON 中附全部核对记录 · add the ledger of every check to JSON
    #[arg(long)]
    pub ledger: bool,
    #[command(flatten)]
    pub choice: Choice,
    /// 假设某格是另一个数，看哪些勾稽相符，不写文件；可重复 · as if a cell held another figure; writes nothing
    #[arg(long, value_name = "SHEET!CELL=NUMBER", conflicts_with_all = ["out", "findings"])]
    pub what_if: Vec<String>,
    /// 应核而未核、缺附件即不通过（退出码 2） · fail (exit 2) where a required tie was not checked or an annex is missing
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub answers: AnswersArgs,
    #[command(flatten)]
    pub papers: PapersArgs,
}

impl CheckArgs {
    /// Whether an output folder is named and this goes into it.
    #[must_use]
    pub fn writes(&self, what: Output) -> bool {
        self.out.is_some() && (self.write.is_empty() || self.write.contains(&what))
    }
}

#[derive(Debug, ClapArgs)]
pub struct CompareArgs {
    #[command(flatten)]
    pub reading: Reading,
    /// 上年报送件、文件夹或数字库 · last year's workbooks, folders or facts store
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub prior: Vec<PathBuf>,
    /// 对比工作簿 · the comparison as a workbook (.xlsx)
    #[arg(short, long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// 输出格式 · what is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// 变动超过此百分比的需说明 · a change beyond this rate needs a reason, in percent
    #[arg(long, value_name = "PERCENT", default_value = "20")]
    pub rate: String,
    /// 且超过此金额（万元）· and beyond this amount, in 万元
    #[arg(long, value_name = "AMOUNT", default_value = "0.5")]
    pub amount: String,
}

#[derive(Debug, ClapArgs)]
pub struct AnnotateArgs {
    /// 工作簿 · a workbook
    #[arg(value_name = "WORKBOOK")]
    pub workbook: PathBuf,
    /// 标记文件 · the marks: {"marks":[{"sheet":"Sheet1","cell":"B3","severity":"error","note":"…"}]}
    #[arg(long, value_name = "FILE", required_unless_present = "remove")]
    pub marks: Option<PathBuf>,
    /// 去掉已有的标记 · take our earlier marks off
    #[arg(long, conflicts_with = "marks")]
    pub remove: bool,
    /// 输出文件 · the marked workbook
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    /// 输出语言 · language of messages
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, ClapArgs)]
pub struct RedactArgs {
    /// 工作簿或文件夹 · a workbook or a folder
    #[arg(value_name = "IN")]
    pub input: PathBuf,
    /// 输出文件；IN 为文件夹的，为文件夹 · the masked copy; a folder where IN is one
    #[arg(short, long, value_name = "OUT")]
    pub out: PathBuf,
    /// 输出语言 · language of messages
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ImportArgs {
    #[command(flatten)]
    pub reading: Reading,
    /// 输出文件：.parquet、.csv 或 .json · where the figures go, by its extension
    #[arg(short, long, value_name = "FILE", required_unless_present = "store")]
    pub out: Option<PathBuf>,
    /// 数字库：按年度和县分存，重复导入即替换 · a store of facts by year and county; importing again replaces
    #[arg(long, value_name = "DIR")]
    pub store: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum FormsCommand {
    /// 由样表起草表样 · propose a form from an example workbook
    Draft(DraftArgs),
    /// 看表样在工作簿上把每一格读成了什么 · show what a form reads every cell as
    Test(TestArgs),
}

#[derive(Debug, ClapArgs)]
pub struct DraftArgs {
    /// 样表 · an example workbook
    #[arg(value_name = "WORKBOOK")]
    pub workbook: PathBuf,
    /// 工作表；不写则用第一张有表的 · the sheet; the first that holds a table when left out
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// 第几张表 · which of its tables, where it holds several
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub part: usize,
    /// 自定义表样的文件夹，用作词典 · a folder of your own forms, as a dictionary
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 输出语言 · language of messages
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, ClapArgs)]
pub struct TestArgs {
    /// 表样文件 · the form (*.toml)
    #[arg(value_name = "FORM")]
    pub form: PathBuf,
    /// 工作簿 · a workbook
    #[arg(value_name = "WORKBOOK")]
    pub workbook: PathBuf,
    /// 只看这张工作表 · only this sheet
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    /// 自定义表样的文件夹，一同参加识别 · a folder of your own forms, weighed beside it
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 输出格式 · what is printed
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// 输出语言 · language of the report
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
    /// 不遮盖姓名和电话 · show names and telephone numbers
    #[arg(long)]
    pub show_personal: bool,
    #[command(flatten)]
    pub limits: LimitArgs,
}

#[derive(Debug, ClapArgs)]
pub struct ExplainArgs {
    /// 公式代码，如 GJ203 · a code such as GJ203
    pub code: String,
    /// 自定义审核公式 · rules of your own
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
}

#[derive(Debug, ClapArgs)]
pub struct RulesArgs {
    /// 自定义审核公式 · rules of your own
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 输出参考文档 · print the reference page
    #[arg(long)]
    pub markdown: bool,
    /// 列出这些报送件中各行各栏的数有哪些公式核对 · which rules the figures of these submissions stand under
    #[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "markdown")]
    pub coverage: Vec<PathBuf>,
    /// 输出格式 · what --coverage prints
    #[arg(long, value_enum, default_value_t, requires = "coverage")]
    pub format: Format,
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
}

#[derive(Debug, ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct FormsArgs {
    #[command(subcommand)]
    pub command: Option<FormsCommand>,
    /// 表样：附件号、种类或名称 · one form, by annex, kind or title
    pub form: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 输出参考文档 · print the reference page
    #[arg(long)]
    pub markdown: bool,
    #[arg(long, value_enum, default_value_t)]
    pub lang: LangArg,
}
