//! `accessories`
//!
//! *What it checks:* that nothing is worn at ears, neck or hair: earrings, earphones, a necklace, a flower or a band.
//! *Why offices refuse it:* "不得佩戴首饰、饰物"; what shines beside the face is asked to go, and a cord is never let pass.
//! *How it is measured:* the critic ([`crate::vision::critic`]) marks such things place by place on a finished white card; the two largest of which it is sure count, since earrings come in pairs, in per cent of a squared face width.
//! *Source:* ours; the offices' own words name no size.
//! *Known weakness:* the critic learned from things that were drawn, and from 87 sitters of whom it was told only that they wear something; a stud of the colour of skin is not seen. A photo
//! that is no white card yet is not looked at.

use super::judge::{Bad, limited};
use super::{Doubt, Evidence, Outcome, Rule};

/// The rule.
pub const RULE: Rule = Rule { name: "accessories", measure, mend: None, doubt: Doubt::Advice };

/// How sure of a thing the critic must be at its surest place: patterned collars and bright ears it sees as large as jewels, but seldom as surely.
const PLAIN: f32 = 0.8;

fn measure(e: &Evidence<'_>) -> Outcome {
    if e.head.is_none() {
        return e.without_head();
    }
    let Some(said) = e.critique else { return Outcome::unknown("unknown-not-white-yet") };
    let mut plain = said.worn.iter().filter(|s| s.sure >= PLAIN);
    let (first, second) = (plain.next(), plain.next());
    let area: f64 = first.into_iter().chain(second).map(|s| s.area).sum();
    let outcome = limited(e, "accessories", Bad::Above, 100.0 * area, "%", 1);
    first.map(|s| s.place).into_iter().fold(outcome, Outcome::at)
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::super::bench::Bench;
    use super::*;
    use crate::vision::critic::{Critique, Spot};

    #[test]
    fn what_is_worn_is_doubted_where_it_is_and_a_speck_is_not() {
        let mut bench = Bench::card();
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Pass);
        for (area, verdict) in [(0.0001, Verdict::Pass), (0.02, Verdict::Doubtful)] {
            let worn = vec![Spot { area, sure: 0.9, place: [60.0, 220.0, 75.0, 240.0] }];
            bench.critique = Some(Critique { worn, ..Critique::default() });
            let outcome = measure(&bench.evidence());
            assert_eq!(outcome.verdict, verdict, "{outcome:?}");
            let shown = (verdict == Verdict::Doubtful).then_some([60.0, 220.0, 75.0, 240.0]);
            assert_eq!(outcome.place, shown);
        }
    }

    #[test]
    fn two_earrings_count_together() {
        let ring = |x: f64| Spot { area: 0.006, sure: 0.9, place: [x, 220.0, x + 9.0, 240.0] };
        let mut bench = Bench::card();
        for (worn, verdict) in
            [(vec![ring(60.0)], Verdict::Pass), (vec![ring(60.0), ring(290.0)], Verdict::Doubtful)]
        {
            bench.critique = Some(Critique { worn, ..Critique::default() });
            assert_eq!(measure(&bench.evidence()).verdict, verdict);
        }
    }

    #[test]
    fn a_photo_that_is_no_card_yet_is_not_judged() {
        let mut bench = Bench::card();
        bench.critique = None;
        assert_eq!(measure(&bench.evidence()).verdict, Verdict::Unknown);
    }
}
