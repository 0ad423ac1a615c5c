//! All units together: totals, spread and outliers of every line's outturn.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::entity::{Row, YearOverYear};
use super::{percent, rate};
use crate::forms::declare::Stage;

/// What all units come to.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// One for each declared line of an outturn, in the order in which forms print them.
    pub lines: Vec<Spread>,
    /// How the whole budgets were carried out, in percent, one a unit that tells it.
    pub execution: Option<Quartiles>,
}

/// One line over all units.
#[derive(Debug, Clone)]
pub struct Spread {
    pub form: usize,
    pub line: Arc<str>,
    pub parent: Option<Arc<str>>,
    pub three_public: bool,
    /// Units that tell both years.
    pub units: usize,
    pub last: Decimal,
    pub now: Decimal,
    pub change: Decimal,
    /// Of the sum, in percent.
    pub rate: Option<Decimal>,
    pub up: usize,
    pub down: usize,
    pub same: usize,
    /// Nothing last year, something now; and the other way round.
    pub new: usize,
    pub gone: usize,
    /// Of the units' own rates.
    pub quartiles: Option<Quartiles>,
    /// Units whose rate lies beyond the fences, each with its rate: index into the units.
    pub outliers: Vec<(usize, Decimal)>,
}

/// Five numbers of a distribution; quartiles are interpolated between the two nearest ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quartiles {
    pub count: usize,
    pub least: Decimal,
    pub first: Decimal,
    pub median: Decimal,
    pub third: Decimal,
    pub most: Decimal,
}

impl Quartiles {
    /// # Examples
    /// ```
    /// use gouji::compare::summary::Quartiles;
    /// let of = Quartiles::of((1..=5).map(rust_decimal::Decimal::from).collect()).unwrap();
    /// assert_eq!((of.first, of.median, of.third), (2.into(), 3.into(), 4.into()));
    /// ```
    #[must_use]
    pub fn of(mut values: Vec<Decimal>) -> Option<Self> {
        values.sort_unstable();
        let (least, most) = (*values.first()?, *values.last()?);
        // The rank of a quarter is (n − 1)·q/4; between two ranks the value is interpolated.
        let at = |quarter: usize| {
            let rank = (values.len() - 1) * quarter;
            let (low, rest) = (rank / 4, rank % 4);
            let (a, b) = (values[low], values[(low + 1).min(values.len() - 1)]);
            a + (b - a) * Decimal::from(rest) / Decimal::from(4)
        };
        Some(Self { count: values.len(), least, first: at(1), median: at(2), third: at(3), most })
    }

    /// Beyond the fences: more than one and a half times the middle half's width outside it.
    #[must_use]
    pub fn is_outlier(&self, value: Decimal) -> bool {
        let reach = (self.third - self.first) * Decimal::new(15, 1);
        self.count >= 5 && (value < self.first - reach || value > self.third + reach)
    }
}

/// A form, a line and its parent.
type Key = (usize, Arc<str>, Option<Arc<str>>);

impl Summary {
    /// Sums up the units that count; an index of an outlier is into all of them.
    #[must_use]
    pub fn new(units: &[YearOverYear], counts: &dyn Fn(&YearOverYear) -> bool) -> Self {
        let mut order: Vec<Key> = Vec::new();
        let mut rows: BTreeMap<Key, Vec<(usize, &Row)>> = BTreeMap::new();
        for (index, unit) in units.iter().enumerate().filter(|(_, unit)| counts(unit)) {
            // Projects are each unit's own: their lines do not add up over units.
            let shared = unit.rows.iter().filter(|row| row.stage == Some(Stage::Outturn) && row.project.is_none());
            for row in shared {
                let key = (row.form, row.line.clone(), row.parent.clone());
                let held = rows.entry(key.clone()).or_insert_with(|| {
                    order.push(key);
                    Vec::new()
                });
                held.push((index, row));
            }
        }
        let counted = units.iter().filter(|unit| counts(unit)).count();
        // A line that one unit alone has, of several, is its own.
        let shared = |held: &&Key| counted == 1 || rows[*held].len() > 1;
        let lines = order.iter().filter(shared).map(|key| spread(key, &rows[key])).collect();
        let rates = units.iter().filter(|unit| counts(unit)).filter_map(|unit| unit.whole()?.rate).collect();
        Self { lines, execution: Quartiles::of(rates) }
    }
}

fn spread((form, line, parent): &Key, rows: &[(usize, &Row)]) -> Spread {
    let mut spread = Spread {
        form: *form,
        line: line.clone(),
        parent: parent.clone(),
        three_public: rows.iter().any(|(_, row)| row.three_public),
        units: 0,
        last: Decimal::ZERO,
        now: Decimal::ZERO,
        change: Decimal::ZERO,
        rate: None,
        up: 0,
        down: 0,
        same: 0,
        new: 0,
        gone: 0,
        quartiles: None,
        outliers: Vec::new(),
    };
    let mut rates: Vec<(usize, Decimal)> = Vec::new();
    for (unit, row) in rows {
        let Some(change) = row.change else { continue };
        let amount = |side: &Option<super::Side>| side.as_ref().and_then(|side| side.amount).unwrap_or_default();
        let (now, last) = (amount(&row.now), amount(&row.last));
        let sums = (spread.now.checked_add(now), spread.last.checked_add(last));
        let (Some(now_sum), Some(last_sum)) = sums else { continue };
        (spread.now, spread.last) = (now_sum, last_sum);
        spread.units += 1;
        *match (now.is_zero(), last.is_zero()) {
            (false, true) => &mut spread.new,
            (true, false) => &mut spread.gone,
            _ if change.is_zero() => &mut spread.same,
            _ if change.is_sign_negative() => &mut spread.down,
            _ => &mut spread.up,
        } += 1;
        rates.extend(row.rate.filter(|_| !now.is_zero()).map(|rate| (*unit, rate)));
    }
    spread.change = spread.now - spread.last;
    spread.rate = rate(spread.change, spread.last);
    spread.quartiles = Quartiles::of(rates.iter().map(|(_, rate)| *rate).collect());
    if let Some(quartiles) = &spread.quartiles {
        spread.outliers = rates.into_iter().filter(|(_, rate)| quartiles.is_outlier(*rate)).collect();
    }
    spread
}

/// The share of units in percent.
#[must_use]
pub fn share(part: usize, whole: usize) -> Option<Decimal> {
    percent(Decimal::from(part), Decimal::from(whole))
}
