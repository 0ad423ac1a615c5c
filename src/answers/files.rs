//! Explanations in a plain file: JSON as the page exports it, TOML, or CSV as a spreadsheet saves it.
//!
//! One record a finding, with the names of [`Field`] in files or their headings; a record needs `key`, and is an
//! explanation where it has `reason`. `figures` holds what the finding showed: `[["附件3 …·得分","9","分"], …]`.

use serde_json::{Map, Value};

use super::entry::{Entry, Fault};
use crate::model::Words;
use crate::model::explanation::{Field, Given, Typed, read_figures};

/// The schema of explanations as JSON.
pub const SCHEMA: &str = "gouji.explanations/1";
/// The columns of a CSV file, and what else a record may say for people to read.
pub const COLUMNS: [&str; 11] =
    ["entity", "code", "cell", "what", "reason", "who", "when", "expiry", "carry", "key", "figures"];

/// Reads a file by its extension: `.json`, `.toml` or `.csv`.
///
/// # Errors
/// The file is not of that form, or its extension is another: with what to do.
pub fn read(file: &str, bytes: &[u8]) -> Result<(Vec<Entry>, Vec<Fault>), Fault> {
    let fail = |zh: String, en: String| Fault { source: file.to_owned(), words: Words::new(zh, en) };
    let text = decoded(bytes);
    let records = match file.rsplit('.').next().unwrap_or_default().to_lowercase().as_str() {
        "json" => of_json(&text),
        "toml" => of_toml(&text),
        "csv" => of_csv(&text),
        _ => {
            return Err(fail(
                "审核说明只从 .xlsx .xlsm .json .toml .csv 读取，请换一种格式".to_owned(),
                "explanations are read from .xlsx, .xlsm, .json, .toml and .csv; save it as one of these".to_owned(),
            ));
        }
    };
    let records = records.map_err(|why| {
        fail(format!("审核说明文件读不了：{why}"), format!("the file of explanations cannot be read: {why}"))
    })?;
    let (mut entries, mut faults) = (Vec::new(), Vec::new());
    for (place, record) in records {
        let source = format!("{file} · {place}");
        match entry(&record, &source) {
            Ok(entry) => entries.push(entry),
            Err(words) => faults.push(Fault { source: source.clone(), words }),
        }
        faults.extend(unknown(&record, &source));
    }
    Ok((entries, faults))
}

/// UTF-8, or GB 18030 as a Chinese spreadsheet saves CSV.
fn decoded(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

type Records = Vec<(String, Map<String, Value>)>;

fn of_json(text: &str) -> Result<Records, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    match value.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        other => return Err(format!("“schema” = {other:?}, {SCHEMA} expected · 应为 {SCHEMA}")),
    }
    numbered(value.get("explanations"), "explanations")
}

fn of_toml(text: &str) -> Result<Records, String> {
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let list = table.get("explanation").cloned().map(json_of);
    numbered(list.as_ref(), "[[explanation]]")
}

fn numbered(list: Option<&Value>, name: &str) -> Result<Records, String> {
    let list = list.and_then(Value::as_array).ok_or_else(|| format!("没有 {name} · no {name}"))?;
    let records = list.iter().enumerate();
    records
        .map(|(at, record)| {
            let record = record.as_object().cloned();
            record
                .map(|record| (format!("{}", at + 1), record))
                .ok_or_else(|| format!("{name} {}: 不是一条记录 · not a record", at + 1))
        })
        .collect()
}

/// A TOML value as JSON; a date as its text.
fn json_of(value: toml::Value) -> Value {
    match value {
        toml::Value::Array(list) => Value::Array(list.into_iter().map(json_of).collect()),
        toml::Value::Table(table) => {
            Value::Object(table.into_iter().map(|(key, value)| (key, json_of(value))).collect())
        }
        toml::Value::String(text) => Value::String(text),
        toml::Value::Boolean(truth) => Value::Bool(truth),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => Value::String(format!("{number}")),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
    }
}

fn of_csv(text: &str) -> Result<Records, String> {
    let mut rows = super::csv::rows(text)?.into_iter();
    let (_, header) = rows.next().ok_or_else(|| "文件是空的 · the file is empty".to_owned())?;
    let mut records = Vec::new();
    for (line, row) in rows {
        let cells = header.iter().zip(&row).filter(|(_, cell)| !cell.trim().is_empty());
        // An apostrophe keeps a spreadsheet from running the text as a formula.
        let plain = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
        let record: Map<String, Value> =
            cells.map(|(name, cell)| (name.trim().to_owned(), Value::String(plain(cell)))).collect();
        if !record.is_empty() {
            records.push((line.to_string(), record));
        }
    }
    Ok(records)
}

