//! Many submissions at once: shards that add up to one run, findings as a table, and Ctrl-C.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use polars::prelude::*;
use polars_io::parquet::read::ParquetReader;
use serde_json::Value;

use crate::support::program::{files_below, gouji};
use crate::support::tree::root;

const SHARDS: usize = 3;

/// A package's bytes with its unit's names replaced by another.
fn renamed(sample: &str, names: &[&str], unit: &str) -> Vec<u8> {
    let source = fs::File::open(root().join("samples").join(sample)).unwrap();
    let mut package = ::zip::ZipArchive::new(source).unwrap();
    let mut out = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let spelled = |name: &str| name.chars().map(|c| format!("&#{};", c as u32)).collect::<String>();
    for at in 0..package.len() {
        let mut part = package.by_index(at).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        for name in names {
            text = text.replace(name, unit).replace(&spelled(name), unit);
        }
        let options = ::zip::write::SimpleFileOptions::default();
        out.start_file(part.name().unwrap().to_string(), options).unwrap();
        out.write_all(text.as_bytes()).unwrap();
    }
    out.finish().unwrap().into_inner()
}

/// Units in one flat folder, some in two files, and two units in folders of their own.
fn county(at: &Path) -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("county").rand_bytes(0).tempdir_in(at).unwrap();
    let put = |path: PathBuf, bytes: Vec<u8>| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    };
    let published = ["双牌县社会保险服务中心", "双牌县社保中心"];
    for (at, unit) in
        ["财政局", "教育局", "民政局", "水利局", "统计局", "信访局", "档案馆", "气象台", "审计局", "林业局"]
            .into_iter()
            .enumerate()
    {
        let unit = format!("样县{unit}");
        if at % 2 == 0 {
            let bytes = renamed("2024/shuangpai-2024.xlsx", &published, &unit);
            put(folder.path().join(format!("{unit}2024年自评.xlsx")), bytes);
        } else {
            for number in [1, 2] {
                let sample = format!("layouts-fault/yunling-fault-2024-{number}.xlsx");
                let bytes = renamed(&sample, &["云岭县灌溉渠系服务站"], &unit);
                put(folder.path().join(format!("{unit}-附件{number}.xlsx")), bytes);
            }
        }
    }
    for unit in ["样县博物馆", "样县图书馆"] {
        for number in [1, 2] {
            let sample = format!("layouts-fault/yunling-fault-2024-{number}.xlsx");
            let bytes = renamed(&sample, &["云岭县灌溉渠系服务站"], unit);
            put(folder.path().join(unit).join(format!("附件{number}.xlsx")), bytes);
        }
    }
    fs::write(folder.path().join("样县财政局-附件3.docx"), "no workbook").unwrap();
    fs::write(folder.path().join("~$样县财政局2024年自评.xlsx"), "a lock file").unwrap();
    folder
}

fn shard(number: usize) -> String {
    format!("{number}/{SHARDS}")
}

/// The items of a list as text, in an order of their own.
fn items(run: &Value, list: &str) -> Vec<String> {
    let mut items: Vec<String> = run[list].as_array().unwrap().iter().map(ToString::to_string).collect();
    items.sort();
    items
}

fn read_parquet(path: &Path) -> DataFrame {
    ParquetReader::new(fs::File::open(path).unwrap()).finish().unwrap()
}

/// Every row as text, in an order of their own.
fn rows(table: &DataFrame) -> Vec<String> {
    let mut rows: Vec<String> = (0..table.height())
        .map(|at| {
            let cells = table.columns().iter().map(|column| format!("{:?}", column.get(at).unwrap()));
            cells.collect::<Vec<_>>().join("|")
        })
        .collect();
    rows.sort();
    rows
}

#[test]
fn shards_add_up_to_one_run() {
    let out = tempfile::tempdir().unwrap();
    let county = county(out.path());
    let path = |name: &str| out.path().join(name).to_string_lossy().into_owned();
    let folder = county.path().to_string_lossy().into_owned();
    let check = |name: &str, more: &[&str]| {
        let findings = path(&format!("{name}.parquet"));
        let args = [&["check", folder.as_str(), "--format", "json", "--findings", findings.as_str()], more].concat();
        let ended = gouji(args);
        // A shard may hold no error, or nothing at all; the .docx makes one of them fail.
        assert!((0..=2).contains(&ended.code), "{}", ended.err);
        (ended.json(), read_parquet(Path::new(&findings)))
    };
    let import = |name: &str, more: &[&str]| {
        let facts = path(&format!("{name}-facts.parquet"));
        let args = [&["import", folder.as_str(), "-o", facts.as_str()], more].concat();
        gouji(args);
        read_parquet(Path::new(&facts))
    };
    let (whole, findings) = check("whole", &[]);
    let facts = import("whole", &[]);
    assert_eq!(whole["submissions"].as_array().unwrap().len(), 12);
    assert_eq!(whole["problems"].as_array().unwrap().len(), 1, "{}", whole["problems"]);
    assert_eq!(findings.height(), whole["findings"].as_array().unwrap().len());

    let mut lists: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut sums: BTreeMap<String, u64> = BTreeMap::new();
    let (mut finding_rows, mut fact_rows) = (Vec::new(), Vec::new());
    let mut sizes = Vec::new();
    for number in 1..=SHARDS {
        let shard = shard(number);
        let (part, table) = check(&number.to_string(), &["--shard", &shard]);
        sizes.push(part["submissions"].as_array().unwrap().len());
        for list in ["submissions", "findings", "problems"] {
            lists.entry(list).or_default().extend(items(&part, list));
        }
        for (name, count) in part["summary"].as_object().unwrap() {
            *sums.entry(name.clone()).or_default() += count.as_u64().unwrap();
        }
        finding_rows.extend(rows(&table));
        fact_rows.extend(rows(&import(&number.to_string(), &["--shard", &shard])));
    }
    assert!(sizes.iter().filter(|size| **size > 0).count() > 1, "the files were not split: {sizes:?}");
    for (list, mut items_of_shards) in lists {
        items_of_shards.sort();
        assert_eq!(items_of_shards, items(&whole, list), "{list}");
    }
    for (name, count) in whole["summary"].as_object().unwrap() {
        assert_eq!(sums.get(name), count.as_u64().as_ref(), "{name}");
    }
    finding_rows.sort();
    assert_eq!(finding_rows, rows(&findings));
    fact_rows.sort();
    assert_eq!(fact_rows, rows(&facts));
}

