//! The rooms of the house stand in an order, and a room knows only those before it; within a room, and within each module, no two neighbours know each other.
//!
//! Read from the sources: every `use` and every path that begins with `crate` or `super`, tests left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the foundation up.
const ORDER: [&str; 11] = [
    "base", "input", "vision", "rules", "card", "door", "words", "counter", "desk", "serve", "cli",
];

/// A module's names from the crate's root down; the root has none.
type Module = Vec<String>;

/// One module knows another: where it stands in the source, and which.
struct Arrow {
    from: Module,
    to: Module,
}

/// The source files with their modules, those of tests left out.
fn sources() -> Vec<(PathBuf, Module)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a readable source folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let below = path.strip_prefix(&src).expect("below src").with_extension("");
                let module: Module =
                    below.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                let last = module.last().expect("a name").as_str();
                // `bench` is what the rules' tests measure.
                if !["main", "lib", "tests", "bench"].contains(&last) {
                    found.push((path, module));
                }
            }
        }
    }
    found.sort();
    found
}

/// The source without comments, without what stands in quotes, and without its inner module of tests.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a source file");
    let mut code = String::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let opens = |next: &&str| next.contains("mod ") && next.ends_with('{');
        if line.trim() == "#[cfg(test)]" && lines.peek().is_some_and(opens) {
            break;
        }
        let bare = line.split("//").next().unwrap_or_default();
        for (i, part) in bare.split('"').enumerate() {
            if i % 2 == 0 {
                code.push_str(part);
            }
        }
        code.push('\n');
    }
    code
}

/// Every path in `text`, which begins behind `crate::` or the like: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn paths(text: &str) -> Vec<Module> {
    let text = text.trim_start();
    if let Some(group) = text.strip_prefix('{') {
        let mut depth = 1;
        let mut starts = vec![0];
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 1 => starts.push(at + 1),
                _ => {}
            }
            if depth == 0 {
                break;
            }
        }
        return starts.into_iter().filter_map(|at| group.get(at..)).flat_map(paths).collect();
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return Vec::new();
    }
    match rest.strip_prefix("::").map(paths) {
        Some(deeper) if !deeper.is_empty() => deeper
            .into_iter()
            .map(|path| std::iter::once(name.to_owned()).chain(path).collect())
            .collect(),
        _ => vec![vec![name.to_owned()]],
    }
}

/// What the module `from` knows, as far as these are `modules`.
fn arrows(from: &Module, code: &str, modules: &BTreeSet<Module>) -> Vec<Arrow> {
    let mut found = Vec::new();
    let mut add = |base: &[String], rest: &str| {
        for path in paths(rest) {
            let mut to: Module = base.iter().cloned().chain(path).collect();
            let whole = to.clone();
            while !to.is_empty() && !modules.contains(&to) {
                to.pop();
            }
            if to.is_empty() {
                // Something of the crate's root: what the door shows, and so above every room.
                to = whole;
            }
            found.push(Arrow { from: from.clone(), to });
        }
    };
    for (at, _) in code.match_indices("crate::") {
        add(&[], &code[at + "crate::".len()..]);
    }
    for (at, _) in code.match_indices("super::") {
        if code[..at].ends_with("super::") {
            continue;
        }
        let mut rest = &code[at..];
        let mut base = from.clone();
        while let Some(next) = rest.strip_prefix("super::") {
            base.pop();
            rest = next;
        }
        add(&base, rest);
    }
    found
}

fn all_arrows() -> Vec<Arrow> {
    let sources = sources();
    let modules: BTreeSet<Module> = sources.iter().map(|(_, module)| module.clone()).collect();
    sources.iter().flat_map(|(path, module)| arrows(module, &code(path), &modules)).collect()
}

#[test]
fn a_room_knows_only_those_before_it() {
    let arrows = all_arrows();
    assert!(arrows.len() > 500, "only {} arrows: is the source still read?", arrows.len());
    let place = |module: &Module| ORDER.iter().position(|room| *room == module[0]);
    let wrong: Vec<String> = arrows
        .iter()
        .filter(|arrow| match (place(&arrow.from), place(&arrow.to)) {
            (Some(from), Some(to)) => to > from,
            _ => true,
        })
        .map(|arrow| format!("{} → {}", arrow.from.join("::"), arrow.to.join("::")))
        .collect();
    assert!(wrong.is_empty(), "arrows that run up, or to the crate's root:\n{}", wrong.join("\n"));
}

#[test]
fn the_core_has_no_files_threads_clock_or_process_in_it() {
    let asks = [
        "std::fs",
        "std::thread",
        "std::process",
        "std::env",
        "Instant",
        "SystemTime",
        "rayon",
        "walkdir",
        "tempfile",
    ];
    for (path, module) in sources() {
        // The system's clock is one line of `base::clock`, behind the feature `desk`.
        if ["desk", "serve", "cli"].contains(&module[0].as_str()) || module == ["base", "clock"] {
            continue;
        }
        let code = code(&path);
        for ask in asks {
            assert!(!code.contains(ask), "{}: {ask}", path.display());
        }
    }
}

#[test]
fn no_two_neighbours_know_each_other() {
    // Per parent: which of its children knows which. Parent and child may know each other.
    let mut known: BTreeMap<Module, BTreeSet<(String, String)>> = BTreeMap::new();
    for Arrow { from, to } in all_arrows() {
        let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
        if let (Some(one), Some(other)) = (from.get(same), to.get(same)) {
            let pair = (one.clone(), other.clone());
            known.entry(from[..same].to_vec()).or_default().insert(pair);
        }
    }
    for (parent, pairs) in known {
        // Whoever knows nobody is taken away, until nobody is left, or a circle.
        let mut left: Vec<(String, String)> = pairs.into_iter().collect();
        loop {
            let before = left.len();
            let knowing: BTreeSet<String> = left.iter().map(|(from, _)| from.clone()).collect();
            left.retain(|(_, to)| knowing.contains(to));
            if left.len() == before {
                break;
            }
        }
        assert!(left.is_empty(), "a circle in {}: {left:?}", parent.join("::"));
    }
}

#[test]
fn paths_are_read_as_the_compiler_reads_them() {
    let read = |text: &str| paths(text).iter().map(|p| p.join("::")).collect::<Vec<_>>();
    assert_eq!(read("a::b;"), ["a::b"]);
    assert_eq!(
        read("a::{self, b, c::{d, e}, f};"),
        ["a::self", "a::b", "a::c::d", "a::c::e", "a::f"]
    );
    assert_eq!(read("{A, b::C}"), ["A", "b::C"]);
    assert_eq!(read("a::b(c)"), ["a::b"]);
    let modules = BTreeSet::from([vec!["a".to_owned()], vec!["b".to_owned(), "c".to_owned()]]);
    let from = vec!["b".to_owned(), "d".to_owned()];
    let to = |code: &str| -> Vec<String> {
        arrows(&from, code, &modules).into_iter().map(|arrow| arrow.to.join("::")).collect()
    };
    assert_eq!(to("use crate::a::x; use super::c::Y; super::super::a::z()"), ["a", "b::c", "a"]);
    assert_eq!(to("crate::Error"), ["Error"]);
}
