//! stub
use super::{Book, Limits, ReadError, package::Package};
pub(super) fn read_compound(_b: &[u8], _l: Limits, b: Book) -> Result<Book, ReadError> {
    Err(ReadError::NoSheets { file: b.file })
}
pub(super) fn read_xlsb(_p: &mut Package<'_>, _b: &[u8], _m: &str, _l: Limits, b: Book) -> Result<Book, ReadError> {
    Err(ReadError::NoSheets { file: b.file })
}
