//! The wall behind the person: its colour at every pixel, and how far to trust it.
//!
//! Not one colour but a field: what is certainly background is spread inwards over the band by normalised convolution on a pyramid (Knutsson and Westin
//! 1993), so gradients, vignettes, cast shadows and two-tone walls are followed. Where the wall is busy the spread is large and the field says little.

use super::trimap::Known;
use crate::base::geometry::Size;

/// The backdrop's colour field, worked out where the trimap is unknown; elsewhere the values mean nothing.
#[derive(Debug, Clone)]
pub struct Backdrop {
    /// Expected colour per pixel, sRGB codes 0..=1.
    pub colour: Vec<[f32; 3]>,
    /// Standard deviation of the wall around that colour per pixel, in codes 0..=1 (all channels together), with a floor for noise.
    pub spread: Vec<f32>,
    /// The same for the person, spread outwards from what is certainly person.
    pub person: Vec<[f32; 3]>,
    /// Standard deviation of the person's colours, in codes.
    pub person_spread: Vec<f32>,
}

/// Least standard deviation assumed, in codes: JPEG and sensor noise of a good photo.
const NOISE: f32 = 0.012;

impl Backdrop {
    /// Models the wall and the person of an image of `size`; `image` holds sRGB codes 0..=1.
    #[must_use]
    pub fn of(image: &[[f32; 3]], trimap: &[Known], size: Size) -> Self {
        let (colour, spread) = spread_colours(image, trimap, Known::Background, size);
        let (person, person_spread) = spread_colours(image, trimap, Known::Person, size);
        Self { colour, spread, person, person_spread }
    }
}

/// Sums of weight, colour, and squared colour at one place.
type Cell = [f32; 5];

/// Spreads the colours of the pixels that are `kind` over the whole picture; gives colour and standard deviation.
fn spread_colours(
    image: &[[f32; 3]],
    trimap: &[Known],
    kind: Known,
    size: Size,
) -> (Vec<[f32; 3]>, Vec<f32>) {
    let (w, h) = (size.width as usize, size.height as usize);
    if w == 0 || h == 0 {
        return (Vec::new(), Vec::new());
    }
    // push: halve, adding up; pull: fill from the level above where there is little weight
    let (nw, nh) = (w.div_ceil(2), h.div_ceil(2));
    let mut half = vec![[0.0f32; 5]; nw * nh];
    for (y, (line, known)) in image.chunks_exact(w).zip(trimap.chunks_exact(w)).enumerate() {
        let cells = &mut half[y / 2 * nw..][..nw];
        for (x, p) in line.iter().enumerate().filter(|(x, _)| known[*x] == kind) {
            let one = [1.0, p[0], p[1], p[2], p[0] * p[0] + p[1] * p[1] + p[2] * p[2]];
            cells[x / 2].iter_mut().zip(one).for_each(|(s, v)| *s += v);
        }
    }
    let mut levels = vec![(half, nw, nh)];
    while let Some((last, lw, lh)) = levels.last()
        && (*lw > 1 || *lh > 1)
    {
        let (nw, nh) = (lw.div_ceil(2), lh.div_ceil(2));
        let mut next = vec![[0.0f32; 5]; nw * nh];
        for (y, line) in last.chunks_exact(*lw).enumerate() {
            let cells = &mut next[y / 2 * nw..][..nw];
            for (x, cell) in line.iter().enumerate() {
                cells[x / 2].iter_mut().zip(cell).for_each(|(s, v)| *s += v);
            }
        }
        // a cell full of certain pixels counts no more than a few: near pixels outweigh many far ones
        for cell in &mut next {
            if cell[0] > FULL {
                let k = FULL / cell[0];
                cell.iter_mut().for_each(|v| *v *= k);
            }
        }
        levels.push((next, nw, nh));
    }
    let (mut filled, mut fw, mut fh) = levels.pop().unwrap_or((Vec::new(), 0, 0));
    while let Some((mut fine, lw, lh)) = levels.pop() {
        for y in 0..lh {
            for x in 0..lw {
                let cell = &mut fine[y * lw + x];
                if cell[0] >= FULL {
                    continue;
                }
                let above = above(&filled, fw, fh, x, y);
                let missing = if above[0] > 0.0 { (FULL - cell[0]) / FULL / above[0] } else { 0.0 };
                cell.iter_mut().zip(above).for_each(|(c, a)| *c += a * missing);
            }
        }
        (filled, fw, fh) = (fine, lw, lh);
    }
    let mut colours = vec![[0.0; 3]; w * h];
    let mut spreads = vec![NOISE; w * h];
    for i in (0..w * h).filter(|i| trimap[*i] == Known::Unknown) {
        let cell = above(&filled, fw, fh, i % w, i / w);
        let n = cell[0].max(1e-9);
        let mean = [cell[1] / n, cell[2] / n, cell[3] / n];
        let variance = (cell[4] / n - mean.iter().map(|m| m * m).sum::<f32>()).max(0.0);
        colours[i] = mean;
        spreads[i] = variance.sqrt().max(NOISE);
    }
    (colours, spreads)
}

/// The weight of a cell that needs nothing from the level above: four certain pixels'.
const FULL: f32 = 4.0;

/// What the level above says at cell (x, y): bilinear.
fn above(cells: &[Cell], w: usize, h: usize, x: usize, y: usize) -> Cell {
    smooth(cells, w, h, (x as f32 + 0.5) / 2.0 - 0.5, (y as f32 + 0.5) / 2.0 - 0.5)
}

/// Bilinear mean of four cells.
fn smooth(cells: &[Cell], w: usize, h: usize, x: f32, y: f32) -> Cell {
    let (x, y) = (x.clamp(0.0, w as f32 - 1.0), y.clamp(0.0, h as f32 - 1.0));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(w - 1), (y0 + 1).min(h - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let mut out = [0.0; 5];
    for c in 0..5 {
        let top = cells[y0 * w + x0][c] * (1.0 - fx) + cells[y0 * w + x1][c] * fx;
        let bottom = cells[y1 * w + x0][c] * (1.0 - fx) + cells[y1 * w + x1][c] * fx;
        out[c] = top * (1.0 - fy) + bottom * fy;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gradient_wall_is_followed_behind_the_person() {
        let size = Size::new(60, 40);
        let wall = |x: usize| 0.4 + 0.4 * x as f32 / 59.0;
        let mut image = Vec::new();
        let mut trimap = Vec::new();
        for y in 0..40 {
            for x in 0..60 {
                let person = (20..40).contains(&x) && y > 10;
                image.push(if person { [0.1, 0.05, 0.02] } else { [wall(x); 3] });
                trimap.push(if person {
                    Known::Person
                } else if (16..44).contains(&x) && y > 6 {
                    Known::Unknown
                } else {
                    Known::Background
                });
            }
        }
        let backdrop = Backdrop::of(&image, &trimap, size);
        for (x, y) in [(17, 30), (42, 30), (30, 8)] {
            let got = backdrop.colour[y * 60 + x][0];
            assert!((got - wall(x)).abs() < 0.06, "at {x},{y}: {got} against {}", wall(x));
        }
        assert!((backdrop.person[25 * 60 + 18][0] - 0.1).abs() < 0.01);
    }
}
