//! Alpha from the colours that lie nearest on either side of the band.
//!
//! For every unknown pixel a few known colours of the person and of the wall are gathered along rays (Gastal and Oliveira 2010, "Shared sampling", section
//! 3.1); each pair explains the pixel as a mixture (their equation 2), and the pairs that do so best, from nearby, give an alpha and how far to trust it
//! (Wang and Cohen 2007, "Robust matting", equations 2 to 5). Where person and wall look alike no pair is trusted.

use pulp::{Arch, Simd, WithSimd};

use super::trimap::Known;
use crate::base::geometry::Size;
use crate::vision::matte::background::Backdrop;

/// What the colours nearby say of a pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// Alpha, 0..=1.
    pub alpha: f32,
    /// 0 nothing known … 1 sure.
    pub confidence: f32,
}

/// Side of the cells that share their samples, in pixels.
const CELL: usize = 4;
/// Rays a cell casts, how far, in pixels, and how many of the nearest colours it keeps.
const RAYS: usize = 12;
const FAR: u16 = 90;
const PERSONS: usize = 6;
const WALLS: usize = 4;
/// Standard deviation of a residual that noise explains, in codes.
const RESIDUAL: f32 = 0.015;
/// Distance between two colours, in codes, from which a mixture of them can be told.
const APART: f32 = 0.2;
/// Pairs whose alphas are averaged.
const BEST: usize = 4;

/// A known colour and how far away it was found, in pixels.
type Sample = ([f32; 3], f32);

/// Guesses alpha at the pixels `unknown` lists. `image` (codes 0..=1), `trimap` and `backdrop` hold the pixels of `size`.
#[must_use]
pub fn guess(
    image: &[[f32; 3]],
    trimap: &[Known],
    backdrop: &Backdrop,
    unknown: &[usize],
    size: Size,
) -> Vec<Guess> {
    Arch::new().dispatch(Guessing { image, trimap, backdrop, unknown, size })
}

struct Guessing<'a> {
    image: &'a [[f32; 3]],
    trimap: &'a [Known],
    backdrop: &'a Backdrop,
    unknown: &'a [usize],
    size: Size,
}

impl WithSimd for Guessing<'_> {
    type Output = Vec<Guess>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<Guess> {
        guessed(self.image, self.trimap, self.backdrop, self.unknown, self.size)
    }
}

#[inline(always)]
fn guessed(
    image: &[[f32; 3]],
    trimap: &[Known],
    backdrop: &Backdrop,
    unknown: &[usize],
    size: Size,
) -> Vec<Guess> {
    let (w, h) = (size.width as usize, size.height as usize);
    let across = w.div_ceil(CELL);
    let field = Field::new(trimap, size);
    let mut cells: Vec<Option<Box<Cell>>> = vec![None; across * h.div_ceil(CELL)];
    let mut guesses = Vec::with_capacity(unknown.len());
    for &at in unknown {
        let (cx, cy) = (at % w / CELL, at / w / CELL);
        let cell = cells[cy * across + cx].get_or_insert_with(|| {
            let (persons, walls) = gathered(image, &field, cx, cy, size);
            Box::new(Cell::new(persons, &walls))
        });
        guesses.push(cell.guess(image[at], backdrop.colour[at]));
    }
    guesses
}

/// Pairs of known colours, one person's and one wall's each; as many as `PERSONS` of the former make with `WALLS` of the latter and the backdrop's own colour.
const PAIRS: usize = PERSONS * (WALLS + 1);

/// What a group of pixels knows of its surroundings: the pairs, value by value, so that all of them are tried at once.
#[derive(Clone)]
struct Cell {
    persons: Vec<Sample>,
    near_person: f32,
    near_wall: f32,
    /// How many pairs there are; those with the backdrop's colour come first and change from pixel to pixel.
    pairs: usize,
    wall: [[f32; PAIRS]; 3],
    /// From the wall's colour to the person's.
    line: [[f32; PAIRS]; 3],
    /// Its squared length.
    length: [f32; PAIRS],
    /// What the distances to the two colours cost.
    away: [f32; PAIRS],
}

impl Cell {
    fn new(persons: Vec<Sample>, walls: &[Sample]) -> Self {
        let nearest = |samples: &[Sample]| samples.first().map_or(1.0, |s| s.1);
        let (near_person, near_wall) = (nearest(&persons), nearest(walls));
        let empty = [[0.0; PAIRS]; 3];
        let mut cell = Self {
            persons: Vec::new(),
            near_person,
            near_wall,
            pairs: if walls.is_empty() { 0 } else { persons.len() },
            wall: empty,
            line: empty,
            length: [0.0; PAIRS],
            away: [0.0; PAIRS],
        };
        if cell.pairs > 0 {
            for person in &persons {
                for wall in walls {
                    cell.put(cell.pairs, person, wall);
                    cell.pairs += 1;
                }
            }
        }
        Self { persons, ..cell }
    }

    #[inline(always)]
    fn put(&mut self, at: usize, person: &Sample, wall: &Sample) {
        let mut length = 0.0;
        for c in 0..3 {
            let line = person.0[c] - wall.0[c];
            self.wall[c][at] = wall.0[c];
            self.line[c][at] = line;
            length += line * line;
        }
        self.length[at] = length;
        // He et al. 2011 ("A global sampling method"), equation 5: distances relative to the nearest
        self.away[at] = 0.3 * (person.1 / self.near_person + wall.1 / self.near_wall);
    }

