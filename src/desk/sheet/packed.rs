//! Cards of several sizes on one sheet: rows of cards, each row of one height, as a guillotine cuts them.
//!
//! A row holds cards of one size, upright or turned by a quarter, as many as go into it; what is left of its width takes others in columns. Of all ways to stack such rows on the paper, held
//! upright or across, the one that takes most is chosen; of two that take the same, the one with fewer cards turned, then the lower one. Photo paper has room for a few rows, so that they can all
//! be tried; where they cannot, the best one found so far is taken.

use super::{Orientation, Paper, Place, Slot};
use crate::base::units::Mm;

/// Cards of one size, and how many are wanted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Item {
    /// Width of a card on paper.
    pub width: Mm,
    /// Height of a card on paper.
    pub height: Mm,
    /// How many.
    pub copies: usize,
}

/// The paper, and what is kept free on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bed {
    /// The paper.
    pub paper: Paper,
    /// How it is held.
    pub orientation: Orientation,
    /// Around all, at least.
    pub margin: Mm,
    /// Between two cards.
    pub gap: Mm,
}

/// A page with cards on it; a place's `picture` is the item's number.
#[derive(Debug, Clone, PartialEq)]
pub struct Packed {
    /// Width of the page, in millimetres.
    pub width: f64,
    /// Height of the page, in millimetres.
    pub height: f64,
    /// Where cards lie.
    pub places: Vec<Place>,
}

/// Pages with the cards of all items, at most `most` pages, and how many cards of each item did not go on them.
#[must_use]
pub fn pages(bed: &Bed, items: &[Item], most: usize) -> (Vec<Packed>, Vec<usize>) {
    let mut left: Vec<usize> = items.iter().map(|item| item.copies).collect();
    let mut pages: Vec<Packed> = Vec::new();
    while pages.len() < most && left.iter().any(|n| *n > 0) {
        // a page like the last one, as long as there are cards for it
        let again = pages.last().filter(|last| {
            let mut rest = left.clone();
            last.places.iter().all(|place| match rest.get_mut(place.picture) {
                Some(n) if *n > 0 => {
                    *n -= 1;
                    true
                }
                _ => false,
            })
        });
        let page = match again {
            Some(last) => last.clone(),
            None => page(bed, items, &left),
        };
        if page.places.is_empty() {
            break;
        }
        for place in &page.places {
            if let Some(n) = left.get_mut(place.picture) {
                *n = n.saturating_sub(1);
            }
        }
        pages.push(page);
    }
    (pages, left)
}

/// The page that takes most of what is left.
fn page(bed: &Bed, items: &[Item], left: &[usize]) -> Packed {
    let (short, long) = (bed.paper.short.to_mm(), bed.paper.long.to_mm());
    let ways = match bed.orientation {
        Orientation::Upright => vec![(short, long)],
        Orientation::Across => vec![(long, short)],
        Orientation::Either => vec![(short, long), (long, short)],
    };
    let mut best: Option<(Rows, f64, f64)> = None;
    for (width, height) in ways {
        let rows = Packer::new(bed, items, (width, height)).best(left);
        if best.as_ref().is_none_or(|(known, ..)| rows.is_better_than(known)) {
            best = Some((rows, width, height));
        }
    }
    let (rows, width, height) = best.unwrap_or_default();
    // in the middle of the page, rows flush on the left: one long cut for all of them
    let across = rows.places.iter().map(|p| p.slot.x + p.slot.width).fold(0.0, f64::max);
    let down = rows.places.iter().map(|p| p.slot.y + p.slot.height).fold(0.0, f64::max);
    let (x, y) = ((width - across) / 2.0, (height - down) / 2.0);
    let places = rows.places.into_iter().map(|place| Place {
        slot: Slot { x: place.slot.x + x, y: place.slot.y + y, ..place.slot },
        ..place
    });
    Packed { width, height, places: places.collect() }
}

/// Rows that are stacked, from the upper left corner.
#[derive(Debug, Clone, Default)]
struct Rows {
    places: Vec<Place>,
    /// Square millimetres of cards.
    area: f64,
    turned: usize,
    height: f64,
}

