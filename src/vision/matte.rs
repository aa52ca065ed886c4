//! Card → alpha of the person, and the person's own colours at the edge.
//!
//! The face's mask says where the person is to within a few card pixels. [`network`] looks at the card itself and says how much of each pixel; where it doubts,
//! the picture's own colours decide: [`trimap`] → [`solve`] (closed-form matting in the band, held by what the network and the backdrop's colours are sure of) →
//! [`foreground`].

pub mod background;
mod doubts;
pub mod foreground;
pub mod network;
pub mod plain;
pub mod refine;
pub mod samples;
pub mod solve;
pub mod trimap;
mod witness;

use image::RgbImage;

use self::doubts::Doubts;
use self::network::MattingNetwork;
use self::plain::PlainWall;
use self::solve::Matrix;
use self::trimap::Known;
use crate::base::error::Result;
use crate::base::raster::Plane;
use crate::vision::face::Head;
use crate::vision::frame::Card;
use crate::vision::matte::background::Backdrop;
use crate::vision::scratch::Scratch;

/// The person on a card: how much of each pixel, and in which colour.
#[derive(Debug, Clone)]
pub struct Matte {
    /// Alpha, 0 background … 1 person, straight (not premultiplied).
    pub alpha: Plane,
    /// The person's colour in sRGB codes 0..=1 where alpha lies strictly between 0 and 1; the card's own colour elsewhere.
    pub foreground: Vec<[f32; 3]>,
    /// How much of the band was decided clearly, 0..=1; below about 0.6 a clerk may see traces of the wall.
    pub confidence: f64,
}

/// Alpha below which a pixel is background, and above one minus which it is person: less than JPEG's own noise.
const NEGLIGIBLE: f32 = 0.012;

/// How far a pixel may lie from what the network has seen of the person, in pixels …
const AROUND: usize = 3;
/// … and how much it must have seen there: below the first nothing is left of the pixel's alpha, from the second on all of it. Compared on labelled portraits: no such
/// test, 0.02 to 0.1, 0.05 to 0.3, and 0.1 to 0.6. The last leaves the least wall beside necks (a mean of 0.25 % of the background, without the test 0.31 %) and takes nothing off sound edges.
const NOBODY_NEAR: f32 = 0.1;
const SOMEBODY_NEAR: f32 = 0.6;

/// Whose the strands of hair are that stand apart from the head, where only an outline is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strands {
    /// The sitter's: what is left is wall and nothing else.
    Theirs,
    /// Nobody's: the highest point of what is left is the top of the head.
    Nobodys,
}

/// Cuts people out: the matting network, and what its equations lie in.
#[derive(Debug)]
pub struct Cutter {
    network: MattingNetwork,
    matrix: Matrix,
}

impl Cutter {
    /// Ready to cut.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self { network: MattingNetwork::new()?, matrix: Matrix::default() })
    }

    /// Cuts the person out of `card`. Card, probability, and coverage agree in size.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the network fails.
    pub fn cut(&mut self, scratch: &mut Scratch, card: &Card, head: &Head) -> Result<Matte> {
        let image = codes(&card.pixels);
        let once = self.network.once(scratch, card, head.face_width())?;
        let ground = Ground::of(card, &image, &once, head);
        let (alpha, confidence) = if ground.wall.is_some() {
            settled(card, &image, &once, ground, &mut self.matrix)
        } else {
            self.doubted(scratch, card, &image, once, head)?
        };
        let foreground = foreground::estimate(&image, alpha.data(), card.size());
        Ok(Matte { alpha, foreground, confidence })
    }

    /// Alpha before a wall that is not plain, of which colours tell little: seen a second time in a mirror, and looked over by the refiner and by the witness. Before a plain one, whose colour tells
    /// strands from it better than they do, none earns its time: of 139 labelled cards 102 have one, and without the first two their edges are as near to the labels (a 95th percentile of 10.8 codes
    /// instead of 11.2 on `dev-asia`, else the same); the witness takes spikes of hair for wall.
    fn doubted(
        &mut self,
        scratch: &mut Scratch,
        card: &Card,
        image: &[[f32; 3]],
        once: Plane,
        head: &Head,
    ) -> Result<(Plane, f64)> {
        let face = head.face_width();
        let seen = self.network.mirrored_too(scratch, card, face, once)?;
        let mut settle = |card: &Card, seen: &Plane| {
            settled(card, image, seen, Ground::of(card, image, seen, head), &mut self.matrix)
        };
        let (alpha, confidence) = settle(card, &seen);
        let refiner = refine::doubts(scratch, card, &alpha, head)?;
        let witness = witness::doubts(scratch, card, &alpha, face)?;
        let Some(doubts) = Doubts::either(refiner, witness) else {
            return Ok((alpha, confidence));
        };
        let card = Card { probability: doubts.amended(&card.probability), ..card.clone() };
        let once = self.network.once(scratch, &card, face)?;
        let seen = self.network.mirrored_too(scratch, &card, face, once)?;
        let (alpha, confidence) = settle(&card, &doubts.amended(&seen));
        Ok((doubts.amended(&alpha), confidence))
    }

    /// The person's outline on `card`, right to a pixel or two: alpha as the network sees it, and at least what a plain wall cannot explain; a third of the time of
    /// [`Self::cut`].
    ///
    /// # Errors
    /// [`crate::Error::Internal`] when the network fails.
    pub fn outline(
        &self,
        scratch: &mut Scratch,
        card: &Card,
        head: &Head,
        strands: Strands,
    ) -> Result<Plane> {
        let seen = self.network.outline(scratch, card, head.face_width())?;
        Ok(outlined(card, seen, head, strands))
    }
}

