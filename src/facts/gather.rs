//! Files → submissions: annexes of one unit and year belong together, however many files they came in.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{Filed, SheetNote, Submission, SubmittedFile, Table};
use crate::forms::declare::Role;
use crate::forms::normal::squash;
use crate::forms::reading::Reading;
use crate::forms::value::{Day, read_day};
use crate::forms::{Forms, Unknown};
use crate::model::Words;

/// What the user says instead of what was read.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    pub entity: Option<String>,
    pub year: Option<i32>,
    pub aliases: Aliases,
    /// Folders of which other files are read elsewhere; there a file that names nobody is nobody's.
    pub shared: HashSet<String>,
}

/// Names that are one unit's, as rule files declare them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, String>);

impl Aliases {
    /// Each group holds the names of one unit.
    #[must_use]
    pub fn new(groups: &[Vec<String>]) -> Self {
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        for group in groups {
            let known = group.iter().find_map(|name| names.get(&normal_entity(name)).cloned());
            let Some(first) = known.or_else(|| group.first().map(|name| normal_entity(name))) else { continue };
            names.extend(group.iter().map(|name| (normal_entity(name), first.clone())));
        }
        Self(names)
    }

    /// One spelling for all names of a unit, without space and brackets.
    #[must_use]
    pub fn canonical(&self, name: &str) -> String {
        let name = normal_entity(name);
        self.0.get(&name).cloned().unwrap_or(name)
    }
}

/// Groups files into submissions, in the order of their first file.
#[must_use]
pub fn gather(filed: Vec<Filed>, forms: &Forms, overrides: &Overrides) -> Vec<Submission> {
    let mut known: Vec<Identity> = filed.iter().map(|file| identify(file, forms, overrides)).collect();
    adopt_orphans(&filed, &mut known, overrides);
    let mut groups: BTreeMap<(usize, String, Option<i32>), Vec<usize>> = BTreeMap::new();
    let mut first: BTreeMap<(String, Option<i32>), usize> = BTreeMap::new();
    for (index, identity) in known.iter().enumerate() {
        let key = (overrides.aliases.canonical(&identity.entity), identity.year);
        let order = *first.entry(key.clone()).or_insert(index);
        groups.entry((order, key.0, key.1)).or_default().push(index);
    }
    let mut slots: Vec<Option<Filed>> = filed.into_iter().map(Some).collect();
    let mut submissions = Vec::new();
    for ((first, _, year), members) in groups {
        let own: Vec<Filed> = members.iter().filter_map(|index| slots[*index].take()).collect();
        submissions.push(assemble(known[first].entity.clone(), year, own, forms));
    }
    submissions
}

/// Whose file it is, as far as it says.
#[derive(Debug, Clone)]
struct Identity {
    entity: String,
    year: Option<i32>,
    /// The entity is only the file's name: nothing inside says it.
    unnamed: bool,
}

fn identify(file: &Filed, forms: &Forms, overrides: &Overrides) -> Identity {
    let readings = || file.sheets.iter().flat_map(|sheet| &sheet.readings);
    let stated = readings().filter(|r| forms.all[r.form].single).chain(readings()).find_map(stated_entity);
    let titled = || readings().find_map(titled_entity);
    let entity = overrides.entity.clone().or(stated).or_else(titled);
    let unnamed = entity.is_none();
    Identity {
        entity: entity.unwrap_or_else(|| stem(&file.file)),
        year: overrides.year.or_else(|| common_year(readings())),
        unnamed,
    }
}

fn stated_entity(reading: &Reading) -> Option<String> {
    let field = reading.role(Role::Entity)?;
    let name = field.value.trim().trim_matches(['_', ':', '：', '\u{3000}', ' ']);
    (name.chars().count() >= 2).then(|| name.to_owned())
}

/// Takes the unit out of `2024年度甲单位部门整体支出绩效自评报告`.
fn titled_entity(reading: &Reading) -> Option<String> {
    let ends = ["部门整体支出", "整体支出", "项目支出", "预算绩效", "部门整体", "整体绩效"];
    reading.titles.iter().find_map(|(_, title)| {
        let text = squash(title);
        let start = text.find("年度").map_or(0, |at| at + "年度".len());
        let end = ends.iter().filter_map(|word| text[start..].find(word)).min()?;
        let name = &text[start..start + end];
        (name.chars().count() >= 3).then(|| name.to_owned())
    })
}

