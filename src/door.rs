//! The door to the house: a portrait's bytes → a card with its verdict, a photo's bytes → its findings.
//!
//! It knows no files, prints nothing, and keeps nothing between two photos but its buffers. The command line comes in by it too: [`crate::desk::batch`] adds reading, writing,
//! and many photos at once.

use std::sync::Arc;
use std::time::Duration;

use crate::base::clock::Clock;
use crate::base::error::{Error, Result};
use crate::base::message::Message;
use crate::base::raster::Plane;
use crate::base::stop::Stop;
use crate::card::pipeline::{
    self, Account, Ask, CardFile, Edit, FixOptions, Fixed, Placed, StageTime, Worker,
};
use crate::input::decode::SourceFacts;
use crate::rules::check::{self, Finding, Outcome, Verdict, background_white, in_report_order};
use crate::rules::spec::PhotoSpec;
use crate::vision::face::Head;

/// Makes cards and judges photos, one after the other; every thread wants its own.
///
/// It needs a stack of 8 MiB, as a program's main thread usually has.
#[derive(Debug)]
pub struct Baidi {
    worker: Worker,
}

impl Baidi {
    /// Loads the built-in networks, once per process, and makes room for one photo.
    ///
    /// # Errors
    /// [`Error::Internal`] when a built-in network does not load.
    pub fn open() -> Result<Self> {
        Ok(Self { worker: Worker::new()? })
    }

    /// With `now`, the time since some moment, to measure the stages by. Default: the system's clock, and without the feature `desk` none, so that no stage takes any time.
    #[must_use]
    pub fn timed_by(self, now: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        Self { worker: self.worker.timed_by(Clock::new(now)) }
    }

