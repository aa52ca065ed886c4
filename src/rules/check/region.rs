//! Which pixels a rule looks at: the background, the face close up, patches of skin, the garment.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use image::{ImageBuffer, Luma, RgbImage};

use super::Evidence;
use crate::base::color::{lab_from_srgb8, luma_601};
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::vision::face::{Head, Landmark, Landmarks};
use crate::vision::matte::trimap::within;

/// Alpha below this is background, above one minus this is person: the judges of the project use the same.
pub const NOBODY: f32 = 0.02;

/// How far from the person background is judged, in frame pixels: nearer, the encoder's ringing is measured and not the wall.
const CLEARANCE: f64 = 3.0;

/// Fewest pixels from which a statement about a region is made.
pub const ENOUGH: usize = 60;

/// Regions that several rules look at, each worked out once, when first asked for.
#[derive(Debug, Default)]
pub struct Regions {
    background: OnceCell<Option<Vec<usize>>>,
    face: OnceCell<Option<FaceView>>,
    garment: OnceCell<Option<Garment>>,
    cut_off: OnceCell<Option<f64>>,
}

impl Regions {
    /// The same regions of the same picture for the rules of another spec: what depends on the picture alone stays.
    #[must_use]
    pub fn for_another_spec(self) -> Self {
        Self { cut_off: OnceCell::new(), ..self }
    }

    /// Indices of the frame's background pixels: alpha below 0.02 and three pixels from everything else. `None` without a matte.
    pub fn background<'r>(&'r self, e: &Evidence<'_>) -> Option<&'r [usize]> {
        self.background.get_or_init(|| background(e)).as_deref()
    }

    /// The face close up. `None` without a head.
    pub fn face<'r>(&'r self, e: &Evidence<'_>) -> Option<&'r FaceView> {
        self.face.get_or_init(|| FaceView::of(e)).as_ref()
    }

    /// What is worn below the neck. `None` without head or matte.
    pub fn garment<'r>(&'r self, e: &Evidence<'_>) -> Option<&'r Garment> {
        self.garment.get_or_init(|| Garment::of(e)).as_ref()
    }

    /// Rows that a finished card lacks at the bottom where the person ends in a straight line with nothing but background below it; 0 where the person reaches the edge.
    ///
    /// Read off the pixels, because a network sees a body there whether there is one or not. A photo that ends leaves a straight line and blank background; white cloth on white has
    /// necklines, which are bent, and shades. `None` without head or matte, and on a picture that is no card of the spec's size.
    pub fn cut_off(&self, e: &Evidence<'_>) -> Option<f64> {
        *self.cut_off.get_or_init(|| e.spec.accepts(e.upright_size()).then(|| cut_off(e)).flatten())
    }
}

/// The matte, when it has the frame's size.
#[must_use]
pub fn matte<'a>(e: &Evidence<'a>) -> Option<&'a Plane> {
    let (width, height) = e.frame.dimensions();
    e.matte.filter(|m| m.size() == Size::new(width, height))
}

fn background(e: &Evidence<'_>) -> Option<Vec<usize>> {
    let matte = matte(e)?;
    let person: Vec<bool> = matte.data().iter().map(|a| *a >= NOBODY).collect();
    let near = within(&person, matte.size(), CLEARANCE);
    Some(near.iter().enumerate().filter(|(_, n)| !**n).map(|(i, _)| i).collect())
}

/// Whether each pixel of the frame lies within `reach` columns and rows of the person.
#[must_use]
pub fn beside(matte: &Plane, reach: usize) -> Vec<bool> {
    let (w, h) = (matte.width(), matte.height());
    let mut across = vec![false; w * h];
    for y in 0..h {
        let row = matte.row(y);
        // Columns since the last person pixel to the left, then to the right.
        for order in [false, true] {
            let mut since = usize::MAX;
            for i in 0..w {
                let x = if order { w - 1 - i } else { i };
                since = if row[x] >= NOBODY { 0 } else { since.saturating_add(1) };
                across[y * w + x] |= since <= reach;
            }
        }
    }
    let mut out = vec![false; w * h];
    let mut since = vec![0usize; w];
    for order in [false, true] {
        since.fill(usize::MAX);
        for i in 0..h {
            let line = if order { h - 1 - i } else { i } * w;
            let (from, to) = (&across[line..line + w], &mut out[line..line + w]);
            for ((since, across), out) in since.iter_mut().zip(from).zip(to) {
                *since = if *across { 0 } else { since.saturating_add(1) };
                *out |= *since <= reach;
            }
        }
    }
    out
}

