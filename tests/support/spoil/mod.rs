//! Spoils good cards as a person would see it, in their pixels or their file, and hands out the bytes of a file from nowhere.
//!
//! Support for tests and `lab/src/bin/faults.rs`; include it with `#[path]`, beside [`draw`](super::draw). A fault is what somebody sees who looks at the card, never what a rule measures.
//! Place, size, colour and sitter come from a seed alone. Landmarks and alpha serve to know where to draw; `check` is handed neither.
#![allow(dead_code, reason = "the bench and the test use the parts they need")]
#![allow(unreachable_pub, reason = "the module is included in several crates")]

pub mod camera;
pub mod cards;
pub mod covers;
pub mod edges;
pub mod eyes;
pub mod files;
pub mod frame;
pub mod kinds;
pub mod light;
pub mod paint;
pub mod walls;
pub mod worn;

use baidi::lab::face::{Landmark, Landmarks};
use baidi::lab::geometry::Point;
use baidi::lab::raster::Plane;
use image::RgbImage;

use super::draw::backdrop::Wall;
use super::draw::chance::{self, Chance};
use super::draw::sitter::Backdrop;
use paint::{Canvas, Colour};

pub use kinds::{KINDS, Kind};

/// A good card of which head and alpha are known.
#[derive(Debug, Clone)]
pub struct Card {
    /// The photo's name without its ending.
    pub stem: String,
    /// The set that it is from.
    pub set: String,
    /// The card as it was made.
    pub bytes: Vec<u8>,
    /// Its pixels.
    pub picture: RgbImage,
    /// What of them is the person.
    pub alpha: Plane,
    /// Where the face is.
    pub face: Face,
    /// Whether wall was left beside the person or a part of the person lost when it was made: then it is not good enough to be spoilt.
    pub flawed: bool,
}

/// A face on a card. Its own coordinates are face widths (ear root to ear root) right of and below the middle between the irises.
#[derive(Debug, Clone)]
pub struct Face {
    landmarks: Landmarks,
    /// Ear root to ear root, in pixels.
    pub width: f64,
    eyes: Point,
    axis: (f64, f64),
    top: f64,
    girth: [Vec<f64>; 2],
}

/// Rows of [`Face::girth`] for one face width.
const ROWS: f64 = 20.0;
/// The highest of them.
const FIRST: f64 = -1.4;
/// How many there are.
const COUNT: usize = 70;

impl Face {
    /// The face with these landmarks, of a person who covers `alpha`.
    pub fn new(landmarks: Landmarks, alpha: &Plane) -> Self {
        let at = |l: Landmark| landmarks[l];
        let (left, right) = (at(Landmark::LeftIris), at(Landmark::RightIris));
        let apart = left.distance(right).max(1e-6);
        let mut face = Self {
            width: at(Landmark::LeftEarRoot).distance(at(Landmark::RightEarRoot)),
            eyes: left.midpoint(right),
            axis: ((right.x - left.x) / apart, (right.y - left.y) / apart),
            landmarks,
            top: -0.9,
            girth: [vec![0.0; COUNT], vec![0.0; COUNT]],
        };
        let covered = |p: Point| {
            let inside = p.x > -1.0 && p.y > -1.0 && p.x < alpha.width() as f64;
            inside && alpha.sample(p.x, p.y) > 0.5
        };
        let rise = |u: f64| {
            let up = (20..150).find(|k| !covered(face.at(u, -0.01 * f64::from(*k))));
            -0.01 * f64::from(up.unwrap_or(90))
        };
        face.top = [-0.2, -0.1, 0.0, 0.1, 0.2].map(rise).into_iter().fold(0.0, f64::min);
        for (k, side) in [-1.0, 1.0].into_iter().enumerate() {
            for row in 0..COUNT {
                let v = FIRST + row as f64 / ROWS;
                let out = (10..130).find(|u| !covered(face.at(side * 0.01 * f64::from(*u), v)));
                face.girth[k][row] = 0.01 * f64::from(out.unwrap_or(130));
            }
        }
        face
    }

