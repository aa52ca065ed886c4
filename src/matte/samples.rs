//! Alpha from the colours that lie nearest on either side of the band.
//!
//! For every unknown pixel a few known colours of the person and of the wall are gathered along rays (Gastal and Oliveira 2010, "Shared sampling", section
//! 3.1); each pair explains the pixel as a mixture (their equation 2), and the pairs that do so best, from nearby, give an alpha and how far to trust it
//! (Wang and Cohen 2007, "Robust matting", equations 2 to 5). Where person and wall look alike no pair is trusted.

use super::trimap::Known;
use crate::background::Backdrop;
use crate::geometry::Size;

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

/// The known colours around a cell: the person's and the wall's, nearest first.
type Gathered = (Vec<Sample>, Vec<Sample>);

/// Guesses alpha at the pixels `unknown` lists. `image` (codes 0..=1), `trimap` and `backdrop` hold the pixels of `size`.
#[must_use]
pub fn guess(
    image: &[[f32; 3]],
    trimap: &[Known],
    backdrop: &Backdrop,
    unknown: &[usize],
    size: Size,
) -> Vec<Guess> {
    let (w, h) = (size.width as usize, size.height as usize);
    let across = w.div_ceil(CELL);
    let mut cells: Vec<Option<Box<Gathered>>> = vec![None; across * h.div_ceil(CELL)];
    unknown
        .iter()
        .map(|&at| {
            let (cx, cy) = (at % w / CELL, at / w / CELL);
            let (persons, walls) = &mut **cells[cy * across + cx]
                .get_or_insert_with(|| Box::new(gathered(image, trimap, cx, cy, size)));
            let (Some(person), Some(wall)) = (persons.first(), walls.first()) else {
                return Guess { alpha: 0.5, confidence: 0.0 };
            };
            let (near_person, near_wall) = (person.1, wall.1);
            walls.push((backdrop.colour[at], near_wall));
            let guess = best_pairs(image[at], persons, walls, near_person, near_wall);
            walls.pop();
            guess
        })
        .collect()
}

/// The nearest known colours of person and wall around a cell, nearest first.
fn gathered(image: &[[f32; 3]], trimap: &[Known], cx: usize, cy: usize, size: Size) -> Gathered {
    let (w, h) = (size.width as usize, size.height as usize);
    let (x, y) = ((cx * CELL + CELL / 2) as f32, (cy * CELL + CELL / 2) as f32);
    let (mut persons, mut walls) = (Vec::with_capacity(RAYS), Vec::with_capacity(RAYS + 1));
    // neighbouring cells look in other directions, so that together they see more
    let turn = ((cx + 2 * cy) % 4) as f32 / 4.0;
    for ray in 0..RAYS {
        let (dy, dx) = ((ray as f32 + turn) * (std::f32::consts::TAU / RAYS as f32)).sin_cos();
        let (mut person, mut wall) = (false, false);
        for step in 1..FAR {
            let far = step as f32;
            let (px, py) = (x + dx * far, y + dy * far);
            if px < 0.0 || py < 0.0 || px >= w as f32 || py >= h as f32 || (person && wall) {
                break;
            }
            let place = py as usize * w + px as usize;
            match trimap[place] {
                Known::Person if !person => {
                    person = true;
                    persons.push((image[place], far));
                }
                Known::Background if !wall => {
                    wall = true;
                    walls.push((image[place], far));
                }
                Known::Person | Known::Background | Known::Unknown => {}
            }
        }
    }
    for (samples, most) in [(&mut persons, PERSONS), (&mut walls, WALLS)] {
        samples.sort_by(|a: &Sample, b: &Sample| a.1.total_cmp(&b.1));
        samples.truncate(most);
    }
    (persons, walls)
}

fn best_pairs(
    colour: [f32; 3],
    persons: &[Sample],
    walls: &[Sample],
    near_person: f32,
    near_wall: f32,
) -> Guess {
    let minus = |a: [f32; 3], b: [f32; 3]| [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
    let dot = |a: [f32; 3], b: [f32; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    // cost, alpha, confidence; cheapest first
    let mut best = [(f32::INFINITY, 0.5f32, 0.0f32); BEST];
    for (person, from_person) in persons {
        for (wall, from_wall) in walls {
            let line = minus(*person, *wall);
            let off = minus(colour, *wall);
            let length = dot(line, line);
            let alpha = (dot(off, line) / length.max(1e-6)).clamp(0.0, 1.0);
            let rest = [0, 1, 2].map(|c| off[c] - alpha * line[c]);
            let residual = dot(rest, rest) / (RESIDUAL * RESIDUAL);
            // He et al. 2011 ("A global sampling method"), equation 5: distances relative to the nearest
            let cost = residual + 0.3 * (from_person / near_person + from_wall / near_wall);
            let told = length / (length + APART * APART);
            let confidence = told * told * (-0.5 * residual).exp();
            if cost < best[BEST - 1].0 {
                best[BEST - 1] = (cost, alpha, confidence);
                let mut i = BEST - 1;
                while i > 0 && best[i].0 < best[i - 1].0 {
                    best.swap(i, i - 1);
                    i -= 1;
                }
            }
        }
    }
    let n = best.iter().filter(|b| b.0.is_finite()).count().max(1) as f32;
    let mean = |f: &dyn Fn(&(f32, f32, f32)) -> f32| {
        best.iter().filter(|b| b.0.is_finite()).map(f).sum::<f32>() / n
    };
    let alpha = mean(&|b| b.1);
    let spread = mean(&|b| (b.1 - alpha) * (b.1 - alpha));
    Guess { alpha, confidence: mean(&|b| b.2) * (-spread / 0.02).exp() }
}
