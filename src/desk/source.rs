//! Where photos come from: files, folders walked in a fixed order, standard input.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::base::units::Bytes;
use crate::words::failure::Failure;

/// The extensions a folder is searched for. Some of these baidi cannot read; a photo that cannot be read is reported, one that is skipped is missed.
pub const EXTENSIONS: &[&str] = &[
    "jpg", "jpeg", "jpe", "jfif", "png", "webp", "tif", "tiff", "bmp", "gif", "heic", "heif",
    "avif",
];

/// The most bytes read of one photo: the limit of [`crate::input::decode`] for a file.
pub const MAX_BYTES: u64 = 64 << 20;

/// One photo to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A file.
    File {
        /// Where it is.
        path: PathBuf,
        /// Its place below the folder that was named; the bare file name where the file itself was named.
        relative: PathBuf,
        /// The folder that was walked to find it; `None` where the file itself was named.
        folder: Option<PathBuf>,
    },
    /// Standard input.
    Stdin,
}

impl Source {
    /// The name under which reports know it.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::File { path, .. } => path,
            Self::Stdin => Path::new("-"),
        }
    }

    /// The file's name without folder, where there is one.
    #[must_use]
    pub fn file_name(&self) -> Option<&str> {
        match self {
            Self::File { path, .. } => path.file_name()?.to_str(),
            Self::Stdin => None,
        }
    }

    /// Its place below the folder that was named, with `/` on every system; `-` for standard input.
    #[must_use]
    pub fn place(&self) -> String {
        match self {
            Self::File { relative, .. } => slashed(relative),
            Self::Stdin => "-".to_owned(),
        }
    }

    /// Reads all of it, but never more than [`MAX_BYTES`], whatever a header or the file system claims.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be read, [`Error::TooLarge`] where it is longer.
    pub fn read(&self) -> Result<Vec<u8>> {
        let failed = |action, source| Error::Io { action, path: self.path().to_owned(), source };
        match self {
            Self::File { path, .. } => {
                let file = File::open(path).map_err(|e| failed("open", e))?;
                let length = file.metadata().map_or(0, |m| m.len());
                read_bounded(file, length).map_err(|e| failed("read", e))?
            }
            Self::Stdin => read_bounded(io::stdin().lock(), 0).map_err(|e| failed("read", e))?,
        }
        .ok_or_else(|| Error::TooLarge {
            what: "the file",
            actual: format!("more than {} bytes", Bytes::new(MAX_BYTES)),
            limit: format!("{} bytes", Bytes::new(MAX_BYTES)),
        })
    }
}

/// `None` where there is more than allowed. `length` is what the system claims, good for one allocation of bounded size.
fn read_bounded(from: impl Read, length: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(length.min(MAX_BYTES) as usize);
    from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= MAX_BYTES).then_some(bytes))
}

/// A source, or an input that is none, with the reason.
pub type Found = std::result::Result<Source, (PathBuf, Failure)>;

/// Whether a walked folder's entry is hidden; the folder itself never is.
fn hidden(entry: &DirEntry) -> bool {
    entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether the extension is one of [`EXTENSIONS`].
#[must_use]
pub fn looks_like_a_picture(path: &Path) -> bool {
    path.extension()
        .and_then(|e| e.to_str())
        .is_some_and(|e| EXTENSIONS.iter().any(|known| e.eq_ignore_ascii_case(known)))
}

/// A path with `/` between its parts on every system, for files that are read on another one.
#[must_use]
pub fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|c| c.as_os_str().to_string_lossy()).collect();
    parts.join("/").replacen("//", "/", 1)
}

/// The photos that `inputs` name, in their order; a folder's own in the order of their names, folders walked to the bottom.
///
/// What is named is never skipped. In a folder, hidden files and files whose extension is not one of [`EXTENSIONS`] are; links are followed, but never in circles; `except`,
/// the folder that is written to, is left out. The same path named twice counts once.
#[must_use]
pub fn gather(inputs: &[PathBuf], except: Option<&Path>) -> Vec<Found> {
    let except = except.and_then(|p| fs::canonicalize(p).ok());
    let mut found = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            found.push(Ok(Source::Stdin));
            continue;
        }
        match fs::metadata(input) {
            Err(source) => {
                let error = Error::Io { action: "read", path: input.clone(), source };
                found.push(Err((input.clone(), Failure::from(&error))));
            }
            Ok(meta) if meta.is_dir() => walk(input, except.as_deref(), &mut found),
            Ok(_) => {
                let relative = input.file_name().map_or_else(|| input.clone(), PathBuf::from);
                found.push(Ok(Source::File { path: input.clone(), relative, folder: None }));
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|f| match f {
        Ok(Source::File { path, .. }) => {
            seen.insert(std::path::absolute(path).unwrap_or_else(|_| path.clone()))
        }
        _ => true,
    });
    found
}

