//! Many copies of cards on one sheet of paper, each at its exact size, with marks where to cut.
//!
//! [`SheetPlan`] is arithmetic in millimetres, for cards of one size, [`packed`] for cards of several; both give [`Page`]s, and [`pdf`] and [`pixels`] put them on paper.

pub mod packed;
pub mod pdf;
pub mod pixels;

use crate::base::units::Mm;

/// A paper's two sides, the shorter first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    /// The shorter side.
    pub short: Mm,
    /// The longer side.
    pub long: Mm,
}

impl Paper {
    /// 5-inch photo paper (3R), 89 × 127 mm.
    pub const FIVE_INCH: Self = Self { short: Mm::new(89.0), long: Mm::new(127.0) };
    /// 6-inch photo paper (4R), 102 × 152 mm.
    pub const SIX_INCH: Self = Self { short: Mm::new(102.0), long: Mm::new(152.0) };
    /// 7-inch photo paper (5R), 127 × 178 mm.
    pub const SEVEN_INCH: Self = Self { short: Mm::new(127.0), long: Mm::new(178.0) };
    /// A6, 105 × 148 mm (ISO 216).
    pub const A6: Self = Self { short: Mm::new(105.0), long: Mm::new(148.0) };
    /// A4, 210 × 297 mm (ISO 216).
    pub const A4: Self = Self { short: Mm::new(210.0), long: Mm::new(297.0) };
}

/// How the paper is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Orientation {
    /// Whichever takes more.
    #[default]
    Either,
    /// Upright.
    Upright,
    /// Across.
    Across,
}

/// How it is shown where to cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cut {
    /// By marks at the corners, outside the cards.
    #[default]
    Corners,
    /// By thin lines along the edges.
    Lines,
    /// Not at all.
    Nothing,
}

/// What is to be put on paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Layout {
    /// The paper.
    pub paper: Paper,
    /// Width of a card on paper.
    pub width: Mm,
    /// Height of a card on paper.
    pub height: Mm,
    /// Between two cards. Default: 2 mm, room for a cutting mark on either side.
    pub gap: Mm,
    /// Around all, at least: what printers cannot print on. Default: 4 mm.
    pub margin: Mm,
    /// How it is shown where to cut. Default: marks at the corners.
    pub cut: Cut,
    /// How the paper is held. Default: whichever takes more.
    pub orientation: Orientation,
}

impl Layout {
    /// The defaults for cards of `width` × `height`.
    #[must_use]
    pub const fn new(paper: Paper, width: Mm, height: Mm) -> Self {
        Self {
            paper,
            width,
            height,
            gap: Mm::new(2.0),
            margin: Mm::new(4.0),
            cut: Cut::Corners,
            orientation: Orientation::Either,
        }
    }
}

/// A rectangle on the page, in millimetres from its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slot {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A picture in its place on a page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Where.
    pub slot: Slot,
    /// Which of the pictures.
    pub picture: usize,
    /// Whether it is turned by a quarter, clockwise.
    pub turned: bool,
}

/// A page with all that is on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// Width of the page, in millimetres.
    pub width: f64,
    /// Height of the page, in millimetres.
    pub height: f64,
    /// The cards.
    pub places: Vec<Place>,
    /// Black marks where to cut; a card hides them.
    pub marks: Vec<Mark>,
    /// Grey lines along the edges, over the cards.
    pub lines: Vec<Mark>,
}

/// A thin line from one point to another, in millimetres.
pub type Mark = [(f64, f64); 2];

/// Where everything goes on a page; all pages are alike.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPlan {
    /// Width of the page, in millimetres.
    pub width: f64,
    /// Height of the page, in millimetres.
    pub height: f64,
    /// Places for cards, row after row.
    pub slots: Vec<Slot>,
    /// Marks where to cut.
    pub marks: Vec<Mark>,
    /// Lines where to cut.
    pub lines: Vec<Mark>,
}

/// How far a mark stays away from the card, in millimetres: a cut that is off by less shows no black.
const AWAY: f64 = 0.25;

/// The longest mark, in millimetres.
const LONGEST: f64 = 3.0;