    /// With `over`, which is asked after every stage: once it is true, the photo at hand ends with [`Error::Stopped`], a fraction of a second later, and so does every further one.
    /// Default: nothing stops it.
    ///
    /// ```
    /// use baidi::{Baidi, Error, Order};
    ///
    /// let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
    /// let mut baidi = Baidi::open()?.stopped_by(|| true);
    /// let stopped = baidi.fix(&portrait, &Order::named("shebao")?).expect_err("nobody waits");
    /// assert!(matches!(stopped, Error::Stopped { after: "decode" }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn stopped_by(self, over: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { worker: self.worker.stopped_by(Stop::when(over)) }
    }

    /// Makes the card that `order` asks for from a portrait's bytes, changing as little as does it; then opens the card's bytes again and judges what is there.
    ///
    /// ```
    /// use baidi::{Baidi, Order, Status};
    ///
    /// let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
    /// let order = Order::named("shebao")?.file_name("Zhang.jpg");
    /// let made = Baidi::open()?.fix(&portrait, &order)?;
    /// assert_eq!(made.status, Status::Compliant);
    /// assert!((15_360..=20_000).contains(&made.card.bytes.len()));
    ///
    /// // what was wrong, and is no longer
    /// let mended = made.findings.iter().filter(|f| f.before > Some(f.outcome.verdict));
    /// assert!(mended.count() > 0);
    ///
    /// // a card that is as it must be is copied, byte by byte
    /// let again = Baidi::open()?.fix(&made.card.bytes, &order)?;
    /// assert_eq!(again.edits, [baidi::Edit::Copied]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Every [`Error`] a photo can cause: it is no picture, has no face, has several, does not fit into the bytes.
    pub fn fix(&mut self, portrait: &[u8], order: &Order) -> Result<Made> {
        let mut cards = self.fix_all(portrait, std::slice::from_ref(order))?;
        cards.pop().unwrap_or_else(|| {
            let reason = "an order without a card".to_owned();
            Err(Error::Internal { stage: "door", reason })
        })
    }

    /// Makes one card for each of `orders` from one portrait, in their order: it is decoded and searched once, and what several cards can use is worked out once. Each card has the bytes
    /// that [`Self::fix`] gives it. The time of what is shared stands with the card that came to it first.
    ///
    /// ```
    /// use baidi::{Baidi, Order};
    ///
    /// let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
    /// let orders = [Order::named("shebao")?, Order::named("passport-cn")?];
    /// let mut baidi = Baidi::open()?;
    /// let cards = baidi.fix_all(&portrait, &orders)?;
    /// for (made, order) in cards.into_iter().zip(&orders) {
    ///     assert_eq!(made?.card.bytes, baidi.fix(&portrait, order)?.card.bytes);
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What the portrait causes, whatever is ordered: it is no picture, has no face, has several. What one card alone causes stands in its place.
    pub fn fix_all(&mut self, portrait: &[u8], orders: &[Order]) -> Result<Vec<Result<Made>>> {
        let asks: Vec<Ask<'_>> = orders.iter().map(Order::ask).collect();
        let cards = self.worker.fix_all(portrait, &asks)?;
        let judged = cards.into_iter().zip(orders).map(|(card, order)| self.judged(card?, order));
        Ok(judged.collect())
    }

    /// A card with what its bytes, opened again, measure.
    fn judged(&mut self, fixed: Fixed, order: &Order) -> Result<Made> {
        let card_name = order.name_of_card();
        let judged = if order.judges_alike(card_name.as_deref()) && fixed.is_measured_already() {
            (fixed.before.clone(), Vec::new())
        } else {
            let bytes = &fixed.jpeg.bytes;
            let checked = self.worker.check(bytes, card_name.as_deref(), order.spec())?;
            (checked.findings, checked.times)
        };
        if verdict(&judged.0, background_white::RULE.name) < Verdict::Doubtful {
            return Ok(Made::of(fixed, judged));
        }
        // something that the finished card's own outline calls wall is not white: what is left of a room is told more easily where nothing else is left of it
        let Some(again) = self.worker.cut_again(&fixed, &order.ask())? else {
            return Ok(Made::of(fixed, judged));
        };
        let checked = self.worker.check(&again.jpeg.bytes, card_name.as_deref(), order.spec())?;
        let times = judged.1.iter().cloned().chain(checked.times).collect();
        if is_better(&checked.findings, &judged.0) {
            Ok(Made::of(again, (checked.findings, times)))
        } else {
            Ok(Made::of(fixed, (judged.0, times)))
        }
    }

    /// Judges a photo from anywhere by every rule of the order's spec. What only a card's making needs, such as the options, is not looked at.
    ///
    /// ```
    /// use baidi::{Baidi, Order, Status, Verdict};
    ///
    /// let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
    /// let checked = Baidi::open()?.check(&portrait, &Order::named("shebao")?)?;
    /// assert_eq!(checked.status, Status::NotCompliant);
    /// // the first finding is what a person should hear of first
    /// assert_eq!(checked.findings[0].outcome.verdict, Verdict::Fail);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`Error`] when the bytes are no picture that can be read; a picture without a face is judged all the same.
    pub fn check(&mut self, photo: &[u8], order: &Order) -> Result<Checked> {
        let checked = self.worker.check(photo, order.file_name.as_deref(), order.spec())?;
        Ok(Checked::of(checked))
    }

    /// What [`Self::check`] says of the face alone, in a third of the time, for frames of a camera: what is worn, and what needs the sitter's outline, stays unknown.
    ///
    /// # Errors
    /// Those of [`Self::check`].
    pub(crate) fn glance(&mut self, photo: &[u8], order: &Order) -> Result<Checked> {
        let seen = self.worker.glance(photo, order.file_name.as_deref(), order.spec())?;
        Ok(Checked::of(seen))
    }
}

/// What a photo is to be: a spec, and what holds besides.
///
/// ```
/// use baidi::{Bytes, FixOptions, Order};
///
/// let order = Order::named("id-card")?
///     .options(FixOptions { max_size: Some(Bytes::new(18_000)), ..FixOptions::default() })
///     .file_name("IMG_2041.png");
/// assert_eq!(order.spec().name, "id-card");
/// assert_eq!(order.name_of_card().as_deref(), Some("IMG_2041.jpg"));
/// # Ok::<(), baidi::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    spec: Arc<PhotoSpec>,
    options: FixOptions,
    file_name: Option<String>,
    card_name: Option<String>,
    account: Account,
}

impl Order {
    /// By the built-in spec called `name`, as `baidi specs` lists them.
    ///
    /// ```
    /// use baidi::Order;
    ///
    /// assert!(Order::named("schengen").is_ok());
    /// let unknown = Order::named("library-card").expect_err("no such spec");
    /// assert!(unknown.to_string().contains("library-card"));
    /// ```
    ///
    /// # Errors
    /// [`Error::Spec`] lists the names there are.
    pub fn named(name: &str) -> Result<Self> {
        Ok(Self::of(PhotoSpec::builtin(name)?))
    }

