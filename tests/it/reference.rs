//! The reference pages under `docs/` are what the program prints; `GOUJI_BLESS=1` writes them.

use std::fs;

use gouji::report::reference::{forms_markdown, rules_markdown};

use crate::support::pipeline::{forms, pack};
use crate::support::program::gouji;
use crate::support::tree::{blessing, root};

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
