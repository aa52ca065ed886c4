//! The drawn portraits, checked against themselves and against what does not know how they were drawn.

#[path = "support/draw/mod.rs"]
mod draw;

use baidi::lab::face::Landmark;
use baidi::lab::face::detector::Detector;
use baidi::lab::geometry::{Affine, Point, Size};
use baidi::lab::scratch::Scratch;
use draw::shape::light;
use draw::{Backdrop, Scene, Sitter, Style, draw};
use image::imageops::{self, FilterType};

/// Small, so that a person takes well under a second to draw.
const SIZE: Size = Size::new(320, 400);

fn scene(style: Style, seed: u64) -> Scene {
    let mut sitter = Sitter::drawn_by_lot(seed);
    sitter.style = style;
    Scene::of(sitter, SIZE, seed)
}

#[test]
fn the_same_scene_gives_the_same_bytes() {
    let scene = Scene::drawn_by_lot(3, SIZE);
    let (a, b) = (draw(&scene), draw(&scene));
    assert_eq!(a.picture, b.picture);
    assert_eq!(a.alpha, b.alpha);
    let other = draw(&Scene { seed: scene.seed + 1, ..scene });
    assert_ne!(a.picture, other.picture, "the seed decides the noise at least");
}

/// Two pictures of one person before two known walls give the alpha without knowing the person
/// (triangulation matting, Smith and Blinn 1996): `alpha = 1 - (I1 - I2) · (W1 - W2) / |W1 - W2|²`, in linear light.
#[test]
fn the_alpha_is_the_one_that_two_walls_give() {
    for style in [Style::Short, Style::Long, Style::Curly] {
        let walls = [[230, 230, 230], [30, 60, 120]];
        let [one, two] = walls.map(|colour| {
            draw(&Scene { backdrop: Backdrop::Plain(colour), noise: 0.0, ..scene(style, 5) })
        });
        assert_eq!(one.alpha, two.alpha, "the wall has no say in the alpha");
        let difference: [f32; 3] = std::array::from_fn(|c| light(walls[0])[c] - light(walls[1])[c]);
        let squared: f32 = difference.iter().map(|d| d * d).sum();
        let (mut worst, mut partial) = (0.0f32, 0u32);
        for ((p, q), alpha) in one.picture.pixels().zip(two.picture.pixels()).zip(one.alpha.data())
        {
            let (p, q) = (light(p.0), light(q.0));
            let along: f32 = (0..3).map(|c| (p[c] - q[c]) * difference[c]).sum();
            worst = worst.max((1.0 - along / squared - alpha).abs());
            partial += u32::from(*alpha > 0.02 && *alpha < 0.98);
        }
        // The wall's own unevenness is 0.6 %, a step of the coded picture up to 0.9 %.
        assert!(worst < 0.025, "{style:?}: alpha differs by {worst}");
        assert!(partial > 600, "{style:?}: only {partial} pixels are partly covered");
    }
}

#[test]
fn features_lie_on_the_person_and_the_corners_on_the_wall() {
    for seed in 0..6 {
        let drawn = draw(&Scene::drawn_by_lot(seed, SIZE));
        for which in [
            Landmark::LeftIris,
            Landmark::RightIris,
            Landmark::NoseTip,
            Landmark::MouthLeft,
            Landmark::MouthRight,
            Landmark::Chin,
            Landmark::Forehead,
        ] {
            let p = drawn.landmarks[which];
            assert!(drawn.alpha.sample(p.x, p.y) > 0.999, "seed {seed}: {which:?} is see-through");
        }
        assert_eq!(drawn.alpha.at(0, 0), 0.0);
        assert_eq!(drawn.alpha.at(i64::from(SIZE.width) - 1, 0), 0.0);
        let middle = i64::from(SIZE.width / 2);
        assert!(drawn.alpha.at(middle, i64::from(SIZE.height) - 1) > 0.999, "the bust floats");
    }
}

