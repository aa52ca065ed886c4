//! Alpha in the unknown band.
//!
//! Closed-form matting (Levin, Lischinski, Weiss 2008): alpha is locally an affine function of colour, which gives the matting Laplacian `L` (their
//! equation 12, windows of 3 × 3). Solved is `(L + W) α = W β` over the unknown pixels alone, where `β` is what the network's mask and the backdrop's
//! colours say of a pixel and the diagonal `W` how sure they are. Conjugate gradients, Jacobi preconditioned, one fixed order of additions.

use pulp::{Arch, Simd, WithSimd};

use super::plain::{PlainWall, least_alpha};
use super::samples::{Guess, guess};
use super::trimap::Known;
use crate::base::geometry::Size;
use crate::base::raster::Plane;
use crate::vision::matte::background::Backdrop;

/// The paper's ε: how much colour noise a window shrugs off, in codes squared. Of 1e-6, 1e-5, 3e-5 and 1e-4 on labelled portraits, 1e-6 left more wall
/// in the band (edge error 11.0 against 10.7 on the median photo, 12.0 to 13.6 on the mean), 1e-4 lost fine hair.
const EPSILON: f32 = 1e-5;
/// Most iterations, and the residual relative to the right-hand side at which to stop: about 70 iterations. At 2e-3, a tenth quicker, the edge error of the median
/// labelled portrait rises from 5.40 to 5.49 codes, at 2e-2 to 6.0.
const ITERATIONS: usize = 120;
const TOLERANCE: f64 = 5e-4;
/// Weight of the network's word where it is sure, against the Laplacian's diagonal of about 1 per window. Between 0.0005 and 0.02 the edge error hardly moves.
const MASK_WEIGHT: f32 = 0.005;
/// The same where wall and person look alike and the mask is all there is.
const ALIKE_WEIGHT: f32 = 0.04;
/// The same before a busy wall, where strands cannot be told from it anyway and every edge in the wall would leave a haze …
const BUSY_WEIGHT: f32 = 0.3;
/// … busy meaning this standard deviation, in codes. Studio walls stay below 0.03.
const BUSY: f32 = 0.10;
/// Weight of the colours' word for the person: little, since much of a room is unlike its wall.
const PERSON_WEIGHT: f32 = 0.003;
/// Weight of what the nearest known colours say, where they explain the pixel fully ("Robust matting" has 0.1). At 0.05 the edge error of the median dev photo
/// fell from 7.8 to 7.1 codes and that of the median exact photo from 4.3 to 4.2; at 0.2 more wall leaked (p95 0.043 against 0.026).
const SAMPLE_WEIGHT: f32 = 0.05;
/// Weight of the bound that a plain wall sets from below, where the belief falls short of it by all there is.
const FLOOR_WEIGHT: f32 = 0.3;
/// Weight of the colours' word for the wall, where a pixel has its very colour. The same weight for pixels merely like the wall lost thin hair.
const WALL_WEIGHT: f32 = 0.1;
/// Squared distance between wall and person, in variances, at which their colours tell half of what they can.
const TELLING: f32 = 4.0;

/// Alpha, and how clearly it was decided.
#[derive(Debug, Clone)]
pub struct Solution {
    /// Alpha, 0..=1.
    pub alpha: Plane,
    /// Share of the band's alpha that is near 0 or 1 or backed by colour, 0..=1.
    pub confidence: f64,
}

/// The 5 × 5 neighbourhood in which the Laplacian of 3 × 3 windows couples pixels.
const REACH: i64 = 2;
const SIDE: usize = 5;

/// Nine values of a window, padded to whole vectors.
const LINE: usize = 16;

/// What couples a pixel with those around it, row after row, and three zeros, so that eight numbers can be read from the start of every row: little memory, which conjugate
/// gradients read some 70 times.
type Stencil = [f32; SIDE * SIDE + 3];

/// The pixel's own place in its stencil.
const OWN: usize = SIDE * SIDE / 2;

/// The system's matrix, kept from one card to the next: some megabytes.
#[derive(Debug, Default)]
pub struct Matrix(Vec<Stencil>);

