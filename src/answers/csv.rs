//! Rows of a CSV file (RFC 4180): quoted fields may hold commas, quotes and line breaks.

/// Splits a text into rows, each with the number of its first line.
///
/// # Errors
/// A quoted field that never ends.
pub(super) fn rows(text: &str) -> Result<Vec<(usize, Vec<String>)>, String> {
    let separator = separator(text);
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut first, mut opened) = (1, 1, None);
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        line += usize::from(c == '\n');
        match (c, opened) {
            ('"', Some(_)) if letters.peek() == Some(&'"') => field.extend(letters.next()),
            ('"', Some(_)) => opened = None,
            ('"', None) if field.is_empty() => opened = Some(line),
            ('\r', None) => {}
            ('\n', None) => {
                row.push(std::mem::take(&mut field));
                rows.push((first, std::mem::take(&mut row)));
                first = line;
            }
            (c, None) if c == separator => row.push(std::mem::take(&mut field)),
            _ => field.push(c),
        }
    }
    if let Some(line) = opened {
        return Err(format!("第{line}行的引号没有结束 · line {line}: a quote that never ends"));
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push((first, row));
    }
    Ok(rows)
}

/// A spreadsheet may save with tabs or semicolons: the one that the first line has most of.
fn separator(text: &str) -> char {
    let head = text.lines().next().unwrap_or_default();
    let count = |c: char| head.matches(c).count();
    [',', '\t', ';'].into_iter().rev().max_by_key(|c| count(*c)).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn fields_may_hold_anything() {
        let all = rows("a,b\r\n\"x,\"\"y\"\"\nz\",\n1,2").unwrap();
        assert_eq!(all[1], (2, vec!["x,\"y\"\nz".to_owned(), String::new()]));
        assert_eq!(all[2], (4, vec!["1".to_owned(), "2".to_owned()]));
        assert_eq!(rows("a\tb\n1\t2\n").unwrap()[1].1, ["1", "2"]);
        assert!(rows("a\n\"x").unwrap_err().contains("line 2"));
        assert!(rows("").unwrap().is_empty());
    }
}
