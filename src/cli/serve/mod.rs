//! `gouji serve`: the page for someone who will not type. Files are dragged in, checked by the same run as `check`, and
//! handed back marked.
//!
//! It listens on this machine's loopback address only, and answers only who knows the token in the address ([`guard`]).
//! What is handed in lies in a temporary folder that goes with the program, or where `--keep` says. Nothing is sent
//! anywhere.

mod browser;
mod desk;
mod guard;
mod job;
mod names;
mod routes;
mod session;

use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use clap::Args as ClapArgs;
use tiny_http::Server;

use super::args::{LangArg, Reading};
use super::{Exit, interrupt, print};
use crate::model::Lang;
use desk::Desk;
use guard::Guard;
use session::Session;

/// How long a request is waited for before Ctrl-C is looked for.
const WAIT: Duration = Duration::from_millis(200);

#[derive(Debug, Default, ClapArgs)]
pub struct ServeArgs {
    /// 端口；不写则自动选择 · the port; any free one when left out
    #[arg(long, default_value_t = 0)]
    pub port: u16,
    /// 文件和结果留在此文件夹；不写则退出时全部删除 · keep files and results here; else all goes when the program ends
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// 不打开浏览器 · do not open the browser
    #[arg(long)]
    pub no_open: bool,
    /// 自定义表样的文件夹 · a folder of your own forms (*.toml)
    #[arg(long, value_name = "DIR")]
    pub forms: Option<PathBuf>,
    /// 自定义审核公式 · rules of your own (*.toml)
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,
    /// 语言（不给则 zh） · language (zh unless given)
    #[arg(long, value_enum)]
    pub lang: Option<LangArg>,
    /// 不遮盖姓名和电话 · show names and telephone numbers
    #[arg(long)]
    pub show_personal: bool,
}

impl ServeArgs {
    fn reading(&self) -> Reading {
        Reading {
            forms: self.forms.clone(),
            rules: self.rules.clone(),
            lang: self.lang,
            show_personal: self.show_personal,
            ..Reading::default()
        }
    }
}

/// Serves until Ctrl-C, or until the page asks the program to end.
///
/// # Errors
/// A port that is taken, a folder that cannot be written, broken forms or rules.
pub fn run(args: &ServeArgs) -> anyhow::Result<Exit> {
    let lang: Lang = args.lang.into();
    interrupt::listen_to_end();
    let session = Arc::new(Session::open(args.reading(), args.keep.as_deref())?);
    let server = Server::http(("127.0.0.1", args.port)).map_err(|error| {
        anyhow!(
            "端口 {0} 打不开（{error}），请换一个 --port · port {0} cannot be opened ({error}): choose another --port",
            args.port
        )
    })?;
    let port = server.server_addr().to_ip().map_or(args.port, |address| address.port());
    let guard = Arc::new(Guard::new(port)?);
    let address = guard.address();
    print(&greeting(&address, session.kept(), lang))?;
    if !args.no_open && !browser::open(&address) {
        eprintln!(
            "{}",
            if lang == Lang::Zh {
                "浏览器没有打开，请把上面的地址粘贴过去。"
            } else {
                "no browser opened; paste the address above."
            }
        );
    }
    let desk = Desk::new(Arc::clone(&session), guard);
    while !interrupt::ended() && !session.is_ending() {
        if desk.is_full() {
            std::thread::sleep(WAIT);
            continue;
        }
        match server.recv_timeout(WAIT) {
            Ok(Some(request)) => desk.answer(request),
            Ok(None) => knock(port),
            Err(_) => break,
        }
    }
    desk.close();
    session.close();
    Ok(Exit::Clean)
}

/// Knocks at our own door.
///
/// Of connections that come at once the library gives several to one idle thread, so that one may wait behind a client
/// that stalls. A further connection gets a thread of its own, which then takes up what waits.
fn knock(port: u16) {
    let _ = TcpStream::connect_timeout(&SocketAddr::from(([127, 0, 0, 1], port)), WAIT);
}

fn greeting(address: &str, kept: Option<String>, lang: Lang) -> String {
    let zh = lang == Lang::Zh;
    let keeping = match (kept, zh) {
        (Some(folder), true) => format!("文件和结果留在 {folder}"),
        (Some(folder), false) => format!("files and results stay in {folder}"),
        (None, true) => "文件只在本机临时存放，退出即删除".to_owned(),
        (None, false) => "files are kept on this machine until the program ends".to_owned(),
    };
    if zh {
        format!(
            "在浏览器中打开：{address}\n只有本机能打开；{keeping}。按 Ctrl-C 或网页上的“结束程序”结束；命令行用法见 gouji --help。\n"
        )
    } else {
        format!(
            "open in a browser: {address}\nOnly this machine can; {keeping}. Ctrl-C ends it, and so does the page; gouji --help shows the commands.\n"
        )
    }
}
