//! What of a cut-out the independent witness ([`crate::vision::selfie`]) takes for the wall.
//!
//! It knows an outline to some four card pixels only. So it is heard where enough of what was taken for the sitter lies outside the person that it sees, and about what lies around that: there the
//! networks that know outlines are failing. Of 22 hand-ins that kept something of a room twelve come out clean, six without it; of 139 labelled cards three change: one keeps
//! less of a flag, two lose a little at the edge of hair.

use image::{GrayImage, Luma};
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::base::error::Result;
use crate::base::raster::Plane;
use crate::vision::frame::Card;
use crate::vision::matte::doubts::Doubts;
use crate::vision::matte::{highest_around, smooth_step, trimap};
use crate::vision::scratch::Scratch;
use crate::vision::selfie;

/// How far outside the person whom it sees something must lie, in face widths, and how likely at most a person is anywhere so near. Of 698 portraits of `train/` it finds a rest by the labels on
/// 58; and on 39 what the labels call the sitter, most of it shoulders of others, glasses' rims, curls and earrings, and a third of it before plain walls, where it is not asked.
const OUTSIDE: f64 = 0.01;
const NOBODY: f32 = 0.1;
/// Alpha from which something is seen on the card.
const VISIBLE: f32 = 0.4;
/// The least that what hangs together must cover there, in squared face widths. With 0.0015 two hand-ins fewer come out clean.
const LEAST: f64 = 0.001;
/// How far around that it is heard, in face widths. With 0.12 two hand-ins fewer come out clean.
const HEARD: f64 = 0.3;
/// How much farther than it says a person may reach, in face widths: without, its coarse outline is seen at the edges of hair.
const MARGIN: f64 = 0.01;
/// Probabilities of a person up to which its word counts in full, and from which it does not count.
const FULL: f32 = 0.3;
const NONE: f32 = 0.7;

/// Where the cut-out `alpha` of `card`, on which a face is `face` pixels wide, holds what is of the wall. None where nothing does. It looks once more, in a mirror, where it suspects something.
///
/// # Errors
/// [`crate::Error::Internal`] when the built-in weights do not load.
pub(super) fn doubts(
    scratch: &mut Scratch,
    card: &Card,
    alpha: &Plane,
    face: f64,
) -> Result<Option<Doubts>> {
    let person = selfie::person(scratch, &card.pixels)?;
    if outside(&person, alpha, face).is_none() {
        return Ok(None);
    }
    let person = selfie::mirrored_too(scratch, &card.pixels, person)?;
    let outside = outside(&person, alpha, face);
    Ok(outside.map(|outside| Doubts::new(left(&person, &outside, face))))
}

/// What is visible outside `person` and hangs together over enough pixels.
fn outside(person: &Plane, alpha: &Plane, face: f64) -> Option<Vec<bool>> {
    let near = highest_around(person, (OUTSIDE * face).round() as usize);
    let seen = near.data().iter().zip(alpha.data());
    let seen = seen.map(|(near, alpha)| u8::from(*near < NOBODY && *alpha >= VISIBLE)).collect();
    let seen = GrayImage::from_raw(alpha.width() as u32, alpha.height() as u32, seen)?;
    let parts = connected_components(&seen, Connectivity::Eight, Luma([0]));
    let mut pixels: Vec<u32> = Vec::new();
    for part in parts.iter().map(|part| *part as usize).filter(|part| *part > 0) {
        pixels.resize(pixels.len().max(part + 1), 0);
        pixels[part] += 1;
    }
    let large: Vec<bool> = pixels.iter().map(|n| f64::from(*n) >= LEAST * face * face).collect();
    let kept = parts.iter().map(|part| large.get(*part as usize) == Some(&true)).collect();
    large.contains(&true).then_some(kept)
}

/// How likely each pixel around `outside` is the wall's.
fn left(person: &Plane, outside: &[bool], face: f64) -> Plane {
    let heard = trimap::within(outside, person.size(), HEARD * face);
    let mut left = highest_around(person, (MARGIN * face).round() as usize);
    for (v, heard) in left.data_mut().iter_mut().zip(heard) {
        *v = if heard { smooth_step((NONE - *v) / (NONE - FULL)) } else { 0.0 };
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Size;

    /// A plane of 120 × 80 with 1 in these columns and rows.
    fn plane(parts: &[([i64; 2], [i64; 2])]) -> Plane {
        let size = Size::new(120, 80);
        let inside = |i: i64| {
            let (x, y) = (i % 120, i / 120);
            parts.iter().any(|([l, t], [r, b])| (*l..*r).contains(&x) && (*t..*b).contains(&y))
        };
        let data = (0..120 * 80).map(|i| f32::from(u8::from(inside(i)))).collect();
        Plane::from_data(size, data).expect("of that size")
    }

    #[test]
    fn what_lies_outside_the_person_goes_and_their_edge_stays() {
        let sitter = ([20, 10], [60, 80]);
        let person = plane(&[sitter]);
        // the sitter and a fringe of a pixel beyond what the witness sees, a lamp beside them, a speck
        let alpha = plane(&[([19, 10], [61, 80]), ([66, 30], [80, 50]), ([20, 2], [22, 4])]);
        let found = outside(&person, &alpha, 100.0).expect("a lamp");
        let at = |x: usize, y: usize| y * 120 + x;
        assert!(found[at(70, 40)] && !found[at(60, 40)] && !found[at(20, 2)]);
        let left = left(&person, &found, 100.0);
        assert_eq!(left.at(70, 40), 1.0, "the lamp");
        assert_eq!([59, 60].map(|x| left.at(x, 40)), [0.0; 2], "the sitter and their edge");
        assert_eq!(left.at(19, 79), 0.0, "far from it");
    }

    #[test]
    fn nothing_is_doubted_where_it_sees_the_sitter_and_a_pixel_more() {
        let person = plane(&[([20, 10], [60, 80])]);
        for right in [60, 61] {
            assert_eq!(outside(&person, &plane(&[([20, 10], [right, 80])]), 100.0), None);
        }
    }
}
