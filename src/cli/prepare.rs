//! From paths to a run, as every command needs it that asks about findings.

use std::path::PathBuf;

use anyhow::Context as _;

use super::args::Reading;
use super::check::pairs;
use super::choice::Choice;
use super::load::{self, Loaded};
use super::personal;
use super::walk::Input;
use crate::answers::Tried;
use crate::facts::{Overrides, Submission};
use crate::forms::Forms;
use crate::model::Lang;
use crate::reconcile::{Keep, Run, reconcile_within};
use crate::report::{Problem, Report};
use crate::rules::Pack;

/// A run with all that was read for it.
pub struct Prepared {
    pub forms: Forms,
    pub pack: Pack,
    pub run: Run,
    pub inputs: Vec<Input>,
    pub problems: Vec<Problem>,
    /// Files that an interrupt left unread; nothing is to be said of such a run.
    pub undone: Vec<String>,
}

impl Prepared {
    /// Reads paths and last year's, and reconciles; `look` sees the submissions before figures are let go.
    ///
    /// # Errors
    /// Forms or rules that cannot be read; a rule that is not there.
    pub fn read(
        reading: &Reading,
        choice: &Choice,
        prior: &[PathBuf],
        keep: Keep,
        look: impl FnOnce(&[Submission]),
    ) -> anyhow::Result<Self> {
        let forms = load::forms_of(reading)?;
        let pack = choice.of(load::pack(&reading.rules, &forms)?)?;
        let overrides = reading.overrides(&pack);
        let Loaded { mut inputs, submissions, mut problems, mut undone } =
            load::load(&reading.paths, reading.shard, reading, &overrides, &forms);
        look(&submissions);
        let overrides = Overrides { year: None, ..overrides };
        let prior = load::load_prior(prior, reading, &overrides, &forms, &submissions);
        undone.extend(prior.undone);
        problems.extend(prior.problems);
        inputs.extend(prior.inputs);
        let mut run = reconcile_within(submissions, prior.submissions, &forms, &pack, keep, reading.limits.patience())
            .context("reconciling")?;
        if !reading.show_personal {
            personal::hide(&mut run);
        }
        problems.extend(load::late(&run, &reading.limits));
        pairs(&run.pairing, &run.submissions, &run.priors, &mut problems);
        Ok(Self { forms, pack, run, inputs, problems, undone })
    }

    /// The run with what it was made by.
    pub fn tried(&self) -> Tried<'_> {
        Tried { run: &self.run, pack: &self.pack, forms: &self.forms }
    }

    /// The run for an emitter.
    pub fn report(&self, lang: Lang, show_personal: bool) -> Report<'_> {
        let Self { run, forms, pack, problems, .. } = self;
        Report { run, forms, pack, lang, show_personal, problems }
    }
}