/// Whether a colour is that of skin like the cheeks', given as L*, a*, b*: nearer to their hue and chroma than `hue`, a good deal darker or a little lighter at most.
fn is_skin([l, a, b]: [f32; 3], cheeks: [f32; 3], hue: f32) -> bool {
    apart([l, a, b], cheeks) < hue && l > cheeks[0] - 30.0 && l < cheeks[0] + 12.0
}

/// How far apart two colours given as L*, a*, b* are in hue and chroma: in the plane of a* and b*.
#[must_use]
pub fn apart(one: [f32; 3], other: [f32; 3]) -> f32 {
    libm::hypotf(one[1] - other[1], one[2] - other[2])
}

/// Whether two colours given as L*, a*, b* differ by more than `by` (ΔE*ab).
#[must_use]
pub fn unlike(one: [f32; 3], other: [f32; 3], by: f32) -> bool {
    (0..3).map(|k| (one[k] - other[k]).powi(2)).sum::<f32>() > by * by
}

/// How far apart two colours are, in levels of the worst component.
#[must_use]
pub fn levels_apart(one: [u8; 3], other: [u8; 3]) -> u8 {
    one.iter().zip(other).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
}

/// The columns of a frame `width` pixels wide that lie within `reach` face widths of the face's centre.
#[must_use]
pub fn columns(head: &Head, reach: f64, width: usize) -> Range<usize> {
    let (centre, reach) = (head.middle().x, reach * head.face_width());
    let clip = |v: f64| v.clamp(0.0, width as f64) as usize;
    clip((centre - reach).ceil())..clip((centre + reach).floor() + 1.0)
}

/// The highest point, from the left, at which the person is seen within 0.9 face widths of the face's centre, at alpha above one half: the top of the hair. `head` is in the matte's pixels.
#[must_use]
pub fn crown(matte: &Plane, head: &Head) -> Option<Point> {
    let near = columns(head, 0.9, matte.width());
    (0..matte.height()).find_map(|y| {
        let x = near.clone().find(|x| matte.row(y)[*x] > 0.5)?;
        Some(Point::new(x as f64, y as f64))
    })
}

/// The row of the [`crown`], in frame pixels; without a matte, from the head's own measure.
#[must_use]
pub fn hair_top(e: &Evidence<'_>) -> Option<f64> {
    let head = e.head?;
    match matte(e) {
        Some(matte) => crown(matte, head).map(|p| p.y),
        None => head.hair_top.map(|p| p.y),
    }
}

/// How far a pixel may be from the background's colour and still be nothing but background, in levels.
const BLANK: u8 = 6;
/// Rows at the bottom that a wedge under a shoulder has at most; what gapes more is a body cut off in mid-air.
const WEDGE_ROWS: usize = 12;
/// Fewest neighbouring columns that make a wedge.
const WEDGE_COLUMNS: usize = 18;
/// The same of a body cut off in mid-air, in face widths: necklines are as straight as a cut over less.
const CUT_COLUMNS: f64 = 0.22;
/// How far from a straight line a cut may be, in rows, and its steepest fall in rows a column: collars fall steeper.
const STRAIGHT: f64 = 1.0;
const STRAIGHT_WEDGE: f64 = 0.75;
const STEEPEST: f64 = 0.36;
/// Share of the columns that must lie on the line: the encoder's ringing hides the end of some.
const MOST: f64 = 0.9;
/// Neighbouring columns in which the person reaches the edge, that close a gap to one side.
const SOUND: usize = 6;
/// How many rows above the line the person must be seen.
const ABOVE: usize = 4;

