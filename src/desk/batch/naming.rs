//! Where cards go: a name for every card, no two alike.
//!
//! Beside its source a card is called `STEM-SPEC.jpg`. In an output folder it keeps its source's place in the tree and is called `STEM.jpg`; when several folders were named,
//! each one's own name comes first. Cards of several specs are called `STEM-SPEC.jpg` there, too, or stand in a folder for each spec.
//!
//! Cards that would have the same path, upper and lower case alike, are told apart by their source's extension: `a.jpg` and `a.png` become `a-jpg.jpg` and
//! `a-png.jpg`. Where that does not do, `-2`, `-3`, … follows in input order. Every one of the colliding cards is renamed, so that none depends on which came first.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::desk::source::Source;

/// Where the cards of a run go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outputs {
    /// Each beside its source.
    Beside,
    /// The only one: to this file.
    File(PathBuf),
    /// All below this folder.
    Folder(PathBuf),
}

/// A card's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The path.
    pub path: PathBuf,
    /// Whether the plain name was not to be had.
    pub renamed: bool,
}

/// How cards of several specs are kept apart in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Apart {
    /// By their names: `STEM-SPEC.jpg`.
    #[default]
    ByName,
    /// By a folder for each spec: `SPEC/STEM.jpg`.
    ByFolder,
}

/// The paths of the cards of `sources`, one for one, with the extension `extension`: for each of them one path for every name in `specs`.
#[must_use]
pub fn cards(
    sources: &[&Source],
    layout: &Outputs,
    specs: &[&str],
    apart: Apart,
    extension: &str,
) -> Vec<Vec<Named>> {
    let folders: BTreeSet<&Path> = sources
        .iter()
        .filter_map(|s| match s {
            Source::File { folder, .. } => folder.as_deref(),
            Source::Stdin => None,
        })
        .collect();
    let pairs: Vec<(&Source, &str)> =
        sources.iter().flat_map(|source| specs.iter().map(move |spec| (*source, *spec))).collect();
    let apart = (specs.len() > 1).then_some(apart);
    let plain: Vec<PathBuf> = pairs
        .iter()
        .map(|(source, spec)| plain(source, layout, spec, apart, extension, folders.len() > 1))
        .collect();
    let named = told_apart(&plain, &pairs, extension);
    named.chunks(specs.len().max(1)).map(<[Named]>::to_vec).collect()
}

/// The place below the output folder of a card that is to be called `name`, where cards of `specs` specs are made of every photo.
#[must_use]
pub fn of_spec(name: &str, spec: &str, specs: usize, apart: Apart) -> PathBuf {
    if specs < 2 {
        return name.into();
    }
    match apart {
        Apart::ByFolder => Path::new(spec).join(name),
        Apart::ByName => {
            let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "jpg"));
            format!("{stem}-{spec}.{ending}").into()
        }
    }
}

/// The paths, those that nobody else wants as they are.
fn told_apart(plain: &[PathBuf], pairs: &[(&Source, &str)], extension: &str) -> Vec<Named> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for path in plain {
        *count.entry(folded(path)).or_default() += 1;
    }
    let alone = |path: &Path| count.get(&folded(path)) == Some(&1);
    // Names that nobody else wants are given first, so that no renamed card takes one.
    let mut taken: BTreeSet<String> =
        plain.iter().filter(|p| alone(p)).map(|p| folded(p)).collect();
    plain
        .iter()
        .zip(pairs)
        .map(|(path, (source, _))| {
            if alone(path) {
                return Named { path: path.clone(), renamed: false };
            }
            let kind = source.path().extension().map(|e| e.to_string_lossy().to_lowercase());
            let stem =
                path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            let stem = kind.map_or_else(|| stem.clone(), |kind| format!("{stem}-{kind}"));
            let mut candidate = path.with_file_name(format!("{stem}.{extension}"));
            let mut number = 2;
            while !taken.insert(folded(&candidate)) {
                candidate = path.with_file_name(format!("{stem}-{number}.{extension}"));
                number += 1;
            }
            Named { path: candidate, renamed: true }
        })
        .collect()
}

/// The path with case folded: `A.jpg` and `a.jpg` are one file on many systems.
fn folded(path: &Path) -> String {
    path.to_string_lossy().to_lowercase()
}

