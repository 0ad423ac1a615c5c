//! What people said of findings: read from wherever they typed it, held against the findings of a run.
//!
//! Takes workbooks of ours that came back (the list 勾稽结果, workpapers, query lists), JSON, TOML and CSV; gives
//! [`Entry`]s, and what could not be read. `judge` matches them with findings by key and says where each stands;
//! [`baseline`] holds an earlier run against this one; [`reply`] says what came back of a query list.
//!
//! *Absent on purpose:* a clock. A day comes from the user or from the filing dates.

pub mod baseline;
pub mod book;
mod csv;
pub mod dates;
pub mod entry;
pub mod figures;
pub mod files;
pub mod judge;
pub mod key;
pub mod reply;
pub mod template;
pub mod tried;

pub use entry::{Entry, Fault};
pub use judge::judge;
pub use tried::Tried;