impl SheetPlan {
    /// Places as many cards as fit, on the paper held upright or across, whichever takes more; `None` where not even one does.
    #[must_use]
    pub fn new(layout: &Layout) -> Option<Self> {
        let (short, long) = (layout.paper.short.to_mm(), layout.paper.long.to_mm());
        let across = |along: f64, card: f64| {
            let room = along - 2.0 * layout.margin.to_mm() + layout.gap.to_mm();
            let step = card + layout.gap.to_mm();
            // A hair is forgiven, or 4 × 25 mm would not fit 100 mm.
            if card > 0.0 && room.is_finite() {
                ((room + 1e-6) / step).floor().max(0.0) as usize
            } else {
                0
            }
        };
        let fits =
            |w: f64, h: f64| (across(w, layout.width.to_mm()), across(h, layout.height.to_mm()));
        let (upright, turned) = (fits(short, long), fits(long, short));
        let across = match layout.orientation {
            Orientation::Either => turned.0 * turned.1 > upright.0 * upright.1,
            Orientation::Upright => false,
            Orientation::Across => true,
        };
        let ((columns, rows), (width, height)) =
            if across { (turned, (long, short)) } else { (upright, (short, long)) };
        if columns * rows == 0 {
            return None;
        }
        let (w, h, gap) = (layout.width.to_mm(), layout.height.to_mm(), layout.gap.to_mm());
        let all = |n: usize, card: f64| n as f64 * card + (n - 1) as f64 * gap;
        let (left, top) = ((width - all(columns, w)) / 2.0, (height - all(rows, h)) / 2.0);
        let slots: Vec<Slot> = (0..rows * columns)
            .map(|i| Slot {
                x: left + (i % columns) as f64 * (w + gap),
                y: top + (i / columns) as f64 * (h + gap),
                width: w,
                height: h,
            })
            .collect();
        let (marks, lines) = cuts(layout.cut, &slots, gap);
        Some(Self { width, height, slots, marks, lines })
    }

    /// A page with `cards`, one per slot, as indices into the pictures.
    #[must_use]
    pub fn page(&self, cards: &[usize]) -> Page {
        let place = |(picture, slot): (&usize, &Slot)| Place {
            slot: *slot,
            picture: *picture,
            turned: false,
        };
        Page {
            width: self.width,
            height: self.height,
            places: cards.iter().zip(&self.slots).map(place).collect(),
            marks: self.marks.clone(),
            lines: self.lines.clone(),
        }
    }

    /// How many cards a page takes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.slots.len()
    }
}

/// Marks and lines that show where to cut cards with `gap` between them.
#[must_use]
pub fn cuts(cut: Cut, slots: &[Slot], gap: f64) -> (Vec<Mark>, Vec<Mark>) {
    match cut {
        Cut::Corners => (marks(slots, gap), Vec::new()),
        Cut::Lines => (Vec::new(), lines(slots)),
        Cut::Nothing => (Vec::new(), Vec::new()),
    }
}

/// The four edges of every card, each once.
fn lines(slots: &[Slot]) -> Vec<Mark> {
    let mut seen = std::collections::BTreeSet::new();
    let edges = slots.iter().flat_map(|s| {
        let (x1, y1) = (s.x + s.width, s.y + s.height);
        [
            [(s.x, s.y), (x1, s.y)],
            [(s.x, y1), (x1, y1)],
            [(s.x, s.y), (s.x, y1)],
            [(x1, s.y), (x1, y1)],
        ]
    });
    let micrometres = |v: f64| (v * 1e3).round() as i64;
    let key = |[a, b]: &Mark| [a.0, a.1, b.0, b.1].map(micrometres);
    edges.filter(|edge| seen.insert(key(edge))).collect()
}

/// Two marks at every corner of every card, outside it, in line with its edges.
fn marks(slots: &[Slot], gap: f64) -> Vec<Mark> {
    let (left, top) =
        slots.iter().fold((f64::INFINITY, f64::INFINITY), |(l, t), s| (l.min(s.x), t.min(s.y)));
    // Between cards two marks share the gap; at the rim there is the margin.
    let inner = (gap / 2.0 - AWAY).clamp(0.0, LONGEST);
    let length = |at_rim: bool, margin: f64| {
        if at_rim { (margin - AWAY - 0.5).clamp(inner, LONGEST) } else { inner }
    };
    let (right, bottom) = slots
        .iter()
        .fold((0.0f64, 0.0f64), |(r, b), s| (r.max(s.x + s.width), b.max(s.y + s.height)));
    let near = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let mut marks = Vec::with_capacity(slots.len() * 8);
    for slot in slots {
        let (x0, y0) = (slot.x, slot.y);
        let (x1, y1) = (x0 + slot.width, y0 + slot.height);
        for (x, out, rim) in [(x0, -1.0, near(x0, left)), (x1, 1.0, near(x1, right))] {
            let reach = length(rim, left);
            for y in [y0, y1] {
                marks.push([(x + out * AWAY, y), (x + out * (AWAY + reach), y)]);
            }
        }
        for (y, out, rim) in [(y0, -1.0, near(y0, top)), (y1, 1.0, near(y1, bottom))] {
            let reach = length(rim, top);
            for x in [x0, x1] {
                marks.push([(x, y + out * AWAY), (x, y + out * (AWAY + reach))]);
            }
        }
    }
    marks.retain(|[a, b]| (a.0 - b.0).abs() + (a.1 - b.1).abs() > 0.1);
    marks
}

