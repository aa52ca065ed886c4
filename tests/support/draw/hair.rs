//! Hair: a mass with a hairline, and single strands that cover fractions of pixels.
//!
//! The mass gives volume and colour, the strands its texture and its edge: along the outline nothing but strands is left.

use baidi::lab::geometry::{Affine, Point, Size};

use super::chance::{Chance, clouds, noise};
use super::head::{HeadShape, lambert, to_light};
use super::shape::{Curve, Light, bump, light, mix, scaled, step};
use super::sitter::{Sitter, Style};

/// Where the hair begins above the forehead: `(distance from the middle, v)`, down to the sideburn.
const HAIRLINE: [[f64; 2]; 11] = [
    [0.0, -0.395],
    [0.10, -0.40],
    [0.20, -0.392],
    [0.28, -0.365],
    [0.345, -0.31],
    [0.395, -0.22],
    [0.43, -0.11],
    [0.455, 0.0],
    [0.475, 0.08],
    [0.50, 0.13],
    [0.70, 0.16],
];

/// Long hair behind the head: half its width at each height.
const FALL: [[f64; 2]; 11] = [
    [-0.55, 0.42],
    [-0.35, 0.53],
    [-0.1, 0.575],
    [0.2, 0.60],
    [0.6, 0.635],
    [0.95, 0.69],
    [1.25, 0.71],
    [1.5, 0.66],
    [1.72, 0.56],
    [1.85, 0.45],
    [1.9, 0.36],
];

/// How far a style's outline stands off the skull.
#[derive(Debug, Clone, Copy)]
struct Volume {
    /// Widening at the temples, as a share of the width.
    side: f64,
    /// Growth of the top, as a share of the height above the ears.
    top: f64,
    /// Roughness of the outline.
    rough: f64,
    /// How low the cap reaches beside the face.
    low: f64,
}

/// The hair of one person.
#[derive(Debug)]
pub struct HairShape {
    style: Style,
    volume: Volume,
    hairline: Curve,
    fall: Curve,
    colour: Light,
    parting: f64,
    side: f64,
    seed: u64,
}

impl HairShape {
    /// The hair of `sitter`, or `None` on a bald head.
    pub fn new(sitter: &Sitter, side: f64, seed: u64) -> Option<Self> {
        let volume = match sitter.style {
            Style::Bald => return None,
            Style::Short => Volume { side: 0.035, top: 0.16, rough: 0.012, low: 0.07 },
            Style::Long => Volume { side: 0.10, top: 0.15, rough: 0.006, low: 0.12 },
            Style::Curly => Volume { side: 0.30, top: 0.46, rough: 0.06, low: 0.30 },
            Style::Towering => Volume { side: 0.07, top: 0.92, rough: 0.03, low: 0.05 },
        };
        Some(Self {
            style: sitter.style,
            volume,
            hairline: Curve::through(&HAIRLINE),
            fall: Curve::through(&FALL),
            colour: light(sitter.hair),
            parting: sitter.parting,
            side,
            seed,
        })
    }

    /// How deep a point lies inside the cap's outline, in face widths, about; negative outside.
    fn depth(&self, head: &HeadShape, u: f64, v: f64) -> f64 {
        let up = step(self.volume.low + 0.02, -0.18, v);
        let grown = -0.1 + (v + 0.1) / (1.0 + self.volume.top);
        let (v1, grow) = if v < -0.1 { (grown, 1.0 + self.volume.top) } else { (v, 1.0) };
        let angle = (v + 0.15).atan2(u);
        let waves = self.volume.rough
            * (clouds(angle * 3.0, 4.0, self.seed ^ 71)
                + 0.5 * clouds(angle * 11.0, 9.0, self.seed ^ 72));
        let wide = 1.0 + self.volume.side * up;
        let half = head.half_width(v1);
        let across = half * wide + waves - u.abs();
        // Near the top the outline is flat: there the distance is measured upwards.
        let from_top = (v1 - super::head::SKULL) * grow + waves;
        if half < 0.0 { from_top.min(-1e-3) } else { across.min(from_top.max(across * 0.5)) }
    }

    /// Whether a point lies in the part of the hair that is in front of the head.
    pub fn in_cap(&self, head: &HeadShape, u: f64, v: f64) -> bool {
        let lower = if self.style == Style::Curly {
            step(0.0, 0.02, u.abs() - 0.5) * (self.volume.low - 0.1)
        } else {
            0.0
        };
        let ragged = 0.014 * noise(u * 50.0, v * 14.0, self.seed ^ 73)
            + 0.02 * noise(u * 170.0, v * 12.0, self.seed ^ 70);
        let line = self.hairline.at(u.abs()) + lower;
        v < line + ragged && self.depth(head, u, v) > 0.0
    }

