# The tasks of this project; `just` alone lists them.

_list:
    @just --list --unsorted

# Serve the demo data on the embedded store
demo:
    cargo run -- serve --demo

# Run every test, PostgreSQL included
test *arguments:
    scripts/test {{ arguments }}

# Who may do what: every route for every kind of caller, as one table
authorisation:
    scripts/test -p app --test proof authorisation

# The same requests to both stores; the same answers and records
twin requests="20000" seed="1":
    PROOF_REQUESTS={{ requests }} PROOF_SEED={{ seed }} scripts/test -p app --test proof twin -- --nocapture

# Generate new requests for every test run to send to both stores
record requests="3000" seed="1":
    PROOF_REQUESTS={{ requests }} PROOF_SEED={{ seed }} PROOF_RECORDING=tests/proof/requests.ndjson scripts/test -p app --test proof twin

# Kill servers and databases under load; nothing acknowledged is lost
crash-loop kills="200":
    PROOF_KILLS={{ kills }} scripts/test -p app --test proof crash_loop -- --nocapture

# Kill the database server under load and promote its standby; nothing acknowledged is lost, and the service goes on
failover failovers="20":
    PROOF_FAILOVERS={{ failovers }} scripts/test -p app --test proof failover -- --nocapture

# Backups of an embedded store under load, each restored elsewhere; what was acknowledged before is there
backup backups="20":
    PROOF_BACKUPS={{ backups }} scripts/test --release -p app --test proof backup -- --nocapture

# Copies of requests with an Idempotency-Key while servers are killed; each key has one change and one answer
idempotency keys="1000":
    PROOF_KEYS={{ keys }} scripts/test -p app --test proof idempotency -- --nocapture

# Canaries that no erasure may leave, servers that are killed during erasures, the erasure of a long history; holds, retention,
# exports, and logs that were altered
privacy kills="50" changes="100000":
    PROOF_ERASURES={{ kills }} PROOF_ERASED_CHANGES={{ changes }} scripts/test -p app --test operator -- --nocapture privacy erasure holds retention export_person
    scripts/test -p app --test program -- integrity verify_script

# Followers of the feed while servers are killed and paused; each sees each change once
feed changes="20000":
    PROOF_CHANGES={{ changes }} scripts/test -p app --test proof feed:: -- --nocapture

# Changes on several servers while they, the database, receivers and a broker are killed and paused; each is delivered
deliveries changes="30000":
    PROOF_DELIVERED={{ changes }} scripts/test -p app --test proof deliveries:: -- --nocapture

# Many updates on both stores; the log, folded, tells every row
fold updates="1000000":
    PROOF_UPDATES={{ updates }} scripts/test --release -p app --test proof fold -- --nocapture

# Rows of every kind, 7 of them bad, imported twice by the command and over HTTP; the same reports and records
import rows="100000":
    PROOF_ROWS={{ rows }} scripts/test --release -p app --test proof import:: -- --nocapture

# Random writes of every kind by operators, the clock set back in between; every version and instant is told as it was answered
ledger updates="1000":
    PROOF_UPDATES={{ updates }} scripts/test -p app --test operator ledger -- --nocapture

# Send cases generated from each OpenAPI document; no server error, no undocumented answer
documents examples="150" seed="1":
    PROOF_EXAMPLES={{ examples }} PROOF_SEED={{ seed }} scripts/test -p app --test proof documents -- --nocapture

# Fuzz bodies, tokens, forms and pictures, each for so many seconds
fuzz seconds="60":
    scripts/fuzz {{ seconds }}

# Measure speed, cost and behaviour under attack; writes docs/benchmarks.md
bench *parts:
    scripts/bench {{ parts }}

# Measure what requests cost by the number of records, and what more processes bring; writes docs/benchmarks.md
scale *accounts:
    scripts/bench scale {{ accounts }}

# Everything that must hold before a change lands
ci:
    .ci/run

# Put the code into its one format
format:
    cargo fmt --all

# Lints, as errors
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Take the examples of the OpenAPI documents from the running service; then run `just openapi`
examples:
    PROOF_WRITE_EXAMPLES=1 scripts/test -p app --test proof examples

# Take the pictures of the console that README.md and docs/console.md show
pictures:
    PROOF_WRITE_PICTURES=1 scripts/test -p app --test browser pictures

# Write the OpenAPI documents, after a change that is meant to change them
openapi:
    for contract in account users client tenant operator; do cargo run --quiet -- openapi --contract $contract > openapi/$contract.json; done

# Known vulnerabilities of the dependencies; needs the advisory database
advisories:
    cargo deny check advisories

# A small binary for production
release:
    cargo build --release --locked --package app
