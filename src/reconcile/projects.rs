//! Which report and which table are of one project.

use std::collections::BTreeMap;

use crate::facts::gather::normal_entity;
use crate::facts::{Submission, Table};
use crate::forms::Forms;

/// Pairs the tables of each project: by name, then by likeness, then the only ones left.
#[must_use]
pub fn projects(submission: &Submission, forms: &Forms) -> Vec<(String, BTreeMap<usize, usize>)> {
    let mut projects: Vec<(String, BTreeMap<usize, usize>)> = Vec::new();
    let loose: Vec<(usize, &Table)> =
        submission.tables.iter().enumerate().filter(|(_, table)| !forms.all[table.form].single).collect();
    for (index, table) in loose {
        let name = table.project.clone().unwrap_or_default();
        let key = normal_entity(&name);
        let free = |project: &(String, BTreeMap<usize, usize>)| !project.1.contains_key(&table.form);
        let exact = projects.iter().position(|project| free(project) && normal_entity(&project.0) == key);
        let alike = || projects.iter().position(|project| free(project) && similar(&normal_entity(&project.0), &key));
        match exact.or_else(alike) {
            Some(at) => {
                projects[at].1.insert(table.form, index);
            }
            None => projects.push((name, BTreeMap::from([(table.form, index)]))),
        }
    }
    merge_last_two(&mut projects);
    projects
}

/// Two names that differ by less than two letters in five.
fn similar(a: &str, b: &str) -> bool {
    let longest = a.chars().count().max(b.chars().count());
    longest > 0 && strsim::osa_distance(a, b) * 5 <= longest * 2
}

/// One report and one table left over belong together, whatever they are called.
fn merge_last_two(projects: &mut Vec<(String, BTreeMap<usize, usize>)>) {
    if let [first, second] = projects.as_slice()
        && first.1.len() == 1
        && second.1.len() == 1
        && first.1.keys().ne(second.1.keys())
    {
        let (_, tables) = projects.remove(1);
        projects[0].1.extend(tables);
    }
}
