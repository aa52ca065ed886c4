//! Calls the stages in order: a source's bytes → a card's bytes, and a file's bytes → findings.

mod evaluate;
mod make;
mod open;
mod remarks;

use std::borrow::Cow;
use std::time::Duration;

use image::RgbImage;
use serde::{Deserialize, Serialize};

use self::evaluate::{Depth, Shown};
use self::open::Searched;
use crate::base::clock::Clock;
use crate::base::error::{Error, Result, SpecFault};
use crate::base::geometry::{Affine, Size};
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::base::stop::Stop;
use crate::base::units::Bytes;
use crate::card::encode::{BackgroundMask, ByteWindow, EncodedJpeg, Encoder, Scoring};
use crate::card::placement;
use crate::card::plan::{self, Plan};
use crate::input::decode::{Limits, Reduction, SourceFacts};
use crate::rules::check::{Finding, Mend, Rule, pixel_size};
use crate::rules::spec::{Editing, PhotoSpec};
use crate::vision::face::{FaceFinder, Head, Search, Sighting};
use crate::vision::frame::Card;
use crate::vision::matte::{self, Cutter};
use crate::vision::scratch::Scratch;

/// What `fix` may be told besides the spec.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FixOptions {
    /// Whether to leave the background as it is. Default: false.
    pub keep_background: bool,
    /// Fewest bytes, in place of the spec's. Default: the spec's.
    pub min_size: Option<Bytes>,
    /// Most bytes, in place of the spec's. Default: the spec's.
    pub max_size: Option<Bytes>,
}

impl FixOptions {
    /// The fewest and the most bytes of a card: those asked for, or those of `spec`. A ceiling below the spec's floor takes the floor down with it: who asks for 10 KB wants no more
    /// than 10 KB.
    #[must_use]
    pub fn window(&self, spec: &PhotoSpec) -> [Bytes; 2] {
        let max = self.max_size.unwrap_or(spec.file.max);
        let floor = if spec.file.min > max { Bytes::new(0) } else { spec.file.min };
        [self.min_size.unwrap_or(floor), max]
    }

    /// The spec with the byte window that was asked for in its own's place, so that a card is judged by what it was made for.
    ///
    /// # Errors
    /// What to say where no JPEG can be that small, or the window's ends are crossed.
    pub fn narrowed(&self, mut spec: PhotoSpec) -> Result<PhotoSpec, Message> {
        if self.min_size.is_none() && self.max_size.is_none() {
            return Ok(spec);
        }
        let [min, max] = self.window(&spec);
        if max.to_bytes() < 200 {
            return Err(Message::new("job-window-tiny").text("max", max.to_string()));
        }
        if min > max {
            return Err(Message::new("job-window")
                .text("min", min.to_string())
                .text("max", max.to_string())
                .text("spec", spec.name.as_str())
                .text("floor", spec.file.min.to_string())
                .text("ceiling", spec.file.max.to_string()));
        }
        (spec.file.min, spec.file.max) = (min, max);
        spec.file.source = "--min-size, --max-size".to_owned();
        Ok(spec)
    }
}

/// What was done to a photo, in the order it was done; each is listed in the report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Edit {
    /// Turned upright as its EXIF orientation says.
    Oriented,
    /// Turned by this many degrees clockwise because the face lay on its side.
    Turned(u16),
    /// Converted from its colour profile to sRGB.
    ConvertedToSrgb,
    /// Background replaced.
    BackgroundReplaced,
    /// Turned by this many degrees, positive clockwise.
    Rotated(f64),
    /// Scaled by this factor.
    Scaled(f64),
    /// Cropped to the frame.
    Cropped,
    /// White added above or beside the picture.
    Extended,
    /// Encoded anew.
    Encoded,
    /// Only the density in the header was changed.
    DensityPatched,
    /// Copied as it is: nothing had to be changed.
    Copied,
}

/// Facts about the face and how it was placed, for the report. Coordinates are source pixels after EXIF orientation.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The head.
    pub head: Head,
    /// Source pixels to card pixels, pixel centres at integer coordinates.
    pub source_to_card: Affine,
}

/// Time spent in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageTime {
    /// The stage: `decode`, `detect`, `matte`, …
    pub stage: &'static str,
    /// How long it took.
    pub time: Duration,
}

