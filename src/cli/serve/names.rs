//! Names of files as a browser tells them: turned into places below a folder, and nowhere else.

use std::path::PathBuf;

/// Letters of one name, and names of one path.
const LONGEST: usize = 120;
const DEEPEST: usize = 8;

/// Decodes `%E7%94%B2` and `+`; none where it is no UTF-8.
pub fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = || u8::from_str_radix(text.get(at + 1..at + 3)?, 16).ok();
        if *byte == b'%' {
            plain.push(escape()?);
            at += 3;
        } else {
            plain.push(if *byte == b'+' { b' ' } else { *byte });
            at += 1;
        }
    }
    String::from_utf8(plain).ok()
}

/// Finds a parameter of a query (`kind=now&name=…`), decoded.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    query.split('&').find_map(|pair| decoded(pair.strip_prefix(name)?.strip_prefix('=')?))
}

/// Makes a relative path of what a browser calls a file; none where nothing of it can be a name.
pub fn place(name: &str) -> Option<PathBuf> {
    let parts: Vec<String> = name.split(['/', '\\']).map(safe).filter(|part| !part.is_empty()).collect();
    let from = parts.len().saturating_sub(DEEPEST);
    let parts = parts.get(from..).filter(|parts| !parts.is_empty())?;
    Some(parts.iter().collect())
}

/// One name without what systems do not take or read otherwise.
fn safe(part: &str) -> String {
    let taken = |c: char| if c.is_control() || "<>:\"|?*".contains(c) { '_' } else { c };
    let name: String =
        part.trim().trim_start_matches(['.', '~']).trim_end_matches(['.', ' ']).chars().map(taken).collect();
    let letters = name.chars().count();
    // The end of a long name holds its extension.
    let name: String = name.chars().skip(letters.saturating_sub(LONGEST)).collect();
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let device = ["CON", "PRN", "AUX", "NUL"].contains(&stem.as_str())
        || (stem.len() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT")));
    if device { format!("_{name}") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let of = |name: &str| place(name).map(|path| path.to_string_lossy().replace('\\', "/"));
        assert_eq!(of("甲局/附件 2.xlsx").as_deref(), Some("甲局/附件 2.xlsx"));
        assert_eq!(of("../../etc/passwd.xlsx").as_deref(), Some("etc/passwd.xlsx"));
        assert_eq!(of("C:\\局\\..\\a.xlsx").as_deref(), Some("C_/局/a.xlsx"));
        assert_eq!(of("/.ssh/~$a\n.xlsx").as_deref(), Some("ssh/$a_.xlsx"));
        assert_eq!(of("nul.xlsx").as_deref(), Some("_nul.xlsx"));
        for nothing in ["", "..", "/", ". /..", "\\"] {
            assert_eq!(of(nothing), None, "{nothing}");
        }
        let long = format!("{}.xlsx", "长".repeat(300));
        assert!(of(&long).unwrap().ends_with("长.xlsx"));
    }

    #[test]
    fn queries_are_decoded() {
        assert_eq!(parameter("kind=now&name=%E7%94%B2+%2Fa.xlsx", "name").as_deref(), Some("甲 /a.xlsx"));
        assert_eq!(parameter("name=%FF", "name"), None);
        assert_eq!(parameter("name=%", "name"), None);
        assert_eq!(parameter("names=a", "name"), None);
    }
}
