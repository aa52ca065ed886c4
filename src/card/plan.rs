//! Findings on the source → the least that makes a card of it. Decides only; no pixels.
//!
//! Every change costs something: a resampling softens, an encoding loses, a cut-out may err at the hair. So the smallest one that mends what is broken is
//! chosen, and what no change may mend is left to the findings, which say what to do at the next shot.

use crate::base::geometry::Size;
use crate::rules::check::{self, Finding, Mend, Verdict};
use crate::rules::spec::PhotoSpec;

/// How a card is made, from the least change to the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Plan {
    /// The source's bytes are the card.
    Copy,
    /// The source's bytes with another density in the header.
    PatchDensity,
    /// The source's pixels, encoded anew.
    Encode,
    /// The source's pixels with another background, encoded anew.
    Whiten,
    /// Placed, resampled, with another background where that is allowed, and encoded.
    Make,
}

/// What a plan depends on besides the findings.
#[derive(Debug, Clone, Copy)]
pub struct Situation<'a> {
    /// Width and height of the source, upright, in its own pixels.
    pub size: Size,
    /// Whether its pixels are at hand at that size; a large photo is decoded smaller.
    pub whole: bool,
    /// Whether the picture was turned because the face lay on its side.
    pub turned: bool,
    /// What the rules say of it.
    pub findings: &'a [Finding],
}

/// How many times the card's pixels a source of another accepted size may have and still be encoded as it is. Beyond, a byte window that was made for
/// the card's size pays for pixels with quality; the largest accepted size that an office gives (1200×1200 for 600×600) has four times.
const LARGEST: u64 = 4;

impl Plan {
    /// The least that mends the findings, as far as `may` and the spec allow.
    #[must_use]
    pub fn least(source: &Situation<'_>, spec: &PhotoSpec, may: impl Fn(Mend) -> bool) -> Self {
        let allowed = |mend: Mend| mend.is_allowed(spec.editing) && may(mend);
        let due = source.findings.iter().filter_map(|finding| {
            let mend = check::rule(finding.rule)?.mend?;
            // A doubt that stays whatever is done, because sources contradict one another, is no reason to encode again and again.
            let settled = finding.outcome.retake && finding.outcome.verdict == Verdict::Doubtful;
            (mend.is_due(finding.outcome.verdict) && allowed(mend) && !settled).then_some(mend)
        });
        // Turning by quarters loses nothing, but the bytes are no longer the source's.
        let turned = source.turned.then_some(Mend::Encoding);
        let own_size = source.size == spec.size();
        let near_size = source.size.area() <= LARGEST * spec.size().area();
        match due.chain(turned).max() {
            None => Self::Copy,
            Some(Mend::Header) => Self::PatchDensity,
            Some(Mend::Encoding) if source.whole && near_size => Self::Encode,
            Some(Mend::Background) if source.whole && own_size => Self::Whiten,
            Some(_) if allowed(Mend::Placement) => Self::Make,
            // Nothing but the form may change, however large the picture is.
            Some(_) => Self::Encode,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::check::Outcome;
    use crate::rules::spec::Editing;
    use Verdict::{Doubtful, Fail, Pass, Unknown};

    const CARD: Size = Size::new(358, 441);

    fn least(size: Size, broken: &[(&'static str, Verdict)], editing: Editing) -> Plan {
        let mut spec = PhotoSpec::builtin("shebao").expect("builtin");
        spec.editing = editing;
        let findings: Vec<Finding> = broken
            .iter()
            .map(|(rule, v)| Finding { rule, outcome: Outcome::new(*v), before: None })
            .collect();
        let source = Situation { size, whole: true, turned: false, findings: &findings };
        Plan::least(&source, &spec, |_| true)
    }

    #[test]
    fn a_doubt_that_no_encoding_settles_is_no_reason_to_encode() {
        let spec = PhotoSpec::builtin("civil-service").expect("builtin");
        let plan = |retake| {
            let outcome = Outcome { retake, ..Outcome::new(Doubtful) };
            let findings = [Finding { rule: "file-size", outcome, before: None }];
            let source =
                Situation { size: spec.size(), whole: true, turned: false, findings: &findings };
            Plan::least(&source, &spec, |_| true)
        };
        assert_eq!(plan(true), Plan::Copy);
        assert_eq!(plan(false), Plan::Encode);
    }

    #[test]
    fn the_least_that_mends_all_is_chosen() {
        let of = |broken: &[(&'static str, Verdict)]| least(CARD, broken, Editing::Any);
        assert_eq!(of(&[("resolution", Pass), ("roll", Unknown)]), Plan::Copy);
        assert_eq!(of(&[("resolution", Fail)]), Plan::PatchDensity);
        assert_eq!(of(&[("resolution", Fail), ("file-size", Fail)]), Plan::Encode);
        assert_eq!(of(&[("colour-profile", Doubtful)]), Plan::Encode);
        assert_eq!(of(&[("background-white", Fail), ("file-size", Fail)]), Plan::Whiten);
        assert_eq!(of(&[("background-white", Fail), ("roll", Fail)]), Plan::Make);
    }

    #[test]
    fn what_no_change_mends_changes_nothing() {
        let broken = [("eyes-open", Fail), ("top", Fail), ("file-name", Fail)];
        assert_eq!(least(CARD, &broken, Editing::Any), Plan::Copy);
    }

    #[test]
    fn a_doubt_about_the_picture_is_no_reason_to_touch_it() {
        let broken = [("background-white", Doubtful), ("head-share", Doubtful)];
        assert_eq!(least(CARD, &broken, Editing::Any), Plan::Copy);
    }

    #[test]
    fn what_the_office_forbids_is_left() {
        let broken = [("background-white", Fail), ("file-size", Fail)];
        assert_eq!(least(CARD, &broken, Editing::NoBackground), Plan::Encode);
        let broken = [("face-width", Fail), ("background-white", Fail)];
        assert_eq!(least(CARD, &broken, Editing::NoBackground), Plan::Make);
        assert_eq!(least(CARD, &broken, Editing::None), Plan::Copy);
        let broken = [("pixel-size", Fail), ("format", Fail)];
        assert_eq!(least(Size::new(3000, 4000), &broken, Editing::None), Plan::Encode);
    }

    #[test]
    fn an_accepted_size_is_kept_while_it_is_near_the_cards() {
        let broken = [("file-size", Fail)];
        assert_eq!(least(Size::new(716, 882), &broken, Editing::Any), Plan::Encode);
        assert_eq!(least(Size::new(1200, 1500), &broken, Editing::Any), Plan::Make);
        let broken = [("background-even", Fail)];
        assert_eq!(least(Size::new(716, 882), &broken, Editing::Any), Plan::Make);
    }

    #[test]
    fn a_photo_that_was_turned_is_not_copied() {
        let spec = PhotoSpec::builtin("shebao").expect("builtin");
        let source = Situation { size: CARD, whole: true, turned: true, findings: &[] };
        assert_eq!(Plan::least(&source, &spec, |_| true), Plan::Encode);
    }

    #[test]
    fn a_kept_background_is_kept() {
        let spec = PhotoSpec::builtin("shebao").expect("builtin");
        let finding =
            Finding { rule: "background-white", outcome: Outcome::new(Fail), before: None };
        let source = Situation { size: CARD, whole: true, turned: false, findings: &[finding] };
        assert_eq!(Plan::least(&source, &spec, |m| m != Mend::Background), Plan::Copy);
    }
}
