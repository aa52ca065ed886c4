//! Injects faults into good cards at three strengths and prints how many the rule meant for each catches.
//!
//! `cargo run --example faults -- [--missed OUT] [DIR...]` takes the labelled photographs of the first `DIR` (see `support/labelled.rs`), or portraits drawn by lot where there is none. A card counts
//! for a fault when its rule says nothing against it before. Head and matte follow the fault by the labels, as a network that makes no mistakes would see them.
//!
//! It also prints where each rule speaks up though nothing was injected, how many rules stay unknown, and, over the sitters of all `DIR`s who were photographed in one light, how much more
//! often rules speak up for darker skin than for lighter. `OUT` receives every missed card and every card that a rule speaks up against, to be looked at.

#![expect(clippy::print_stdout, reason = "an example whose purpose is to print")]
#![expect(clippy::semicolon_if_nothing_returned, reason = "a table of one-line faults")]

#[path = "../tests/support/draw/mod.rs"]
mod draw;
#[path = "support/labelled.rs"]
mod labelled;

use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::lab::check::{self, Finding, Measured, RULES, Verdict};
use baidi::lab::color::{lab_from_srgb8, luma_601};
use baidi::lab::face::{Landmark, Landmarks};
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::raster::Plane;
use baidi::lab::spec::PhotoSpec;
use image::{Rgb, imageops};
use labelled::Card;
use rayon::prelude::*;

/// Fault, the rule (or the rules, any of them) that must see it, three strengths from weak to strong, and what it does.
type Fault = (&'static str, &'static str, [f64; 3], fn(&mut Card, f64));