fn cut_off(e: &Evidence<'_>) -> Option<f64> {
    let (head, matte) = (e.head?, matte(e)?);
    let (w, h) = (matte.width(), matte.height());
    let blank = |x: usize, y: usize| {
        let pixel = e.frame.get_pixel(x as u32, y as u32).0;
        levels_apart(pixel, e.spec.background.colour) <= BLANK
    };
    let gaps: Vec<usize> =
        (0..w).map(|x| (0..h).rev().take_while(|y| blank(x, *y)).count()).collect();
    let person = |x: usize| {
        let end = (h - gaps[x]).saturating_sub(ABOVE);
        gaps[x] < h && matte.row(end)[x] > 0.5
    };
    // what lies between columns that reach the edge is cloth as white as the background: a photo that ends does so to the side as well
    let reaches = |x: usize| gaps[x] < 2 && matte.row(h - 1)[x] > 0.5;
    let mut sound = (0..(w + 1).saturating_sub(SOUND)).filter(|x| (*x..*x + SOUND).all(reaches));
    let enclosed =
        sound.next().map_or(w..w, |first| first..sound.next_back().unwrap_or(first) + SOUND);
    let wide = ((CUT_COLUMNS * head.face_width()).round() as usize).max(WEDGE_COLUMNS);
    let line = |from: usize, n: usize, straight: f64| -> Option<f64> {
        let run = &gaps[from..from + n];
        if enclosed.contains(&from) && enclosed.contains(&(from + n - 1)) {
            return None;
        }
        if run.iter().any(|g| *g < 2) || !(from..from + n).all(person) {
            return None;
        }
        let middle = (n as f64 - 1.0) / 2.0;
        let mean = run.iter().sum::<usize>() as f64 / n as f64;
        let (mut up, mut across) = (0.0, 0.0);
        for (i, g) in run.iter().enumerate() {
            let x = i as f64 - middle;
            up += x * (*g as f64 - mean);
            across += x * x;
        }
        let slope = up / across;
        let off = |(i, g): (usize, &usize)| (*g as f64 - mean - slope * (i as f64 - middle)).abs();
        let straight = run.iter().enumerate().map(off).filter(|off| *off <= straight).count();
        let deepest = run.iter().max().map_or(0.0, |g| *g as f64);
        (straight as f64 >= MOST * n as f64 && slope.abs() <= STEEPEST).then_some(deepest)
    };
    let wedges = (0..(w + 1).saturating_sub(WEDGE_COLUMNS))
        .filter_map(|x| line(x, WEDGE_COLUMNS, STRAIGHT_WEDGE))
        .filter(|rows| *rows <= WEDGE_ROWS as f64);
    let cuts = (0..(w + 1).saturating_sub(wide)).filter_map(|x| line(x, wide, STRAIGHT));
    Some(wedges.chain(cuts).fold(0.0, f64::max))
}

/// The size, in pixels, of the largest of the parts of a picture that hang together, 0 where there is none; a label of 0 is no part.
#[must_use]
pub fn largest(parts: &ImageBuffer<Luma<u32>, Vec<u32>>) -> usize {
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    parts.pixels().filter(|p| p.0[0] > 0).for_each(|p| *sizes.entry(p.0[0]).or_insert(0) += 1);
    sizes.into_values().max().unwrap_or(0)
}

/// The colour at the middle of each component's range of `pixels`.
#[must_use]
pub fn median_colour(pixels: &[[u8; 3]]) -> Option<[u8; 3]> {
    let middle = |c: usize| {
        let mut v: Vec<u8> = pixels.iter().map(|p| p[c]).collect();
        let at = v.len() / 2;
        v.get(at)?;
        Some(*v.select_nth_unstable(at).1)
    };
    Some([middle(0)?, middle(1)?, middle(2)?])
}

