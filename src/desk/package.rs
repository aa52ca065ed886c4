//! Many cards in one file, as portals import them: a ZIP whose entries are stored as they are (JPEG does not get smaller), with names in UTF-8 and no dates.

use std::fs;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::base::error::{Error, Result};
use crate::desk::output::{Pending, Staged};

/// Packs `cards`, named by their places below `root`, into the file `target`, which is replaced in one step.
///
/// The same cards give the same bytes.
///
/// # Errors
/// [`Error::Io`] where a card cannot be read or the package not be written.
pub fn pack(cards: &[PathBuf], root: &Path, target: &Path, pending: &Pending) -> Result<()> {
    let failed = |source| Error::Io { action: "write", path: target.to_owned(), source };
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    let mut writer = ZipWriter::new(BufWriter::new(Staged::new(target, pending)?));
    for card in cards {
        let bytes = fs::read(card).map_err(|source| Error::Io {
            action: "read",
            path: card.clone(),
            source,
        })?;
        let relative = card.strip_prefix(root).unwrap_or(card);
        let parts: Vec<_> =
            relative.components().map(|c| c.as_os_str().to_string_lossy()).collect();
        writer.start_file(parts.join("/"), options).map_err(|e| failed(io::Error::other(e)))?;
        writer.write_all(&bytes).map_err(failed)?;
    }
    let buffered = writer.finish().map_err(|e| failed(io::Error::other(e)))?;
    let staged = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
    staged.commit(true)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn the_cards_come_out_of_the_package_as_they_went_in() {
        let dir = tempfile::tempdir().expect("a folder");
        fs::create_dir(dir.path().join("部门")).expect("a folder");
        let cards = ["11010519491231002X张三.jpg", "部门/李四.jpg"].map(|n| dir.path().join(n));
        for (i, card) in cards.iter().enumerate() {
            fs::write(card, vec![i as u8; 100_000]).expect("a card");
        }
        let target = dir.path().join("cards.zip");
        pack(&cards, dir.path(), &target, &Pending::default()).expect("packed");
        let first = fs::read(&target).expect("the package");
        let mut archive = zip::ZipArchive::new(io::Cursor::new(&first)).expect("a package");
        let mut name =
            |i| archive.by_index(i).expect("an entry").name().expect("a name").into_owned();
        let names = [name(0), name(1)];
        assert_eq!(names, ["11010519491231002X张三.jpg", "部门/李四.jpg"]);
        let mut bytes = Vec::new();
        archive.by_index(1).expect("an entry").read_to_end(&mut bytes).expect("readable");
        assert_eq!(bytes, vec![1; 100_000]);
        pack(&cards, dir.path(), &target, &Pending::default()).expect("packed");
        assert_eq!(fs::read(&target).expect("the package"), first);
    }

    #[test]
    fn a_card_that_is_gone_leaves_no_package() {
        let dir = tempfile::tempdir().expect("a folder");
        let target = dir.path().join("cards.zip");
        let gone = [dir.path().join("gone.jpg")];
        assert!(pack(&gone, dir.path(), &target, &Pending::default()).is_err());
        assert_eq!(fs::read_dir(dir.path()).expect("a folder").count(), 0);
    }
}
