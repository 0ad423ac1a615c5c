//! An office's logo: a whole PNG or JPEG, looked at before it goes into a workbook.

use rust_xlsxwriter::{Image, ObjectMovement};

use crate::model::Words;

/// Bytes that a logo may have; every set of papers carries it.
const MOST_BYTES: usize = 5_000_000;
/// Pixels that it takes on the cover at most.
const BOX: (u32, u32) = (260, 56);

/// A logo that was looked at.
#[derive(Debug, Clone)]
pub struct Logo(Image);

impl Logo {
    /// Takes the bytes of a PNG or JPEG.
    ///
    /// # Errors
    /// Why the bytes are no whole picture of either kind, and the cure.
    pub fn new(bytes: &[u8]) -> Result<Self, Words> {
        if bytes.len() > MOST_BYTES {
            return Err(Words::new("图片超过5 MB，请缩小后再用", "the picture is larger than 5 MB: make it smaller"));
        }
        let whole = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            is_whole_png(bytes)
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            is_whole_jpeg(bytes)
        } else {
            return Err(Words::new(
                "不是 PNG 或 JPEG 图片，请另存为其中一种",
                "neither PNG nor JPEG: save it as one of them",
            ));
        };
        let broken =
            || Words::new("图片已损坏或不完整，请重新导出", "the picture is damaged or cut off: export it again");
        if !whole {
            return Err(broken());
        }
        let image = Image::new_from_buffer(bytes).map_err(|_| broken())?;
        Ok(Self(
            image
                .set_scale_to_size(BOX.0, BOX.1, true)
                .set_object_movement(ObjectMovement::MoveButDontSizeWithCells)
                .set_decorative(true),
        ))
    }

    #[must_use]
    pub fn image(&self) -> &Image {
        &self.0
    }
}

/// Every chunk is there with its check sum, from IHDR to IEND.
///
/// # Source
/// PNG, ISO/IEC 15948, clause 5: length, type, data, CRC-32 of type and data.
fn is_whole_png(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    let mut first = true;
    while let Some((head, after)) = rest.split_at_checked(4) {
        let length = head.iter().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte));
        let Some((chunk, after)) = length.checked_add(4).and_then(|all| after.split_at_checked(all)) else {
            return false;
        };
        let Some((sum, after)) = after.split_at_checked(4) else { return false };
        let mut crc = flate2::Crc::new();
        crc.update(chunk);
        if crc.sum().to_be_bytes() != sum || first != chunk.starts_with(b"IHDR") {
            return false;
        }
        if chunk.starts_with(b"IEND") {
            return true;
        }
        (rest, first) = (after, false);
    }
    false
}

/// Every segment lies within the file up to the scan, and the end is marked.
///
/// # Source
/// JPEG, ITU-T T.81, annex B.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    while let [0xFF, marker, high, low, ..] = *rest {
        if marker == 0xDA {
            return rest.windows(2).any(|two| two == [0xFF, 0xD9]);
        }
        let length = usize::from(high) << 8 | usize::from(low);
        let Some(after) = rest.get(2 + length..).filter(|_| length >= 2) else { return false };
        rest = after;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &[u8] = include_bytes!("../../docs/guide/example/logo.png");

    #[test]
    fn a_whole_picture_is_taken_and_any_cut_is_noticed() {
        assert!(Logo::new(EXAMPLE).is_ok());
        for cut in 0..EXAMPLE.len() {
            assert!(Logo::new(&EXAMPLE[..cut]).is_err(), "cut at {cut}");
        }
        let mut damaged = EXAMPLE.to_vec();
        damaged[20] ^= 1;
        assert!(Logo::new(&damaged).unwrap_err().en.contains("damaged"));
        assert!(Logo::new(b"GIF89a").unwrap_err().en.contains("neither PNG nor JPEG"));
    }

    #[test]
    fn a_jpeg_is_walked_segment_by_segment() {
        let mut jpeg = vec![0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8, 0, 10, 0, 20, 1, 1, 0x11, 0];
        jpeg.extend([0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0x3F, 0, 0x55, 0x55, 0xFF, 0xD9]);
        assert!(Logo::new(&jpeg).is_ok());
        for cut in 3..jpeg.len() {
            assert!(Logo::new(&jpeg[..cut]).is_err(), "cut at {cut}");
        }
    }
}
