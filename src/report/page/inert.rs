//! JSON in a block of an HTML page that never runs, whatever its texts hold.

use std::io::{self, Write};

use serde_json::Value;

/// Writes one value as a data block with an id.
pub(super) fn block(out: &mut dyn Write, id: &str, value: &Value) -> io::Result<()> {
    write!(out, "<script type=\"application/json\" id=\"data-{id}\">")?;
    let mut inert = Inert(io::BufWriter::new(&mut *out));
    serde_json::to_writer(&mut inert, value)?;
    inert.flush()?;
    drop(inert);
    out.write_all(b"</script>\n")
}

/// Spells the three characters that mean something to HTML as JSON escapes; in JSON they stand inside texts only.
struct Inert<W: Write>(W);

impl<W: Write> Write for Inert<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut from = 0;
        for (at, byte) in bytes.iter().enumerate() {
            let escape: &[u8] = match byte {
                b'<' => b"\\u003c",
                b'>' => b"\\u003e",
                b'&' => b"\\u0026",
                _ => continue,
            };
            self.0.write_all(&bytes[from..at])?;
            self.0.write_all(escape)?;
            from = at + 1;
        }
        self.0.write_all(&bytes[from..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_its_block() {
        let typed = "</script><script>alert(1)</script><!-- & ]]>";
        let mut out = Vec::new();
        block(&mut out, "x", &Value::String(typed.to_owned())).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert_eq!(page.matches('<').count(), 2, "{page}");
        let json = page.split_once('>').unwrap().1.trim_end().strip_suffix("</script>").unwrap();
        assert_eq!(serde_json::from_str::<String>(json).unwrap(), typed);
    }
}
