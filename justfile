# The recipes that CI runs, and those for looking at what came out. `just` alone lists them.

# Where development keeps its portraits and the judge; nothing of it belongs to the repository.
shared := env("BAIDI_SHARED", "../shared")

[private]
default:
    @just --list

# Everything CI runs
ci:
    .ci/run

# Format, lints, documentation
check:
    cargo fmt --all --check
    cargo clippy --release --locked --all-targets -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --release --locked --no-deps

# All tests
test *ARGS:
    cargo test --release --locked {{ARGS}}

# Criterion benches, one group per stage
bench *ARGS:
    cargo bench --locked {{ARGS}}

# Licences, advisories and duplicates of all dependencies (needs cargo-deny)
deny:
    cargo deny check

# Spelling (needs typos)
typos:
    typos

# Draws samples/ anew; the files must not change unless the renderer did
samples:
    cargo run --release --example draw_samples

# A sheet of drawn portraits to look at, in out/gallery
gallery COUNT='24':
    cargo run --release --example gallery {{COUNT}}

# The before/after pictures of the README
images: samples
    cargo run --release --example readme_images

# Injects faults into good cards and prints how many each rule catches, and where it speaks up for nothing; labelled photographs too, where there are some: `just faults dev`
faults SET='dev':
    cargo run --release --locked --example faults -- $(test -d {{shared}}/portraits/{{SET}} && echo {{shared}}/portraits/{{SET}})

# Figures on real photographs, where a judge is at hand: `just judge dev`
judge SET='dev':
    cargo build --release --locked
    python {{shared}}/judge/judge.py --baidi target/release/baidi --set {{shared}}/portraits/{{SET}} --out judged/{{SET}} --mesh

# The same with a sheet of all cards to look at
sheet SET='dev':
    cargo build --release --locked
    python {{shared}}/judge/judge.py --baidi target/release/baidi --set {{shared}}/portraits/{{SET}} --out judged/{{SET}} --mesh --sheet
