//! Which cell of a set of figures is wrong, why, and what it probably should be.
//!
//! Takes a [`Problem`]: cells with their values and half-units as whole numbers on one scale, and the ties that bind
//! them, those that hold and those that fail. Gives what `locate` finds: first whether one column, table or sheet is a
//! power of ten off (`scale`); then, for every group of failing ties that share cells, the smallest sets of cells whose
//! change satisfies them all and breaks none, each change with its likely cause (`cause`). Where nothing fits it says
//! so. `joint` asks the other question: whether ties that hold one by one can hold together.
//!
//! Whole numbers only, so every answer is exact. It knows nothing of forms, rules or files: `reconcile` states the
//! problem and reads the answer.

pub mod cause;
mod components;
mod copies;
mod digits;
mod evidence;
pub mod joint;
pub mod locate;
pub mod problem;
mod scale;
mod search;
mod table;

pub use cause::{Guess, Slip};
pub use joint::{Conflict, Joint, OneSided, joint, one_sided};
pub use locate::{Change, Found, Group, Located, locate};
pub use problem::{Binding, Cell, Equation, Hold, Problem, Spot, Tie};
pub use scale::{Part, ScaleSlip};
