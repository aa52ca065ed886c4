//! What can be chosen: the person, the room, the camera.

use baidi::lab::geometry::{Point, Size};

use super::chance::Chance;

/// How the hair is worn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// None at all.
    Bald,
    /// Cropped, ears free.
    Short,
    /// Over the shoulders, behind the ears.
    Long,
    /// A round crown of curls.
    Curly,
    /// Combed high above the head.
    Towering,
}

impl Style {
    /// Every style.
    pub const ALL: [Self; 5] = [Self::Bald, Self::Short, Self::Long, Self::Curly, Self::Towering];
}

/// How the top ends at the neck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collar {
    /// A round neck with a ribbed band.
    Crew,
    /// A V.
    Vee,
    /// A shirt's collar.
    Shirt,
    /// A jacket over a light shirt.
    Jacket,
}

/// A person. Lengths are in face widths (ear root to ear root), colours sRGB.
#[derive(Debug, Clone, PartialEq)]
pub struct Sitter {
    /// Colour of the skin in even light.
    pub skin: [u8; 3],
    /// How long the face is below the eyes, 1 for the average; 0.9..=1.12 looks like people.
    pub length: f64,
    /// How wide the jaw is, 1 for the average; 0.9..=1.08.
    pub jaw: f64,
    /// How the hair is worn.
    pub style: Style,
    /// Colour of the hair.
    pub hair: [u8; 3],
    /// How many hairs stand off, 0..=1.
    pub flyaway: f64,
    /// Where the hair parts, right of the middle.
    pub parting: f64,
    /// Colour of the eyes.
    pub iris: [u8; 3],
    /// How far the eyes are open, 1 for the usual.
    pub eyes_open: f64,
    /// How dark the cheeks are with stubble, 0..=1.
    pub stubble: f64,
    /// Whether glasses are worn.
    pub glasses: bool,
    /// Colour of the top.
    pub top: [u8; 3],
    /// How the top ends at the neck.
    pub collar: Collar,
}

impl Sitter {
    /// A person drawn by lot; the same for the same `seed`.
    pub fn drawn_by_lot(seed: u64) -> Self {
        let mut chance = Chance::new(seed ^ 0x7369_7474_6572);
        let skin = chance.pick(&[
            [238, 200, 178],
            [232, 190, 165],
            [226, 182, 150],
            [214, 165, 130],
            [186, 132, 98],
            [148, 98, 70],
            [110, 72, 52],
        ]);
        let dark = skin[0] < 200;
        let hair = if dark {
            chance.pick(&[[24, 20, 19], [34, 26, 22], [48, 36, 30]])
        } else {
            chance.pick(&[
                [24, 20, 20],
                [38, 28, 24],
                [70, 48, 34],
                [104, 74, 48],
                [160, 124, 82],
                [150, 148, 146],
            ])
        };
        let style = chance.pick(&Style::ALL);
        let top = chance.pick(&[
            [28, 32, 44],
            [40, 40, 42],
            [22, 56, 60],
            [86, 30, 40],
            [58, 72, 50],
            [70, 60, 92],
        ]);
        Self {
            skin,
            length: chance.between(0.92, 1.1),
            jaw: chance.between(0.92, 1.06),
            style,
            hair,
            flyaway: chance.between(0.1, 0.8),
            parting: chance.between(-0.2, 0.2),
            iris: if dark {
                [58, 38, 26]
            } else {
                chance.pick(&[[70, 46, 30], [96, 72, 44], [88, 112, 128], [96, 112, 84]])
            },
            eyes_open: chance.between(0.92, 1.12),
            stubble: if style == Style::Long { 0.0 } else { chance.between(-0.5, 0.6).max(0.0) },
            glasses: chance.unit() < 0.2,
            top,
            collar: chance.pick(&[Collar::Crew, Collar::Vee, Collar::Shirt, Collar::Jacket]),
        }
    }
}

