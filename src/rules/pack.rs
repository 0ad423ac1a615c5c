//! Rules as officers declare them: TOML as typed, then checked [`Rule`]s; a pack with one bad rule does not run.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::parse::parse_with;
use super::resolve::{Resolved, Scope, resolve, unknown};
use crate::facts::Aliases;
use crate::forms::Forms;
use crate::forms::indicators::GROUPS;
use crate::model::{Class, Severity, Words};
use crate::narrative::{Grammar, GrammarText};

/// One rule, ready to run.
#[derive(Debug, Clone)]
pub struct Rule {
    pub code: String,
    /// Its number in the catalogue of checks.
    pub catalogue: String,
    pub title: Arc<Words>,
    pub why: Words,
    pub hint: Arc<Words>,
    pub class: Class,
    pub severity: Severity,
    pub source: String,
    /// The formula as written, or the name of the check.
    pub formula: String,
    /// Rows that the rule leaves out.
    pub except: Vec<String>,
    /// The only rows that the rule looks at, where it names any.
    pub only: Vec<String>,
    /// A rule for several forms stands in several places.
    pub places: Vec<Place>,
    /// What it finds keeps ties from being tried that the forms ask for.
    pub untried: bool,
    pub params: toml::Table,
}

impl Rule {
    /// Whether the rule is meant for a line of this name.
    #[must_use]
    pub fn looks_at(&self, line: &str) -> bool {
        let named = |list: &[String]| list.iter().any(|name| name == line);
        !named(&self.except) && (self.only.is_empty() || named(&self.only))
    }
}

impl Rule {
    /// Whether the rule holds a submission against last year's, so that without one it says nothing.
    #[must_use]
    pub fn looks_back(&self) -> bool {
        self.places.iter().any(|place| match &place.body {
            Body::Formula(resolved) => resolved.slots.iter().any(super::Slot::looks_back),
            Body::Check(name) => super::CHECKS_OF_TWO_YEARS.contains(&name.as_str()),
        })
    }
}

/// A rule on one kind of place.
#[derive(Debug, Clone)]
pub struct Place {
    pub scope: Scope,
    pub body: Body,
}

/// How a rule is decided.
#[derive(Debug, Clone)]
pub enum Body {
    Formula(Resolved),
    /// A procedure by name, for what no formula says.
    Check(String),
}

/// Every rule of a run.
#[derive(Debug, Clone)]
pub struct Pack {
    pub rules: Vec<Rule>,
    /// Names that are one unit's.
    pub aliases: Aliases,
    /// What words mean in sentences.
    pub grammar: Grammar,
    /// SHA-256 over the text of all rule files, in lower-case hexadecimal.
    pub sha256: String,
}

/// Something wrong in a rule file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {problem}")]
pub struct RuleError {
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub problem: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileText {
    #[serde(default)]
    rule: Vec<Spanned<RuleText>>,
    #[serde(default)]
    change: Vec<ChangeText>,
    #[serde(default)]
    alias: Vec<AliasText>,
    #[serde(default)]
    narrative: GrammarText,
}

/// What a place sets otherwise in a rule that is there already.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeText {
    code: Spanned<String>,
    severity: Option<Severity>,
    #[serde(default)]
    params: toml::Table,
    /// The rule is not used.
    #[serde(default)]
    off: bool,
}

/// Names of one unit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasText {
    names: Vec<String>,
}

/// One name, or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn all(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Many(names) => names,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleText {
    code: Spanned<String>,
    #[serde(default)]
    catalogue: String,
    title: Words,
    why: Words,
    #[serde(default)]
    hint: Words,
    class: Class,
    severity: Option<Severity>,
    source: String,
    #[serde(rename = "for")]
    scope: Spanned<String>,
    form: Option<Spanned<Names>>,
    block: Option<Spanned<String>>,
    formula: Option<Spanned<String>>,
    check: Option<Spanned<String>>,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    only: Vec<String>,
    #[serde(default)]
    untried: bool,
    #[serde(default)]
    params: toml::Table,
}

/// The built-in rules as text, a file a family.
pub const BUILTIN: [(&str, &str); 7] = [
    ("within.toml", include_str!("builtin/within.toml")),
    ("between.toml", include_str!("builtin/between.toml")),
    ("years.toml", include_str!("builtin/years.toml")),
    ("words.toml", include_str!("builtin/words.toml")),
    ("indicators.toml", include_str!("builtin/indicators.toml")),
    ("units-and-dates.toml", include_str!("builtin/units-and-dates.toml")),
    ("completeness.toml", include_str!("builtin/completeness.toml")),
];