/// Solves alpha. `image` (codes 0..=1), `trimap`, `probability` (0..=1) and `backdrop` hold the pixels of `size`.
#[must_use]
pub fn solve(
    image: &[[f32; 3]],
    trimap: &[Known],
    probability: &Plane,
    backdrop: &Backdrop,
    plain: Option<&PlainWall>,
    size: Size,
    matrix: &mut Matrix,
) -> Solution {
    let (w, h) = (size.width as usize, size.height as usize);
    let unknown: Vec<usize> = (0..w * h).filter(|i| trimap[*i] == Known::Unknown).collect();
    let mut alpha: Vec<f32> = trimap
        .iter()
        .zip(probability.data())
        .map(|(k, p)| match k {
            Known::Background => 0.0,
            Known::Person => 1.0,
            Known::Unknown => *p,
        })
        .collect();
    if unknown.is_empty() || w < 3 || h < 3 {
        let alpha = Plane::from_data(size, alpha).unwrap_or_else(|| Plane::filled(size, 0.0));
        return Solution { alpha, confidence: 1.0 };
    }
    let mut index = vec![u32::MAX; w * h];
    for (n, at) in unknown.iter().enumerate() {
        index[*at] = n as u32;
    }
    let rows = &mut matrix.0;
    Arch::new().dispatch(Laplacian { image, unknown: &unknown, index: &index, w, h, rows });
    let mut right = vec![0.0f32; unknown.len()];
    let mut decided = 0.0f64;
    let guesses = guess(image, trimap, backdrop, &unknown, size);
    for (n, at) in unknown.iter().enumerate() {
        let belief = belief(image[*at], probability.data()[*at], backdrop, *at).with(guesses[n]);
        let belief = belief.but_at_least(floor(image[*at], backdrop, plain, *at));
        rows[n][OWN] += belief.weight;
        right[n] = belief.weight * belief.alpha;
        alpha[*at] = belief.alpha;
        decided += f64::from(belief.clear);
    }
    // known neighbours go to the right-hand side
    for (n, at) in unknown.iter().enumerate() {
        let (x, y) = ((at % w) as i64, (at / w) as i64);
        for (ny, line) in (y - REACH..).zip(rows[n].chunks_exact(SIDE)) {
            for (nx, coupling) in (x - REACH..=x + REACH).zip(line) {
                if nx < 0 || ny < 0 || nx >= w as i64 || ny >= h as i64 {
                    continue;
                }
                let other = ny as usize * w + nx as usize;
                if index[other] == u32::MAX {
                    right[n] -= coupling * alpha[other];
                }
            }
        }
    }
    let start: Vec<f32> = unknown.iter().map(|at| alpha[*at]).collect();
    let system = System { rows, right: &right, start, unknown: &unknown, w, h };
    let solved = Arch::new().dispatch(system);
    for (at, a) in unknown.iter().zip(solved) {
        alpha[*at] = a.clamp(0.0, 1.0);
    }
    let alpha = Plane::from_data(size, alpha).unwrap_or_else(|| Plane::filled(size, 0.0));
    Solution { alpha, confidence: decided / unknown.len() as f64 }
}

/// What mask and colours say of a pixel, and how sure they are.
struct Belief {
    /// Alpha, 0..=1.
    alpha: f32,
    /// The weight of that in the system, > 0.
    weight: f32,
    /// How clearly mask or colours decide the pixel, 0..=1.
    clear: f32,
}

impl Belief {
    /// Joined by what the nearest colours say.
    fn with(self, guess: Guess) -> Self {
        let more = SAMPLE_WEIGHT * guess.confidence;
        let weight = self.weight + more;
        Self { alpha: (self.alpha * self.weight + guess.alpha * more) / weight, weight, ..self }
    }

    /// Held above `least`.
    fn but_at_least(self, least: f32) -> Self {
        if least <= self.alpha {
            return self;
        }
        let more = FLOOR_WEIGHT * least * least;
        Self { alpha: least, weight: self.weight + more, ..self }
    }
}

/// The least alpha a pixel can have before a plain wall, 0 where the wall is not plain. The wall's own colour nearby and the field must agree on it: a shadow
/// is unlike the field, a strand already counted as wall unlike nothing nearby.
fn floor(colour: [f32; 3], backdrop: &Backdrop, plain: Option<&PlainWall>, at: usize) -> f32 {
    let Some(plain) = plain else { return 0.0 };
    let near = least_alpha(colour, backdrop.colour[at], 3.0 * backdrop.spread[at]);
    near.min(least_alpha(colour, plain.colour(at), 4.0 * plain.sigma()))
}