    /// Whether a point lies in the hair behind the head.
    pub fn in_fall(&self, u: f64, v: f64) -> bool {
        match self.style {
            Style::Long if v > FALL[0][0] && v < 1.9 => {
                let wave = 0.018 * clouds(v * 2.2, u.signum(), self.seed ^ 74);
                let lock = 0.06 * noise(u * 9.0, 0.5, self.seed ^ 75);
                let inner = if v > 0.9 { 0.33 + 0.05 * (v - 0.9) + wave } else { 0.0 };
                u.abs() < self.fall.at(v + lock) + wave && u.abs() > inner
            }
            Style::Curly => {
                let angle = (v - 0.05).atan2(u);
                let wave = 0.07 * clouds(angle * 4.0, 3.0, self.seed ^ 76)
                    + 0.03 * clouds(angle * 17.0, 5.0, self.seed ^ 78);
                v > -0.4 && (u / 0.63).hypot((v - 0.05) / 0.46) < 1.0 + wave
            }
            _ => false,
        }
    }

    /// The direction in which hair grows at a point.
    fn flow(&self, u: f64, v: f64) -> [f64; 2] {
        let (x, y) = (u - self.parting, v + if self.style == Style::Towering { 0.2 } else { 0.8 });
        let down = step(0.30, 0.5, u.abs()) * step(-0.5, -0.1, v).max(0.25);
        let r = x.hypot(y).max(0.05);
        let (mut a, mut b) = (x / r, if self.style == Style::Towering { -1.0 } else { y / r });
        if self.style != Style::Towering {
            a = a * (1.0 - down) + 0.12 * u.signum() * down;
            b = b * (1.0 - down) + down;
        }
        let bend = 0.35 * clouds(u * 3.0, v * 3.0, self.seed ^ 77);
        let n = a.hypot(b).max(1e-6);
        [(a - bend * b) / n, (b + bend * a) / n]
    }

    /// Light on the hair at a point: the volume's, times a band of gloss.
    fn lit(&self, u: f64, v: f64) -> f64 {
        let (a, b) = (0.62 * (1.0 + self.volume.side), 0.75 * (1.0 + 0.7 * self.volume.top));
        let (x, y) = ((u / a).clamp(-0.97, 0.97), ((v + 0.05) / b).clamp(-0.97, 0.6));
        let z = (1.0 - x * x - y * y).max(0.08).sqrt();
        let gloss = bump(v + 0.5 + 0.35 * u * u - 0.08 * self.side * u, 0.09)
            * (0.6 + 0.4 * (1.0 + self.side * u.signum()) * 0.5);
        lambert([x / z, y / z, 1.0], self.side) * 0.85 + 0.5 * gloss + 0.1 * to_light(self.side)[2]
    }

    /// Colour of the mass of hair at a point, streaked along the flow.
    pub fn mass(&self, u: f64, v: f64, behind: bool) -> Light {
        let streak = if self.style == Style::Curly {
            let cells = noise(u * 26.0, v * 26.0, self.seed ^ 81)
                * noise(u * 17.0, v * 19.0, self.seed ^ 82);
            1.6 * cells + 0.4 * noise(u * 80.0, v * 80.0, self.seed ^ 83)
        } else if behind || v > 0.1 || self.style == Style::Towering {
            noise(u * 46.0 + 3.0 * noise(v * 2.0, 1.0, self.seed ^ 84), v * 1.8, self.seed ^ 85)
                + 0.6 * noise(u * 150.0, v * 4.0, self.seed ^ 86)
        } else {
            let (x, y) = (u - self.parting, v + 0.8);
            let (angle, r) = (y.atan2(x), x.hypot(y));
            noise(angle * 22.0 + 2.0 * noise(r * 5.0, 2.0, self.seed ^ 87), r * 4.0, self.seed ^ 88)
                + 0.6 * noise(angle * 75.0, r * 8.0, self.seed ^ 89)
        };
        let depth = if behind { 0.55 } else { 1.0 };
        scaled(self.colour, depth * self.lit(u, v) * (1.0 + 0.38 * streak))
    }

