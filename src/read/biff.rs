//! The records of an old workbook stream, walked once before its reader is let loose on them.
//!
//! The reader spreads every sheet over its bounding box and trusts the declared extent, so both are measured first.
//!
//! # Source
//! MS-XLS 2.3 (records), 2.4.28 (`BoundSheet8`), 2.4.90 (`Dimensions`), 2.4.117 (`FilePass`).

use super::limits::Limits;

/// Rows and columns of a sheet in this format.
const ROWS: u32 = 65_536;
const COLS: u32 = 256;

/// What the walk found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum BiffFault {
    Password,
    Damaged(String),
    /// Cells that the sheets would be spread over.
    TooMany(u64),
}

/// Checks the workbook stream.
pub(super) fn check(stream: &[u8], limits: Limits) -> Result<(), BiffFault> {
    let mut sheets = Vec::new();
    for (kind, data) in Records(stream) {
        match kind {
            0x002F if data.first().is_some_and(|b| *b != 0) || data.get(1).is_some_and(|b| *b != 0) => {
                return Err(BiffFault::Password);
            }
            0x0085 => sheets.push(u32_at(data, 0).unwrap_or(0) as usize),
            0x000A => break,
            _ => {}
        }
    }
    let (mut area, mut steps) = (0u64, 0u64);
    for start in sheets {
        let rest = stream.get(start..).ok_or_else(|| BiffFault::Damaged("a sheet begins outside the file".into()))?;
        area = area.saturating_add(sheet_area(rest, &mut steps)?);
        if area > limits.cells || steps > limits.cells.saturating_mul(4) {
            return Err(BiffFault::TooMany(area.max(steps)));
        }
    }
    Ok(())
}

/// Cells of the box that holds every cell of a sheet.
fn sheet_area(stream: &[u8], steps: &mut u64) -> Result<u64, BiffFault> {
    let (mut depth, mut bounds) = (0u32, None::<[u32; 4]>);
    for (kind, data) in Records(stream) {
        *steps += 1;
        match kind {
            0x0809 => depth += 1,
            0x000A if depth <= 1 => break,
            0x000A => depth -= 1,
            0x0200 if depth <= 1 => check_extent(data)?,
            0x0203 | 0x0204 | 0x00D6 | 0x0205 | 0x027E | 0x00FD | 0x0006 | 0x00BD if depth <= 1 => {
                let (Some(row), Some(col)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
                let last = if kind == 0x00BD { u16_at(data, data.len().saturating_sub(2)).unwrap_or(col) } else { col };
                let [top, bottom, left, right] = bounds.unwrap_or([row, row, col, col]);
                bounds = Some([top.min(row), bottom.max(row), left.min(col), right.max(last)]);
            }
            _ => {}
        }
    }
    Ok(bounds.map_or(0, |[top, bottom, left, right]| u64::from(bottom - top + 1) * u64::from(right - left + 1)))
}

/// The declared extent is reserved by the reader before anything is read.
fn check_extent(data: &[u8]) -> Result<(), BiffFault> {
    let bounds = if data.len() >= 14 {
        (u32_at(data, 0), u32_at(data, 4), u16_at(data, 8), u16_at(data, 10))
    } else {
        (u16_at(data, 0), u16_at(data, 2), u16_at(data, 4), u16_at(data, 6))
    };
    match bounds {
        (Some(top), Some(bottom), Some(left), Some(right))
            if top <= bottom && bottom <= ROWS && left <= right && right <= COLS =>
        {
            Ok(())
        }
        _ => Err(BiffFault::Damaged("the declared extent of a sheet is impossible".into())),
    }
}

/// Kind and data of one record after another, until the bytes run out.
struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u32, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (u16_at(self.0, 0)?, u16_at(self.0, 2)? as usize);
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}

fn u16_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 2).map(|b| u32::from(u16::from_le_bytes([b[0], b[1]])))
}

fn u32_at(data: &[u8], at: usize) -> Option<u32> {
    data.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
    }

    fn number(row: u16, col: u16) -> Vec<u8> {
        record(0x0203, &[&row.to_le_bytes()[..], &col.to_le_bytes(), &[0; 10]].concat())
    }

    fn book(sheet: &[Vec<u8>]) -> Vec<u8> {
        let bof = record(0x0809, &[0; 16]);
        let start = u32::try_from(bof.len() + 4 + 8 + 4).unwrap();
        let bound = record(0x0085, &[&start.to_le_bytes()[..], &[0; 4]].concat());
        [bof.clone(), bound, record(0x000A, &[]), bof, sheet.concat(), record(0x000A, &[])].concat()
    }

    #[test]
    fn boxes_and_extents_are_measured() {
        let limits = Limits { cells: 100, ..Limits::default() };
        assert_eq!(check(&book(&[number(0, 0), number(9, 9)]), limits), Ok(()));
        assert_eq!(check(&book(&[number(0, 0), number(10, 9)]), limits), Err(BiffFault::TooMany(110)));
        let extent = record(0x0200, &[0xFF; 14]);
        assert!(matches!(check(&book(&[extent]), limits), Err(BiffFault::Damaged(_))));
        assert_eq!(check(&record(0x002F, &[1, 0]), limits), Err(BiffFault::Password));
    }
}
