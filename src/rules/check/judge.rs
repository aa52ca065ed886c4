//! Values against limits and bands: the few lines every rule would otherwise repeat.

use super::{Evidence, Measured, Outcome, Verdict};
use crate::base::message::Message;
use crate::rules::spec::{Along, Band, BandUnit, Claim, Grade, Limit};

/// How far outside a binding band a value may lie and still be only `doubtful`, in pixels of the card.
///
/// Landmarks and mattes measured twice on one card differ by about a pixel.
pub const NOISE_PX: f64 = 1.0;

/// Which side of a limit is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bad {
    /// Values above the limit.
    Above,
    /// Values below the limit.
    Below,
}

/// The verdict of `value` under `limit`.
#[must_use]
pub fn verdict(limit: &Limit, bad: Bad, value: f64) -> Verdict {
    let beyond = |edge: f64| match bad {
        Bad::Above => value > edge,
        Bad::Below => value < edge,
    };
    if limit.fail.is_some_and(beyond) {
        Verdict::Fail
    } else if beyond(limit.doubtful) {
        Verdict::Doubtful
    } else {
        Verdict::Pass
    }
}

/// The outcome of `value` under the limit called `key`, its required text with `decimals` decimals.
#[must_use]
pub fn limited(
    e: &Evidence<'_>,
    key: &str,
    bad: Bad,
    value: f64,
    unit: &'static str,
    decimals: usize,
) -> Outcome {
    let Some(limit) = e.spec.limit(key) else { return Outcome::unknown("unknown-no-limit") };
    let sign = if bad == Bad::Above { '≤' } else { '≥' };
    Outcome::new(verdict(limit, bad, value))
        .measured(value, unit)
        .required(format!("{sign} {:.decimals$}", limit.doubtful))
        .clause(&limit.source)
}

/// The outcome of an angle under the limit called `key`: its size counts, its sign tells which of two hints (for a negative angle, for a positive one) is given.
#[must_use]
pub fn turned(e: &Evidence<'_>, key: &'static str, degrees: f64, hints: [&str; 2]) -> Outcome {
    let outcome = limited(e, key, Bad::Above, degrees.abs(), "°", 0);
    let word = match outcome.verdict {
        Verdict::Unknown => return outcome,
        Verdict::Pass => "pass",
        Verdict::Doubtful => "doubtful",
        Verdict::Fail => "fail",
    };
    let with_size = |key: String| Message::new(key).number("degrees", degrees.abs(), 0);
    let hint = hints[usize::from(degrees > 0.0)];
    Outcome {
        measured: Some(Measured::Number(degrees)),
        message: Some(with_size(format!("{key}-{word}"))),
        hint: (outcome.verdict >= Verdict::Doubtful).then(|| with_size(hint.to_owned())),
        ..outcome
    }
}

/// The outcome of `value`, in frame pixels, under a band of the spec.
///
/// A share is reported in percent of the card's side, everything else in pixels.
#[must_use]
pub fn banded(e: &Evidence<'_>, band: &Band, along: Along, value: f64) -> Outcome {
    let allowed = e.spec.px(band, along);
    let outside = (allowed.min - value).max(value - allowed.max).max(0.0);
    let verdict = match band.binding {
        _ if outside <= 0.0 => Verdict::Pass,
        true if outside > NOISE_PX => Verdict::Fail,
        _ => Verdict::Doubtful,
    };
    let side = f64::from(match along {
        Along::Width => e.spec.pixels.width,
        Along::Height => e.spec.pixels.height,
    });
    let (factor, unit) =
        if band.unit == BandUnit::Share { (100.0 / side, "%") } else { (1.0, "px") };
    let outcome = Outcome::new(verdict)
        .measured(value * factor, unit)
        .required(range(allowed.min * factor, allowed.max * factor))
        .clause(&band.source);
    if band.readings.is_empty() {
        return outcome;
    }
    let own = Claim {
        holds: outside <= 0.0,
        range: range(allowed.min * factor, allowed.max * factor),
        source: &band.source,
        grade: band.grade,
    };
    let others = band.readings.iter().map(|reading| {
        let as_band = Band { min: reading.min, max: reading.max, ..Band::clone(band) };
        let ends =
            e.spec.px(&Band { aim: None, prefer: None, readings: Vec::new(), ..as_band }, along);
        let holds = (ends.min..=ends.max).contains(&value);
        reading.claim(holds, range(ends.min * factor, ends.max * factor))
    });
    contested(outcome, own, others, band.leaves_room())
}