/// The file of a card, and how it came about.
#[derive(Debug, Clone, PartialEq)]
pub struct CardFile {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// The quality, 1..=100 on libjpeg's scale, whose quantisation comes nearest.
    pub quality: u8,
    /// The chroma subsampling, `4:2:0`; empty where a file that was kept has one without a name.
    pub subsampling: String,
    /// Bytes that carry no picture data: comments.
    pub padding: u64,
    /// SSIMULACRA2 against the card before encoding; `None` where the coded picture was kept, or it was not measured.
    pub ssimulacra2: Option<f64>,
    /// How many encodings were made; 0 where the coded picture was kept.
    pub attempts: u32,
}

impl From<EncodedJpeg> for CardFile {
    fn from(jpeg: EncodedJpeg) -> Self {
        Self {
            bytes: jpeg.bytes,
            quality: jpeg.quality,
            subsampling: jpeg.subsampling.to_string(),
            padding: jpeg.padding,
            ssimulacra2: jpeg.ssimulacra2,
            attempts: jpeg.attempts,
        }
    }
}

impl CardFile {
    /// A JPEG file whose coded picture was kept; what is said of it is what its markers say.
    fn kept(bytes: Vec<u8>, facts: &SourceFacts) -> Self {
        let jpeg = facts.jpeg.as_ref();
        Self {
            bytes,
            // a JPEG without a table cannot be decoded, so there is one
            quality: jpeg.and_then(|j| j.quality_estimate).unwrap_or(0),
            subsampling: jpeg.and_then(|j| j.subsampling).unwrap_or_default().to_owned(),
            padding: jpeg.map_or(0, |j| j.comment_bytes),
            ssimulacra2: None,
            attempts: 0,
        }
    }
}

/// A card, made but not yet written.
#[derive(Debug, Clone)]
pub struct Fixed {
    /// The file to write.
    pub jpeg: CardFile,
    /// Alpha of the person on the card, at the card's size; 0 background … 1 person.
    pub matte: Plane,
    /// The source file's facts.
    pub facts: SourceFacts,
    /// Where the head was and where it went.
    pub placed: Placed,
    /// What was done.
    pub edits: Vec<Edit>,
    /// What was assumed or seen on the way.
    pub notes: Vec<Message>,
    /// What the rules say of the source, as far as an account of it was asked for.
    pub before: Vec<Finding>,
    /// Findings about the making that the card alone cannot show (an enlarged source, an unsure matte); they outrank the card's own when worse.
    pub remarks: Vec<Finding>,
    /// Time by stage.
    pub times: Vec<StageTime>,
    /// The card's pixels as they were encoded, where a person was cut out and placed on it.
    pub(crate) placed_on: Option<RgbImage>,
}

impl Fixed {
    /// Whether `before` is what measuring the card gives: it is the source, and was looked at in full both times.
    pub(crate) fn is_measured_already(&self) -> bool {
        self.edits == [Edit::Copied] && open::is_seen_whole(self.facts.stored)
    }
}

/// A file, measured.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The file's facts.
    pub facts: SourceFacts,
    /// The head, in the file's pixels after EXIF orientation.
    pub head: Option<Head>,
    /// One finding per rule, in the order of [`crate::rules::check::RULES`].
    pub findings: Vec<Finding>,
    /// What was assumed on the way.
    pub notes: Vec<Message>,
    /// Time by stage.
    pub times: Vec<StageTime>,
}

/// How much is wanted of what the rules say of a source that a card is made of, and of the encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Account {
    /// All of it.
    #[default]
    Whole,
    /// All that the rules say; the encoding has no score unless one decided something, which saves a browser a quarter of its time.
    Findings,
    /// As much as decides how the card is made; the rest stays `unknown`, and takes no time, nor does a score of the encoding that decides nothing. The card has the same bytes, and its own
    /// findings are the same.
    Card,
}

impl Account {
    /// Whether the encoding's score is told.
    const fn scoring(self) -> Scoring {
        match self {
            Self::Whole => Scoring::Told,
            Self::Findings | Self::Card => Scoring::Needed,
        }
    }
}

/// One card that is asked of a photo.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// What the card must be.
    pub spec: &'a PhotoSpec,
    /// What holds besides the spec.
    pub options: &'a FixOptions,
    /// The name of the photo's file, which a rule looks at.
    pub file_name: Option<&'a str>,
    /// How much is wanted of what the rules say of the photo.
    pub account: Account,
}

/// Does the work for one thread: owns the buffers of every stage and reuses them.
#[derive(Debug)]
pub struct Worker {
    finder: FaceFinder,
    scratch: Scratch,
    cutter: Cutter,
    encoder: Encoder,
    limits: Limits,
    clock: Clock,
    stop: Stop,
    /// What the last photo's pixels lay in.
    buffer: Vec<u8>,
}

