//! What a plain wall gives away: a pixel that cannot be wall is the person's, whatever the network thinks of it.
//!
//! Long hair below the ears, strands that fly beyond the mask: the network knows few of them. Before a plain wall colours know better. The wall is a smooth
//! field, a quadratic in x and y per channel, fitted by iteratively reweighted least squares with Tukey's biweight (Beaton and Tukey 1974), so that a
//! person in front of it does not pull the fit; a wall that no such field describes is not plain, and nothing is said.

use super::trimap::{Known, connected, distance_to, face_width, within};
use crate::base::geometry::Size;
use crate::vision::face::Head;
use crate::vision::frame::Card;

/// A wall that one smooth field of colour describes.
#[derive(Debug, Clone)]
pub struct PlainWall {
    /// Per channel: 1, x, y, x², xy, y² with x and y from -1 to 1 across the card.
    field: [[f64; TERMS]; 3],
    /// Standard deviation around the field, in codes 0..=1, one channel.
    sigma: f32,
    size: Size,
}

const TERMS: usize = 6;
/// Standard deviation beyond which a wall is not plain, in codes. Painted walls with light from the side stay below 0.02.
const PLAIN: f64 = 0.03;
/// Share of the background that the field must describe, within four standard deviations.
const DESCRIBED: f64 = 0.75;
/// Least standard deviation assumed: JPEG noise.
const NOISE: f64 = 0.008;
/// Rounds of reweighting; the field stands still after about six.
const ROUNDS: usize = 8;
/// Biweight's tuning constant: 95 % efficiency on normal noise.
const TUKEY: f64 = 4.685;
/// Every how many pixels across and down the wall is looked at.
const STEP: usize = 3;

impl PlainWall {
    /// Fits the wall behind `trimap`'s background; `None` where there is little of it or it is not plain. `image` holds codes 0..=1.
    #[must_use]
    pub fn of(image: &[[f32; 3]], trimap: &[Known], covered: &[bool], size: Size) -> Option<Self> {
        let (w, h) = (size.width as usize, size.height as usize);
        let mut looks: Vec<([f64; TERMS], [f64; 3])> = Vec::new();
        for y in (0..h).step_by(STEP) {
            for x in (0..w).step_by(STEP) {
                let at = y * w + x;
                if trimap[at] == Known::Background && covered[at] {
                    looks.push((terms(x, y, size), image[at].map(f64::from)));
                }
            }
        }
        if looks.len() < 40 * TERMS {
            return None;
        }
        // begins at the median colour, which a minority of other things cannot move
        let mut field = [[0.0; TERMS]; 3];
        for (c, f) in field.iter_mut().enumerate() {
            f[0] = median(looks.iter().map(|l| l.1[c]).collect());
        }
        let mut sigma = 0.0;
        let mut rest: Vec<f64> = Vec::new();
        for _ in 0..ROUNDS {
            rest.clear();
            rest.extend(looks.iter().map(|(t, c)| off(&field, t, c)));
            // 1.54 makes the median length of a normal 3-vector its standard deviation per channel
            sigma = (median(rest.clone()) / 1.54).max(NOISE);
            let reach = TUKEY * sigma * 3f64.sqrt();
            let weights = rest.iter().map(|r| {
                let u = r / reach;
                if u < 1.0 { (1.0 - u * u).powi(2) } else { 0.0 }
            });
            field = fitted(&looks, weights)?;
        }
        let described = rest.iter().filter(|r| **r < 4.0 * sigma * 3f64.sqrt()).count() as f64;
        (sigma <= PLAIN && described >= DESCRIBED * looks.len() as f64).then_some(Self {
            field,
            sigma: sigma as f32,
            size,
        })
    }

    /// The wall's colour at a pixel of the card, codes 0..=1.
    #[must_use]
    pub fn colour(&self, at: usize) -> [f32; 3] {
        let w = self.size.width as usize;
        let t = terms(at % w, at / w, self.size);
        self.field.map(|f| (dot(&f, &t) as f32).clamp(0.0, 1.0))
    }

    /// The wall's colours along row `y` of the card.
    fn row(&self, y: usize) -> impl Iterator<Item = [f32; 3]> {
        let [_, start, down, ..] = terms(0, y, self.size);
        let step = 2.0 / f64::from(self.size.width.max(1));
        // in powers of x
        let line = self
            .field
            .map(|[one, x, y, xx, xy, yy]| [one + down * (y + down * yy), x + down * xy, xx]);
        (0..self.size.width).map(move |x| {
            let x = start + step * f64::from(x);
            line.map(|[a, b, c]| ((a + x * (b + x * c)) as f32).clamp(0.0, 1.0))
        })
    }

