//! `face-covered`
//!
//! *What it checks:* that nothing lies before the face: no mask, no hand, no phone, no scarf over the mouth.
//! *Why offices refuse it:* "面部不得有遮挡"; the face is compared with others by machine.
//! *How it is measured:* three opinions. A network looks at the face and says place by place what is not face ([`crate::vision::signs`]): its sum from the brows to the throat, in per cent of a face.
//! And between the eyes and the mouth, where there is nothing but skin, the largest patch of a colour that is not the rest's, in per cent of that region (*patch*): a* and b* more than 22 from its median, or 12 where it is darker
//! by more than 38 L*. Shade and blush are nearer, nostrils and moustache are left out. And, on a finished card, writing, a stamp or a watermark across the face (*written*), as the letters
//! network ([`crate::vision::letters`]) sees it place by place, in per cent of a squared face width.
//! *Source:* ISO/IEC 29794-5, 7.4.10 (face occlusion); the limits are ours: of 142 cards of people that no network was trained on and of drawn ones none measures more than a tenth of the network's limit.
//! *Known weakness:* the network learned from things that were drawn; a hand that lies along the jaw or under the chin in the skin's own light is taken for neck, and clear glass is not seen. Lace and hard
//! speckles look a little like letters: the most that good cards measure is half of the limit.

use image::{GrayImage, Luma};
use imageproc::distance_transform::Norm;
use imageproc::morphology::open;
use imageproc::region_labelling::{Connectivity, connected_components};

use super::axis::Axis;
use super::judge::{Bad, limited, quantile};
use super::region::{ENOUGH, FaceView, apart, largest};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::base::geometry::Point;
use crate::vision::face::Landmark as L;

/// The rule.
pub const RULE: Rule = Rule { name: "face-covered", measure, mend: None, doubt: Doubt::Seen };

/// Where bare skin is looked for: from the eyes down to the chin, in shares of that way, and to either side, in shares of the way to the ear's root.
const BARE: std::ops::Range<f64> = 0.18..0.52;
const ASIDE: f64 = 0.68;
/// What of it is nose and moustache: from here on, and so near the middle, in face widths.
const NOSE: f64 = 0.38;
const NOSTRILS: f64 = 0.13;
/// How far a* and b* of a patch lie from the skin's, and how far where it is so much darker in L*.
const ANOTHER: f32 = 22.0;
const DARK: (f32, f32) = (12.0, 38.0);

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(signs) = e.head.and(e.signs) else { return e.without_head() };
    let seen = limited(e, "face-covered", Bad::Above, 100.0 * signs.covered, "%", 2);
    if seen.verdict == Verdict::Fail {
        return seen;
    }
    if let Some(area) = e.closeup.and_then(|seen| seen.written) {
        let written = limited(e, "face-covered-written", Bad::Above, 100.0 * area, "%", 1);
        if written.verdict > Verdict::Pass {
            return written.told("face-covered-written");
        }
    }
    if seen.verdict > Verdict::Pass {
        return seen;
    }
    if let Some(share) = e.regions.face(e).and_then(patch) {
        let patch = limited(e, "face-covered-patch", Bad::Above, 100.0 * share, "%", 0);
        if patch.verdict > Verdict::Pass {
            return patch.told("face-covered-patch");
        }
    }
    seen
}

/// How much of the skin between eyes and mouth the largest patch of another colour takes, 0 to 1; `None` where too little of it is seen.
fn patch(face: &FaceView) -> Option<f64> {
    let eyes = face.at(L::LeftIris).midpoint(face.at(L::RightIris));
    let chin = face.at(L::Chin);
    let (axis, half) = (Axis::between(eyes, chin)?, eyes.distance(chin) / 2.0);
    let right = |p: Point| -half * axis.across(p);
    let [from, to] = [L::LeftEarRoot, L::RightEarRoot].map(|ear| ASIDE * right(face.at(ear)));
    let (width, height) = face.rgb.dimensions();
    let bare = |i: &usize| {
        let p = Point::new((i % width as usize) as f64, (i / width as usize) as f64);
        let (aside, down) = (right(p), f64::midpoint(axis.along(p), 1.0));
        let nose = down > NOSE && aside.abs() < NOSTRILS * face.width;
        BARE.contains(&down) && (from..to).contains(&aside) && !nose
    };
    let region: Vec<usize> = face.oval().into_iter().filter(bare).collect();
    if region.len() < 4 * ENOUGH {
        return None;
    }
    let labs: Vec<[f32; 3]> = region.iter().map(|i| lab_from_srgb8(face.colour(*i))).collect();
    let middle = |k: usize| quantile(&mut labs.iter().map(|lab| lab[k]).collect::<Vec<_>>(), 0.5);
    let skin = [middle(0)?, middle(1)?, middle(2)?];
    let mut other = GrayImage::new(width, height);
    for (i, lab) in region.iter().zip(&labs) {
        let far = apart(*lab, skin);
        if far > ANOTHER || far > DARK.0 && lab[0] < skin[0] - DARK.1 {
            other.as_mut()[*i] = 255;
        }
    }
    // a hair, the rim of a lens, a crease are no patch
    let parts = connected_components(&open(&other, Norm::LInf, 1), Connectivity::Eight, Luma([0]));
    Some(largest(&parts) as f64 / region.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::vision::face::closeup::Closeup;
    use crate::vision::signs::Signs;

    #[test]
    fn a_free_face_passes_and_a_mask_does_not() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        bench.signs = Some(Signs { covered: 0.12, ..Signs::default() });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Doubtful);
        bench.signs = Some(Signs { covered: 0.4, ..Signs::default() });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_sticker_on_the_cheek_is_seen_and_shade_is_not() {
        let on_cheek = |x: u32, y: u32| (205..235).contains(&x) && (225..255).contains(&y);
        for sticker in [[90, 180, 230], [20, 20, 22]] {
            let bench =
                Bench::card().with_person(|x, y, p| if on_cheek(x, y) { sticker } else { p });
            let outcome = measure(&bench.evidence());
            assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
            assert_eq!(outcome.message.map(|m| m.key).as_deref(), Some("face-covered-patch"));
        }
        let shade = Bench::card().with_person(|x, y, p| {
            if on_cheek(x, y) { p.map(|v| (f64::from(v) * 0.75) as u8) } else { p }
        });
        assert_eq!(measure(&shade.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn writing_is_told_as_such() {
        let mut bench = Bench::card();
        for (written, told) in [(0.1, None), (0.14, Some("face-covered-written"))] {
            bench.closeup = Some(Closeup { written: Some(written), ..Closeup::ORDINARY });
            let outcome = measure(&bench.evidence());
            assert_eq!(outcome.message.map(|m| m.key).as_deref(), told, "{written}");
        }
    }

    #[test]
    fn without_a_head_nothing_is_said() {
        let mut bench = Bench::card();
        bench.head = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
