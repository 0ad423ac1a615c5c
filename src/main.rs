//! Parses, runs, exits.

fn main() -> std::process::ExitCode {
    gouji::cli::main()
}