/// The face cut out of the picture at its own size, averaged down by a whole factor to 133–300 px between the ear roots where it is larger.
///
/// Averaging whole pixels neither sharpens nor invents; all optical rules look at this one view, so their limits mean the same on a phone's
/// picture and on a card. A smaller face stays as it is.
#[derive(Debug, Clone)]
pub struct FaceView {
    /// The pixels.
    pub rgb: RgbImage,
    /// Luma of BT.601, 0..=255.
    pub luma: Plane,
    /// The landmarks, in pixels of the view.
    pub landmarks: Landmarks,
    /// Ear root to ear root, in pixels of the view.
    pub width: f64,
    /// Ear root to ear root in the picture's own pixels.
    pub native_width: f64,
    /// Whether the matte sees the wall in a pixel; empty without a matte.
    wall: Vec<bool>,
}

/// Ear root to ear root in the view, about.
const VIEW_WIDTH: f64 = 200.0;

impl FaceView {
    fn of(e: &Evidence<'_>) -> Option<Self> {
        let head = e.head?;
        let (fw, fh) = e.frame.dimensions();
        let (nw, nh) = e.native.dimensions();
        let native = head.mapped(&Affine::resize(Size::new(fw, fh), Size::new(nw, nh)));
        let width = native.face_width();
        if !(4.0..1e5).contains(&width) {
            return None;
        }
        let k = (width / VIEW_WIDTH).round().max(1.0);
        let marks = &native.landmarks;
        let centre = native.middle();
        let clip = |v: f64, end: u32| v.round().clamp(0.0, f64::from(end)) as u32;
        let x0 = clip(centre.x - 0.8 * width, nw);
        let x1 = clip(centre.x + 0.8 * width, nw);
        let y0 = clip(marks[Landmark::Forehead].y - 0.3 * width, nh);
        let y1 = clip(marks[Landmark::Chin].y + 0.3 * width, nh);
        let step = k as u32;
        let (w, h) = (x1.saturating_sub(x0) / step, y1.saturating_sub(y0) / step);
        if w < 8 || h < 8 {
            return None;
        }
        let area = step * step;
        let stride = 3 * nw as usize;
        let mut rgb = RgbImage::new(w, h);
        let mut sums = vec![[0u32; 3]; w as usize];
        let lines = e.native.as_raw().chunks_exact(stride).skip(y0 as usize);
        let lines: Vec<&[u8]> = lines.take((h * step) as usize).collect();
        let rows = rgb.chunks_exact_mut(3 * w as usize);
        for (row, group) in rows.zip(lines.chunks_exact(step as usize)) {
            sums.fill([0; 3]);
            for line in group {
                let line = &line[3 * x0 as usize..][..3 * (w * step) as usize];
                for (sum, cell) in sums.iter_mut().zip(line.chunks_exact(3 * step as usize)) {
                    for p in cell.as_chunks::<3>().0 {
                        sum.iter_mut().zip(p).for_each(|(s, v)| *s += u32::from(*v));
                    }
                }
            }
            for (p, sum) in row.as_chunks_mut::<3>().0.iter_mut().zip(&sums) {
                *p = sum.map(|s| ((s + area / 2) / area) as u8);
            }
        }
        let luma = rgb.pixels().map(|p| luma_601(p.0)).collect();
        let into = Affine([
            [1.0 / k, 0.0, (0.5 - f64::from(x0)) / k - 0.5],
            [0.0, 1.0 / k, (0.5 - f64::from(y0)) / k - 0.5],
        ]);
        let back = Affine::resize(Size::new(nw, nh), Size::new(fw, fh));
        let wall = matte(e).map_or_else(Vec::new, |matte| {
            let centre = |from: u32, v: u32| f64::from(from) + (f64::from(v) + 0.5) * k - 0.5;
            let place = |x: u32, y: u32| back.apply(Point::new(centre(x0, x), centre(y0, y)));
            // resizing keeps rows and columns
            let columns: Vec<i64> = (0..w).map(|x| place(x, 0).x.round() as i64).collect();
            (0..h)
                .map(|y| place(0, y).y.round() as i64)
                .flat_map(|y| columns.iter().map(move |x| matte.at(*x, y) < 0.5))
                .collect()
        });
        Some(Self {
            wall,
            luma: Plane::from_data(Size::new(w, h), luma)?,
            rgb,
            landmarks: marks.mapped(&into),
            width: width / k,
            native_width: width,
        })
    }

