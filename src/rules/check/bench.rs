//! A drawn card for the rules' tests: a plain head and shoulders of which everything is known.

use std::ops::Range;

use image::{Rgb, RgbImage};

use super::Evidence;
use super::region::Regions;
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::input::decode::{ColorModel, Format, SourceFacts};
use crate::rules::spec::PhotoSpec;
use crate::vision::critic::Critique;
use crate::vision::face::closeup::Closeup;
use crate::vision::face::eyes::Eyes;
use crate::vision::face::{Head, Landmark, Landmarks};
use crate::vision::signs::Signs;

/// A drawn picture and what is true of it. Hair top at row 14, eyes at row 201, chin at row 314, face 200 px wide, centred.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) spec: PhotoSpec,
    pub(crate) facts: SourceFacts,
    pub(crate) file_name: Option<&'static str>,
    pub(crate) picture: RgbImage,
    pub(crate) head: Option<Head>,
    pub(crate) closeup: Option<Closeup>,
    pub(crate) eyes: Option<Eyes>,
    pub(crate) signs: Option<Signs>,
    pub(crate) critique: Option<Critique>,
    pub(crate) face_widths: Vec<f64>,
    pub(crate) matte: Option<Plane>,
    map: Affine,
}

/// Skin of the drawn head.
pub(crate) const SKIN: [u8; 3] = [214, 168, 140];
const HAIR: [u8; 3] = [38, 30, 28];
const TOP: [u8; 3] = [40, 46, 70];
const MIDDLE: f64 = 179.0;

const fn point(landmark: Landmark) -> Point {
    use Landmark as L;
    let (x, y) = match landmark {
        L::LeftIris => (-45.0, 201.0),
        L::RightIris => (45.0, 201.0),
        L::LeftEyeOuter => (-65.0, 202.0),
        L::LeftEyeInner => (-25.0, 202.0),
        L::RightEyeInner => (25.0, 202.0),
        L::RightEyeOuter => (65.0, 202.0),
        L::LeftLidUpper => (-45.0, 195.0),
        L::RightLidUpper => (45.0, 195.0),
        L::LeftLidLower => (-45.0, 207.0),
        L::RightLidLower => (45.0, 207.0),
        L::LeftEarRoot => (-100.0, 210.0),
        L::RightEarRoot => (100.0, 210.0),
        L::Chin => (0.0, 314.0),
        L::Forehead => (0.0, 108.0),
        L::NoseTip => (0.0, 243.0),
        L::MouthLeft => (-32.0, 271.0),
        L::MouthRight => (32.0, 271.0),
        L::LipUpperInner => (0.0, 271.0),
        L::LipLowerInner => (0.0, 272.0),
        L::LeftBrowOuter => (-75.0, 182.0),
        L::LeftBrowMiddle => (-52.0, 174.0),
        L::LeftBrowInner => (-20.0, 180.0),
        L::RightBrowInner => (20.0, 180.0),
        L::RightBrowMiddle => (52.0, 174.0),
        L::RightBrowOuter => (75.0, 182.0),
        L::LeftJawUpper => (-85.0, 262.0),
        L::LeftJawMiddle => (-58.0, 292.0),
        L::LeftJawLower => (-25.0, 310.0),
        L::RightJawUpper => (85.0, 262.0),
        L::RightJawMiddle => (58.0, 292.0),
        L::RightJawLower => (25.0, 310.0),
    };
    Point::new(MIDDLE + x, y)
}

/// What is drawn at a point of the card, `None` where the wall is.
fn drawn(p: Point) -> Option<[u8; 3]> {
    let inside = |cx: f64, cy: f64, rx: f64, ry: f64| {
        ((p.x - cx) / rx).powi(2) + ((p.y - cy) / ry).powi(2) <= 1.0
    };
    let aside = (p.x - MIDDLE).abs();
    let both = |dx: f64, cy: f64, rx: f64, ry: f64| {
        ((aside - dx) / rx).powi(2) + ((p.y - cy) / ry).powi(2) <= 1.0
    };
    // Light falls from above the camera: the skin darkens a little towards the jaw.
    let light = 1.04 - aside / 1400.0 - (p.y - 200.0) / 3000.0;
    // Skin is redder here, yellower there; a picture without that is a tinted one.
    let blush = 7.0 * (p.x / 9.0).sin() * (p.y / 13.0).cos();
    // Pores, without which it is wax.
    let pores = 3.0 * (p.x.mul_add(12.9898, 78.233 * p.y).sin() * 43_758.545).fract();
    let [r, g, b] = SKIN.map(|v| f64::from(v).mul_add(light, pores));
    let skin = [r as u8, (g - blush) as u8, (b + blush) as u8];
    if inside(MIDDLE, 204.0, 101.0, 110.0) && p.y > 118.0 + aside * aside / 300.0 {
        return Some(if both(45.0, 201.0, 3.5, 3.5) {
            [12, 10, 10]
        } else if both(45.0, 201.0, 8.0, 6.5) {
            [70, 46, 34]
        } else if both(45.0, 201.0, 19.0, 6.5) {
            [226, 220, 214]
        } else if both(47.0, 178.0, 27.0, 5.0) {
            HAIR
        } else if inside(MIDDLE, 271.0, 33.0, 6.0) {
            [176, 96, 92]
        } else {
            skin
        });
    }
    if inside(MIDDLE, 150.0, 112.0, 136.5) && p.y < 190.0 {
        return Some(HAIR);
    }
    if both(104.0, 215.0, 10.0, 27.0) || (aside < 58.0 && (290.0..365.0).contains(&p.y)) {
        return Some(skin);
    }
    (p.y > 352.0 && aside < 58.0 + (p.y - 352.0) * 3.0).then_some(TOP)
}