/// The year that most readings state.
fn common_year<'r>(readings: impl Iterator<Item = &'r Reading>) -> Option<i32> {
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    for year in readings.filter_map(|reading| reading.year) {
        *counts.entry(year).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(year, count)| (*count, *year)).map(|(year, _)| year)
}

fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A file that names nobody, or no year, goes with the one submission of its folder.
///
/// Folders and names are indexed first: a county may send ten thousand files in one folder.
fn adopt_orphans(filed: &[Filed], known: &mut [Identity], overrides: &Overrides) {
    let mut families: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut years = Years::default();
    for (index, identity) in known.iter().enumerate() {
        families.entry(folder(&filed[index].file)).or_default().push(index);
        years.add(identity);
    }
    for members in families.values_mut() {
        longest_first(members, known);
    }
    for index in 0..known.len() {
        let Some(family) = families.get_mut(folder(&filed[index].file)) else { continue };
        let alone = overrides.shared.contains(folder(&filed[index].file));
        if let Some(name) = name_of_family(index, family, known).filter(|_| !alone) {
            years.remove(&known[index]);
            known[index].entity = name;
            years.add(&known[index]);
            longest_first(family, known);
        }
        if known[index].year.is_none() {
            known[index].year = years.only(&known[index].entity);
        }
    }
}

fn longest_first(members: &mut [usize], known: &[Identity]) {
    members.sort_by_key(|index| (std::cmp::Reverse(known[*index].entity.chars().count()), *index));
}

/// The name that the other files of a folder agree on, for one that names nobody or shortens it.
fn name_of_family(index: usize, family: &[usize], known: &[Identity]) -> Option<String> {
    let own = &known[index];
    let others = || family.iter().filter(|other| **other != index).map(|other| &known[*other]);
    let mut names = others().filter(|other| !other.unnamed).map(|other| other.entity.as_str());
    let first = names.next()?;
    let alike = names.all(|name| likely_same(name, first));
    let wanting = || own.unnamed || abbreviates(&own.entity, others().map(|other| other.entity.as_str()));
    (alike && wanting()).then(|| first.to_owned())
}

/// How many files state each year, by unit.
#[derive(Default)]
struct Years(HashMap<String, BTreeMap<i32, usize>>);

impl Years {
    fn add(&mut self, identity: &Identity) {
        if let Some(year) = identity.year {
            *self.0.entry(normal_entity(&identity.entity)).or_default().entry(year).or_default() += 1;
        }
    }

    fn remove(&mut self, identity: &Identity) {
        let Some(years) = self.0.get_mut(&normal_entity(&identity.entity)) else { return };
        if let Some(count) = identity.year.and_then(|year| years.get_mut(&year)) {
            *count = count.saturating_sub(1);
        }
        years.retain(|_, count| *count > 0);
    }

    /// The year that a unit's files state, where they state one only.
    fn only(&self, entity: &str) -> Option<i32> {
        let years = self.0.get(&normal_entity(entity))?;
        years.keys().next().copied().filter(|_| years.len() == 1)
    }
}

/// Whether a name is a short form of exactly one longer name beside it.
fn abbreviates<'n>(name: &str, others: impl Iterator<Item = &'n str>) -> bool {
    others
        .into_iter()
        .any(|other| other != name && likely_same(name, other) && other.chars().count() > name.chars().count())
}

/// The letters of the shorter name stand in the longer one in the same order, and both begin alike.
#[must_use]
pub fn likely_same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = if a.chars().count() <= b.chars().count() { (a, b) } else { (b, a) };
    if normal_entity(a) == normal_entity(b) {
        return true;
    }
    let mut rest = long.chars();
    short.chars().take(2).eq(long.chars().take(2)) && short.chars().all(|c| rest.any(|other| other == c))
}

/// A unit's name without space and brackets.
#[must_use]
pub fn normal_entity(name: &str) -> String {
    squash(name).chars().filter(|c| !matches!(c, '(' | ')' | '"' | '“' | '”')).collect()
}

