//! `background-white`
//!
//! *What it checks:* that the background has the colour wanted: the spec's, pure white in most, or one that the spec leaves the choice of.
//! *Why offices refuse it:* "背景不是纯白色": the portals' validators count pixels, and the card is printed on white.
//! *How it is measured:* the share of background pixels (alpha below 0.02, 3 px from the person) with a component more than 5 away from the spec's colour:
//! below 250 where that is white. A card before white whose wall passes is looked at once more along its edges, above the chin: a narrow dark run there, with white on both sides, that goes on straight into the picture, is a joint, a
//! frame or a cable, and the matte, which takes what is dark and thin for hair, would hide it. Within the 16 px that a coded unit of a 4:2:0 JPEG spans, the outline rings, and 10 more are allowed.
//! *Source:* the spec's `[background]`; no office publishes a tolerance, so the share is ours.
//! *Known weakness:* what the matte takes for the person is not looked at; a grey patch left between hair strands is `edge-halo`.

use super::judge::{Bad, limited};
use super::region::{ENOUGH, beside, matte};
use super::{Doubt, Evidence, Mend, Outcome, Rule};
use crate::base::message::Message;

/// The rule.
pub const RULE: Rule =
    Rule { name: "background-white", measure, mend: Some(Mend::Background), doubt: Doubt::Seen };

/// How far a component may lie from the spec's colour.
const TOLERANCE: u8 = 5;

/// What an encoder's ringing adds, in levels.
const SLACK: u8 = 10;

/// How far from the person an encoder's ringing reaches, in pixels: one coded unit of a 4:2:0 JPEG.
const RINGING: usize = 16;

fn measure(e: &Evidence<'_>) -> Outcome {
    let (Some(matte), Some(background)) = (matte(e), e.regions.background(e)) else {
        return e.without_matte();
    };
    if background.len() < ENOUGH {
        return Outcome::unknown("unknown-no-background");
    }
    let want = e.spec.background.colour;
    let white = want == [255; 3];
    let tolerance = e.spec.background.tolerance.unwrap_or(TOLERANCE);
    let rings = beside(matte, RINGING);
    let raw = e.frame.as_raw();
    let (mut off, mut darkest, mut farthest) = (0usize, 255u8, 0u8);
    for i in background {
        let Some(p) = raw.get(3 * i..3 * i + 3) else { continue };
        let allowed = if rings[*i] { tolerance.saturating_add(SLACK) } else { tolerance };
        off += usize::from(p.iter().zip(want).any(|(v, w)| v.abs_diff(w) > allowed));
        darkest = p.iter().fold(darkest, |d, v| d.min(*v));
        farthest = p.iter().zip(want).fold(farthest, |d, (v, w)| d.max(v.abs_diff(w)));
    }
    let share = 100.0 * off as f64 / background.len() as f64;
    let outcome = limited(e, "background-white", Bad::Above, share, "%", 1);
    let finished = e.spec.accepts(e.upright_size());
    if white && finished && outcome.verdict == super::Verdict::Pass && lines(e) > 0 {
        return Outcome { verdict: super::Verdict::Doubtful, ..outcome }
            .message(Message::new("background-line"))
            .hint(Message::new("background-line-hint"))
            .clause(&e.spec.background.source);
    }
    let key = match (outcome.verdict, white) {
        (super::Verdict::Pass, true) => "background-white-pass",
        (super::Verdict::Doubtful, true) => "background-white-doubtful",
        (_, true) => "background-white-fail",
        (super::Verdict::Pass, false) => "background-colour-pass",
        (super::Verdict::Doubtful, false) => "background-colour-doubtful",
        (_, false) => "background-colour-fail",
    };
    let [r, g, b] = want;
    outcome
        .message(
            Message::new(key)
                .number("darkest", f64::from(darkest), 0)
                .number("farthest", f64::from(farthest), 0)
                .text("colour", format!("{r},{g},{b}")),
        )
        .clause(&e.spec.background.source)
}

/// Below this level a pixel is no white, and from the other one on it is.
const DARK: u8 = 240;
const LIGHT: u8 = 246;
/// A line's greatest width, in pixels: hair that reaches an edge is wider.
const WIDEST: usize = 14;
/// Pixels beside a run that an encoder's ringing darkens, and how many after them must be white.
const RINGS: usize = 2;
const BESIDE: usize = 2;
/// How far from the edge a line must be met, and by how much it may shift from one to the next, in pixels.
const DEPTHS: [usize; 4] = [1, 4, 7, 10];
const SHIFT: usize = 2;

