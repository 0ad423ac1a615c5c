//! Requests and what is answered: the page, its state, files in and results out.

use std::fmt::Write as _;
use std::io::{self, Cursor, Read as _, Write as _};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tiny_http::{Header, Method, Request, Response};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::guard::Guard;
use super::job::{Download, Made};
use super::names::parameter;
use super::session::{LARGEST, Refused, Session, Year};
use crate::cli::progress::meter;
use crate::model::Words;
use crate::report::page::policy;

/// Bytes of one explanation, with the figures it is given for.
const LONGEST_ANSWER: u64 = 256 << 10;

/// How long a body may take to come in; it comes from this machine.
const BODY_TIME: Duration = Duration::from_secs(120);
/// Bytes that are read at once.
const PIECE: usize = 1 << 16;
/// Bytes of a body that is thrown away; who states more is not answered.
const MOST_THROWN: u64 = 1 << 30;

type Answer = Response<Cursor<Vec<u8>>>;

/// Answers one request.
pub fn answer(mut request: Request, session: &Session, guard: &Guard) {
    if !throw_away(&mut request) {
        // The library makes room for the whole length that is stated when a request goes, or when its body breaks off.
        std::mem::forget(request);
        return;
    }
    let url = request.url().to_owned();
    let answer = match guard.admit(&request, &url) {
        Some(asked) => {
            let (path, query) = asked.split_once('?').unwrap_or((asked, ""));
            match request.method() {
                Method::Get => get(path, session),
                Method::Post => post(path, query, &mut request, session),
                _ => status(405),
            }
        }
        None => status(403),
    };
    // Whoever asked may have gone away.
    let _ = request.respond(answer);
}

fn get(path: &str, session: &Session) -> Answer {
    let made = session.state().made.clone();
    match path {
        "" => {
            let answer = typed(made.page.clone(), "text/html; charset=utf-8");
            with(answer, "Content-Security-Policy", &format!("{}; frame-ancestors 'none'", policy(true)))
        }
        "state" => reply(200, &state(session)),
        "all.zip" => all(&made),
        _ => match path
            .strip_prefix("download/")
            .and_then(|at| at.parse().ok())
            .and_then(|at: usize| made.downloads.get(at))
        {
            Some(one) => download(one),
            None => status(404),
        },
    }
}

fn post(path: &str, query: &str, request: &mut Request, session: &Session) -> Answer {
    let named = || Some((Year::named(&parameter(query, "year")?)?, parameter(query, "name")?));
    match path {
        "file" => match named() {
            Some((year, name)) => take(request, session, year, &name),
            None => status(400),
        },
        "remove" => match named() {
            Some((year, name)) if session.remove(year, &name) => reply(200, &state(session)),
            _ => status(404),
        },
        "explain" => explain(request, session),
        "check" => status(if session.check() { 202 } else { 409 }),
        "cancel" => {
            session.cancel();
            reply(200, &state(session))
        }
        "end" => {
            session.end();
            status(204)
        }
        "clear" => match session.clear() {
            Ok(()) => reply(200, &state(session)),
            Err(fault) => reply(500, &json!({ "fault": format!("{fault:#}") })),
        },
        _ => status(404),
    }
}

fn is_too_large(request: &Request) -> bool {
    request.body_length().is_some_and(|length| length as u64 > LARGEST)
}

/// Throws a body away that is larger than any that is taken; false for one that nobody could send.
fn throw_away(request: &mut Request) -> bool {
    let sendable = request.body_length().is_none_or(|length| length as u64 <= MOST_THROWN);
    if sendable && is_too_large(request) {
        // Whether it ends or breaks off, the answer is the same.
        let _ = io::copy(&mut request.as_reader(), &mut io::sink());
    }
    sendable
}

/// Reads a body up to its end, or gives the status that says why not.
fn body(request: &mut Request, most: u64) -> Result<Vec<u8>, u16> {
    let until = Instant::now() + BODY_TIME;
    let (mut bytes, mut piece) = (Vec::new(), vec![0; PIECE]);
    let mut reader = request.as_reader().take(most);
    loop {
        match reader.read(&mut piece) {
            Ok(0) => return Ok(bytes),
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(_) => return Err(400),
        }
        if Instant::now() > until {
            return Err(408);
        }
    }
}