const FAULTS: &[Fault] = &[
    ("grey wall, levels below white", "background-white", [8.0, 20.0, 60.0], |c, s| {
        wall(c, |_, _| 255.0 - s);
    }),
    ("gradient, levels across", "background-white", [12.0, 30.0, 80.0], |c, s| {
        let w = f64::from(c.picture.width());
        wall(c, move |x, _| 255.0 - s * f64::from(x) / w);
    }),
    ("uneven wall, levels across", "background-even", [16.0, 50.0, 100.0], |c, s| {
        let w = f64::from(c.picture.width());
        wall(c, move |x, _| 200.0 - s * f64::from(x) / w);
    }),
    ("shadow beside the head, levels", "background-white", [10.0, 30.0, 80.0], |c, s| {
        // The person's own, thrown to the right and below, with a soft edge.
        let alpha = c.alpha.clone();
        wall(c, move |x, y| {
            let thrown: f32 = (0..25)
                .map(|k| alpha.at(i64::from(x) - 34 + 4 * (k % 5), i64::from(y) - 18 + 4 * (k / 5)))
                .sum();
            255.0 - s * f64::from(thrown) / 25.0
        });
    }),
    ("rim of an old wall, px", "edge-halo", [2.0, 4.0, 6.0], |c, s| {
        let old = c.alpha.clone();
        let r = s as i64;
        for (x, y, p) in c.picture.enumerate_pixels_mut() {
            let (x, y) = (i64::from(x), i64::from(y));
            let near = (-r..=r).any(|dy| {
                (-r..=r).any(|dx| dx * dx + dy * dy <= r * r && old.at(x + dx, y + dy) > 0.5)
            });
            let a = f64::from(old.at(x, y));
            if near && a < 0.98 {
                *p = Rgb(p.0.map(|v| (f64::from(v) - (1.0 - a) * 110.0).max(0.0) as u8));
            }
        }
    }),
    ("pixels missing", "pixel-size", [1.0, 8.0, 58.0], |c, s| {
        let (w, h) = c.picture.dimensions();
        c.picture = imageops::crop_imm(&c.picture, 0, 0, w - s as u32, h).to_image();
        c.alpha = Plane::from_data(
            Size::new(w - s as u32, h),
            (0..h as usize)
                .flat_map(|y| c.alpha.row(y)[..(w as usize - s as usize)].to_vec())
                .collect(),
        )
        .expect("as many as pixels");
    }),
    ("another density, dpi", "resolution", [349.0, 300.0, 72.0], |c, s| c.facts.dpi = Some([s, s])),
    ("too many bytes", "file-size", [20_001.0, 26_000.0, 2e6], |c, s| c.facts.bytes = s as u64),
    ("too few bytes", "file-size", [15_359.0, 12_000.0, 5_000.0], |c, s| c.facts.bytes = s as u64),
    ("blur, σ px", "sharpness", [1.0, 1.8, 3.0], |c, s| {
        c.picture = imageops::blur(&c.picture, s as f32);
    }),
    ("noise, σ levels", "noise", [4.0, 9.0, 18.0], |c, s| {
        let mut state = 1u32;
        for p in c.picture.pixels_mut() {
            let mut n = 0.0;
            for _ in 0..4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                n += f64::from(state >> 16) / 65_536.0 - 0.5;
            }
            *p = Rgb(p.0.map(|v| (f64::from(v) + n * s * 3.0f64.sqrt()).clamp(0.0, 255.0) as u8));
        }
    }),
    ("blocks, share of 8×8 mean", "compression", [0.2, 0.45, 0.8], |c, s| {
        let old = c.picture.clone();
        for (x, y, p) in c.picture.enumerate_pixels_mut() {
            let (bx, by) = (x / 8 * 8, y / 8 * 8);
            for k in 0..3 {
                let mut sum = 0u32;
                let mut n = 0;
                for dy in 0..8 {
                    for dx in 0..8 {
                        if let Some(q) = old.get_pixel_checked(bx + dx, by + dy) {
                            sum += u32::from(q[k]);
                            n += 1;
                        }
                    }
                }
                p[k] = (f64::from(p[k]) * (1.0 - s) + s * f64::from(sum) / f64::from(n)) as u8;
            }
        }
    }),
    ("dark, factor", "exposure", [0.7, 0.38, 0.22], |c, s| {
        person(c, |_, p| p.map(|v| (f64::from(v) * s) as u8))
    }),
    ("bright, factor", "exposure", [1.3, 2.2, 4.0], |c, s| {
        person(c, |_, p| p.map(|v| (f64::from(v) * s).min(255.0) as u8));
    }),
    ("half-lit, factor of linear light", "face-light", [0.6, 0.25, 0.1], |c, s| {
        // The side that has less light loses more: taking it from the other would make good what the room did.
        let l = &c.head.landmarks;
        let light = |eye: Landmark, mouth: Landmark| {
            let p = l[eye].midpoint(l[mouth]);
            let pixel = c.picture.get_pixel_checked(p.x as u32, p.y as u32);
            pixel.map_or(0.0, |p| luma_601(p.0))
        };
        let left = light(Landmark::LeftIris, Landmark::MouthLeft);
        let right = light(Landmark::RightIris, Landmark::MouthRight);
        let middle = l[Landmark::NoseTip].x;
        person(c, |at, p| {
            if (at.x > middle) == (right <= left) {
                p.map(|v| (f64::from(v) * s.powf(1.0 / 2.2)) as u8)
            } else {
                p
            }
        });
    }),
    ("blue cast, gain", "colour-cast", [1.15, 1.5, 2.0], |c, s| {
        person(c, |_, [r, g, b]| {
            [(f64::from(r) / s) as u8, g, (f64::from(b) * s).min(255.0) as u8]
        });
    }),
    ("green cast, gain", "colour-cast", [1.1, 1.25, 1.5], |c, s| {
        person(c, |_, [r, g, b]| {
            [r, (f64::from(g) * s).min(255.0) as u8, (f64::from(b) / s) as u8]
        });
    }),
    ("colour taken away, share", "black-and-white", [0.6, 0.92, 1.0], |c, s| {
        person(c, |_, p| {
            let y = f64::from(luma_601(p));
            p.map(|v| (f64::from(v) * (1.0 - s) + y * s) as u8)
        });
    }),
    ("tilt, degrees", "roll", [2.5, 5.0, 10.0], |c, s| {
        let nose = c.head.landmarks[Landmark::NoseTip];
        warp(c, &Affine::similarity(1.0, s.to_radians(), nose, nose));
    }),
    ("shift, px", "centring", [18.0, 26.0, 45.0], |c, s| {
        warp(c, &Affine([[1.0, 0.0, s], [0.0, 1.0, 0.0]]))
    }),
    ("too big, face px", "face-width", [258.0, 275.0, 310.0], |c, s| scale(c, s)),
    ("too small, face px", "face-width", [176.0, 165.0, 130.0], |c, s| scale(c, s)),
    ("hair cut, px", "hair-top", [9.0, 16.0, 30.0], |c, s| {
        warp(c, &Affine([[1.0, 0.0, 0.0], [0.0, 1.0, -s]]))
    }),
    ("head too low, px", "hair-top/eye-line", [10.0, 16.0, 40.0], |c, s| {
        warp(c, &Affine([[1.0, 0.0, 0.0], [0.0, 1.0, s]]))
    }),
    ("black border, px", "border", [1.0, 4.0, 12.0], |c, s| {
        let (w, h) = c.picture.dimensions();
        let s = s as u32;
        for (x, y, p) in c.picture.enumerate_pixels_mut() {
            if x < s || y < s || x >= w - s || y >= h - s {
                *p = Rgb([20, 20, 20]);
            }
        }
    }),
    ("rounded corners, px", "border", [6.0, 16.0, 30.0], |c, s| {
        let w = f64::from(c.picture.width());
        for (x, y, p) in c.picture.enumerate_pixels_mut() {
            let (dx, dy) = (s - f64::from(x).min(w - 1.0 - f64::from(x)), s - f64::from(y));
            if dx > 0.0 && dy > 0.0 && dx.hypot(dy) > s {
                *p = Rgb([60, 60, 60]);
            }
        }
    }),
    ("hot spot, radius in face widths", "hot-spots", [0.05, 0.09, 0.15], |c, s| {
        let l = &c.head.landmarks;
        let at = l[Landmark::Forehead]
            .midpoint(l[Landmark::LeftBrowInner].midpoint(l[Landmark::RightBrowInner]));
        spot(c, at, s, [253, 251, 249]);
    }),
    ("red eye, radius in face widths", "red-eye", [0.012, 0.022, 0.032], |c, s| {
        for at in [c.head.left_eye(), c.head.right_eye()] {
            spot(c, at, s, [205, 45, 45]);
        }
    }),
    ("glare before an eye, radius in face widths", "glasses", [0.02, 0.05, 0.09], |c, s| {
        let at = c.head.left_eye();
        spot(c, at, s, [255, 255, 255]);
    }),
    ("dark lenses, factor", "glasses", [0.7, 0.35, 0.15], |c, s| {
        let r = 0.17 * c.head.face_width();
        let (a, b) = (c.head.left_eye(), c.head.right_eye());
        person(c, |at, p| {
            if at.distance(a) < r || at.distance(b) < r {
                p.map(|v| (f64::from(v) * s) as u8)
            } else {
                p
            }
        });
    }),
    ("closed eyes, share left open", "eyes-open", [0.6, 0.25, 0.05], |c, s| {
        shift(
            c,
            &[
                (Landmark::LeftLidUpper, Landmark::LeftLidLower),
                (Landmark::RightLidUpper, Landmark::RightLidLower),
            ],
            s,
        );
    }),
    ("light top, share of white", "top", [0.55, 0.9, 1.0], |c, s| {
        // Where the neck ends at its sides; lower, and a tight crop shows next to nothing of the change.
        let from = c.head.chin().y + 0.15 * c.head.face_width();
        person(c, |at, p| {
            if at.y > from { p.map(|v| (f64::from(v) * (1.0 - s) + 250.0 * s) as u8) } else { p }
        });
    }),
    ("floating bust, px", "bust", [2.0, 8.0, 30.0], |c, s| {
        let (w, h) = (c.picture.width() as usize, c.picture.height() as usize);
        for y in h - s as usize..h {
            for x in 0..w {
                c.picture.put_pixel(x as u32, y as u32, Rgb([255; 3]));
                c.alpha.data_mut()[y * w + x] = 0.0;
            }
        }
    }),
    ("enlarged source, factor", "sharpness", [1.5, 2.5, 4.0], |c, s| {
        let (w, h) = c.picture.dimensions();
        let (sw, sh) = ((f64::from(w) / s) as u32, (f64::from(h) / s) as u32);
        let small = imageops::resize(&c.picture, sw, sh, imageops::FilterType::Triangle);
        c.picture = imageops::resize(&small, w, h, imageops::FilterType::CatmullRom);
    }),
    ("fringe down to, share forehead to eye", "hair-over-face", [0.4, 0.8, 1.0], |c, s| {
        let l = &c.head.landmarks;
        let (top, eye) = (l[Landmark::Forehead].y, c.head.eyes().y);
        let to = top + s * (eye - top);
        person(c, |at, p| if at.y < to { [34, 28, 26] } else { p });
    }),
    ("blue cap, share of the colour", "headwear", [0.4, 0.7, 1.0], |c, s| {
        let from = c.head.landmarks[Landmark::Forehead].y;
        person(c, |at, p| {
            let cap = [30.0, 70.0, 180.0];
            if at.y >= from {
                return p;
            }
            std::array::from_fn(|k| (f64::from(p[k]) * (1.0 - s) + cap[k] * s) as u8)
        });
    }),
    ("progressive", "baseline", [1.0; 3], |c, _| {
        if let Some(j) = &mut c.facts.jpeg {
            (j.baseline, j.progressive, j.sof) = (false, true, 2);
        }
    }),
    ("bytes after the end", "trailing-data", [1.0, 100.0, 1e5], |c, s| {
        if let Some(j) = &mut c.facts.jpeg {
            j.trailing_bytes = s as u64;
        }
    }),
    ("orientation tag", "orientation-tag", [3.0, 6.0, 8.0], |c, s| {
        c.facts.orientation_tag = Some(s as u16)
    }),
    ("second face, share of the first", "one-face", [0.15, 0.4, 0.9], |c, s| {
        c.faces.push(c.faces[0] * s)
    }),
    ("Display P3", "colour-profile", [1.0; 3], |c, _| c.facts.icc = Some("Display P3".to_owned())),
    ("wrong ending", "file-name", [1.0; 3], |c, _| c.name = "card.png"),
    ("stretched sideways, factor", "face-width", [1.05, 1.14, 1.31], |c, s| {
        let x = c.head.eyes().x;
        warp(c, &Affine([[s, 0.0, x - s * x], [0.0, 1.0, 0.0]]));
    }),
];

