//! What is behind the person.

use super::chance::{Chance, clouds, noise};
use super::shape::{Light, light, mix, scaled, step};
use super::sitter::Backdrop;

/// A book on a shelf: its left edge, width, height as a share of the shelf's, and colour.
#[derive(Debug, Clone, Copy)]
struct Book {
    left: f64,
    width: f64,
    height: f64,
    colour: Light,
}

/// A backdrop ready to be sampled. Coordinates are shares of the picture's width and height.
#[derive(Debug)]
pub struct Wall {
    backdrop: Backdrop,
    shelves: Vec<Vec<Book>>,
    seed: u64,
}

/// Shelves in a cluttered room.
const SHELVES: usize = 5;

impl Wall {
    /// Builds `backdrop`; what is left to chance comes from `seed`.
    pub fn new(backdrop: Backdrop, seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ 0x7761_6c6c);
        let mut shelves = Vec::new();
        if backdrop == Backdrop::Clutter {
            for _ in 0..SHELVES {
                let (mut books, mut left) = (Vec::new(), -0.02);
                while left < 1.0 {
                    let width = chance.between(0.018, 0.05);
                    let colour = light(chance.pick(&[
                        [140, 48, 42],
                        [48, 74, 112],
                        [188, 168, 120],
                        [60, 96, 70],
                        [210, 204, 190],
                        [92, 64, 48],
                        [36, 38, 44],
                        [170, 110, 52],
                    ]));
                    let gap = if chance.unit() < 0.12 { chance.between(0.02, 0.08) } else { 0.0 };
                    books.push(Book { left, width, height: chance.between(0.6, 0.92), colour });
                    left += width + gap;
                }
                shelves.push(books);
            }
        }
        Self { backdrop, shelves, seed }
    }

    /// The wall's light at `x`, `y` in 0..1, for a picture `aspect` times as wide as high.
    pub fn at(&self, x: f64, y: f64, aspect: f64) -> Light {
        let grain = 1.0 + 0.006 * clouds(x * 5.0 * aspect, y * 5.0, self.seed ^ 91);
        match self.backdrop {
            Backdrop::Plain(colour) => scaled(light(colour), grain),
            Backdrop::Studio { colour, vignette } => {
                let r = ((x - 0.46) * aspect).hypot(y - 0.38);
                scaled(light(colour), grain * (1.0 - vignette * step(0.05, 0.95, r)))
            }
            Backdrop::TwoTone { upper, lower, height } => {
                let plaster = 1.0 + 0.02 * noise(x * 180.0 * aspect, y * 180.0, self.seed ^ 92);
                let c = mix(light(upper), light(lower), step(height - 0.003, height + 0.003, y));
                scaled(c, grain * plaster * (1.06 - 0.16 * x))
            }
            Backdrop::Clutter => self.shelf(x, y),
        }
    }

    fn shelf(&self, x: f64, y: f64) -> Light {
        let row = (y * SHELVES as f64).clamp(0.0, SHELVES as f64 - 1e-6);
        let down = row.fract();
        let board =
            scaled(light([120, 86, 56]), 0.8 + 0.15 * noise(x * 9.0, y * 150.0, self.seed ^ 93));
        if down > 0.93 {
            return board;
        }
        let back = scaled(light([58, 44, 34]), 0.5 + 0.5 * down);
        let Some(book) =
            self.shelves[row as usize].iter().find(|b| (b.left..b.left + b.width).contains(&x))
        else {
            return back;
        };
        if down < 0.93 * (1.0 - book.height) {
            return back;
        }
        let t = (x - book.left) / book.width;
        let round = 0.55 + 1.6 * t * (1.0 - t);
        let band =
            if (0.30..0.34).contains(&down) || (0.80..0.83).contains(&down) { 0.7 } else { 1.0 };
        scaled(book.colour, round * band)
    }
}
