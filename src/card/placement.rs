//! Where every source pixel lands on the card: scale, turn, and shift solved together. Geometry only, no pixels.
//!
//! The order of claims is that of GA 461 and the social-security text: the pixel ranges bind; then the photo reaches the bottom edge in every column where
//! the person is; then no straight cut of a shoulder shows inside the left or right edge; then the eyes are level; then the head is near 2/3 of the height;
//! then the hair top and the eye midpoint are where the spec aims. When hair top and eye line conflict the eye line wins and the frame may cut towering
//! hair, unless a smaller face inside the range shows it whole.

mod conflict;
mod crown;
mod ends;

use self::crown::hair_top;
use self::ends::{Ends, gaps};
use crate::base::geometry::{Affine, Point, Size};
use crate::base::raster::Plane;
use crate::rules::check::region;
use crate::rules::spec::{Along, PhotoSpec, PxBand};
use crate::vision::face::{Head, Sighting};

pub use self::conflict::{Conflict, conflict};

/// Where the photo lands on the card.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Photo pixels to card pixels.
    pub photo_to_card: Affine,
    /// Width of the face on the card, in pixels.
    pub face_width: f64,
    /// Hair top on the card, in pixels below the top edge; negative where the frame cuts the hair.
    pub hair_top: f64,
    /// Rows at the bottom of the card that the photo does not reach in the worst of the columns where the person is.
    pub floating_rows: u32,
    /// Columns at a side that the photo does not reach in the worst of the rows where it cuts the person.
    pub side_columns: u32,
    /// Whether the photo itself cuts the hair off.
    pub hair_cut: bool,
    /// The highest point of the hair, in photo pixels.
    pub hair_top_in_photo: Point,
    /// How far the photo reaches below the chin where the person is, in face widths.
    pub room_below: f64,
    /// How far it would have to reach for the head to stand as the spec wishes, in face widths.
    pub wanted_below: f64,
    /// Whether the head is larger than wished so that the person reaches the bottom edge.
    pub grown: bool,
    /// Whether the head is larger than wished so that the sides of the frame hide where the photo cuts the person.
    pub widened: bool,
}

impl Placement {
    /// Where the hair ends by the cut-out `alpha` of the card, on which `head` is, in photo pixels: if it misses the spec's range there, though this placement meant to meet it.
    #[must_use]
    pub fn missed_crown(&self, alpha: &Plane, head: &Head, spec: &PhotoSpec) -> Option<Point> {
        let range = spec.px(spec.head.hair_top.as_ref()?, Along::Height);
        let meets = |y: f64| (range.min..=range.max).contains(&y);
        let at = region::crown(alpha, head).filter(|at| !meets(at.y))?;
        let meant = !self.hair_cut && meets(self.hair_top);
        Some(self.photo_to_card.inverse().filter(|_| meant)?.apply(at))
    }
}

/// Share of the face width on the card from which a photo is large enough: enlarging by a twentieth is not seen, and a second decoding takes longer than all else.
const ENOUGH: f64 = 0.95;

/// The face width in pixels that a card of `spec` can use at most; a photo decoded so large loses nothing that is seen.
#[must_use]
pub fn wanted_face_width(spec: &PhotoSpec) -> f64 {
    let goals = Goals::of(spec);
    goals.face.prefer.1.min(goals.face.max) * ENOUGH
}

/// Roll that may stay where turning fully would open a wedge below the bust, in degrees.
const LEFT_OVER_ROLL: f64 = 2.0;
/// How close to a hard limit of the face's width placement goes for the sake of the bust or of the hair, in pixels: the ear roots are not measured better.
const FACE_MARGIN: f64 = 5.0;
/// How close to a hard limit of the hair top placement goes, in pixels.
const MARGIN: f64 = 2.0;
/// The same of the eye line: irises are measured to a pixel, and every pixel here shows one more of towering hair.
const EYE_MARGIN: f64 = 1.5;
/// What a column of white beside a straight cut costs, in pixels of the head's distance from 2/3; and where no placement closes it.
const BESIDE: f64 = 60.0;
const BESIDE_IN_VAIN: f64 = 0.5;
/// Rows of a gap that are worth a larger face although it does not close altogether; what gapes more is a bust out of reach.
const WEDGE_ROWS: f64 = 9.0;

