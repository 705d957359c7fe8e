# What one does with this project; `just` alone lists it.

_list:
    @just --list --unsorted

# Serve the demo data on the embedded store
demo:
    cargo run -- serve --demo

# Run every test, PostgreSQL included
test *arguments:
    scripts/test {{ arguments }}

# Everything that must hold before a change lands
ci:
    .ci/run

# Put the code into its one format
format:
    cargo fmt --all

# Lints, as errors
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Write the OpenAPI documents, after a change that is meant to change them
openapi:
    for contract in account users client tenant; do cargo run --quiet -- openapi --contract $contract > openapi/$contract.json; done

# Known vulnerabilities of the dependencies; needs the advisory database
advisories:
    cargo deny check advisories

# A small binary for production
release:
    cargo build --release --locked