/// The outcome where sources contradict one another. What all of them accept passes; what some accept is doubtful, and the message names those that do and those that do not; what none accepts is as
/// `outcome`, the spec's own, says. The spec's own range is no source's where it was computed from theirs.
///
/// Where no photo suits all of them (not `room`), one inside the spec's own range passes: that they differ is no fault of the photo, and the message names both sides.
#[must_use]
pub fn contested<'a>(
    outcome: Outcome,
    own: Claim<'a>,
    others: impl IntoIterator<Item = Claim<'a>>,
    room: bool,
) -> Outcome {
    let inside = own.holds;
    let sources = Some(own).filter(|own| own.grade != Grade::Calc);
    let (kept, broken): (Vec<Claim<'_>>, Vec<Claim<'_>>) =
        sources.into_iter().chain(others).partition(|claim| claim.holds);
    let list = |claims: &[Claim<'_>]| {
        let one = |c: &Claim<'_>| format!("{} ({}; {})", c.range, c.source, c.grade.name());
        claims.iter().map(one).collect::<Vec<String>>().join("; ")
    };
    let sides = |message: Message| message.text("kept", list(&kept)).text("broken", list(&broken));
    match (kept.as_slice(), broken.as_slice()) {
        (_, []) => Outcome { verdict: Verdict::Pass, ..outcome },
        ([], _) => outcome,
        _ if inside && !room => Outcome { verdict: Verdict::Pass, ..outcome }
            .message(sides(Message::new("readings-differ"))),
        (_, [first, ..]) => {
            let doubtful = Outcome { verdict: Verdict::Doubtful, ..outcome }
                .clause(first.source)
                .message(sides(Message::new("reading-broken")))
                .hint(Message::new("reading-hint"));
            // Where the spec's own range is kept, software aims at nothing else.
            if inside { doubtful.retake() } else { doubtful }
        }
    }
}

/// A range as text: `7–21`, `≥ 207`, `≤ 82`.
#[must_use]
pub fn range(min: f64, max: f64) -> String {
    let end = |v: f64| v.is_finite().then(|| format!("{v:.0}"));
    between(end(min), end(max))
}

/// The same of ends in words, open where there is none.
#[must_use]
pub fn between(min: Option<String>, max: Option<String>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!("{min}–{max}"),
        (Some(min), None) => format!("≥ {min}"),
        (None, Some(max)) => format!("≤ {max}"),
        (None, None) => String::new(),
    }
}

/// The value below which the share `q`, 0..=1, of `values` lies; `None` without values. Reorders them.
#[must_use]
pub fn quantile(values: &mut [f32], q: f64) -> Option<f32> {
    if values.is_empty() {
        return None;
    }
    let at = ((values.len() - 1) as f64 * q.clamp(0.0, 1.0)).round() as usize;
    Some(*values.select_nth_unstable_by(at, f32::total_cmp).1)
}

