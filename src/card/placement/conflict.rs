//! Which rules of a spec no placement of a head can meet together. Arithmetic on the head alone, wherever the photo ends.

use super::crown::hair_top;
use crate::base::geometry::{Affine, Point};
use crate::rules::spec::{Along, Band, PhotoSpec};
use crate::vision::face::Sighting;

/// Rules of a spec that exclude each other on a head.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Their names, each once.
    pub rules: Vec<&'static str>,
}

/// The rules that no placement of this head can meet together, wherever the photo ends; `None` where one can. Hair that stands too high for the eye line is none: the standards let the eye line
/// come first, and the frame cut the hair.
#[must_use]
pub fn conflict(sighting: &Sighting, spec: &PhotoSpec) -> Option<Conflict> {
    let upright = Affine::similarity(
        1.0,
        -sighting.head.roll_degrees().to_radians(),
        Point::default(),
        Point::default(),
    );
    let head = sighting.head.mapped(&upright);
    let (hair_y, _, hair_cut) = hair_top(sighting, &upright, &head);
    let (eyes, chin) = (head.eyes().y, head.chin().y);
    let height = f64::from(spec.size().height);
    let range = |band: &Option<Band>, along| {
        let band = band.as_ref().filter(|b| b.binding)?;
        let px = spec.px(band, along);
        Some((px.min, px.max))
    };
    let rules = &spec.head;
    // a distance on the head, and the range in which it must lie on the card
    let mut lengths: Vec<(Vec<&'static str>, f64, (f64, f64))> = Vec::new();
    let mut length = |rules: Vec<&'static str>, on_head: f64, on_card: Option<(f64, f64)>| {
        if let Some(on_card) = on_card.filter(|_| on_head > 1e-6) {
            lengths.push((rules, on_head, on_card));
        }
    };
    let eye_distance = head.left_eye().distance(head.right_eye());
    length(vec!["face-width"], head.face_width(), range(&rules.face_width, Along::Width));
    length(vec!["eye-distance"], eye_distance, range(&rules.eye_distance, Along::Width));
    // rows from the top edge, of what is counted from the bottom
    let from_bottom = |r: Option<(f64, f64)>| r.map(|(min, max)| (height - max, height - min));
    let eye_rows = from_bottom(range(&rules.eye_line, Along::Height));
    let chin_rows = from_bottom(range(&rules.chin_to_bottom, Along::Height));
    let apart = |upper: Option<(f64, f64)>, lower: Option<(f64, f64)>| {
        let ((a, b), (c, d)) = (upper?, lower?);
        Some((c - b, d - a))
    };
    length(vec!["eye-line", "chin-to-bottom"], chin - eyes, apart(eye_rows, chin_rows));
    if !hair_cut {
        let hair_rows = range(&rules.hair_top, Along::Height);
        length(vec!["head-share"], chin - hair_y, range(&rules.head_share, Along::Height));
        length(vec!["hair-top", "chin-to-bottom"], chin - hair_y, apart(hair_rows, chin_rows));
        // only too little hair is a conflict with the eye line
        let least = apart(hair_rows, eye_rows).map(|(min, _)| (min, f64::INFINITY));
        length(vec!["hair-top", "eye-line"], eyes - hair_y, least);
    }
    let scales = |(_, on_head, (min, max)): &(Vec<&'static str>, f64, (f64, f64))| {
        (min / on_head, max / on_head)
    };
    let mut worst: Option<(f64, Conflict)> = None;
    for large in &lengths {
        for small in &lengths {
            // what wants the head large, and what wants it small
            let by = scales(large).0 / scales(small).1.max(1e-9);
            if by > BEYOND_DOUBT && worst.as_ref().is_none_or(|(known, _)| by > *known) {
                let mut rules: Vec<&'static str> = Vec::new();
                for rule in large.0.iter().chain(&small.0) {
                    if !rules.contains(rule) {
                        rules.push(rule);
                    }
                }
                worst = Some((by, Conflict { rules }));
            }
        }
    }
    worst.map(|(_, conflict)| conflict)
}

/// How much larger one rule must want the head than another allows for a conflict to be beyond the error of the landmarks.
const BEYOND_DOUBT: f64 = 1.03;

#[cfg(test)]
mod tests {
    use super::super::tests::{shebao, sighting};
    use super::*;

    #[test]
    fn what_no_placement_meets_is_named_by_the_two_rules_that_exclude_each_other() {
        let plain = sighting(Point::new(1000.0, 1200.0), 300.0, 0.75, 0.0);
        for name in ["shebao", "id-card"] {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            assert_eq!(conflict(&plain, &spec), None, "{name}");
        }
        let mut wide = shebao();
        // a face of 300 px has a chin 246 px below the eyes, and 207 px are to be left below these
        let band = |min: f64| Band {
            min: Some(min),
            max: None,
            ..wide.head.eye_line.clone().expect("a band")
        };
        let (face, chin) = (band(300.0), band(60.0));
        wide.head.face_width = Some(face);
        wide.head.chin_to_bottom = Some(chin);
        let found = conflict(&plain, &wide).expect("no room for both");
        assert!(found.rules.contains(&"face-width"), "{found:?}");
        assert!(found.rules.len() >= 2, "{found:?}");
        // hair that towers is cut by the frame, which the standard allows: no conflict
        let high = sighting(Point::new(1000.0, 1200.0), 300.0, 1.4, 0.0);
        assert_eq!(conflict(&high, &shebao()), None);
    }
}