fn belief(colour: [f32; 3], p: f32, backdrop: &Backdrop, at: usize) -> Belief {
    let square =
        |a: [f32; 3], b: [f32; 3]| (0..3).map(|c| (a[c] - b[c]) * (a[c] - b[c])).sum::<f32>();
    let (wall, person) = (backdrop.colour[at], backdrop.person[at]);
    let (sw, sp) = (backdrop.spread[at], backdrop.person_spread[at]);
    let apart = square(wall, person) / (sw * sw + sp * sp);
    let tell = apart / (apart + TELLING);
    let sure = 2.0 * (p - 0.5).abs();
    let sure = sure * sure * sure;
    let busy = sw * sw / (sw * sw + BUSY * BUSY);
    let mask =
        sure * (MASK_WEIGHT + ALIKE_WEIGHT * (1.0 - tell)) + sure * sure * BUSY_WEIGHT * busy;
    // nearness to either colour in its own standard deviations; both near, or neither: colours say nothing
    let to_wall = square(colour, wall) / (sw * sw * 3.0);
    let to_person = square(colour, person) / (sp * sp * 3.0);
    let wall_like = libm::expf(-0.5 * to_wall) / (sw * sw * sw);
    let person_like = libm::expf(-0.5 * to_person) / (sp * sp * sp) + 1e-3;
    let share = person_like / (wall_like + person_like);
    let trust = tell * (2.0 * (share - 0.5).abs()).powi(2);
    // a pixel unlike the wall need not be all person, and one a little unlike it may be a thin hair: only the very colour of the wall speaks loudly
    let (towards, colours) = if share > 0.5 {
        (1.0, trust * PERSON_WEIGHT * p)
    } else {
        (0.0, WALL_WEIGHT * trust * tell * libm::expf(-to_wall))
    };
    let weight = mask + colours;
    let clear = sure.max(trust);
    if weight <= 1e-6 {
        return Belief { alpha: p, weight: 1e-6, clear };
    }
    Belief { alpha: (mask * p + colours * towards) / weight, weight, clear }
}

/// The matting Laplacian's rows of the unknown pixels, as 5 × 5 stencils.
struct Laplacian<'a> {
    image: &'a [[f32; 3]],
    unknown: &'a [usize],
    index: &'a [u32],
    w: usize,
    h: usize,
    rows: &'a mut Vec<Stencil>,
}

impl WithSimd for Laplacian<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        laplacian(self.image, self.unknown, self.index, self.w, self.h, self.rows);
    }
}

#[inline(always)]
fn laplacian(
    image: &[[f32; 3]],
    unknown: &[usize],
    index: &[u32],
    w: usize,
    h: usize,
    rows: &mut Vec<Stencil>,
) {
    rows.clear();
    rows.resize(unknown.len(), [0.0; SIDE * SIDE + 3]);
    let mut wanted = vec![false; w * h];
    for at in unknown {
        let (x, y) = (at % w, at / w);
        for cy in y.saturating_sub(1)..=(y + 1).min(h - 1) {
            for cx in x.saturating_sub(1)..=(x + 1).min(w - 1) {
                wanted[cy * w + cx] = cx > 0 && cy > 0 && cx + 1 < w && cy + 1 < h;
            }
        }
    }
    for centre in (0..w * h).filter(|c| wanted[*c]) {
        let pixels: [usize; 9] = std::array::from_fn(|k| centre + (k / 3) * w + k % 3 - w - 1);
        let mut mean = [0.0f32; 3];
        for p in pixels {
            for c in 0..3 {
                mean[c] += image[p][c] / 9.0;
            }
        }
        // the nine offsets from the mean, channel by channel, padded to whole vectors
        let mut offsets = [[0.0f32; LINE]; 3];
        for (k, p) in pixels.iter().enumerate() {
            for c in 0..3 {
                offsets[c][k] = image[*p][c] - mean[c];
            }
        }
        let moment = |a: usize, b: usize| {
            offsets[a].iter().zip(&offsets[b]).map(|(x, y)| x * y).sum::<f32>() / 9.0
        };
        let inverse = inverse_symmetric([
            moment(0, 0) + EPSILON / 9.0,
            moment(0, 1),
            moment(0, 2),
            moment(1, 1) + EPSILON / 9.0,
            moment(1, 2),
            moment(2, 2) + EPSILON / 9.0,
        ]);
        for (i, pixel) in pixels.iter().enumerate() {
            let n = index[*pixel];
            if n == u32::MAX {
                continue;
            }
            let o = [offsets[0][i], offsets[1][i], offsets[2][i]];
            let d = [
                inverse[0] * o[0] + inverse[1] * o[1] + inverse[2] * o[2],
                inverse[1] * o[0] + inverse[3] * o[1] + inverse[4] * o[2],
                inverse[2] * o[0] + inverse[4] * o[1] + inverse[5] * o[2],
            ];
            let mut line = [0.0f32; LINE];
            for (k, v) in line.iter_mut().enumerate() {
                *v = (1.0 + d[0] * offsets[0][k] + d[1] * offsets[1][k] + d[2] * offsets[2][k])
                    / 9.0;
            }
            let row = &mut rows[n as usize];
            // from pixel i to those of the window: columns and rows differ by -2..=2
            let dx = 2 - i % 3;
            let lines = row.as_chunks_mut::<SIDE>().0[2 - i / 3..].iter_mut();
            for (row, line) in lines.zip(line[..9].as_chunks::<3>().0) {
                for (r, v) in row[dx..dx + 3].iter_mut().zip(line) {
                    *r -= v;
                }
            }
            row[OWN] += 1.0;
        }
    }
}