/// Places the head of `sighting`, found in a photo of `photo` pixels, on a card of `spec`.
///
/// `crown` is where the hair ends, in photo pixels, if that is known better than by the sighting's mask.
#[must_use]
pub fn place(
    sighting: &Sighting,
    photo: Size,
    spec: &PhotoSpec,
    crown: Option<Point>,
) -> Placement {
    let goals = Goals::of(spec);
    let full = sighting.head.roll_degrees();
    let ends = Ends::of(sighting, photo);
    let upright = Stance::of(sighting, &ends, -full, crown);
    let mut stances = vec![(upright, 0.0)];
    let free = best(&goals, &stances, goals.face.prefer, false, None);
    let wish = free.as_wish(&goals);
    // gaps only add to the cost, so that what has none stays the best
    let wished = if free.whole() {
        free
    } else {
        best(&goals, &stances, goals.face.prefer, false, Some(BESIDE))
    };
    let smallest = (goals.face.min + FACE_MARGIN).min(goals.face.prefer.0);
    let crowned = |t: &Try<'_>| t.stance.hair_cut || t.hair_top >= goals.hair_top.min;
    let hair_shows = crowned(&wished);
    if wished.whole() && (hair_shows || smallest >= goals.face.prefer.0) {
        return wished.placement(&wish);
    }
    let mut left = 0.5;
    while left <= LEFT_OVER_ROLL.min(full.abs()) {
        let degrees = -full + left.copysign(full);
        stances.push((Stance::of(sighting, &ends, degrees, crown), left));
        left += 0.5;
    }
    let least = if hair_shows { goals.face.prefer.0 } else { smallest };
    let reach = (least, (goals.face.max - FACE_MARGIN).max(goals.face.prefer.1));
    let mut reaching = best(&goals, &stances, reach, true, Some(BESIDE));
    // what no face of the range mends is no reason for a large one: keep the better head
    if reaching.side_gap > 1.0 {
        reaching = best(&goals, &stances, reach, true, Some(BESIDE_IN_VAIN));
    }
    if reaching.floating > WEDGE_ROWS {
        reaching = best(&goals, &stances, (least, goals.face.prefer.1), true, Some(BESIDE_IN_VAIN));
    }
    reaching.placement(&wish)
}

/// The spec's ranges in card pixels.
struct Goals {
    card: Size,
    face: PxBand,
    hair_top: PxBand,
    /// Least distance of the eye line from the bottom edge, and greatest.
    eye_line: PxBand,
    centring: PxBand,
    head: f64,
}

impl Goals {
    fn of(spec: &PhotoSpec) -> Self {
        let card = spec.size();
        let (w, h) = (f64::from(card.width), f64::from(card.height));
        let band = |b: &Option<crate::rules::spec::Band>, along, min: f64, max: f64, aim: f64| {
            b.as_ref().map_or(PxBand { min, max, aim: Some(aim), prefer: (min, max) }, |b| {
                spec.px(b, along)
            })
        };
        let head_share = spec.head.head_share.as_ref().map(|b| spec.px(b, Along::Height));
        let head = head_share.and_then(|b| b.aim).unwrap_or(h * 2.0 / 3.0);
        let mut face = band(&spec.head.face_width, Along::Width, 0.30 * w, 0.75 * w, 0.55 * w);
        // a spec without a face width is placed by its head height alone; finite ends keep the search small
        face.min = face.min.max(0.2 * w);
        face.max = face.max.min(0.9 * w);
        face.prefer =
            (face.prefer.0.clamp(face.min, face.max), face.prefer.1.clamp(face.min, face.max));
        Self {
            card,
            face,
            hair_top: band(&spec.head.hair_top, Along::Height, 0.02 * h, 0.12 * h, 0.05 * h),
            eye_line: band(&spec.head.eye_line, Along::Height, 0.4 * h, f64::INFINITY, 0.55 * h),
            centring: band(&spec.head.centring, Along::Width, 0.45 * w, 0.55 * w, 0.5 * w),
            head,
        }
    }
}

