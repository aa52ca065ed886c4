//! Certain person, certain background, unknown.

use image::{GrayImage, Luma};
use imageproc::distance_transform::euclidean_squared_distance_transform;
use imageproc::region_labelling::{Connectivity, connected_components};

use crate::card::Card;
use crate::face::Head;
use crate::geometry::Size;

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
/// How far the band reaches beyond the network's own doubt, in face widths: about one mask pixel along shoulders and cheeks …
const BAND: f64 = 0.020;
/// … and three beyond the hair, where strands leave the mask.
const HAIR_BAND: f64 = 0.055;

/// Draws the trimap of a card: the band follows the network's doubt and widens around the hair.
///
/// Two things the network's mask gets wrong by pixels are set right by shape: what it takes for person but does not hang together with the head is
/// background (somebody behind, a thing on the wall), and what it takes for background but is closed in by the person is unknown (a dark lapel, hair before
/// the neck; or truly a gap between arm and body, which the colours then show).
#[must_use]
pub fn trimap(card: &Card, head: &Head) -> Vec<Known> {
    let size = card.size();
    let width = size.width as usize;
    let face = head.face_width().clamp(20.0, f64::from(size.width) * 2.0);
    let probability = card.probability.data();
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
    let distance = distance_to(&doubt, size);
    let chin = head.chin().y;
    (0..probability.len())
        .map(|i| {
            if !card.covered[i] {
                return Known::Background;
            }
            let y = (i / width) as f64;
            let outside = !sitter[i];
            // hair may hang below the chin; the wide band fades out over half a face
            let hair =
                if outside { (1.0 - (y - chin) / (0.5 * face)).clamp(0.0, 1.0) } else { 0.0 };
            let reach = face * (BAND + (HAIR_BAND - BAND) * hair);
            if f64::from(distance[i]) <= reach {
                Known::Unknown
            } else if outside {
                Known::Background
            } else {
                Known::Person
            }
        })
        .collect()
}

/// Pixels that are the sitter's if any are: eyes, nose, chin.
fn face_seeds(head: &Head, size: Size) -> [usize; 4] {
    use crate::face::Landmark::{Chin, LeftIris, NoseTip, RightIris};
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
pub(super) fn connected(
    mask: &[bool],
    size: Size,
    seeds: impl Iterator<Item = usize>,
) -> Vec<bool> {
    let labels = connected_components(&picture(mask, size), Connectivity::Four, Luma([0]));
    let labels = labels.as_raw();
    let mut wanted: Vec<u32> =
        seeds.filter_map(|i| labels.get(i).copied()).filter(|l| *l != 0).collect();
    wanted.sort_unstable();
    wanted.dedup();
    labels.iter().map(|l| wanted.binary_search(l).is_ok()).collect()
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
}
