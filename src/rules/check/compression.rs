//! `compression`
//!
//! *What it checks:* that the face is not broken into the blocks of a too strong JPEG compression.
//! *Why offices refuse it:* blocks hide the features; GA 461 asks for quality 70.
//! *How it is measured:* over the face, the mean difference of neighbours across the lines of the best-fitting grid of 8 px as a multiple of that across all other lines: 1 without blocks.
//! The grid is searched in both directions, so blocks of an earlier compression are found at any offset. A second number tells a picture of few colours (a GIF, a palette, a fax): how far the face's
//! distribution of luma is from itself made smooth, the total variation of the two in per cent; a photograph takes every tone on its way from dark to light, one of few colours leaves most of them out.
//! *Source:* GA 461-2004, quality factor 70; ISO/IEC 29794-5, 7.3.9 (compression artefacts); the limits are ours.
//! *Known weakness:* blocks that were scaled after compression are not on a grid of 8 px; `sharpness` sees them as blur.

use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};
use crate::base::color::luma_601;
use crate::base::geometry::{Affine, Size};
use crate::base::message::Message;
use crate::vision::face::Landmark;

/// The rule. Its doubts are advice: seen only where the rule fails.
pub const RULE: Rule = Rule { name: "compression", measure, mend: None, doubt: Doubt::Advice };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let (fw, fh) = e.frame.dimensions();
    let (nw, nh) = e.native.dimensions();
    if e.upright_size() != Size::new(nw, nh) {
        // Decoded at a reduced scale: the grid is gone, and so are the blocks.
        return Outcome::unknown("unknown-decoded-smaller");
    }
    let native = head.mapped(&Affine::resize(Size::new(fw, fh), Size::new(nw, nh)));
    let marks = &native.landmarks;
    let clip = |v: f64, end: u32| v.clamp(0.0, f64::from(end)) as u32;
    let (x0, x1) =
        (clip(marks[Landmark::LeftEarRoot].x, nw), clip(marks[Landmark::RightEarRoot].x, nw));
    let (y0, y1) = (clip(marks[Landmark::Forehead].y, nh), clip(marks[Landmark::Chin].y, nh));
    if x1 < x0 + 40 || y1 < y0 + 40 {
        return Outcome::unknown("unknown-face-too-small");
    }
    let luma: Vec<Vec<f32>> = (y0..y1)
        .map(|y| (x0..x1).map(|x| luma_601(e.native.get_pixel(x, y).0)).collect())
        .collect();
    let mut across = [[0.0f64; 2]; 8];
    let mut down = [[0.0f64; 2]; 8];
    // Steps above 24 levels are features and would drown the blocks.
    let add = |sums: &mut [[f64; 2]; 8], line: u32, a: f32, b: f32| {
        let step = (a - b).abs();
        if step < 24.0 {
            sums[(line % 8) as usize][0] += f64::from(step);
            sums[(line % 8) as usize][1] += 1.0;
        }
    };
    for (y, row) in luma.iter().enumerate() {
        for x in 1..row.len() {
            add(&mut across, x0 + x as u32, row[x - 1], row[x]);
        }
        if y > 0 {
            for (above, here) in luma[y - 1].iter().zip(row) {
                add(&mut down, y0 + y as u32, *above, *here);
            }
        }
    }
    let blocking = (contrast(&across) + contrast(&down)) / 2.0;
    let blocks = limited(e, "compression", Bad::Above, blocking, "×", 2);
    let tones = limited(e, "compression-tones", Bad::Above, 100.0 * missing_tones(&luma), "%", 0);
    if tones.verdict > blocks.verdict {
        return tones.told("compression-tones").hint(Message::new("compression-tones-hint"));
    }
    blocks
}

/// The deviation of the curve that a distribution of luma is made smooth with, in levels.
const SMOOTH: f64 = 5.0;

/// How far the distribution of luma is from itself made smooth: 0 the same, towards 1 few tones with nothing between them.
fn missing_tones(luma: &[Vec<f32>]) -> f64 {
    let mut counts = [0.0f64; 256];
    for v in luma.iter().flatten() {
        counts[v.round().clamp(0.0, 255.0) as usize] += 1.0;
    }
    // what is clipped says nothing of the tones between
    counts[0] = 0.0;
    counts[255] = 0.0;
    let all: f64 = counts.iter().sum();
    if all < 1.0 {
        return 0.0;
    }
    let reach = (3.0 * SMOOTH) as i64;
    let weight = |d: i64| libm::exp(-0.5 * (d as f64 / SMOOTH).powi(2));
    let apart: f64 = (0..256i64)
        .map(|level| {
            let near = (level - reach).max(0)..=(level + reach).min(255);
            let (sum, weights) = near.fold((0.0, 0.0), |(sum, weights), other| {
                let w = weight(other - level);
                (sum + w * counts[other as usize], weights + w)
            });
            (counts[level as usize] - sum / weights).abs()
        })
        .sum();
    apart / (2.0 * all)
}

/// The strongest of eight line phases against the mean of the others.
fn contrast(sums: &[[f64; 2]; 8]) -> f64 {
    let means = sums.map(|[sum, count]| if count > 0.0 { sum / count } else { 0.0 });
    let (best, most) = means
        .iter()
        .enumerate()
        .fold((0, 0.0), |(b, m), (i, v)| if *v > m { (i, *v) } else { (b, m) });
    let others: f64 =
        means.iter().enumerate().filter(|(i, _)| *i != best).map(|(_, v)| v).sum::<f64>() / 7.0;
    // A flat patch has no steps at all and no blocks either.
    if others < 0.05 && most < 0.05 { 1.0 } else { most / others.max(0.05) }
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_face_of_flat_blocks_is_seen_at_any_offset() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        for offset in [0, 3] {
            let blocks = Bench::card().with_person(|x, y, p| {
                let parity = ((x + offset) / 8 + (y + offset) / 8) % 2;
                p.map(|v| v.saturating_add(6 * parity as u8))
            });
            assert_ne!(measure(&blocks.evidence()).verdict, Verdict::Pass, "offset {offset}");
        }
    }

    #[test]
    fn a_picture_of_few_tones_is_seen() {
        let few = Bench::card().with_person(|_, _, p| p.map(|v| v / 24 * 24));
        let outcome = measure(&few.evidence());
        assert_eq!(
            (outcome.verdict, outcome.message),
            (Verdict::Doubtful, Some(Message::new("compression-tones")))
        );
    }
}
