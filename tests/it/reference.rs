//! The reference pages under `docs/` are what the program prints; `GOUJI_BLESS=1` writes them.

use std::fs;

use gouji::model::Lang;
use gouji::report::reference::{columns_markdown, forms_markdown, grammar_markdown, rules_markdown};
use gouji::rules::parse::parse;
use gouji::rules::spoken::spoken;

use crate::support::pipeline::{forms, pack};
use crate::support::program::gouji;
use crate::support::tree::{blessing, root, sample};

fn is_current(page: &str, printed: &str, command: &str) {
    let path = root().join(page);
    if blessing() {
        fs::write(&path, printed).expect("the page is writable");
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    let differs = kept.lines().zip(printed.lines()).position(|(kept, printed)| kept != printed);
    let line = differs.unwrap_or_else(|| kept.lines().count().min(printed.lines().count())) + 1;
    assert!(
        kept == printed,
        "{page}:{line} is not what `{command}` prints; GOUJI_BLESS=1 cargo test --test it reference"
    );
}

#[test]
fn the_page_of_rules_is_current() {
    is_current("docs/RULES.md", &rules_markdown(pack(), forms()), "gouji rules --markdown");
}

#[test]
fn the_page_of_forms_is_current() {
    is_current("docs/FORMS.md", &forms_markdown(forms()), "gouji forms --markdown");
}

#[test]
fn the_pages_of_the_store_list_its_columns() {
    for page in ["docs/STORE.md", "docs/STORE.zh-CN.md"] {
        let kept = fs::read_to_string(root().join(page)).expect("the page is there");
        let (before, rest) = kept.split_once("<!-- columns -->\n").expect("the page has a place for the columns");
        let (_, after) = rest.split_once("<!-- end -->").expect("and its end");
        let columns = columns_markdown();
        is_current(page, &format!("{before}<!-- columns -->\n{columns}<!-- end -->{after}"), "the store’s own list");
    }
}

#[test]
fn the_pages_of_the_narrative_list_its_grammar() {
    for page in ["docs/NARRATIVE.md", "docs/NARRATIVE.zh-CN.md"] {
        let kept = fs::read_to_string(root().join(page)).expect("the page is there");
        let (before, rest) = kept.split_once("<!-- grammar -->\n").expect("the page has a place for the grammar");
        let (_, after) = rest.split_once("<!-- end -->").expect("and its end");
        let grammar = grammar_markdown(&pack().grammar);
        is_current(page, &format!("{before}<!-- grammar -->\n{grammar}<!-- end -->{after}"), "src/narrative/builtin");
    }
}

#[test]
fn the_words_of_the_page_are_read() {
    let page = fs::read_to_string(root().join("docs/NARRATIVE.md")).expect("the page is there");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let pack = gouji::rules::Pack::read(&[("own.toml".to_owned(), example.to_owned())], forms()).expect("it is read");
    assert!(pack.grammar.text.rate.iter().any(|rate| rate.name == "入库率"));
    let bad = ("own.toml".to_owned(), "[[narrative.words]]\nsense = \"tusk\"\nwords = [\"a\"]\n".to_owned());
    let errors = gouji::rules::Pack::read(&[bad], forms()).expect_err("no sense is called so");
    assert_eq!((errors[0].file.as_str(), errors[0].line), ("own.toml", 2));
}

/// Engines that are not ours read the store; needs Python with `tests/outside/requirements.txt`, in `GOUJI_PYTHON`.
#[test]
#[ignore = "needs a Python with the packages of tests/outside/requirements.txt; .ci/run gives it one"]
fn outside_engines_read_the_store() {
    let python = std::env::var_os("GOUJI_PYTHON").unwrap_or_else(|| "python3".into());
    let folder = tempfile::tempdir().expect("a folder");
    let store = folder.path().join("数字库");
    for year in ["2023", "2024"] {
        let ended = gouji(["import".as_ref(), sample(year).as_os_str(), "--store".as_ref(), store.as_os_str()]);
        assert_eq!(ended.code, 0, "{}", ended.said());
    }
    let script = root().join("tests/outside/store.py");
    let ended = std::process::Command::new(python).arg(script).arg(&store).output().expect("python runs");
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
}

/// Another reader finds every tie in the tie-out; needs Python with `tests/outside/requirements.txt`, in `GOUJI_PYTHON`.
#[test]
#[ignore = "needs a Python with the packages of tests/outside/requirements.txt; .ci/run gives it one"]
fn openpyxl_reads_every_tie_as_the_ledger_has_it() {
    let python = std::env::var_os("GOUJI_PYTHON").unwrap_or_else(|| "python3".into());
    for args in [&["samples/2024", "--prior", "samples/2023"][..], &["samples"][..]] {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let more = ["--format", "json", "--ledger", "-o", &out.to_string_lossy()].map(str::to_owned);
        let ended = gouji(["check"].iter().chain(args).map(ToString::to_string).chain(more));
        assert_eq!(ended.code, 1, "{}", ended.said());
        let run = folder.path().join("run.json");
        std::fs::write(&run, &ended.out).expect("written");
        let script = root().join("tests/outside/workpapers.py");
        let papers = out.join("workpapers.xlsx");
        let command = [&script, &papers, &run];
        let ended = std::process::Command::new(&python).args(command).output().expect("python runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// The schema of SARIF holds for whole runs in both languages; needs Python as above.
#[test]
#[ignore = "needs a Python with the packages of tests/outside/requirements.txt; .ci/run gives it one"]
fn sarif_is_valid_against_its_schema() {
    let python = std::env::var_os("GOUJI_PYTHON").unwrap_or_else(|| "python3".into());
    let folder = tempfile::tempdir().expect("a folder");
    for (args, lang) in [(&["samples"][..], "zh"), (&["samples/2024", "--prior", "samples/2023", "nowhere"][..], "en")]
    {
        let ended = gouji(["check"].iter().chain(args).chain(&["--format", "sarif", "--lang", lang]));
        let log = folder.path().join("run.sarif");
        std::fs::write(&log, &ended.out).expect("written");
        let script = root().join("tests/outside/sarif.py");
        let ended = std::process::Command::new(&python).arg(script).arg(&log).output().expect("python runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}

/// The counts of rules in the READMEs are those of the pack.
#[test]
fn the_readmes_count_the_rules_right() {
    for page in ["README.md", "README.zh-CN.md"] {
        let text = std::fs::read_to_string(root().join(page)).expect("a README");
        let counted = |line: &str| {
            let (family, _) = line.strip_prefix("| GJ")?.split_once("xx")?;
            let count = pack().rules.iter().filter(|rule| rule.code.starts_with(&format!("GJ{family}"))).count();
            let mut cells: Vec<String> = line.split('|').map(str::to_owned).collect();
            *cells.get_mut(2)? = format!(" {count} ");
            Some((count, cells.join("|")))
        };
        let mut total = 0;
        let current: Vec<String> = text
            .lines()
            .map(|line| match counted(line) {
                Some((count, line)) => {
                    total += count;
                    line
                }
                None => line.to_owned(),
            })
            .collect();
        assert_eq!(total, pack().rules.len(), "{page}: every family has its line");
        is_current(page, &(current.join("\n") + "\n"), "the counts of rules");
    }
}

#[test]
fn the_program_prints_the_pages() {
    assert_eq!(gouji(["rules", "--markdown"]).out, rules_markdown(pack(), forms()));
    assert_eq!(gouji(["forms", "--markdown"]).out, forms_markdown(forms()));
}

#[test]
fn every_rule_has_its_own_page_text() {
    let page = rules_markdown(pack(), forms());
    for rule in &pack().rules {
        assert!(
            page.contains(&rule.code) && page.contains(&rule.title.zh) && page.contains(&rule.why.zh),
            "{}",
            rule.code
        );
        assert!(!rule.source.is_empty(), "{} names its source", rule.code);
    }
}

/// Every item of the catalogue stands in both pages, once, with the rules that name it; or with a reason why none does.
#[test]
fn the_pages_of_the_catalogue_name_the_rules() {
    let families = [('A', 20), ('B', 7), ('C', 17), ('D', 15), ('E', 12), ('F', 23), ('G', 10), ('H', 5), ('I', 10)];
    let ids: Vec<String> =
        families.iter().flat_map(|(family, count)| (1..=*count).map(move |n| format!("{family}{n:02}"))).collect();
    for page in ["docs/CATALOGUE.md", "docs/CATALOGUE.zh-CN.md"] {
        let kept = fs::read_to_string(root().join(page)).expect("the page is there");
        let rows: Vec<Vec<&str>> = kept
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| id") && !line.starts_with("| 编号"))
            .map(|line| line.split('|').map(str::trim).collect())
            .collect();
        assert_eq!(rows.iter().map(|row| row[1]).collect::<Vec<_>>(), ids, "{page}");
        for row in rows {
            let named = |rule: &&gouji::rules::Rule| rule.catalogue.split_whitespace().any(|id| id == row[1]);
            let codes: Vec<String> = pack().rules.iter().filter(named).map(|rule| rule.code.clone()).collect();
            let links: Vec<String> =
                codes.iter().map(|code| format!("[{code}](RULES.md#{})", code.to_lowercase())).collect();
            let expected = if codes.is_empty() { "—".to_owned() } else { links.join(", ") };
            assert_eq!(row[3], expected, "{page}: {}", row[1]);
            assert!(!codes.is_empty() || !row[4].is_empty(), "{page}: {} needs a reason", row[1]);
        }
    }
}

#[test]
fn every_formula_reads_back_from_its_chinese_words() {
    let mut said = 0;
    for rule in &pack().rules {
        // A check's name is no formula.
        let Ok(typed) = parse(&rule.formula) else { continue };
        let chinese = spoken(&rule.formula, Lang::Zh);
        let again = parse(&chinese).unwrap_or_else(|error| panic!("{}: {chinese}: {error}", rule.code));
        assert_eq!(again.to_string(), typed.to_string(), "{}", rule.code);
        said += usize::from(chinese != rule.formula);
    }
    assert!(said > 20, "only {said} formulas hold a keyword");
}
