//! The styles part: grows at its end only, so every style index of the workbook stays what it was.
//!
//! # Source
//! ECMA-376 part 1, 18.8 (styles): `fills` (18.8.21), `cellXfs` (18.8.10), `xf` (18.8.45).

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::namespaces::Dialect;
use super::outline::Outline;
use super::xml::prefixed;
use super::{Edit, Package, PackageError, xml};

/// Cell styles beyond which Excel refuses a workbook.
pub(super) const MOST_STYLES: usize = 65_490;
/// Fills 0 and 1 are fixed by Excel whatever they say; others begin here.
const FIXED_FILLS: usize = 2;
/// Sections in the order that the schema wants, as far as one of ours may have to be added.
const ORDER: [&str; 5] = ["numFmts", "fonts", "fills", "borders", "cellStyleXfs"];

/// One of the lists that grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    Fonts,
    Fills,
    Borders,
    CellXfs,
}

impl List {
    const ALL: [Self; 4] = [Self::Fonts, Self::Fills, Self::Borders, Self::CellXfs];

    fn section(self) -> &'static str {
        match self {
            Self::Fonts => "fonts",
            Self::Fills => "fills",
            Self::Borders => "borders",
            Self::CellXfs => "cellXfs",
        }
    }

    /// Its items; nothing else in it has a number.
    fn item(self) -> &'static str {
        match self {
            Self::Fonts => "font",
            Self::Fills => "fill",
            Self::Borders => "border",
            Self::CellXfs => "xf",
        }
    }

    /// What stands first where the workbook has no such list.
    fn first(self) -> &'static [&'static str] {
        match self {
            Self::Fonts => &["<font><sz val=\"11\"/><name val=\"Calibri\"/></font>"],
            Self::Fills => &[
                "<fill><patternFill patternType=\"none\"/></fill>",
                "<fill><patternFill patternType=\"gray125\"/></fill>",
            ],
            Self::Borders => &["<border><left/><right/><top/><bottom/><diagonal/></border>"],
            Self::CellXfs => &["<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"],
        }
    }
}

/// The styles of a workbook with what is to be added.
#[derive(Debug)]
pub struct Styles {
    outline: Outline,
    /// The elements of each list that are there.
    there: BTreeMap<List, Vec<usize>>,
    added: BTreeMap<List, Vec<String>>,
    /// Plain cell styles between those that are there and those added.
    plain: usize,
}

/// A styles part that says nothing yet.
#[must_use]
pub fn empty_part(dialect: Dialect) -> String {
    let namespace = dialect.main();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<styleSheet xmlns=\"{namespace}\"></styleSheet>"
    )
}

impl Styles {
    /// Reads the part.
    ///
    /// # Errors
    /// It is missing or damaged.
    pub fn read(package: &mut Package<'_>, part: &str) -> Result<Self, PackageError> {
        let outline = Outline::parse(part, package.part(part)?)?;
        let there = List::ALL
            .into_iter()
            .map(|list| {
                let items = outline
                    .child(0, list.section())
                    .map(|at| outline.children(at).filter(|item| outline.local(*item) == list.item()).collect());
                (list, items.unwrap_or_default())
            })
            .collect();
        let mut styles = Self { outline, there, added: BTreeMap::new(), plain: 0 };
        let bare = styles.there[&List::CellXfs].is_empty();
        for list in List::ALL {
            let least = if list == List::Fills { FIXED_FILLS } else { usize::from(bare) };
            for item in list.first().iter().skip(styles.count(list)).take(least) {
                styles.push(list, item);
            }
        }
        Ok(styles)
    }

    fn count(&self, list: List) -> usize {
        self.kept(list) + self.added.get(&list).map_or(0, Vec::len)
    }

    /// Items that are there, and plain ones where cells name more than there are.
    fn kept(&self, list: List) -> usize {
        self.there[&list].len() + if list == List::CellXfs { self.plain } else { 0 }
    }

    fn push(&mut self, list: List, markup: &str) -> usize {
        self.push_as_is(list, prefixed(markup, self.outline.prefix()))
    }