    /// A landmark.
    #[must_use]
    pub fn at(&self, landmark: Landmark) -> Point {
        self.landmarks[landmark]
    }

    /// From the middle between the eyes to the middle of the mouth.
    #[must_use]
    pub fn down(&self) -> Point {
        let eyes = self.at(Landmark::LeftIris).midpoint(self.at(Landmark::RightIris));
        let mouth = self.at(Landmark::MouthLeft).midpoint(self.at(Landmark::MouthRight));
        Point::new(mouth.x - eyes.x, mouth.y - eyes.y)
    }

    /// The colour so many pixels to the right of a place and down from it, along the face's own axes; `None` beyond the view.
    #[must_use]
    pub fn colour_from(&self, place: Point, right: f64, down: f64) -> Option<[u8; 3]> {
        let way = self.down();
        let length = libm::hypot(way.x, way.y).max(1e-6);
        let (dx, dy) = (way.x / length, way.y / length);
        let x = (place.x + right * dy + down * dx).round() as i64;
        let y = (place.y - right * dx + down * dy).round() as i64;
        let (w, h) = (self.luma.width() as i64, self.luma.height() as i64);
        ((0..w).contains(&x) && (0..h).contains(&y)).then(|| self.colour((y * w + x) as usize))
    }

    /// Centres of the two cheeks, the image's left one first: below the iris, 0.58 of the way to the mouth, a little outwards.
    #[must_use]
    pub fn cheeks(&self) -> [Point; 2] {
        let down = self.down();
        let out = 0.03 * self.width;
        let below = |p: Point, dx: f64| Point::new(p.x + 0.58 * down.x + dx, p.y + 0.58 * down.y);
        [below(self.at(Landmark::LeftIris), -out), below(self.at(Landmark::RightIris), out)]
    }

    /// Indices of the view's pixels inside a disc.
    #[must_use]
    pub fn disc(&self, centre: Point, radius: f64) -> Vec<usize> {
        let (w, h) = (self.luma.width() as i64, self.luma.height() as i64);
        let r = radius.max(0.5);
        let mut out = Vec::new();
        for y in ((centre.y - r).ceil() as i64).max(0)..=((centre.y + r).floor() as i64).min(h - 1)
        {
            for x in
                ((centre.x - r).ceil() as i64).max(0)..=((centre.x + r).floor() as i64).min(w - 1)
            {
                if Point::new(x as f64, y as f64).distance(centre) <= r {
                    out.push((y * w + x) as usize);
                }
            }
        }
        out
    }

