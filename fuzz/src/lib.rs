//! What each fuzz target does with an input, and what must hold whatever the input is.
//!
//! One module a target, each with `run(data)`. The ordinary tests of gouji include this file and give every seed to the
//! same functions, so that seeds and targets cannot rot.

pub mod parse_figure;
pub mod parse_form;
pub mod parse_formula;
pub mod patch_package;
pub mod read_workbook;

pub mod parts;

use std::sync::OnceLock;

use gouji::forms::Forms;

/// The built-in forms, read once.
fn forms() -> &'static Forms {
    static FORMS: OnceLock<Forms> = OnceLock::new();
    FORMS.get_or_init(|| Forms::builtin().expect("the built-in forms are sound"))
}
