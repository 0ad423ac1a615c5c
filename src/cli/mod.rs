//! What a user types: arguments, files, progress and exit codes. All disk, clock and terminal stand here.

mod annotate;
mod answers;
mod args;
mod burden;
mod check;
mod choice;
mod compare;
mod example;
mod import;
mod interrupt;
mod load;
mod open;
mod output;
mod page;
mod papers;
mod personal;
mod prepare;
mod progress;
mod query;
mod redact;
mod resubmit;
mod serve;
mod shard;
mod show;
mod strict;
mod walk;
mod what_if;
mod worker;

use std::io::{IsTerminal as _, Write};
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser};

use args::{Args, Command};

use crate::model::inert;

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// No finding of severity error.
    Clean,
    /// Some finding of severity error.
    Findings,
    /// Something could not be checked.
    Failed,
    /// The user stopped the run.
    Interrupted,
    /// A worker held more memory than it may.
    Full,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Clean => Self::from(0),
            Exit::Findings => Self::from(1),
            Exit::Failed => Self::from(2),
            Exit::Interrupted => Self::from(interrupt::STATUS),
            Exit::Full => Self::from(worker::FULL),
        }
    }
}

/// Runs the program on its arguments.
#[must_use]
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Failed.into() } else { Exit::Clean.into() };
        }
    };
    interrupt::listen();
    match run(args) {
        Ok(exit) => exit.into(),
        Err(error) => {
            say(&format!("gouji: {error:#}"));
            Exit::Failed.into()
        }
    }
}

fn run(args: Args) -> anyhow::Result<Exit> {
    let Some(command) = args.command else { return without_command() };
    match command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Check(check) => check::run(&check),
        Command::Compare(compare) => compare::run(&compare),
        Command::Query(query) => query::run(&query),
        Command::Resubmit(resubmit) => resubmit::run(&resubmit),
        Command::Annotate(annotate) => annotate::run(&annotate),
        Command::Import(import) => import::run(&import),
        Command::Redact(redact) => redact::run(&redact),
        Command::Explain(explain) => show::explain(&explain),
        Command::Rules(rules) => show::rules(&rules),
        Command::Forms(forms) => show::forms(&forms),
        Command::ReadWorker => worker::serve(),
    }
}

/// Without a command the page opens for a person, who sits at a terminal or has double-clicked the program; a script
/// is told how the program is called.
fn without_command() -> anyhow::Result<Exit> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return serve::run(&serve::ServeArgs::default());
    }
    eprintln!("{}", Args::command().render_help());
    Ok(Exit::Failed)
}

/// Says something on standard error; what came from a file in it cannot act on the terminal.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{}", inert::lines(line));
}

/// Prints a result piece by piece; a reader that has gone away is no error.
fn print_with(write: impl FnOnce(&mut dyn Write) -> std::io::Result<()>) -> anyhow::Result<()> {
    let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Prints a result; a reader that has gone away is no error.
fn print(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