/// What is behind the person. Colours are sRGB.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Backdrop {
    /// One colour from edge to edge.
    Plain([u8; 3]),
    /// A lit studio wall: brightest behind the head, falling off by `vignette` (0..=1) towards the corners.
    Studio {
        /// The colour where the wall is brightest.
        colour: [u8; 3],
        /// How much light the corners lose.
        vignette: f64,
    },
    /// A wall painted in two colours, the lower one up to `height` (0 top .. 1 bottom of the picture).
    TwoTone {
        /// The colour above.
        upper: [u8; 3],
        /// The colour below.
        lower: [u8; 3],
        /// Where they meet.
        height: f64,
    },
    /// Shelves with books.
    Clutter,
}

/// The shadow that the person throws on the wall.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shadow {
    /// How far it lies to the right and below, in face widths.
    pub offset: [f64; 2],
    /// How soft its edge is, in face widths.
    pub blur: f64,
    /// How much of the light it takes, 0..=1.
    pub depth: f64,
}

/// A portrait to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Scene {
    /// Size of the picture.
    pub size: Size,
    /// Who sits.
    pub sitter: Sitter,
    /// What is behind.
    pub backdrop: Backdrop,
    /// The shadow on it.
    pub shadow: Option<Shadow>,
    /// Where the light comes from: -1 far left .. 1 far right.
    pub light: f64,
    /// Standard deviation of the sensor's noise, in 8-bit levels.
    pub noise: f64,
    /// Ear root to ear root, in pixels.
    pub face_width: f64,
    /// The point half way between the eyes.
    pub eyes: Point,
    /// How far the person leans, in degrees, positive clockwise on screen.
    pub roll_degrees: f64,
    /// Subsamples per pixel side; the true alpha of a hard edge has `samples²` + 1 levels.
    pub samples: u32,
    /// Decides everything left to chance: each hair, the cloth's folds, the noise.
    pub seed: u64,
}

impl Scene {
    /// `sitter` in the middle of a picture of `size`, head and shoulders, before a light grey wall.
    pub fn of(sitter: Sitter, size: Size, seed: u64) -> Self {
        let face_width = 0.34 * f64::from(size.width.min(size.height * 4 / 5));
        Self {
            size,
            sitter,
            backdrop: Backdrop::Plain([214, 216, 218]),
            shadow: None,
            light: -0.35,
            noise: 1.2,
            face_width,
            eyes: Point::new(
                0.5 * f64::from(size.width) - 0.5,
                0.42 * f64::from(size.height) - 0.5,
            ),
            roll_degrees: 0.0,
            samples: 3,
            seed,
        }
    }

    /// A person, a room and a camera drawn by lot; the same for the same `seed`.
    pub fn drawn_by_lot(seed: u64, size: Size) -> Self {
        let mut chance = Chance::new(seed ^ 0x73_6365_6e65);
        let mut scene = Self::of(Sitter::drawn_by_lot(seed), size, seed);
        scene.backdrop = match chance.bits() % 6 {
            0 => Backdrop::Plain([244, 244, 243]),
            1 => Backdrop::Studio { colour: [206, 208, 212], vignette: 0.45 },
            2 => Backdrop::Plain([67, 142, 219]),
            3 => Backdrop::Plain([204, 36, 40]),
            4 => Backdrop::TwoTone {
                upper: [222, 216, 204],
                lower: [150, 168, 160],
                height: chance.between(0.5, 0.8),
            },
            _ => Backdrop::Clutter,
        };
        if chance.unit() < 0.3 {
            let side = chance.pick(&[-1.0, 1.0]);
            scene.shadow = Some(Shadow {
                offset: [side * chance.between(0.15, 0.4), chance.between(0.05, 0.2)],
                blur: chance.between(0.03, 0.12),
                depth: chance.between(0.2, 0.45),
            });
        }
        scene.light = chance.between(-0.8, 0.8);
        scene.noise = chance.between(0.5, 2.5);
        scene.face_width *= chance.between(0.85, 1.15);
        scene.eyes.x += scene.face_width * chance.between(-0.2, 0.2);
        scene.roll_degrees = chance.between(-5.0, 5.0);
        scene
    }
}
