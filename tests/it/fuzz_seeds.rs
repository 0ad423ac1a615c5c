//! Every seed of the fuzz targets, and every input that once broke one, through the same functions.

#[path = "../../fuzz/src/lib.rs"]
pub mod targets;

use crate::support::tree::root;

#[test]
fn every_seed_holds_what_its_target_asks() {
    type Run = fn(&[u8]);
    let all: [(&str, Run); 5] = [
        ("parse_figure", targets::parse_figure::run),
        ("parse_form", targets::parse_form::run),
        ("parse_formula", targets::parse_formula::run),
        ("patch_package", targets::patch_package::run),
        ("read_workbook", targets::read_workbook::run),
    ];
    let seeds = root().join("fuzz/seeds");
    let mut folders: Vec<String> = std::fs::read_dir(&seeds)
        .expect("the seeds")
        .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
        .collect();
    folders.sort();
    assert_eq!(folders, all.map(|(target, _)| target), "every target has seeds, and no seeds are without one");
    for (target, run) in all {
        let files = std::fs::read_dir(seeds.join(target)).expect("the seeds of a target");
        let mut tried = 0;
        for file in files {
            let path = file.expect("readable").path();
            let data = std::fs::read(&path).expect("readable");
            assert!(data.len() <= 16_384, "{}: a seed is small", path.display());
            println!("{}", path.display());
            run(&data);
            tried += 1;
        }
        assert!(tried > 1, "{target}");
    }
}
