//! What a typist's slip may have been typed for: every value that one slip of the fingers turns into the one that stands.

use super::cause::Slip;
use super::problem::{Amount, Cell};

/// A slip of the fingers, the value it was made of, and how many such values there are.
#[derive(Debug, Clone, Copy)]
pub struct Edit {
    pub slip: Slip,
    pub value: Amount,
    pub ways: u128,
}

/// Shorter numbers count as so long: anything is a slip of one digit away from them.
const SHORTEST: usize = 4;

/// The digits of a figure before and behind the point, in the places that its column reports.
struct Digits {
    all: Vec<u8>,
    places: usize,
}

impl Digits {
    fn of(cell: &Cell, value: Amount, scale: u32) -> Option<Self> {
        if cell.step <= 0 || value % cell.step != 0 {
            return None;
        }
        let places = scale.saturating_sub(cell.step.ilog10()) as usize;
        let mut all: Vec<u8> = (value / cell.step).abs().to_string().bytes().map(|digit| digit - b'0').collect();
        while all.len() <= places {
            all.insert(0, 0);
        }
        Some(Self { all, places })
    }

    fn number(digits: &[u8]) -> Amount {
        digits.iter().fold(0, |sum, digit| sum * 10 + Amount::from(*digit))
    }
}

/// Hands over every value that one slip of the fingers turns into `value`.
pub fn edits(cell: &Cell, value: Amount, scale: u32, visit: &mut dyn FnMut(Edit)) {
    powers(cell, value, visit);
    if value != 0 {
        visit(Edit { slip: Slip::Sign, value: -value, ways: 1 });
    }
    let Some(digits) = Digits::of(cell, value, scale) else { return };
    if digits.all.len() > 30 {
        return;
    }
    let sign = if value < 0 { -cell.step } else { cell.step };
    let mut say = |slip: Slip, made: &[u8], ways: usize| {
        let number = Digits::number(made) * sign;
        // Nobody types a zero in front of a number.
        if made.first() == Some(&0) && made.len() > digits.places + 1 {
            return;
        }
        if number != value && number != 0 {
            visit(Edit { slip, value: number, ways: ways as u128 });
        }
    };
    let long = digits.all.len().max(SHORTEST);
    swaps(&digits, long, &mut say);
    replaced(&digits, long, &mut say);
    dropped(&digits, long, &mut say);
    added(&digits, long, &mut say);
}

type Say<'s> = &'s mut dyn FnMut(Slip, &[u8], usize);

fn swaps(digits: &Digits, long: usize, say: Say<'_>) {
    let mut made = digits.all.clone();
    for apart in [1, 2] {
        for at in 0..made.len().saturating_sub(apart) {
            made.swap(at, at + apart);
            let slip = if apart == 1 { Slip::Transposed } else { Slip::JumpTransposed };
            say(slip, &made, long - apart);
            made.swap(at, at + apart);
        }
    }
}

fn replaced(digits: &Digits, long: usize, say: Say<'_>) {
    let mut made = digits.all.clone();
    for at in 0..made.len() {
        let old = made[at];
        for new in (0..10).filter(|new| *new != old) {
            made[at] = new;
            say(Slip::Mistyped, &made, long * 9);
        }
        made[at] = old;
    }
}

/// A digit is missing: it is put back at every place. Behind the point the last reported zero makes room.
fn dropped(digits: &Digits, long: usize, say: Say<'_>) {
    let point = digits.all.len() - digits.places;
    let room = digits.places > 0 && digits.all.last() == Some(&0);
    for at in 0..=digits.all.len() {
        let behind = at > point || (at == point && room);
        if behind && !room {
            continue;
        }
        for new in 0..10u8 {
            let mut made = digits.all.clone();
            made.insert(at, new);
            if behind {
                made.pop();
            }
            let slip = if new == 0 { Slip::ZeroDropped } else { Slip::DigitDropped };
            say(slip, &made, if new == 0 { long } else { long * 9 });
        }
        // The place before the point belongs to the whole part too.
        if at == point && room {
            for new in 0..10u8 {
                let mut made = digits.all.clone();
                made.insert(at, new);
                let slip = if new == 0 { Slip::ZeroDropped } else { Slip::DigitDropped };
                say(slip, &made, if new == 0 { long } else { long * 9 });
            }
        }
    }
}

/// A digit is too many: every digit is taken out. Behind the point a zero fills up.
fn added(digits: &Digits, long: usize, say: Say<'_>) {
    let point = digits.all.len() - digits.places;
    for at in 0..digits.all.len() {
        let mut made = digits.all.clone();
        let old = made.remove(at);
        if at >= point {
            made.push(0);
        }
        let slip = if old == 0 { Slip::ZeroAdded } else { Slip::DigitAdded };
        say(slip, &made, long);
    }
}

/// The point or the unit has slipped.
fn powers(cell: &Cell, value: Amount, visit: &mut dyn FnMut(Edit)) {
    for power in [1u32, 2, 3, 4, 8] {
        let by = 10 as Amount;
        let by = by.pow(power);
        let unit = power > 2;
        if unit && !cell.money {
            continue;
        }
        let slip = |power: i32| if unit { Slip::Unit(power) } else { Slip::Decimal(power) };
        let ways = if unit { 6 } else { 4 };
        let power = i32::try_from(power).unwrap_or(0);
        if let Some(more) = value.checked_mul(by).filter(|more| more.abs() < super::table::FAR) {
            visit(Edit { slip: slip(power), value: more, ways });
        }
        // A smaller figure is rounded to its column's last place.
        let less = super::table::nearest(value, by * cell.step.max(1)) * cell.step.max(1);
        if less != 0 && (unit || less * by == value) {
            visit(Edit { slip: slip(-power), value: less, ways });
        }
    }
}
