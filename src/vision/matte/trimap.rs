//! Certain person, certain background, unknown.

use image::GrayImage;
use imageproc::distance_transform::euclidean_squared_distance_transform;

use crate::base::geometry::Size;
use crate::base::raster::Plane;
use crate::vision::face::Head;
use crate::vision::frame::Card;

/// What is known of a pixel before the matte is solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Nothing but background.
    Background,
    /// To be solved.
    Unknown,
    /// Nothing but the person.
    Person,
}

/// Probability below which the network is sure of background, and above one minus which of the person.
const SURE: f32 = 0.06;
/// How far the band reaches beyond the network's own doubt, in face widths: two card pixels along shoulders and cheeks …
const BAND: f64 = 0.015;
/// … and seven beyond the hair, where strands leave it.
const HAIR_BAND: f64 = 0.035;

/// Draws the trimap of a card: the band follows the network's doubt and widens around the hair.
///
/// Two things the network's mask gets wrong by pixels are set right by shape: what it takes for person but does not hang together with the head is
/// background (somebody behind, a thing on the wall), and what it takes for background but is closed in by the person is unknown (a dark lapel, hair before
/// the neck; or truly a gap between arm and body, which the colours then show).
#[must_use]
pub fn trimap(card: &Card, probability: &Plane, head: &Head) -> Vec<Known> {
    let size = card.size();
    let face = face_width(head, size);
    let probability = probability.data();
    let likely: Vec<bool> =
        probability.iter().zip(&card.covered).map(|(p, c)| *c && *p >= 0.5).collect();
    let sitter = connected(&likely, size, face_seeds(head, size).into_iter());
    let open = connected(&likely.iter().map(|l| !l).collect::<Vec<_>>(), size, border(size));
    let doubt: Vec<bool> = (0..probability.len())
        .map(|i| {
            let hole = !likely[i] && !open[i] && card.covered[i];
            let ours = likely[i] == sitter[i];
            hole || (ours && probability[i] > SURE && probability[i] < 1.0 - SURE)
        })
        .collect();
    let chin = head.chin().y;
    // hair may hang below the chin; the wide band fades out over half a face
    let hair = |y: usize| (1.0 - (y as f64 - chin) / (0.5 * face)).clamp(0.0, 1.0);
    let inside = within(&doubt, size, face * BAND);
    let outside = within_by_row(&doubt, size, |y| face * (BAND + (HAIR_BAND - BAND) * hair(y)));
    (0..probability.len())
        .map(|i| {
            if !card.covered[i] {
                return Known::Background;
            }
            if if sitter[i] { inside[i] } else { outside[i] } {
                Known::Unknown
            } else if !sitter[i] {
                Known::Background
            } else {
                Known::Person
            }
        })
        .collect()
}

/// The face's width in pixels of a card of `size`, within what a card can show: what reaches are measured in.
pub(super) fn face_width(head: &Head, size: Size) -> f64 {
    head.face_width().clamp(20.0, f64::from(size.width) * 2.0)
}

/// Pixels that are the sitter's if any are: eyes, nose, chin.
fn face_seeds(head: &Head, size: Size) -> [usize; 4] {
    use crate::vision::face::Landmark::{Chin, LeftIris, NoseTip, RightIris};
    let inside = |v: f64, n: u32| v.round().clamp(0.0, f64::from(n.max(1) - 1)) as usize;
    [NoseTip, LeftIris, RightIris, Chin]
        .map(|l| head.landmarks[l])
        .map(|p| inside(p.y, size.height) * size.width as usize + inside(p.x, size.width))
}

/// The pixels along the top, left, and right edge, and the bottom corners with them.
fn border(size: Size) -> impl Iterator<Item = usize> {
    let (w, h) = (size.width as usize, size.height as usize);
    (0..w)
        .chain((0..h).flat_map(move |y| [y * w, y * w + w.max(1) - 1]))
        .filter(move |i| *i < w * h)
}

/// The pixels of `mask` that hang together with one of `seeds`, four-connected.
#[must_use]
pub fn connected(mask: &[bool], size: Size, seeds: impl Iterator<Item = usize>) -> Vec<bool> {
    let width = size.width.max(1) as usize;
    let mut reached = vec![false; mask.len()];
    let mut open: Vec<usize> = seeds.collect();
    // run by run: all of a row that hangs together at once, then what touches it above and below
    while let Some(at) = open.pop() {
        if mask.get(at) != Some(&true) || reached[at] {
            continue;
        }
        let line = at - at % width;
        let row = &mask[line..(line + width).min(mask.len())];
        let left = row[..at - line].iter().rposition(|m| !m).map_or(0, |x| x + 1);
        let after = row[at - line..].iter().position(|m| !m);
        let run = left..after.map_or(row.len(), |n| at - line + n);
        reached[line + run.start..line + run.end].fill(true);
        for other in [line.checked_sub(width), Some(line + width)].into_iter().flatten() {
            let mut before = false;
            for i in (other + run.start..other + run.end).take_while(|i| *i < mask.len()) {
                let free = mask[i] && !reached[i];
                if free && !before {
                    open.push(i);
                }
                before = free;
            }
        }
    }
    reached
}

