//! Parses, runs, exits.

/// Readers fill memory that others empty; the system's allocators keep such memory apart by thread and never reuse it.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    gouji::cli::main()
}
