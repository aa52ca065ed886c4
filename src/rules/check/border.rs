//! `border`
//!
//! *What it checks:* that no frame, letterbox, or rounded corner surrounds the picture.
//! *Why offices refuse it:* "无边框": prints that were scanned and pictures from chat programs carry one.
//! *How it is measured:* from each edge inwards, the rows (or columns) that are each of one colour, up to a tenth of the side, ending in a step of more than 12 levels over nine tenths of
//! its length. In the two upper corners, a wedge of another colour than the background beside it.
//! *Source:* GA 461-2004, 无边框.
//! *Known weakness:* a strip of the background's colour along one side only is left to `bust`; a frame of the background's own colour is not seen and does no harm; a soft-edged vignette is `background-even`'s.

use image::RgbImage;

use super::region::median_colour;
use super::{Doubt, Evidence, Outcome, Rule, Verdict};

/// The rule.
pub const RULE: Rule = Rule { name: "border", measure, mend: None, doubt: Doubt::Seen };

/// The least step, in 8-bit levels of any component, that JPEG ringing on a plain edge does not make.
const STEP: i32 = 12;

fn measure(e: &Evidence<'_>) -> Outcome {
    let (w, h) = e.native.dimensions();
    if w < 32 || h < 32 {
        return Outcome::unknown("unknown-too-small");
    }
    let picture = e.native;
    let column = |x: u32| move |y: u32| picture.get_pixel(x, y).0;
    let row = |y: u32| move |x: u32| picture.get_pixel(x, y).0;
    let depths = [
        frame_depth(w / 10, h, column),
        frame_depth(w / 10, h, |x| column(w - 1 - x)),
        frame_depth(h / 10, w, row),
        frame_depth(h / 10, w, |y| row(h - 1 - y)),
    ];
    // A strip of the background's own colour along one side is a bust that does not reach the edge, which `bust` says; a frame has it on opposite sides.
    let plain = |colour: [u8; 3]| !far(colour, e.spec.background.colour, STEP);
    let edges =
        [middle(h, column(0)), middle(h, column(w - 1)), middle(w, row(0)), middle(w, row(h - 1))];
    let mut deepest = 0;
    for side in 0..4 {
        if depths[side ^ 1] > 0 || !plain(edges[side]) {
            deepest = deepest.max(depths[side]);
        }
    }
    let measured = deepest.max(corner(picture, false)).max(corner(picture, true));
    Outcome::new(if measured == 0 { Verdict::Pass } else { Verdict::Fail })
        .measured(f64::from(measured), "px")
        .required("0")
        .clause("GA 461-2004：无边框")
}

fn far(a: [u8; 3], b: [u8; 3], step: i32) -> bool {
    let d = |c: usize| (i32::from(a[c]) - i32::from(b[c])).abs();
    d(0) > step || d(1) > step || d(2) > step
}

/// The middle colour of a line: that of a frame, whatever hair or ringing touches the line somewhere.
fn middle(length: u32, line: impl Fn(u32) -> [u8; 3]) -> [u8; 3] {
    let pixels: Vec<[u8; 3]> = (0..length).map(line).collect();
    median_colour(&pixels).unwrap_or_default()
}

/// How many lines from an edge belong to a frame; 0 where there is none. `line(i)` gives the pixels of the i-th line from the edge.
fn frame_depth<L: Fn(u32) -> [u8; 3]>(most: u32, length: u32, line: impl Fn(u32) -> L) -> u32 {
    let first = line(0);
    let colour = middle(length, &first);
    let off = |l: &L, step: i32| (0..length).filter(|i| far(l(*i), colour, step)).count() as u32;
    // The outermost line may be mixed by a resampling; one pixel in fifty may be dirt.
    if off(&first, 2 * STEP) * 50 > length {
        return 0;
    }
    for depth in 1..=most {
        let away = off(&line(depth), STEP);
        if away * 10 >= length * 9 {
            return depth;
        }
        if away * 50 > length {
            // Where a mixed line lies between frame and picture, the next one tells.
            let next = off(&line(depth + 1), STEP);
            return if next * 10 >= length * 9 { depth + 1 } else { 0 };
        }
    }
    0
}

