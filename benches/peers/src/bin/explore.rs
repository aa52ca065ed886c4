use std::time::Instant;
use mozjpeg_rs::*;
fn main() {
    let mut cards: Vec<_> = std::fs::read_dir("/tmp/cards").unwrap().map(|e| e.unwrap().path()).filter(|p| !p.to_string_lossy().contains("mask")).collect();
    cards.sort();
    let cards: Vec<_> = cards.iter().step_by(9).map(|p| image::open(p).unwrap().to_rgb8()).collect();
    let (w, h) = (358, 441);
    let ds = fast_ssim2::PixelDescriptor::RGB8_SRGB;
    let (mut t1, mut t2, mut t3, mut t4, mut tr) = (0., 0., 0., 0., 0.);
    for (name, sub, csub) in [("420", Subsampling::S420, (2, 2)), ("444", Subsampling::S444, (1, 1))] {
        for q in [60, 75, 85] {
            let (mut br, mut bc, mut sr, mut sc) = (0, 0, 0., 0.);
            for c in &cards {
                let t = Instant::now();
                let r = Encoder::new(Preset::BaselineBalanced).quality(q).subsampling(sub).encode_rgb(c, w, h).unwrap();
                t1 += t.elapsed().as_secs_f64();
                let t = Instant::now();
                let mut m = mozjpeg::Compress::new(mozjpeg::ColorSpace::JCS_RGB);
                m.set_size(w as usize, h as usize);
                m.set_scan_optimization_mode(mozjpeg::ScanMode::AllComponentsTogether);
                m.set_use_scans_in_trellis(false);
                m.set_quality(f32::from(q));
                m.set_optimize_coding(true);
                m.set_chroma_sampling_pixel_sizes(csub, csub);
                let mut s = m.start_compress(Vec::new()).unwrap();
                s.write_scanlines(c).unwrap();
                let cc = s.finish().unwrap();
                t2 += t.elapsed().as_secs_f64();
                br += r.len(); bc += cc.len();
                let dr = image::load_from_memory(&r).unwrap().to_rgb8();
                let dc = image::load_from_memory(&cc).unwrap().to_rgb8();
                let a = fast_ssim2::PixelSlice::new(c, w, h, 358 * 3, ds).unwrap();
                let t = Instant::now();
                let re = fast_ssim2::Ssimulacra2Reference::new(&a).unwrap();
                tr += t.elapsed().as_secs_f64();
                let t = Instant::now();
                let x = re.compare(&fast_ssim2::PixelSlice::new(&dr, w, h, 358 * 3, ds).unwrap()).unwrap();
                t3 += t.elapsed().as_secs_f64();
                sr += x;
                sc += re.compare(&fast_ssim2::PixelSlice::new(&dc, w, h, 358 * 3, ds).unwrap()).unwrap();
                let t = Instant::now();
                let f = |p: &image::RgbImage| ssimulacra2::Rgb::new(p.pixels().map(|p| p.0.map(|v| f32::from(v) / 255.)).collect(), 358, 441, ssimulacra2::TransferCharacteristic::SRGB, ssimulacra2::ColorPrimaries::BT709).unwrap();
                let y = ssimulacra2::compute_frame_ssimulacra2(f(c), f(&dr)).unwrap();
                t4 += t.elapsed().as_secs_f64();
                if (x - y).abs() > 0.05 { println!("differ {x} {y}") }
            }
            let n = cards.len() as f64;
            println!("{name} q{q}: rs {} {:.2}  c {} {:.2}", br / cards.len(), sr / n, bc / cards.len(), sc / n);
        }
    }
    let n = 6. * cards.len() as f64 / 1000.;
    println!("ms: mozrs {:.1} mozc {:.1} fastref {:.1} fastcmp {:.1} ssimu {:.1}", t1 / n, t2 / n, tr / n, t3 / n, t4 / n);
}
