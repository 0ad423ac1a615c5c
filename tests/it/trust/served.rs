//! The served page beside clients that stall, and older formats handed in through it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::folder;
use crate::support::tree::root;

/// Clients that stall at once; more than any fixed crew of threads would be.
const STALLED: usize = 24;
/// After so long an answer does not come any more.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program, serving until it goes out of scope.
struct Served {
    program: Child,
    port: u16,
    token: String,
    _temporary: tempfile::TempDir,
}

impl Served {
    fn start() -> Self {
        let temporary = folder();
        let mut program = Command::new(env!("CARGO_BIN_EXE_gouji"))
            .args(["serve", "--no-open", "--lang", "en"])
            .env("TMPDIR", temporary.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        BufReader::new(program.stdout.take().expect("a pipe")).read_line(&mut line).expect("it says its address");
        let (_, address) = line.trim().split_once("http://127.0.0.1:").expect("an address");
        let (port, token) = address.trim_end_matches('/').split_once('/').expect("a token");
        Self { port: port.parse().expect("a port"), token: token.to_owned(), program, _temporary: temporary }
    }

    fn link(&self) -> TcpStream {
        let link = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        link.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        link
    }

    /// The head of a request below a token.
    fn head(&self, method: &str, token: &str, path: &str, length: usize) -> String {
        let port = self.port;
        format!(
            "{method} /{token}/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n\
             Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    }

    /// Status and body of an answer.
    fn ask(&self, method: &str, path: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let mut link = self.link();
        link.write_all(self.head(method, &self.token, path, body.len()).as_bytes()).expect("it is heard");
        link.write_all(body).expect("it is taken");
        let mut answer = Vec::new();
        // A program that ends may close the link unread.
        let _ = link.read_to_end(&mut answer);
        let ends = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head") + 4;
        let head = String::from_utf8_lossy(&answer[..ends]).into_owned();
        (head.split(' ').nth(1).and_then(|code| code.parse().ok()).expect("a status"), answer.split_off(ends))
    }

    fn state(&self) -> Value {
        let (code, body) = self.ask("GET", "state", b"");
        assert_eq!(code, 200);
        // Chunked or not, the one object stands between its braces.
        let text = String::from_utf8(body).expect("UTF-8");
        let (from, to) = (text.find('{').expect("an object"), text.rfind('}').expect("its end"));
        serde_json::from_str(&text[from..=to]).expect("JSON")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
fn clients_that_stall_hold_up_nobody() {
    let mut served = Served::start();
    let upload = "file?year=now&name=a.xlsx";
    let other = "0".repeat(served.token.len());
    let mut stalled = Vec::new();
    for number in 0..STALLED {
        let head = match number % 4 {
            // A body that never comes, with the token and without; one that nobody could hold; half a head.
            0 => served.head("POST", &served.token, upload, 1 << 20),
            1 => served.head("POST", &other, upload, 1 << 20),
            2 => served.head("POST", &other, upload, usize::MAX >> 2),
            _ => format!("GET /{}/ HT", served.token),
        };
        let mut link = served.link();
        link.write_all(head.as_bytes()).expect("it is heard");
        stalled.push(link);
    }
    let (code, page) = served.ask("GET", "", b"");
    assert_eq!(code, 200);
    assert!(String::from_utf8_lossy(&page).contains("<html"), "the page comes");
    let bytes = std::fs::read(root().join("samples/ties/qingxi-2024.xlsx")).expect("the sample");
    assert_eq!(served.ask("POST", upload, &bytes).0, 204);
    assert_eq!(served.state()["now"][0], "a.xlsx");
    // They go, and the program still stands; it ends when it is asked to, whoever stalls.
    stalled.truncate(STALLED / 2);
    assert_eq!(served.ask("GET", "", b"").0, 200);
    assert_eq!(served.ask("POST", "end", b"").0, 204);
    assert!(served.program.wait().expect("it ends").success());
}

#[test]
fn older_formats_are_checked_when_they_are_handed_in() {
    let served = Served::start();
    for name in ["ledger.xls", "ledger.ods"] {
        let bytes = std::fs::read(root().join("tests/hostile").join(name)).expect("the fixture");
        let (code, _) = served.ask("POST", &format!("file?year=now&name={name}"), &bytes);
        assert_eq!(code, 204, "{name}");
        assert_eq!(served.ask("POST", "check", b"").0, 202);
        let mut state = served.state();
        while state["running"] == true {
            std::thread::sleep(Duration::from_millis(50));
            state = served.state();
        }
        assert_eq!(state["fault"], Value::Null, "{name}");
        let downloads = state["downloads"].as_array().expect("downloads");
        let stem = name.split('.').next().expect("a stem");
        let found = downloads.iter().position(|one| {
            let name = one["name"].as_str().unwrap_or_default();
            name.contains(stem) && name.ends_with(".annotated.xlsx")
        });
        let at = found.unwrap_or_else(|| panic!("no marked copy of {name} among {downloads:?}"));
        let (code, bytes) = served.ask("GET", &format!("download/{at}"), b"");
        assert!(code == 200 && bytes.windows(2).any(|two| two == b"PK"), "{name}");
        assert_eq!(served.ask("POST", &format!("remove?year=now&name={name}"), b"").0, 200);
    }
}
