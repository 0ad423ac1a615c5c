//! Texts that occur again and again, kept once: the labels of a form stand in every submission of a county.

use std::collections::HashMap;

use serde_json::Value;

/// A text shorter than this is no longer than its number.
const SHORT: usize = 4;

/// The table of texts. A text stands as itself where it is met first, and by its number from the second time on; so
/// the table holds nothing that occurs once, and a page is written in one pass.
#[derive(Default)]
pub(super) struct Texts {
    met: HashMap<String, Option<usize>>,
    kept: Vec<Value>,
}

impl Texts {
    /// Gives the text itself, or its number.
    pub(super) fn put(&mut self, text: &str) -> Value {
        if text.len() < SHORT {
            return Value::String(text.to_owned());
        }
        match self.met.get_mut(text) {
            None => {
                self.met.insert(text.to_owned(), None);
                Value::String(text.to_owned())
            }
            Some(Some(number)) => Value::from(*number),
            Some(number) => {
                *number = Some(self.kept.len());
                self.kept.push(Value::String(text.to_owned()));
                Value::from(self.kept.len() - 1)
            }
        }
    }

    /// The table, in the order of the numbers.
    pub(super) fn into_value(self) -> Value {
        Value::Array(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_from_its_second_time_on() {
        let mut texts = Texts::default();
        let put: Vec<Value> =
            ["部门", "基本支出", "基本支出", "x", "基本支出", "部门", "x"].map(|text| texts.put(text)).into();
        let json = serde_json::to_string(&put).unwrap();
        assert_eq!(json, r#"["部门","基本支出",0,"x",0,1,"x"]"#);
        assert_eq!(texts.into_value(), serde_json::json!(["基本支出", "部门"]));
    }
}
