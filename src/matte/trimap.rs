//! Certain person, certain background, unknown.

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
#[must_use]
pub fn trimap(card: &Card, head: &Head) -> Vec<Known> {
    let size = card.size();
    let width = size.width as usize;
    let face = head.face_width().clamp(20.0, f64::from(size.width) * 2.0);
    let doubt: Vec<bool> =
        card.probability.data().iter().map(|p| *p > SURE && *p < 1.0 - SURE).collect();
    let distance = distance_to(&doubt, size);
    let chin = head.chin().y;
    card.probability
        .data()
        .iter()
        .enumerate()
        .map(|(i, p)| {
            if !card.covered[i] {
                return Known::Background;
            }
            let y = (i / width) as f64;
            let outside = *p < 0.5;
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

/// Chamfer distance in pixels (weights 1 and √2, Borgefors 1986) to the nearest `true`; infinite where there is none.
#[must_use]
pub fn distance_to(seeds: &[bool], size: Size) -> Vec<f32> {
    let (w, h) = (size.width as usize, size.height as usize);
    let mut d: Vec<f32> = seeds.iter().map(|s| if *s { 0.0 } else { f32::INFINITY }).collect();
    const DIAGONAL: f32 = std::f32::consts::SQRT_2;
    for y in 0..h {
        for x in 0..w {
            let i = y * w + x;
            let mut best = d[i];
            if x > 0 {
                best = best.min(d[i - 1] + 1.0);
            }
            if y > 0 {
                best = best.min(d[i - w] + 1.0);
                if x > 0 {
                    best = best.min(d[i - w - 1] + DIAGONAL);
                }
                if x + 1 < w {
                    best = best.min(d[i - w + 1] + DIAGONAL);
                }
            }
            d[i] = best;
        }
    }
    for y in (0..h).rev() {
        for x in (0..w).rev() {
            let i = y * w + x;
            let mut best = d[i];
            if x + 1 < w {
                best = best.min(d[i + 1] + 1.0);
            }
            if y + 1 < h {
                best = best.min(d[i + w] + 1.0);
                if x + 1 < w {
                    best = best.min(d[i + w + 1] + DIAGONAL);
                }
                if x > 0 {
                    best = best.min(d[i + w - 1] + DIAGONAL);
                }
            }
            d[i] = best;
        }
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_straight_and_diagonal_steps() {
        let mut seeds = vec![false; 25];
        seeds[0] = true;
        let d = distance_to(&seeds, Size::new(5, 5));
        assert_eq!(d[4], 4.0);
        assert!((d[24] - 4.0 * std::f32::consts::SQRT_2).abs() < 1e-5);
        assert!(distance_to(&[false; 4], Size::new(2, 2)).iter().all(|v| v.is_infinite()));
    }
}
