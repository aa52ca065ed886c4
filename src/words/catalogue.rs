//! Everything a person reads, in Chinese and English, from one catalogue (`src/words/catalogue/*.ftl`, Project Fluent).

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

use crate::base::message::{Arg, Message};
use crate::base::units::Bytes;
use crate::rules::spec::{PhotoSpec, Title};

const ZH: &str = include_str!("catalogue/zh.ftl");
const EN: &str = include_str!("catalogue/en.ftl");

/// A language baidi speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Simplified Chinese.
    Zh,
    /// English.
    #[default]
    En,
}

impl Language {
    /// Every language, by its tag.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The language for a locale's name as systems write it: `zh_CN.UTF-8`, `zh-Hans-CN`, `en_GB`. Whatever is not Chinese gets English.
    #[must_use]
    pub fn of_locale(locale: &str) -> Self {
        let tag = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        if tag.eq_ignore_ascii_case("zh") { Self::Zh } else { Self::En }
    }

    /// The language's tag, `zh` or `en`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The language's tag in a page's `lang`, which names the script, too.
    #[must_use]
    pub const fn page_tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-Hans",
            Self::En => "en",
        }
    }

    /// A spec's title in this language.
    #[must_use]
    pub fn title_of(self, spec: &PhotoSpec) -> &str {
        self.of(&spec.title)
    }

    /// A text of a spec in this language.
    #[must_use]
    pub fn of(self, title: &Title) -> &str {
        match self {
            Self::Zh => &title.zh,
            Self::En => &title.en,
        }
    }

    /// The text called `key`, without values.
    #[must_use]
    pub fn text(self, key: &str) -> String {
        Message::new(key).to_text(self)
    }

    /// Whether the catalogue has a text called `key` in this language.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        bundle(self).has_message(key)
    }
}

impl Message {
    /// The message in `language`; in English where that language lacks it; its key where both do.
    #[must_use]
    pub fn to_text(&self, language: Language) -> String {
        self.formatted(language)
            .or_else(|| self.formatted(Language::En))
            .unwrap_or_else(|| self.key.clone())
    }

    /// The message, or `None` where the catalogue has no such key in any language.
    #[must_use]
    pub fn to_known_text(&self, language: Language) -> Option<String> {
        self.formatted(language).or_else(|| self.formatted(Language::En))
    }

    fn formatted(&self, language: Language) -> Option<String> {
        let bundle = bundle(language);
        let pattern = bundle.get_message(&self.key)?.value()?;
        let mut args = FluentArgs::with_capacity(self.args.len());
        for (name, arg) in &self.args {
            args.set(*name, value(arg, language));
        }
        // A value the message wants and did not get shows as `{$name}`: ugly, readable, and no reason to stop.
        let mut errors = Vec::new();
        Some(bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned())
    }
}

fn value(arg: &Arg, language: Language) -> FluentValue<'_> {
    match arg {
        Arg::Number(value, decimals) => {
            // fluent-bundle pads decimals and never drops any, so the rounding is ours. Adding 0 turns -0 into 0.
            let decimals = usize::from((*decimals).min(9));
            let power = 10f64.powi(decimals as i32);
            let value = (value * power).round() / power + 0.0;
            let options = FluentNumberOptions {
                // With 0 it would leave a bare point behind the number.
                minimum_fraction_digits: (decimals > 0).then_some(decimals),
                ..FluentNumberOptions::default()
            };
            FluentValue::Number(FluentNumber::new(value, options))
        }
        Arg::Text(text) => FluentValue::String(Cow::Borrowed(text)),
        Arg::Word(text) => {
            let key = format!("word-{}", slug(text));
            let said = Message::new(key).to_known_text(language);
            let said = said.or_else(|| kind_of(text, language));
            FluentValue::String(said.map_or(Cow::Borrowed(text.as_str()), Cow::Owned))
        }
        Arg::Bytes(bytes) => FluentValue::String(Bytes::new(*bytes).to_string().into()),
        Arg::Reason(text) => FluentValue::String(reason(text, language)),
    }
}

/// A text as part of a key: its words of letters and digits with a hyphen between them.
fn slug(text: &str) -> String {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// A format that is named with what is special about it, `HEIC with 10 bits`: by its name alone where the language has no words for the rest.
fn kind_of(text: &str, language: Language) -> Option<String> {
    let (name, _) = text.split_once([' ', ':'])?;
    let special =
        [" with ", " without ", " in ", " (", ": "].iter().any(|part| text.contains(part));
    (language != Language::En && special)
        .then(|| Message::new("word-some-kind-of").text("name", name).to_text(language))
}

/// A reason in the reader's language.
fn reason(text: &str, language: Language) -> Cow<'_, str> {
    if language == Language::En {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        named_reason(text)
            .formatted(language)
            .unwrap_or_else(|| Message::new("reason-other").to_text(language)),
    )
}