    /// By `spec`, your own for example. Orders share an `Arc` of one.
    ///
    /// ```
    /// use baidi::{Order, PhotoSpec};
    ///
    /// let mut spec = PhotoSpec::builtin("shebao")?;
    /// spec.file.max = baidi::Bytes::new(18_000);
    /// assert_eq!(Order::of(spec).spec().file.max.to_bytes(), 18_000);
    /// # Ok::<(), baidi::Error>(())
    /// ```
    #[must_use]
    pub fn of(spec: impl Into<Arc<PhotoSpec>>) -> Self {
        Self {
            spec: spec.into(),
            options: FixOptions::default(),
            file_name: None,
            card_name: None,
            account: Account::Whole,
        }
    }

    /// With what the making is told besides the spec. Default: nothing.
    #[must_use]
    pub fn options(mut self, options: FixOptions) -> Self {
        self.options = options;
        self
    }

    /// With the name of the photo's file, which a rule looks at. Default: none, and the rule says so.
    #[must_use]
    pub fn file_name(mut self, name: impl Into<String>) -> Self {
        self.file_name = Some(name.into());
        self
    }

    /// With the name that the card's file will have. Default: the photo's, ending in `.jpg`.
    #[must_use]
    pub fn card_name(mut self, name: impl Into<String>) -> Self {
        self.card_name = Some(name.into());
        self
    }

    /// With how much is wanted of what the rules say of the photo itself, in [`Made::before`] and in each finding's `before`. Default: all of it.
    ///
    /// ```
    /// use baidi::{Account, Baidi, Order, Verdict};
    ///
    /// let portrait = std::fs::read("samples/studio-flyaway.jpg")?;
    /// let order = Order::named("shebao")?;
    /// let mut baidi = Baidi::open()?;
    /// let (told, made) = (baidi.fix(&portrait, &order)?, baidi.fix(&portrait, &order.account(Account::Card))?);
    /// assert_eq!(made.card.bytes, told.card.bytes);
    /// assert!(told.before.iter().filter(|f| f.outcome.verdict == Verdict::Fail).count() > 1);
    /// // the photo's size alone says that a card must be made anew; nobody asked for more
    /// assert_eq!(made.before.iter().filter(|f| f.outcome.verdict != Verdict::Unknown).count(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn account(mut self, account: Account) -> Self {
        self.account = account;
        self
    }

    /// What the photo must be.
    #[must_use]
    pub fn spec(&self) -> &PhotoSpec {
        &self.spec
    }

    /// The name by which the card is judged.
    #[must_use]
    pub fn name_of_card(&self) -> Option<String> {
        let of_photo = |name: &String| {
            let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
            match ending.to_ascii_lowercase().as_str() {
                "jpg" | "jpeg" => name.clone(),
                _ => format!("{stem}.jpg"),
            }
        };
        self.card_name.clone().or_else(|| self.file_name.as_ref().map(of_photo))
    }

    /// What is asked of a worker.
    fn ask(&self) -> Ask<'_> {
        Ask {
            spec: self.spec(),
            options: &self.options,
            file_name: self.file_name.as_deref(),
            account: self.account,
        }
    }

    /// Whether photo and card are judged by the same spec and name: a byte window that was asked for holds for the photo only.
    fn judges_alike(&self, card_name: Option<&str>) -> bool {
        let FixOptions { keep_background: _, min_size, max_size } = self.options;
        min_size.is_none() && max_size.is_none() && self.file_name.as_deref() == card_name
    }
}

/// How a photo ended, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No rule is broken, and none doubts what a clerk would see: nobody sends it back.
    Compliant,
    /// No rule is broken, but one doubts what a clerk would see ([`Doubt::Seen`](crate::lab::check::Doubt)): look before you hand it in.
    Review,
    /// A rule is broken.
    NotCompliant,
    /// The photo could not be processed.
    Failed,
}

/// Whether a finding doubts what a clerk would see.
fn seen(finding: &Finding) -> bool {
    finding.outcome.verdict == Verdict::Doubtful
        && check::rule(finding.rule).is_none_or(|rule| rule.doubt.is_seen(&finding.outcome))
}

impl Status {
    /// What findings amount to: one `fail` makes a photo not compliant; a doubt that a clerk would act on asks for a look.
    #[must_use]
    pub fn of(findings: &[Finding]) -> Self {
        if findings.iter().any(|f| f.outcome.verdict == Verdict::Fail) {
            Self::NotCompliant
        } else if findings.iter().any(seen) {
            Self::Review
        } else {
            Self::Compliant
        }
    }

    /// The word in reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::Review => "review",
            Self::NotCompliant => "not-compliant",
            Self::Failed => "failed",
        }
    }
}