fn wall(card: &mut Card, level: impl Fn(u32, u32) -> f64) {
    for (x, y, p) in card.picture.enumerate_pixels_mut() {
        let seen = 1.0 - f64::from(card.alpha.at(i64::from(x), i64::from(y)));
        let darker = seen * (255.0 - level(x, y));
        *p = Rgb(p.0.map(|v| (f64::from(v) - darker).max(0.0) as u8));
    }
}

fn person(card: &mut Card, change: impl Fn(Point, [u8; 3]) -> [u8; 3]) {
    for (x, y, p) in card.picture.enumerate_pixels_mut() {
        let a = f64::from(card.alpha.at(i64::from(x), i64::from(y)));
        let new = change(Point::new(f64::from(x), f64::from(y)), p.0);
        *p = Rgb(std::array::from_fn(|k| {
            (f64::from(p[k]) * (1.0 - a) + f64::from(new[k]) * a) as u8
        }));
    }
}

fn spot(card: &mut Card, at: Point, radius: f64, colour: [u8; 3]) {
    let r = radius * card.head.face_width();
    person(card, |p, old| if p.distance(at) < r { colour } else { old });
}

fn scale(card: &mut Card, face: f64) {
    let eyes = card.head.eyes();
    warp(card, &Affine::similarity(face / card.head.face_width(), 0.0, eyes, eyes));
}

