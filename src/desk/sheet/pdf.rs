//! Sheets as a PDF at true scale: a JPEG card goes in byte for byte.

use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref};

use super::{Mark, Page};

/// Points (1/72 inch) per millimetre.
const POINTS: f64 = 72.0 / 25.4;

/// A card's picture as a PDF holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The data.
    pub data: Data,
}

/// A picture's data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A JPEG file of three channels, `YCbCr`.
    Jpeg(Vec<u8>),
    /// Rows of sRGB pixels, three bytes each.
    Rgb(Vec<u8>),
}

/// A document with `pages`, on which `pictures` lie.
#[must_use]
pub fn document(pages: &[Page], pictures: &[Picture]) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let number = |n: usize| Ref::new(i32::try_from(n).unwrap_or(i32::MAX).max(1));
    let (catalog, tree) = (number(1), number(2));
    let picture = |i: usize| number(3 + i);
    let page = |i: usize| number(3 + pictures.len() + 2 * i);
    let content = |i: usize| number(4 + pictures.len() + 2 * i);
    pdf.catalog(catalog).pages(tree);
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    pdf.pages(tree).kids((0..pages.len()).map(page)).count(count);
    for (i, picture_data) in pictures.iter().enumerate() {
        let (bytes, filter) = match &picture_data.data {
            Data::Jpeg(bytes) => (bytes, Some(Filter::DctDecode)),
            Data::Rgb(bytes) => (bytes, None),
        };
        let mut object = pdf.image_xobject(picture(i), bytes);
        if let Some(filter) = filter {
            object.filter(filter);
        }
        object.width(i32::try_from(picture_data.width).unwrap_or(i32::MAX));
        object.height(i32::try_from(picture_data.height).unwrap_or(i32::MAX));
        object.color_space().device_rgb();
        object.bits_per_component(8);
    }
    let points = |mm: f64| (mm * POINTS) as f32;
    for (i, sheet) in pages.iter().enumerate() {
        let (width, height) = (points(sheet.width), points(sheet.height));
        let name = |card: usize| format!("P{card}");
        let mut leaf = pdf.page(page(i));
        leaf.media_box(Rect::new(0.0, 0.0, width, height)).parent(tree).contents(content(i));
        let mut used: Vec<usize> = sheet.places.iter().map(|p| p.picture).collect();
        used.sort_unstable();
        used.dedup();
        let mut resources = leaf.resources();
        let mut objects = resources.x_objects();
        for card in used {
            objects.pair(Name(name(card).as_bytes()), picture(card));
        }
        objects.finish();
        resources.finish();
        leaf.finish();
        let mut drawing = Content::new();
        for place in &sheet.places {
            let slot = place.slot;
            drawing.save_state();
            // A PDF counts from the lower edge upwards.
            let bottom = sheet.height - slot.y - slot.height;
            let (w, h) = (points(slot.width), points(slot.height));
            let (x, y) = (points(slot.x), points(bottom));
            drawing.transform(if place.turned {
                // the picture's own right goes down, its top to the right
                [0.0, -h, w, 0.0, x, y + h]
            } else {
                [w, 0.0, 0.0, h, x, y]
            });
            drawing.x_object(Name(name(place.picture).as_bytes()));
            drawing.restore_state();
        }
        let draw = |drawing: &mut Content, strokes: &[Mark]| {
            for [from, to] in strokes {
                drawing.move_to(points(from.0), points(sheet.height - from.1));
                drawing.line_to(points(to.0), points(sheet.height - to.1));
                drawing.stroke();
            }
        };
        drawing.set_line_width(0.25).set_stroke_gray(0.0);
        draw(&mut drawing, &sheet.marks);
        if !sheet.lines.is_empty() {
            drawing.set_stroke_gray(0.6);
            draw(&mut drawing, &sheet.lines);
        }
        pdf.stream(content(i), &drawing.finish());
    }
    pdf.finish()
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, Paper, SheetPlan, pages};
    use super::*;
    use crate::base::units::Mm;

    #[test]
    fn cards_have_their_size_on_paper_and_their_bytes_in_the_file() {
        let plan =
            SheetPlan::new(&Layout::new(Paper::A4, Mm::new(26.0), Mm::new(32.0))).expect("fits");
        let jpeg = b"\xff\xd8 as good as a card \xff\xd9".to_vec();
        let picture = |data| Picture { width: 358, height: 441, data };
        let pictures = [picture(Data::Jpeg(jpeg.clone())), picture(Data::Rgb(vec![9; 12]))];
        let cards = pages(2, Some(40), plan.capacity());
        let sheets: Vec<Page> = cards.iter().map(|cards| plan.page(cards)).collect();
        let file = document(&sheets, &pictures);
        let text = String::from_utf8_lossy(&file);
        assert!(text.starts_with("%PDF-1.") && text.trim_end().ends_with("%%EOF"));
        // A4 across, 297 × 210 mm; 26 mm = 73.700787 pt, 32 mm = 90.70866 pt.
        assert!(text.contains("/MediaBox [0 0 841.8898 595.2756]"), "{text:.600}");
        assert_eq!(text.matches("73.70").count(), 80, "one matrix per card");
        assert!(text.matches("90.70").count() >= 80);
        assert!(file.windows(jpeg.len()).any(|w| w == jpeg));
        assert_eq!(text.matches("/Type /Page\n").count(), 2);
    }
}