impl Rows {
    fn is_better_than(&self, other: &Self) -> bool {
        // a thousandth of a millimetre is none
        let whole = |v: f64| (v * 1e3).round() as i64;
        let rank = |rows: &Self| (-whole(rows.area), rows.turned, whole(rows.height));
        rank(self) < rank(other)
    }
}

/// A size of card in one of its two directions.
#[derive(Debug, Clone, Copy)]
struct Way {
    item: usize,
    width: f64,
    height: f64,
    turned: bool,
}

/// Looks through all stacks of rows.
struct Packer<'a> {
    items: &'a [Item],
    ways: Vec<Way>,
    gap: f64,
    width: f64,
    height: f64,
    /// How many stacks may still be looked at.
    patience: u32,
    best: Rows,
}

/// Stacks looked at for a page; some milliseconds.
const PATIENCE: u32 = 60_000;

/// A hair is forgiven, or 4 × 25 mm would not fit 100 mm.
const HAIR: f64 = 1e-6;

impl<'a> Packer<'a> {
    fn new(bed: &Bed, items: &'a [Item], (width, height): (f64, f64)) -> Self {
        let inside = |side: f64| side - 2.0 * bed.margin.to_mm();
        let mut ways: Vec<Way> = items
            .iter()
            .enumerate()
            .flat_map(|(item, card)| {
                let (w, h) = (card.width.to_mm(), card.height.to_mm());
                let upright = Way { item, width: w, height: h, turned: false };
                let turned = Way { item, width: h, height: w, turned: true };
                let square = (w - h).abs() < HAIR;
                std::iter::once(upright).chain((!square).then_some(turned))
            })
            .filter(|way| way.width > 0.0 && way.height > 0.0)
            .collect();
        // high rows first: what they leave of their width takes smaller cards
        ways.sort_by(|a, b| b.height.total_cmp(&a.height).then(a.turned.cmp(&b.turned)));
        Self {
            items,
            ways,
            gap: bed.gap.to_mm().max(0.0),
            width: inside(width),
            height: inside(height),
            patience: PATIENCE,
            best: Rows::default(),
        }
    }

    fn best(mut self, left: &[usize]) -> Rows {
        self.stack(&Rows::default(), left, 0);
        self.best
    }

    /// Puts another row below `rows`, of the `first` way or a later one.
    fn stack(&mut self, rows: &Rows, left: &[usize], first: usize) {
        if rows.is_better_than(&self.best) {
            self.best = rows.clone();
        }
        for way in first..self.ways.len() {
            if self.patience == 0 {
                return;
            }
            self.patience -= 1;
            let mut below = rows.clone();
            let mut rest = left.to_vec();
            if self.row(&mut below, &mut rest, self.ways[way]) {
                self.stack(&below, &rest, way);
            }
        }
    }

    /// Adds a row of cards of one way, and others in what is left of its width; whether there was room and a card for it.
    fn row(&self, rows: &mut Rows, left: &mut [usize], way: Way) -> bool {
        let top = if rows.places.is_empty() { 0.0 } else { rows.height + self.gap };
        if left.get(way.item).is_none_or(|n| *n == 0) || top + way.height > self.height + HAIR {
            return false;
        }
        let mut x = 0.0;
        let mut any = false;
        while x + way.width <= self.width + HAIR && self.put(rows, left, way, x, top) {
            x += way.width + self.gap;
            any = true;
        }
        // columns of other cards, the largest first
        for other in &self.ways {
            while other.height <= way.height + HAIR
                && x + other.width <= self.width + HAIR
                && left.get(other.item).is_some_and(|n| *n > 0)
            {
                let mut y = top;
                while y + other.height <= top + way.height + HAIR
                    && self.put(rows, left, *other, x, y)
                {
                    y += other.height + self.gap;
                }
                x += other.width + self.gap;
            }
        }
        rows.height = top + way.height;
        any
    }

