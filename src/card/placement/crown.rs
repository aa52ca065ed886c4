//! Where the hair ends at the top, as far as the mask and the photo show it.

use crate::base::geometry::{Affine, Point};
use crate::vision::face::Landmark::Forehead;
use crate::vision::face::{Head, Sighting};

/// How much of the photo's first row must be hair for the photo to have cut it, in face widths: of a round head half a pixel of a card is missing then. Hair that only touches the edge is whole.
const CUT: f64 = 0.1;
/// The chord of the head by which its top is told where something touches the edge, in face widths, and how far it lies below the top of a round head of 1.1 face widths (sagitta, c²/8R).
const CHORD: f64 = 0.3;
const SAGITTA: f64 = CHORD * CHORD / (8.0 * 0.55);

/// The highest point of the person within 0.9 face widths of the face's middle, as a row of the turned photo, and whether the photo cuts it off.
///
/// Half-way points between mask pixels are interpolated: the coarse mask is four times coarser than the card.
pub(super) fn hair_top(sighting: &Sighting, turn: &Affine, turned: &Head) -> (f64, Point, bool) {
    let Some(from_crop) = sighting.to_crop.inverse() else {
        return (turned.eyes().y, sighting.head.eyes(), false);
    };
    let to_turned = turn.after(&from_crop);
    let middle = turned.middle().x;
    let reach = 0.9 * turned.face_width();
    let mask = &sighting.mask;
    // where each column of the mask begins
    let mut tops: Vec<(f64, Point)> = Vec::new();
    let first_row = 0.5 * from_crop.scale() - 0.45;
    for x in 0..mask.width() {
        let mut above = 0.0f32;
        for y in 0..mask.height() {
            let here = mask.row(y)[x];
            if here > 0.5 {
                let back =
                    if here > above { f64::from((here - 0.5) / (here - above)) } else { 0.0 };
                let at = Point::new(x as f64, y as f64 - back.clamp(0.0, 1.0));
                let (p, source) = (to_turned.apply(at), from_crop.apply(at));
                if (p.x - middle).abs() <= reach {
                    tops.push((p.y, source));
                }
                break;
            }
            above = here;
        }
    }
    tops.sort_by(|a, b| a.0.total_cmp(&b.0));
    let Some(&(top, at)) = tops.first() else {
        // no mask at all: the forehead's own height above the brows is all there is to go by
        let (forehead, eyes) = (sighting.head.landmarks[Forehead], sighting.head.eyes());
        let top = Point::new(2.0 * forehead.x - eyes.x, 2.0 * forehead.y - eyes.y);
        return (turn.apply(top).y, top, false);
    };
    // a row of wall above the hair is wall
    if at.y > first_row {
        return (top, at, false);
    }
    let width = turned.face_width();
    let columns = |chord: f64| (chord * width / to_turned.scale().max(1e-6)) as usize;
    let touching = tops.iter().filter(|(_, source)| source.y <= first_row).count();
    if touching > columns(CUT) {
        return (top, at, true);
    }
    // what only touches the edge may be a strand, or no hair at all: the head's own roundness says where it ends
    let (below, source) = tops.get(columns(CHORD)).copied().unwrap_or((top, at));
    (top.max(below - SAGITTA * width), source, false)
}