/// A colour in light that is not the same everywhere, as no light is.
fn shaded(colour: [u8; 3], p: Point) -> [u8; 3] {
    // two folded ramps, so that no tone comes up much more often than its neighbours
    let folded = |along: f64| 2.0 * (along.rem_euclid(2.0) - 1.0).abs() - 1.0;
    let by = 9.0 * folded((p.x + 0.6 * p.y) / 61.0) + 9.0 * folded((p.y - 0.4 * p.x) / 47.0);
    let by = by.round() as i16;
    colour.map(|v| (i16::from(v) + by).clamp(0, 254) as u8)
}

impl Bench {
    /// A good card: 358×441, white wall, dark top.
    pub(crate) fn card() -> Self {
        Self::sized(358, 441)
    }

    /// Puts every landmark where `to` says, given which it is and where it was.
    pub(crate) fn move_landmarks(&mut self, to: impl Fn(Landmark, Point) -> Point) {
        let head = self.head.as_mut().expect("a card has a head");
        let points = Landmark::ALL.iter().map(|l| to(*l, head.landmarks[*l])).collect();
        head.landmarks = Landmarks::new(points).expect("as many as before");
    }

    /// The card's drawing in the top left of a picture of another size.
    pub(crate) fn sized(width: u32, height: u32) -> Self {
        let landmarks = Landmark::ALL.iter().map(|l| point(*l)).collect();
        let mut bench = Self {
            spec: PhotoSpec::builtin("shebao").expect("builtin"),
            facts: facts(width, height),
            file_name: Some("card.jpg"),
            picture: RgbImage::new(width, height),
            closeup: Some(Closeup { smoothed: Some(0.0), written: Some(0.0), ..Closeup::ORDINARY }),
            eyes: Some(Eyes { shut: [0.0; 2], iris: [0.0; 2] }),
            signs: Some(Signs::default()),
            critique: Some(Critique::default()),
            head: Landmarks::new(landmarks).map(|landmarks| Head {
                landmarks,
                hair_top: Some(Point::new(MIDDLE, 14.0)),
                confidence: 0.99,
            }),
            face_widths: vec![200.0],
            matte: None,
            map: Affine::IDENTITY,
        };
        bench.draw();
        bench
    }

    fn draw(&mut self) {
        let (w, h) = self.picture.dimensions();
        let back = self.map.inverse().expect("a similarity has an inverse");
        let mut alpha = Plane::filled(Size::new(w, h), 0.0);
        for y in 0..h {
            for x in 0..w {
                let p = back.apply(Point::new(f64::from(x), f64::from(y)));
                let colour = drawn(p);
                self.picture.put_pixel(x, y, Rgb(colour.map_or([255; 3], |c| shaded(c, p))));
                alpha.data_mut()[(y * w + x) as usize] = f32::from(colour.is_some());
            }
        }
        self.matte = Some(alpha);
    }

    fn mapped(mut self, by: &Affine) -> Self {
        self.map = by.after(&self.map);
        self.head = self.head.map(|head| head.mapped(by));
        self.draw();
        self
    }