/// A card and its verdict.
#[derive(Debug, Clone)]
pub struct Made {
    /// The card's file, and how it came about.
    pub card: CardFile,
    /// What the card amounts to.
    pub status: Status,
    /// What the rules say of the card's bytes and of their making, what a person should hear of first in front.
    pub findings: Vec<Finding>,
    /// What they said of the source, in the same kind of order; `unknown` where [`Order::account`] does not ask.
    pub before: Vec<Finding>,
    /// What was done, in order.
    pub edits: Vec<Edit>,
    /// What was assumed or seen on the way.
    pub notes: Vec<Message>,
    /// The source file's facts.
    pub source: SourceFacts,
    /// Where the head was and where it went.
    pub placed: Placed,
    /// Alpha of the person on the card, at the card's size; 0 background … 1 person.
    pub matte: Plane,
    /// Time by stage, that of judging the card included.
    pub times: Vec<StageTime>,
}

impl Made {
    /// A card with what its bytes measure, and how long that took.
    fn of(fixed: Fixed, (card, times): (Vec<Finding>, Vec<StageTime>)) -> Self {
        let findings = in_report_order(merged(card, &fixed.before, fixed.remarks));
        Self {
            card: fixed.jpeg,
            status: Status::of(&findings),
            findings,
            before: in_report_order(fixed.before),
            edits: fixed.edits,
            notes: fixed.notes,
            source: fixed.facts,
            placed: fixed.placed,
            matte: fixed.matte,
            times: summed(fixed.times.into_iter().chain(times)),
        }
    }
}

/// What `findings` say by the rule of this name.
fn verdict(findings: &[Finding], rule: &str) -> Verdict {
    findings.iter().find(|f| f.rule == rule).map_or(Verdict::Unknown, |f| f.outcome.verdict)
}

/// Whether a card that was cut out again has a better background than `before` and is not worse in any other way.
fn is_better(again: &[Finding], before: &[Finding]) -> bool {
    let white = background_white::RULE.name;
    verdict(again, white) < verdict(before, white)
        && again.iter().all(|f| {
            f.outcome.verdict < Verdict::Doubtful || f.outcome.verdict <= verdict(before, f.rule)
        })
}

/// A photo and its verdict.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What the photo amounts to.
    pub status: Status,
    /// One finding per rule, what a person should hear of first in front.
    pub findings: Vec<Finding>,
    /// What was assumed on the way.
    pub notes: Vec<Message>,
    /// The file's facts.
    pub source: SourceFacts,
    /// The head, in the file's pixels after EXIF orientation.
    pub head: Option<Head>,
    /// Time by stage.
    pub times: Vec<StageTime>,
}

impl Checked {
    fn of(checked: pipeline::Examined) -> Self {
        Self {
            status: Status::of(&checked.findings),
            findings: in_report_order(checked.findings),
            notes: checked.notes,
            source: checked.facts,
            head: checked.head,
            times: checked.times,
        }
    }
}

/// Rules of which the making knows why they are not met as wished: what it says replaces the card's own words, whatever the verdict.
const EXPLAINED: [&str; 2] = ["hair-top", "head-share"];

/// A rule of which the card says best what is wrong, and the making what the next shot needs.
const ADVISED: &str = "bust";

/// The findings of the card with what was said before it was fixed. A finding of the making replaces the card's own when it is worse, or when the card alone cannot tell.
fn merged(card: Vec<Finding>, before: &[Finding], making: Vec<Finding>) -> Vec<Finding> {
    let mut findings = card;
    for made in making {
        match findings.iter_mut().find(|f| f.rule == made.rule) {
            Some(own) if EXPLAINED.contains(&made.rule) && own.outcome.measured.is_some() => {
                explained(&mut own.outcome, made.outcome);
            }
            Some(own)
                if made.rule == ADVISED
                    && own.outcome.verdict == Verdict::Fail
                    && made.outcome.verdict == Verdict::Fail =>
            {
                own.outcome.hint = made.outcome.hint;
            }
            // a reason alone passes nothing that was not measured
            Some(_) if EXPLAINED.contains(&made.rule) && made.outcome.verdict == Verdict::Pass => {}
            Some(own)
                if made.outcome.verdict > own.outcome.verdict
                    || own.outcome.verdict == Verdict::Unknown =>
            {
                own.outcome = made.outcome;
            }
            Some(_) => {}
            // that it has a reason is nothing by itself
            None if made.outcome.verdict == Verdict::Pass => {}
            None => findings.push(made),
        }
    }
    for finding in &mut findings {
        finding.before = before.iter().find(|b| b.rule == finding.rule).map(|b| b.outcome.verdict);
    }
    findings
}