    /// A landmark, in card pixels.
    pub fn mark(&self, landmark: Landmark) -> Point {
        self.landmarks[landmark]
    }

    /// A point of the face's own coordinates on the card.
    pub fn at(&self, u: f64, v: f64) -> Point {
        let (x, y) = self.axis;
        Point::new(
            self.eyes.x + self.width * (u * x - v * y),
            self.eyes.y + self.width * (u * y + v * x),
        )
    }

    /// A point of the card in the face's own coordinates.
    pub fn local(&self, p: Point) -> (f64, f64) {
        let (dx, dy) = ((p.x - self.eyes.x) / self.width, (p.y - self.eyes.y) / self.width);
        (dx * self.axis.0 + dy * self.axis.1, dy * self.axis.0 - dx * self.axis.1)
    }

    /// The direction from the left eye to the right.
    pub fn along(&self) -> (f64, f64) {
        self.axis
    }

    /// Its angle, in radians.
    pub fn angle(&self) -> f64 {
        self.axis.1.atan2(self.axis.0)
    }

    /// Where the hair ends above.
    pub fn top(&self) -> f64 {
        self.top
    }

    /// How far the person reaches to a side (-1 or 1) at a height, hair and shoulders included.
    pub fn girth(&self, v: f64, side: f64) -> f64 {
        let row = ((v - FIRST) * ROWS).round().clamp(0.0, COUNT as f64 - 1.0) as usize;
        self.girth[usize::from(side > 0.0)][row]
    }

    /// How far the head with its ear reaches, hair beside it left out.
    pub fn side(&self, v: f64, side: f64) -> f64 {
        self.girth(v, side).clamp(0.42, 0.58)
    }

    /// Where the forehead begins.
    pub fn hair_line(&self) -> f64 {
        let (_, v) = self.local(self.mark(Landmark::Forehead));
        v.max(self.top + 0.08)
    }

    /// Where the brows are.
    pub fn brow_line(&self) -> f64 {
        let of = |l| self.local(self.mark(l)).1;
        0.5 * (of(Landmark::LeftBrowMiddle) + of(Landmark::RightBrowMiddle))
    }

    /// Where the chin ends.
    pub fn chin_line(&self) -> f64 {
        self.local(self.mark(Landmark::Chin)).1
    }

    /// The colour of the hair, or a dark one where the head is bald or white.
    pub fn hair_colour(&self, canvas: &Canvas) -> Colour {
        let seen = canvas.mean(self.at(0.0, self.top + 0.08), 0.04 * self.width);
        if seen[0] + seen[1] + seen[2] > 330.0 { [46.0, 36.0, 31.0] } else { seen }
    }
}

/// What faults are made of besides the card itself.
#[derive(Debug, Default)]
pub struct Props {
    /// Views of rooms in which nobody is.
    pub rooms: Vec<RgbImage>,
    /// Cards whose heads may appear beside the sitter's.
    pub cards: Vec<Card>,
}

/// A card being spoilt.
#[derive(Debug)]
pub struct Work<'a> {
    /// What is painted on.
    pub canvas: Canvas,
    /// Where the face was on the good card.
    pub face: &'a Face,
    /// What is left to chance.
    pub chance: Chance,
    card: &'a Card,
    props: &'a Props,
}

/// A view of a room, without end.
#[derive(Debug)]
pub enum Room<'a> {
    /// A photograph.
    Seen(&'a RgbImage),
    /// A drawn one.
    Drawn(Wall),
}