/// Which card goes into which slot, page by page: `copies` of each of `cards` cards, or, without a number, one page filled with as many of each as fit, as evenly as can be. Copies
/// of one card stay together.
#[must_use]
pub fn pages(cards: usize, copies: Option<usize>, capacity: usize) -> Vec<Vec<usize>> {
    if cards == 0 || capacity == 0 {
        return Vec::new();
    }
    let each = |card: usize| match copies {
        Some(copies) => copies,
        None if cards >= capacity => 1,
        None => capacity / cards + usize::from(card < capacity % cards),
    };
    let all: Vec<usize> =
        (0..cards).flat_map(|card| std::iter::repeat_n(card, each(card))).collect();
    all.chunks(capacity).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shebao(paper: Paper) -> Layout {
        Layout::new(paper, Mm::new(26.0), Mm::new(32.0))
    }

    #[test]
    fn papers_take_what_they_take() {
        let capacity = |paper| SheetPlan::new(&shebao(paper)).expect("some fit").capacity();
        assert_eq!(capacity(Paper::FIVE_INCH), 8);
        assert_eq!(capacity(Paper::SIX_INCH), 12);
        assert_eq!(capacity(Paper::A4), 60);
        let big = Layout::new(Paper::FIVE_INCH, Mm::new(90.0), Mm::new(120.0));
        assert_eq!(SheetPlan::new(&big), None);
        assert_eq!(SheetPlan::new(&Layout::new(Paper::A4, Mm::new(0.0), Mm::new(32.0))), None);
    }

    #[test]
    fn a_page_is_shared_evenly_and_a_number_of_copies_is_kept() {
        assert_eq!(pages(3, None, 8), [vec![0, 0, 0, 1, 1, 1, 2, 2]]);
        assert_eq!(pages(1, Some(3), 2), [vec![0, 0], vec![0]]);
        assert_eq!(pages(2, Some(1), 8), [vec![0, 1]]);
        assert_eq!(pages(5, None, 2), [vec![0, 1], vec![2, 3], vec![4]]);
        assert!(pages(0, None, 8).is_empty());
    }

    proptest! {
        #[test]
        fn cards_lie_on_the_paper_and_apart_and_no_mark_crosses_one(w in 8.0..80.0f64, h in 8.0..80.0f64, gap in 0.0..9.0f64) {
            let layout = Layout { gap: Mm::new(gap), ..Layout::new(Paper::SIX_INCH, Mm::new(w), Mm::new(h)) };
            let Some(plan) = SheetPlan::new(&layout) else { return Ok(()) };
            for (i, a) in plan.slots.iter().enumerate() {
                prop_assert!(a.x >= 4.0 - 1e-6 && a.x + w <= plan.width - 4.0 + 1e-6);
                prop_assert!(a.y >= 4.0 - 1e-6 && a.y + h <= plan.height - 4.0 + 1e-6);
                for b in &plan.slots[i + 1..] {
                    let apart = (b.x - a.x).abs() >= w + gap - 1e-6 || (b.y - a.y).abs() >= h + gap - 1e-6;
                    prop_assert!(apart);
                }
                for mark in &plan.marks {
                    for (x, y) in mark {
                        let inside = *x > a.x + 1e-6 && *x < a.x + w - 1e-6 && *y > a.y + 1e-6 && *y < a.y + h - 1e-6;
                        prop_assert!(!inside);
                        prop_assert!((0.0..=plan.width).contains(x) && (0.0..=plan.height).contains(y));
                    }
                }
            }
        }
    }
}
