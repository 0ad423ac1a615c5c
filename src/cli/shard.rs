//! `--shard i/n`: a part of the files, so that files of one submission stay together.
//!
//! Names alone decide, so every shard of one listing agrees without reading a file. Files in one folder belong
//! together; only a folder that is plainly a collection of units is split, by what its files' names hold beside the
//! words of annexes. A group goes to a shard by the hash of its name, so a file that appears meanwhile moves no other.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::walk::Input;
use crate::facts::Submission;
use crate::forms::Forms;
use crate::forms::normal::squash;
use crate::model::Words;
use crate::report::Problem;

/// One of several parts: `2/8` is the second of eight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// From one on.
    pub number: u64,
    pub of: u64,
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        match parts {
            Some((number, of)) if 1 <= number && number <= of => Ok(Self { number, of }),
            _ => Err("要写成 i/n，如 2/8 · write i/n, such as 2/8, with i from 1 to n".to_owned()),
        }
    }
}

/// Files in one folder from which it may be a collection of units; one unit's annexes are fewer.
const CROWD: usize = 12;
/// Digits from which a number in a name is a unit's code, not a year, a date or a serial number.
const CODE: std::ops::RangeInclusive<usize> = 9..=18;
/// What names of annexes say beside their forms' titles; the longer first.
const ANNEX_WORDS: [&str; 34] = [
    "部门整体支出",
    "部门整体",
    "整体支出",
    "项目支出",
    "预算绩效",
    "绩效自评",
    "绩效评价",
    "绩效目标",
    "基础数据",
    "自评报告",
    "自评表",
    "负责人",
    "花名册",
    "名册",
    "附件",
    "附表",
    "工作表",
    "汇总",
    "报告",
    "自评",
    "绩效",
    "年度",
    "副本",
    "最终",
    "定稿",
    "修改",
    "终稿",
    "新建",
    "copy",
    "final",
    "xlsx",
    "表",
    "稿",
    "年",
];

/// The files of one shard, and which folders have files elsewhere.
pub struct Part {
    pub inputs: Vec<Input>,
    pub problems: Vec<Problem>,
    /// How many files of a folder the other shards have.
    elsewhere: HashMap<PathBuf, usize>,
}

/// Keeps the files, and what was said of files, that belong to a shard.
pub fn part_of(inputs: Vec<Input>, problems: Vec<Problem>, shard: Shard, forms: &Forms) -> Part {
    let groups = Groups::new(&inputs, forms);
    let mut elsewhere: HashMap<PathBuf, usize> = HashMap::new();
    let mut own = Vec::new();
    for input in inputs {
        if falls_to(&groups.name(&input.path, &input.relative), shard) {
            own.push(input);
        } else {
            *elsewhere.entry(folder(&input.path).to_path_buf()).or_default() += 1;
        }
    }
    let problems = problems.into_iter().filter(|one| falls_to(&one.file, shard)).collect();
    Part { inputs: own, problems, elsewhere }
}

impl Part {
    /// Says of submissions that lack an annex that files of their folders are in other shards.
    pub fn torn(&self, submissions: &[Submission], forms: &Forms) -> Vec<Problem> {
        submissions.iter().filter_map(|one| self.torn_one(one, forms)).collect()
    }

    fn torn_one(&self, submission: &Submission, forms: &Forms) -> Option<Problem> {
        let has = |form: usize| submission.tables.iter().any(|table| table.form == form);
        let lacking: BTreeSet<&str> = forms
            .all
            .iter()
            .enumerate()
            .filter(|(index, form)| form.required && !has(*index))
            .map(|(_, form)| form.annex.as_str())
            .filter(|annex| !submission.tables.iter().any(|table| forms.all[table.form].annex == **annex))
            .collect();
        let first = submission.files.first()?;
        let folders: HashSet<&Path> = submission.files.iter().map(|file| folder(Path::new(&*file.file))).collect();
        let others: usize = folders.iter().filter_map(|folder| self.elsewhere.get(*folder)).sum();
        if lacking.is_empty() || others == 0 {
            return None;
        }
        let list = lacking.into_iter().collect::<Vec<_>>().join("、");
        let words = Words::new(
            format!(
                "“{}”缺{list}，而同一文件夹另有{others}个文件在其他分片；若属同一报送件，请按单位分文件夹，或不分片",
                submission.entity
            ),
            format!(
                "“{}” lacks {list}, and {others} files of its folder are in other shards; if they are of one submission, put each unit's files in a folder of their own, or run without --shard",
                submission.entity
            ),
        );
        Some(Problem { file: first.file.to_string(), words, failed: false })
    }

    /// Folders of which other shards have files: there a file that names nobody is nobody's.
    pub fn shared_folders(&self) -> HashSet<String> {
        self.elsewhere.keys().map(|folder| super::walk::shown(folder)).collect()
    }
}

/// Whether a group's name falls to a shard.
fn falls_to(name: &str, shard: Shard) -> bool {
    let digest = Sha256::digest(name.as_bytes());
    let number = digest.iter().take(8).fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    number % shard.of == shard.number - 1
}

fn folder(path: &Path) -> &Path {
    path.parent().unwrap_or_else(|| Path::new(""))
}

/// Which files stay together.
struct Groups {
    annex_words: Vec<String>,
    /// Folders whose files are told apart by their names.
    split: HashSet<PathBuf>,
}

impl Groups {
    fn new(inputs: &[Input], forms: &Forms) -> Self {
        let mut groups = Self { annex_words: annex_words(forms), split: HashSet::new() };
        let mut names: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
        for input in inputs {
            names.entry(folder(&input.path)).or_default().push(groups.unit_words(&stem(&input.path)));
        }
        let plain = |names: &[String]| {
            let distinct: HashSet<&String> = names.iter().collect();
            names.len() > CROWD && distinct.len() > 1 && names.iter().all(|name| !name.is_empty())
        };
        groups.split = names.iter().filter(|(_, names)| plain(names)).map(|(path, _)| path.to_path_buf()).collect();
        groups
    }