fn assemble(entity: String, year: Option<i32>, files: Vec<Filed>, forms: &Forms) -> Submission {
    let mut submission =
        Submission { entity, year, files: Vec::new(), tables: Vec::new(), sheets: Vec::new(), notices: Vec::new() };
    let mut modified: BTreeMap<Arc<str>, String> = BTreeMap::new();
    for filed in files {
        modified.insert(filed.file.clone(), filed.modified.clone().unwrap_or_default());
        submission.files.push(SubmittedFile {
            file: filed.file.clone(),
            sha256: filed.sha256,
            size: filed.size,
            people: filed.people,
        });
        submission.notices.extend(filed.notices.iter().map(|notice| notice.placed(&filed.file)));
        for sheet in filed.sheets {
            for unknown in sheet.unknown {
                submission.sheets.push(unrecognised(&filed.file, &sheet.name, &unknown, forms));
            }
            for reading in sheet.readings {
                if reading.is_blank() {
                    submission.sheets.push(blank(&filed.file, &sheet.name, reading.form));
                    continue;
                }
                let project = reading.role(Role::Project).map(|field| field.value.clone());
                submission.tables.push(Table {
                    file: filed.file.clone(),
                    sheet: sheet.name.clone(),
                    form: reading.form,
                    project: project.filter(|_| !forms.all[reading.form].single),
                    reading,
                });
            }
        }
    }
    drop_older(&mut submission, forms, &modified);
    for table in &submission.tables {
        submission.sheets.push(SheetNote {
            file: table.file.clone(),
            sheet: table.sheet.clone(),
            form: Some(table.form),
            project: table.project.clone(),
            figures: table.reading.figures.iter().filter(|figure| figure.value.amount.is_some()).count(),
            unread: table.reading.unread.clone(),
            why: None,
        });
    }
    submission
}

/// A published form that nobody filled in is said once, not failed cell by cell.
fn blank(file: &Arc<str>, sheet: &Arc<str>, form: usize) -> SheetNote {
    SheetNote {
        file: file.clone(),
        sheet: sheet.clone(),
        form: Some(form),
        project: None,
        figures: 0,
        unread: Vec::new(),
        why: Some(Words::new("空白表样，未填写，不核对", "a blank form: nothing is filled in, nothing is checked")),
    }
}

fn unrecognised(file: &Arc<str>, sheet: &Arc<str>, unknown: &Unknown, forms: &Forms) -> SheetNote {
    let rows = format!("{}–{}", unknown.piece.top + 1, unknown.piece.bottom + 1);
    let why = match &unknown.nearest {
        _ if unknown.prose => Words::new(
            format!("第{rows}行只有文字，没有表格和金额，无可核对"),
            format!("rows {rows} hold words only, no table and no amount: nothing to check"),
        ),
        Some(fit) => {
            let nearest = forms.nearest(fit);
            Words::new(
                format!("第{rows}行未识别；{}。确是某种附件的，请用 --form 指定", nearest.zh),
                format!("rows {rows} not recognised; {}. If it is an annex, name its form with --form", nearest.en),
            )
        }
        None => Words::new(
            format!("第{rows}行未识别：没有任何表样的标题、栏目或行次"),
            format!("rows {rows} not recognised: no title, header or label of any form"),
        ),
    };
    SheetNote {
        file: file.clone(),
        sheet: sheet.clone(),
        form: None,
        project: None,
        figures: 0,
        unread: Vec::new(),
        why: Some(why),
    }
}

/// Of two versions of one annex the newer stands: by filing date, then the file's own date, then the later in order.
fn drop_older(submission: &mut Submission, forms: &Forms, modified: &BTreeMap<Arc<str>, String>) {
    let mut newest: BTreeMap<(usize, String), (Option<Day>, String, usize)> = BTreeMap::new();
    let key = |table: &Table| (table.form, table.project.as_deref().map(normal_entity).unwrap_or_default());
    let age = |index: usize, table: &Table| {
        let day = table.reading.field("填报日期").and_then(|field| read_day(&field.value));
        (day, modified.get(&table.file).cloned().unwrap_or_default(), index)
    };
    for (index, table) in submission.tables.iter().enumerate() {
        // Project tables without a name are not versions of each other.
        if !forms.all[table.form].single && table.project.is_none() {
            continue;
        }
        let entry = newest.entry(key(table)).or_insert_with(|| age(index, table));
        let this = age(index, table);
        if this > *entry {
            *entry = this;
        }
    }
    let mut index = 0;
    let mut notices = Vec::new();
    submission.tables.retain(|table| {
        let keep = newest.get(&key(table)).is_none_or(|(_, _, newest)| *newest == index);
        if !keep {
            let form = &forms.all[table.form];
            notices.push(Words::new(
                format!("{} · {}：{}有更新的版本，此份未用", table.file, table.sheet, form.title.zh),
                format!("{} · {}: a newer {} was filed; this one is not used", table.file, table.sheet, form.title.en),
            ));
        }
        index += 1;
        keep
    });
    submission.notices.extend(notices);
}