    /// Draws all strands: those behind the head and those in front of everything.
    pub fn strands(
        &self,
        sitter: &Sitter,
        head: &HeadShape,
        to_picture: &Affine,
        size: Size,
    ) -> (Strands, Strands) {
        let mut chance = Chance::new(self.seed ^ 0x6861_6972);
        let (mut back, mut front) = (Strands::new(size), Strands::new(size));
        let scale = to_picture.scale();
        let place = |p: &[f64; 2]| {
            let [u, v] = head.to_person(p[0], p[1]);
            to_picture.apply(Point::new(u, v))
        };
        let grow = |target: &mut Strands,
                    path: &[[f64; 2]],
                    width: f64,
                    shade: f64,
                    chance: &mut Chance| {
            let tint = shade * chance.between(0.75, 1.35);
            let root = path[0];
            let warm = mix(
                self.colour,
                [self.colour[0] * 1.35, self.colour[1] * 1.1, self.colour[2]],
                chance.unit(),
            );
            let colour = scaled(warm, tint * self.lit(root[0], root[1]));
            let points: Vec<Point> = path.iter().map(place).collect();
            target.draw(&points, width * scale, colour);
        };
        // Texture: strands that follow the flow, cut where they would run over the face.
        let inner = if self.style == Style::Curly { 1500 } else { 2200 };
        for _ in 0..inner {
            let (mut u, mut v) = (chance.between(-0.72, 0.72), chance.between(-1.45, 0.2));
            if !self.in_cap(head, u, v) {
                continue;
            }
            let mut path = vec![[u, v]];
            let length = chance.between(0.1, 0.35);
            let curl = chance.between(0.6, 1.4) * chance.pick(&[-1.0, 1.0]);
            let mut heading = chance.between(0.0, 6.3);
            for _ in 0..24 {
                let [a, b] = if self.style == Style::Curly {
                    heading += curl * 0.5;
                    [0.7 * heading.cos(), 0.7 * heading.sin()]
                } else {
                    self.flow(u, v)
                };
                (u, v) = (u + a * length / 24.0, v + b * length / 24.0);
                if v > self.hairline.at(u.abs()) + 0.02 {
                    break;
                }
                path.push([u, v]);
            }
            if path.len() > 3 {
                grow(&mut front, &path, chance.between(0.002, 0.0055), 1.05, &mut chance);
            }
        }
        self.outline_strands(sitter, head, &mut chance, |path, width, chance| {
            grow(&mut front, path, width, 1.0, chance);
        });
        self.hanging_strands(sitter, &mut chance, |path, width, chance| {
            grow(&mut back, path, width, 0.7, chance);
        });
        (back, front)
    }

    /// Strands that leave the outline: many short ones that dissolve the edge, and some that fly.
    fn outline_strands(
        &self,
        sitter: &Sitter,
        head: &HeadShape,
        chance: &mut Chance,
        mut grow: impl FnMut(&[[f64; 2]], f64, &mut Chance),
    ) {
        let count = if self.style == Style::Curly { 900 } else { 620 };
        for k in 0..count {
            let angle = chance.between(-0.12, std::f64::consts::PI + 0.12);
            let ray = [angle.cos(), -angle.sin()];
            // Walks out along the ray to the outline.
            let mut r = 0.3;
            while r < 1.6 && self.depth(head, ray[0] * r, -0.05 + ray[1] * r) > 0.0 {
                r += 0.004;
            }
            let flying = k % 5 == 0 && chance.unit() < sitter.flyaway;
            let r = r - chance.between(0.015, 0.06);
            let (mut u, mut v) = (ray[0] * r, -0.05 + ray[1] * r);
            if v > self.hairline.at(u.abs()) + 0.03 {
                continue;
            }
            let along = if u > self.parting { 1.0 } else { -1.0 };
            let (mut a, mut b) = (-ray[1] * along, ray[0] * along);
            let lift = if flying { chance.between(0.2, 0.75) } else { chance.between(0.0, 0.22) };
            if self.style == Style::Towering {
                (a, b) = (0.1 * ray[0], -1.0);
            }
            (a, b) = (a + lift * ray[0], b + lift * ray[1]);
            let length =
                if flying { chance.between(0.10, 0.30) } else { chance.between(0.05, 0.14) };
            let weight = chance.between(0.2, 1.0) * if flying { 0.5 } else { 1.0 };
            let sway = chance.between(-1.2, 1.2);
            let curl = if self.style == Style::Curly { chance.between(0.5, 1.3) } else { 0.05 };
            let turn = chance.pick(&[-1.0, 1.0]);
            let mut path = vec![[u, v]];
            let steps = 26;
            for i in 0..steps {
                let n = a.hypot(b).max(1e-6);
                let t = f64::from(i) / f64::from(steps);
                let spin = turn * curl * 0.55 + 0.06 * sway;
                (a, b) = (a / n - spin * b / n, b / n + spin * a / n + 0.12 * weight * t);
                let n = a.hypot(b).max(1e-6);
                (u, v) =
                    (u + a / n * length / f64::from(steps), v + b / n * length / f64::from(steps));
                path.push([u, v]);
            }
            let width =
                if flying { chance.between(0.0012, 0.0026) } else { chance.between(0.002, 0.005) };
            grow(&path, width, chance);
        }
    }