fn entry(record: &Map<String, Value>, source: &str) -> Result<Entry, Words> {
    let key = record.get("key").and_then(Value::as_str).map(str::trim).filter(|key| !key.is_empty());
    let key = key.ok_or_else(|| {
        Words::new(
            "没有“key”（问题的编码），不知道说明的是哪个问题；请用 --to-explain 写出的文件填写",
            "no “key”, so nobody knows which finding is meant; fill in a file written by --to-explain",
        )
    })?;
    let mut typed = Typed::new();
    for (name, value) in record {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Bool(true) => "yes".to_owned(),
            Value::Bool(false) | Value::Null => String::new(),
            other => other.to_string(),
        };
        if let Some(field) = Field::headed(name)
            && !text.is_empty()
        {
            typed.insert(field, text);
        }
    }
    let figures = record.get("figures").and_then(figures);
    if record.get("figures").is_some_and(|value| !value.is_null() && value != "") && figures.is_none() {
        return Err(Words::new(
            "“figures” 不是 [[\"名称\",\"数\",\"单位\"], …] 的样子；请保留 --to-explain 写出的原样",
            "“figures” is not of the form [[\"label\",\"amount\",\"unit\"], …]; leave it as --to-explain wrote it",
        ));
    }
    Ok(Entry::new(key, typed, figures.as_deref(), None, source.to_owned()))
}

fn figures(value: &Value) -> Option<Vec<Given>> {
    match value {
        Value::String(text) => read_figures(text),
        other => serde_json::from_value(other.clone()).ok(),
    }
}

/// Names of a record that say nothing to us: a slip would drop words silently.
fn unknown(record: &Map<String, Value>, source: &str) -> Option<Fault> {
    const READABLE: [&str; 5] = ["state", "severity", "title", "number", "year"];
    let known = |name: &str| Field::headed(name).is_some() || COLUMNS.contains(&name) || READABLE.contains(&name);
    let names: Vec<&str> = record.keys().map(String::as_str).filter(|name| !name.is_empty() && !known(name)).collect();
    let all = names.join("、");
    (!names.is_empty()).then(|| Fault {
        source: source.to_owned(),
        words: Words::new(
            format!("不认识的栏目 {all}，未采用；可用的有 key、reason、who、when、expiry、carry、figures"),
            format!("unknown field {all}, not used; there are key, reason, who, when, expiry, carry and figures"),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "GJ613|f||a|得分|甲|2024";

    fn read_all(file: &str, text: &str) -> Vec<Entry> {
        let (entries, faults) = read(file, text.as_bytes()).unwrap();
        assert_eq!(faults, []);
        entries
    }

    #[test]
    fn the_three_forms_say_the_same() {
        let json = format!(
            r#"{{"schema":"{SCHEMA}","explanations":[{{"key":"{KEY}","reason":"因…","who":"王××","when":"2025-6-3","figures":[["得分","9","分"]]}}]}}"#
        );
        let toml = format!(
            "[[explanation]]\nkey = \"{KEY}\"\nreason = \"因…\"\nwho = \"王××\"\nwhen = 2025-06-03\nfigures = [[\"得分\", \"9\", \"分\"]]\n"
        );
        let csv = format!(
            "\u{feff}审核说明,说明人,说明日期,key,figures\n因…,王××,2025/6/3,{KEY},\"[[\"\"得分\"\",\"\"9\"\",\"\"分\"\"]]\"\n"
        );
        let all = [read_all("a.json", &json), read_all("a.toml", &toml), read_all("a.csv", &csv)];
        for one in &all {
            assert_eq!((one.len(), one[0].key.as_str(), one[0].reason()), (1, KEY, "因…"));
            assert_eq!((one[0].who().as_str(), one[0].text(Field::When)), ("王××", "2025-06-03"));
            assert_eq!(one[0].figures.as_ref().map(|all| all[0].value.as_str()), Some("9"));
        }
    }

    #[test]
    fn a_table_of_a_chinese_spreadsheet_is_read() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("key,审核说明\nGJ613|f||a|得分|甲|2024,因新增职能\n");
        let (entries, _) = read("a.csv", &bytes).unwrap();
        assert_eq!(entries[0].reason(), "因新增职能");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        assert!(read("a.json", b"{}").unwrap_err().words.zh.contains("gouji.explanations/1"));
        assert!(read("a.txt", b"").unwrap_err().words.en.contains(".toml"));
        assert!(read("a.toml", b"[[explanation]\n").is_err());
        let (entries, faults) = read("a.csv", "key,raeson\nk,x\n,y\n".as_bytes()).unwrap();
        assert_eq!((entries.len(), faults.len()), (1, 3));
        assert!(faults[0].words.en.contains("raeson") && faults[1].words.en.contains("no “key”"));
    }
}