    /// Indices of the view's pixels inside a polygon.
    #[must_use]
    pub fn polygon(&self, corners: &[Point]) -> Vec<usize> {
        let (w, h) = (self.luma.width(), self.luma.height());
        let mut out = Vec::new();
        let mut crossings = Vec::new();
        for y in 0..h {
            let row = y as f64;
            crossings.clear();
            for (i, a) in corners.iter().enumerate() {
                let b = corners[(i + 1) % corners.len()];
                if (a.y <= row) != (b.y <= row) {
                    crossings.push(a.x + (row - a.y) / (b.y - a.y) * (b.x - a.x));
                }
            }
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let first = pair[0].ceil().clamp(0.0, w as f64) as usize;
                let last = (pair[1].floor() + 1.0).clamp(0.0, w as f64) as usize;
                out.extend((first..last).map(|x| y * w + x));
            }
        }
        out
    }

    /// Indices of the pixels of the face: jaw, ear roots, brows, top of the forehead. Of a turned head the far cheek ends before its ear root; what the matte calls wall there is left out.
    #[must_use]
    pub fn oval(&self) -> Vec<usize> {
        use Landmark as L;
        let corners = [
            L::LeftEarRoot,
            L::LeftJawUpper,
            L::LeftJawMiddle,
            L::LeftJawLower,
            L::Chin,
            L::RightJawLower,
            L::RightJawMiddle,
            L::RightJawUpper,
            L::RightEarRoot,
            L::RightBrowOuter,
            L::Forehead,
            L::LeftBrowOuter,
        ]
        .map(|l| self.at(l));
        let mut pixels = self.polygon(&corners);
        pixels.retain(|i| !self.wall.get(*i).is_some_and(|wall| *wall));
        pixels
    }

    /// Indices of the pixels of both cheeks: skin, whatever hair, beard, or glasses there are elsewhere.
    #[must_use]
    pub fn skin(&self) -> Vec<usize> {
        self.cheeks().into_iter().flat_map(|c| self.disc(c, 0.09 * self.width)).collect()
    }

    /// The colour of a pixel.
    #[must_use]
    pub fn colour(&self, index: usize) -> [u8; 3] {
        let at = 3 * index;
        match self.rgb.as_raw().get(at..at + 3) {
            Some(p) => [p[0], p[1], p[2]],
            None => [0; 3],
        }
    }

    /// The colours of `pixels`.
    #[must_use]
    pub fn colours(&self, pixels: &[usize]) -> Vec<[u8; 3]> {
        pixels.iter().map(|i| self.colour(*i)).collect()
    }

    /// Luma of `pixels`.
    #[must_use]
    pub fn lumas(&self, pixels: &[usize]) -> Vec<f32> {
        pixels.iter().filter_map(|i| self.luma.data().get(*i).copied()).collect()
    }

    /// The median colour of the cheeks.
    #[must_use]
    pub fn skin_colour(&self) -> Option<[u8; 3]> {
        let skin = self.skin();
        if skin.len() < ENOUGH {
            return None;
        }
        median_colour(&self.colours(&skin))
    }
}

/// What is worn below the neck, in frame pixels.
#[derive(Debug, Clone)]
pub struct Garment {
    /// CIE Lab of its pixels.
    pub all: Vec<[f32; 3]>,
    /// Of those within 0.06 face widths of the person's edge: what must stand out from the background.
    pub rim: Vec<[f32; 3]>,
}

impl Garment {
    fn of(e: &Evidence<'_>) -> Option<Self> {
        let head = e.head?;
        let matte = matte(e)?;
        let skin = lab_from_srgb8(e.regions.face(e)?.skin_colour()?);
        let width = head.face_width();
        let from = (head.chin().y + 0.25 * width).ceil().max(0.0) as usize;
        let reach = (0.06 * width).round().max(2.0) as i64;
        let (mut all, mut rim) = (Vec::new(), Vec::new());
        for y in from..matte.height() {
            for x in 0..matte.width() {
                let (xi, yi) = (x as i64, y as i64);
                // Two pixels inside, so that an edge mixed with the background is not called a light collar.
                let inside = [(0, 0), (-2, 0), (2, 0), (0, -2), (0, 2)]
                    .iter()
                    .all(|(dx, dy)| matte.at(xi + dx, yi + dy) > 1.0 - NOBODY);
                if !inside {
                    continue;
                }
                let p = e.frame.get_pixel(x as u32, y as u32).0;
                let lab = lab_from_srgb8(p);
                // Neck and chest: the hue and chroma of the cheeks, at most a good deal darker.
                if is_skin(lab, skin, 9.0) {
                    continue;
                }
                all.push(lab);
                let edge = [(-reach, 0), (reach, 0), (0, -reach)].iter().any(|(dx, dy)| {
                    let (ex, ey) = (xi + dx, yi + dy);
                    ex >= 0 && ex < matte.width() as i64 && ey >= 0 && matte.at(ex, ey) < NOBODY
                });
                if edge {
                    rim.push(lab);
                }
            }
        }
        Some(Self { all, rim })
    }
}
