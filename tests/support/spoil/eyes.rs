//! Eyes and mouth: lids that shut, a look aside, red pupils, an open mouth. Made from the sitter's own skin.

use baidi::lab::face::Landmark as L;
use baidi::lab::geometry::Point;

use super::paint::{Outline, mix, step, times};
use super::{Face, Work};

/// One eye on the card, in its own frame: -1 and 1 at its corners, down positive, a unit half an eye wide.
#[derive(Debug, Clone, Copy)]
pub struct Eye {
    middle: Point,
    along: (f64, f64),
    half: f64,
    upper: f64,
    lower: f64,
    brow: f64,
    iris: (f64, f64),
}

impl Eye {
    /// The eye on the picture's left or right.
    pub fn of(face: &Face, left: bool) -> Self {
        let points = if left {
            [
                L::LeftEyeOuter,
                L::LeftEyeInner,
                L::LeftLidUpper,
                L::LeftLidLower,
                L::LeftBrowMiddle,
                L::LeftIris,
            ]
        } else {
            [
                L::RightEyeInner,
                L::RightEyeOuter,
                L::RightLidUpper,
                L::RightLidLower,
                L::RightBrowMiddle,
                L::RightIris,
            ]
        };
        let [a, b, upper, lower, brow, iris] = points.map(|l| face.mark(l));
        let half = 0.5 * a.distance(b);
        let mut eye = Self {
            middle: a.midpoint(b),
            along: ((b.x - a.x) / (2.0 * half), (b.y - a.y) / (2.0 * half)),
            half,
            upper: 0.0,
            lower: 0.0,
            brow: 0.0,
            iris: (0.0, 0.0),
        };
        // Labels lie on the edge of the lid: with the lashes it is a little more.
        eye.upper = (eye.local(upper).1 - 0.04).min(-0.12);
        eye.lower = (eye.local(lower).1 + 0.03).max(eye.upper + 0.16);
        eye.brow = eye.local(brow).1.min(eye.upper - 0.35);
        eye.iris = eye.local(iris);
        eye
    }

    fn local(&self, p: Point) -> (f64, f64) {
        let (dx, dy) = ((p.x - self.middle.x) / self.half, (p.y - self.middle.y) / self.half);
        (dx * self.along.0 + dy * self.along.1, dy * self.along.0 - dx * self.along.1)
    }

    /// A point of the eye's frame on the card.
    pub fn place(&self, t: f64, v: f64) -> Point {
        Point::new(
            self.middle.x + self.half * (t * self.along.0 - v * self.along.1),
            self.middle.y + self.half * (t * self.along.1 + v * self.along.0),
        )
    }

    /// How high a lid's edge arches at `t`, a share of what it is in the middle.
    fn arch(t: f64) -> f64 {
        (1.0 - (t / 1.06).powi(2)).max(0.0).powf(0.8)
    }

    /// Half an eye's width in pixels.
    pub fn half(&self) -> f64 {
        self.half
    }

    /// The iris's middle on the card.
    pub fn pupil(&self) -> Point {
        self.place(self.iris.0, self.iris.1)
    }
}

fn shut(work: &mut Work<'_>, eye: &Eye, share: f64) {
    // The upper lid does nine tenths of the way.
    let meet = eye.upper + 0.9 * (eye.lower - eye.upper);
    let (to_upper, to_lower) =
        (eye.upper + share * (meet - eye.upper), eye.lower + share * (meet - eye.lower));
    let old = work.canvas.clone();
    let lash = mix(old.mean(eye.place(0.0, eye.upper), 0.06 * eye.half), [30.0, 22.0, 20.0], 0.6);
    let skin = old.mean(eye.place(0.0, eye.upper - 0.3), 0.1 * eye.half);
    work.canvas.warp(|p| {
        let (t, v) = eye.local(p);
        let arch = Eye::arch(t);
        if t.abs() > 1.06 || v < eye.brow || v > eye.lower + 1.0 {
            return p;
        }
        let (old_upper, old_lower) = (eye.upper * arch, eye.lower * arch);
        let (upper, lower) = (to_upper * arch, to_lower * arch);
        let from = if v <= upper {
            // Skin between brow and lid slides down with the lid and gives way towards the brow.
            let r = ((v - eye.brow) / (upper - eye.brow)).clamp(0.0, 1.0);
            v - (upper - old_upper) * step(0.0, 1.0, r)
        } else if v >= lower {
            let r = ((v - lower) / 1.0).clamp(0.0, 1.0);
            v + (old_lower - lower) * (1.0 - step(0.0, 1.0, r))
        } else {
            v
        };
        eye.place(t, from)
    });
    // A lid is round over the ball: lighter in the middle, and skin all over, whatever eyes showed at its edge.
    let edge = (1.6 / eye.half).max(0.07);
    work.canvas.each(|p, _, c| {
        let (t, v) = eye.local(p);
        if t.abs() > 1.1 || v < eye.brow || v > eye.lower + 0.3 {
            return c;
        }
        let upper = to_upper * Eye::arch(t);
        let line = (1.0 - (v - upper).abs() / edge).clamp(0.0, 1.0) * step(1.08, 0.8, t.abs());
        let ball = step(eye.upper - 0.25, eye.upper, v) * step(upper + 0.02, upper - 0.1, v);
        let c = mix(c, skin, 0.35 * ball * step(1.05, 0.7, t.abs()));
        let c = times(c, 1.0 + 0.05 * ball * (1.0 - t * t).max(0.0));
        mix(c, lash, 0.75 * line * share)
    });
}

