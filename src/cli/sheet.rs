//! `baidi sheet`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use image::RgbImage;

use super::args::{CutArg, Hold, SheetArgs, SizeArg, with_number};
use super::exit::ExitStatus;
use super::job;
use super::terminal::Terminal;
use crate::base::geometry::Size;
use crate::base::message::Message;
use crate::base::units::{Dpi, Mm};
use crate::desk::batch::exists;
use crate::desk::output::{Pending, Staged};
use crate::desk::sheet::packed::{self, Bed, Item};
use crate::desk::sheet::pdf::{self, Data, Picture};
use crate::desk::sheet::{Cut, Layout, Orientation, Page, Place, SheetPlan, cuts, pages, pixels};
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

/// A card's file.
struct Card {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// What goes on paper.
struct Sheets {
    pages: Vec<Page>,
    /// How many cards of each size did not go on them.
    left: Vec<(SizeArg, usize)>,
}

pub(super) fn run(args: &SheetArgs, terminal: &mut Terminal) -> Result<ExitStatus> {
    let form = form(&args.output)?;
    let sizes = sizes(args)?;
    let mut cards = Vec::new();
    for found in source::gather(&args.cards, None) {
        let source = found.map_err(|(_, failure)| failure)?;
        let bytes = source.read().map_err(Failure::from)?;
        cards.push(Card { path: source.path().to_owned(), bytes });
    }
    let sheets = match sizes.as_slice() {
        [size] => of_one_size(args, size, &cards)?,
        sizes => of_several(args, sizes, &cards)?,
    };
    let dpi = Dpi::new(args.dpi);
    let mut files = Vec::new();
    if form == Form::Pdf {
        let pictures = cards.iter().map(embedded).collect::<Result<Vec<_>, _>>()?;
        files.push((args.output.clone(), pdf::document(&sheets.pages, &pictures)));
    } else {
        let pictures = cards.iter().map(decoded).collect::<Result<Vec<_>, _>>()?;
        for (i, page) in sheets.pages.iter().enumerate() {
            let drawn = pixels::page(page, &pictures, dpi);
            let bytes = match form {
                Form::Png => pixels::png(&drawn, dpi),
                Form::Jpeg | Form::Pdf => pixels::jpeg(&drawn, dpi),
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
    let on_paper: usize = sheets.pages.iter().map(|page| page.places.len()).sum();
    for (path, bytes) in &files {
        Staged::with(path, bytes, &pending)
            .and_then(|staged| staged.commit(args.force))
            .map_err(Failure::from)?;
        let made =
            match sizes.as_slice() {
                [size] => Message::new("sheet-written")
                    .number("width", size.width.to_mm(), 1)
                    .number("height", size.height.to_mm(), 1),
                _ => Message::new("sheet-written-mixed").text("sizes", listed(&sizes)),
            };
        let made = made
            .text("path", path.display().to_string())
            .number("cards", on_paper as f64, 0)
            .number("pages", sheets.pages.len() as f64, 0);
        terminal.remark(&made);
    }
    if sheets.left.is_empty() {
        return Ok(ExitStatus::Success);
    }
    let left: Vec<String> =
        sheets.left.iter().map(|(size, n)| format!("{n} × {}", written(size))).collect();
    let message = Message::new("sheet-left-over").text("cards", left.join(", "));
    terminal.error(None, &Failure::with(message).into());
    Ok(ExitStatus::NotCompliant)
}

/// Every card in one size: as many as fill a sheet, or so many of each.
fn of_one_size(args: &SheetArgs, size: &SizeArg, cards: &[Card]) -> Result<Sheets, Failure> {
    let layout = Layout {
        gap: Mm::new(args.gap),
        margin: Mm::new(args.margin),
        cut: cut(args, Cut::Corners),
        orientation: orientation(args),
        ..Layout::new(args.paper, size.width, size.height)
    };
    let plan = SheetPlan::new(&layout).ok_or_else(|| too_small(size))?;
    for card in cards {
        if !suits(shape(card)?, size) {
            return Err(misshapen(card, size)?);
        }
    }
    let copies = size.copies.or(args.copies).map(usize::from);
    let mut sheets = pages(cards.len(), copies, plan.capacity());
    let mut left = 0;
    while sheets.len() > args.pages.map_or(usize::MAX, usize::from) {
        left += sheets.pop().map_or(0, |cards| cards.len());
    }
    Ok(Sheets {
        pages: sheets.iter().map(|cards| plan.page(cards)).collect(),
        left: if left > 0 { vec![(*size, left)] } else { Vec::new() },
    })
}

/// Cards of several sizes on the same sheets: every card in every size of its shape, so many of each.
fn of_several(args: &SheetArgs, sizes: &[SizeArg], cards: &[Card]) -> Result<Sheets, Failure> {
    let shapes: Vec<Size> = cards.iter().map(shape).collect::<Result<_, _>>()?;
    if let Some(card) = (0..cards.len()).find(|i| !sizes.iter().any(|s| suits(shapes[*i], s))) {
        return Err(misshapen(&cards[card], &sizes[0])?);
    }
    let mut wanted: Vec<Vec<usize>> = Vec::new();
    for size in sizes {
        let Some(copies) = size.copies.or(args.copies) else {
            return Err(Failure::with(Message::new("sheet-how-many").text("size", written(size))));
        };
        let suiting: Vec<usize> = (0..cards.len()).filter(|i| suits(shapes[*i], size)).collect();
        if suiting.is_empty() {
            return Err(Failure::with(Message::new("sheet-no-card").text("size", written(size))));
        }
        let each = |card: usize| std::iter::repeat_n(card, copies.into());
        // taken from the end
        wanted.push(suiting.into_iter().rev().flat_map(each).collect());
    }
    let items: Vec<Item> = sizes
        .iter()
        .zip(&wanted)
        .map(|(s, cards)| Item { width: s.width, height: s.height, copies: cards.len() })
        .collect();
    let bed = Bed {
        paper: args.paper,
        orientation: orientation(args),
        margin: Mm::new(args.margin),
        gap: Mm::new(args.gap),
    };
    let most = args.pages.map_or(usize::MAX, usize::from);
    let (packed, left) = packed::pages(&bed, &items, most);
    if packed.is_empty() {
        return Err(too_small(&sizes[0]));
    }
    let mut pages = Vec::new();
    for page in packed {
        let slots: Vec<_> = page.places.iter().map(|place| place.slot).collect();
        let (marks, lines) = cuts(cut(args, Cut::Lines), &slots, args.gap);
        let mut take = |place: Place| {
            let picture = wanted.get_mut(place.picture)?.pop()?;
            Some(Place { picture, ..place })
        };
        let places = page.places.into_iter().filter_map(&mut take).collect();
        pages.push(Page { width: page.width, height: page.height, places, marks, lines });
    }
    let left = sizes.iter().copied().zip(left).filter(|(_, n)| *n > 0).collect();
    Ok(Sheets { pages, left })
}

fn cut(args: &SheetArgs, usual: Cut) -> Cut {
    match args.cut {
        _ if args.no_marks => Cut::Nothing,
        None => usual,
        Some(CutArg::Corners) => Cut::Corners,
        Some(CutArg::Lines) => Cut::Lines,
        Some(CutArg::None) => Cut::Nothing,
    }
}

const fn orientation(args: &SheetArgs) -> Orientation {
    match args.orientation {
        Hold::Auto => Orientation::Either,
        Hold::Portrait => Orientation::Upright,
        Hold::Landscape => Orientation::Across,
    }
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

/// The sizes on paper: as they were asked for, or the specs'; at least one.
fn sizes(args: &SheetArgs) -> Result<Vec<SizeArg>, Failure> {
    let mut sizes = args.sizes.clone();
    let usual = ["shebao".to_owned()];
    let specs = if sizes.is_empty() && args.specs.is_empty() { &usual } else { &args.specs[..] };
    for spec in specs {
        let (name, copies) = with_number(spec).map_err(|why| {
            Failure::with(Message::new("sheet-number").text("text", spec.as_str())).because(why)
        })?;
        let spec = job::spec(name)?;
        let Some(print) = spec.print else {
            return Err(Failure::with(Message::new("sheet-no-size").text("spec", spec.name)));
        };
        sizes.push(SizeArg { width: print.width, height: print.height, copies });
    }
    Ok(sizes)
}

/// A size as people write it.
fn written(size: &SizeArg) -> String {
    format!("{}×{} mm", size.width.to_mm(), size.height.to_mm())
}

fn listed(sizes: &[SizeArg]) -> String {
    sizes.iter().map(written).collect::<Vec<_>>().join(", ")
}

fn too_small(size: &SizeArg) -> Failure {
    let message = Message::new("sheet-too-small").number("width", size.width.to_mm(), 1);
    Failure::with(message.number("height", size.height.to_mm(), 1))
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

fn opened(card: &Card) -> Result<Opened<'_>, Failure> {
    Opened::open(&card.bytes, &Limits::default()).map_err(|e| {
        let mut failure = Failure::from(&e);
        failure.because.insert(0, card.path.display().to_string());
        failure
    })
}

/// A card's size in pixels, upright.
fn shape(card: &Card) -> Result<Size, Failure> {
    Ok(opened(card)?.upright_size())
}

/// Whether a picture of these pixels has the shape of a card of this size on paper.
fn suits(pixels: Size, size: &SizeArg) -> bool {
    let shape = f64::from(pixels.width) / f64::from(pixels.height.max(1));
    let wanted = size.width.to_mm() / size.height.to_mm();
    (shape / wanted - 1.0).abs() <= STRETCH
}

/// The refusal of a card that would have to be stretched.
fn misshapen(card: &Card, size: &SizeArg) -> Result<Failure, Failure> {
    let pixels = shape(card)?;
    Ok(Failure::with(
        Message::new("sheet-shape")
            .text("path", card.path.display().to_string())
            .number("pixels", pixels.width, 0)
            .number("rows", pixels.height, 0)
            .number("width", size.width.to_mm(), 1)
            .number("height", size.height.to_mm(), 1),
    ))
}

fn decoded(card: &Card) -> Result<RgbImage, Failure> {
    Ok(opened(card)?.decode(Reduction::Full).map_err(Failure::from)?.pixels)
}

/// A card's own JPEG where every reader of a PDF shows it as it is; its pixels otherwise.
fn embedded(card: &Card) -> Result<Picture, Failure> {
    let opened = opened(card)?;
    let facts = opened.facts();
    let plain = facts.jpeg.is_some()
        && facts.color == ColorModel::Ycbcr
        && facts.bits == 8
        && facts.orientation == 1
        && facts.icc.is_none();
    if plain {
        let (width, height) = (facts.stored.width, facts.stored.height);
        return Ok(Picture { width, height, data: Data::Jpeg(card.bytes.clone()) });
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