impl Room<'_> {
    /// The colour at a place; beyond its edges the view is mirrored.
    pub fn at(&self, x: f64, y: f64) -> Colour {
        match self {
            Self::Seen(view) => {
                let fold = |v: f64, n: u32| {
                    let n = f64::from(n - 1).max(1.0);
                    let t = v.abs() % (2.0 * n);
                    (if t > n { 2.0 * n - t } else { t }) as u32
                };
                view.get_pixel(fold(x, view.width()), fold(y, view.height())).0.map(f64::from)
            }
            Self::Drawn(wall) => {
                let light = wall.at((x / 360.0).rem_euclid(1.0), (y / 450.0).rem_euclid(1.0), 0.8);
                light.map(|v| f64::from(super::draw::shape::coded(v)))
            }
        }
    }
}

impl<'a> Work<'a> {
    /// `card` to be spoilt by the lot of `seed`.
    pub fn new(card: &'a Card, props: &'a Props, seed: u64) -> Self {
        let canvas = Canvas::of(&card.picture, &card.alpha);
        Self { canvas, face: &card.face, chance: Chance::new(seed), card, props }
    }

    /// A room by lot.
    pub fn room(&mut self) -> Room<'a> {
        let lot = self.chance.bits();
        match self.props.rooms.len() as u64 {
            0 => Room::Drawn(Wall::new(Backdrop::Clutter, lot)),
            n => Room::Seen(&self.props.rooms[(lot % n) as usize]),
        }
    }

    /// Somebody else's card by lot.
    pub fn other(&mut self) -> Option<&'a Card> {
        let others: Vec<&Card> =
            self.props.cards.iter().filter(|c| c.stem != self.card.stem).collect();
        let lot = self.chance.bits();
        others.get((lot % others.len().max(1) as u64) as usize).copied()
    }
}

/// A file that somebody hands in.
#[derive(Debug, Clone)]
pub struct File {
    /// What is in it.
    pub bytes: Vec<u8>,
    /// What it is called.
    pub name: &'static str,
}

/// The good card as another program saves it: what a spoilt one is compared with.
pub fn clean(card: &Card) -> File {
    File { bytes: files::jpeg(&card.picture, quality(card), 350), name: "card.jpg" }
}

/// The quality at which everything of this card is saved.
fn quality(card: &Card) -> u8 {
    (88 + spread(0, &card.stem) % 8) as u8
}

/// A seed of its own for everything that has a name.
pub fn spread(seed: u64, name: &str) -> u64 {
    let start = Chance::new(seed).bits();
    name.bytes().fold(start, |h, b| Chance::new(h ^ u64::from(b)).bits())
}

/// How much of a picture a fault must change for a person to see it: pixels that turn from black to white, or more that change less.
const SEEN: f64 = 12.0;

/// How much `picture` differs from the card, in such pixels. What nobody sees, a few levels, does not count.
fn change(card: &Card, picture: &RgbImage) -> f64 {
    let apart = |(a, b): (&image::Rgb<u8>, &image::Rgb<u8>)| {
        let most = (0..3).map(|k| a[k].abs_diff(b[k])).max().unwrap_or(0);
        f64::from(most.saturating_sub(5)) / 250.0
    };
    card.picture.pixels().zip(picture.pixels()).map(apart).sum()
}

/// `card` with the fault `kind` at the strength 0, 1 or 2, by the lot of `seed`; `None` where nobody could see it on this card, such as a hole in white cloth.
pub fn spoilt(card: &Card, kind: &Kind, strength: usize, props: &Props, seed: u64) -> Option<File> {
    let seed = spread(seed, &format!("{}/{}", kind.name, card.stem));
    let s = kind.strengths[strength];
    match kind.fault {
        kinds::Fault::Pixels(draw) => {
            let mut work = Work::new(card, props, seed);
            draw(&mut work, s);
            let picture = work.canvas.picture();
            let bytes = files::jpeg(&picture, quality(card), 350);
            (change(card, &picture) >= SEEN).then_some(File { bytes, name: "card.jpg" })
        }
        kinds::Fault::File(make) => Some(make(card, s, &mut Chance::new(seed))),
    }
}