    /// Moved by so many pixels.
    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        self.mapped(&Affine([[1.0, 0.0, dx], [0.0, 1.0, dy]]))
    }

    /// Scaled about the bottom's middle.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        let foot = Point::new(MIDDLE, 440.0);
        self.mapped(&Affine::similarity(factor, 0.0, foot, foot))
    }

    /// Turned about the nose, degrees clockwise.
    pub(crate) fn turned(self, degrees: f64) -> Self {
        let nose = Point::new(MIDDLE, 243.0);
        self.mapped(&Affine::similarity(1.0, degrees.to_radians(), nose, nose))
    }

    /// With every pixel that is not the person's painted anew.
    pub(crate) fn with_wall(mut self, colour: impl Fn(u32, u32) -> [u8; 3]) -> Self {
        let alpha = self.matte.clone().expect("a drawn card has a matte");
        for (x, y, p) in self.picture.enumerate_pixels_mut() {
            if alpha.at(i64::from(x), i64::from(y)) < 0.5 {
                *p = Rgb(colour(x, y));
            }
        }
        self
    }

    /// With wall pixels within `reach` of the person in another colour.
    pub(crate) fn with_ring(mut self, reach: i64, colour: [u8; 3]) -> Self {
        let alpha = self.matte.clone().expect("a drawn card has a matte");
        for (x, y, p) in self.picture.enumerate_pixels_mut() {
            let (x, y) = (i64::from(x), i64::from(y));
            let near = (-reach..=reach).any(|dy| {
                (-reach..=reach)
                    .any(|dx| dx * dx + dy * dy <= reach * reach && alpha.at(x + dx, y + dy) > 0.5)
            });
            if alpha.at(x, y) < 0.5 && near {
                *p = Rgb(colour);
            }
        }
        self
    }

    /// With every pixel of the person changed.
    pub(crate) fn with_person(mut self, change: impl Fn(u32, u32, [u8; 3]) -> [u8; 3]) -> Self {
        let alpha = self.matte.clone().expect("a drawn card has a matte");
        for (x, y, p) in self.picture.enumerate_pixels_mut() {
            if alpha.at(i64::from(x), i64::from(y)) > 0.5 {
                *p = Rgb(change(x, y, p.0));
            }
        }
        self
    }

    /// With every pixel changed.
    pub(crate) fn with_pixels(mut self, change: impl Fn(u32, u32, [u8; 3]) -> [u8; 3]) -> Self {
        for (x, y, p) in self.picture.enumerate_pixels_mut() {
            *p = Rgb(change(x, y, p.0));
        }
        self
    }

    /// The colour of a pixel.
    pub(crate) fn picture_at(&self, x: u32, y: u32) -> [u8; 3] {
        self.picture.get_pixel(x, y).0
    }

    /// Hair where there was none.
    pub(crate) fn paint_person(&mut self, columns: Range<u32>, rows: Range<u32>) {
        self.fill(columns, rows, HAIR, 1.0);
    }

    /// White where the person was.
    pub(crate) fn erase_person(&mut self, columns: Range<u32>, rows: Range<u32>) {
        self.fill(columns, rows, [255; 3], 0.0);
    }

    fn fill(&mut self, columns: Range<u32>, rows: Range<u32>, colour: [u8; 3], alpha: f32) {
        let w = self.picture.width();
        for y in rows {
            for x in columns.clone() {
                self.picture.put_pixel(x, y, Rgb(colour));
                if let Some(matte) = &mut self.matte {
                    matte.data_mut()[(y * w + x) as usize] = alpha;
                }
            }
        }
    }

    /// What the rules see.
    pub(crate) fn evidence(&self) -> Evidence<'_> {
        Evidence {
            spec: &self.spec,
            facts: &self.facts,
            file_name: self.file_name,
            native: &self.picture,
            frame: &self.picture,
            head: self.head.as_ref(),
            closeup: self.closeup,
            eyes: self.eyes,
            signs: self.signs,
            critique: self.critique.as_ref(),
            face_widths: &self.face_widths,
            matte: self.matte.as_ref(),
            no_head: self.head.is_none().then_some("unknown-no-head"),
            regions: Regions::default(),
        }
    }
}

fn facts(width: u32, height: u32) -> SourceFacts {
    SourceFacts {
        format: Format::Jpeg,
        stored: Size::new(width, height),
        orientation: 1,
        orientation_tag: None,
        dpi: Some([350.0, 350.0]),
        icc: None,
        bytes: 18_000,
        components: 3,
        bits: 8,
        alpha: false,
        palette: false,
        color: ColorModel::Ycbcr,
        jpeg: Some(crate::input::markers::JpegFacts {
            baseline: true,
            precision: 8,
            components: 3,
            scans: 1,
            eoi: true,
            density: Some((1, 350, 350)),
            quality_estimate: Some(75),
            ..crate::input::markers::JpegFacts::default()
        }),
    }
}

/// Numbers from −0.5 to 0.5 drawn by a small linear congruential generator, the same at every run.
pub(crate) fn chance(mut state: u32) -> impl Fn() -> f64 {
    let draw = std::cell::RefCell::new(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 16) / 65_536.0 - 0.5
    });
    move || (draw.borrow_mut())()
}