    /// Standard deviation of the wall around its colour, in codes 0..=1, per channel.
    #[must_use]
    pub fn sigma(&self) -> f32 {
        self.sigma
    }
}

/// Share of the way from the wall to black or white that no hair, skin or cloth leaves: black hair reflects a little, white cloth does not clip.
const EXTREME: f32 = 0.08;

/// The least alpha with which `colour` can be a mixture of `wall` and anything a camera sees: the person's own colour must lie within 0..=1, and not nearer to
/// its ends than 8 %. What `noise` (codes) explains does not count.
#[must_use]
pub fn least_alpha(colour: [f32; 3], wall: [f32; 3], noise: f32) -> f32 {
    let mut least = 0.0f32;
    for c in 0..3 {
        let off = colour[c] - wall[c];
        let room = if off < 0.0 { wall[c] } else { 1.0 - wall[c] };
        least = least.max((off.abs() - noise) / room.max(0.05));
    }
    (least / (1.0 - EXTREME)).clamp(0.0, 1.0)
}

/// How near hair must come to a colour of the head's outline to be the sitter's, in codes.
const HAIRLIKE: f32 = 0.10;
/// How far beyond the mask single strands are looked for, and whole hair, in face widths.
const STRANDS: f64 = 0.20;
const LOCKS: f64 = 1.0;
/// Half the width of a strand, at most, in face widths.
const STRAND: f64 = 0.012;
/// Least alpha of a strand and of a lock.
const THIN: f32 = 0.10;
const THICK: f32 = 0.45;

/// Makes unknown what `trimap` calls background but a plain wall cannot be, where it hangs together with the sitter: strands near the hair, and locks of the
/// hair's colour further away.
pub fn reclaim(
    image: &[[f32; 3]],
    card: &Card,
    head: &Head,
    wall: &PlainWall,
    trimap: &mut [Known],
) {
    let size = card.size();
    let width = size.width as usize;
    let face = face_width(head, size);
    let chin = head.chin().y;
    let ours: Vec<bool> = trimap.iter().map(|k| *k != Known::Background).collect();
    let noise = 4.0 * wall.sigma();
    let mut least = vec![0.0f32; trimap.len()];
    for (y, line) in least.chunks_exact_mut(width.max(1)).enumerate() {
        for ((i, least), colour) in (y * width..).zip(line).zip(wall.row(y)) {
            if !ours[i] && card.covered[i] {
                *least = least_alpha(image[i], colour, noise);
            }
        }
    }
    // nothing that the wall does not explain: the rest would find nothing
    if least.iter().all(|l| *l < THIN) {
        return;
    }
    let distance = distance_to(&ours, size);
    for (least, distance) in least.iter_mut().zip(&distance) {
        if f64::from(*distance) > LOCKS * face {
            *least = 0.0;
        }
    }
    let hair = hair_colours(image, head, trimap, size);
    // what holds a disc is a thing, not a strand
    let wall_like: Vec<bool> = least.iter().map(|l| *l < THIN).collect();
    let disc = STRAND * face;
    let things: Vec<bool> = within(&wall_like, size, disc).iter().map(|w| !w).collect();
    let thing = within(&things, size, disc + 1.5);
    let unlike: Vec<bool> = (0..trimap.len())
        .map(|i| {
            let strand = least[i] >= THIN
                && !thing[i]
                && f64::from(distance[i]) <= STRANDS * face
                && ((i / width) as f64) < chin;
            let lock = least[i] >= THICK && hair.iter().any(|h| near(*h, image[i]));
            ours[i] || strand || lock
        })
        .collect();
    let sitter =
        connected(&unlike, size, (0..trimap.len()).filter(|i| trimap[*i] == Known::Person));
    // one pixel more, for the soft edge of what was found
    let found: Vec<bool> = (0..trimap.len()).map(|i| sitter[i] && !ours[i]).collect();
    let reached = within(&found, size, 2.0);
    for (i, k) in trimap.iter_mut().enumerate() {
        if *k == Known::Background && card.covered[i] && reached[i] {
            *k = Known::Unknown;
        }
    }
}

