//! The search for the largest file inside a byte window. It knows nothing of JPEG: there is a ladder of steps, each with a size.

use super::ByteWindow;
use crate::base::error::Result;

/// How much the natural logarithm of the size is taken to grow from one step to the next before anything was measured: steps are
/// half a percent of the quantisers, and sizes follow these with a power of about 0.8. A wrong value costs encodes, never the result.
const TYPICAL_GROWTH: f64 = 0.0040;

/// How many neighbours on either side are tried when the window falls between two steps: sizes are not strictly monotone, and a
/// neighbour may land where the ladder jumped over the window.
const NEIGHBOURS: u32 = 6;

/// By how much the size of a neighbour can differ, as a fraction; a window farther away is not tried. Six steps are 3 % of the
/// quantisers and about as much of the size; twice that is allowed.
const CLOSE: (u64, u64) = (94, 100);

/// What to look for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Goal {
    /// Where the size must lie.
    pub(super) window: ByteWindow,
    /// Sizes this near to the upper end, in bytes, end the search.
    pub(super) slack: u64,
    /// The bottom of the ladder.
    pub(super) first: u32,
    /// The top of the ladder; steps are `first..=last` and sizes grow with them.
    pub(super) last: u32,
    /// The step to try first.
    pub(super) start: u32,
}

/// A step of the ladder and its size in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) step: u32,
    pub(super) size: u64,
}

/// Where the search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Landing {
    /// The largest size found inside the window.
    Inside(Rung),
    /// Nothing found inside; the largest size found below it.
    Below(Rung),
    /// Nothing found at or below the upper end; the smallest size found.
    Above(Rung),
}

/// Climbs to the largest size inside the window: a first guess, then the secant in (step, ln size), always inside the bracket of
/// the highest step that fits and the lowest that does not. Equal sizes go to the lower step.
///
/// # Errors
/// Whatever `measure` returns.
pub(super) fn climb(goal: Goal, mut measure: impl FnMut(u32) -> Result<u64>) -> Result<Landing> {
    let Goal { window, slack, first, last, start } = goal;
    let enough = window.max().saturating_sub(slack).max(window.min());
    let aim = (ln(enough) + ln(window.max())) / 2.0;
    let (mut fits, mut over): (Option<Rung>, Option<Rung>) = (None, None);
    let (mut best, mut smallest): (Option<Rung>, Option<Rung>) = (None, None);
    let mut step = start.max(first).min(last);
    let (mut before, mut growth): (Option<Rung>, f64) = (None, TYPICAL_GROWTH);
    loop {
        let rung = Rung { step, size: measure(step)? };
        if let Some(before) = before.filter(|b| b.step != step) {
            // Twice on the same side: what was measured, and a fifth further, so that the other side is reached.
            let steps = f64::from(step) - f64::from(before.step);
            let measured = (ln(rung.size) - ln(before.size)) / steps / 1.2;
            growth = measured.clamp(TYPICAL_GROWTH / 4.0, TYPICAL_GROWTH * 4.0);
        }
        before = Some(rung);
        smallest = Some(smallest.filter(|s| s.size <= rung.size).unwrap_or(rung));
        if rung.size <= window.max() {
            best = Some(larger(best, rung));
            fits = Some(rung);
        } else {
            over = Some(rung);
        }
        if best.is_some_and(|b| b.size >= enough) {
            break;
        }
        step = match (fits, over) {
            (Some(low), Some(high)) if high.step - low.step > 1 => between(low, high, aim),
            (Some(low), None) if low.step < last => {
                low.step + leap(aim - ln(low.size), growth).min(last - low.step)
            }
            (None, Some(high)) if high.step > first => {
                high.step - leap(ln(high.size) - aim, growth).min(high.step - first)
            }
            _ => break,
        };
    }
    let close = |rung: Rung| {
        let (low, high) = (rung.size * CLOSE.0 / CLOSE.1, rung.size * CLOSE.1 / CLOSE.0);
        low <= window.max() && window.min() <= high
    };
    if !best.is_some_and(|b| window.contains(b.size)) && fits.or(over).is_some_and(close) {
        let around = fits.or(over).map_or(first, |r| r.step);
        let lowest = around.saturating_sub(NEIGHBOURS).max(first);
        for step in lowest..=around.saturating_add(NEIGHBOURS).min(last) {
            let rung = Rung { step, size: measure(step)? };
            smallest = Some(smallest.filter(|s| s.size <= rung.size).unwrap_or(rung));
            if rung.size <= window.max() {
                best = Some(larger(best, rung));
            }
        }
    }
    Ok(match (best, smallest) {
        (Some(b), _) if window.contains(b.size) => Landing::Inside(b),
        (Some(b), _) => Landing::Below(b),
        (None, s) => Landing::Above(s.unwrap_or(Rung { step: first, size: u64::MAX })),
    })
}

/// The step strictly between two at which the straight line through them meets `aim`, kept a tenth of the gap off the ends so
/// that the bracket shrinks whatever the curve does.
fn between(low: Rung, high: Rung, aim: f64) -> u32 {
    let gap = high.step - low.step;
    let share = (aim - ln(low.size)) / (ln(high.size) - ln(low.size)).max(1e-9);
    let ahead = (f64::from(gap) * share.clamp(0.1, 0.9)).round() as u32;
    low.step + ahead.clamp(1, gap - 1)
}