/// Both lids come down over `share` of the opening.
pub fn both_shut(work: &mut Work<'_>, share: f64) {
    for left in [true, false] {
        let eye = Eye::of(work.face, left);
        shut(work, &eye, share);
    }
}

/// One lid does.
pub fn wink(work: &mut Work<'_>, share: f64) {
    let left = work.chance.unit() < 0.5;
    let eye = Eye::of(work.face, left);
    shut(work, &eye, share);
}

/// Both irises move to one side by `share` of the way to the corner.
pub fn looks_aside(work: &mut Work<'_>, share: f64) {
    let to = work.chance.pick(&[-1.0, 1.0]);
    for left in [true, false] {
        let eye = Eye::of(work.face, left);
        let r = 0.42;
        let c = eye.iris.0.clamp(-0.3, 0.3);
        let new = c + to * share * (1.0 - c * to - 0.55 * r);
        // Everything between the corners is pushed or stretched; the iris keeps its shape.
        let back = move |t: f64| {
            let (a, b) = (new - r, new + r);
            if t < a {
                let a = a.max(-0.98);
                -1.0 + (t + 1.0) / (a + 1.0) * (c - r + 1.0)
            } else if t > b {
                let b = b.min(0.98);
                1.0 - (1.0 - t) / (1.0 - b) * (1.0 - c - r)
            } else {
                t - new + c
            }
        };
        let old = work.canvas.clone();
        work.canvas.each(|p, _, colour| {
            let (t, v) = eye.local(p);
            let arch = Eye::arch(t);
            if t.abs() >= 1.0 {
                return colour;
            }
            let (upper, lower) = (eye.upper * arch + 0.05, eye.lower * arch - 0.04);
            let soft = 1.0 / eye.half;
            let inside = step(upper - soft, upper + soft, v) * step(lower + soft, lower - soft, v);
            let from = back(t);
            // The ball lies as deep in the opening where it comes from.
            let other = Eye::arch(from);
            let v = if other > 0.05 { v * (0.4 + 0.6 * other / arch.max(0.2)).min(1.4) } else { v };
            mix(colour, old.at(eye.place(from, v)), inside)
        });
    }
}

/// The flash in both pupils, `size` of an iris wide.
pub fn red(work: &mut Work<'_>, size: f64) {
    let colour = [
        work.chance.between(170.0, 225.0),
        work.chance.between(25.0, 60.0),
        work.chance.between(25.0, 55.0),
    ];
    for left in [true, false] {
        let eye = Eye::of(work.face, left);
        let r = size * 0.42 * eye.half;
        let at = eye.pupil();
        let (upper, lower) = (eye.upper, eye.lower);
        let disc = Outline::ellipse(at, r, r, 0.0);
        work.canvas.cover(&disc, 1.2, |p, d| {
            let (t, v) = eye.local(p);
            let arch = Eye::arch(t);
            let open = v > upper * arch + 0.03 && v < lower * arch - 0.02;
            (times(colour, 0.8 + 0.25 * (-d / r).clamp(0.0, 1.0)), if open { 0.9 } else { 0.0 })
        });
    }
}

/// The jaw drops and teeth and the dark show between the lips, `open` of a face width high.
pub fn mouth_open(work: &mut Work<'_>, open: f64) {
    let face = work.face;
    let (left, right) = (face.mark(L::MouthLeft), face.mark(L::MouthRight));
    let (top, low) = (face.mark(L::LipUpperInner), face.mark(L::LipLowerInner));
    let middle = top.midpoint(low);
    let half = 0.5 * left.distance(right) * 0.92;
    let drop = open * face.width;
    let chin = face.mark(L::Chin);
    let reach = (chin.y - middle.y).max(10.0);
    let arch = move |x: f64| (1.0 - ((x - middle.x) / half).powi(2)).max(0.0).sqrt();
    let gap_top = -0.12 * drop;
    work.canvas.warp(|p| {
        let arch_x = arch(p.x);
        if p.y < middle.y {
            // The upper lip rises a little.
            let r = ((middle.y - p.y) / (0.35 * face.width)).clamp(0.0, 1.0);
            return Point::new(p.x, p.y - gap_top * arch_x * (1.0 - step(0.0, 1.0, r)));
        }
        let shift = drop * 0.88 * arch_x;
        let fade = 1.0 - step(0.55, 1.25, (p.y - middle.y) / (reach + drop));
        Point::new(p.x, p.y - (shift * fade).min(p.y - middle.y))
    });
    let teeth = [232.0, 226.0, 214.0];
    let dark = [58.0, 22.0, 24.0];
    let width = work.canvas.width;
    for i in 0..work.canvas.pixels.len() {
        let p = Point::new((i % width) as f64, (i / width) as f64);
        let a = arch(p.x);
        let (from, to) = (middle.y + gap_top * a, middle.y + 0.88 * drop * a);
        let inside = step(from - 0.7, from + 0.7, p.y) * step(to + 0.7, to - 0.7, p.y);
        if a > 0.0 && inside > 0.0 {
            let row = step(from + 0.45 * drop, from + 0.35 * drop, p.y) * step(0.1, 0.5, a);
            let colour = mix(dark, times(teeth, 0.6 + 0.4 * a), row);
            work.canvas.pixels[i] = mix(work.canvas.pixels[i], colour, inside);
        }
    }
}