/// The head in the photo turned by some angle: the frame in which scale and shift are solved.
struct Stance {
    /// Photo pixels to turned pixels, same scale.
    turn: Affine,
    eyes: Point,
    chin_y: f64,
    hair_y: f64,
    hair_at: Point,
    face_width: f64,
    hair_cut: bool,
    /// Where the photo cuts the person, in turned pixels.
    ends: Ends,
}

impl Stance {
    fn of(sighting: &Sighting, ends: &Ends, degrees: f64, crown: Option<Point>) -> Self {
        let turn =
            Affine::similarity(1.0, degrees.to_radians(), Point::default(), Point::default());
        let head = sighting.head.mapped(&turn);
        let (hair_y, hair_at, hair_cut) = match crown {
            Some(at) => (turn.apply(at).y, at, false),
            None => hair_top(sighting, &turn, &head),
        };
        Self {
            turn,
            eyes: head.eyes(),
            chin_y: head.chin().y,
            hair_y,
            hair_at,
            face_width: head.face_width(),
            hair_cut,
            ends: ends.mapped(&turn),
        }
    }
}

/// How the head would stand if the photo had room for it.
struct Wish {
    /// How far the card reaches below the chin, in face widths.
    below: f64,
    /// Hair top to chin, in pixels.
    head: f64,
    /// Whether the photo ends above the card's bottom edge.
    floating: bool,
    /// Whether it ends inside a side of the card where it cuts the person.
    beside: bool,
}

/// One way to place the head, and what it costs.
struct Try<'a> {
    /// Turned pixels to card pixels.
    shift: Affine,
    stance: &'a Stance,
    face_width: f64,
    hair_top: f64,
    /// Rows and columns of card between the photo's end and the frame's, where the photo cuts the person.
    floating: f64,
    side_gap: f64,
    /// What everything but gaps costs, in pixels of the head's distance from 2/3.
    parts: [f64; 7],
    cost: f64,
}

impl Try<'_> {
    /// Whether the person reaches every edge at which the photo cuts it.
    fn whole(&self) -> bool {
        self.floating <= 0.0 && self.side_gap <= 0.0
    }

    /// The same with the gaps that the photo's ends leave, and what they cost if a column `beside` the person costs anything: else the head stands as if the photo had room for it.
    fn with_gaps(self, goals: &Goals, beside: Option<f64>) -> Self {
        let (floating, side_gap) = gaps(&self.shift, &self.stance.ends, goals.card);
        let gaping = beside.map_or(0.0, |beside| 1000.0 * floating + beside * side_gap);
        Self { floating, side_gap, ..self }.costing(gaping)
    }

    /// The same with its cost, gaps of `gaping` included. Always added up in this order, so that equal ways to place a head cost the same.
    fn costing(self, gaping: f64) -> Self {
        Self { cost: self.parts.iter().fold(gaping, |sum, part| sum + part), ..self }
    }

    /// Hair top to chin on the card, in pixels.
    fn head(&self) -> f64 {
        let scale = self.face_width / self.stance.face_width.max(1e-6);
        (self.stance.chin_y - self.stance.hair_y) * scale
    }

    /// What is to be remembered of the way in which the head would stand if the photo had room.
    fn as_wish(&self, goals: &Goals) -> Wish {
        let chin = self.shift.apply(Point::new(0.0, self.stance.chin_y)).y;
        let below = (f64::from(goals.card.height) - chin) / self.face_width.max(1e-6);
        Wish {
            below,
            head: self.head(),
            floating: self.floating > 0.0,
            beside: self.side_gap > 0.0,
        }
    }

    fn placement(&self, wish: &Wish) -> Placement {
        let ends = self.stance.ends.bottom.iter().map(|p| p.y);
        let end = ends.fold(f64::INFINITY, f64::min);
        let room = (end - self.stance.chin_y) / self.stance.face_width.max(1e-6);
        let larger = self.head() > wish.head + 1.0;
        Placement {
            room_below: if room.is_finite() { room.max(0.0) } else { 0.0 },
            wanted_below: wish.below,
            grown: wish.floating && larger,
            widened: wish.beside && !wish.floating && larger,
            photo_to_card: self.shift.after(&self.stance.turn),
            face_width: self.face_width,
            hair_top: self.hair_top,
            floating_rows: self.floating.ceil().max(0.0) as u32,
            side_columns: self.side_gap.ceil().max(0.0) as u32,
            hair_cut: self.stance.hair_cut,
            hair_top_in_photo: self.stance.hair_at,
        }
    }
}