impl Worker {
    /// A worker with its own buffers; the models are loaded once per process and shared.
    ///
    /// # Errors
    /// [`Error::Internal`] when a built-in model does not load.
    pub fn new() -> Result<Self> {
        Ok(Self {
            finder: FaceFinder::new()?,
            scratch: Scratch::default(),
            cutter: Cutter::new()?,
            encoder: Encoder::new(),
            limits: Limits::default(),
            clock: Clock::default(),
            stop: Stop::default(),
            buffer: Vec::new(),
        })
    }

    /// The worker with another clock to measure its stages by.
    #[must_use]
    pub fn timed_by(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The worker with another word on when to stop; it is asked for after every stage.
    #[must_use]
    pub fn stopped_by(mut self, stop: Stop) -> Self {
        self.stop = stop;
        self
    }

    /// Makes a card of `spec` from a source's bytes, changing as little as does it.
    ///
    /// # Errors
    /// Every [`Error`] a photo can cause.
    pub fn fix(
        &mut self,
        source: &[u8],
        file_name: Option<&str>,
        spec: &PhotoSpec,
        options: &FixOptions,
    ) -> Result<Fixed> {
        let mut cards =
            self.fix_all(source, &[Ask { spec, options, file_name, account: Account::Whole }])?;
        cards.pop().unwrap_or_else(|| Err(no_card()))
    }

    /// Makes one card for each of `asks` from a source's bytes: decoded once for all that can use the same scale, searched once, outlined once for all cards of one height, and cut out once
    /// for all on which the head stands alike. Each card has the bytes it has when it is made alone. The time of what is shared stands with the first card that used it.
    ///
    /// # Errors
    /// What the source causes, whatever is asked. What a single card causes stands in its place.
    pub fn fix_all(&mut self, source: &[u8], asks: &[Ask<'_>]) -> Result<Vec<Result<Fixed>>> {
        let mut clock = Laps::start(&self.clock, &self.stop);
        let mut asked: Vec<_> = asks.iter().map(|ask| asked_for(ask.spec, ask.options)).collect();
        let buffer = std::mem::take(&mut self.buffer);
        let (look, mut seen) =
            open::look(source, &self.limits, &self.finder, &mut self.scratch, buffer, &mut clock)?;
        seen.sighting()?;
        // The first look's own picture first, then the larger ones: only one lies in memory.
        let mut turns: Vec<(Option<Reduction>, usize)> = asks
            .iter()
            .enumerate()
            .map(|(i, ask)| {
                let wanted = match ask.spec.editing {
                    // A picture that must stay as it is must be at hand as it is.
                    Editing::None => f64::INFINITY,
                    Editing::Any | Editing::NoBackground => placement::wanted_face_width(ask.spec),
                };
                (look.reduction(wanted), i)
            })
            .collect();
        turns.sort_unstable();
        let mut now = None;
        let mut shown: Vec<Shown> = Vec::new();
        let mut cuts = make::Cuts::default();
        let mut cards: Vec<Result<Fixed>> = asks.iter().map(|_| Err(no_card())).collect();
        for (reduction, i) in turns {
            let (Some(ask), Some(window)) = (asks.get(i), asked.get_mut(i)) else { continue };
            if let Some(larger) = reduction.filter(|_| reduction != now) {
                let pixels = std::mem::take(&mut seen.photo.pixels);
                seen = look.again(larger, pixels.into_raw())?;
                clock.lap("decode")?;
                (now, shown, cuts) = (reduction, Vec::new(), make::Cuts::default());
            }
            let made = match std::mem::replace(window, Err(no_card())) {
                Ok((window, spec)) => {
                    let ask = Ask { spec: &spec, ..*ask };
                    self.card(source, &seen, &ask, window, &mut shown, &mut cuts, &mut clock)
                }
                Err(wrong) => Err(wrong),
            };
            if let Some(card) = cards.get_mut(i) {
                *card = made;
            }
        }
        self.buffer = seen.photo.pixels.into_raw();
        Ok(cards)
    }

    /// One card from what was seen; what others may use, too, is kept in `shown` and `cuts`.
    fn card(
        &mut self,
        source: &[u8],
        seen: &Searched,
        &Ask { spec, options, file_name, account }: &Ask<'_>,
        window: ByteWindow,
        shown: &mut Vec<Shown>,
        cuts: &mut make::Cuts,
        clock: &mut Laps,
    ) -> Result<Fixed> {
        let sighting = seen.sighting()?;
        let known = match shown.iter().position(|s| s.serves(seen, spec)) {
            Some(known) => known,
            None => {
                let depth = Depth::Outline;
                shown.push(Shown::of(&mut self.scratch, &self.cutter, seen, spec, depth)?);
                shown.len() - 1
            }
        };
        let shown = &mut shown[known];
        let may = |mend| !(options.keep_background && mend == Mend::Background);
        let least = |findings: &[Finding]| {
            let situation = plan::Situation {
                size: seen.upright_source(),
                whole: seen.is_whole(),
                turned: seen.turned != 0,
                findings,
            };
            Plan::least(&situation, spec, may)
        };
        // the largest plan is settled by the file's size alone, for nearly every photo that is not a card yet
        let size_alone = |rule: &Rule| rule.name == pixel_size::RULE.name;
        let settled = (account == Account::Card)
            .then(|| shown.judged(seen, file_name, spec, size_alone))
            .filter(|of_size| least(of_size) == Plan::Make);
        let before = match settled {
            Some(of_size) => of_size,
            None => {
                shown.complete(&mut self.scratch, seen)?;
                shown.judged(seen, file_name, spec, |_| true)
            }
        };
        let plan = least(&before);
        let shown = &*shown;
        clock.lap("check source")?;

        // where the hair ends is seen better in the cut-out of the source than in the network's coarse mask
        let finer = shown.portrait().and_then(|(_, alpha)| {
            let to_cut = Affine::resize(seen.size(), alpha.size());
            sighting.with_finer(alpha, &to_cut)
        });
        let finer = finer.as_ref().unwrap_or(sighting);
        let replace = may(Mend::Background) && Mend::Background.is_allowed(spec.editing);
        let mut placement = placement::place(finer, seen.size(), spec, None);
        if plan == Plan::Make && replace {
            placement = cuts.corrected(placement, self, seen, finer, spec, clock)?;
        }
        let materials = make::Materials {
            bytes: source,
            seen,
            sighting,
            placement: &placement,
            shown,
            spec,
            window,
            scoring: account.scoring(),
            replace,
        };
        let made = materials.made(plan, self, cuts, clock)?;

        let Some(photo_to_source) = seen.source_to_photo.inverse() else {
            return Err(Error::Internal {
                stage: "placement",
                reason: "a photo of no size".to_owned(),
            });
        };
        let mut head = sighting.head.mapped(&photo_to_source);
        head.hair_top = Some(photo_to_source.apply(placement.hair_top_in_photo));
        let mut notes = seen.notes();
        if made.edits.contains(&Edit::BackgroundReplaced) {
            notes.extend(seen.inset_noted());
        }
        notes.extend(excluded(finer, spec));
        if !Mend::Background.is_allowed(spec.editing) {
            notes.push(Message::new("note-background-kept-by-spec").text("spec", &spec.name));
        }
        Ok(Fixed {
            jpeg: made.file,
            matte: made.matte,
            edits: made.edits,
            facts: seen.photo.facts.clone(),
            placed: Placed { head, source_to_card: made.source_to_card },
            notes,
            before,
            remarks: made.remarks,
            placed_on: made.placed_on,
            times: std::mem::take(&mut clock.times),
        })
    }

    /// The card cut out once more, from its own pixels, on which what was left of a room stands alone before the new background; `None` where nobody was cut out, or nobody is found.
    ///
    /// # Errors
    /// Those of [`Self::fix`].
    pub(crate) fn cut_again(
        &mut self,
        fixed: &Fixed,
        &Ask { spec, options, account, .. }: &Ask<'_>,
    ) -> Result<Option<Fixed>> {
        let Some(pixels) = &fixed.placed_on else { return Ok(None) };
        let mut clock = Laps::start(&self.clock, &self.stop);
        let Search::Found(sighting) = self.finder.find(&mut self.scratch, pixels)? else {
            return Ok(None);
        };
        clock.lap("face")?;
        let size = Size::new(pixels.width(), pixels.height());
        let resampler = &mut self.scratch.resampler;
        let card = Card::new(resampler, pixels, &sighting, &Affine::IDENTITY, size);
        let cut = self.cutter.cut(&mut self.scratch, &card, &sighting.head)?;
        let whitened = matte::whitened(&card.pixels, &cut, spec.background.colour);
        clock.lap("matte")?;
        let (window, spec) = asked_for(spec, options)?;
        let mask = BackgroundMask::from_alpha(&cut.alpha);
        let dpi = make::dpi(&spec);
        let jpeg = self.encoder.encode(&whitened, Some(&mask), dpi, window, account.scoring())?;
        clock.lap("encode")?;
        let mut again = Fixed { jpeg: CardFile::from(jpeg), placed_on: None, ..fixed.clone() };
        for (alpha, seen) in again.matte.data_mut().iter_mut().zip(cut.alpha.data()) {
            *alpha = alpha.min(*seen);
        }
        again.times.append(&mut clock.times);
        Ok(Some(again))
    }

    /// Measures a file's bytes against `spec`.
    ///
    /// # Errors
    /// [`Error`] when the bytes are no picture that can be read; a picture without a face is measured all the same.
    pub fn check(
        &mut self,
        file: &[u8],
        file_name: Option<&str>,
        spec: &PhotoSpec,
    ) -> Result<Examined> {
        self.examined(file, file_name, spec, Depth::Whole)
    }

    /// Measures of a file's bytes what landmarks and light show of the face, in a third of the time; what is worn, and what needs the sitter's outline, stays unknown.
    ///
    /// # Errors
    /// Those of [`Self::check`].
    pub(crate) fn glance(
        &mut self,
        file: &[u8],
        file_name: Option<&str>,
        spec: &PhotoSpec,
    ) -> Result<Examined> {
        self.examined(file, file_name, spec, Depth::Glance)
    }

    fn examined(
        &mut self,
        file: &[u8],
        file_name: Option<&str>,
        spec: &PhotoSpec,
        depth: Depth,
    ) -> Result<Examined> {
        let mut clock = Laps::start(&self.clock, &self.stop);
        let buffer = std::mem::take(&mut self.buffer);
        let (_, seen) =
            open::look(file, &self.limits, &self.finder, &mut self.scratch, buffer, &mut clock)?;
        let shown = Shown::of(&mut self.scratch, &self.cutter, &seen, spec, depth)?;
        let findings = shown.judged(&seen, file_name, spec, |_| true);
        clock.lap("measure")?;
        let head = seen
            .sighting()
            .ok()
            .and_then(|s| Some(s.head.mapped(&seen.source_to_photo.inverse()?)));
        let mut notes = seen.notes();
        // of a finished card the rules themselves say what is not met
        if let Ok(sighting) = seen.sighting()
            && !spec.accepts(seen.upright_source())
        {
            notes.extend(seen.inset_noted());
            notes.extend(excluded(sighting, spec));
        }
        self.buffer = seen.photo.pixels.into_raw();
        Ok(Examined { head, findings, notes, facts: seen.photo.facts, times: clock.times })
    }
}

/// That no placement of this head can meet all rules of the spec, with the rules.
fn excluded(sighting: &Sighting, spec: &PhotoSpec) -> Option<Message> {
    let conflict = placement::conflict(sighting, spec)?;
    let rules = conflict.rules.join(", ");
    Some(Message::new("note-no-placement").text("rules", rules).text("spec", &spec.name))
}

/// What stands in a card's place until it is made.
fn no_card() -> Error {
    Error::Internal { stage: "pipeline", reason: "a card too few".to_owned() }
}

/// The byte window, the spec's with what the user asked for in its place, and the spec with that window.
fn asked_for<'s>(
    spec: &'s PhotoSpec,
    options: &FixOptions,
) -> Result<(ByteWindow, Cow<'s, PhotoSpec>)> {
    let [min, max] = options.window(spec);
    let window = ByteWindow::new(min.to_bytes(), max.to_bytes()).ok_or_else(|| Error::Spec {
        name: spec.name.clone(),
        fault: SpecFault::Window { min, max },
    })?;
    if (min, max) == (spec.file.min, spec.file.max) {
        return Ok((window, Cow::Borrowed(spec)));
    }
    let mut own = spec.clone();
    (own.file.min, own.file.max) = (min, max);
    Ok((window, Cow::Owned(own)))
}

/// Measures the time of each stage, and asks after each whether to go on.
#[derive(Debug)]
struct Laps {
    clock: Clock,
    stop: Stop,
    last: Duration,
    times: Vec<StageTime>,
}

impl Laps {
    fn start(clock: &Clock, stop: &Stop) -> Self {
        Self { clock: clock.clone(), stop: stop.clone(), last: clock.now(), times: Vec::new() }
    }

    /// # Errors
    /// [`Error::Stopped`] when nobody waits any more.
    fn lap(&mut self, stage: &'static str) -> Result<()> {
        let now = self.clock.now();
        let time = now.saturating_sub(self.last);
        self.last = now;
        match self.times.iter_mut().find(|t| t.stage == stage) {
            Some(known) => known.time += time,
            None => self.times.push(StageTime { stage, time }),
        }
        if self.stop.is_asked() { Err(Error::Stopped { after: stage }) } else { Ok(()) }
    }
}
