//! A masked copy of a submission, to be shared: people's names and numbers go, every figure stays.
//!
//! Takes a workbook's bytes and what was read of it; gives the same package, in which names keep their family name
//! and numbers of telephones and identity cards become `*`, letter for letter, and says what was masked where. Parts
//! without any of it are copied as they were compressed. Formulas and stored numbers stay, but for numbers under a
//! heading that names them as a telephone or an identity card.
//!
//! Refuses what [`crate::ooxml`] refuses. What it cannot look into (pictures, embedded files, macros) it names.

mod package;
mod people;

pub use package::{Redacted, Where, redact};
pub use people::People;
