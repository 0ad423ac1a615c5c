//! The declared forms: those built in, and a user's own.

use super::declare::{Form, FormError};
use super::recognise::Fit;
use crate::model::Words;

/// Every form that a run knows; a user's form replaces a built-in one of the same kind and Chinese title.
#[derive(Debug, Clone)]
pub struct Forms {
    pub all: Vec<Form>,
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
        Ok(Self { all })
    }

    /// Adds a form from a file's text; one with a known title and kind takes its place.
    ///
    /// # Errors
    /// As [`Form::parse`].
    pub fn add(&mut self, file: &str, text: &str) -> Result<(), FormError> {
        let form = Form { own: true, ..Form::parse(file, text)? };
        match self.all.iter_mut().find(|old| old.kind == form.kind && old.title.zh == form.title.zh) {
            Some(old) => *old = form,
            None => self.all.push(form),
        }
        Ok(())
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

    /// Finds a form by its kind, its annex or its Chinese title.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&Form> {
        self.all.iter().find(|form| form.kind == name || form.annex == name || form.title.zh == name)
    }
}