/// Takes the body of a request in as a file.
fn take(request: &mut Request, session: &Session, year: Year, name: &str) -> Answer {
    let Some(length) = request.body_length() else { return status(411) };
    let taken = if is_too_large(request) {
        Err(Refused::TooLarge)
    } else {
        match body(request, LARGEST) {
            Ok(bytes) if bytes.len() == length => session.put(year, name, &bytes),
            Ok(_) => return status(400),
            Err(code) => return status(code),
        }
    };
    match taken {
        Ok(()) => status(204),
        Err(refused) => {
            let (code, words) = refusal(&refused);
            reply(code, &json!({ "words": [words.zh, words.en] }))
        }
    }
}

/// Takes what was said of a finding.
fn explain(request: &mut Request, session: &Session) -> Answer {
    let record = match body(request, LONGEST_ANSWER) {
        Ok(bytes) => serde_json::from_slice(&bytes),
        Err(code) => return status(code),
    };
    let Ok(record) = record else { return status(400) };
    match session.explain(record) {
        Ok(()) => status(204),
        Err(refused) => status(refusal(&refused).0),
    }
}

fn refusal(refused: &Refused) -> (u16, Words) {
    let most = LARGEST >> 20;
    match refused {
        Refused::Name => (400, Words::new("文件名不能用，请改名", "the name cannot be used; rename the file")),
        Refused::TooLarge => {
            (413, Words::new(format!("超过{most}MB，不像附件"), format!("larger than {most} MB, which no annex is")))
        }
        Refused::TooMany => (
            413,
            Words::new(
                "文件太多，请分批，或用命令行 gouji check",
                "too many files; take them in parts, or use gouji check on the command line",
            ),
        ),
        Refused::Running => (409, Words::new("正在核对，请稍候", "a check is under way; wait for it")),
        Refused::Disk => (507, Words::new("写不进临时文件夹，磁盘可能已满", "cannot be written; the disk may be full")),
    }
}

fn state(session: &Session) -> Value {
    let (now, before) = (session.files(Year::Now), session.files(Year::Before));
    let state = session.state();
    let (what, done, total) = meter();
    let downloads: Vec<Value> = state
        .made
        .downloads
        .iter()
        .map(|one| json!({ "name": one.name, "kind": [one.kind.zh, one.kind.en] }))
        .collect();
    json!({
        "now": now, "before": before, "running": state.running, "runs": state.runs, "fault": state.fault,
        "what": [what.zh, what.en], "done": done, "total": total, "downloads": downloads, "kept": session.kept(),
        "answers": session.explanations().len(),
    })
}

fn download(one: &Download) -> Answer {
    let Ok(bytes) = std::fs::read(&one.path) else { return status(404) };
    let kind = match one.path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        _ => "application/octet-stream",
    };
    attached(bytes, kind, one.name.rsplit('/').next().unwrap_or_default())
}

/// All results in one archive.
fn all(made: &Made) -> Answer {
    let pack = || -> Option<Vec<u8>> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for one in &made.downloads {
            archive.start_file(one.name.as_str(), stored).ok()?;
            archive.write_all(&std::fs::read(&one.path).ok()?).ok()?;
        }
        Some(archive.finish().ok()?.into_inner())
    };
    if made.downloads.is_empty() {
        return status(404);
    }
    pack().map_or_else(|| status(500), |bytes| attached(bytes, "application/zip", "gouji.zip"))
}

fn attached(bytes: Vec<u8>, kind: &str, name: &str) -> Answer {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    with(typed(bytes, kind), "Content-Disposition", &format!("attachment; filename*=UTF-8''{encoded}"))
}

fn status(code: u16) -> Answer {
    reply(code, &json!({ "status": code }))
}

fn reply(code: u16, value: &Value) -> Answer {
    typed(value.to_string().into_bytes(), "application/json").with_status_code(code)
}

/// A body with the headers that every answer has: it is shown as what it is, to us alone, and kept by nobody.
fn typed(bytes: Vec<u8>, kind: &str) -> Answer {
    let all = [
        ("Content-Type", kind),
        ("X-Content-Type-Options", "nosniff"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("X-Frame-Options", "DENY"),
    ];
    all.iter().fold(Response::from_data(bytes), |answer, (name, value)| with(answer, name, value))
}

fn with(answer: Answer, name: &str, value: &str) -> Answer {
    match Header::from_bytes(name, value) {
        Ok(header) => answer.with_header(header),
        Err(()) => answer,
    }
}
