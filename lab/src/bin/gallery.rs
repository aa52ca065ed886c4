//! Writes a sheet of drawn portraits to `out/gallery/`, to look at: `cargo run --release --package baidi-lab --bin gallery [COUNT]`.

use baidi::lab::geometry::Size;
use baidi_lab::draw::{self, Scene};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).map_or(Ok(12), |n| n.parse())?;
    std::fs::create_dir_all("out/gallery")?;
    for seed in 0..count {
        let drawn = draw::draw(&Scene::drawn_by_lot(seed, Size::new(480, 600)));
        drawn.picture.save(format!("out/gallery/{seed:03}.png"))?;
        drawn.alpha.to_gray().save(format!("out/gallery/{seed:03}.alpha.png"))?;
        let points: Vec<[f64; 2]> = drawn.landmarks.points().iter().map(|&p| p.into()).collect();
        std::fs::write(format!("out/gallery/{seed:03}.json"), serde_json::to_string(&points)?)?;
    }
    Ok(())
}