/// What is known before any colour is weighed.
struct Ground {
    trimap: Vec<Known>,
    wall: Option<PlainWall>,
}

impl Ground {
    /// Where the network is sure, and the wall where it is plain, with what it gives back to the person.
    fn of(card: &Card, image: &[[f32; 3]], seen: &Plane, head: &Head) -> Self {
        let mut trimap = trimap::trimap(card, seen, head);
        let wall = PlainWall::of(image, &trimap, &card.covered, card.size());
        if let Some(wall) = &wall {
            plain::reclaim(image, card, head, wall, &mut trimap);
            plain::open_gaps(image, head, wall, &mut trimap);
        }
        Self { trimap, wall }
    }
}

/// What the network has seen, settled by the card's own colours in the band where it doubts: alpha, and how clearly it was decided.
fn settled(
    card: &Card,
    image: &[[f32; 3]],
    seen: &Plane,
    ground: Ground,
    matrix: &mut Matrix,
) -> (Plane, f64) {
    let size = card.size();
    let Ground { trimap, wall } = ground;
    let backdrop = Backdrop::of(image, &trimap, size);
    let solution = solve::solve(image, &trimap, seen, &backdrop, wall.as_ref(), size, matrix);
    let mut alpha = solution.alpha;
    if wall.is_none() {
        // before a plain wall colours know strands that the network does not; before any other they cannot tell a strand from the wall's own edges
        let near = highest_around(seen, AROUND);
        for (a, n) in alpha.data_mut().iter_mut().zip(near.data()) {
            *a *= smooth_step((n - NOBODY_NEAR) / (SOMEBODY_NEAR - NOBODY_NEAR));
        }
        without_fragments(&mut alpha, &trimap);
    }
    for (a, spread) in alpha.data_mut().iter_mut().zip(&backdrop.spread) {
        *a = without_haze(*a, *spread);
    }
    without_traces(&mut alpha, &card.covered);
    (alpha, solution.confidence)
}

/// What the network has seen, where its doubts leave room for it, and a plain wall's word.
fn outlined(card: &Card, mut alpha: Plane, head: &Head, strands: Strands) -> Plane {
    let image = codes(&card.pixels);
    let mut trimap = trimap::trimap(card, &alpha, head);
    let wall = PlainWall::of(&image, &trimap, &card.covered, card.size());
    // before a wall that is not plain no strand can be told from it
    let telling = wall.as_ref().filter(|_| strands == Strands::Theirs);
    if let Some(wall) = telling {
        plain::reclaim(&image, card, head, wall, &mut trimap);
    }
    for (i, (a, known)) in alpha.data_mut().iter_mut().zip(&trimap).enumerate() {
        *a = match known {
            Known::Background => 0.0,
            Known::Person => 1.0,
            Known::Unknown => wall.as_ref().map_or(*a, |wall| {
                a.max(plain::least_alpha(image[i], wall.colour(i), 4.0 * wall.sigma()))
            }),
        };
    }
    if telling.is_none() {
        without_fragments(&mut alpha, &trimap);
    }
    without_traces(&mut alpha, &card.covered);
    alpha
}

/// Alphas within noise of 0 and 1 become 0 and 1, and 0 where the photo does not reach.
fn without_traces(alpha: &mut Plane, covered: &[bool]) {
    for (a, covered) in alpha.data_mut().iter_mut().zip(covered) {
        *a = if !covered || *a < NEGLIGIBLE {
            0.0
        } else if *a > 1.0 - NEGLIGIBLE {
            1.0
        } else {
            *a
        };
    }
}

