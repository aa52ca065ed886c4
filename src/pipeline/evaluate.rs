//! A seen picture → findings: the evidence is gathered here and judged by the rules.

use super::open::Seen;
use crate::card::Card;
use crate::check::region::Regions;
use crate::check::{self, Evidence, Finding, Outcome, Verdict};
use crate::face::Search;
use crate::face::network::Pose;
use crate::geometry::{Affine, Size};
use crate::matte::{self, Matte};
use crate::message::Message;
use crate::placement::Placement;
use crate::resample::Resampler;
use crate::spec::PhotoSpec;

/// Widest frame, in heights: beyond it a panorama is squeezed out of the frame's sides, which no rule looks at.
const WIDEST: f64 = 4.0;

/// Judges a picture by every rule of `spec`.
pub(super) fn findings(
    resampler: &Resampler,
    seen: &Seen,
    file_name: Option<&str>,
    spec: &PhotoSpec,
) -> Vec<Finding> {
    let size = seen.size();
    let frame = frame_of(size, spec.size());
    let to_frame = Affine::resize(size, frame);
    let found = match &seen.search {
        Search::Found(sighting) => Some(sighting),
        Search::Several(_) | Search::Nothing | Search::Turned(_) => None,
    };
    let head = found.map(|s| s.head.mapped(&to_frame));
    let (pixels, alpha) = match (found, &head) {
        (Some(sighting), Some(head)) => {
            let card = Card::new(resampler, &seen.photo.pixels, sighting, &to_frame, frame);
            let cut = matte::matte(&card, head);
            (card.pixels, Some(cut.alpha))
        }
        _ => (resampler.warp(&seen.photo.pixels, &to_frame, frame).pixels, None),
    };
    let widths: Vec<f64> = match &seen.search {
        Search::Found(s) => {
            let own = Pose::of(&s.head.landmarks).size;
            std::iter::once(own)
                .chain(s.others.iter().map(|o| o.size))
                .map(|w| w * to_frame.scale())
                .collect()
        }
        Search::Several(widths) => widths.iter().map(|w| w * to_frame.scale()).collect(),
        Search::Nothing | Search::Turned(_) => Vec::new(),
    };
    let evidence = Evidence {
        spec,
        facts: &seen.photo.facts,
        file_name,
        native: &seen.photo.pixels,
        frame: &pixels,
        head: head.as_ref(),
        face_widths: &widths,
        matte: alpha.as_ref(),
        no_head: match &seen.search {
            Search::Several(_) => Some("unknown-several-faces"),
            Search::Nothing | Search::Turned(_) => Some("unknown-no-head"),
            Search::Found(_) => None,
        },
        regions: Regions::default(),
    };
    check::check(&evidence)
}

/// The frame in which a picture is measured: the spec's height, and the width that follows.
fn frame_of(picture: Size, card: Size) -> Size {
    let aspect =
        (f64::from(picture.width) / f64::from(picture.height.max(1))).clamp(1.0 / WIDEST, WIDEST);
    Size::new((f64::from(card.height) * aspect).round().max(1.0) as u32, card.height)
}

/// What only the making of a card shows: how far the source was enlarged, whether the matte is sure.
pub(super) fn making(
    placed: &Placement,
    source_to_card: &Affine,
    cut: &Matte,
    replaced: bool,
    spec: &PhotoSpec,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let finding = |rule: &'static str, outcome: Outcome| Finding { rule, outcome, before: None };
    let enlarged = source_to_card.scale();
    if let Some(limit) = spec.limit("source-size")
        && enlarged > limit.doubtful
    {
        let verdict = if limit.fail.is_some_and(|f| enlarged > f) {
            Verdict::Fail
        } else {
            Verdict::Doubtful
        };
        findings.push(finding(
            "source-size",
            Outcome::new(verdict)
                .measured(enlarged, "×")
                .required(format!("≤ {}", limit.doubtful))
                .clause(&limit.source)
                .message(Message::new("source-size-enlarged").number("measured", enlarged, 2)),
        ));
    }
    if replaced && cut.confidence < UNSURE {
        findings.push(finding(
            "edge-halo",
            Outcome::new(Verdict::Doubtful)
                .measured(cut.confidence * 100.0, "%")
                .required(format!("≥ {:.0}", UNSURE * 100.0))
                .message(Message::new("edge-halo-unsure").number(
                    "measured",
                    cut.confidence * 100.0,
                    0,
                ))
                .hint(Message::new("edge-halo-unsure-hint")),
        ));
    }
    if placed.hair_cut {
        findings.push(finding(
            "hair-top",
            Outcome::new(Verdict::Doubtful).message(Message::new("hair-top-cut-in-source")),
        ));
    }
    findings
}

/// Confidence of the matte below which the report says that the cut-out is unsure.
const UNSURE: f64 = 0.55;
