//! What rows of a table are to each other: which is the total, and which rows are its parts.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::declare::Block;
use super::reading::Figure;
use crate::model::Quantity;

/// Ends of the name that a total goes by: `部门预算合计`.
const TOTALS: [&str; 4] = ["合计", "总计", "总额", "总金额"];

/// The first row, if it alone carries points, is called a total or is the sum of the total's parts below it, is the total
/// where no row bears the total's name.
pub(super) fn name_total(figures: &mut [Figure], block: &Block) {
    if block.line.is_empty() || block.line_named(&block.line).is_none() {
        return;
    }
    let pointed = |figure: &&Figure| figure.quantity == Quantity::Points && figure.value.amount.is_some();
    let mut rows: Vec<(u32, Arc<str>)> =
        figures.iter().filter(pointed).map(|figure| (figure.row, figure.line.clone())).collect();
    rows.dedup();
    let (first, total): (_, Arc<str>) = (figures.iter().map(|figure| figure.row).min(), block.line.as_str().into());
    let called = || {
        let top = figures.iter().find(|figure| Some(figure.row) == first)?;
        TOTALS.iter().any(|word| top.line.ends_with(word)).then(|| (top.row, top.line.clone()))
    };
    let alone = || <[_; 1]>::try_from(rows.as_slice().to_vec()).ok().map(|[one]| one);
    let added = || {
        first.filter(|first| adds_up(figures, block, *first)).and_then(|first| {
            figures.iter().find(|figure| figure.row == first).map(|figure| (first, figure.line.clone()))
        })
    };
    let Some((row, name)) = called().or_else(alone).or_else(added) else { return };
    let unnamed = block.line_named(&name).is_none() && !block.apart.iter().any(|word| **word == *name);
    if Some(row) != first || !unnamed || figures.iter().any(|figure| figure.line == total) {
        return;
    }
    for figure in figures.iter_mut().filter(|figure| figure.row == row) {
        figure.line = total.clone();
        figure.parent = None;
    }
}

/// Whether the amounts of a row are what the declared parts of a block's total add up to, in some column with amounts
/// and two parts or more.
fn adds_up(figures: &[Figure], block: &Block, row: u32) -> bool {
    let part = |figure: &&Figure| {
        let line = block.line_named(&figure.line);
        figure.row != row && line.is_some_and(|line| line.parent.as_deref() == Some(block.line.as_str()))
    };
    let own = figures.iter().filter(|figure| figure.row == row && figure.quantity == Quantity::Money);
    own.filter(|figure| figure.value.amount.is_some_and(|amount| !amount.is_zero())).any(|own| {
        let parts = figures.iter().filter(part).filter(|figure| figure.measure == own.measure);
        let amounts: Vec<Decimal> = parts.filter_map(|figure| figure.value.amount).collect();
        amounts.len() > 1 && own.value.amount == Some(amounts.iter().sum())
    })
}

/// A part of what the table does not print is a part of what that is a part of: 中央资金 of the total, where there is no
/// row of 财政拨款.
pub(super) fn hang(figures: &mut [Figure], block: &Block) {
    if block.line.is_empty() {
        return;
    }
    let printed: Vec<Arc<str>> = figures.iter().map(|figure| figure.line.clone()).collect();
    let is_printed = |name: &str| printed.iter().any(|line| **line == *name);
    for figure in figures.iter_mut() {
        let Some(parent) = figure.parent.clone().filter(|parent| !is_printed(parent)) else { continue };
        let above = |name: &str| block.line_named(name).and_then(|line| line.parent.as_deref());
        let mut next = above(&parent);
        while let Some(name) = next.filter(|name| !is_printed(name)) {
            next = above(name);
        }
        if let Some(name) = next {
            figure.parent = Some(name.into());
        }
    }
    forget_lone_part(figures, block);
}

/// One row alone under a total, `其中：中央补助`, is some of it unless it is all of it in some column.
fn forget_lone_part(figures: &mut [Figure], block: &Block) {
    let part = |figure: &&Figure| figure.parent.as_deref() == Some(block.line.as_str());
    let mut rows: Vec<u32> = figures.iter().filter(part).map(|figure| figure.row).collect();
    rows.dedup();
    let [row] = rows.as_slice() else { return };
    let money = |figure: &&Figure| figure.quantity == Quantity::Money && figure.value.amount.is_some();
    let total = |part: &Figure| {
        let of = |one: &&Figure| *one.line == *block.line && one.measure == part.measure;
        figures.iter().filter(money).find(of).and_then(|total| total.value.amount)
    };
    let parts = || figures.iter().filter(|figure| figure.row == *row).filter(money);
    let (printed, whole) = (parts().any(|one| total(one).is_some()), parts().any(|one| total(one) == one.value.amount));
    if printed && !whole {
        for figure in figures.iter_mut().filter(|figure| figure.row == *row) {
            figure.parent = None;
        }
    }
}

/// Rows of their own names under a total are its parts beside declared ones; alone they may be some of what it holds
/// (`其中：直达资金`), and nothing is said of them.
pub(super) fn forget_guessed_parts(figures: &mut [Figure], block: &Block) {
    let declared = |figure: &Figure| block.line_named(&figure.line).is_some();
    let totals: Vec<Arc<str>> = block
        .lines
        .iter()
        .filter(|line| line.parent.is_none() && !line.open)
        .map(|line| Arc::from(line.name.as_str()))
        .collect();
    for total in totals {
        let part = |figure: &Figure| figure.parent.as_deref() == Some(&*total);
        if figures.iter().any(|figure| part(figure) && declared(figure)) {
            continue;
        }
        for figure in figures.iter_mut().filter(|figure| part(figure)) {
            figure.parent = None;
        }
    }
}