fn warp(card: &mut Card, map: &Affine) {
    let Some(back) = map.inverse() else { return };
    let (old, alpha) = (card.picture.clone(), card.alpha.clone());
    let (w, h) = (old.width(), old.height());
    for y in 0..h {
        for x in 0..w {
            let p = back.apply(Point::new(f64::from(x), f64::from(y)));
            let inside =
                p.x >= 0.0 && p.y >= 0.0 && p.x <= f64::from(w - 1) && p.y <= f64::from(h - 1);
            let (colour, a) = if inside {
                let (x0, y0) = (p.x as u32, p.y as u32);
                let (fx, fy) = (p.x.fract(), p.y.fract());
                let at = |dx: u32, dy: u32, k: usize| {
                    f64::from(old.get_pixel((x0 + dx).min(w - 1), (y0 + dy).min(h - 1))[k])
                };
                let colour = std::array::from_fn(|k| {
                    ((at(0, 0, k) * (1.0 - fx) + at(1, 0, k) * fx) * (1.0 - fy)
                        + (at(0, 1, k) * (1.0 - fx) + at(1, 1, k) * fx) * fy)
                        as u8
                });
                (colour, alpha.sample(p.x, p.y))
            } else {
                ([255; 3], 0.0)
            };
            card.picture.put_pixel(x, y, Rgb(colour));
            card.alpha.data_mut()[(y * w + x) as usize] = a;
        }
    }
    card.head = card.head.mapped(map);
}

