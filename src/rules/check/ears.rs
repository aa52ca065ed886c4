//! `ears`
//!
//! *What it checks:* that both ears can be seen.
//! *Why offices refuse it:* "双耳露出": the width of the face is measured at the ear roots.
//! *How it is measured:* from each ear root outwards, on the rows from the eyes to a little under the nose: how wide the run of skin is before hair or background begins, in percent of the
//! face's width. Where there is no skin but a broad curtain of something else, hair hides the ear; where there is neither, as beside a head that is turned, nothing is said of that ear. A hidden ear counts, else the
//! narrower one.
//! *Source:* GA 461-2004; the limits are ours.
//! *Known weakness:* hair of the skin's own colour passes for an ear; ears that lie flat against a turned head are not seen, so a miss is `doubtful` at most.

use super::judge::{mean, verdict};
use super::region::{NOBODY, matte};
use super::{Doubt, Evidence, Outcome, Rule, Verdict};
use crate::base::color::lab_from_srgb8;
use crate::rules::check::judge::Bad;
use crate::vision::face::Landmark as L;

/// The rule. Its doubts are advice: few offices insist, and hair may lie so.
pub const RULE: Rule = Rule { name: "ears", measure, mend: None, doubt: Doubt::Advice };

/// How far beside the ear root is looked, in face widths.
const REACH: f64 = 0.16;

/// From this width on, in percent of the face's, what covers the ear is a curtain of hair and not the ear's own shadow.
const CURTAIN: f64 = 9.0;

/// Narrower faces, in frame pixels, have ears of a few pixels.
const LEAST_FACE: f64 = 90.0;

fn measure(e: &Evidence<'_>) -> Outcome {
    let Some(head) = e.head else { return e.without_head() };
    let Some(matte) = matte(e) else { return e.without_matte() };
    let Some(limit) = e.spec.limit("ears") else { return Outcome::unknown("unknown-no-limit") };
    let width = head.face_width();
    let skin = e.regions.face(e).and_then(super::region::FaceView::skin_colour);
    let (Some(skin), true) = (skin.map(lab_from_srgb8), width >= LEAST_FACE) else {
        return Outcome::unknown("unknown-face-too-small");
    };
    let from = head.eyes().y.round() as i64;
    let to = (head.landmarks[L::NoseTip].y + 0.05 * width).round() as i64;
    let steps = (REACH * width) as i64;
    let mut ears = Vec::new();
    for (root, side) in [(L::LeftEarRoot, -1), (L::RightEarRoot, 1)] {
        let start = head.landmarks[root].x.round() as i64;
        let (mut skins, mut others) = (Vec::new(), Vec::new());
        for y in from..to {
            let (mut run, mut other) = (0, 0);
            for step in 1..=steps {
                let x = start + side * step;
                let (Ok(px), Ok(py)) = (u32::try_from(x), u32::try_from(y)) else { break };
                let Some(p) = e.frame.get_pixel_checked(px, py) else { break };
                if matte.at(x, y) < 1.0 - 5.0 * NOBODY {
                    break;
                }
                let [l, a, b] = lab_from_srgb8(p.0);
                // Ears are redder than cheeks, and lie in their own shadow.
                let like = (-10.0..25.0).contains(&(a - skin[1]))
                    && (b - skin[2]).abs() < 20.0
                    && (-40.0..20.0).contains(&(l - skin[0]));
                if like { run += 1 } else { other += 1 }
            }
            skins.push(run as f32);
            others.push(other as f32);
        }
        let (run, other) =
            (100.0 * f64::from(mean(&skins)) / width, 100.0 * f64::from(mean(&others)) / width);
        ears.push((run, verdict(limit, Bad::Below, run), other >= CURTAIN));
    }
    ears.sort_by(|a, b| a.0.total_cmp(&b.0));
    let hidden = ears.iter().find(|(_, verdict, curtain)| *verdict > Verdict::Pass && *curtain);
    let Some((run, verdict, curtain)) = hidden.or(ears.first()).copied() else {
        return Outcome::unknown("unknown-ears");
    };
    if verdict > Verdict::Pass && !curtain {
        return Outcome::unknown("unknown-ears");
    }
    Outcome::new(verdict)
        .measured(run, "%")
        .required(format!("≥ {:.0}", limit.doubtful))
        .clause(&limit.source)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn bare_ears_pass_and_a_curtain_of_hair_is_doubtful() {
        let outcome = measure(&Bench::card().evidence());
        assert_eq!(outcome.verdict, Verdict::Pass, "{outcome:?}");
        let mut hidden = Bench::card();
        hidden.paint_person(40..81, 60..330);
        assert_eq!(measure(&hidden.evidence()).verdict, Verdict::Doubtful);
        // the other ear is not seen at all, as beside a head that is turned
        hidden.erase_person(280..320, 60..330);
        assert_eq!(measure(&hidden.evidence()).verdict, Verdict::Doubtful);
    }
}