/// Inverse of a symmetric 3 × 3 matrix given as xx xy xz yy yz zz.
fn inverse_symmetric(m: [f32; 6]) -> [f32; 6] {
    let [a, b, c, d, e, f] = m.map(f64::from);
    let (c00, c01, c02) = (d * f - e * e, c * e - b * f, b * e - c * d);
    let det = a * c00 + b * c01 + c * c02;
    let k = if det.abs() > 1e-30 { 1.0 / det } else { 0.0 };
    [c00 * k, c01 * k, c02 * k, (a * f - c * c) * k, (b * c - a * e) * k, (a * d - b * b) * k]
        .map(|v| v as f32)
}

/// The scalar product, in eight sums that are added up at the end.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f64 {
    let mut sums = [0.0f64; 8];
    for (a, b) in a.chunks(8).zip(b.chunks(8)) {
        for ((s, x), y) in sums.iter_mut().zip(a).zip(b) {
            *s += f64::from(*x) * f64::from(*y);
        }
    }
    sums.iter().sum()
}

/// The system's matrix, and the unknown pixels spread over a padded canvas, so that a stencil needs no bounds and no index.
struct Stage<'a> {
    rows: &'a [Stencil],
    /// Where each unknown pixel's stencil begins on the canvas.
    corners: Vec<usize>,
    canvas: Vec<f32>,
    stride: usize,
}

impl<'a> Stage<'a> {
    fn new(rows: &'a [Stencil], unknown: &[usize], w: usize, h: usize) -> Self {
        let stride = w + SIDE - 1;
        let corners = unknown.iter().map(|at| at / w * stride + at % w).collect();
        Self { rows, corners, canvas: vec![0.0; stride * (h + SIDE - 1) + 8], stride }
    }

    /// Multiplies `v`, one value per unknown pixel, by the matrix.
    #[inline(always)]
    fn apply(&mut self, v: &[f32], out: &mut [f32]) {
        let middle = SIDE / 2 * (self.stride + 1);
        for (corner, value) in self.corners.iter().zip(v) {
            self.canvas[corner + middle] = *value;
        }
        for ((corner, row), out) in self.corners.iter().zip(self.rows).zip(out.iter_mut()) {
            // the last three lanes hold what belongs to the next row
            let mut sums = [0.0f32; 8];
            for dy in 0..SIDE {
                let weights = &row[dy * SIDE..][..8];
                let line = &self.canvas[corner + dy * self.stride..][..8];
                for ((sum, weight), value) in sums.iter_mut().zip(weights).zip(line) {
                    *sum += weight * value;
                }
            }
            *out = sums[..SIDE].iter().sum();
        }
    }
}

/// `rows` times what is asked for is `right`.
struct System<'a> {
    rows: &'a [Stencil],
    right: &'a [f32],
    start: Vec<f32>,
    unknown: &'a [usize],
    w: usize,
    h: usize,
}

