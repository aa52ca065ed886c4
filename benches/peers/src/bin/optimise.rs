use baidi::encode::*;
fn main() {
    let dir = std::env::var("CARDS").unwrap_or("/tmp/cards_train".into());
    let arg = |name: &str, d: usize| std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    let mut cards: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| !p.to_string_lossy().contains("mask")).collect();
    cards.sort();
    let cards: Vec<_> = cards.iter().skip(arg("SKIP", 0)).step_by(arg("EVERY", 3)).map(|p| image::open(p).unwrap().to_rgb8()).collect();
    let sub = match arg("SUB", 420) { 420 => Subsampling::S420, 422 => Subsampling::S422, _ => Subsampling::S444 };
    let sizes: Vec<u64> = std::env::var("SIZES").unwrap_or("9216,14336,20480".into()).split(',').map(|s| s.parse().unwrap()).collect();
    let (w, h) = (358u32, 441u32);
    let ds = fast_ssim2::PixelDescriptor::RGB8_SRGB;
    let refs: Vec<_> = cards.iter().map(|c| fast_ssim2::Ssimulacra2Reference::new(&fast_ssim2::PixelSlice::new(c, w, h, 358 * 3, ds).unwrap()).unwrap()).collect();
    let mut enc = Encoder::new();
    let d = Tuning::default();
    let mut p = [d.luma.slope, d.luma.power, d.luma.dc, d.chroma.base, d.chroma.slope, d.chroma.power, d.chroma.dc, d.weight as f64, d.chroma_weight as f64, d.energy as f64];
    if let Ok(s) = std::env::var("FROM") { for (a, b) in p.iter_mut().zip(s.split(',')) { *a = b.trim().parse().unwrap() } }
    let names = ["LS", "LP", "LD", "CB", "CS", "CP", "CD", "W", "CW", "E"];
    let mut eval = |p: &[f64; 10]| {
        enc.set_tuning(Tuning { luma: Shape { base: 16.0, slope: p[0], power: p[1], dc: p[2] }, chroma: Shape { base: p[3], slope: p[4], power: p[5], dc: p[6] }, weight: p[7] as f32, chroma_weight: p[8] as f32, energy: p[9] as f32 });
        let mut total = 0.;
        for &size in &sizes {
            for (i, c) in cards.iter().enumerate() {
                let (b, shown, _, _) = enc.trial(c, sub, ByteWindow::new(size - size / 60, size).unwrap());
                let s = refs[i].compare(&fast_ssim2::PixelSlice::new(&shown, w, h, 358 * 3, ds).unwrap()).unwrap();
                total += s + 20. * (size as f64 / b.len() as f64).ln();
            }
        }
        total / (sizes.len() * cards.len()) as f64
    };
    let mut best = eval(&p);
    println!("start {best:.3}");
    let mut step = [1.3f64; 10];
    for round in 0..arg("ROUNDS", 4) {
        for k in 0..10 {
            let mut moved = false;
            for dir in [1., -1.] {
                let mut q = p;
                loop {
                    q[k] *= step[k].powf(dir);
                    let v = eval(&q);
                    if v <= best + 0.003 { break }
                    best = v; p = q; moved = true;
                }
                if moved { break }
            }
            if !moved { step[k] = step[k].sqrt() }
            println!("{round} {} {:.4} -> {best:.3}  FROM={}", names[k], p[k], p.iter().map(|v| format!("{v:.4}")).collect::<Vec<_>>().join(","));
        }
    }
}