/// Alpha from which pixels hang together, and how far beyond those that hang together with the person something of it may be, in pixels. On 91 labelled portraits
/// the background that is left fell from 0.21 % to 0.17 % on the mean, and the edge error of the median one stayed at 5.40 codes; with 0.3 and 2 px it rose to 5.57.
const SOLID: f32 = 0.4;
const FRINGE: f64 = 5.0;

/// Takes off what does not hang together with the person: bits of a flag or a shelf beside the hair.
fn without_fragments(alpha: &mut Plane, trimap: &[Known]) {
    let size = alpha.size();
    let solid: Vec<bool> = alpha.data().iter().map(|a| *a >= SOLID).collect();
    let person = (0..trimap.len()).filter(|i| trimap[*i] == Known::Person);
    let ours = trimap::within(&trimap::connected(&solid, size, person), size, FRINGE);
    for (a, ours) in alpha.data_mut().iter_mut().zip(ours) {
        *a *= f32::from(u8::from(ours));
    }
}

/// The highest value within `reach` columns and rows.
fn highest_around(plane: &Plane, reach: usize) -> Plane {
    let (w, h) = (plane.width(), plane.height());
    let mut across = plane.clone();
    for y in 0..h {
        let row = plane.row(y);
        for (x, v) in across.data_mut()[y * w..(y + 1) * w].iter_mut().enumerate() {
            let around = &row[x.saturating_sub(reach)..(x + reach + 1).min(w)];
            *v = around.iter().copied().fold(0.0, f32::max);
        }
    }
    let mut out = across.clone();
    for y in 0..h {
        for from in y.saturating_sub(reach)..(y + reach + 1).min(h) {
            let line = &across.data()[from * w..(from + 1) * w];
            for (o, v) in out.data_mut()[y * w..(y + 1) * w].iter_mut().zip(line) {
                *o = o.max(*v);
            }
        }
    }
    out
}

/// Takes the haze off: what closed-form matting leaves where the wall itself has edges. The busier the wall (standard deviation `spread`, in codes), the less a
/// faint alpha can be a strand of hair; alphas of twice the floor stay as they are, so the edge keeps its softness.
fn without_haze(alpha: f32, spread: f32) -> f32 {
    let busy = spread * spread / (spread * spread + 0.06 * 0.06);
    let floor = 0.02 + 0.16 * busy;
    alpha * smooth_step((alpha - 0.5 * floor) / (1.5 * floor))
}

/// From 0 at 0 to 1 at 1 without a corner.
fn smooth_step(t: f32) -> f32 {
    let t = t.clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The card's pixels as sRGB codes, 0..=1.
fn codes(pixels: &RgbImage) -> Vec<[f32; 3]> {
    pixels.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.0)).collect()
}

/// The person on a plain background of `colour`: alpha over it, in sRGB codes, as the offices' own software blends.
#[must_use]
pub fn whitened(card: &RgbImage, matte: &Matte, colour: [u8; 3]) -> RgbImage {
    let mut out = card.clone();
    let wall = colour.map(|v| f32::from(v) / 255.0);
    for ((pixel, alpha), own) in out.pixels_mut().zip(matte.alpha.data()).zip(&matte.foreground) {
        if *alpha <= 0.0 {
            pixel.0 = colour;
        } else if *alpha < 1.0 {
            for c in 0..3 {
                pixel.0[c] = ((own[c] * alpha + wall[c] * (1.0 - alpha)).clamp(0.0, 1.0) * 255.0
                    + 0.5) as u8;
            }
        }
    }
    out
}

/// The card with its own background, and `colour` where the photo does not reach.
#[must_use]
pub fn extended(card: &Card, colour: [u8; 3]) -> RgbImage {
    let mut out = card.pixels.clone();
    for (pixel, _) in out.pixels_mut().zip(&card.covered).filter(|(_, covered)| !**covered) {
        pixel.0 = colour;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_of_a_flag_apart_from_the_person_is_taken_off_and_a_fringe_is_not() {
        let size = crate::base::geometry::Size::new(40, 9);
        let row = |x: usize| match x {
            0..10 => 1.0,
            10..13 => 0.2,
            20..26 => 0.9,
            _ => 0.0,
        };
        let mut alpha = Plane::filled(size, 0.0);
        for (i, a) in alpha.data_mut().iter_mut().enumerate() {
            *a = row(i % 40);
        }
        let trimap: Vec<Known> =
            (0..40 * 9).map(|i| if i % 40 < 5 { Known::Person } else { Known::Unknown }).collect();
        without_fragments(&mut alpha, &trimap);
        for x in 0..40 {
            assert_eq!(alpha.at(x, 4), if x < 15 { row(x as usize) } else { 0.0 }, "column {x}");
        }
    }
}