    fn push_as_is(&mut self, list: List, markup: String) -> usize {
        if let Some(index) = self.added_at(list, &markup) {
            return index;
        }
        self.added.entry(list).or_default().push(markup);
        self.count(list) - 1
    }

    fn added_at(&self, list: List, markup: &str) -> Option<usize> {
        let at = self.added.get(&list)?.iter().position(|item| item == markup)?;
        Some(self.kept(list) + at)
    }

    /// Adds a font, fill or border, given without prefix, and gives its index; the same markup is added once.
    pub fn add(&mut self, list: List, markup: &str) -> usize {
        for item in list.first().iter().skip(self.count(list)) {
            self.push(list, item);
        }
        self.push(list, markup)
    }

    /// Adds a solid fill and gives its index.
    pub fn add_fill(&mut self, argb: &str) -> usize {
        self.add(List::Fills, &fill_markup(argb))
    }

    /// Adds a cell style, given without prefix, and gives its index.
    ///
    /// # Errors
    /// There would be more styles than Excel takes.
    pub fn add_style(&mut self, markup: &str) -> Result<usize, PackageError> {
        let markup = prefixed(markup, self.outline.prefix());
        self.push_style(markup)
    }

    /// Adds a copy of a cell style that differs in its fill only, and gives its index.
    ///
    /// A style that cells name but the workbook does not hold is a plain one, as readers take it.
    ///
    /// # Errors
    /// There would be more styles than Excel takes.
    pub fn refill(&mut self, style: usize, fill: usize) -> Result<usize, PackageError> {
        let Some(&at) = self.there[&List::CellXfs].get(style) else {
            return self.add_style(&format!(
                "<xf numFmtId=\"0\" fontId=\"0\" fillId=\"{fill}\" borderId=\"0\" applyFill=\"1\"/>"
            ));
        };
        let raw = self.outline.raw(at).to_owned();
        let tag_length = self.outline.tag(at).len();
        let (tag, rest) = raw.split_at(1 + tag_length);
        let filled = with_attribute(tag, "fillId", &fill.to_string());
        let tag = with_attribute(&filled, "applyFill", "1");
        let same = format!("{filled}{rest}");
        if let Some(index) = self.there[&List::CellXfs].iter().position(|at| self.outline.raw(*at) == same) {
            return Ok(index);
        }
        self.push_style(format!("{tag}{rest}"))
    }

    /// Makes every cell style up to a number a plain one, where there is none yet, so that none of ours becomes it.
    ///
    /// What is added later stands behind them.
    pub fn keep_plain(&mut self, highest: usize) {
        self.plain += (highest + 1).saturating_sub(self.count(List::CellXfs));
    }

    fn push_style(&mut self, markup: String) -> Result<usize, PackageError> {
        if self.room() == 0 && self.added_at(List::CellXfs, &markup).is_none() {
            return Err(PackageError::TooManyStyles { name: self.outline.part.clone(), limit: MOST_STYLES });
        }
        Ok(self.push_as_is(List::CellXfs, markup))
    }

    /// Tells how many more cell styles Excel would take.
    #[must_use]
    pub fn room(&self) -> usize {
        MOST_STYLES.saturating_sub(self.count(List::CellXfs))
    }

    fn part_of_style(&self, style: usize, list: List, attribute: &str) -> Option<usize> {
        let at = *self.there[&List::CellXfs].get(style)?;
        let index: usize = self.outline.attribute(at, attribute)?.trim().parse().ok()?;
        self.there[&list].get(index).copied()
    }

    /// Gives the markup of a style's fill, without prefix.
    #[must_use]
    pub fn fill_of(&self, style: usize) -> Option<String> {
        let raw = self.outline.raw(self.part_of_style(style, List::Fills, "fillId")?);
        Some(xml::unprefixed(raw, self.outline.prefix()))
    }

    /// Gives the solid colour that a style's fill shows, where it is stated as `AARRGGBB`.
    #[must_use]
    pub fn solid_colour_of(&self, style: usize) -> Option<String> {
        let fill = self.part_of_style(style, List::Fills, "fillId")?;
        let pattern = self.outline.child(fill, "patternFill")?;
        if self.outline.attribute(pattern, "patternType").as_deref() != Some("solid") {
            return None;
        }
        let colour = self.outline.child(pattern, "fgColor")?;
        self.outline.attribute(colour, "rgb").map(|rgb| rgb.to_ascii_uppercase())
    }

