//! Serial days as ISO text.
//!
//! # Source
//! ECMA-376 part 1, 18.17.4 (dates and times, the 1900 and the 1904 base).

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};

const SECONDS_A_DAY: i64 = 86_400;
/// 9999-12-31 in the 1900 system.
const LAST_DAY: i64 = 2_958_465;
/// Days from 0000-03-01 to 1899-12-30 in the civil count below.
const BASE_1900: i64 = 693_899;
/// Days between the two bases.
const BASE_SHIFT: i64 = 1462;

/// Writes a serial number of days as `2024-11-28`, `2024-11-28T09:30:00` or `09:30:00`; none outside 0 to
/// 9999-12-31.
///
/// The 1900 system counts a 29 February 1900 that never was, so that days before March 1900 stand one off.
pub(super) fn iso_date(serial: Decimal, date_1904: bool) -> Option<String> {
    let seconds = whole_seconds(serial)?;
    let (day, second) = (seconds.div_euclid(SECONDS_A_DAY), seconds.rem_euclid(SECONDS_A_DAY));
    if day == 0 && !date_1904 {
        return Some(clock(second));
    }
    let day = if date_1904 { day + BASE_SHIFT } else { day };
    if day > LAST_DAY {
        return None;
    }
    let date = match day {
        60 if !date_1904 => "1900-02-29".to_owned(),
        1..=59 if !date_1904 => civil(BASE_1900 + day + 1),
        _ => civil(BASE_1900 + day),
    };
    Some(if second == 0 { date } else { format!("{date}T{}", clock(second)) })
}

/// Writes a span of days as an ISO duration, `PT25H30M`.
pub(super) fn iso_span(serial: Decimal) -> Option<String> {
    let seconds = whole_seconds(serial)?;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let part = |n: i64, letter: char| if n == 0 { String::new() } else { format!("{n}{letter}") };
    let text = format!("{}{}{}", part(hours, 'H'), part(minutes, 'M'), part(seconds, 'S'));
    Some(if text.is_empty() { "PT0S".into() } else { format!("PT{text}") })
}

/// Brings a date that a file states in ISO form to the form used here: no zone, no zero time; none where it is no
/// date or time.
pub(super) fn tidy_iso(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('Z');
    let text = text.split_once('.').map_or(text, |(whole, _)| whole);
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, time),
        None if text.contains(':') => ("", text),
        None => (text, ""),
    };
    let sound = (date.is_empty() || fields(date, '-', &[9999, 12, 31], 1))
        && (time.is_empty() || fields(time, ':', &[24, 59, 60], 0));
    sound.then(|| text.strip_suffix("T00:00:00").unwrap_or(text).to_owned())
}

/// Says whether a text is numbers between bounds, with that sign between them.
fn fields(text: &str, sign: char, most: &[u32], least: u32) -> bool {
    let parts: Vec<&str> = text.split(sign).collect();
    let in_bounds = |(part, most): (&&str, &u32)| part.parse::<u32>().is_ok_and(|n| (least..=*most).contains(&n));
    parts.len() == most.len() && parts.iter().zip(most).all(in_bounds)
}

fn whole_seconds(serial: Decimal) -> Option<i64> {
    if serial.is_sign_negative() && !serial.is_zero() {
        return None;
    }
    serial
        .checked_mul(Decimal::from(SECONDS_A_DAY))?
        .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero)
        .to_i64()
        .filter(|seconds| *seconds / SECONDS_A_DAY <= LAST_DAY)
}

fn clock(second: i64) -> String {
    format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60)
}

/// The civil date of a day counted from 0000-03-01, in the proleptic Gregorian calendar.
fn civil(days: i64) -> String {
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_days_become_dates() {
        for (serial, date_1904, text) in [
            ("45624", false, "2024-11-28"),
            ("44162", true, "2024-11-28"),
            ("45624.395833333336", false, "2024-11-28T09:30:00"),
            ("1", false, "1900-01-01"),
            ("59", false, "1900-02-28"),
            ("60", false, "1900-02-29"),
            ("61", false, "1900-03-01"),
            ("0", true, "1904-01-01"),
            ("36585", false, "2000-02-29"),
            ("2958465", false, "9999-12-31"),
            ("0.5", false, "12:00:00"),
            ("0.9999999", false, "1900-01-01"),
        ] {
            assert_eq!(iso_date(serial.parse().unwrap(), date_1904).as_deref(), Some(text), "{serial}");
        }
        for serial in ["-1", "2958466", "99999999999999999999"] {
            assert_eq!(iso_date(serial.parse().unwrap(), false), None, "{serial}");
        }
    }

    #[test]
    fn spans_and_stated_dates_are_iso() {
        assert_eq!(iso_span("1.0625".parse().unwrap()).unwrap(), "PT25H30M");
        assert_eq!(iso_span(Decimal::ZERO).unwrap(), "PT0S");
        assert_eq!(tidy_iso("2021-13-45"), None);
        assert_eq!(tidy_iso("soon"), None);
        for (text, tidy) in [
            ("2024-11-28T00:00:00Z", "2024-11-28"),
            ("2024-11-28T09:30:00.000", "2024-11-28T09:30:00"),
            ("2024-11-28", "2024-11-28"),
        ] {
            assert_eq!(tidy_iso(text).as_deref(), Some(tidy));
        }
    }
}
