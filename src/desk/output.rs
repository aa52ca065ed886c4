//! Files written whole or not at all: under a temporary name in the folder they belong in, flushed to the disk, then renamed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, NamedTempFile};
use walkdir::WalkDir;

use crate::base::error::{Error, Result};

/// The temporary files of a run, so that whoever ends it early can remove them.
#[derive(Debug, Clone, Default)]
pub struct Pending(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    paths: BTreeSet<PathBuf>,
    interrupted: bool,
}

impl Pending {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes every temporary file and lets no new one begin. Files already renamed stay: they are whole.
    pub fn interrupt(&self) {
        let mut state = self.lock();
        state.interrupted = true;
        for path in std::mem::take(&mut state.paths) {
            // It may have been renamed this moment, and nobody is left to tell.
            drop(fs::remove_file(path));
        }
    }

    /// Whether [`Pending::interrupt`] was called.
    #[must_use]
    pub fn interrupted(&self) -> bool {
        self.lock().interrupted
    }
}

/// How the names of temporary files begin and end.
const TEMPORARY: (&str, &str) = (".baidi-", ".tmp");

/// Removes what runs that were killed left in `folder` and the folders below: temporary files that no living process holds. What cannot be looked at or removed stays.
pub fn sweep(folder: &Path) {
    let entries = WalkDir::new(folder).into_iter().filter_map(std::result::Result::ok);
    for entry in entries.filter(|e| e.file_type().is_file()) {
        let name = entry.file_name().to_string_lossy();
        let temporary = name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1);
        if temporary && abandoned(entry.path()) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Whether nobody writes to the file any more: its writer holds a lock on it, which the system takes back however the process ends.
fn abandoned(path: &Path) -> bool {
    fs::File::open(path).is_ok_and(|file| file.try_lock().is_ok())
}

/// A file under its temporary name; removed when dropped.
#[derive(Debug)]
pub struct Staged {
    file: Option<NamedTempFile>,
    name: PathBuf,
    target: PathBuf,
    pending: Pending,
    /// The rights that any new file gets.
    #[cfg(unix)]
    rights: fs::Permissions,
}

/// Takes everybody else's rights away, and gives back those the file had.
#[cfg(unix)]
fn private(file: &NamedTempFile) -> io::Result<fs::Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    let rights = file.as_file().metadata()?.permissions();
    file.as_file().set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(rights)
}

impl Staged {
    /// An empty file in the folder of `target`, which is made where it is missing.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn new(target: &Path, pending: &Pending) -> Result<Self> {
        let failed =
            |action, path: &Path, source| Error::Io { action, path: path.to_owned(), source };
        let folder = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(|e| failed("create", folder, e))?;
        let mut builder = Builder::new();
        builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
        #[cfg(unix)]
        {
            // The card gets the rights any new file gets (0666 less the umask), not the 0600 of a secret: others are to read it.
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        // Made and listed under one lock: an interruption finds the file listed or finds none.
        let mut state = pending.lock();
        if state.interrupted {
            return Err(failed("create", target, io::ErrorKind::Interrupted.into()));
        }
        let file = builder.tempfile_in(folder).map_err(|e| failed("create", target, e))?;
        // So that `sweep` knows it from an abandoned one. Where locks are not to be had, or keep others from reading, it goes without.
        #[cfg(unix)]
        drop(file.as_file().try_lock());
        // Until it is whole nobody else may look in; with its name it gets its rights.
        #[cfg(unix)]
        let rights = private(&file).map_err(|e| failed("create", target, e))?;
        let name = file.path().to_owned();
        state.paths.insert(name.clone());
        drop(state);
        Ok(Self {
            file: Some(file),
            name,
            target: target.to_owned(),
            pending: pending.clone(),
            #[cfg(unix)]
            rights,
        })
    }

    /// A file with `bytes`, on the disk.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn with(target: &Path, bytes: &[u8], pending: &Pending) -> Result<Self> {
        let mut staged = Self::new(target, pending)?;
        staged
            .write_all(bytes)
            .and_then(|()| staged.sync())
            .map_err(|source| staged.failed("write", source))?;
        Ok(staged)
    }

    /// The name it is to have.
    #[must_use]
    pub fn target(&self) -> &Path {
        &self.target
    }

    fn failed(&self, action: &'static str, source: io::Error) -> Error {
        Error::Io { action, path: self.target.clone(), source }
    }

    fn file(&mut self) -> io::Result<&mut NamedTempFile> {
        self.file.as_mut().ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file()?.as_file().sync_all()
    }

    /// What the file system holds now, read from the start.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn read_back(&mut self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = |staged: &mut Self, bytes: &mut Vec<u8>| {
            let mut file = staged.file()?.reopen()?;
            file.rewind()?;
            file.read_to_end(bytes)
        };
        read(self, &mut bytes).map_err(|source| self.failed("read", source))?;
        Ok(bytes)
    }

    /// The same file, after a look that it holds `bytes` and nothing else.
    ///
    /// # Errors
    /// [`Error::Io`] when the disk gives back other bytes than it was given, or none.
    pub fn holding(mut self, bytes: &[u8]) -> Result<Self> {
        if self.read_back()? == bytes {
            return Ok(self);
        }
        let other = "the disk gives back other bytes than it was given";
        Err(self.failed("write", io::Error::new(io::ErrorKind::InvalidData, other)))
    }

    /// Gives the file its name, in one step. Without `replace` a file of that name stays as it is.
    ///
    /// # Errors
    /// [`Error::Io`]; of kind [`io::ErrorKind::AlreadyExists`] where the name is taken.
    pub fn commit(mut self, replace: bool) -> Result<()> {
        self.sync().map_err(|source| self.failed("write", source))?;
        #[cfg(unix)]
        {
            let rights = self.rights.clone();
            let given = self.file().and_then(|f| f.as_file().set_permissions(rights));
            given.map_err(|source| self.failed("write", source))?;
        }
        let Some(file) = self.file.take() else { return Ok(()) };
        let renamed =
            if replace { file.persist(&self.target) } else { file.persist_noclobber(&self.target) };
        renamed.map_err(|e| self.failed("create", e.error))?;
        Ok(())
    }
}