/// What a card measures, with the worse of both verdicts and the reason that its making knows. A wish that is met needs no reason.
fn explained(own: &mut Outcome, made: Outcome) {
    let excused = own.verdict == Verdict::Pass && own.message.is_some();
    own.verdict = own.verdict.max(made.verdict);
    if own.verdict >= Verdict::Doubtful || excused {
        own.message = made.message;
        own.hint = made.hint;
        own.fixable &= made.fixable;
    }
}

/// The times with each stage once: the check of the card runs some stages again.
fn summed(times: impl Iterator<Item = StageTime>) -> Vec<StageTime> {
    let mut sums: Vec<StageTime> = Vec::new();
    for time in times {
        match sums.iter_mut().find(|s| s.stage == time.stage) {
            Some(sum) => sum.time += time.time,
            None => sums.push(time),
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::units::Bytes;

    fn finding(rule: &'static str, verdict: Verdict) -> Finding {
        Finding { rule, outcome: Outcome::new(verdict), before: None }
    }

    #[test]
    fn a_card_cut_again_is_better_with_a_whiter_wall_and_nothing_worse() {
        let said =
            |white, halo| vec![finding("background-white", white), finding("edge-halo", halo)];
        let before = said(Verdict::Fail, Verdict::Pass);
        assert!(is_better(&said(Verdict::Pass, Verdict::Pass), &before));
        assert!(!is_better(&said(Verdict::Pass, Verdict::Doubtful), &before));
        assert!(!is_better(&said(Verdict::Fail, Verdict::Pass), &before));
    }

    #[test]
    fn what_stands_alone_before_the_wall_goes_when_a_card_is_cut_again() {
        let portrait = include_bytes!("../samples/studio-flyaway.jpg");
        let mut baidi = Baidi::open().expect("opens");
        let order = Order::named("shebao").expect("built in");
        let ask = order.ask();
        let mut fixed = baidi.worker.fix(portrait, None, ask.spec, ask.options).expect("a card");
        let card = fixed.placed_on.clone().expect("cut out");
        let patch = || (4..34u32).flat_map(|x| (30..90u32).map(move |y| (x, y)));
        let placed_on = fixed.placed_on.as_mut().expect("cut out");
        patch().for_each(|(x, y)| placed_on.put_pixel(x, y, image::Rgb([150, 150, 160])));
        let again = baidi.worker.cut_again(&fixed, &ask).expect("runs").expect("a card");
        let seen = image::load_from_memory(&again.jpeg.bytes).expect("a picture").into_rgb8();
        let dark = patch().filter(|(x, y)| seen.get_pixel(*x, *y).0.iter().any(|v| *v < 240));
        assert_eq!(dark.count(), 0);
        let face = (130..230u32).flat_map(|x| (150..300u32).map(move |y| (x, y)));
        let apart = face.map(|(x, y)| seen.get_pixel(x, y)[1].abs_diff(card.get_pixel(x, y)[1]));
        let apart: Vec<f64> = apart.map(f64::from).collect();
        let mean = apart.iter().sum::<f64>() / apart.len() as f64;
        assert!(mean < 6.0, "{mean}");
    }

    #[test]
    fn a_reason_explains_what_is_not_met_and_passes_nothing_that_was_not_measured() {
        let reason = |rule| {
            let outcome = Outcome::new(Verdict::Pass).message(Message::new("hair-top-conflict"));
            Finding { rule, outcome, before: None }
        };
        let measured = |verdict| Finding {
            rule: "hair-top",
            outcome: Outcome::new(verdict).measured(2.0, "px"),
            before: None,
        };
        let of = |own: Finding| merged(vec![own], &[], vec![reason("hair-top")]).remove(0).outcome;
        let fail = of(measured(Verdict::Fail));
        assert_eq!(
            (fail.verdict, fail.message),
            (Verdict::Fail, reason("hair-top").outcome.message)
        );
        let pass = of(measured(Verdict::Pass));
        assert_eq!((pass.verdict, pass.message), (Verdict::Pass, None), "nothing to explain");
        assert_eq!(of(finding("hair-top", Verdict::Unknown)).verdict, Verdict::Unknown);
    }

    fn verdicts(findings: &[Finding]) -> Vec<(&str, Verdict, Option<Verdict>)> {
        findings.iter().map(|f| (f.rule, f.outcome.verdict, f.before)).collect()
    }

    #[test]
    fn the_worse_of_card_and_making_wins_and_a_measured_making_beats_an_unknown_card() {
        use Verdict::{Doubtful, Fail, Pass, Unknown};
        let card =
            vec![finding("a", Pass), finding("b", Fail), finding("c", Unknown), finding("d", Pass)];
        let making = vec![
            finding("a", Doubtful),
            finding("b", Doubtful),
            finding("c", Pass),
            finding("e", Fail),
        ];
        let before = [finding("a", Fail), finding("d", Unknown)];
        assert_eq!(
            verdicts(&merged(card, &before, making)),
            [
                ("a", Doubtful, Some(Fail)),
                ("b", Fail, None),
                ("c", Pass, None),
                ("d", Pass, Some(Unknown)),
                ("e", Fail, None)
            ]
        );
    }

    #[test]
    fn a_card_is_called_as_its_photo_unless_it_is_told_otherwise() {
        let order = Order::named("shebao").expect("builtin");
        assert_eq!(order.name_of_card(), None);
        for (photo, card) in
            [("a.b.png", "a.b.jpg"), ("a.JPG", "a.JPG"), ("a.jpeg", "a.jpeg"), ("a", "a.jpg")]
        {
            assert_eq!(order.clone().file_name(photo).name_of_card().as_deref(), Some(card));
        }
        let told = order.file_name("a.png").card_name("b.jpg");
        assert_eq!(told.name_of_card().as_deref(), Some("b.jpg"));
    }

    #[test]
    fn a_card_is_the_same_whatever_account_of_its_photo_is_wanted() {
        let portrait: &[u8] = include_bytes!("../samples/studio-flyaway.jpg");
        let mut baidi = Baidi::open().expect("networks");
        let own = Order::named("shebao").expect("builtin");
        let card = baidi.fix(portrait, &own).expect("a card").card.bytes;
        let smaller = FixOptions { max_size: Some(Bytes::new(14_000)), ..FixOptions::default() };
        let kept = FixOptions { keep_background: true, ..FixOptions::default() };
        for (photo, spec, options) in [
            (portrait, "shebao", FixOptions::default()),
            (portrait, "passport-us", FixOptions::default()),
            (portrait, "shebao", kept),
            (&card, "shebao", FixOptions::default()),
            (&card, "shebao", smaller),
            (&card, "civil-service", FixOptions::default()),
        ] {
            let order = Order::named(spec).expect("builtin").options(options).file_name("a.jpg");
            let mut made = |account| {
                let mut made = baidi.fix(photo, &order.clone().account(account)).expect("a card");
                made.findings.iter_mut().for_each(|f| f.before = None);
                made
            };
            let [whole, part, unscored] =
                [Account::Whole, Account::Card, Account::Findings].map(&mut made);
            for other in [&part, &unscored] {
                assert_eq!(whole.card.bytes, other.card.bytes, "{spec}");
                assert_eq!((whole.card.quality, &whole.edits), (other.card.quality, &other.edits));
                assert_eq!(whole.findings, other.findings, "{spec}");
            }
            assert_eq!(whole.before, unscored.before, "{spec}");
            let told = |made: &Made, rule: &str| {
                let found = made.before.iter().find(|f| f.rule == rule).map(|f| f.outcome.clone());
                found.expect("every rule is there")
            };
            assert_eq!(told(&whole, "pixel-size"), told(&part, "pixel-size"));
            let scaled = whole.edits.iter().any(|e| matches!(e, Edit::Scaled(_)));
            let known = told(&part, "exposure") == told(&whole, "exposure");
            assert_ne!(scaled, known, "{spec}: what decides nothing is left out, and nothing else");
        }
    }

    #[test]
    fn a_copied_card_has_the_findings_that_measuring_it_again_gives() {
        let portrait = include_bytes!("../samples/studio-flyaway.jpg");
        let order = Order::named("shebao").expect("builtin").file_name("a.jpg");
        let mut baidi = Baidi::open().expect("networks");
        let card = baidi.fix(portrait, &order).expect("a card").card.bytes;
        let copied = baidi.fix(&card, &order).expect("a card");
        assert_eq!((copied.edits.as_slice(), &copied.card.bytes), (&[Edit::Copied][..], &card));
        let mut again = baidi.check(&card, &order).expect("a photo").findings;
        for finding in &mut again {
            finding.before = Some(finding.outcome.verdict);
        }
        assert_eq!(copied.findings, again);
    }
}