/// Tries every stance with faces of `widths`, and, when `bend` is set, hair tops and eye positions other than the aim.
fn best<'a>(
    goals: &Goals,
    stances: &'a [(Stance, f64)],
    widths: (f64, f64),
    bend: bool,
    beside: Option<f64>,
) -> Try<'a> {
    let aim = goals.hair_top.aim.unwrap_or((goals.hair_top.min + goals.hair_top.max) / 2.0);
    let tops: Vec<f64> = if bend {
        let (lo, hi) =
            ((goals.hair_top.min + MARGIN).min(aim), (goals.hair_top.max - MARGIN).max(aim));
        (0..=6).map(|i| lo + (hi - lo) * f64::from(i) / 6.0).chain([aim]).collect()
    } else {
        vec![aim]
    };
    let middle = goals.centring.aim.unwrap_or(f64::from(goals.card.width) / 2.0);
    let shifts: Vec<f64> = if bend {
        let room = ((goals.centring.max - goals.centring.min) / 2.0 - 3.0).clamp(0.0, 14.0);
        (-3..=3).map(|i| middle + room * f64::from(i) / 3.0).collect()
    } else {
        vec![middle]
    };
    let steps = ((widths.1 - widths.0) / 0.5).ceil().clamp(0.0, 400.0) as u32;
    let mut chosen: Option<Try<'_>> = None;
    for (stance, left_over) in stances {
        for step in 0..=steps {
            let width = if steps == 0 {
                widths.0
            } else {
                widths.0 + (widths.1 - widths.0) * f64::from(step) / f64::from(steps)
            };
            for top in &tops {
                for eye_x in &shifts {
                    let better = |t: &Try<'_>| chosen.as_ref().is_none_or(|c| t.cost < c.cost);
                    // gaps only add to the cost, and are most of the work
                    let t = attempt(goals, stance, *left_over, width, *top, *eye_x);
                    if let Some(t) = Some(t).filter(better)
                        && let Some(t) = Some(t.with_gaps(goals, beside)).filter(better)
                    {
                        chosen = Some(t);
                    }
                }
            }
        }
    }
    // stances, tops and shifts are never empty
    chosen.unwrap_or_else(|| {
        attempt(goals, &stances[0].0, 0.0, widths.0, aim, middle).with_gaps(goals, beside)
    })
}