/// Standard deviation up to which a wall's colour tells a gap, in codes: that of painted cardboard and of colours filled in.
const EVEN: f32 = 0.012;
/// How far a gap's colour may lie from the wall's, in standard deviations of the wall, in every channel: within, and where it hangs together with that.
const SAME: f32 = 3.5;
const ALIKE: f32 = 6.0;
/// Least difference between the wall's strongest and weakest channel, in codes: cloth, grey hair and the white of eyes have the colour of grey and white walls.
const COLOURED: f32 = 0.20;
/// How far the wall's shares of red, green and blue must lie from a pixel's of the face for its colour to be no shade of skin, and how much of the face may be nearer: lips, eyes.
const NO_SKIN: f32 = 0.09;
const FACES: f64 = 0.03;
/// How far below the chin gaps are looked for, in face widths: further down a top may have the wall's colour.
const DOWN: f64 = 0.35;
/// Radius of the smallest disc that a gap holds, in face widths.
const GAP: f64 = 0.008;
/// How much of the card gaps may be, in squared face widths: more of the wall's colour is a top of that colour.
const GAPS: f64 = 0.30;
/// How far from a gap strands may cross it, in face widths.
const BESIDE: f64 = 0.025;
/// Half the widths of the face and of the neck, in face widths: nothing there is a gap.
const FACE: f64 = 0.44;
const NECK: f64 = 0.28;

/// Makes background what `trimap` calls the sitter's but is a wall of one saturated colour to the code: between locks of hair, between hair and neck. What lies beside it is unknown.
pub fn open_gaps(image: &[[f32; 3]], head: &Head, wall: &PlainWall, trimap: &mut [Known]) {
    if wall.sigma() > EVEN {
        return;
    }
    let size = wall.size;
    let width = size.width.max(1) as usize;
    let face = face_width(head, size);
    let (eyes, chin) = (head.eyes(), head.chin());
    let (middle, tall) = ((eyes.y + chin.y) / 2.0, 1.1 * (chin.y - eyes.y).max(1.0));
    let before_face = |x: f64, y: f64| {
        let aside = (x - (eyes.x + chin.x) / 2.0) / (FACE * face);
        aside.powi(2) + ((y - middle) / tall).powi(2) < 1.0
    };
    let before_neck = |x: f64, y: f64| y > chin.y && (x - chin.x).abs() < NECK * face;
    let rows = || (0..size.height as usize).map(|y| (y, y as f64));
    // how far the sitter's pixels are from the wall's colour, in its standard deviations
    let mut off = vec![f32::INFINITY; trimap.len()];
    for (row, y) in rows().take_while(|(_, y)| *y < chin.y + DOWN * face) {
        for (column, wall_there) in wall.row(row).enumerate() {
            let (i, x) = (row * width + column, column as f64);
            let low = wall_there.into_iter().fold(1.0, f32::min);
            let high = wall_there.into_iter().fold(0.0, f32::max);
            let sought = trimap[i] == Known::Person && high - low >= COLOURED;
            if sought && !before_face(x, y) && !before_neck(x, y) {
                let most = |most: f32, c: usize| most.max((image[i][c] - wall_there[c]).abs());
                off[i] = (0..3).fold(0.0, most) / wall.sigma();
            }
        }
    }
    if off.iter().all(|off| *off > SAME) {
        return;
    }
    let (mut seen, mut skin) = (0u32, 0u32);
    for (row, y) in rows() {
        for (column, wall_there) in wall.row(row).enumerate() {
            if before_face(column as f64, y) {
                seen += 1;
                skin += u32::from(apart(image[row * width + column], wall_there) < NO_SKIN);
            }
        }
    }
    if f64::from(skin) > FACES * f64::from(seen) {
        return;
    }
    let others: Vec<bool> = off.iter().map(|off| *off > SAME).collect();
    let held: Vec<bool> = within(&others, size, GAP * face).iter().map(|o| !o).collect();
    let alike: Vec<bool> = off.iter().map(|off| *off <= ALIKE).collect();
    let gaps = connected(&alike, size, (0..held.len()).filter(|i| held[*i]));
    let found = gaps.iter().filter(|g| **g).count() as f64;
    if found == 0.0 || found > GAPS * face * face {
        return;
    }
    let beside = within(&gaps, size, BESIDE * face);
    for (i, known) in trimap.iter_mut().enumerate() {
        if gaps[i] {
            *known = Known::Background;
        } else if beside[i] && *known == Known::Person {
            *known = Known::Unknown;
        }
    }
}

/// Colours of the head's outline above the eyes: hair, where there is any.
fn hair_colours(image: &[[f32; 3]], head: &Head, trimap: &[Known], size: Size) -> Vec<[f32; 3]> {
    let width = size.width as usize;
    let person: Vec<bool> = trimap.iter().map(|k| *k != Known::Person).collect();
    let outline = within(&person, size, 0.12 * head.face_width());
    let (eyes, face) = (head.eyes(), head.face_width());
    let ring: Vec<usize> = (0..trimap.len())
        .filter(|i| {
            let (x, y) = ((i % width) as f64, (i / width) as f64);
            trimap[*i] == Known::Person && y < eyes.y && (x - eyes.x).abs() < face && outline[*i]
        })
        .collect();
    ring.iter().step_by((ring.len() / 80).max(1)).map(|i| image[*i]).collect()
}