/// Moves the first landmark of each pair to the share `left` of its distance from the second.
fn shift(card: &mut Card, pairs: &[(Landmark, Landmark)], left: f64) {
    let l = card.head.landmarks.clone();
    let points = Landmark::ALL
        .iter()
        .map(|which| match pairs.iter().find(|(a, _)| a == which) {
            Some((a, b)) => Point::new(
                l[*b].x + left * (l[*a].x - l[*b].x),
                l[*b].y + left * (l[*a].y - l[*b].y),
            ),
            None => l[*which],
        })
        .collect();
    if let Some(landmarks) = Landmarks::new(points) {
        card.head.landmarks = landmarks;
    }
}

/// Labelled photographs that truly have a fault: rule, what is in the name, what is seen. Looked at one by one on the card; what stands here is no false alarm.
const TRULY: &str = include_str!("support/truly.tsv");

fn truly(rule: &str, stem: &str) -> Option<&'static str> {
    TRULY.lines().find_map(|line| {
        let mut fields = line.split('\t');
        let hit = fields.next() == Some(rule) && stem.contains(fields.next()?);
        hit.then(|| fields.next()).flatten()
    })
}

fn verdict(findings: &[Finding], rule: &str) -> Verdict {
    findings.iter().find(|f| f.rule == rule).map_or(Verdict::Unknown, |f| f.outcome.verdict)
}

/// How many portraits are drawn.
const DRAWN: u64 = 16;

/// Which photographs show the difference between lighter and darker skin: those of the one source whose light and camera are the same for every sitter.
const SAME_LIGHT: &str = "london";

/// A card and what every rule says of it.
type Judged = (Card, Vec<Finding>);

fn main() -> Result<(), Box<dyn Error>> {
    let mut folders = Vec::new();
    let mut missed = None;
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--missed" => missed = Some(PathBuf::from(args.next().ok_or("--missed FOLDER")?)),
            _ => folders.push(PathBuf::from(arg)),
        }
    }
    if let Some(folder) = &missed {
        std::fs::create_dir_all(folder)?;
    }
    let spec = PhotoSpec::builtin("shebao")?;
    let judged = |cards: Vec<Card>| -> Vec<Judged> {
        cards.into_par_iter().map(|c| (c.findings(&spec), c)).map(|(f, c)| (c, f)).collect()
    };
    if folders.is_empty() {
        bench(
            "drawn portraits",
            &judged(labelled::drawn(DRAWN, &spec)?),
            &spec,
            missed.as_deref(),
        )?;
    }
    let mut same_light = Vec::new();
    for (i, folder) in folders.iter().enumerate() {
        // Faults are injected into the first folder's cards; of the others, the sitters in the same light are looked at.
        let prefix = if i == 0 { "" } else { SAME_LIGHT };
        let cards = judged(labelled::photos(folder, prefix, &spec)?);
        if i == 0 {
            let title = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            bench(&title, &cards, &spec, missed.as_deref())?;
        }
        same_light.extend(cards.into_iter().filter(|(c, _)| c.stem.starts_with(SAME_LIGHT)));
    }
    if !same_light.is_empty() {
        by_skin(same_light, &spec);
    }
    Ok(())
}

