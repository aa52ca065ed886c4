//! `baidi sheet`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use image::RgbImage;

use super::args::{PaperName, SheetArgs};
use super::exit::ExitStatus;
use super::job;
use super::terminal::Terminal;
use crate::base::message::Message;
use crate::base::units::{Dpi, Mm};
use crate::desk::batch::exists;
use crate::desk::output::{Pending, Staged};
use crate::desk::sheet::pdf::{self, Data, Picture};
use crate::desk::sheet::{Layout, Paper, Plan, pages, raster};
use crate::desk::source;
use crate::input::decode::{ColorModel, Limits, Opened, Reduction};
use crate::words::failure::Failure;

/// How far the shape of a picture may differ from that of the card on paper: more would be seen as stretching.
const STRETCH: f64 = 0.02;

/// What a sheet is written as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Pdf,
    Png,
    Jpeg,
}

pub(super) fn run(args: &SheetArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let form = form(&args.output)?;
    let (width, height) = size(args)?;
    let paper = match args.paper {
        PaperName::FiveInch => Paper::FIVE_INCH,
        PaperName::SixInch => Paper::SIX_INCH,
        PaperName::A4 => Paper::A4,
    };
    let layout = Layout {
        gap: Mm::new(args.gap),
        marks: !args.no_marks,
        ..Layout::new(paper, width, height)
    };
    let said = |key: &str| {
        Message::new(key).number("width", width.to_mm(), 1).number("height", height.to_mm(), 1)
    };
    let plan = Plan::new(&layout).ok_or_else(|| Failure::with(said("sheet-too-small")))?;
    let mut cards = Vec::new();
    for found in source::gather(&args.cards, None) {
        let source = found.map_err(|(_, failure)| failure)?;
        cards.push((source.path().to_owned(), source.read().map_err(Failure::from)?));
    }
    let pages = pages(cards.len(), args.copies.map(usize::from), plan.capacity());
    let dpi = Dpi::new(args.dpi);
    let mut files = Vec::new();
    if form == Form::Pdf {
        let pictures = cards
            .iter()
            .map(|(path, bytes)| embedded(path, bytes, (width, height)))
            .collect::<Result<Vec<_>, _>>()?;
        files.push((args.output.clone(), pdf::document(&plan, &pages, &pictures)));
    } else {
        let pictures = cards
            .iter()
            .map(|(path, bytes)| decoded(path, bytes, (width, height)))
            .collect::<Result<Vec<_>, _>>()?;
        for (i, page) in pages.iter().enumerate() {
            let drawn = raster::page(&plan, page, &pictures, dpi);
            let bytes = match form {
                Form::Png => raster::png(&drawn, dpi),
                Form::Jpeg | Form::Pdf => raster::jpeg(&drawn, dpi),
            };
            files.push((numbered(&args.output, i), bytes.map_err(Failure::from)?));
        }
    }
    // All names are tried before the first is taken.
    if let Some((path, _)) =
        files.iter().find(|(path, _)| !args.force && path.symlink_metadata().is_ok())
    {
        return Err(exists(path).into());
    }
    let pending = Pending::default();
    terminal.on_interrupt(&pending)?;
    for (path, bytes) in &files {
        Staged::with(path, bytes, &pending)
            .and_then(|staged| staged.commit(args.force))
            .map_err(Failure::from)?;
        let made = said("sheet-written")
            .text("path", path.display().to_string())
            .number("cards", pages.iter().map(Vec::len).sum::<usize>() as f64, 0)
            .number("pages", pages.len() as f64, 0);
        terminal.remark(&made);
    }
    Ok(ExitStatus::Success)
}

fn form(output: &Path) -> Result<Form, Failure> {
    let extension = output.extension().map(|e| e.to_string_lossy().to_lowercase());
    match extension.as_deref() {
        Some("pdf") => Ok(Form::Pdf),
        Some("png") => Ok(Form::Png),
        Some("jpg" | "jpeg") => Ok(Form::Jpeg),
        _ => Err(Failure::with(
            Message::new("sheet-format").text("path", output.display().to_string()),
        )),
    }
}

/// The card's size on paper: as it was asked for, or the spec's.
fn size(args: &SheetArgs) -> Result<(Mm, Mm), Failure> {
    if let Some(size) = args.size {
        return Ok(size);
    }
    let spec = job::spec(&args.spec)?;
    match spec.print {
        Some(print) => Ok((print.width, print.height)),
        None => Err(Failure::with(Message::new("sheet-no-size").text("spec", spec.name))),
    }
}

/// `sheet.png`, `sheet-2.png`, `sheet-3.png`, …
fn numbered(path: &Path, page: usize) -> PathBuf {
    if page == 0 {
        return path.to_owned();
    }
    let part =
        |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!(
        "{}-{}.{}",
        part(path.file_stem()),
        page + 1,
        part(path.extension())
    ))
}

fn opened<'a>(path: &Path, bytes: &'a [u8], size: (Mm, Mm)) -> Result<Opened<'a>, Failure> {
    let opened = Opened::open(bytes, &Limits::default()).map_err(|e| {
        let mut failure = Failure::from(&e);
        failure.because.insert(0, path.display().to_string());
        failure
    })?;
    let upright = opened.upright_size();
    let shape = f64::from(upright.width) / f64::from(upright.height.max(1));
    let wanted = size.0.to_mm() / size.1.to_mm();
    if (shape / wanted - 1.0).abs() > STRETCH {
        return Err(Failure::with(
            Message::new("sheet-shape")
                .text("path", path.display().to_string())
                .number("pixels", upright.width, 0)
                .number("rows", upright.height, 0)
                .number("width", size.0.to_mm(), 1)
                .number("height", size.1.to_mm(), 1),
        ));
    }
    Ok(opened)
}

fn decoded(path: &Path, bytes: &[u8], size: (Mm, Mm)) -> Result<RgbImage, Failure> {
    Ok(opened(path, bytes, size)?.decode(Reduction::Full).map_err(Failure::from)?.pixels)
}

/// A card's own JPEG where every reader of a PDF shows it as it is; its pixels otherwise.
fn embedded(path: &Path, bytes: &[u8], size: (Mm, Mm)) -> Result<Picture, Failure> {
    let opened = opened(path, bytes, size)?;
    let facts = opened.facts();
    let plain = facts.jpeg.is_some()
        && facts.color == ColorModel::Ycbcr
        && facts.bits == 8
        && facts.orientation == 1
        && facts.icc.is_none();
    if plain {
        let (width, height) = (facts.stored.width, facts.stored.height);
        return Ok(Picture { width, height, data: Data::Jpeg(bytes.to_vec()) });
    }
    let pixels = opened.decode(Reduction::Full).map_err(Failure::from)?.pixels;
    let (width, height) = pixels.dimensions();
    Ok(Picture { width, height, data: Data::Rgb(pixels.into_raw()) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_pages_are_numbered() {
        assert_eq!(numbered(Path::new("a/s.t.png"), 0), Path::new("a/s.t.png"));
        assert_eq!(numbered(Path::new("a/s.t.png"), 2), Path::new("a/s.t-3.png"));
    }
}