impl Pack {
    /// Reads the built-in rules and then a user's files; a rule with a known code takes its place, and a change sets
    /// parameters or the severity of a rule that is there.
    ///
    /// # Errors
    /// Every problem of every rule, each with file, line and column.
    pub fn read(files: &[(String, String)], forms: &Forms) -> Result<Self, Vec<RuleError>> {
        let builtin = BUILTIN
            .iter()
            .chain([&crate::narrative::grammar::BUILTIN])
            .map(|(file, text)| ((*file).to_owned(), (*text).to_owned()));
        let all: Vec<(String, String)> = builtin.chain(files.iter().cloned()).collect();
        let mut typed: Vec<Typed<'_>> = Vec::new();
        let mut aliases: Vec<Vec<String>> = Vec::new();
        let mut grammar = Grammar::default();
        let mut errors = Vec::new();
        let mut hash = Sha256::new();
        for (file, text) in &all {
            hash.update(text.as_bytes());
            match read_file(file, text, &mut typed, &mut grammar) {
                Ok(named) => aliases.extend(named),
                Err(found) => errors.extend(found),
            }
        }
        let mut rules: Vec<Rule> = Vec::new();
        for one in typed {
            match check_rule(one.file, one.text, one.rule, forms) {
                Ok(rule) => rules.push(rule),
                Err(error) => errors.push(error),
            }
        }
        rules.sort_by(|a, b| a.code.cmp(&b.code));
        let sha256 = hash.finalize().iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        if errors.is_empty() {
            Ok(Self { rules, aliases: Aliases::new(&aliases), grammar, sha256 })
        } else {
            Err(errors)
        }
    }

    #[must_use]
    pub fn rule(&self, code: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.code.eq_ignore_ascii_case(code) || rule.catalogue.eq_ignore_ascii_case(code))
    }
}

/// A rule as typed, with the file that it stands in.
struct Typed<'t> {
    file: &'t str,
    text: &'t str,
    rule: RuleText,
}

/// Adds one file's rules to those before it, then its changes; gives its aliases.
fn read_file<'t>(
    file: &'t str,
    text: &'t str,
    typed: &mut Vec<Typed<'t>>,
    grammar: &mut Grammar,
) -> Result<Vec<Vec<String>>, Vec<RuleError>> {
    let content: FileText = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        vec![error_at(file, text, at, error.message().to_owned())]
    })?;
    grammar.add(content.narrative);
    let mut errors = Vec::new();
    let mut own: Vec<String> = Vec::new();
    for spanned in content.rule {
        let code = spanned.get_ref().code.clone();
        if own.contains(code.get_ref()) {
            errors.push(error_at(file, text, code.span().start, format!("`{}` is used twice", code.get_ref())));
            continue;
        }
        own.push(code.get_ref().clone());
        let one = Typed { file, text, rule: spanned.into_inner() };
        match typed.iter_mut().find(|old| old.rule.code.get_ref() == code.get_ref()) {
            Some(old) => *old = one,
            None => typed.push(one),
        }
    }
    for change in content.change {
        let code = change.code.get_ref();
        let Some(at) = typed.iter().position(|one| one.rule.code.get_ref() == code) else {
            let known = typed.iter().map(|one| one.rule.code.get_ref().as_str());
            errors.push(error_at(file, text, change.code.span().start, unknown("rule", code, known)));
            continue;
        };
        if change.off {
            typed.remove(at);
            continue;
        }
        let rule = &mut typed[at].rule;
        if let Some(name) = change.params.keys().find(|name| !rule.params.contains_key(name.as_str())) {
            let problem = unknown("parameter", name, rule.params.keys().map(String::as_str));
            errors.push(error_at(file, text, change.code.span().start, problem));
            continue;
        }
        rule.severity = change.severity.or(rule.severity);
        rule.params.extend(change.params);
    }
    if errors.is_empty() { Ok(content.alias.into_iter().map(|alias| alias.names).collect()) } else { Err(errors) }
}