    /// Strands of long hair, behind the head and over the shoulders.
    fn hanging_strands(
        &self,
        sitter: &Sitter,
        chance: &mut Chance,
        mut grow: impl FnMut(&[[f64; 2]], f64, &mut Chance),
    ) {
        if self.style != Style::Long {
            return;
        }
        for k in 0..900 {
            let side = chance.pick(&[-1.0, 1.0]);
            let start = chance.between(-0.45, 1.5);
            let edge = k % 3 == 0;
            let flying = edge && chance.unit() < 0.35 * sitter.flyaway;
            let share = if edge { chance.between(0.93, 1.01) } else { chance.between(0.62, 0.99) };
            let length = chance.between(0.25, 0.7);
            let drift =
                if flying { chance.between(0.1, 0.35) } else { chance.between(-0.02, 0.05) };
            let phase = chance.between(0.0, 6.3);
            let path: Vec<[f64; 2]> = (0..28)
                .map(|i| {
                    let t = f64::from(i) / 27.0;
                    let v = start + length * t;
                    let u = share * self.fall.at(v.min(1.9)).max(0.3)
                        + drift * t * t
                        + 0.008 * (phase + 7.0 * v).sin();
                    [side * u, v]
                })
                .take_while(|p| p[1] < 1.98)
                .collect();
            if path.len() > 3 {
                let thick = if flying { 0.0022 } else { 0.0045 };
                grow(&path, chance.between(0.4, 1.0) * thick, chance);
            }
        }
    }
}

/// Strands drawn into a picture: premultiplied linear light, and how much of each pixel they cover.
#[derive(Debug)]
pub struct Strands {
    size: Size,
    /// Red, green, blue, cover.
    data: Vec<[f32; 4]>,
}

impl Strands {
    fn new(size: Size) -> Self {
        Self { size, data: vec![[0.0; 4]; size.area() as usize] }
    }

    /// Red, green, blue (premultiplied) and cover of pixel number `index`.
    pub fn pixel(&self, index: usize) -> [f32; 4] {
        self.data[index]
    }

    /// Lays one strand over what is there. It thins out to a third towards its tip; below a pixel's width it covers
    /// the fraction of the pixel that a ribbon of that width would.
    fn draw(&mut self, points: &[Point], width: f64, colour: Light) {
        let mut covered: Vec<(usize, f32)> = Vec::new();
        let (w, h) = (i64::from(self.size.width), i64::from(self.size.height));
        let last = (points.len() - 1).max(1) as f64;
        for (i, pair) in points.windows(2).enumerate() {
            let (p, q) = (pair[0], pair[1]);
            let thick = width * (1.0 - 0.67 * (i as f64 / last));
            let reach = 0.5 * thick + 1.0;
            let (dx, dy) = (q.x - p.x, q.y - p.y);
            let squared = (dx * dx + dy * dy).max(1e-12);
            let span = |a: f64, b: f64, end: i64| {
                let low = (a.min(b) - reach).floor() as i64;
                let high = (a.max(b) + reach).ceil() as i64;
                low.max(0)..(high + 1).min(end)
            };
            for y in span(p.y, q.y, h) {
                for x in span(p.x, q.x, w) {
                    let (ax, ay) = (x as f64 - p.x, y as f64 - p.y);
                    let t = ((ax * dx + ay * dy) / squared).clamp(0.0, 1.0);
                    let away = (ax - t * dx).hypot(ay - t * dy);
                    // A pixel is one wide: the overlap of [-1/2, 1/2] with the ribbon.
                    let cover = (0.5f64.min(away + 0.5 * thick)
                        - (-0.5f64).max(away - 0.5 * thick))
                    .clamp(0.0, 1.0)
                    .min(1.0);
                    let cover =
                        if away > 0.5 + 0.5 * thick { 0.0 } else { cover.min(thick.max(0.0)) };
                    if cover > 0.0 {
                        covered.push(((y * w + x) as usize, cover as f32));
                    }
                }
            }
        }
        // Neighbouring segments meet in the same pixels: the larger cover counts, once.
        covered.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        covered.dedup_by_key(|c| c.0);
        for (index, cover) in covered {
            let pixel = &mut self.data[index];
            for (channel, value) in pixel.iter_mut().zip([colour[0], colour[1], colour[2], 1.0]) {
                *channel = *channel * (1.0 - cover) + value * cover;
            }
        }
    }
}