/// The mean, 0 without values.
#[must_use]
pub fn mean(values: &[f32]) -> f32 {
    if values.is_empty() {
        return 0.0;
    }
    (values.iter().map(|v| f64::from(*v)).sum::<f64>() / values.len() as f64) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::message::Arg;

    fn limit(doubtful: f64, fail: Option<f64>) -> Limit {
        Limit { doubtful, fail, source: String::new(), grade: Grade::Ours }
    }

    #[test]
    fn a_value_on_the_limit_passes() {
        let l = limit(2.0, Some(4.0));
        assert_eq!(verdict(&l, Bad::Above, 2.0), Verdict::Pass);
        assert_eq!(verdict(&l, Bad::Above, 2.1), Verdict::Doubtful);
        assert_eq!(verdict(&l, Bad::Above, 4.1), Verdict::Fail);
        assert_eq!(verdict(&l, Bad::Below, 1.9), Verdict::Fail);
        assert_eq!(verdict(&limit(2.0, None), Bad::Above, 9.0), Verdict::Doubtful);
    }

    #[test]
    fn quantiles_of_five_values() {
        let mut v = [5.0, 1.0, 4.0, 2.0, 3.0];
        assert_eq!(quantile(&mut v, 0.5), Some(3.0));
        assert_eq!(quantile(&mut v, 1.0), Some(5.0));
        assert_eq!(quantile(&mut [], 0.5), None);
    }

    fn claims(holds: [bool; 2], grade: Grade, room: bool) -> Outcome {
        let claim =
            |holds, source, grade| Claim { holds, range: "1–2".to_owned(), source, grade };
        let own = if holds[0] { Verdict::Pass } else { Verdict::Fail };
        contested(
            Outcome::new(own).clause("a notice"),
            claim(holds[0], "a notice", grade),
            [claim(holds[1], "a page", Grade::A)],
            room,
        )
    }

    /// What an outcome says of the sources it keeps to, and of those it does not.
    fn sides(outcome: &Outcome) -> [String; 2] {
        let message = outcome.message.as_ref().expect("a message");
        ["kept", "broken"].map(|side| match message.args.iter().find(|(name, _)| *name == side) {
            Some((_, Arg::Text(text))) => text.clone(),
            other => panic!("{side}: {other:?}"),
        })
    }

    #[test]
    fn between_two_readings_the_finding_says_which_one_is_broken() {
        assert_eq!(claims([true, true], Grade::C, true).verdict, Verdict::Pass);
        assert_eq!(claims([false, false], Grade::C, true).verdict, Verdict::Fail);
        for (holds, broken) in [([true, false], "a page"), ([false, true], "a notice")] {
            let outcome = claims(holds, Grade::C, true);
            assert_eq!(outcome.verdict, Verdict::Doubtful);
            assert_eq!(outcome.clause.as_deref(), Some(broken));
            let [kept, named] = sides(&outcome);
            assert!(named.contains(broken) && !kept.contains(broken), "{kept}; {named}");
        }
    }

    #[test]
    fn what_no_photo_can_suit_is_no_doubt_about_one_that_keeps_to_the_spec() {
        let outcome = claims([true, false], Grade::C, false);
        assert_eq!((outcome.verdict, outcome.hint.as_ref()), (Verdict::Pass, None));
        assert_eq!(outcome.clause.as_deref(), Some("a notice"));
        let [kept, broken] = sides(&outcome);
        assert!(kept.contains("a notice") && broken.contains("a page"), "{kept}; {broken}");
        assert_eq!(claims([false, true], Grade::C, false).verdict, Verdict::Doubtful);
        assert_eq!(claims([false, false], Grade::C, false).verdict, Verdict::Fail);
    }

    #[test]
    fn a_range_computed_from_the_readings_is_no_reading() {
        assert_eq!(claims([false, true], Grade::Calc, true).verdict, Verdict::Pass);
        assert_eq!(claims([false, false], Grade::Calc, true).verdict, Verdict::Fail);
    }

    #[test]
    fn ranges_read_as_people_write_them() {
        assert_eq!(range(7.0, 21.0), "7–21");
        assert_eq!(range(207.0, f64::INFINITY), "≥ 207");
        assert_eq!(range(f64::NEG_INFINITY, 82.0), "≤ 82");
    }
}
