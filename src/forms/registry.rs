//! The declared forms: those built in, and a user's own.

use super::declare::{Form, FormError};
use super::recognise::Fit;
use crate::model::Words;

/// Every form that a run knows; a user's form replaces a built-in one of the same kind and Chinese title.
#[derive(Debug, Clone)]
pub struct Forms {
    pub all: Vec<Form>,
    /// What the user says that sheets are.
    pub asked: Vec<Asked>,
}

/// A sheet that the user says is of a form; none means every piece that no form fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Index into the forms.
    pub form: usize,
    pub sheet: Option<String>,
}

/// The built-in forms as text, in the order of the annexes.
pub const BUILTIN: [(&str, &str); 7] = [
    ("report.toml", include_str!("builtin/report.toml")),
    ("basic-data.toml", include_str!("builtin/basic-data.toml")),
    ("department-self-evaluation.toml", include_str!("builtin/department-self-evaluation.toml")),
    ("project-report.toml", include_str!("builtin/project-report.toml")),
    ("project-self-evaluation.toml", include_str!("builtin/project-self-evaluation.toml")),
    ("roster.toml", include_str!("builtin/roster.toml")),
    ("three-public.toml", include_str!("builtin/three-public.toml")),
];

impl Forms {
    /// Reads the built-in forms.
    ///
    /// # Errors
    /// Only where the program was built with a broken form; a test reads them all.
    pub fn builtin() -> Result<Self, FormError> {
        let all = BUILTIN.iter().map(|(file, text)| Form::parse(file, text)).collect::<Result<_, _>>()?;
        Ok(Self { all, asked: Vec::new() })
    }

    /// Adds a form from a file's text and gives its place; one with a known title and kind takes its place.
    ///
    /// # Errors
    /// As [`Form::parse`].
    pub fn add(&mut self, file: &str, text: &str) -> Result<usize, FormError> {
        let form = Form { own: true, ..Form::parse(file, text)? };
        if let Some(at) = self.all.iter().position(|old| old.kind == form.kind && old.title.zh == form.title.zh) {
            self.all[at] = form;
            return Ok(at);
        }
        self.all.push(form);
        Ok(self.all.len() - 1)
    }

    /// Says which form a piece came nearest to, and what was missing of it.
    #[must_use]
    pub fn nearest(&self, fit: &Fit) -> Words {
        let form = &self.all[fit.form];
        Words::new(
            format!(
                "最接近{}{}（{}分，需{}分），缺：{}",
                form.annex,
                form.title.zh,
                fit.score,
                form.need,
                fit.missing.join("、")
            ),
            format!(
                "nearest is {} {} (score {}, needs {}), missing: {}",
                form.annex,
                form.title.en,
                fit.score,
                form.need,
                fit.missing.join(", ")
            ),
        )
    }

    /// Finds a form by its kind, its annex or its Chinese title; a user's own goes first.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Form> {
        self.position(name).map(|form| &self.all[form])
    }

    fn position(&self, name: &str) -> Option<usize> {
        let is = |form: &Form| form.kind == name || form.annex == name || form.title.zh == name;
        let own = self.all.iter().position(|form| form.own && is(form));
        own.or_else(|| self.all.iter().position(is))
    }

    /// Takes down that a sheet, or whatever no form fits, is of a form: `KIND=SHEET` or `KIND`.
    ///
    /// # Errors
    /// Gives back the name that no form has.
    pub fn ask(&mut self, said: &str) -> Result<(), String> {
        let (name, sheet) = said.split_once('=').map_or((said, None), |(name, sheet)| (name, Some(sheet.trim())));
        let form = self.position(name.trim()).ok_or_else(|| name.trim().to_owned())?;
        self.asked.push(Asked { form, sheet: sheet.map(str::to_owned) });
        Ok(())
    }

    /// The form that the user says a sheet is of.
    #[must_use]
    pub fn asked_of(&self, sheet: &str) -> Option<usize> {
        self.asked.iter().find(|asked| asked.sheet.as_deref() == Some(sheet.trim())).map(|asked| asked.form)
    }

    /// The form that the user says whatever no form fits is of.
    #[must_use]
    pub fn asked_of_rest(&self) -> Option<usize> {
        self.asked.iter().find(|asked| asked.sheet.is_none()).map(|asked| asked.form)
    }
}
