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