/// How many steps a difference of ln size is worth at a growth per step.
fn leap(difference: f64, growth: f64) -> u32 {
    (difference.max(0.0) / growth).ceil().clamp(1.0, 4096.0) as u32
}

fn ln(size: u64) -> f64 {
    libm::log(size.max(1) as f64)
}

/// The larger of two; the lower step where sizes are equal.
fn larger(a: Option<Rung>, b: Rung) -> Rung {
    a.filter(|a| a.size > b.size || (a.size == b.size && a.step <= b.step)).unwrap_or(b)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run(sizes: &[u64], min: u64, max: u64, slack: u64, start: u32) -> (Landing, usize) {
        let window = ByteWindow::new(min, max).expect("min is at most max");
        let mut tries = 0;
        let last = sizes.len() as u32 - 1;
        let landing = climb(Goal { window, slack, first: 0, last, start }, |step| {
            tries += 1;
            Ok(sizes[step as usize])
        });
        (landing.expect("the fake encoder never fails"), tries)
    }

    #[test]
    fn both_ends_of_the_window_are_inside() {
        let sizes = [10, 20, 30, 40];
        assert_eq!(run(&sizes, 20, 20, 0, 3).0, Landing::Inside(Rung { step: 1, size: 20 }));
        assert_eq!(run(&sizes, 21, 30, 0, 0).0, Landing::Inside(Rung { step: 2, size: 30 }));
        assert_eq!(run(&sizes, 30, 39, 0, 0).0, Landing::Inside(Rung { step: 2, size: 30 }));
    }

    #[test]
    fn a_window_under_the_smallest_size_reports_the_smallest() {
        assert_eq!(run(&[10, 20, 30], 1, 9, 0, 2).0, Landing::Above(Rung { step: 0, size: 10 }));
    }

    #[test]
    fn nothing_below_the_bottom_of_the_ladder_is_tried() {
        let window = ByteWindow::new(1, 25).expect("a window");
        let goal = Goal { window, slack: 0, first: 2, last: 4, start: 0 };
        let landing = climb(goal, |step| {
            assert!((2..=4).contains(&step), "{step}");
            Ok([10, 20, 30, 40, 50][step as usize])
        });
        assert_eq!(landing.expect("never fails"), Landing::Above(Rung { step: 2, size: 30 }));
    }

    #[test]
    fn a_window_over_the_largest_size_reports_the_largest() {
        assert_eq!(run(&[10, 20, 30], 31, 50, 0, 0).0, Landing::Below(Rung { step: 2, size: 30 }));
    }

    #[test]
    fn equal_sizes_go_to_the_lower_step() {
        assert_eq!(
            run(&[10, 20, 20, 20, 30], 15, 25, 25, 2).0,
            Landing::Inside(Rung { step: 2, size: 20 })
        );
        assert_eq!(larger(Some(Rung { step: 1, size: 20 }), Rung { step: 3, size: 20 }).step, 1);
        assert_eq!(larger(Some(Rung { step: 3, size: 20 }), Rung { step: 1, size: 20 }).step, 1);
    }

    #[test]
    fn a_smooth_curve_is_climbed_in_five_tries() {
        let sizes: Vec<u64> =
            (0..1800).map(|k| (2500.0 * (f64::from(k) * 0.0021).exp()) as u64).collect();
        for max in [9_216, 14_336, 20_000, 35_000] {
            let (landing, tries) = run(&sizes, max - max / 100, max, max / 150, 900);
            assert!(matches!(landing, Landing::Inside(_)), "{landing:?}");
            assert!(tries <= 5, "{tries} tries for {max}");
        }
    }

    proptest! {
        #[test]
        fn a_monotone_curve_with_a_size_inside_is_always_hit(
            steps in prop::collection::vec(0u64..400, 1..600), pick in 0usize..600, below in 0u64..50, above in 0u64..50,
            slack in 0u64..500, start in 0u32..600,
        ) {
            let mut total = 600;
            let sizes: Vec<u64> = steps.iter().map(|s| { total += s; total }).collect();
            let inside = sizes[pick % sizes.len()];
            let (min, max) = (inside - below, inside + above);
            let (landing, _) = run(&sizes, min, max, slack, start);
            let Landing::Inside(rung) = landing else { panic!("missed {min}..={max}: {landing:?}") };
            prop_assert_eq!(rung.size, sizes[rung.step as usize]);
            prop_assert!(min <= rung.size && rung.size <= max);
            let largest = sizes.iter().copied().filter(|s| *s <= max).max().unwrap_or(0);
            prop_assert!(rung.size + slack >= largest.min(max), "left {} bytes", largest - rung.size);
        }

        #[test]
        fn a_wild_curve_never_makes_it_lie_or_wander(
            sizes in prop::collection::vec(500u64..60_000, 1..300), min in 400u64..60_000, width in 0u64..9_000, start in 0u32..300,
        ) {
            let max = min + width;
            let (landing, tries) = run(&sizes, min, max, width / 4, start);
            prop_assert!(tries <= 80, "{} tries", tries);
            prop_assert_eq!(landing, run(&sizes, min, max, width / 4, start).0);
            match landing {
                Landing::Inside(r) => prop_assert!(r.size == sizes[r.step as usize] && min <= r.size && r.size <= max),
                Landing::Below(r) => prop_assert!(r.size == sizes[r.step as usize] && r.size < min),
                Landing::Above(r) => prop_assert!(r.size == sizes[r.step as usize] && r.size > max),
            }
        }
    }
}