impl Write for Staged {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file()?.flush()
    }
}

impl Seek for Staged {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        self.file()?.seek(to)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        self.file = None;
        self.pending.lock().paths.remove(&self.name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(dir)
            .expect("a folder")
            .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn what_the_disk_gives_back_must_be_what_it_was_given() {
        let dir = tempfile::tempdir().expect("a folder");
        let target = dir.path().join("card.jpg");
        let staged = |bytes| Staged::with(&target, bytes, &Pending::default()).expect("staged");
        let error = staged(b"cord").holding(b"card").expect_err("other bytes");
        assert!(matches!(&error, Error::Io { path, .. } if *path == target), "{error}");
        assert_eq!(names(dir.path()), [""; 0]);
        staged(b"card").holding(b"card").expect("the bytes").commit(false).expect("committed");
        assert_eq!(names(dir.path()), ["card.jpg"]);
    }

    #[test]
    fn nothing_has_the_name_before_it_is_whole() {
        let dir = tempfile::tempdir().expect("a folder");
        let target = dir.path().join("sub/card.jpg");
        let pending = Pending::default();
        let mut staged = Staged::with(&target, b"card", &pending).expect("staged");
        assert!(!target.exists());
        assert_eq!(staged.read_back().expect("read"), b"card");
        staged.commit(false).expect("committed");
        assert_eq!(fs::read(&target).expect("the card"), b"card");
        assert_eq!(names(&dir.path().join("sub")), ["card.jpg"]);
        assert!(pending.lock().paths.is_empty());
    }

    #[test]
    fn an_existing_file_is_kept_unless_told_otherwise() {
        let dir = tempfile::tempdir().expect("a folder");
        let target = dir.path().join("card.jpg");
        fs::write(&target, b"old").expect("a file");
        let pending = Pending::default();
        let refused = Staged::with(&target, b"new", &pending).expect("staged").commit(false);
        assert!(
            matches!(refused, Err(Error::Io { source, .. }) if source.kind() == io::ErrorKind::AlreadyExists)
        );
        assert_eq!(fs::read(&target).expect("the file"), b"old");
        Staged::with(&target, b"new", &pending).expect("staged").commit(true).expect("replaced");
        assert_eq!(fs::read(&target).expect("the file"), b"new");
        assert_eq!(names(dir.path()), ["card.jpg"]);
    }

    #[test]
    fn an_interruption_leaves_no_temporary_file_and_lets_none_begin() {
        let dir = tempfile::tempdir().expect("a folder");
        let pending = Pending::default();
        let staged = Staged::with(&dir.path().join("a.jpg"), b"a", &pending).expect("staged");
        pending.interrupt();
        assert!(pending.interrupted());
        assert!(names(dir.path()).is_empty());
        assert!(staged.commit(false).is_err());
        assert!(Staged::new(&dir.path().join("b.jpg"), &pending).is_err());
        assert!(names(dir.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_run_left_is_swept_and_what_is_being_written_is_not() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("sub")).expect("a folder");
        for name in [".baidi-abc.tmp", "sub/.baidi-xyz.tmp", ".baidi-abc.txt", "card.jpg"] {
            fs::write(dir.path().join(name), b"x").expect("a file");
        }
        let target = dir.path().join("sub/b.jpg");
        let staged = Staged::with(&target, b"b", &Pending::default()).expect("staged");
        sweep(dir.path());
        assert_eq!(names(dir.path()), [".baidi-abc.txt", "card.jpg", "sub"]);
        staged.commit(false).expect("not swept");
        assert_eq!(names(&dir.path().join("sub")), ["b.jpg"]);
    }

    #[test]
    fn what_is_dropped_is_gone() {
        let dir = tempfile::tempdir().expect("a folder");
        let pending = Pending::default();
        drop(Staged::with(&dir.path().join("a.jpg"), b"a", &pending).expect("staged"));
        assert!(names(dir.path()).is_empty() && pending.lock().paths.is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_a_card_as_any_new_file() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a folder");
        let (plain, card) = (dir.path().join("plain"), dir.path().join("card.jpg"));
        fs::write(&plain, b"").expect("a file");
        Staged::with(&card, b"", &Pending::default()).expect("staged").commit(false).expect("done");
        let mode = |p: &Path| fs::metadata(p).expect("a file").permissions().mode();
        assert_eq!(mode(&card), mode(&plain));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_a_card_before_it_is_whole() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("a folder");
        let staged = Staged::with(&dir.path().join("card.jpg"), b"a", &Pending::default());
        let temporary = dir.path().join(&names(dir.path())[0]);
        let mode = fs::metadata(temporary).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        drop(staged);
    }
}