    /// Puts one card down, where there is one left.
    fn put(&self, rows: &mut Rows, left: &mut [usize], way: Way, x: f64, y: f64) -> bool {
        match left.get_mut(way.item) {
            Some(n) if *n > 0 => *n -= 1,
            _ => return false,
        }
        let slot = Slot { x, y, width: way.width, height: way.height };
        rows.places.push(Place { slot, picture: way.item, turned: way.turned });
        rows.area += self.items.get(way.item).map_or(0.0, |i| i.width.to_mm() * i.height.to_mm());
        rows.turned += usize::from(way.turned);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(width: f64, height: f64, copies: usize) -> Item {
        Item { width: Mm::new(width), height: Mm::new(height), copies }
    }

    fn bed(paper: Paper, margin: f64, gap: f64) -> Bed {
        let orientation = Orientation::Either;
        Bed { paper, orientation, margin: Mm::new(margin), gap: Mm::new(gap) }
    }

    #[test]
    fn eight_one_inch_and_four_two_inch_go_on_one_six_inch_sheet() {
        let items = [item(25.0, 35.0, 8), item(35.0, 49.0, 4)];
        let (packed, left) = pages(&bed(Paper::SIX_INCH, 1.0, 0.5), &items, 9);
        assert_eq!((packed.len(), left), (1, vec![0, 0]));
        let count = |picture| packed[0].places.iter().filter(|p| p.picture == picture).count();
        assert_eq!((count(0), count(1)), (8, 4));
        let wide = bed(Paper::SIX_INCH, 4.0, 2.0);
        let (packed, left) = pages(&wide, &items, 1);
        let on = packed[0].places.len();
        assert_eq!(on + left.iter().sum::<usize>(), 12);
        assert!(on < 12, "the gaps take the room");
        let (packed, left) = pages(&wide, &items, 9);
        assert_eq!((packed.len(), left), (2, vec![0, 0]));
    }

    #[test]
    fn a_card_that_goes_on_no_page_is_left_over_and_the_rest_is_not() {
        let items = [item(200.0, 200.0, 1), item(25.0, 35.0, 3)];
        let (packed, left) = pages(&bed(Paper::FIVE_INCH, 4.0, 2.0), &items, 5);
        assert_eq!((packed.len(), left), (1, vec![1, 0]));
        assert!(pages(&bed(Paper::FIVE_INCH, 50.0, 2.0), &items, 5).0.is_empty());
    }

    #[test]
    fn the_paper_is_held_as_it_is_asked_for() {
        for (orientation, width) in [(Orientation::Upright, 102.0), (Orientation::Across, 152.0)] {
            let bed = Bed { orientation, ..bed(Paper::SIX_INCH, 4.0, 2.0) };
            let (packed, _) = pages(&bed, &[item(25.0, 35.0, 2)], 1);
            assert_eq!(packed[0].width, width);
        }
    }

    proptest! {
        #[test]
        fn cards_lie_inside_the_margin_and_apart_and_each_is_there_once(
            sizes in prop::collection::vec((8.0..80.0f64, 8.0..80.0f64, 0usize..9), 1..4),
            gap in 0.0..6.0f64,
            margin in 0.0..12.0f64,
        ) {
            let items: Vec<Item> = sizes.iter().map(|(w, h, n)| item(*w, *h, *n)).collect();
            let (packed, left) = pages(&bed(Paper::SIX_INCH, margin, gap), &items, 4);
            for (i, item) in items.iter().enumerate() {
                let put: usize = packed
                    .iter()
                    .map(|page| page.places.iter().filter(|p| p.picture == i).count())
                    .sum();
                prop_assert_eq!(put + left[i], item.copies);
            }
            for page in &packed {
                for (i, a) in page.places.iter().enumerate() {
                    let (card, s) = (&items[a.picture], a.slot);
                    let (w, h) = (card.width.to_mm(), card.height.to_mm());
                    let size = if a.turned { (h, w) } else { (w, h) };
                    prop_assert_eq!((s.width, s.height), size);
                    prop_assert!(s.x >= margin - 1e-3 && s.x + s.width <= page.width - margin + 1e-3);
                    prop_assert!(s.y >= margin - 1e-3 && s.y + s.height <= page.height - margin + 1e-3);
                    for b in &page.places[i + 1..] {
                        let t = b.slot;
                        let apart = s.x + s.width + gap <= t.x + 1e-6
                            || t.x + t.width + gap <= s.x + 1e-6
                            || s.y + s.height + gap <= t.y + 1e-6
                            || t.y + t.height + gap <= s.y + 1e-6;
                        prop_assert!(apart, "{:?} {:?}", s, t);
                    }
                }
            }
        }
    }
}
