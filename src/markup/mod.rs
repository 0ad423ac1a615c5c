//! Markup as bytes: the pieces of an XML text, the attributes of a tag, references and escapes.
//!
//! Takes text that is held or a window of it; says where things stand. Knows no parts, packages or files: what a
//! piece means is for those who read a workbook and those who edit one.

pub mod tokens;
pub mod xml;
