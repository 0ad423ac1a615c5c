//! Names of parts: how a relationship's target becomes one, and where a part's relationships stand.

/// Spells a name for comparing: `/` between folders, no leading one, ASCII letters small.
///
/// # Source
/// ECMA-376 part 2, 6.2.2 (names are equivalent whatever the case of their ASCII letters).
#[must_use]
pub fn key(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase()
}

/// Gives the folder of a part, without a slash at its end.
#[must_use]
pub fn folder(part: &str) -> &str {
    part.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Resolves a relationship's target against the part that holds it (`""` for the package itself).
#[must_use]
pub fn resolve(owner: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let target = target.split('#').next().unwrap_or_default();
    let joined = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{}/{target}", folder(owner)),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in joined.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Names the part that holds a part's relationships.
#[must_use]
pub fn relationships_of(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let folder = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    format!("{folder}_rels/{file}.rels")
}

/// Names the part whose relationships a part holds; gives nothing for other parts.
#[must_use]
pub fn owner_of(part: &str) -> Option<String> {
    let at = part.len().checked_sub(".rels".len())?;
    let owner = part.get(..at).filter(|_| part[at..].eq_ignore_ascii_case(".rels"))?;
    let (place, file) = owner.rsplit_once('/')?;
    let folder = place.strip_suffix("_rels").filter(|folder| folder.is_empty() || folder.ends_with('/'))?;
    Some(format!("{folder}{file}"))
}

/// Resolves `%20` and its kin, where they spell valid text.
#[must_use]
pub fn percent_decoded(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| name.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8(out).unwrap_or_else(|_| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_resolve_whatever_their_spelling() {
        for (owner, target, part) in [
            ("xl/workbook.xml", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/workbook.xml", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets/sheet1.xml", "../comments1.xml", "xl/comments1.xml"),
            ("xl/worksheets/sheet1.xml", "..\\drawings\\vml.vml", "xl/drawings/vml.vml"),
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("", "../../x.xml", "x.xml"),
            ("a.xml", "./b.xml#top", "b.xml"),
        ] {
            assert_eq!(resolve(owner, target), part);
        }
        assert_eq!(relationships_of("xl/workbook.xml"), "xl/_rels/workbook.xml.rels");
        assert_eq!(relationships_of(""), "_rels/.rels");
        for owner in ["xl/workbook.xml", "", "a.xml"] {
            assert_eq!(owner_of(&relationships_of(owner)).as_deref(), Some(owner));
        }
        for other in ["xl/workbook.xml", "a.rels", "x_rels/a.rels", "é.rel", ""] {
            assert_eq!(owner_of(other), None);
        }
        assert_eq!(key("/XL\\Sheet1.xml"), "xl/sheet1.xml");
        assert_eq!(percent_decoded("a%20b%zz%e5"), "a%20b%zz%e5");
        assert_eq!(percent_decoded("a%20b"), "a b");
    }
}