/// The message for an English reason: its words are the key, its numbers the values.
fn named_reason(text: &str) -> Message {
    let mut words = String::new();
    let mut numbers = Vec::new();
    let mut in_number = false;
    for c in text.chars() {
        if !c.is_ascii_digit() {
            in_number = false;
            words.push(c);
            continue;
        }
        if !in_number {
            in_number = true;
            words.push('n');
            numbers.push(String::new());
        }
        if let Some(number) = numbers.last_mut() {
            number.push(c);
        }
    }
    let message = Message::new(format!("reason-{}", slug(&words)));
    let names = ["first", "second", "third", "fourth"];
    names.into_iter().zip(numbers).fold(message, |message, (name, n)| message.text(name, n))
}

/// The name of a value as the catalogue writes it; `None` where no message has a value of that name.
#[cfg(feature = "desk")]
pub(crate) fn value_name(name: &str) -> Option<&'static str> {
    let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-';
    EN.split('$').skip(1).find_map(|rest| {
        let found = rest.get(..rest.find(ends).unwrap_or(rest.len()))?;
        (found == name).then_some(found)
    })
}

fn bundle(language: Language) -> &'static FluentBundle<FluentResource> {
    static BUNDLES: OnceLock<[FluentBundle<FluentResource>; 2]> = OnceLock::new();
    let [zh, en] = BUNDLES.get_or_init(|| [build("zh", ZH), build("en", EN)]);
    match language {
        Language::Zh => zh,
        Language::En => en,
    }
}

