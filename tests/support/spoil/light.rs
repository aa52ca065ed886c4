//! Light and colour: too little, too much, from one side, in spots, of the wrong colour.

use baidi::lab::geometry::Point;

use super::Work;
use super::paint::{Colour, Outline, mix, step};

/// Changes the person only: the wall of a card stays white.
fn person(work: &mut Work<'_>, change: impl Fn(Point, Colour) -> Colour) {
    work.canvas.each(|p, a, c| {
        // The white of the wall is taken out, the rest changed, and the white laid back.
        let own: Colour = std::array::from_fn(|k| {
            if a > 0.05 { ((c[k] - 255.0 * (1.0 - a)) / a).clamp(0.0, 255.0) } else { c[k] }
        });
        let new = change(p, own);
        std::array::from_fn(|k| {
            if a > 0.05 { new[k].clamp(0.0, 255.0) * a + 255.0 * (1.0 - a) } else { c[k] }
        })
    });
}

/// `gain` times the light, with a camera's shoulder at the bright end.
fn exposed(c: Colour, gain: f64) -> Colour {
    c.map(|v| {
        let linear = (v / 255.0).powf(2.2) * gain;
        255.0 * linear.min(1.0).powf(1.0 / 2.2)
    })
}

/// Too little light: `factor` of it.
pub fn dark(work: &mut Work<'_>, factor: f64) {
    person(work, |_, c| exposed(c, factor));
}

/// Too much: the camera was open so long that the face is `gain` times as bright.
pub fn bright(work: &mut Work<'_>, gain: f64) {
    let skin = work.canvas.mean(work.face.at(0.2, 0.2), 0.05 * work.face.width);
    let green = (skin[1] / 255.0).powf(2.2);
    // So much that the cheek's green stands at `gain` of white, whatever skin it is.
    let gain = gain / green.max(0.02);
    person(work, |_, c| exposed(c, gain));
}

/// No black left: a veil of light over everything, as through a dirty lens.
pub fn veil(work: &mut Work<'_>, share: f64) {
    person(work, |_, c| mix(c, [215.0, 215.0, 218.0], share));
}

/// One half of the face has `factor` of the other's light.
pub fn half_lit(work: &mut Work<'_>, factor: f64) {
    let face = work.face;
    // The side that has less loses more: the other way would make good what the room did.
    let level = |u: f64| work.canvas.mean(face.at(u, 0.2), 0.07 * face.width)[1];
    let side = if level(-0.24) < level(0.24) { -1.0 } else { 1.0 };
    let lean = work.chance.between(-0.15, 0.15);
    person(work, |p, c| {
        let (u, v) = face.local(p);
        let there = step(-0.06, 0.12, side * (u + lean * (v - 0.2)));
        exposed(c, 1.0 + (factor - 1.0) * there)
    });
}

/// Burnt patches on forehead, nose or cheek, `size` of a face width.
pub fn hot_spot(work: &mut Work<'_>, size: f64) {
    let face = work.face;
    let places =
        [(0.0, -0.3), (0.12, -0.26), (-0.14, -0.27), (0.26, 0.17), (-0.26, 0.17), (0.0, 0.13)];
    let n = 1 + (work.chance.bits() % 2) as usize;
    for _ in 0..n {
        let (u, v) = work.chance.pick(&places);
        let v: f64 = v;
        let v = if v < 0.0 { v.max(face.hair_line() + 0.1) } else { v };
        let turn = work.chance.between(-0.5, 0.5);
        let spot =
            Outline::ellipse(face.at(u, v), size * face.width, 0.75 * size * face.width, turn);
        let soft = 0.7 * size * face.width;
        let white = [254.0, 252.0, 249.0];
        work.canvas.each(|p, a, c| {
            if (p.x - spot.0[0].x).abs() > 200.0 {
                return c;
            }
            let d = spot.distance(p);
            let there = step(soft, -0.35 * soft, d) * a;
            mix(c, white, there)
        });
    }
}

fn gains(work: &mut Work<'_>, by: [f64; 3]) {
    person(work, |_, c| std::array::from_fn(|k| c[k] * by[k]));
}

/// Everything is blue, as in the shade or under a wrong white.
pub fn blue(work: &mut Work<'_>, gain: f64) {
    gains(work, [1.0 / gain, 1.0, gain]);
}

/// Everything is green, as under old tubes.
pub fn green(work: &mut Work<'_>, gain: f64) {
    gains(work, [1.0 / gain.sqrt(), gain, 1.0 / gain.sqrt()]);
}

/// Everything is orange, as under a lamp.
pub fn orange(work: &mut Work<'_>, gain: f64) {
    gains(work, [gain, 1.0, 1.0 / (gain * gain)]);
}

/// Everything is magenta.
pub fn magenta(work: &mut Work<'_>, gain: f64) {
    gains(work, [gain, 1.0 / gain, gain]);
}

fn luma(c: Colour) -> f64 {
    0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]
}

/// `share` of the colour is gone.
pub fn colourless(work: &mut Work<'_>, share: f64) {
    person(work, |_, c| mix(c, [luma(c); 3], share));
}

/// Brown as old prints: black and white with one tint.
pub fn sepia(work: &mut Work<'_>, share: f64) {
    person(work, |_, c| {
        let y = luma(c);
        mix(c, [y * 1.08 + 8.0, y * 0.97, y * 0.78], share)
    });
}