    #[inline(always)]
    fn guess(&mut self, colour: [f32; 3], backdrop: [f32; 3]) -> Guess {
        if self.pairs == 0 {
            return Guess { alpha: 0.5, confidence: 0.0 };
        }
        for n in 0..self.persons.len() {
            let person = self.persons[n];
            self.put(n, &person, &(backdrop, self.near_wall));
        }
        let (mut alpha, mut residual, mut cost) = ([0.0; PAIRS], [0.0; PAIRS], [0.0; PAIRS]);
        for n in 0..PAIRS {
            let off: [f32; 3] = std::array::from_fn(|c| colour[c] - self.wall[c][n]);
            let line: [f32; 3] = std::array::from_fn(|c| self.line[c][n]);
            let along = off[0] * line[0] + off[1] * line[1] + off[2] * line[2];
            let a = (along / self.length[n].max(1e-6)).clamp(0.0, 1.0);
            let rest: [f32; 3] = std::array::from_fn(|c| off[c] - a * line[c]);
            let square = rest[0] * rest[0] + rest[1] * rest[1] + rest[2] * rest[2];
            alpha[n] = a;
            residual[n] = square / (RESIDUAL * RESIDUAL);
            cost[n] = residual[n] + self.away[n];
        }
        // the cheapest, in order
        let mut best = [(f32::INFINITY, 0); BEST];
        for (n, cost) in cost.iter().enumerate().take(self.pairs) {
            if *cost < best[BEST - 1].0 {
                let mut i = BEST - 1;
                while i > 0 && *cost < best[i - 1].0 {
                    best[i] = best[i - 1];
                    i -= 1;
                }
                best[i] = (*cost, n);
            }
        }
        let best = &best[..self.pairs.min(BEST)];
        let mean = |f: &dyn Fn(usize) -> f32| {
            best.iter().map(|(_, n)| f(*n)).sum::<f32>() / best.len() as f32
        };
        let middle = mean(&|n| alpha[n]);
        let spread = mean(&|n| (alpha[n] - middle) * (alpha[n] - middle));
        let confidence = mean(&|n| {
            let told = self.length[n] / (self.length[n] + APART * APART);
            told * told * libm::expf(-0.5 * residual[n])
        });
        Guess { alpha: middle, confidence: confidence * libm::expf(-spread / 0.02) }
    }
}

/// The trimap with a ring around it that ends every ray, and the rays' steps on it.
struct Field {
    known: Vec<u8>,
    stride: usize,
    /// For each of the turns, ray after ray: the way from a cell's middle to every step of the ray.
    turns: [Vec<isize>; TURNS],
}

/// Neighbouring cells look in other directions, so that together they see more: how many there are.
const TURNS: usize = 4;
/// What a place on a [`Field`] is.
const WALL: u8 = 1;
const PERSON: u8 = 2;
const OUTSIDE: u8 = 4;

impl Field {
    fn new(trimap: &[Known], size: Size) -> Self {
        let (w, h) = (size.width as usize, size.height as usize);
        let stride = w + 2;
        let mut known = vec![OUTSIDE; stride * (h + 2)];
        let rows = known.chunks_exact_mut(stride).skip(1);
        for (row, line) in rows.zip(trimap.chunks_exact(w.max(1))) {
            for (k, t) in row[1..].iter_mut().zip(line) {
                *k = match t {
                    Known::Background => WALL,
                    Known::Unknown => 0,
                    Known::Person => PERSON,
                };
            }
        }
        let turns = std::array::from_fn(|turn| {
            let turn = turn as f32 / TURNS as f32;
            let rays =
                (0..RAYS).map(|ray| (ray as f32 + turn) * (std::f32::consts::TAU / RAYS as f32));
            rays.map(libm::sincosf)
                .flat_map(|(dy, dx)| {
                    (1..FAR).map(move |far| {
                        let far = f32::from(far);
                        ((dy * far).floor() as isize) * stride as isize
                            + (dx * far).floor() as isize
                    })
                })
                .collect()
        });
        Self { known, stride, turns }
    }
}

/// The nearest known colours of person and wall around a cell, nearest first.
fn gathered(
    image: &[[f32; 3]],
    field: &Field,
    cx: usize,
    cy: usize,
    size: Size,
) -> (Vec<Sample>, Vec<Sample>) {
    let (w, h) = (size.width as usize, size.height as usize);
    let (mut persons, mut walls) = (Vec::with_capacity(RAYS), Vec::with_capacity(RAYS + 1));
    // the last cells may have their middle beyond the edge
    let (x, y) = ((cx * CELL + CELL / 2).min(w - 1), (cy * CELL + CELL / 2).min(h - 1));
    let middle = (y + 1) * field.stride + x + 1;
    for ray in field.turns[(cx + 2 * cy) % TURNS].chunks_exact(usize::from(FAR) - 1) {
        let mut seen = 0;
        for (step, way) in ray.iter().enumerate() {
            let at = middle.wrapping_add_signed(*way);
            let known = field.known[at];
            if known & !seen == 0 {
                continue;
            }
            if known == OUTSIDE {
                break;
            }
            seen |= known;
            let place = (at / field.stride - 1) * w + at % field.stride - 1;
            let samples = if known == PERSON { &mut persons } else { &mut walls };
            samples.push((image[place], (step + 1) as f32));
            if seen == PERSON | WALL {
                break;
            }
        }
    }
    for (samples, most) in [(&mut persons, PERSONS), (&mut walls, WALLS)] {
        samples.sort_by(|a: &Sample, b: &Sample| a.1.total_cmp(&b.1));
        samples.truncate(most);
    }
    (persons, walls)
}
