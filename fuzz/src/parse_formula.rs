//! A formula prints as it parses, and every name of it is known or said, in every scope.

use gouji::rules::ast::Relation;
use gouji::rules::lex::SyntaxError;
use gouji::rules::parse::parse;
use gouji::rules::resolve::{Scope, resolve};

pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match parse(text) {
        Ok(relation) => {
            let printed = relation.to_string();
            let again = parse(&printed).unwrap_or_else(|why| panic!("{text} printed as {printed}: {why}"));
            assert_eq!(again.to_string(), printed, "what is printed reads the same");
            known(text, &relation);
        }
        Err(SyntaxError { span, expected, .. }) => {
            assert!(!expected.is_empty());
            inside(text, &span);
        }
    }
}

fn known(text: &str, relation: &Relation) {
    let forms = super::forms();
    let blocks = forms.all.iter().enumerate().flat_map(|(form, declared)| {
        declared.blocks.iter().flat_map(move |block| {
            let block = block.name.clone();
            [Scope::Measure { form, block: block.clone() }, Scope::Line { form, block }]
        })
    });
    let tables = (0..forms.all.len()).map(|form| Scope::Form { form });
    for scope in blocks.chain(tables).chain([Scope::Submission, Scope::Project]) {
        match resolve(relation, &scope, forms) {
            Ok(resolved) => assert!(resolved.slots.len() <= text.len(), "an operand takes a letter at least"),
            Err(why) => {
                assert!(!why.problem.is_empty());
                inside(text, &why.span);
            }
        }
    }
}

/// A fault is shown at letters of the text.
fn inside(text: &str, span: &std::ops::Range<usize>) {
    assert!(span.start <= span.end && text.get(span.clone()).is_some(), "{span:?} of {text}");
}