    /// The name of a file's group: its folder, and of a folder that is split, the unit's part of its name.
    fn name(&self, path: &Path, relative: &Path) -> String {
        let mut own = folder(relative);
        // A folder that only says which annexes it holds is its unit's.
        while let Some(last) = own.file_name() {
            if !self.unit_words(&last.to_string_lossy()).is_empty() {
                break;
            }
            own = folder(own);
        }
        // Machines may see one listing under different paths, so a named folder counts by its last word alone.
        let named = folder(path).file_name().map_or(own, Path::new);
        let own = super::walk::shown(if own.as_os_str().is_empty() { named } else { own });
        if self.split.contains(folder(path)) { format!("{own}/{}", self.unit_words(&stem(path))) } else { own }
    }

    /// What a name holds beside the words of annexes, years, numbers and signs: as a rule, the unit.
    fn unit_words(&self, name: &str) -> String {
        let mut words = squash(name).to_lowercase();
        for annex in &self.annex_words {
            words = words.replace(annex.as_str(), " ");
        }
        let code = words.split(|c: char| !c.is_ascii_digit()).find(|digits| CODE.contains(&digits.len()));
        let code = code.unwrap_or_default().to_owned();
        let letters: String =
            words.chars().filter(|c| c.is_alphabetic() && !"一二三四五六七八九十".contains(*c)).collect();
        // One letter is a serial number: `附件2A`.
        if letters.chars().count() > 1 { code + &letters } else { code }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}

fn annex_words(forms: &Forms) -> Vec<String> {
    let titles = forms.all.iter().map(|form| squash(&form.title.zh).to_lowercase());
    let mut words: Vec<String> = titles.chain(ANNEX_WORDS.iter().map(|word| (*word).to_owned())).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inputs(names: &[String]) -> Vec<Input> {
        let one = |name: &String| Input {
            path: PathBuf::from("county").join(name),
            name: format!("county/{name}"),
            relative: PathBuf::from(name),
        };
        names.iter().map(one).collect()
    }

    /// The group of every file, in their order.
    fn groups(names: &[String]) -> Vec<String> {
        let inputs = inputs(names);
        let groups = Groups::new(&inputs, &Forms::builtin().unwrap());
        inputs.iter().map(|input| groups.name(&input.path, &input.relative)).collect()
    }

    fn names(of: std::ops::Range<u32>, make: impl Fn(u32) -> String) -> Vec<String> {
        of.map(make).collect()
    }

    #[test]
    fn a_flat_folder_is_split_by_unit() {
        let units = ["财政局", "教育局", "民政局", "水利局", "统计局", "信访局", "档案馆"];
        let mut files: Vec<String> = units.iter().map(|unit| format!("{unit}-附件2 基础数据表.xlsx")).collect();
        files.extend(units.iter().map(|unit| format!("{unit}2024年部门整体支出绩效自评表（终稿）.xlsx")));
        let groups = groups(&files);
        assert_eq!(groups[..7], groups[7..], "the files of one unit stay together");
        assert_eq!(groups[..7].iter().collect::<HashSet<_>>().len(), 7);
    }

    #[test]
    fn codes_tell_units_apart() {
        let files = names(0..20, |unit| format!("4311230{:02}-附件{}.xlsx", unit / 2, unit % 2));
        let groups = groups(&files);
        assert_eq!(groups.iter().collect::<HashSet<_>>().len(), 10);
        assert_eq!(groups[0], groups[1]);
    }

    #[test]
    fn a_folder_of_annexes_stays_whole() {
        for files in [
            names(0..30, |number| format!("附件5 项目自评表({number}).xlsx")),
            // One file that names no unit keeps the folder together.
            names(0..30, |number| {
                if number == 0 { "附件1.xlsx".to_owned() } else { format!("附件5-项目{number:x}费.xlsx") }
            }),
            names(0..4, |number| format!("甲乙丙丁项目{number}.xlsx")),
        ] {
            assert_eq!(groups(&files).iter().collect::<HashSet<_>>().len(), 1, "{files:?}");
        }
    }

    #[test]
    fn a_folder_a_unit_and_folders_of_annexes_in_it() {
        let files = ["财政局/附件1/a.xlsx", "财政局/附件5/b.xlsx", "教育局/c.xlsx"].map(str::to_owned);
        let groups = groups(&files);
        assert_eq!(groups[0], groups[1]);
        assert_ne!(groups[0], groups[2]);
    }

    #[test]
    fn every_file_falls_to_one_shard() {
        let files =
            names(0..200, |unit| format!("单位{}/附件{}.xlsx", char::from_u32(0x4e00 + unit / 2).unwrap(), unit % 2));
        let mut seen: Vec<Input> = Vec::new();
        for number in 1..=4 {
            let part = part_of(inputs(&files), Vec::new(), Shard { number, of: 4 }, &Forms::builtin().unwrap());
            assert!((20..=80).contains(&part.inputs.len()), "shard {number} has {}", part.inputs.len());
            seen.extend(part.inputs);
        }
        seen.sort_by(|a, b| a.name.cmp(&b.name));
        let mut all = inputs(&files);
        all.sort_by(|a, b| a.name.cmp(&b.name));
        assert_eq!(seen, all);
    }

    #[test]
    fn shards_are_numbered_from_one() {
        assert_eq!("2/8".parse(), Ok(Shard { number: 2, of: 8 }));
        for text in ["0/8", "9/8", "2", "2/", "a/b", "1/0", "-1/2"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }
}
