//! Draws the pictures of `samples/` anew: `cargo run --release --package baidi-lab --bin draw_samples [FOLDER]`.
//!
//! The same bytes every time. `FOLDER` is `samples` unless told otherwise.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use baidi::lab::geometry::{Point, Size};
use baidi_lab::draw::{self, Backdrop, Collar, Scene, Shadow, Sitter, Style};
use image::codecs::jpeg::JpegEncoder;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "samples".to_owned()));
    fs::create_dir_all(&folder)?;
    for (name, scene) in [
        ("studio-flyaway.jpg", studio()),
        ("blue-tilted.jpg", tilted()),
        ("wall-shadow.jpg", hallway()),
        ("bookshelf-curls.jpg", bookshelf()),
    ] {
        let drawn = draw::draw(&scene);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, 88).encode_image(&drawn.picture)?;
        fs::write(folder.join(name), jpeg)?;
    }
    Ok(())
}

/// A grey studio wall that darkens towards its corners; hair that flies.
fn studio() -> Scene {
    let sitter = Sitter {
        skin: [226, 182, 150],
        length: 1.0,
        jaw: 0.97,
        style: Style::Short,
        hair: [52, 38, 30],
        flyaway: 1.0,
        parting: 0.15,
        iris: [84, 62, 38],
        eyes_open: 1.05,
        stubble: 0.25,
        glasses: false,
        top: [30, 40, 58],
        collar: Collar::Crew,
    };
    let mut scene = Scene::of(sitter, Size::new(1080, 1350), 7);
    scene.backdrop = Backdrop::Studio { colour: [198, 201, 206], vignette: 0.55 };
    scene.light = -0.45;
    scene.noise = 1.6;
    scene
}

/// The blue of old ID photos, held 6 degrees askew; long hair.
fn tilted() -> Scene {
    let sitter = Sitter {
        skin: [232, 190, 165],
        length: 0.97,
        jaw: 0.94,
        style: Style::Long,
        hair: [34, 25, 23],
        flyaway: 0.8,
        parting: -0.1,
        iris: [58, 40, 28],
        eyes_open: 1.08,
        stubble: 0.0,
        glasses: false,
        top: [60, 64, 72],
        collar: Collar::Vee,
    };
    let mut scene = Scene::of(sitter, Size::new(1000, 1300), 23);
    scene.backdrop = Backdrop::Plain([67, 142, 219]);
    scene.roll_degrees = 6.0;
    scene.eyes = Point::new(540.0, 520.0);
    scene.light = 0.3;
    scene.noise = 1.4;
    scene
}

/// A painted hallway by a lamp at the side: two colours of wall, a shadow on it, glasses, the person off centre.
fn hallway() -> Scene {
    let sitter = Sitter {
        skin: [148, 98, 70],
        length: 1.04,
        jaw: 1.02,
        style: Style::Short,
        hair: [26, 21, 20],
        flyaway: 0.3,
        parting: 0.0,
        iris: [56, 36, 25],
        eyes_open: 1.0,
        stubble: 0.4,
        glasses: true,
        top: [34, 38, 46],
        collar: Collar::Jacket,
    };
    let mut scene = Scene::of(sitter, Size::new(1500, 1200), 31);
    scene.backdrop =
        Backdrop::TwoTone { upper: [226, 220, 206], lower: [158, 176, 168], height: 0.62 };
    scene.shadow = Some(Shadow { offset: [0.38, 0.14], blur: 0.05, depth: 0.42 });
    scene.light = -0.7;
    scene.noise = 2.0;
    scene.face_width = 290.0;
    scene.eyes = Point::new(640.0, 480.0);
    scene.roll_degrees = -2.0;
    scene
}

/// A room full of books behind grey curls: more than a colour model of the wall can tell apart.
fn bookshelf() -> Scene {
    let sitter = Sitter {
        skin: [238, 200, 178],
        length: 1.02,
        jaw: 1.0,
        style: Style::Curly,
        hair: [150, 148, 146],
        flyaway: 0.6,
        parting: 0.05,
        iris: [88, 112, 128],
        eyes_open: 1.0,
        stubble: 0.0,
        glasses: false,
        top: [86, 30, 40],
        collar: Collar::Shirt,
    };
    let mut scene = Scene::of(sitter, Size::new(1000, 1250), 43);
    scene.backdrop = Backdrop::Clutter;
    scene.light = 0.5;
    scene
}
