use std::time::Instant;
use baidi::encode::*;
fn arg(name: &str, d: f64) -> f64 { std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(d) }
fn main() {
    let dir = std::env::var("CARDS").unwrap_or("/tmp/cards_train".into());
    let mut cards: Vec<_> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).filter(|p| !p.to_string_lossy().contains("mask")).collect();
    cards.sort();
    let every = arg("EVERY", 1.) as usize;
    let cards: Vec<_> = cards.iter().step_by(every).map(|p| (image::open(p).unwrap().to_rgb8(), image::open(p.with_extension("mask.png")).unwrap().to_luma8())).collect();
    let (w, h) = (358u32, 441u32);
    let ds = fast_ssim2::PixelDescriptor::RGB8_SRGB;
    let d = Tuning::default();
    let sh = |p: &str, s: Shape| Shape { base: arg(&format!("{p}B"), s.base), slope: arg(&format!("{p}S"), s.slope), power: arg(&format!("{p}P"), s.power), dc: arg(&format!("{p}D"), s.dc) };
    let t = Tuning { luma: sh("L", d.luma), chroma: sh("C", d.chroma), weight: arg("W", d.weight as f64) as f32, chroma_weight: arg("CW", d.chroma_weight as f64) as f32, energy: arg("E", d.energy as f64) as f32 };
    let mut enc = Encoder::new();
    enc.set_tuning(t);
    let refs: Vec<_> = cards.iter().map(|(c, _)| fast_ssim2::Ssimulacra2Reference::new(&fast_ssim2::PixelSlice::new(c, w, h, 358 * 3, ds).unwrap()).unwrap()).collect();
    let score = |i: usize, p: &[u8]| refs[i].compare(&fast_ssim2::PixelSlice::new(p, w, h, 358 * 3, ds).unwrap()).unwrap();
    let subs = std::env::var("SUBS").unwrap_or("420,422,444".into());
    let moz = std::env::var("MOZ").is_ok();
    let n = cards.len() as f64;
    let mut total = 0.;
    for size in std::env::var("SIZES").unwrap_or("9216,14336,20480".into()).split(',').map(|s| s.parse::<u64>().unwrap()) {
        let mut line = format!("{size}: ");
        let mut bests = vec![f64::NEG_INFINITY; cards.len()];
        for (name, sub) in [("420", Subsampling::S420), ("422", Subsampling::S422), ("444", Subsampling::S444)] {
            if !subs.contains(name) { continue }
            let (mut s, mut tries, mut time, mut b, mut diff, mut leak, mut leakbig, mut minw, mut pl, mut plb) = (0., 0, 0., 0, 0., 0, 0, 255, 0, 0);
            for (i, (c, m)) in cards.iter().enumerate() {
                let t0 = Instant::now();
                let (bytes, shown, tr, step) = if moz { moz_trial(c, sub, size) } else { enc.trial(c, sub, ByteWindow::new(size - size/100, size).unwrap()) };
                let _ = step;
                time += t0.elapsed().as_secs_f64() / f64::from(tr.max(1));
                tries += tr;
                b += bytes.len();
                let dec = image::load_from_memory(&bytes).unwrap().to_rgb8();
                let x = score(i, &dec);
                bests[i] = bests[i].max(x); if std::env::var("PER").is_ok() { eprintln!("PER {size} {i} {name} {x:.2}") }
                s += x;
                if !moz { for (p, a) in shown.chunks(3).zip(m.pixels()) { if a.0[0] == 0 { let v = *p.iter().min().unwrap(); pl += u32::from(v < 250); plb += u32::from(v < 245) } } diff += shown.iter().zip(dec.as_raw()).map(|(a, b)| (f64::from(*a) - f64::from(*b)).abs()).sum::<f64>() / shown.len() as f64; }
                for (p, a) in dec.pixels().zip(m.pixels()) {
                    if a.0[0] == 0 { let v = *p.0.iter().min().unwrap(); minw = minw.min(v); leak += u32::from(v < 250); leakbig += u32::from(v < 245); }
                }
            }
            line += &format!(" {name} {:.2} ({} B, {:.1} tries, {:.1} ms, diff {:.2}, <250 {leak} <245 {leakbig} min {minw} preview {pl} {plb})\n      ", s / n, b / cards.len(), f64::from(tries) / n, 1000. * time / n, diff / n);
        }
        let best = bests.iter().sum::<f64>() / n;
        total += best;
        println!("{line} best {best:.3}");
    }
    println!("TOTAL {:.3}", total / 3.);
}
fn moz_trial(c: &image::RgbImage, sub: Subsampling, size: u64) -> (Vec<u8>, Vec<u8>, u32, u32) {
    use mozjpeg_rs as m;
    let s = match sub { Subsampling::S420 => m::Subsampling::S420, Subsampling::S422 => m::Subsampling::S422, Subsampling::S444 => m::Subsampling::S444 };
    let enc = |scale: f64| {
        let scaled = |base: &[u16; 64]| base.map(|v| (f64::from(v) * scale / 100.0).round().clamp(1.0, 255.0) as u16);
        let t = m::QuantTableIdx::Robidoux;
        m::Encoder::new(m::Preset::BaselineBalanced).quality(50).custom_luma_qtable(scaled(m::quant::get_luminance_quant_table(t))).custom_chroma_qtable(scaled(m::quant::get_chrominance_quant_table(t))).subsampling(s).encode_rgb(c, 358, 441).unwrap()
    };
    let (mut lo, mut hi) = (5000f64.ln(), 1f64.ln());
    let mut best = vec![];
    for _ in 0..12 {
        let mid = (lo + hi) / 2.;
        let b = enc(mid.exp());
        if b.len() as u64 <= size { lo = mid; best = b } else { hi = mid }
    }
    (best, vec![], 12, 0)
}