/// Euclidean distance in pixels to the nearest `true`; infinite where there is none. `seeds` holds the pixels of `size`.
#[must_use]
pub fn distance_to(seeds: &[bool], size: Size) -> Vec<f32> {
    if !seeds.contains(&true) {
        return vec![f32::INFINITY; seeds.len()];
    }
    euclidean_squared_distance_transform(&picture(seeds, size))
        .into_raw()
        .into_iter()
        .map(|d| d.sqrt() as f32)
        .collect()
}

/// Whether each pixel lies within `reach` pixels of a `true`, as the crow flies. `seeds` holds the pixels of `size`.
#[must_use]
pub fn within(seeds: &[bool], size: Size, reach: f64) -> Vec<bool> {
    within_by_row(seeds, size, |_| reach)
}

/// The same with a reach of each row's own.
fn within_by_row(seeds: &[bool], size: Size, reach: impl Fn(usize) -> f64) -> Vec<bool> {
    let (w, h) = (size.width as usize, size.height as usize);
    let mut out = vec![false; seeds.len()];
    if w == 0 || h == 0 {
        return out;
    }
    // columns to the nearest seed of the same row
    let mut along = vec![u16::MAX; seeds.len()];
    for (line, seeds) in along.chunks_exact_mut(w).zip(seeds.chunks_exact(w)) {
        let mut since = u16::MAX;
        for (d, seed) in line.iter_mut().zip(seeds) {
            since = if *seed { 0 } else { since.saturating_add(1) };
            *d = since;
        }
        since = u16::MAX;
        for (d, seed) in line.iter_mut().zip(seeds).rev() {
            since = if *seed { 0 } else { since.saturating_add(1) };
            *d = since.min(*d);
        }
    }
    for (y, line) in out.chunks_exact_mut(w).enumerate() {
        let reach = reach(y).max(0.0);
        for dy in 0..=(reach as usize).min(h - 1) {
            let across = (reach * reach - (dy * dy) as f64).sqrt().min(f64::from(u16::MAX - 1));
            let across = across as u16;
            let mut near = |row: usize| {
                let from = &along[row * w..(row + 1) * w];
                line.iter_mut().zip(from).for_each(|(o, d)| *o |= *d <= across);
            };
            if y + dy < h {
                near(y + dy);
            }
            if dy > 0 && dy <= y {
                near(y - dy);
            }
        }
    }
    out
}

/// `mask` as a picture: 255 where it holds.
fn picture(mask: &[bool], size: Size) -> GrayImage {
    GrayImage::from_raw(
        size.width,
        size.height,
        mask.iter().map(|m| if *m { 255 } else { 0 }).collect(),
    )
    .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_hangs_together_is_reached() {
        // 1 1 0 1
        // 0 1 0 1
        // 1 0 0 1
        let mask = [1, 1, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1].map(|v| v == 1);
        let reached = connected(&mask, Size::new(4, 3), [0, 2].into_iter());
        assert_eq!(reached, [1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0].map(|v| v == 1));
    }

    #[test]
    fn distance_is_measured_as_the_crow_flies() {
        let mut seeds = vec![false; 25];
        seeds[0] = true;
        let d = distance_to(&seeds, Size::new(5, 5));
        assert_eq!(d[4], 4.0);
        assert!((d[24] - 32.0f32.sqrt()).abs() < 1e-5);
        assert!(distance_to(&[false; 4], Size::new(2, 2)).iter().all(|v| v.is_infinite()));
    }

    #[test]
    fn what_lies_within_a_reach_is_what_is_not_farther() {
        let size = Size::new(23, 17);
        let seeds: Vec<bool> = (0..23 * 17).map(|i| i * 7919 % 61 == 0).collect();
        let distance = distance_to(&seeds, size);
        for reach in [0.0, 1.0, 1.5, 2.4, 4.0, 40.0] {
            let wanted: Vec<bool> = distance.iter().map(|d| f64::from(*d) <= reach).collect();
            assert_eq!(within(&seeds, size, reach), wanted, "{reach}");
        }
        assert!(within(&[false; 4], Size::new(2, 2), 9.0).iter().all(|v| !v));
    }
}
