//! Every card through every window: hits, scores, encodes, processor time, dark background pixels, markers.
//!
//!     windows CARDS_DIR [EVERY [OUT_DIR]]
//!
//! With OUT_DIR every file is written there, for `readers.py`.

use baidi::lab::encode::{BackgroundMask, ByteWindow, Encoder};
use baidi::lab::geometry::Size;
use baidi::lab::units::Dpi;
use baidi_encode_peers::{baseline_single_scan, cards, processor_ms, reference, score};

/// The windows offices ask for, in bytes; where they say KB, the range that both readings of it allow.
const WINDOWS: [(u64, u64); 7] = [
    (9_000, 10_000), (9_216, 20_000), (14_336, 20_000), (15_360, 20_000), (20_480, 35_000), (20_480, 60_000), (143_360, 199_000),
];

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().expect("a folder of cards");
    let every = args.next().map_or(1, |n| n.parse().expect("a number"));
    let out = args.next();
    let cards: Vec<_> = cards(&folder).into_iter().step_by(every).collect();
    let mut encoder = Encoder::new();
    println!("| window | hits | mean bytes | SSIMULACRA2 | 4:2:0 / 4:2:2 / 4:4:4 | encodes | ms (95 %) | padded | < 250 far / < 245 | worst | one scan |");
    for (min, max) in WINDOWS {
        let (mut hits, mut bytes, mut total, mut attempts, mut padded, mut single) = (0, 0, 0.0, 0, 0, 0);
        let (mut far, mut dark, mut worst, mut white) = (0, 0, 255, Vec::new());
        let mut kinds = [0; 3];
        let mut times = Vec::new();
        for card in &cards {
            let (w, h) = card.pixels.dimensions();
            let mask = BackgroundMask::from_pixels(Size::new(w, h), card.alpha.iter().map(|a| *a == 0).collect());
            let window = ByteWindow::new(min, max).expect("min is at most max");
            let start = processor_ms();
            let jpeg = encoder.encode_within(&card.pixels, mask.as_ref(), Dpi::new(350), window);
            times.push(processor_ms() - start);
            let jpeg = match jpeg {
                Ok(jpeg) => jpeg,
                Err(error) => { println!("{}: {error}", card.name); continue }
            };
            if let Some(out) = &out {
                std::fs::write(format!("{out}/{}-{max}.jpg", card.name), &jpeg.bytes).expect("a folder to write to");
            }
            hits += usize::from(window.contains(jpeg.bytes.len() as u64));
            single += usize::from(baseline_single_scan(&jpeg.bytes));
            bytes += jpeg.bytes.len();
            attempts += jpeg.attempts;
            padded += usize::from(jpeg.padding > 0);
            kinds[jpeg.subsampling as usize] += 1;
            let decoded = image::load_from_memory(&jpeg.bytes).expect("a JPEG").to_rgb8();
            total += score(&reference(&card.pixels), &decoded);
            let (mut clean, mut all) = (0, 0);
            for (i, p) in decoded.pixels().enumerate().take(card.alpha.len()) {
                if card.alpha.as_raw()[i] == 0 {
                    let v = p.0[0].min(p.0[1]).min(p.0[2]);
                    all += 1;
                    clean += usize::from(v >= 250);
                    worst = worst.min(v);
                    dark += usize::from(v < 245);
                    far += usize::from(v < 250 && card.far_from_person(i));
                }
            }
            white.push(clean as f64 / f64::from(all.max(1)));
        }
        let n = cards.len();
        times.sort_by(f64::total_cmp);
        white.sort_by(f64::total_cmp);
        println!(
            "| {min}–{max} | {hits}/{n} | {} | {:.2} | {} / {} / {} | {:.2} | {:.1} ({:.1}) | {padded} | {far} / {dark} | {worst}, white p5 {:.5} | {single} |",
            bytes / n, total / n as f64, kinds[0], kinds[1], kinds[2], f64::from(attempts) / n as f64,
            times.iter().sum::<f64>() / n as f64, times[n * 95 / 100], white[n / 20]
        );
    }
}
