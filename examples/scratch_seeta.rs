use baidi::face::seeta::Seeta;
fn main() {
    let mut s = Seeta::new().unwrap();
    for f in std::env::args().skip(1) {
        let j: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(f.replace(".jpg", ".json")).unwrap())
                .unwrap();
        let im = image::open(&f).map(|i| i.to_luma8());
        let im = match im {
            Ok(i) => i,
            Err(e) => {
                println!("{f} {e}");
                continue;
            }
        };
        let k = 320.0 / im.height().max(im.width()) as f64;
        let small = image::imageops::resize(
            &im,
            (im.width() as f64 * k) as u32,
            (im.height() as f64 * k) as u32,
            image::imageops::FilterType::Triangle,
        );
        let t = std::time::Instant::now();
        let c = s.candidates(&small);
        let dt = t.elapsed().as_millis();
        let l = |i: usize| {
            let p = &j["landmarks"][i];
            (
                p[0].as_f64().unwrap() * small.width() as f64,
                p[1].as_f64().unwrap() * small.height() as f64,
            )
        };
        let d = |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).hypot(a.1 - b.1);
        let m = |a: (f64, f64), b: (f64, f64)| ((a.0 + b.0) / 2.0, (a.1 + b.1) / 2.0);
        let eyes = m(m(l(33), l(133)), m(l(362), l(263)));
        let s = d(l(234), l(454)).max(1.22 * d(l(152), eyes));
        match c.first() {
            None => println!("{f} NONE {dt} ms"),
            Some(b) => println!(
                "{} n={} {dt} ms side/s {:.3} dx {:.3} dy {:.3} score {:.1} second {:?}",
                f.rsplit('/').next().unwrap(),
                c.len(),
                b.side / s,
                (eyes.0 - b.x) / b.side,
                (eyes.1 - b.y) / b.side,
                b.score,
                c.get(1).map(|c| (c.score, c.side / b.side))
            ),
        }
    }
}
