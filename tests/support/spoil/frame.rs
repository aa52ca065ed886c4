//! Where the head is and how it is held: size, place, tilt, turn, proportions.

use baidi::lab::face::Landmark as L;
use baidi::lab::geometry::{Affine, Point};

use super::Work;
use super::paint::step;

/// The body goes on below and beside where the card showed no more of it.
fn moved(work: &mut Work<'_>, map: &Affine) {
    let Some(back) = map.inverse() else { return };
    let (w, h) = (work.canvas.width as f64, work.canvas.height as f64);
    let old = work.canvas.clone();
    work.canvas.warp_on_white(|p| {
        let q = back.apply(p);
        let edge = Point::new(q.x.clamp(0.0, w - 1.0), q.y.clamp(0.0, h - 1.0));
        // Beyond an edge that cut the shoulders they go on as they were there.
        let outside = q.x < 0.0 || q.x > w - 1.0 || q.y > h - 1.0;
        if outside && q.y > -0.5 && old.person(edge) > 0.5 { edge } else { q }
    });
}

/// Leaned by `degrees`.
pub fn tilted(work: &mut Work<'_>, degrees: f64) {
    let nose = work.face.mark(L::NoseTip);
    let degrees = degrees * work.chance.pick(&[-1.0, 1.0]);
    moved(work, &Affine::similarity(1.0, degrees.to_radians(), nose, nose));
}

/// Aside by `by` pixels.
pub fn aside(work: &mut Work<'_>, by: f64) {
    let by = by * work.chance.pick(&[-1.0, 1.0]);
    // Away from where the sitter already stands, or the fault would be mended.
    let centre = work.face.at(0.0, 0.0).x - work.canvas.width as f64 / 2.0;
    let by = if centre.abs() > 3.0 { by.abs() * centre.signum() } else { by };
    moved(work, &Affine([[1.0, 0.0, by], [0.0, 1.0, 0.0]]));
}

fn scaled(work: &mut Work<'_>, face: f64) {
    let eyes = work.face.at(0.0, 0.0);
    moved(work, &Affine::similarity(face / work.face.width, 0.0, eyes, eyes));
}

/// The face is `face` pixels wide, too wide for the card.
pub fn too_big(work: &mut Work<'_>, face: f64) {
    scaled(work, face);
}

/// The face is `face` pixels wide, too narrow.
pub fn too_small(work: &mut Work<'_>, face: f64) {
    scaled(work, face);
}

/// The frame cuts `by` pixels of the hair.
pub fn hair_cut(work: &mut Work<'_>, by: f64) {
    let top = work.face.at(0.0, work.face.top()).y.max(0.0);
    moved(work, &Affine([[1.0, 0.0, 0.0], [0.0, 1.0, -top - by]]));
}

/// `by` pixels too much wall above.
pub fn too_low(work: &mut Work<'_>, by: f64) {
    moved(work, &Affine([[1.0, 0.0, 0.0], [0.0, 1.0, by]]));
}

/// Squeezed or pulled: `factor` times as wide as it is.
pub fn pulled(work: &mut Work<'_>, factor: f64) {
    let x = work.face.at(0.0, 0.0).x;
    moved(work, &Affine([[factor, 0.0, x - factor * x], [0.0, 1.0, 0.0]]));
}

/// Pulled upwards: `factor` times as high as it is.
pub fn tall(work: &mut Work<'_>, factor: f64) {
    let y = work.face.at(0.0, 0.0).y;
    moved(work, &Affine([[1.0, 0.0, 0.0], [0.0, factor, y - factor * y]]));
}

/// The face turned aside: what is in the middle moves over the head by `share` of its half width.
pub fn turned(work: &mut Work<'_>, share: f64) {
    let face = work.face;
    let share = share * work.chance.pick(&[-1.0, 1.0]);
    work.canvas.warp(|p| {
        let (u, v) = face.local(p);
        let t = (u / 0.52).clamp(-1.0, 1.0);
        let here = step(-0.75, -0.3, v) * step(face.chin_line() + 0.1, face.chin_line() - 0.08, v);
        face.at(u - 0.5 * share * (1.0 - t * t) * here, v)
    });
}

/// The head thrown back or bent by `degrees` about the line through the ears: what lies before that line moves up or down by its depth, the nose the most, ears and crown not at all.
pub fn nodding(work: &mut Work<'_>, degrees: f64) {
    let face = work.face;
    let slope = (degrees * work.chance.pick(&[-1.0, 1.0])).to_radians().sin();
    let ears = [L::LeftEarRoot, L::RightEarRoot].map(|ear| face.local(face.mark(ear)).1);
    let axis = 0.5 * (ears[0] + ears[1]);
    // where the head's front is no deeper than the ears: above the crown, and down the neck
    let (up, down) = (axis - face.top(), 1.25 * (face.chin_line() - axis));
    let depth = |u: f64, v: f64| {
        let y = v - axis;
        let t = if y < 0.0 { y / up } else { y / down };
        0.62 * (1.0 - (u / 0.5).powi(2) - t.powi(4)).max(0.0).sqrt()
    };
    work.canvas.warp(|p| {
        let (u, v) = face.local(p);
        let from = (0..8).fold(v, |from, _| v - slope * depth(u, from));
        face.at(u, from)
    });
}