impl WithSimd for System<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Vec<f32> {
        let Self { rows, right, start, unknown, w, h } = self;
        conjugate_gradients(rows, right, start, unknown, w, h)
    }
}

#[inline(always)]
fn conjugate_gradients(
    rows: &[Stencil],
    right: &[f32],
    mut x: Vec<f32>,
    unknown: &[usize],
    w: usize,
    h: usize,
) -> Vec<f32> {
    let mut stage = Stage::new(rows, unknown, w, h);
    let n = unknown.len();
    let scale: Vec<f32> = rows.iter().map(|r| 1.0 / r[OWN].max(1e-6)).collect();
    let mut product = vec![0.0f32; n];
    stage.apply(&x, &mut product);
    let mut residual: Vec<f32> = right.iter().zip(&product).map(|(b, p)| b - p).collect();
    let mut z: Vec<f32> = residual.iter().zip(&scale).map(|(r, s)| r * s).collect();
    let mut direction = z.clone();
    let mut rz = dot(&residual, &z);
    let stop = rz.max(dot(right, right) * 1e-3) * TOLERANCE * TOLERANCE;
    for _ in 0..ITERATIONS {
        if rz <= stop || !rz.is_finite() {
            break;
        }
        stage.apply(&direction, &mut product);
        let curvature = dot(&direction, &product);
        if curvature <= 0.0 {
            break;
        }
        let step = (rz / curvature) as f32;
        for i in 0..n {
            x[i] += step * direction[i];
            residual[i] -= step * product[i];
            z[i] = residual[i] * scale[i];
        }
        let next = dot(&residual, &z);
        let turn = (next / rz) as f32;
        rz = next;
        for i in 0..n {
            direction[i] = z[i] + turn * direction[i];
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_soft_edge_between_two_colours_is_followed() {
        let size = Size::new(40, 24);
        let (person, wall) = ([0.25, 0.15, 0.10], [0.55, 0.65, 0.85]);
        let truth = |x: usize| ((x as f32 - 17.0) / 6.0).clamp(0.0, 1.0);
        let mut image = Vec::new();
        let mut trimap = Vec::new();
        let mut p = Vec::new();
        for _ in 0..24 {
            for x in 0..40 {
                let a = truth(x);
                image.push([0, 1, 2].map(|c| person[c] * a + wall[c] * (1.0 - a)));
                trimap.push(if x < 14 {
                    Known::Background
                } else if x >= 26 {
                    Known::Person
                } else {
                    Known::Unknown
                });
                p.push(if x < 20 { 0.3 } else { 0.7 });
            }
        }
        let backdrop = Backdrop::of(&image, &trimap, size);
        let p = Plane::from_data(size, p).expect("sizes agree");
        let solved =
            solve(&image, &trimap, &p, &backdrop, None, size, &mut Matrix::default()).alpha;
        for x in 0..40 {
            let got = solved.at(x as i64, 12);
            assert!((got - truth(x)).abs() < 0.04, "column {x}: {got} against {}", truth(x));
        }
    }

    #[test]
    fn a_picture_without_a_band_is_its_trimap() {
        let size = Size::new(4, 4);
        let trimap = [[Known::Person; 8], [Known::Background; 8]].concat();
        let image = vec![[0.5; 3]; 16];
        let backdrop = Backdrop::of(&image, &trimap, size);
        let alpha = solve(
            &image,
            &trimap,
            &Plane::filled(size, 0.5),
            &backdrop,
            None,
            size,
            &mut Matrix::default(),
        )
        .alpha;
        assert_eq!(alpha.data()[..8], [1.0; 8]);
        assert_eq!(alpha.data()[8..], [0.0; 8]);
    }

    #[test]
    fn inverse_of_a_symmetric_matrix_gives_the_identity() {
        let m = [2.0, 0.3, 0.1, 1.5, -0.2, 0.9];
        let i = inverse_symmetric(m);
        let full = |v: [f32; 6]| [[v[0], v[1], v[2]], [v[1], v[3], v[4]], [v[2], v[4], v[5]]];
        let (a, b) = (full(m), full(i));
        for r in 0..3 {
            for c in 0..3 {
                let sum: f32 = (0..3).map(|k| a[r][k] * b[k][c]).sum();
                assert!((sum - if r == c { 1.0 } else { 0.0 }).abs() < 1e-5);
            }
        }
    }
}