/// How many lines run from an edge of the frame into it, above the chin.
fn lines(e: &Evidence<'_>) -> usize {
    let (w, h) = (e.frame.width() as usize, e.frame.height() as usize);
    let raw = e.frame.as_raw();
    let least = |x: usize, y: usize| {
        let at = 3 * (y * w + x);
        raw.get(at..at + 3).and_then(|p| p.iter().min().copied()).unwrap_or(255)
    };
    let down = e.head.map_or(h / 2, |head| (head.chin().y.max(0.0) as usize).min(h));
    let top = DEPTHS.map(|d| runs(w, |x| least(x, d)));
    let left = DEPTHS.map(|d| runs(down, |y| least(d, y)));
    let right = DEPTHS.map(|d| runs(down, |y| least(w.saturating_sub(1 + d), y)));
    [top, left, right].iter().map(|rows| straight(rows)).sum()
}

/// The middles, doubled, of the narrow dark runs along a row of pixels.
fn runs(length: usize, level: impl Fn(usize) -> u8) -> Vec<usize> {
    let mut found = Vec::new();
    let mut from = 0;
    while from < length {
        if level(from) >= DARK {
            from += 1;
            continue;
        }
        let to = (from..length).find(|i| level(*i) >= DARK).unwrap_or(length);
        let beside = |mut range: std::ops::Range<usize>| range.all(|i| level(i) >= LIGHT);
        let margin = RINGS + BESIDE;
        let white = from >= margin
            && to + margin <= length
            && beside(from - margin..from - RINGS)
            && beside(to + RINGS..to + margin);
        if white && to - from <= WIDEST {
            found.push(from + to);
        }
        from = to;
    }
    found
}

/// How many of the first row's runs go on through all others.
fn straight(rows: &[Vec<usize>]) -> usize {
    let Some((first, deeper)) = rows.split_first() else { return 0 };
    let on = |at: &&usize| {
        deeper.iter().all(|row| row.iter().any(|other| other.abs_diff(**at) <= 2 * SHIFT))
    };
    first.iter().filter(on).count()
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn white_passes_and_a_grey_wall_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let outcome = measure(&Bench::card().with_wall(|_, _| [230, 230, 230]).evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
    }

    #[test]
    fn a_shadow_in_one_corner_is_seen() {
        let bench = Bench::card()
            .with_wall(|x, y| if x < 40 && y < 60 { [240, 240, 240] } else { [255, 255, 255] });
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_line_on_the_wall_is_seen_though_the_matte_takes_it_for_the_person() {
        let line = |x: u32| (40..44).contains(&x);
        let hidden = |bench: &mut Bench| {
            let matte = bench.matte.as_mut().expect("a card has a matte");
            let width = matte.width();
            for (i, alpha) in matte.data_mut().iter_mut().enumerate() {
                if (34..50).contains(&(i % width)) {
                    *alpha = alpha.max(0.5);
                }
            }
        };
        let mut bench = Bench::card().with_wall(|x, _| if line(x) { [120; 3] } else { [255; 3] });
        hidden(&mut bench);
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Doubtful, "{outcome:?}");
        assert_eq!(outcome.message.map(|m| m.key).as_deref(), Some("background-line"));
        let mut strand =
            Bench::card().with_wall(|x, y| if line(x) && y > 8 { [120; 3] } else { [255; 3] });
        hidden(&mut strand);
        assert_eq!(measure(&strand.evidence()).verdict, Verdict::Pass, "it ends on the wall");
    }

    #[test]
    fn ringing_next_to_the_person_is_not_the_wall() {
        let bench = Bench::card().with_ring(2, [225, 225, 225]);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn another_colour_than_white_is_judged_by_itself() {
        let blue = [67, 142, 219];
        let mut bench = Bench::card().with_wall(|_, _| blue);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Fail, "white is wanted");
        bench.spec.background.colour = blue;
        let outcome = measure(&bench.evidence());
        assert_eq!(outcome.verdict, Verdict::Pass);
        assert_eq!(outcome.message.map(|m| m.key).as_deref(), Some("background-colour-pass"));
        let mut off = Bench::card().with_wall(|_, _| [87, 142, 219]);
        off.spec.background.colour = blue;
        let outcome = measure(&off.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.message.map(|m| m.key).as_deref(), Some("background-colour-fail"));
    }

    #[test]
    fn without_a_matte_nothing_is_said() {
        let mut bench = Bench::card();
        bench.matte = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