fn bench(
    title: &str,
    cards: &[Judged],
    spec: &PhotoSpec,
    missed: Option<&Path>,
) -> Result<(), Box<dyn Error>> {
    println!("\n## {title}: {} cards", cards.len());
    caught(cards, spec, missed)?;
    raised(cards, missed)?;
    unknown(cards);
    Ok(())
}

/// Prints the share of cards on which each fault is caught, of those whose rule says nothing against them before.
fn caught(cards: &[Judged], spec: &PhotoSpec, missed: Option<&Path>) -> Result<(), Box<dyn Error>> {
    println!(
        "\n| fault | rule | cards | weak | middle | strong | missed at the middle strength |\n|---|---|---|---|---|---|---|"
    );
    for (fault, name, strengths, inject) in FAULTS {
        let meant: Vec<&check::Rule> = name.split('/').filter_map(check::rule).collect();
        let good: Vec<&Card> = cards
            .iter()
            .filter(|(_, f)| {
                // `headwear` never passes: what it does not see is unknown to it.
                let quiet = if *name == "headwear" { Verdict::Unknown } else { Verdict::Pass };
                meant.iter().all(|rule| verdict(f, rule.name) == quiet)
            })
            .map(|(c, _)| c)
            .collect();
        let mut shares = Vec::new();
        let mut names = String::new();
        for (turn, strength) in strengths.iter().enumerate() {
            let slipped: Vec<Card> = good
                .par_iter()
                .filter_map(|card| {
                    let mut bad = (*card).clone();
                    inject(&mut bad, *strength);
                    let seen = bad.with_evidence(spec, |e| {
                        meant
                            .iter()
                            .any(|rule| Finding::of(rule, e).outcome.verdict >= Verdict::Doubtful)
                    });
                    (!seen).then_some(bad)
                })
                .collect();
            shares.push(1.0 - slipped.len() as f64 / good.len().max(1) as f64);
            if turn != 1 {
                continue;
            }
            names = listed(&slipped.iter().map(|c| c.stem.clone()).collect::<Vec<_>>());
            for card in slipped.iter().filter(|_| missed.is_some()) {
                let fault: String = fault.chars().filter(|c| c.is_alphanumeric()).collect();
                show(card, missed, &format!("missed-{fault}"))?;
            }
        }
        println!(
            "| {fault} {strengths:?} | {name} | {} | {:.2} | {:.2} | {:.2} | {names} |",
            good.len(),
            shares[0],
            shares[1],
            shares[2]
        );
    }
    Ok(())
}

/// Prints where each rule speaks up where nothing was injected; rules that nowhere do are left out.
fn raised(cards: &[Judged], missed: Option<&Path>) -> Result<(), Box<dyn Error>> {
    println!(
        "\nFalse alarms, as shares of all photos; in brackets who truly has the fault and is not counted. Rules that are not listed spoke up nowhere.\n"
    );
    println!("| rule | fail | doubtful | who: measured |\n|---|---|---|---|");
    for rule in RULES {
        let mut names = Vec::new();
        let mut counts = [0usize; 2];
        for (card, findings) in cards {
            let Some(found) = findings.iter().find(|f| f.rule == rule.name) else { continue };
            let loud = match found.outcome.verdict {
                Verdict::Fail => 0,
                Verdict::Doubtful => 1,
                Verdict::Pass | Verdict::Unknown => continue,
            };
            let word = ["fail", "doubtful"][loud];
            let measured = match &found.outcome.measured {
                Some(Measured::Number(n)) => format!(" {n:.1}"),
                _ => String::new(),
            };
            show(card, missed, &format!("raised-{}-{word}", rule.name))?;
            match truly(rule.name, &card.stem) {
                Some(why) => names.push(format!("[{}: {word}{measured}, {why}]", card.stem)),
                None => {
                    counts[loud] += 1;
                    names.push(format!("{}: {word}{measured}", card.stem));
                }
            }
        }
        if !names.is_empty() {
            let share = counts.map(|n| n as f64 / cards.len().max(1) as f64);
            let names = names.join("; ");
            println!("| {} | {:.3} | {:.3} | {names} |", rule.name, share[0], share[1]);
        }
    }
    Ok(())
}

