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
    cargo clippy --release --locked --package baidi --package baidi-lab --all-targets -- -D warnings
    PYO3_NO_PYTHON=1 PYO3_BUILD_EXTENSION_MODULE=1 cargo clippy --release --locked --package baidi-python -- -D warnings
    RUSTDOCFLAGS='-D warnings' cargo doc --release --locked --no-deps

# The JSON Schema of reports and the OpenAPI document anew, from the types
schema:
    BAIDI_WRITE=1 cargo test --release --locked --lib the_schema_that_is_handed_out
    BAIDI_WRITE=1 cargo test --release --locked --lib the_interface_that_is_handed_out

# The module and the page for the web, into web/dist (needs `rustup target add wasm32-unknown-unknown`)
web:
    web/build

# The module in Node, and the page in Chromium where playwright-core is installed in web/ (`npm install --prefix web`)
web-test: web
    node --test web/test/*.test.js

# The figures of web/README.md: bytes, milliseconds, memory, sentences a second
web-figures: web
    node web/test/figures.js

# The Python wheel, into target/wheels (needs CPython 3.11 or later; maturin comes from PyPI)
wheel *ARGS:
    python/build {{ARGS}}

# The wheel in fresh environments: pytest, a real Ray, mypy --strict, the oldest CPython and the newest
wheel-test *ARGS: wheel
    BAIDI_SHARED={{shared}} python/test {{ARGS}}

# What the wheel costs beside the program: photos a second, other threads, cards of `dev` compared (after `just wheel-test`)
wheel-figures *ARGS:
    cargo build --release --locked
    cargo run --release --locked --package baidi-lab --bin gallery 24
    $(ls -d target/python/3.* | head -1)/bin/python tests/figures/wheel.py --baidi target/release/baidi --photos out/gallery --dev {{shared}}/portraits/dev {{ARGS}}

# Two thousand photos, hostile ones among them, on a Ray of two workers of which one is killed; every row compared with the program's word (after `just wheel-test`)
ray *ARGS:
    cargo build --release --locked
    cargo run --release --locked --package baidi-lab --bin gallery 24
    $(ls -d target/python/3.* | head -1)/bin/python python/tests/cluster.py --program target/release/baidi --photos out/gallery --hostile {{shared}}/nasty {{ARGS}}

# A release: version, changelog, artefacts in out/release, commit and tag: `just release 0.2.0`; `just release --dry-run 0.2.0` takes everything back but the artefacts
release *ARGS:
    packages/release {{ARGS}}

# Everything that is handed out and can be built here, into out/release (BAIDI_TARGETS=x86_64-pc-windows-gnu for more, BAIDI_WHEEL=1 for the wheel)
packages *ARGS:
    packages/all {{ARGS}}

# The Debian package, into out/packages
deb:
    packages/deb $(packages/program) out/packages

# The bill of materials (CycloneDX), into out/packages
sbom *ARGS:
    mkdir -p out/packages
    packages/sbom {{ARGS}} > out/packages/baidi.cdx.json

# An image from scratch, for Docker or Podman
docker:
    packages/image $(packages/program) out/packages/image

# The archive where there is no C library, the Debian package in a fresh Debian (as root, with mmdebstrap)
packages-test:
    packages/try/alone $(ls out/release/baidi-v*-linux-gnu.tar.gz) target/release/baidi
    packages/try/root $(ls out/release/baidi_*.deb)

# The program for Windows under Wine (after `just packages` with BAIDI_TARGETS=x86_64-pc-windows-gnu)
windows-test:
    packages/try/windows $(ls out/release/baidi-v*-x86_64-pc-windows-gnu.exe) target/release/baidi

# `baidi serve` as programs and browsers meet it
serve-test *ARGS:
    cargo test --release --locked --features serve --test serve {{ARGS}}

# What docs/openapi.json says, tried on the running server (needs schemathesis)
interface *ARGS:
    cargo build --release --locked --features serve
    tests/interface target/release/baidi {{ARGS}}

# `baidi serve` under load, beside `fix` on a folder (needs Pillow and numpy)
load *ARGS:
    cargo build --release --locked --features serve
    python3 tests/figures/serve.py --baidi target/release/baidi --photo samples/studio-flyaway.jpg {{ARGS}}

# All tests
test *ARGS:
    cargo test --release --locked {{ARGS}}

# Criterion benches, one group per stage
bench *ARGS:
    cargo bench --locked {{ARGS}}

# Licences, advisories and duplicates of all dependencies (needs cargo-deny)
deny:
    cargo deny check

# What becomes of every awkward and hostile file, with `check` and with `fix`; peak memory and the slowest
outcomes:
    cargo build --release --locked
    BAIDI_SHARED={{shared}} cargo run --release --locked --package baidi-lab --bin outcomes

# How far every rewriting of the reference portrait is from it once decoded, in levels of 255
derived:
    BAIDI_SHARED={{shared}} cargo test --release --locked --test nasty -- --nocapture | grep ' derived/'

# Colour conversions beside those of littlecms (needs Python with Pillow and numpy)
colours:
    cargo build --release --locked --package baidi-lab --bin decoded
    python tests/colour_reference.py target/release/decoded {{shared}}

# The fuzz targets without coverage, on stable, this many seconds each
fuzz-stable SECONDS='600':
    BAIDI_SHARED={{shared}} BAIDI_FUZZ_SECONDS={{SECONDS}} cargo test --release --locked --test hostile -- --nocapture --test-threads 1

# One target of fuzz/ with libFuzzer: `just fuzz decode_jpeg 600` (needs cargo-fuzz and a nightly compiler)
fuzz TARGET SECONDS='600':
    cargo +nightly fuzz run {{TARGET}} -- -max_total_time={{SECONDS}} -max_len=65536 -rss_limit_mb=1024 -timeout=30

# Spelling (needs typos)
typos:
    typos

# Draws samples/ anew; the files must not change unless the renderer did
samples:
    cargo run --release --package baidi-lab --bin draw_samples

# Figures on folders of drawn photos: `just folders run --count 3000`, `kill`, `watch`, `full` (needs Pillow)
folders *ARGS='run':
    cargo build --release --locked
    cargo run --release --locked --package baidi-lab --bin gallery 24
    python3 tests/figures/folders.py --baidi target/release/baidi --photos out/gallery {{ARGS}}

# Where time and memory go, into docs/performance.md (needs Pillow and numpy)
performance *ARGS:
    cargo build --release --locked
    cargo run --release --locked --package baidi-lab --bin gallery 24
    python3 tests/figures/performance.py --baidi target/release/baidi --photo "$(ls out/gallery/*.jpg out/gallery/*.png 2>/dev/null | grep -v alpha | head -1)" --write docs/performance.md {{ARGS}}

# A sheet of drawn portraits to look at, in out/gallery
gallery COUNT='24':
    cargo run --release --package baidi-lab --bin gallery {{COUNT}}

# The before/after pictures of the README
images: samples
    cargo run --release --package baidi-lab --bin readme_images

# The bench on bytes: spoils good cards as a person would see it and gives the bytes to `check`; with labelled photographs where there are some: `just faults --sitters 8 --kinds hat,mask --missed out/missed`
faults *ARGS:
    cargo run --release --locked --package baidi-lab --bin faults -- --rooms {{shared}}/rooms {{ARGS}} $(ls -d {{shared}}/portraits/dev {{shared}}/portraits/dev-asia 2>/dev/null)

# Contact sheets of every kind of fault, and of the good cards, to look at in out/faults
fault-sheets *ARGS:
    @just faults --sheets out/faults {{ARGS}}

# What the verdict is worth, into docs/verdict.md: the bench on bytes on people not trained on, and on drawn ones
verdict *ARGS:
    mkdir -p out
    just faults --commit $(git rev-parse --short HEAD) {{ARGS}} > out/verdict.md
    mv out/verdict.md docs/verdict.md

# Figures on real photographs, where a judge is at hand: `just judge dev`
judge SET='dev':
    cargo build --release --locked
    python {{shared}}/judge/judge.py --baidi target/release/baidi --set {{shared}}/portraits/{{SET}} --out judged/{{SET}} --mesh

# The face finder on labelled photographs as they are, shrunk, turned, and where there is no face
detect SET='dev':
    cargo run --release --locked --package baidi-lab --bin detect -- {{shared}}/portraits/{{SET}} --empty {{shared}}/portraits/train

# The cut-out alone, without encoding
matte SET='dev':
    cargo run --release --locked --package baidi-lab --bin measure_matte -- {{shared}}/portraits/{{SET}}

# The same as `judge` with a sheet of all cards to look at
sheet SET='dev':
    cargo build --release --locked
    python {{shared}}/judge/judge.py --baidi target/release/baidi --set {{shared}}/portraits/{{SET}} --out judged/{{SET}} --mesh --sheet

# The encoder against its peers, and docs/encoding.md's tables anew (needs a Python with numpy, pillow, opencv-python-headless)
encoder-table PYTHON='python3':
    {{PYTHON}} benches/peers/regenerate.py {{shared}}/portraits/dev {{shared}}/portraits/exact
