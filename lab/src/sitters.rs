//! Who the sitters of the bench are, and which of them truly have what a rule says.

use baidi::lab::color::lab_from_srgb8;

use crate::spoil::Card;
use crate::spoil::paint::Canvas;

/// Which groups a sitter belongs to.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// Whether the skin on the card is lighter: an individual typology angle of more than 28° (Chardon, Cretois, Hourseau 1991: fair to intermediate).
    pub lighter: bool,
    /// By the set that the photograph is from; `None` for a drawn sitter.
    pub asian: Option<bool>,
    /// By eye; `None` for a drawn sitter.
    pub glasses: Option<bool>,
}

/// Photographs of sitters with glasses, by name.
const GLASSES: &str = include_str!("glasses.txt");

impl Group {
    /// The groups of a card's sitter.
    pub fn of(card: &Card) -> Self {
        let canvas = Canvas::of(&card.picture, &card.alpha);
        let cheek = |u: f64| canvas.mean(card.face.at(u, 0.2), 0.05 * card.face.width);
        let (left, right) = (cheek(-0.24), cheek(0.24));
        let skin = std::array::from_fn(|k| (0.5 * (left[k] + right[k])) as u8);
        let [l, _, b] = lab_from_srgb8(skin);
        let drawn = card.set == "drawn";
        Self {
            lighter: f64::from(l - 50.0).atan2(f64::from(b)).to_degrees() > 28.0,
            asian: (!drawn).then(|| card.set.contains("asia")),
            glasses: (!drawn).then(|| GLASSES.lines().any(|line| line == card.stem)),
        }
    }
}

/// Labelled photographs that truly have a fault: rule, what is in the name, what is seen. Looked at one by one on the card; what stands here is no false alarm.
const TRULY: &str = include_str!("truly.tsv");

/// What is truly wrong with a sitter's card under a rule.
pub fn truly(rule: &str, stem: &str) -> Option<&'static str> {
    TRULY.lines().find_map(|line| {
        let mut fields = line.split('\t');
        let hit = fields.next() == Some(rule) && stem.contains(fields.next()?);
        hit.then(|| fields.next()).flatten()
    })
}
