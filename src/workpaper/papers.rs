//! The papers of a set, by the names that a template gives them, and what each of their columns is needed for.

use super::{basis, issues, lead, overview, scores, sources, tieout, uncorrected};
use crate::model::Words;

/// One kind of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Cover,
    Overview,
    Issues,
    Uncorrected,
    TieOut,
    Lead,
    Evidence,
    Scores,
    Basis,
    Sources,
    Record,
}

/// A column of a paper, by its two titles.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    pub zh: &'static str,
    pub en: &'static str,
    /// Why it always stands, in both languages.
    pub why: Option<(&'static str, &'static str)>,
    /// Columns whose live formulas read it.
    pub read_by: &'static [u16],
}

impl Column {
    /// A column that nothing else needs.
    #[must_use]
    pub const fn new(zh: &'static str, en: &'static str) -> Self {
        Self { zh, en, why: None, read_by: &[] }
    }

    /// A column that always stands.
    #[must_use]
    pub const fn kept(self, zh: &'static str, en: &'static str) -> Self {
        Self { why: Some((zh, en)), ..self }
    }

    /// A column from which others are computed.
    #[must_use]
    pub const fn read_by(self, columns: &'static [u16]) -> Self {
        Self { read_by: columns, ..self }
    }

    #[must_use]
    pub fn words(&self) -> Words {
        Words::new(self.zh, self.en)
    }
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Cover,
        Self::Overview,
        Self::Issues,
        Self::Uncorrected,
        Self::TieOut,
        Self::Lead,
        Self::Evidence,
        Self::Scores,
        Self::Basis,
        Self::Sources,
        Self::Record,
    ];

    /// The name in a template.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cover => "cover",
            Self::Overview => "overview",
            Self::Issues => "issues",
            Self::Uncorrected => "uncorrected",
            Self::TieOut => "tie-out",
            Self::Lead => "lead",
            Self::Evidence => "evidence",
            Self::Scores => "scores",
            Self::Basis => "basis",
            Self::Sources => "sources",
            Self::Record => "record",
        }
    }

    /// The title without a template.
    #[must_use]
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Cover => ("绩效自评数据复核工作底稿", "Workpapers: review of performance self-evaluation"),
            Self::Overview => ("单位一览", "Overview of units"),
            Self::Issues => ("问题汇总表", "List of issues"),
            Self::Uncorrected => ("未更正差异汇总", "Uncorrected differences"),
            Self::TieOut => ("勾稽底稿", "Tie-out"),
            Self::Lead => ("收支审定表", "Lead schedule"),
            Self::Evidence => ("取　证　单", "Evidence sheet"),
            Self::Scores => ("评分复核", "Review of scores"),
            Self::Basis => ("公式与依据（法规对照表）", "Rules and basis"),
            Self::Sources => ("资料索引", "Index of sources"),
            Self::Record => ("运行记录", "Run record"),
        }
    }

    /// Its columns, where they can be chosen.
    #[must_use]
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Overview => &overview::COLUMNS,
            Self::Issues => &issues::COLUMNS,
            Self::Uncorrected => &uncorrected::COLUMNS,
            Self::TieOut => &tieout::COLUMNS,
            Self::Lead => &lead::COLUMNS,
            Self::Scores => &scores::COLUMNS,
            Self::Basis => &basis::COLUMNS,
            Self::Sources => &sources::COLUMNS,
            Self::Cover | Self::Evidence | Self::Record => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_columns_are_told_apart() {
        let names: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let columns = kind.columns();
            let zh: BTreeSet<&str> = columns.iter().map(|column| column.zh).collect();
            let en: BTreeSet<&str> = columns.iter().map(|column| column.en).collect();
            assert_eq!((zh.len(), en.len()), (columns.len(), columns.len()), "{}", kind.name());
            // The header lines of a paper stand in three parts, each over a column that is always there.
            assert!(columns.is_empty() || columns.iter().filter(|c| c.why.is_some()).count() >= 3, "{}", kind.name());
            let read = columns.iter().flat_map(|column| column.read_by);
            assert!(read.into_iter().all(|by| usize::from(*by) < columns.len()), "{}", kind.name());
        }
    }
}