    /// Tells whether a style writes in white or nearly so, which a light fill would swallow.
    #[must_use]
    pub fn writes_light(&self, style: usize) -> bool {
        let Some(font) = self.part_of_style(style, List::Fonts, "fontId") else { return false };
        let Some(colour) = self.outline.child(font, "color") else { return false };
        let attribute = |name: &str| self.outline.attribute(colour, name);
        if let Some(rgb) = attribute("rgb") {
            let channel = |at: usize| rgb.get(at..at + 2).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            let from = rgb.len().saturating_sub(6);
            return match (channel(from), channel(from + 2), channel(from + 4)) {
                (Some(r), Some(g), Some(b)) => 299 * r + 587 * g + 114 * b > 190_000,
                _ => false,
            };
        }
        match (attribute("theme"), attribute("indexed")) {
            (Some(theme), _) => theme == "0" && attribute("tint").is_none_or(|tint| !tint.starts_with('-')),
            (None, Some(indexed)) => indexed == "1" || indexed == "9",
            _ => false,
        }
    }

    /// Writes the additions into the package.
    ///
    /// # Errors
    /// The part has gone.
    pub fn flush(self, package: &mut Package<'_>) -> Result<(), PackageError> {
        let mut edits: Vec<Edit> = Vec::new();
        let mut missing = String::new();
        let mut missing_at = None;
        for list in List::ALL {
            let Some(items) = self.added.get(&list) else { continue };
            let total = self.count(list).to_string();
            let markup = self.plain_markup(list) + &items.concat();
            if let Some(section) = self.outline.child(0, list.section()) {
                edits.extend(self.outline.set_number(section, "count", &total));
                edits.push(self.outline.append(section, &markup));
                continue;
            }
            let name = format!("{}{}", self.outline.prefix(), list.section());
            let section = format!("<{name} count=\"{total}\">{markup}</{name}>");
            let at = self.place_of(list);
            if !missing.is_empty() && missing_at != at {
                edits.push(self.new_section(missing_at, &missing));
                missing.clear();
            }
            missing_at = at;
            let _ = write!(missing, "{section}");
        }
        if !missing.is_empty() {
            edits.push(self.new_section(missing_at, &missing));
        }
        package.splice(&self.outline.part, edits)
    }

    fn plain_markup(&self, list: List) -> String {
        if list != List::CellXfs {
            return String::new();
        }
        prefixed(list.first().first().copied().unwrap_or_default(), self.outline.prefix()).repeat(self.plain)
    }

    /// Finds the element after which a new list belongs.
    fn place_of(&self, list: List) -> Option<usize> {
        let before = ORDER.iter().take_while(|name| **name != list.section());
        let present = before.filter_map(|name| self.outline.child(0, name));
        present.max_by_key(|at| self.outline.element(*at).end)
    }

    fn new_section(&self, after: Option<usize>, markup: &str) -> Edit {
        let root = self.outline.element(0);
        match after {
            Some(at) => Edit::insert(self.outline.element(at).end as u64, markup),
            None if root.empty => self.outline.append(0, markup),
            None => Edit::insert(root.open_end as u64, markup),
        }
    }
}

/// The fill of a cell that has none.
pub const NO_FILL: &str = "<fill><patternFill patternType=\"none\"/></fill>";

/// Spells a solid fill.
#[must_use]
pub fn fill_markup(argb: &str) -> String {
    format!(
        "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"{argb}\"/><bgColor indexed=\"64\"/></patternFill></fill>"
    )
}

/// Sets an attribute of an unclosed tag that begins with `<`, adding it when it is not there.
fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let inner = &tag[1..];
    match xml::attribute(inner, name) {
        Some(found) => format!("<{}{value}{}", &inner[..found.value.start], &inner[found.value.end..]),
        None => format!("<{} {name}=\"{value}\"", inner.trim_end()),
    }
}
