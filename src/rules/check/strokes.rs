//! Strokes of another colour across a face: writing, a stamp's rim, a watermark.
//!
//! Light and shade, wrinkles, hair and frames change how bright and how strong a colour is; blue and red ink turn it, away from the skin's own hue towards red or violet. How far a pixel's a* and b*
//! lie to that side of the line from grey through the skin around it is what counts.

use super::judge::quantile;
use super::region::{ENOUGH, FaceView};
use crate::base::color::lab_from_srgb8;
use crate::base::geometry::Point;
use crate::vision::face::Landmark as L;

/// What of a face is no bare skin: around eyes, brows, mouth and nose, in face widths.
const EYE: f64 = 0.13;
const BROW: f64 = 0.06;
const MOUTH: f64 = 0.18;
const NOSE: f64 = 0.09;
/// Side of the cells by which the skin around a pixel is known, in face widths, and how many of them to each side.
const CELL: f64 = 0.02;
const REACH: usize = 3;
/// How far to the side of the skin's hue ink lies, and how much brighter than the skin it is at most, in units of CIE Lab.
const TURNED: f32 = 6.0;
const BRIGHTER: f32 = 4.0;
/// The least strength that the skin's own colour counts with: a grey picture has no hue.
const FAINT: f32 = 4.0;

/// The share of bare skin that strokes take, 0 to 1; `None` where too little of it is seen.
#[must_use]
pub fn strokes(face: &FaceView) -> Option<f64> {
    let (width, height) = (face.luma.width(), face.luma.height());
    let features = features(face).map(|(middle, radius)| (middle, (radius * face.width).powi(2)));
    let bare = |i: &usize| {
        let (x, y) = ((i % width) as f64, (i / width) as f64);
        features.iter().all(|(p, reach)| (x - p.x).powi(2) + (y - p.y).powi(2) > *reach)
    };
    let region: Vec<usize> = face.oval().into_iter().filter(bare).collect();
    if region.len() < 4 * ENOUGH {
        return None;
    }
    let side = ((CELL * face.width).round() as usize).max(2);
    let (across, down) = (width.div_ceil(side), height.div_ceil(side));
    let cell_of = |i: usize| i / width / side * across + i % width / side;
    let labs: Vec<[f32; 3]> = region.iter().map(|i| lab_from_srgb8(face.colour(*i))).collect();
    let mut cells = vec![(0u32, [0.0f32; 3]); across * down];
    for (i, lab) in region.iter().zip(&labs) {
        let (count, sum) = &mut cells[cell_of(*i)];
        *count += 1;
        sum.iter_mut().zip(lab).for_each(|(sum, v)| *sum += v);
    }
    let means: Vec<Option<[f32; 3]>> = cells
        .iter()
        .map(|(count, sum)| (*count > 0).then(|| sum.map(|v| v / *count as f32)))
        .collect();
    let mut near: [Vec<f32>; 3] = Default::default();
    let skin: Vec<[f32; 3]> = (0..cells.len())
        .map(|cell| {
            if means[cell].is_none() {
                return [0.0; 3];
            }
            let reach = |at: usize, n: usize| at.saturating_sub(REACH)..(at + REACH + 1).min(n);
            near.iter_mut().for_each(Vec::clear);
            for y in reach(cell / across, down) {
                let row = &means[y * across..(y + 1) * across];
                for mean in row[reach(cell % across, across)].iter().flatten() {
                    near.iter_mut().zip(mean).for_each(|(near, v)| near.push(*v));
                }
            }
            near.each_mut().map(|values| quantile(values, 0.5).unwrap_or(0.0))
        })
        .collect();
    let mut ink = vec![false; width * height];
    for (i, lab) in region.iter().zip(&labs) {
        ink[*i] = is_ink(*lab, skin[cell_of(*i)]);
    }
    // noise has no pixels beside one another
    let full = |i: usize| ink[i] && ink[i + 1] && ink[i + width] && ink[i + width + 1];
    let mut held = vec![false; ink.len()];
    for i in (0..(width * height).saturating_sub(width + 1)).filter(|i| full(*i)) {
        for j in [i, i + 1, i + width, i + width + 1] {
            held[j] = true;
        }
    }
    Some(held.iter().filter(|held| **held).count() as f64 / region.len() as f64)
}

/// Whether a colour is that of ink on such skin, both as L*, a*, b*.
fn is_ink(lab: [f32; 3], skin: [f32; 3]) -> bool {
    let strength = libm::hypotf(skin[1], skin[2]).max(FAINT);
    let turned = ((lab[1] - skin[1]) * skin[2] - (lab[2] - skin[2]) * skin[1]) / strength;
    turned > TURNED && lab[0] < skin[0] + BRIGHTER
}

/// Middles, in pixels of the view, and radii, in face widths, of what is no bare skin.
fn features(face: &FaceView) -> [(Point, f64); 10] {
    let middle = |a, b| face.at(a).midpoint(face.at(b));
    [
        (middle(L::LeftEyeOuter, L::LeftEyeInner), EYE),
        (middle(L::RightEyeInner, L::RightEyeOuter), EYE),
        (middle(L::MouthLeft, L::MouthRight), MOUTH),
        (face.at(L::NoseTip), NOSE),
        (face.at(L::LeftBrowOuter), BROW),
        (face.at(L::LeftBrowMiddle), BROW),
        (face.at(L::LeftBrowInner), BROW),
        (face.at(L::RightBrowInner), BROW),
        (face.at(L::RightBrowMiddle), BROW),
        (face.at(L::RightBrowOuter), BROW),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    /// A face written over in `ink`, as much of it as `share`.
    fn written(ink: [u8; 3], share: f64) -> f64 {
        let bench = Bench::card().with_person(|x, y, p| {
            let stroke = (205..235).contains(&y) && x % 12 < 3;
            let mixed = |k: usize| f64::from(p[k]) + share * (f64::from(ink[k]) - f64::from(p[k]));
            if stroke { std::array::from_fn(|k| mixed(k) as u8) } else { p }
        });
        let e = bench.evidence();
        strokes(e.regions.face(&e).expect("a card has a face")).expect("skin")
    }

    #[test]
    fn blue_and_red_strokes_are_seen_and_shade_is_not() {
        for ink in [[40, 60, 170], [200, 30, 40]] {
            assert!(written(ink, 0.5) > 0.02, "{ink:?}: {}", written(ink, 0.5));
        }
        assert!(written([0, 0, 0], 0.4) < 0.002, "{}", written([0, 0, 0], 0.4));
        assert!(written([255; 3], 0.4) < 0.002);
    }
}
