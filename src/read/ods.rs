//! stub
use super::{Book, Limits, ReadError, package::Package};
pub(super) fn read_ods(_p: &mut Package<'_>, _l: Limits, b: Book) -> Result<Book, ReadError> {
    Err(ReadError::NoSheets { file: b.file })
}