#[test]
fn landmarks_keep_the_measures_asked_for() {
    let scene = Scene { roll_degrees: 7.0, ..scene(Style::Short, 8) };
    let drawn = draw(&scene);
    let at = |which| drawn.landmarks[which];
    let width = at(Landmark::LeftEarRoot).distance(at(Landmark::RightEarRoot));
    assert!((width - scene.face_width).abs() < 1e-6, "ear roots {width} px apart");
    let (left, right) = (at(Landmark::LeftIris), at(Landmark::RightIris));
    assert!(left.midpoint(right).distance(scene.eyes) < 1e-6);
    let roll = (right.y - left.y).atan2(right.x - left.x).to_degrees();
    assert!((roll - 7.0).abs() < 1e-9, "rolled by {roll}");
    for which in [Landmark::LeftLidUpper, Landmark::RightLidUpper] {
        assert!(at(which).y < at(Landmark::NoseTip).y);
    }
}

#[test]
fn the_iris_is_darker_than_the_white_beside_it() {
    let drawn = draw(&Scene { noise: 0.0, ..scene(Style::Short, 12) });
    let luma = |p: Point| {
        let [r, g, b] = drawn.picture.get_pixel(p.x.round() as u32, p.y.round() as u32).0;
        u32::from(r) + u32::from(g) + u32::from(b)
    };
    let iris = drawn.landmarks[Landmark::LeftIris];
    let inner = drawn.landmarks[Landmark::LeftEyeInner];
    let white = Point::new(0.45 * iris.x + 0.55 * inner.x, iris.y);
    assert!(luma(iris) + 120 < luma(white), "{} against {}", luma(iris), luma(white));
}

/// The hair top as the styles promise it: on a bald head it is the skull's, which the outline gives.
#[test]
fn the_hair_top_is_where_the_alpha_ends() {
    let height = |style| {
        let scene = Scene { roll_degrees: -6.0, ..scene(style, 4) };
        let drawn = draw(&scene);
        let to_face: Affine = drawn.face_to_picture.inverse().expect("a similarity");
        (-to_face.apply(drawn.hair_top).y, 1.0 / scene.face_width)
    };
    let (bald, pixel) = height(Style::Bald);
    // The tip of an ellipse is thin: two pixels of tolerance for the seven that must be covered.
    assert!((bald + draw::head::SKULL).abs() < 2.0 * pixel, "skull at {bald}");
    let (short, _) = height(Style::Short);
    let (towering, _) = height(Style::Towering);
    assert!(bald < short && short + 0.2 < towering, "{bald} < {short} < {towering}");
}

#[test]
fn flying_hair_covers_parts_of_pixels() {
    let partial = |flyaway| {
        let mut scene = scene(Style::Short, 9);
        scene.sitter.flyaway = flyaway;
        draw(&scene).alpha.data().iter().filter(|a| **a > 0.02 && **a < 0.6).count()
    };
    let (calm, wild) = (partial(0.0), partial(1.0));
    assert!(wild > calm + 150, "{calm} thin pixels without flying hair, {wild} with it");
}

/// A detector trained on photographs takes the drawings for faces, once each and in the right place.
#[test]
fn a_face_detector_finds_each_face_once() {
    let mut scratch = Scratch::default();
    let detector = Detector::new().expect("the built-in model loads");
    for seed in 0..16 {
        let scene = Scene { samples: 2, ..Scene::drawn_by_lot(seed, SIZE) };
        let drawn = draw(&scene);
        let small = imageops::resize(&drawn.picture, 204, 255, FilterType::Triangle);
        for (turn, picture) in [(0.0, small.clone()), (90.0, imageops::rotate90(&small))] {
            let found: Vec<_> = detector
                .candidates(&mut scratch, &picture)
                .into_iter()
                .filter(|c| c.probability > 0.4)
                .collect();
            assert_eq!(found.len(), 1, "seed {seed}: {found:?}");
            let pose = found[0].pose;
            let scale = 204.0 / f64::from(SIZE.width);
            let eyes =
                drawn.landmarks[Landmark::LeftIris].midpoint(drawn.landmarks[Landmark::RightIris]);
            let eyes = Point::new(eyes.x * scale, eyes.y * scale);
            let there = if turn == 0.0 { eyes } else { Point::new(254.0 - eyes.y, eyes.x) };
            let away = pose.eyes.distance(there) / (scene.face_width * scale);
            assert!(away < 0.15, "seed {seed}: {away} face widths off the eyes");
            let off = (pose.roll.to_degrees() - turn).abs();
            assert!(off < 20.0, "seed {seed}: tilted by {off}° too much");
        }
    }
}