fn check_rule(file: &str, text: &str, typed: RuleText, forms: &Forms) -> Result<Rule, RuleError> {
    let at = |offset: usize, problem: String| error_at(file, text, offset, problem);
    let code_span = typed.code.span().start;
    let scopes = check_scopes(&typed, forms).map_err(|(offset, problem)| at(offset, problem))?;
    let body = |scope: &Scope| match (&typed.formula, &typed.check) {
        (Some(formula), None) => {
            let start = formula.span().start + opening(&text[formula.span()]);
            let relation =
                parse_with(formula.get_ref(), &typed.params).map_err(|e| at(start + e.span.start, e.to_string()))?;
            let resolved = resolve(&relation, scope, forms).map_err(|e| at(start + e.span.start, e.to_string()))?;
            super::plan::check_depth(&resolved).map_err(|problem| at(start, problem))?;
            Ok(Body::Formula(resolved))
        }
        (None, Some(check)) if super::CHECKS.contains(&check.get_ref().as_str()) => {
            Ok(Body::Check(check.get_ref().clone()))
        }
        (None, Some(check)) => Err(at(check.span().start, unknown("check", check.get_ref(), super::CHECKS))),
        _ => Err(at(code_span, "a rule has either a `formula` or a `check`".to_owned())),
    };
    // Where the rule leaves its form or block open, the places are those where its names mean something.
    let open =
        typed.formula.is_some() && (typed.form.is_none() || typed.block.is_none()) && !matches!(scopes.as_slice(), [_]);
    let tried: Vec<Result<Place, RuleError>> =
        scopes.into_iter().map(|scope| Ok(Place { body: body(&scope)?, scope })).collect();
    let places: Vec<Place> = if open && tried.iter().any(Result::is_ok) {
        tried.into_iter().filter_map(Result::ok).collect()
    } else {
        tried.into_iter().collect::<Result<_, _>>()?
    };
    let formula =
        typed.formula.as_ref().or(typed.check.as_ref()).map(|text| text.get_ref().clone()).unwrap_or_default();
    let code = typed.code.into_inner();
    let digits = code.strip_prefix("GJ").or_else(|| code.strip_prefix("U")).unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(at(code_span, format!("`{code}` is not a code such as GJ203, or U1 for a rule of your own")));
    }
    Ok(Rule {
        code,
        catalogue: typed.catalogue,
        title: Arc::new(typed.title),
        why: typed.why,
        hint: Arc::new(typed.hint),
        class: typed.class,
        severity: typed.severity.unwrap_or_else(|| typed.class.severity()),
        source: typed.source,
        formula,
        except: typed.except,
        only: typed.only,
        places,
        untried: typed.untried,
        params: typed.params,
    })
}

/// Bytes of a TOML text before its content begins: one quotation mark, or three and perhaps a line break.
fn opening(raw: &str) -> usize {
    let marks = if raw.starts_with("'''") || raw.starts_with("\"\"\"") { 3 } else { 1 };
    marks + usize::from(marks == 3 && raw[3..].starts_with('\n'))
}

type Misplaced = (usize, String);

fn check_scopes(typed: &RuleText, forms: &Forms) -> Result<Vec<Scope>, Misplaced> {
    let kinds = ["each measure", "each line", "each form", "submission", "each project"];
    let scope = typed.scope.get_ref().as_str();
    match scope {
        "submission" => return Ok(vec![Scope::Submission]),
        "each project" => return Ok(vec![Scope::Project]),
        _ if !kinds.contains(&scope) => return Err((typed.scope.span().start, unknown("scope", scope, kinds))),
        _ => {}
    }
    let mut scopes = Vec::new();
    for form in named_forms(typed, forms)? {
        match scope {
            "each form" => scopes.push(Scope::Form { form }),
            _ => {
                for block in named_blocks(typed, forms, form)? {
                    scopes.push(match scope {
                        "each measure" => Scope::Measure { form, block },
                        _ => Scope::Line { form, block },
                    });
                }
            }
        }
    }
    Ok(scopes)
}

/// The forms that a rule names; all of them where it names none, to be told apart by its operands.
fn named_forms(typed: &RuleText, forms: &Forms) -> Result<Vec<usize>, Misplaced> {
    let Some(names) = &typed.form else { return Ok((0..forms.all.len()).collect()) };
    let find = |name: &String| {
        // Of several forms under one annex number the first is meant: the built-in one, or what took its place.
        let found = forms.all.iter().position(|form| [&form.kind, &form.annex, &form.title.zh].contains(&name));
        found.ok_or_else(|| {
            (names.span().start, unknown("form", name, forms.all.iter().map(|form| form.title.zh.as_str())))
        })
    };
    names.get_ref().all().iter().map(find).collect()
}

/// The block that a rule names; every block with columns where it names none.
fn named_blocks(typed: &RuleText, forms: &Forms, form: usize) -> Result<Vec<String>, Misplaced> {
    let blocks = &forms.all[form].blocks;
    let Some(named) = &typed.block else {
        let tables = blocks.iter().filter(|block| !block.measures.is_empty());
        return Ok(tables.map(|block| block.name.clone()).collect());
    };
    let name = named.get_ref();
    if name == GROUPS {
        return Ok(vec![name.clone()]);
    }
    let found = blocks.iter().find(|block| block.name == *name || block.title.zh == *name);
    found
        .map(|block| vec![block.name.clone()])
        .ok_or_else(|| (named.span().start, unknown("block", name, blocks.iter().map(|block| block.title.zh.as_str()))))
}

/// Turns a byte offset into a line and a column, both counted from one.
fn error_at(file: &str, text: &str, offset: usize, problem: String) -> RuleError {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    RuleError { file: file.to_owned(), line, column, problem }
}