/// The side of the wedge of another colour in an upper corner, in pixels; 0 where there is none.
fn corner(picture: &RgbImage, right: bool) -> u32 {
    let (w, h) = picture.dimensions();
    let at = |x: u32, y: u32| picture.get_pixel(if right { w - 1 - x } else { x }, y).0;
    let tip = at(0, 0);
    let most = w.min(h) / 5;
    let across = (0..most).take_while(|i| !far(at(*i, 0), tip, 2 * STEP)).count() as u32;
    let down = (0..most).take_while(|i| !far(at(0, *i), tip, 2 * STEP)).count() as u32;
    // Round: as far across as down, and gone on the diagonal before half of that.
    // A corner that runs on along one edge is the wall beside towering hair.
    let (side, longest) = (across.min(down), across.max(down));
    if side < 4 || longest == most || longest > side + side / 3 + 2 {
        return 0;
    }
    let diagonal = (0..side).take_while(|i| !far(at(*i, *i), tip, 2 * STEP)).count() as u32;
    if diagonal * 2 <= side + 2 { side } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::super::bench::Bench;
    use super::*;

    #[test]
    fn a_black_frame_of_three_pixels_fails() {
        assert_eq!(measure(&Bench::card().evidence()).verdict, Verdict::Pass);
        let framed = Bench::card().with_pixels(|x, y, p| {
            if x < 3 || y < 3 || x >= 355 || y >= 438 { [10, 10, 10] } else { p }
        });
        let outcome = measure(&framed.evidence());
        assert_eq!(outcome.verdict, Verdict::Fail);
        assert_eq!(outcome.measured, Some(super::super::Measured::Number(3.0)));
    }

    #[test]
    fn a_bust_that_floats_is_not_called_a_frame() {
        let mut floating = Bench::card();
        floating.erase_person(0..358, 421..441);
        assert_eq!(measure(&floating.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn the_tip_of_the_hair_below_the_middle_of_the_top_edge_is_no_frame() {
        let touched = Bench::card().with_pixels(|x, y, p| {
            if y == 0 && (170..190).contains(&x) { [239, 238, 238] } else { p }
        });
        assert_eq!(measure(&touched.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn a_letterbox_at_one_side_fails() {
        let boxed = Bench::card().with_pixels(|_, y, p| if y < 20 { [0, 0, 0] } else { p });
        assert_eq!(measure(&boxed.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn rounded_black_corners_fail() {
        let rounded = Bench::card().with_pixels(|x, y, p| {
            let dx = 20.0 - f64::from(x.min(357 - x));
            let dy = 20.0 - f64::from(y.min(440 - y));
            if dx > 0.0 && dy > 0.0 && dx.hypot(dy) > 20.0 { [0, 0, 0] } else { p }
        });
        assert_eq!(measure(&rounded.evidence()).verdict, Verdict::Fail);
    }

    #[test]
    fn a_dark_top_along_the_bottom_edge_is_no_frame() {
        let wide = Bench::card().scaled(1.6);
        assert_eq!(measure(&wide.evidence()).verdict, Verdict::Pass);
    }

    #[test]
    fn the_wall_beside_towering_hair_is_no_rounded_corner() {
        let mut bench = Bench::card();
        // Hair as round as a corner would be, on the left: far across the top edge, and never down the side.
        for y in 0..62u32 {
            let gap = 62.0 - (62.0f64.powi(2) - f64::from(62 - y).powi(2)).sqrt();
            bench.paint_person(gap as u32..180, y..y + 1);
        }
        assert_ne!(bench.picture.get_pixel(70, 0), bench.picture.get_pixel(0, 0));
        bench.erase_person(0..1, 0..100);
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
    }
}