#[test]
fn a_submission_that_a_shard_tears_is_said() {
    // The folder's name is a part of what tells shards apart, so it is no chance name.
    let scratch = tempfile::tempdir().unwrap();
    let county = scratch.path().join("crowd");
    fs::create_dir(&county).unwrap();
    // A crowd of files in which one unit's two files share no name.
    let names = [
        "北片一站",
        "北片二站",
        "北片三站",
        "东片一组",
        "东片二组",
        "东片三组",
        "西片",
        "南片",
        "中片",
        "城关",
        "河东",
        "河西",
    ];
    for name in names {
        let bytes = renamed("2024/shuangpai-2024.xlsx", &["双牌县社会保险服务中心", "双牌县社保中心"], name);
        fs::write(county.join(format!("{name}.xlsx")), bytes).unwrap();
    }
    for (number, name) in [(1, "整合文件甲组"), (2, "其余材料乙组")] {
        let sample = format!("layouts-fault/yunling-fault-2024-{number}.xlsx");
        fs::copy(root().join("samples").join(sample), county.join(format!("{name}.xlsx"))).unwrap();
    }
    let folder = county.to_string_lossy().into_owned();
    let torn: Vec<String> = (1..=7)
        .flat_map(|number| {
            let run = gouji(["check", &folder, "--format", "json", "--shard", &format!("{number}/7")]).json();
            let problems = run["problems"].as_array().unwrap().clone();
            problems.into_iter().map(|one| one["message"].as_str().unwrap().to_owned())
        })
        .collect();
    let said = torn.iter().filter(|message| message.contains("其他分片") && message.contains("云岭县灌溉渠系服务站"));
    assert!(said.count() >= 1, "{torn:#?}");
}

#[test]
fn findings_in_csv_hold_what_parquet_holds() {
    let out = tempfile::tempdir().unwrap();
    let file = |name: &str| out.path().join(name).to_string_lossy().into_owned();
    for name in ["f.csv", "f.parquet"] {
        gouji(["check", "samples/layouts-fault", "--findings", &file(name)]);
    }
    let table = read_parquet(Path::new(&file("f.parquet")));
    let text = fs::read_to_string(file("f.csv")).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(header, gouji::report::findings::COLUMNS);
    assert_eq!(lines.count(), table.height());
    assert_eq!(format!("{:?}", table.column("difference").unwrap().dtype()), "Decimal(38, 8)");
    let refused = gouji(["check", "samples/layouts-fault", "--findings", &file("f.txt")]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains(".parquet"), "{}", refused.err);
}

#[test]
fn shards_are_asked_for_in_full() {
    for shard in ["0/3", "4/3", "3"] {
        let refused = gouji(["check", "samples/ties", "--shard", shard]);
        assert_eq!(refused.code, 2, "{shard}");
        assert!(refused.err.contains("i/n"), "{}", refused.err);
    }
}

/// Ctrl-C while workbooks are read or written: what is there is whole, the rest is named, and the status is 130.
#[cfg(unix)]
#[test]
fn an_interrupt_leaves_whole_files_and_says_what_is_missing() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let county = tempfile::tempdir().unwrap();
    let files = 120;
    let sample = root().join("samples/2024/shuangpai-2024.xlsx");
    for number in 0..files {
        fs::copy(&sample, county.path().join(format!("{number:03}.xlsx"))).unwrap();
    }
    let mut interrupted = BTreeSet::new();
    // The moment is not ours to choose: tries go on until a run was stopped, later each time.
    for wait in [50u64, 100, 200, 400, 800, 1600, 3200, 6400] {
        let out = tempfile::tempdir().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_gouji"))
            .args(["check", &county.path().to_string_lossy(), "--lang", "en", "-o", &out.path().to_string_lossy()])
            .env("RAYON_NUM_THREADS", "1")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        let signal = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(signal.success());
        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8(ended.stderr).unwrap();
        for (name, bytes) in files_below(out.path()) {
            assert!(name.ends_with(".annotated.xlsx"), "{name}");
            gouji::read::read_book(&name, bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        if ended.status.code() == Some(130) {
            let undone = said.lines().filter(|line| line.starts_with("not done: ")).count();
            assert!(undone > 0 && said.contains(&format!("interrupted; {undone} files")), "{said}");
            interrupted.insert(wait);
        }
        if interrupted.len() >= 2 {
            break;
        }
    }
    assert!(!interrupted.is_empty(), "no run was interrupted");
}
