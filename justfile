# What `just` does here; without just, run `.ci/run` or the cargo commands themselves.

# List the recipes.
default:
    @just --list

# Everything that a change must pass; the commands stand in .ci/run, and nowhere else.
ci:
    .ci/run

# The main job on the samples: prints the report and writes annotated workbooks to out/.
# The samples hold errors on purpose, so exit status 1 (errors were found) is success here.
check-samples:
    cargo run -- check samples -o out || [ $? -eq 1 ]

# Fuzzes every target for a minute (or SECONDS), with any stable toolchain; what is found is printed.
fuzz SECONDS="60":
    fuzz/run {{SECONDS}}

# Licences, bans, sources and known faults of what gouji is built from; needs cargo-deny.
deny:
    .ci/deny