fn plain(
    source: &Source,
    layout: &Outputs,
    spec: &str,
    apart: Option<Apart>,
    extension: &str,
    several: bool,
) -> PathBuf {
    let (path, relative, folder) = match source {
        Source::File { path, relative, folder } => {
            (path.as_path(), relative.as_path(), folder.as_deref())
        }
        Source::Stdin => (Path::new("stdin"), Path::new("stdin"), None),
    };
    // Pushed onto the stem as bytes of the system, not with `with_extension`: `a.b.jpg` keeps its dot, and a name that is no UTF-8 stays what it is.
    let named = |suffix: &str| {
        let mut name = path.file_stem().unwrap_or(path.as_os_str()).to_owned();
        name.push(suffix);
        name
    };
    match layout {
        Outputs::File(file) => file.clone(),
        Outputs::Beside => path.with_file_name(named(&format!("-{spec}.{extension}"))),
        Outputs::Folder(root) => {
            let mut to = root.clone();
            if apart == Some(Apart::ByFolder) {
                to.push(spec);
            }
            if several && let Some(name) = folder.and_then(|f| f.file_name()) {
                to.push(name);
            }
            if let Some(parent) = relative.parent() {
                to.push(parent);
            }
            to.push(match apart {
                Some(Apart::ByName) => named(&format!("-{spec}.{extension}")),
                Some(Apart::ByFolder) | None => named(&format!(".{extension}")),
            });
            to
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(folder: &str, relative: &str) -> Source {
        Source::File {
            path: Path::new(folder).join(relative),
            relative: relative.into(),
            folder: Some(folder.into()),
        }
    }

    fn named(path: &str) -> Source {
        let relative = Path::new(path).file_name().expect("a name").into();
        Source::File { path: path.into(), relative, folder: None }
    }

    fn paths(sources: &[Source], layout: &Outputs) -> Vec<String> {
        let sources: Vec<&Source> = sources.iter().collect();
        cards(&sources, layout, &["shebao"], Apart::ByName, "jpg")
            .into_iter()
            .flatten()
            .map(|n| n.path.display().to_string())
            .collect()
    }

    fn out() -> Outputs {
        Outputs::Folder("out".into())
    }

    #[test]
    fn beside_its_source_a_card_carries_the_specs_name() {
        assert_eq!(paths(&[named("x/a.b.png")], &Outputs::Beside), ["x/a.b-shebao.jpg"]);
        assert_eq!(paths(&[named("a.jpg")], &Outputs::Beside), ["a-shebao.jpg"]);
    }

    #[test]
    fn cards_of_several_specs_are_apart_by_name_or_by_folder() {
        let sources = [found("in", "sub/a.jpg"), found("in", "sub/a-id.jpg")];
        let sources: Vec<&Source> = sources.iter().collect();
        let paths = |layout: &Outputs, specs: &[&str], apart| -> Vec<String> {
            let named = cards(&sources, layout, specs, apart, "jpg");
            named.into_iter().flatten().map(|n| n.path.display().to_string()).collect()
        };
        let by_name = [
            "out/sub/a-shebao.jpg",
            "out/sub/a-card.jpg",
            "out/sub/a-id-shebao.jpg",
            "out/sub/a-id-card.jpg",
        ];
        assert_eq!(paths(&out(), &["shebao", "card"], Apart::ByName), by_name);
        let by_folder = [
            "out/shebao/sub/a.jpg",
            "out/card/sub/a.jpg",
            "out/shebao/sub/a-id.jpg",
            "out/card/sub/a-id.jpg",
        ];
        assert_eq!(paths(&out(), &["shebao", "card"], Apart::ByFolder), by_folder);
        // one spec's name may end like another's begins
        let close = paths(&out(), &["id-card", "card"], Apart::ByName);
        assert_eq!(close.iter().collect::<BTreeSet<_>>().len(), 4, "{close:?}");
    }

    #[test]
    fn a_folder_keeps_its_tree() {
        let sources = [found("in", "a.jpg"), found("in", "sub/b.png")];
        assert_eq!(paths(&sources, &out()), ["out/a.jpg", "out/sub/b.jpg"]);
    }

    #[test]
    fn several_folders_keep_their_names() {
        let sources = [found("x", "a.jpg"), found("y", "a.jpg")];
        assert_eq!(paths(&sources, &out()), ["out/x/a.jpg", "out/y/a.jpg"]);
    }

    #[test]
    fn all_colliding_cards_are_told_apart_by_extension_then_by_number() {
        let sources = [
            found("in", "a.jpg"),
            found("in", "a.png"),
            found("in", "A.JPG"),
            found("in", "a-png.webp"),
        ];
        let expected = ["out/a-jpg.jpg", "out/a-png-2.jpg", "out/A-jpg-2.jpg", "out/a-png.jpg"];
        assert_eq!(paths(&sources, &out()), expected);
    }

    #[test]
    fn the_order_of_inputs_does_not_move_names_between_extensions() {
        let (jpg, png) = (found("in", "a.jpg"), found("in", "a.png"));
        let forth = paths(&[jpg.clone(), png.clone()], &out());
        let back = paths(&[png, jpg], &out());
        assert_eq!(forth, ["out/a-jpg.jpg", "out/a-png.jpg"]);
        assert_eq!(back, ["out/a-png.jpg", "out/a-jpg.jpg"]);
    }

    proptest! {
        #[test]
        fn no_two_cards_share_a_name(names in prop::collection::vec("[aA](-2|-jpg)?\\.(jpg|png|JPG)", 0..12)) {
            let sources: Vec<Source> = names.iter().map(|n| found("in", n)).collect();
            let paths = paths(&sources, &out());
            let distinct: BTreeSet<String> = paths.iter().map(|p| p.to_lowercase()).collect();
            prop_assert_eq!(distinct.len(), paths.len());
        }
    }
}