fn build(tag: &str, text: &'static str) -> FluentBundle<FluentResource> {
    let id: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![id]);
    // Isolation marks are for mixing with right-to-left scripts; here they would end up in people's terminals and CSV files.
    bundle.set_use_isolating(false);
    // What parses is kept; a test sees to it that everything does.
    let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(text.to_owned());
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::path::{Path, PathBuf};

    use super::*;

    /// Key → variables, read from the text: enough of Fluent's grammar for our own files.
    fn entries(text: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut entries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in text.lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                let name = line.split('=').next().expect("a first part").trim().to_owned();
                assert!(!entries.contains_key(&name), "{name} is there twice");
                key.clone_from(&name);
                entries.insert(name, BTreeSet::new());
            }
            for part in line.split('$').skip(1) {
                let end = part.find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-');
                let variable = part.get(..end.unwrap_or(part.len())).expect("an ASCII name");
                entries.get_mut(&key).expect("a key before").insert(variable.to_owned());
            }
        }
        entries
    }

    #[test]
    fn both_catalogues_parse_completely() {
        for text in [ZH, EN] {
            if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
                panic!("{errors:?}");
            }
        }
    }

    #[test]
    fn both_catalogues_have_the_same_keys_and_the_same_values() {
        let (zh, en) = (entries(ZH), entries(EN));
        let keys =
            |m: &BTreeMap<String, BTreeSet<String>>| m.keys().cloned().collect::<BTreeSet<_>>();
        assert_eq!(
            keys(&zh).symmetric_difference(&keys(&en)).collect::<Vec<_>>(),
            Vec::<&String>::new()
        );
        for (key, variables) in &zh {
            assert_eq!(variables, &en[key], "values of {key}");
        }
    }

    #[test]
    fn every_rule_has_a_title_a_message_for_each_verdict_and_a_hint() {
        for rule in crate::rules::check::RULES {
            for part in ["title", "pass", "doubtful", "fail", "hint"] {
                let key = format!("{}-{part}", rule.name);
                assert!(Language::En.has(&key) && Language::Zh.has(&key), "{key} is missing");
            }
        }
    }

    /// The Rust sources below `folder`, each up to its tests.
    fn untested(folder: &str) -> Vec<(PathBuf, String)> {
        let mut left = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
        let mut sources = Vec::new();
        while let Some(path) = left.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).expect("a readable source folder");
                left.extend(entries.map(|e| e.expect("an entry").path()));
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("a source file");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                sources.push((path, code.to_owned()));
            }
        }
        sources
    }

    #[test]
    fn every_key_written_in_the_sources_is_in_the_catalogue() {
        let mut seen = 0;
        // Tests may ask for what is not there.
        for (path, text) in untested("src") {
            for call in ["Message::new(", "Outcome::unknown(", ".text("] {
                for rest in text.split(call).skip(1) {
                    let Some(rest) = rest.trim_start().strip_prefix('"') else { continue };
                    let Some((key, after)) = rest.split_once('"') else { continue };
                    // `.text("name", value)` puts a value into a message; only `.text("key")` asks the catalogue.
                    if call == ".text(" && !after.trim_start().starts_with(')') {
                        continue;
                    }
                    seen += 1;
                    assert!(Language::En.has(key), "{}: no message '{key}'", path.display());
                }
            }
        }
        assert!(seen > 20, "only {seen} keys found; has the way messages are made changed?");
    }

    #[test]
    fn every_reason_that_is_written_in_the_decoders_has_its_words_in_both_languages() {
        let mut seen = 0;
        for (_, text) in untested("src/input") {
            for call in ["damaged(", "reason: "] {
                for rest in text.split(call).skip(1) {
                    let rest = rest.trim_start().trim_start_matches("format!(").trim_start();
                    let Some(written) = rest.strip_prefix('"') else { continue };
                    let written = written.split('"').next().expect("a first part");
                    if !written.contains(' ')
                        || written.contains("{tag:?}")
                        || written == "AV1: {error}"
                    {
                        continue;
                    }
                    seen += 1;
                    // Every gap holds a number.
                    let parts =
                        written.split('{').map(|p| p.split_once('}').map_or(p, |(_, after)| after));
                    let said = parts.collect::<Vec<_>>().join("7");
                    let message = named_reason(&said);
                    assert_eq!(
                        message.formatted(Language::En).as_ref(),
                        Some(&said),
                        "{}",
                        message.key
                    );
                    let chinese = message.formatted(Language::Zh).unwrap_or_default();
                    assert!(
                        !chinese.is_empty() && !chinese.contains("{$"),
                        "{}: {chinese}",
                        message.key
                    );
                }
            }
        }
        assert!(seen > 15, "only {seen} reasons found; has the way they are made changed?");
    }

    #[test]
    fn a_chinese_message_gives_no_reason_in_english() {
        let says = |reason: &str, language| {
            Message::new("error-damaged")
                .text("format", "PNG")
                .reason("reason", reason)
                .to_text(language)
        };
        let lost = "83 % of the picture is missing or garbled";
        assert_eq!(says(lost, Language::Zh), "PNG 文件已损坏：画面有 83% 缺失或错乱");
        assert_eq!(says(lost, Language::En), format!("damaged PNG file: {lost}"));
        let odd = "Corrupt deflate stream. DistanceTooFarBack";
        assert_eq!(says(odd, Language::Zh), "PNG 文件已损坏：里面的数据无法解读");
        assert_eq!(says(odd, Language::En), format!("damaged PNG file: {odd}"));
        let kind = |what: &str| {
            Message::new("error-unsupported-format").word("what", what).to_text(Language::Zh)
        };
        assert_eq!(
            kind("TIFF with Unknown(7) compression"),
            "不支持的文件格式：TIFF 的一种特殊形式"
        );
        assert_eq!(kind("JPEG 2000"), "不支持的文件格式：JPEG 2000");
        assert_eq!(kind("camera raw"), "不支持的文件格式：相机 RAW 原片");
    }

    #[test]
    fn numbers_are_rounded_and_padded_to_their_decimals() {
        let text = |value: f64, decimals| {
            value_text(&Arg::Number(value, decimals)).expect("a number has a text")
        };
        assert_eq!(text(1.26, 1), "1.3");
        assert_eq!(text(1.0, 1), "1.0");
        assert_eq!(text(-0.04, 1), "0.0");
        assert_eq!(text(207.4, 0), "207");
    }

    fn value_text(arg: &Arg) -> Option<String> {
        match value(arg, Language::En) {
            FluentValue::Number(n) => Some(n.as_string().into_owned()),
            _ => None,
        }
    }

    #[test]
    fn a_missing_key_becomes_the_key_and_never_panics() {
        assert_eq!(Language::Zh.text("no-such-key"), "no-such-key");
        assert_eq!(Message::new("").to_text(Language::En), "");
    }

    #[test]
    fn a_missing_value_shows_its_name() {
        let text = Message::new("error-no-face").to_text(Language::En);
        assert!(text.contains("{$width}"), "{text}");
    }

    #[test]
    fn locales_of_china_taiwan_and_singapore_are_chinese() {
        for locale in ["zh_CN.UTF-8", "zh-Hans-CN", "zh", "zh_TW", "ZH_SG.GB18030"] {
            assert_eq!(Language::of_locale(locale), Language::Zh, "{locale}");
        }
        for locale in ["C", "C.UTF-8", "en_US.UTF-8", "de_DE@euro", "", "zha_CN"] {
            assert_eq!(Language::of_locale(locale), Language::En, "{locale}");
        }
    }

    #[test]
    fn words_are_said_in_the_readers_language_and_unknown_ones_as_they_are() {
        let message = Message::new("error-unsupported-format").word("what", "empty file");
        assert!(message.to_text(Language::Zh).contains("空文件"));
        let message = Message::new("error-unsupported-format").word("what", "Kodak Photo CD");
        assert!(message.to_text(Language::Zh).contains("Kodak Photo CD"));
    }
}
