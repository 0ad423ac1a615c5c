//! A digest of what a sheet says: its values, formulas, merges and settings, whatever the styles of its cells.

use sha2::{Digest, Sha256};

use super::scanner::Kind;
use super::{Package, PackageError, xml};
use crate::model::CellRef;

/// Bytes gathered before they are digested.
const PIECE: usize = 1 << 14;

/// Digests a sheet's content; cell styles, blank cells and the drawing of notes do not count.
///
/// # Errors
/// The part is missing or damaged.
pub fn content_digest(package: &mut Package<'_>, part: &str) -> Result<[u8; 32], PackageError> {
    let mut scanner = package.scan(part)?;
    let mut hasher = Sha256::new();
    let mut piece = Vec::new();
    let (mut in_data, mut row, mut column) = (false, 0u32, 0u32);
    while let Some(node) = scanner.next_node()? {
        let local = node.local();
        match (node.depth, node.kind) {
            (1, Kind::Open | Kind::Close) if local == "sheetData" => in_data = node.kind == Kind::Open,
            (2, Kind::Open | Kind::Empty) if in_data => {
                row = node.attribute("r").and_then(|r| r.trim().parse().ok()).unwrap_or(row.saturating_add(1));
                column = 0;
            }
            (3, Kind::Open | Kind::Empty) if in_data => {
                // A cell whose address is none stands nowhere, and moves none behind it.
                let at = match xml::attribute(node.content(), "r").map(|r| r.raw.trim().parse::<CellRef>()) {
                    Some(Err(_)) => None,
                    Some(Ok(cell)) => Some(cell.col + 1),
                    None => Some(column.saturating_add(1)),
                };
                column = at.unwrap_or(column);
                if node.kind == Kind::Open {
                    piece.extend_from_slice(&row.to_le_bytes());
                    piece.extend_from_slice(&at.unwrap_or(0).to_le_bytes());
                    piece.extend_from_slice(xml::attribute(node.content(), "t").map_or("", |a| a.raw).as_bytes());
                    piece.push(0);
                }
            }
            (2 | 3, _) if in_data => {}
            (1, Kind::Open | Kind::Empty) if matches!(local, "sheetData" | "legacyDrawing") => {}
            _ => {
                piece.push(node.kind as u8);
                piece.extend_from_slice(node.content().as_bytes());
            }
        }
        if piece.len() > PIECE {
            hasher.update(&piece);
            piece.clear();
        }
    }
    hasher.update(&piece);
    Ok(hasher.finalize().into())
}
