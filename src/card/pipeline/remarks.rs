//! What only the making of a card shows, as findings.

use crate::base::geometry::Affine;
use crate::base::message::Message;
use crate::card::placement::Placement;
use crate::rules::check::judge::{self, Bad};
use crate::rules::check::{Finding, Outcome, Verdict};
use crate::rules::spec::PhotoSpec;
use crate::vision::matte::Matte;

/// How far the source was enlarged, whether the matte is sure (where there is one), whether the source cuts the hair.
pub(super) fn placed(
    placed: &Placement,
    source_to_card: &Affine,
    cut: Option<&Matte>,
    spec: &PhotoSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let enlarged = source_to_card.scale();
    if let Some(limit) = spec.limit("source-size")
        && enlarged > limit.doubtful
    {
        let verdict = judge::verdict(limit, Bad::Above, enlarged);
        findings.push(finding(
            "source-size",
            Outcome::new(verdict)
                .measured(enlarged, "×")
                .required(format!("≤ {}", limit.doubtful))
                .clause(&limit.source)
                .message(Message::new("source-size-enlarged").number("measured", enlarged, 2)),
        ));
    }
    findings.extend(cut.and_then(unsure));
    if let Some(closed) = spec.limit("bust").and_then(|limit| limit.fail) {
        let ends = [("bust-fail", placed.floating_rows), ("bust-side", placed.side_columns)];
        let gaping = ends.into_iter().find(|(_, px)| f64::from(*px) > closed);
        findings.extend(gaping.map(|(key, px)| gapes(key, px, closed)));
    }
    if placed.hair_cut {
        findings.push(finding(
            "hair-top",
            Outcome::new(Verdict::Doubtful).message(Message::new("hair-top-cut-in-source")),
        ));
    }
    findings
}

/// That the photo ends inside the card where it cuts the person.
fn gapes(key: &'static str, px: u32, closed: f64) -> Finding {
    finding(
        "bust",
        Outcome::new(Verdict::Fail)
            .measured(f64::from(px), "px")
            .required(format!("≤ {closed:.0}"))
            .message(Message::new(key))
            .hint(Message::new("bust-hint"))
            .retake(),
    )
}

/// That the cut-out is unsure of itself, where it is.
pub(super) fn unsure(cut: &Matte) -> Option<Finding> {
    let sure = cut.confidence * 100.0;
    (cut.confidence < UNSURE).then(|| {
        finding(
            "edge-halo",
            Outcome::new(Verdict::Doubtful)
                .measured(sure, "%")
                .required(format!("≥ {:.0}", UNSURE * 100.0))
                .message(Message::new("edge-halo-unsure").number("measured", sure, 0))
                .hint(Message::new("edge-halo-unsure-hint")),
        )
    })
}

const fn finding(rule: &'static str, outcome: Outcome) -> Finding {
    Finding { rule, outcome, before: None }
}

/// Confidence of the matte below which the report says that the cut-out is unsure. Of 91 labelled portraits, by confidence: below 0.65 none of 8 is clean (no wall left, no hair
/// lost, no rough edge), of 17 up to 0.75 65 %, of 29 up to 0.85 79 %, and all 37 above; three of the eight are hardly worse than others, so the line is drawn under them.
const UNSURE: f64 = 0.60;
