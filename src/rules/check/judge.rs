//! Values against limits and bands: the few lines every rule would otherwise repeat.

use super::{Evidence, Measured, Outcome, Verdict};
use crate::base::message::Message;
use crate::rules::spec::{Along, Band, BandUnit, Limit};

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
    Outcome::new(verdict)
        .measured(value * factor, unit)
        .required(range(allowed.min * factor, allowed.max * factor))
        .clause(&band.source)
}

/// A range as text: `7–21`, `≥ 207`, `≤ 82`.
#[must_use]
pub fn range(min: f64, max: f64) -> String {
    match (min.is_finite(), max.is_finite()) {
        (true, true) => format!("{min:.0}–{max:.0}"),
        (true, false) => format!("≥ {min:.0}"),
        (false, true) => format!("≤ {max:.0}"),
        (false, false) => String::new(),
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
    use crate::rules::spec::Grade;

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

    #[test]
    fn ranges_read_as_people_write_them() {
        assert_eq!(range(7.0, 21.0), "7–21");
        assert_eq!(range(207.0, f64::INFINITY), "≥ 207");
        assert_eq!(range(f64::NEG_INFINITY, 82.0), "≤ 82");
    }
}
