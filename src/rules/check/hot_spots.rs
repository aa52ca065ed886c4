//! `hot-spots`
//!
//! *What it checks:* that no patch of the face is burnt white by the flash.
//! *Why offices refuse it:* "无高光": shine on the forehead or nose hides the skin.
//! *How it is measured:* the share of the face without eyes and mouth that shines: brighter than 225 in every component and at least 1.5 times as bright, in linear light, as
//! the middle of the cheeks.
//! *Source:* GA 461-2004, 无高光; ISO/IEC 29794-5; the limits are ours.
//! *Known weakness:* very fair skin that is burnt out as a whole is `exposure`'s; white hair over the forehead reads as shine.

use super::judge::{Bad, limited, quantile};
use super::region::ENOUGH;
use super::{Doubt, Evidence, Outcome, Rule};
use crate::base::color::linear_from_srgb;
use crate::vision::face::Landmark;

/// The rule.
pub const RULE: Rule = Rule { name: "hot-spots", measure, mend: None, doubt: Doubt::Seen };

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(face) = e.regions.face(e) else { return e.without_head() };
    let cheeks = face.skin();
    let oval = face.oval();
    if cheeks.len() < ENOUGH || oval.len() < ENOUGH {
        return Outcome::unknown("unknown-face-too-small");
    }
    let middle = quantile(&mut face.lumas(&cheeks), 0.5).unwrap_or(0.0);
    let shine = 1.5 * linear_from_srgb(middle / 255.0);
    // Teeth and the whites of the eyes are bright without shining.
    let mut masked = vec![false; face.luma.data().len()];
    let mouth = face.at(Landmark::LipUpperInner).midpoint(face.at(Landmark::LipLowerInner));
    let spots =
        [(face.at(Landmark::LeftIris), 0.16), (face.at(Landmark::RightIris), 0.16), (mouth, 0.2)];
    for (centre, radius) in spots {
        for i in face.disc(centre, radius * face.width) {
            masked[i] = true;
        }
    }
    let skin: Vec<usize> = oval.into_iter().filter(|i| !masked[*i]).collect();
    let hot = skin
        .iter()
        .filter(|i| {
            let p = face.colour(**i);
            let luma = face.luma.data()[**i];
            p.iter().all(|v| *v > 225) && linear_from_srgb(luma / 255.0) > shine
        })
        .count();
    let share = 100.0 * hot as f64 / skin.len().max(1) as f64;
    limited(e, "hot-spots", Bad::Above, share, "%", 1)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_white_patch_on_the_forehead_is_seen() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let shiny = Bench::card().with_person(|x, y, p| {
            let (dx, dy) = (f64::from(x) - 190.0, f64::from(y) - 150.0);
            if dx.hypot(dy) < 18.0 { [252, 250, 248] } else { p }
        });
        assert_ne!(measure(&shiny.evidence()).verdict, Verdict::Pass);
    }
}