fn near(a: [f32; 3], b: [f32; 3]) -> bool {
    (0..3).map(|c| (a[c] - b[c]) * (a[c] - b[c])).sum::<f32>() < HAIRLIKE * HAIRLIKE
}

/// How far two colours' shares of red, green and blue lie apart: the same at every brightness.
fn apart(a: [f32; 3], b: [f32; 3]) -> f32 {
    let [a, b] = [a, b].map(|colour| colour.map(|v| v / colour.iter().sum::<f32>().max(0.05)));
    (0..3).fold(0.0, |most, c| (a[c] - b[c]).abs().max(most))
}

fn terms(x: usize, y: usize, size: Size) -> [f64; TERMS] {
    let x = 2.0 * x as f64 / f64::from(size.width.max(1)) - 1.0;
    let y = 2.0 * y as f64 / f64::from(size.height.max(1)) - 1.0;
    [1.0, x, y, x * x, x * y, y * y]
}

fn dot(a: &[f64; TERMS], b: &[f64; TERMS]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Distance of a colour from the field, in codes.
fn off(field: &[[f64; TERMS]; 3], terms: &[f64; TERMS], colour: &[f64; 3]) -> f64 {
    field.iter().zip(colour).map(|(f, c)| (dot(f, terms) - c).powi(2)).sum::<f64>().sqrt()
}

fn median(mut v: Vec<f64>) -> f64 {
    let middle = v.len() / 2;
    if v.is_empty() { 0.0 } else { *v.select_nth_unstable_by(middle, f64::total_cmp).1 }
}

/// Weighted least squares by the normal equations; a little ridge keeps a wall seen only at one side from running away at the other.
fn fitted(
    looks: &[([f64; TERMS], [f64; 3])],
    weights: impl Iterator<Item = f64>,
) -> Option<[[f64; TERMS]; 3]> {
    let mut matrix = [[0.0; TERMS]; TERMS];
    let mut right = [[0.0; TERMS]; 3];
    let mut total = 0.0;
    for ((t, colour), weight) in looks.iter().zip(weights) {
        total += weight;
        for i in 0..TERMS {
            for j in 0..TERMS {
                matrix[i][j] += weight * t[i] * t[j];
            }
            for c in 0..3 {
                right[c][i] += weight * t[i] * colour[c];
            }
        }
    }
    for (i, row) in matrix.iter_mut().enumerate().skip(1) {
        row[i] += 1e-3 * total;
    }
    let solved = right.map(|r| solved(matrix, r));
    solved.iter().flatten().flatten().all(|v| v.is_finite()).then_some(())?;
    let [a, b, c] = solved;
    Some([a?, b?, c?])
}

/// Gaussian elimination with partial pivoting.
fn solved(mut m: [[f64; TERMS]; TERMS], mut r: [f64; TERMS]) -> Option<[f64; TERMS]> {
    for k in 0..TERMS {
        let pivot = (k..TERMS).max_by(|a, b| m[*a][k].abs().total_cmp(&m[*b][k].abs()))?;
        m.swap(k, pivot);
        r.swap(k, pivot);
        if m[k][k].abs() < 1e-12 {
            return None;
        }
        for i in k + 1..TERMS {
            let f = m[i][k] / m[k][k];
            for j in k..TERMS {
                m[i][j] -= f * m[k][j];
            }
            r[i] -= f * r[k];
        }
    }
    for k in (0..TERMS).rev() {
        for j in k + 1..TERMS {
            r[k] -= m[k][j] * r[j];
        }
        r[k] /= m[k][k];
    }
    Some(r)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::geometry::Point;
    use crate::vision::face::{Landmark, Landmarks};

    const SIZE: Size = Size::new(120, 150);

    fn shaded(x: usize, y: usize) -> [f32; 3] {
        let (x, y) = (x as f32 / 120.0, y as f32 / 150.0);
        [0.3 + 0.2 * x, 0.5 - 0.1 * y * y, 0.8 - 0.15 * x * y]
    }

    fn scene(paint: impl Fn(usize, usize) -> [f32; 3]) -> Vec<[f32; 3]> {
        (0..120 * 150).map(|i| paint(i % 120, i / 120)).collect()
    }

    #[test]
    fn a_shaded_wall_is_found_behind_a_lock_of_hair_that_covers_a_sixth_of_it() {
        let image = scene(|x, y| if x < 20 { [0.08, 0.06, 0.05] } else { shaded(x, y) });
        let (background, covered) = (vec![Known::Background; image.len()], vec![true; image.len()]);
        let wall = PlainWall::of(&image, &background, &covered, SIZE).expect("a plain wall");
        for (x, y) in [(2, 10), (60, 75), (110, 140), (10, 120)] {
            let (got, want) = (wall.colour(y * 120 + x), shaded(x, y));
            assert!((0..3).all(|c| (got[c] - want[c]).abs() < 0.02), "{got:?} for {want:?}");
        }
    }

    #[test]
    fn a_row_of_the_wall_is_its_pixels() {
        let image = scene(shaded);
        let (background, covered) = (vec![Known::Background; image.len()], vec![true; image.len()]);
        let wall = PlainWall::of(&image, &background, &covered, SIZE).expect("a plain wall");
        for y in [0, 80, 149] {
            let row: Vec<[f32; 3]> = wall.row(y).collect();
            assert_eq!(row.len(), 120);
            for (x, colour) in row.iter().enumerate() {
                let want = wall.colour(y * 120 + x);
                assert!((0..3).all(|c| (colour[c] - want[c]).abs() < 1e-6), "{colour:?} {want:?}");
            }
        }
    }

    #[test]
    fn bookshelves_and_two_halves_are_not_plain() {
        for image in [
            scene(|x, y| [((x / 7 * 37 + y / 23 * 11) % 10) as f32 / 10.0; 3]),
            scene(|x, _| if x < 60 { [0.2; 3] } else { [0.9, 0.8, 0.7] }),
        ] {
            let (background, covered) =
                (vec![Known::Background; image.len()], vec![true; image.len()]);
            assert!(PlainWall::of(&image, &background, &covered, SIZE).is_none());
        }
    }

    /// How many pixels of a gap of 10 × 20 between locks of hair are known for the wall, which has `colour`.
    fn opened(colour: [f32; 3]) -> usize {
        let at = |x, y| Point::new(60.0 + x, 60.0 + y);
        let points = Landmark::ALL.iter().map(|landmark| match landmark {
            Landmark::LeftEarRoot => at(-25.0, 0.0),
            Landmark::RightEarRoot => at(25.0, 0.0),
            Landmark::Chin => at(0.0, 42.0),
            _ => at(0.0, 0.0),
        });
        let landmarks = Landmarks::new(points.collect()).expect("all landmarks");
        let head = Head { landmarks, hair_top: None, confidence: 1.0 };
        let gap = |x, y| (24..34).contains(&x) && (85..105).contains(&y);
        let sitter = |x, y| (20..100).contains(&x) && y > 25;
        let image = scene(|x, y| match (sitter(x, y), x.abs_diff(60) < 24 && y > 40) {
            (true, true) => [0.80, 0.62, 0.53],
            (true, false) if !gap(x, y) => [0.10, 0.08, 0.07],
            _ => colour,
        });
        let known = |i| if sitter(i % 120, i / 120) { Known::Person } else { Known::Background };
        let mut trimap: Vec<Known> = (0..image.len()).map(known).collect();
        let wall = PlainWall::of(&image, &trimap, &vec![true; image.len()], SIZE).expect("plain");
        open_gaps(&image, &head, &wall, &mut trimap);
        let holes = (0..image.len())
            .filter(|i| sitter(i % 120, i / 120) && trimap[*i] == Known::Background);
        holes
            .inspect(|i| assert!(gap(i % 120, i / 120), "no gap at {}, {}", i % 120, i / 120))
            .count()
    }

    #[test]
    fn a_green_wall_between_locks_of_hair_is_wall_and_one_like_skin_or_cloth_may_not_be() {
        assert_eq!(opened([0.42, 0.65, 0.53]), 200);
        assert_eq!(opened([0.82, 0.60, 0.50]), 0);
        assert_eq!(opened([0.55, 0.55, 0.57]), 0);
    }

    #[test]
    fn black_before_white_is_all_person_and_grey_before_white_at_least_half() {
        assert!(least_alpha([0.02; 3], [0.95; 3], 0.0) > 0.97);
        assert!((least_alpha([0.5; 3], [1.0; 3], 0.0) - 0.5 / 0.92).abs() < 1e-6);
        assert_eq!(least_alpha([0.94; 3], [0.95; 3], 0.02), 0.0);
    }
}
