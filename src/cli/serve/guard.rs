//! Who is answered: a page that this program opened, on this machine.
//!
//! The address holds a random token, so no other program and no page of the web knows it; `Host` must name the
//! loopback address, so that no name of somebody else's can lead here; what changes anything must come from a page of
//! ours (`Origin`).

use anyhow::anyhow;
use tiny_http::{Method, Request};

/// Bytes of chance in a token.
const CHANCE: usize = 20;

/// What a request is held against.
pub struct Guard {
    token: String,
    port: u16,
}

impl Guard {
    /// Draws a token.
    ///
    /// # Errors
    /// The system gives no random bytes.
    pub fn new(port: u16) -> anyhow::Result<Self> {
        let mut bytes = [0u8; CHANCE];
        getrandom::fill(&mut bytes).map_err(|error| {
            anyhow!("系统没有给出随机数，不能安全地提供网页：{error} · no random bytes for a safe address: {error}")
        })?;
        let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
        Ok(Self { token: bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect(), port })
    }

    /// The address to open.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// Gives what a request asks for below the token; none where it may ask nothing.
    pub fn admit<'u>(&self, request: &Request, url: &'u str) -> Option<&'u str> {
        let header = |name: &'static str| {
            request.headers().iter().find(|header| header.field.equiv(name)).map(|header| header.value.as_str())
        };
        let reading = matches!(request.method(), Method::Get);
        self.admits(header("Host"), header("Origin"), reading).then(|| self.below(url)).flatten()
    }

    fn admits(&self, host: Option<&str>, origin: Option<&str>, reading: bool) -> bool {
        let own = |name: &str| {
            ["127.0.0.1", "localhost"].iter().any(|host| name.eq_ignore_ascii_case(&format!("{host}:{}", self.port)))
        };
        let from_us = |origin: &str| origin.strip_prefix("http://").is_some_and(own);
        host.is_some_and(own) && origin.map_or(reading, from_us)
    }

    fn below<'u>(&self, url: &'u str) -> Option<&'u str> {
        let (token, rest) = url.strip_prefix('/')?.split_once('/')?;
        same(token.as_bytes(), self.token.as_bytes()).then_some(rest)
    }
}

/// Compares in a time that does not tell where two texts part.
fn same(a: &[u8], b: &[u8]) -> bool {
    let apart = a.iter().zip(b).fold(0u8, |apart, (a, b)| std::hint::black_box(apart | (a ^ b)));
    a.len() == b.len() && apart == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_page_is_admitted() {
        let guard = Guard::new(8080).unwrap();
        let ours = Some("http://127.0.0.1:8080");
        assert!(guard.admits(Some("127.0.0.1:8080"), None, true));
        assert!(guard.admits(Some("localhost:8080"), ours, false));
        assert!(!guard.admits(Some("127.0.0.1:8080"), None, false), "what changes something names its page");
        assert!(!guard.admits(Some("127.0.0.1:8080"), Some("http://evil.example"), true));
        assert!(!guard.admits(Some("127.0.0.1:8080"), Some("null"), false));
        for host in [None, Some("evil.example:8080"), Some("127.0.0.1"), Some("127.0.0.1:80")] {
            assert!(!guard.admits(host, ours, true), "{host:?}");
        }
    }

    #[test]
    fn the_token_opens_and_nothing_near_it() {
        let (guard, other) = (Guard::new(1).unwrap(), Guard::new(1).unwrap());
        assert_ne!(guard.token, other.token);
        assert_eq!(guard.token.len(), 2 * CHANCE);
        assert_eq!(guard.below(&format!("/{}/state?x=1", guard.token)), Some("state?x=1"));
        for url in [
            "/",
            "//",
            "/state",
            &format!("/{}", guard.token),
            &format!("/{}/", other.token),
            &format!("/{}0/", guard.token),
        ] {
            assert_eq!(guard.below(url), None, "{url}");
        }
    }
}
