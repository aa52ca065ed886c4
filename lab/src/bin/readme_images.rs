//! Makes the before/after pictures of the README in `docs/images/` from `samples/`: `cargo run --release --package baidi-lab --bin readme_images`.

use std::error::Error;
use std::fs;
use std::path::Path;

use baidi::lab::pipeline::{FixOptions, Worker};
use baidi::lab::spec::PhotoSpec;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{self, FilterType};

/// Height of the pictures in the README, the card's own.
const HEIGHT: u32 = 441;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = Path::new("docs/images");
    fs::create_dir_all(folder)?;
    let spec = PhotoSpec::builtin("shebao")?;
    let mut worker = Worker::new()?;
    for name in ["studio-flyaway", "blue-tilted", "wall-shadow"] {
        let source = fs::read(format!("samples/{name}.jpg"))?;
        let photo = image::load_from_memory(&source)?.to_rgb8();
        let width = photo.width() * HEIGHT / photo.height();
        let small = imageops::resize(&photo, width, HEIGHT, FilterType::Lanczos3);
        let mut before = Vec::new();
        JpegEncoder::new_with_quality(&mut before, 88).encode_image(&small)?;
        fs::write(folder.join(format!("{name}-before.jpg")), before)?;
        let fixed = worker.fix(&source, None, &spec, &FixOptions::default())?;
        fs::write(folder.join(format!("{name}-after.jpg")), &fixed.jpeg.bytes)?;
    }
    Ok(())
}
