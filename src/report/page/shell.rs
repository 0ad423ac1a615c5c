//! The frame of the page: its policy, style, script and the elements they fill.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::model::Lang;

const FRAME: &str = include_str!("web/frame.html");
const STYLE: &str = concat!(include_str!("web/page.css"), include_str!("web/sheet.css"), include_str!("web/print.css"));
/// In the order in which they speak of each other; together they are one script.
const SCRIPTS: [&str; 9] = [
    include_str!("web/words.js"),
    include_str!("web/data.js"),
    include_str!("web/elements.js"),
    include_str!("web/list.js"),
    include_str!("web/sheet.js"),
    include_str!("web/card.js"),
    include_str!("web/explain.js"),
    include_str!("web/charts.js"),
    include_str!("web/page.js"),
];
/// What a served page does besides.
const SERVED_STYLE: &str = include_str!("web/serve.css");
const SERVED_SCRIPT: &str = include_str!("web/serve.js");

/// The one script of a page.
fn script(served: bool) -> String {
    let own = SCRIPTS.concat();
    let more = if served { SERVED_SCRIPT } else { "" };
    format!("\"use strict\";\n(() => {{\n{own}{more}start();\n}})();\n")
}

fn style(served: bool) -> String {
    [STYLE, if served { SERVED_STYLE } else { "" }].concat()
}

/// The content policy: this script and this style, by their hashes, and nothing from anywhere.
#[must_use]
pub fn policy(served: bool) -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    let (script, style) = (hash(&script(served)), hash(&style(served)));
    // A served page speaks with its own server, and with no other.
    let connect = if served { "'self'" } else { "'none'" };
    format!(
        "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src {connect}; base-uri 'none'; form-action 'none'"
    )
}

/// Writes everything above the data.
pub(super) fn begin(out: &mut dyn Write, lang: Lang, served: bool) -> io::Result<()> {
    let tag = if lang == Lang::Zh { "zh-CN" } else { "en" };
    write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>勾稽核对结果</title>\n<style>{}</style>\n</head>\n<body>\n{FRAME}",
        policy(served),
        style(served)
    )
}

/// Writes everything below the data.
pub(super) fn end(out: &mut dyn Write, served: bool) -> io::Result<()> {
    write!(out, "<script>{}</script>\n</body>\n</html>\n", script(served))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_asks_for_nothing_and_builds_nothing_from_text() {
        for served in [false, true] {
            let (script, style) = (script(served), style(served));
            for way in [
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "new Function",
                "http:",
                "https:",
            ] {
                // The one address is a name: the namespace of SVG.
                let found = script.replace("http://www.w3.org/2000/svg", "").contains(way);
                assert!(!found && !style.contains(way) && !FRAME.contains(way), "{way}");
            }
            assert!(!style.contains("url(") && !style.contains("@import") && !script.contains("</script"));
            assert!(
                !FRAME.contains("<script") && !FRAME.contains(" style=") && !FRAME.contains(" on"),
                "nothing inline"
            );
        }
        assert!(policy(false).contains("connect-src 'none'"));
    }
}
