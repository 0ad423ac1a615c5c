//! The looks of every workbook that is written from nothing, in one place.
//!
//! Faces are those that Windows and WPS have: 宋体 and 黑体, and Arial on an English paper, whose Chinese words a program
//! sets in its own Chinese face. Fills are pale, and whatever a fill says stands in words beside it, so that a paper survives a black-and-white printer.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

use crate::model::{Lang, Severity};

/// Points of body text.
pub const BODY: f64 = 9.0;
/// For what is read, and for what stands over it.
const FACES: [&str; 2] = ["宋体", "黑体"];
const FACES_EN: [&str; 2] = ["Arial", "Arial"];
/// GB 2312, so that a program without the face chooses another Chinese one.
const CHARSET: u8 = 134;

/// What a cell is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// The name of the paper.
    Title,
    /// The lines under it: unit, period, index, signatures. Without a frame.
    Meta,
    /// A remark under or over a table. Without a frame.
    Remark,
    /// A heading inside a paper. Without a frame.
    Heading,
    Header,
    Text,
    Centre,
    /// Figures, and the exact text of figures.
    Figure,
    Link,
    /// A link in the middle of its cell.
    Index,
    /// A person writes here.
    Typed,
    Strong,
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Number {
    /// Nothing is to be read as a number: the cell is text.
    Text,
    /// Thousands set apart, so many decimals.
    Fixed(u32),
    /// A fraction shown as a percentage with so many decimals.
    Percent(u32),
}

/// What a fill says; the words beside it say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fill {
    None,
    /// The heading line of a group, or a total.
    Group,
    /// By severity, as in an annotated workbook.
    Of(Severity),
}

/// One cell's style.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Style {
    pub look: Look,
    pub number: Number,
    pub fill: Fill,
}

impl Look {
    /// Characters that the room at the left of its text takes.
    #[must_use]
    pub fn indent(self) -> f64 {
        match self {
            Self::Text | Self::Link | Self::Typed | Self::Strong => 1.3,
            _ => 0.0,
        }
    }

    #[must_use]
    pub fn style(self) -> Style {
        Style { look: self, number: Number::Text, fill: Fill::None }
    }

    #[must_use]
    pub fn on(self, fill: Fill) -> Style {
        Style { fill, ..self.style() }
    }
}

impl From<Look> for Style {
    fn from(look: Look) -> Self {
        look.style()
    }
}

impl Style {
    /// A figure with so many decimals.
    #[must_use]
    pub fn figure(decimals: u32) -> Self {
        Self { number: Number::Fixed(decimals), ..Look::Figure.style() }
    }

    /// A fraction as a percentage.
    #[must_use]
    pub fn percent(decimals: u32) -> Self {
        Self { number: Number::Percent(decimals), ..Look::Figure.style() }
    }

    #[must_use]
    pub fn on(self, fill: Fill) -> Self {
        Self { fill, ..self }
    }
}

/// Formats already made.
#[derive(Debug, Default)]
pub struct Formats {
    lang: Lang,
    made: BTreeMap<Style, Format>,
}

impl Formats {
    /// Takes the faces of a language.
    pub fn speak(&mut self, lang: Lang) {
        if self.lang != lang {
            *self = Self { lang, made: BTreeMap::new() };
        }
    }

    pub fn get(&mut self, style: Style) -> &Format {
        self.made.entry(style).or_insert_with(|| make(style, self.lang))
    }
}

fn make(style: Style, lang: Lang) -> Format {
    let [body_face, head_face] = if lang == Lang::Zh { FACES } else { FACES_EN };
    let face = |name: &str, points: f64| {
        let format = Format::new().set_font_name(name).set_font_size(points);
        if lang == Lang::Zh { format.set_font_charset(CHARSET) } else { format }
    };
    let middle = |format: Format| format.set_align(FormatAlign::VerticalCenter);
    // A number cannot be broken into lines: it is made smaller where it is too long, and never becomes ####.
    let fitted = |format: Format| {
        if style.number == Number::Text { format.set_text_wrap() } else { format.set_shrink() }
    };
    let framed = |format: Format| {
        fitted(middle(format).set_border(FormatBorder::Thin).set_border_color(Color::RGB(0x0080_8080)))
    };
    let left = |format: Format| format.set_align(FormatAlign::Left).set_indent(1);
    let body = || face(body_face, BODY);
    let format = match style.look {
        Look::Title => middle(face(head_face, 16.0).set_bold()).set_align(FormatAlign::Center),
        Look::Meta => middle(body()).set_text_wrap(),
        Look::Remark => body().set_text_wrap().set_align(FormatAlign::Top),
        Look::Heading => middle(face(head_face, 11.0).set_bold()),
        Look::Header => framed(face(head_face, BODY).set_bold())
            .set_align(FormatAlign::Center)
            .set_background_color(Color::RGB(0x00D9_E1F2)),
        Look::Text => left(framed(body())),
        Look::Centre => framed(body()).set_align(FormatAlign::Center),
        Look::Figure => framed(body()).set_align(FormatAlign::Right),
        Look::Link => left(link(framed(body()))),
        Look::Index => link(framed(body())).set_align(FormatAlign::Center),
        Look::Typed => left(framed(body())).set_unlocked().set_background_color(Color::RGB(0x00FF_FFF2)),
        Look::Strong => left(framed(body().set_bold())),
    };
    numbered(filled(format, style.fill), style.number)
}

fn link(format: Format) -> Format {
    format.set_font_color(Color::RGB(0x0005_63C1)).set_underline(FormatUnderline::Single)
}

fn filled(format: Format, fill: Fill) -> Format {
    let colour = match fill {
        Fill::None => return format,
        Fill::Group => 0x00ED_EDED,
        Fill::Of(Severity::Error) => 0x00FF_C7CE,
        Fill::Of(Severity::Warning) => 0x00FF_EB9C,
        Fill::Of(Severity::Note) => 0x00DD_EBF7,
    };
    format.set_background_color(Color::RGB(colour))
}

fn numbered(format: Format, number: Number) -> Format {
    let zeros = |decimals: u32| match decimals {
        0 => String::new(),
        n => format!(".{}", "0".repeat(n.min(15) as usize)),
    };
    match number {
        Number::Text => format.set_num_format("@"),
        Number::Fixed(decimals) => format.set_num_format(format!("#,##0{}", zeros(decimals))),
        Number::Percent(decimals) => format.set_num_format(format!("0{}%", zeros(decimals))),
    }
}