/// One way to place the head, before anybody has looked for gaps.
fn attempt<'a>(
    goals: &Goals,
    stance: &'a Stance,
    left_over: f64,
    face_width: f64,
    top: f64,
    eye_x: f64,
) -> Try<'a> {
    let scale = face_width / stance.face_width.max(1e-6);
    let rise = (stance.eyes.y - stance.hair_y) * scale;
    let lowest_eye = f64::from(goals.card.height) - goals.eye_line.min - EYE_MARGIN;
    // hair that the photo cuts off is cut by the frame too: white above a flat cut would look like a hat
    let top = if stance.hair_cut { top.min(-1.0) } else { top };
    let eye_y = (top + rise).min(lowest_eye);
    let hair_top = eye_y - rise;
    let shift = Affine([
        [scale, 0.0, eye_x - scale * stance.eyes.x],
        [0.0, scale, eye_y - scale * stance.eyes.y],
    ]);
    let head = (stance.chin_y - stance.hair_y) * scale;
    let aim = goals.hair_top.aim.unwrap_or(hair_top);
    let middle = goals.centring.aim.unwrap_or(eye_x);
    // hair that the frame cuts although the photo has it
    let shaved = if stance.hair_cut { 0.0 } else { (goals.hair_top.min - hair_top).max(0.0) };
    let parts = [
        5.0 * shaved,
        20.0 * left_over,
        (head - goals.head).abs(),
        0.3 * (face_width - goals.face.prefer.1).max(0.0),
        0.5 * (top - aim).abs(),
        0.5 * (eye_x - middle).abs(),
        1e-9 * scale,
    ];
    Try { shift, stance, face_width, hair_top, floating: 0.0, side_gap: 0.0, parts, cost: 0.0 }
        .costing(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::raster::Plane;
    use crate::vision::face::network::{CROP, Pose};
    use crate::vision::face::{Head, Landmark, Landmarks};
    use proptest::prelude::*;

    /// A head whose landmarks stand in the usual proportions, `width` px wide, its hair `rise` above the eyes (in widths), tilted by `roll` degrees.
    pub(super) fn sighting(eyes: Point, width: f64, rise: f64, roll: f64) -> Sighting {
        let at = |x: f64, y: f64| {
            let (s, c) = roll.to_radians().sin_cos();
            Point::new(eyes.x + width * (x * c - y * s), eyes.y + width * (x * s + y * c))
        };
        let points = Landmark::ALL.iter().map(|l| match l {
            Landmark::LeftIris | Landmark::LeftLidUpper | Landmark::LeftLidLower => at(-0.22, 0.0),
            Landmark::RightIris | Landmark::RightLidUpper | Landmark::RightLidLower => {
                at(0.22, 0.0)
            }
            Landmark::LeftEyeOuter => at(-0.32, 0.0),
            Landmark::LeftEyeInner => at(-0.12, 0.0),
            Landmark::RightEyeInner => at(0.12, 0.0),
            Landmark::RightEyeOuter => at(0.32, 0.0),
            Landmark::LeftEarRoot => at(-0.5, 0.1),
            Landmark::RightEarRoot => at(0.5, 0.1),
            Landmark::Chin => at(0.0, 0.82),
            Landmark::Forehead => at(0.0, -0.45),
            _ => at(0.0, 0.3),
        });
        let landmarks = Landmarks::new(points.collect()).expect("all landmarks");
        let to_crop = Pose::of(&landmarks).to_crop();
        let back = to_crop.inverse().expect("a similarity");
        let mut mask = Plane::filled(CROP, 0.0);
        let (s, c) = (-roll).to_radians().sin_cos();
        for y in 0..CROP.height as usize {
            for x in 0..CROP.width as usize {
                let p = back.apply(Point::new(x as f64, y as f64));
                let (dx, dy) = ((p.x - eyes.x) / width, (p.y - eyes.y) / width);
                let (u, v) = (dx * c - dy * s, dx * s + dy * c);
                let inside = (u / 0.6).powi(2) + ((v - 0.0) / rise).powi(2) <= 1.0
                    || (v > 0.0 && u.abs() < 0.45)
                    || v > 1.0;
                mask.data_mut()[y * CROP.width as usize + x] = if inside { 1.0 } else { 0.0 };
            }
        }
        Sighting {
            head: Head { landmarks, hair_top: None, confidence: 1.0 },
            mask,
            to_crop,
            spread: 0.01,
            others: Vec::new(),
        }
    }

    pub(super) fn shebao() -> PhotoSpec {
        PhotoSpec::builtin("shebao").expect("builtin")
    }

    proptest! {
        #[test]
        fn a_roomy_photo_lands_inside_every_range(x in 900.0..1100.0f64, y in 700.0..900.0f64, width in 120.0..500.0f64, rise in 0.70..0.85f64, roll in -12.0..12.0f64) {
            let s = sighting(Point::new(x, y), width, rise, roll);
            let p = place(&s, Size::new(2000, 3000), &shebao(), None);
            let head = s.head.mapped(&p.photo_to_card);
            prop_assert!((185.99..=218.01).contains(&head.face_width()), "{}", head.face_width());
            prop_assert!((7.0..=21.0).contains(&p.hair_top), "{}", p.hair_top);
            prop_assert!(441.0 - head.eyes().y >= 207.0);
            prop_assert!((head.eyes().x - 179.0).abs() < 1e-6);
            prop_assert!(head.roll_degrees().abs() < 1e-6);
            prop_assert_eq!(p.floating_rows, 0);
        }
    }

    #[test]
    fn hair_that_touches_the_photos_edge_is_whole_and_gets_white_above_it() {
        // the top of the hair lies 240 px above the eyes
        for (eyes, cut) in [(242.0, false), (200.0, true)] {
            let s = sighting(Point::new(1000.0, eyes), 300.0, 0.8, 0.0);
            let p = place(&s, Size::new(2000, 3000), &shebao(), None);
            assert_eq!(p.hair_cut, cut, "eyes at {eyes}");
            assert_eq!(p.hair_top < 0.0, cut, "{}", p.hair_top);
        }
    }

    #[test]
    fn towering_hair_is_cut_rather_than_the_eye_line_lowered() {
        let s = sighting(Point::new(1000.0, 1200.0), 300.0, 1.4, 0.0);
        let p = place(&s, Size::new(2000, 3000), &shebao(), None);
        let head = s.head.mapped(&p.photo_to_card);
        assert!(
            441.0 - head.eyes().y >= 207.0 && p.hair_top < 7.0,
            "eyes {} hair {}",
            head.eyes().y,
            p.hair_top
        );
    }

    #[test]
    fn a_tight_source_grows_the_face_until_the_bust_reaches_the_bottom() {
        // 441 rows at a face of 196 px would need 441 / 196 = 2.25 face widths below the hair's 14 px; the photo has 2.0
        let (width, rise) = (300.0, 0.75);
        let eyes = Point::new(500.0, 400.0);
        let height = (eyes.y + (2.0 - rise) * width) as u32;
        let s = sighting(eyes, width, rise, 0.0);
        let p = place(&s, Size::new(1000, height), &shebao(), None);
        assert_eq!(p.floating_rows, 0);
        assert!(p.face_width > 205.0 && p.face_width <= 250.0, "{}", p.face_width);
        assert!((7.0..=21.0).contains(&p.hair_top), "{}", p.hair_top);
    }

    #[test]
    fn a_tilted_head_on_a_tight_photo_leaves_no_wedge_in_a_corner() {
        let (width, rise) = (300.0, 0.75);
        let eyes = Point::new(500.0, 400.0);
        // level, the bust would just reach the bottom at the wished size; turned, a corner would gape
        let photo = Size::new(1000, (eyes.y + 1.65 * width) as u32);
        for roll in [-7.0, -4.0, 4.0, 7.0] {
            let p = place(&sighting(eyes, width, rise, roll), photo, &shebao(), None);
            assert_eq!((p.floating_rows, p.side_columns), (0, 0), "{roll}");
            let back = p.photo_to_card.inverse().expect("a similarity");
            for x in [0.0, 357.0] {
                let below = back.apply(Point::new(x, 440.0));
                assert!(below.y <= f64::from(photo.height) - 0.5, "{roll}: {below:?}");
            }
        }
    }

    #[test]
    fn a_head_that_grew_for_the_bust_says_how_much_room_was_wanted() {
        let (width, rise) = (300.0, 0.75);
        let eyes = Point::new(500.0, 400.0);
        let height = (eyes.y + (1.9 - rise) * width) as u32;
        let p = place(&sighting(eyes, width, rise, 0.0), Size::new(1000, height), &shebao(), None);
        assert!(p.grown && p.wanted_below > p.room_below, "{p:?}");
        assert!((p.room_below - 0.33).abs() < 0.02, "{}", p.room_below);
        let roomy =
            place(&sighting(eyes, width, rise, 0.0), Size::new(1000, 1400), &shebao(), None);
        assert!(!roomy.grown && roomy.wanted_below < roomy.room_below, "{roomy:?}");
    }

    #[test]
    fn a_head_that_grew_within_its_wished_sizes_says_so_too() {
        let free = sighting(Point::new(500.0, 400.0), 300.0, 0.75, 0.0);
        let roomy = place(&free, Size::new(1000, 1400), &shebao(), None);
        // the photo ends where a face some pixels larger just reaches the bottom edge
        let scale = (roomy.face_width + 8.0) / 300.0;
        let height = 400.0 + (441.0 - roomy.hair_top) / scale - 0.75 * 300.0;
        let p = place(&free, Size::new(1000, height as u32), &shebao(), None);
        let (_, most) = Goals::of(&shebao()).face.prefer;
        assert!(p.face_width <= most && p.floating_rows == 0, "{p:?}");
        assert!(p.grown && !roomy.grown, "{p:?}");
    }

    #[test]
    fn a_head_that_grew_to_hide_cut_shoulders_says_so() {
        // 358 columns of a photo of 460 with a face of 300: 233
        let s = sighting(Point::new(230.0, 500.0), 300.0, 0.75, 0.0);
        let p = place(&s, Size::new(460, 1400), &shebao(), None);
        assert!(p.widened && !p.grown && p.side_columns == 0, "{p:?}");
        let s = sighting(Point::new(500.0, 500.0), 300.0, 0.75, 0.0);
        let roomy = place(&s, Size::new(1000, 1400), &shebao(), None);
        assert!(!roomy.widened, "{roomy:?}");
    }

    #[test]
    fn a_smaller_face_shows_high_hair_whole() {
        let s = sighting(Point::new(1000.0, 1200.0), 300.0, 1.15, 0.0);
        let p = place(&s, Size::new(2000, 3000), &shebao(), None);
        assert!(p.hair_top >= 7.0 && p.face_width >= 184.0, "{} {}", p.hair_top, p.face_width);
    }

    #[test]
    fn a_bust_out_of_reach_floats_and_says_so() {
        let s = sighting(Point::new(500.0, 400.0), 300.0, 0.75, 0.0);
        let p = place(&s, Size::new(1000, 660), &shebao(), None);
        assert!(p.floating_rows > 20, "{}", p.floating_rows);
        assert!(p.face_width <= 218.0);
    }

    #[test]
    fn a_crown_that_the_card_shows_elsewhere_is_placed_again() {
        let (spec, photo) = (shebao(), Size::new(1000, 1400));
        let sighting = sighting(Point::new(500.0, 600.0), 300.0, 1.0, 0.0);
        let placed = place(&sighting, photo, &spec, None);
        let head = sighting.head.mapped(&placed.photo_to_card);
        let shown = |top: usize| {
            let mut alpha = Plane::filled(spec.size(), 0.0);
            let width = alpha.width();
            alpha.data_mut()[top * width..].fill(1.0);
            placed.missed_crown(&alpha, &head, &spec)
        };
        assert_eq!(shown(15), None);
        let crown = shown(30).expect("30 px are too many");
        assert!((placed.photo_to_card.apply(crown).y - 30.0).abs() < 1e-6);
        let again = place(&sighting, photo, &spec, Some(crown));
        let top = again.photo_to_card.apply(crown).y;
        assert!((7.0..=21.0).contains(&top) && (top - again.hair_top).abs() < 1e-6, "{top}");
    }

    #[test]
    fn hair_that_the_photo_cuts_has_no_crown_to_be_corrected() {
        let sighting = sighting(Point::new(500.0, 600.0), 300.0, 1.0, 0.0);
        let placed = Placement {
            hair_cut: true,
            ..place(&sighting, Size::new(1000, 1400), &shebao(), None)
        };
        let alpha = Plane::filled(shebao().size(), 1.0);
        let head = sighting.head.mapped(&placed.photo_to_card);
        assert_eq!(placed.missed_crown(&alpha, &head, &shebao()), None);
    }
}