fn walk(folder: &Path, except: Option<&Path>, found: &mut Vec<Found>) {
    let before = found.len();
    let root = fs::canonicalize(folder).ok();
    let excluded = |entry: &DirEntry| {
        entry.depth() > 0
            && entry.file_type().is_dir()
            && except.is_some()
            && fs::canonicalize(entry.path()).ok().as_deref() == except
            && root.as_deref() != except
    };
    let entries = WalkDir::new(folder)
        .follow_links(true)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| !hidden(entry) && !excluded(entry));
    for entry in entries {
        match entry {
            Ok(entry) => {
                let path = entry.path();
                if entry.file_type().is_file() && looks_like_a_picture(path) {
                    let relative = path.strip_prefix(folder).unwrap_or(path).to_owned();
                    found.push(Ok(Source::File {
                        path: path.to_owned(),
                        relative,
                        folder: Some(folder.to_owned()),
                    }));
                }
            }
            // A link back to a folder above: everything in it is found already.
            Err(error) if error.loop_ancestor().is_some() => {}
            Err(error) => {
                let path = error.path().unwrap_or(folder).to_owned();
                // A link to nowhere with a name of no interest is of no interest.
                let dangling =
                    error.io_error().is_some_and(|e| e.kind() == io::ErrorKind::NotFound);
                if dangling && !looks_like_a_picture(&path) {
                    continue;
                }
                let source = error.into_io_error().unwrap_or_else(|| io::ErrorKind::Other.into());
                let error = Error::Io { action: "read", path: path.clone(), source };
                found.push(Err((path, Failure::from(&error))));
            }
        }
    }
    if found.len() == before {
        let message = Message::new("job-no-pictures")
            .text("path", folder.display().to_string())
            .text("extensions", EXTENSIONS.join(", "));
        found.push(Err((folder.to_owned(), Failure::with(message))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, b"x").expect("a file");
        }
        dir
    }

    fn relatives(found: &[Found]) -> Vec<String> {
        found
            .iter()
            .map(|f| match f {
                Ok(Source::File { relative, .. }) => relative.display().to_string(),
                Ok(Source::Stdin) => "-".to_owned(),
                Err((_, failure)) => failure.message.key.clone(),
            })
            .collect()
    }

    #[test]
    fn a_folder_is_walked_in_the_order_of_names() {
        let dir =
            folder(&["b.JPG", "a.png", "sub/c.webp", "notes.txt", ".hidden.jpg", ".git/d.jpg"]);
        let found = gather(&[dir.path().to_owned()], None);
        assert_eq!(relatives(&found), ["a.png", "b.JPG", "sub/c.webp"]);
    }

    #[test]
    fn a_named_file_is_never_skipped() {
        let dir = folder(&[".hidden.xyz"]);
        let found = gather(&[dir.path().join(".hidden.xyz")], None);
        assert_eq!(relatives(&found), [".hidden.xyz"]);
    }

    #[test]
    fn the_output_folder_inside_the_input_is_left_out() {
        let dir = folder(&["a.jpg", "out/a.jpg", "outer/b.jpg"]);
        let found = gather(&[dir.path().to_owned()], Some(&dir.path().join("out")));
        assert_eq!(relatives(&found), ["a.jpg", "outer/b.jpg"]);
        let found = gather(&[dir.path().to_owned()], Some(dir.path()));
        assert_eq!(found.len(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn links_in_a_circle_end() {
        let dir = folder(&["sub/a.jpg"]);
        std::os::unix::fs::symlink(dir.path(), dir.path().join("sub/loop")).expect("a link");
        assert_eq!(relatives(&gather(&[dir.path().to_owned()], None)), ["sub/a.jpg"]);
    }

    #[test]
    fn what_is_missing_or_empty_is_said_and_the_rest_goes_on() {
        let dir = folder(&["a.jpg"]);
        let empty = folder(&[]);
        let inputs =
            [dir.path().join("gone.jpg"), empty.path().to_owned(), dir.path().join("a.jpg")];
        assert_eq!(relatives(&gather(&inputs, None)), ["error-io", "job-no-pictures", "a.jpg"]);
    }

    #[test]
    fn the_same_file_named_twice_counts_once() {
        let dir = folder(&["a.jpg"]);
        let inputs = [dir.path().join("a.jpg"), dir.path().to_owned()];
        assert_eq!(gather(&inputs, None).len(), 1);
    }

    #[test]
    fn reading_stops_at_the_limit() {
        let endless = io::repeat(7);
        assert!(read_bounded(endless, u64::MAX).expect("no error").is_none());
        assert_eq!(read_bounded(&b"abc"[..], 0).expect("no error"), Some(b"abc".to_vec()));
    }
}