/// Prints how many rules could not be measured on the photos that face the camera upright.
fn unknown(cards: &[Judged]) {
    let frontal = |f: &[Finding]| {
        ["one-face", "yaw", "pitch", "roll"].iter().all(|r| verdict(f, r) == Verdict::Pass)
    };
    let mut most: Vec<(usize, String)> = cards
        .iter()
        .filter(|(_, f)| frontal(f))
        .map(|(card, f)| {
            let rules: Vec<&str> = f
                .iter()
                .filter(|f| f.outcome.verdict == Verdict::Unknown)
                .map(|f| f.rule)
                .collect();
            (rules.len(), format!("{} ({})", card.stem, rules.join(", ")))
        })
        .collect();
    most.sort_by(|a, b| b.cmp(a));
    let times: Vec<String> = (0..=most.first().map_or(0, |m| m.0))
        .map(|n| format!("{n}: {}", most.iter().filter(|m| m.0 == n).count()))
        .collect();
    println!(
        "\nUnknown rules on the {} frontal photos, and on how many photos: {}",
        most.len(),
        times.join(", ")
    );
    for (n, who) in most.iter().take(3) {
        println!("- {n}: {who}");
    }
}

/// Prints how often the rules speak up for the darker half of the sitters in one light, and for the lighter half.
fn by_skin(cards: Vec<Judged>, spec: &PhotoSpec) {
    let mut cards: Vec<(f32, Judged)> =
        cards.into_iter().filter_map(|c| Some((skin_lightness(&c.0, spec)?, c))).collect();
    cards.sort_by(|a, b| a.0.total_cmp(&b.0));
    let half = cards.len() / 2;
    let (darker, lighter) = cards.split_at(half);
    let range = |of: &[(f32, Judged)]| {
        let end = |c: Option<&(f32, Judged)>| c.map_or(0.0, |c| c.0);
        format!("{} with L* {:.0}–{:.0}", of.len(), end(of.first()), end(of.last()))
    };
    println!("\n## {SAME_LIGHT}: darker skin {}, lighter {}", range(darker), range(lighter));
    println!(
        "\nFalse alarms, `doubtful` or `fail`, as shares of each half; in brackets who truly has the fault and is not counted.\n"
    );
    println!("| rule | darker | lighter | apart | who |\n|---|---|---|---|---|");
    let mut widest = 0.0f64;
    for rule in RULES {
        let loud = |of: &[(f32, Judged)]| -> Vec<String> {
            of.iter()
                .filter(|(_, (_, f))| verdict(f, rule.name) >= Verdict::Doubtful)
                .map(|(_, (c, _))| c.stem.clone())
                .collect()
        };
        let (a, b) = (loud(darker), loud(lighter));
        let share = |names: &[String], of: usize| {
            names.iter().filter(|n| truly(rule.name, n).is_none()).count() as f64 / of.max(1) as f64
        };
        let (dark, light) = (share(&a, darker.len()), share(&b, lighter.len()));
        widest = widest.max((dark - light).abs());
        if a.is_empty() && b.is_empty() {
            continue;
        }
        let names = |of: Vec<String>| {
            let (known, new): (Vec<String>, Vec<String>) =
                of.into_iter().partition(|n| truly(rule.name, n).is_some());
            let known =
                if known.is_empty() { String::new() } else { format!(" [{} more]", known.len()) };
            listed(&new) + &known
        };
        println!(
            "| {} | {dark:.3} | {light:.3} | {:.3} | darker: {}; lighter: {} |",
            rule.name,
            (dark - light).abs(),
            names(a),
            names(b)
        );
    }
    println!("\nFarthest apart: {widest:.3}");
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { "–".to_owned() } else { names.join(", ") }
}

/// Writes the card where somebody wants to look at it.
fn show(card: &Card, folder: Option<&Path>, what: &str) -> Result<(), image::ImageError> {
    match folder {
        Some(folder) => card.picture.save(folder.join(format!("{what}-{}.png", card.stem))),
        None => Ok(()),
    }
}

/// L* of the cheeks.
fn skin_lightness(card: &Card, spec: &PhotoSpec) -> Option<f32> {
    let skin = card.with_evidence(spec, |e| e.regions.face(e)?.skin_colour())?;
    Some(lab_from_srgb8(skin)[0])
}
