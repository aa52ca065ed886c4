//! Finds a built-in spec by what people call it: 社保, 驾照, 考研, `visa`, a whole request, or a name with a slip of the pen.

use super::{BUILTIN, PhotoSpec};
use crate::base::error::Result;

/// A spec that fits what was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Match {
    /// The spec.
    pub spec: PhotoSpec,
    /// How well it fits, 0..=100: 100 where somebody calls it just that.
    pub fit: u32,
}

/// Fits below this share of the best one are not worth reading.
const WORTH: f64 = 0.6;

/// Pairs of neighbouring characters that two names must have in common to be taken for slips of one another, as a share of all. One character left out of a name of six, or one wrong in a name of seven, leaves two thirds.
const ALIKE: f64 = 0.6;

/// The built-in specs that fit `wanted`, best first; those that fit equally well in the order of the list. Empty where none does.
///
/// # Errors
/// Those of [`PhotoSpec::builtin`]; a built-in spec has none.
pub fn find(wanted: &str) -> Result<Vec<Match>> {
    let mut found = Vec::new();
    for (name, _) in BUILTIN {
        let spec = PhotoSpec::builtin(name)?;
        let fit = fit(&spec, wanted);
        if fit > 0 {
            found.push(Match { spec, fit });
        }
    }
    found.sort_by_key(|m| std::cmp::Reverse(m.fit));
    let best = found.first().map_or(0, |m| m.fit);
    found.retain(|m| f64::from(m.fit) >= WORTH * f64::from(best));
    Ok(found)
}

fn fit(spec: &PhotoSpec, wanted: &str) -> u32 {
    let asked = plain(wanted);
    if asked.is_empty() {
        return 0;
    }
    let titles = [&spec.name, &spec.title.zh, &spec.title.en];
    let names = titles.into_iter().chain(&spec.names);
    names.map(|name| likeness(name, wanted, &asked)).max().unwrap_or(0)
}

/// How well one name fits: the same; one the beginning of the other, or inside it; all words asked for begin a word of it; or nearly the same characters.
fn likeness(name: &str, wanted: &str, asked: &str) -> u32 {
    let called = plain(name);
    if called == asked {
        return 100;
    }
    let (short, long) = (called.chars().count(), asked.chars().count());
    let share = |part: usize, whole: usize| (20 * part / whole.max(1)) as u32;
    // A single letter, or one of a hundred characters, says nothing.
    let telling = |text: &str| text.chars().count() >= if text.is_ascii() { 3 } else { 2 };
    if telling(asked) && !asked.is_ascii() && called.contains(asked) {
        let ahead = if called.starts_with(asked) { 10 } else { 0 };
        return 60 + ahead + share(long, short);
    }
    if telling(&called) && !called.is_ascii() && asked.contains(&called) {
        return 60 + share(short, long);
    }
    let (have, want) = (words(name), words(wanted));
    let begun = |word: &String| word.len() > 1 && have.iter().any(|h| h.starts_with(word.as_str()));
    if !want.is_empty() && want.iter().all(begun) {
        return 60 + share(want.len(), have.len());
    }
    if !have.is_empty() && telling(&called) && have.iter().all(|word| want.contains(word)) {
        return 60 + share(have.len(), want.len());
    }
    match alike(&called, asked) {
        share if share >= ALIKE => (50.0 * share) as u32,
        _ => 0,
    }
}

/// Letters, digits, and characters in one form: lower case, half width, nothing between them, without the word for a photo at the end.
fn plain(text: &str) -> String {
    let mut plain: String = text
        .chars()
        .map(narrow)
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    for photo in ["证件照片", "证件照", "照片", "相片"] {
        plain.truncate(plain.strip_suffix(photo).map_or(plain.len(), str::len));
    }
    plain
}

/// A full-width letter, as Chinese keyboards write it, as the usual one.
fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// The words of a text in Latin letters; those that are in the name of every card left out.
fn words(text: &str) -> Vec<String> {
    let text: String = text.chars().map(narrow).collect();
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && word.is_ascii())
        .map(str::to_ascii_lowercase)
        .filter(|word| {
            !["a", "an", "for", "id", "of", "photo", "photos", "the"].contains(&word.as_str())
        })
        .collect()
}

/// Pairs of neighbouring characters that two names have in common, as a share of all: 1 for the same name.
fn alike(a: &str, b: &str) -> f64 {
    let pairs =
        |text: &str| -> Vec<(char, char)> { text.chars().zip(text.chars().skip(1)).collect() };
    let (a, mut b) = (pairs(a), pairs(b));
    let all = a.len() + b.len();
    let mut common = 0;
    for pair in &a {
        if let Some(at) = b.iter().position(|p| p == pair) {
            b.swap_remove(at);
            common += 1;
        }
    }
    if all == 0 { 0.0 } else { 2.0 * f64::from(common) / all as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(wanted: &str) -> String {
        let found = find(wanted).expect("built-in specs");
        found.first().map(|m| m.spec.name.clone()).unwrap_or_default()
    }

    #[test]
    fn what_people_call_a_card_finds_it() {
        for (wanted, name) in [
            ("社保", "shebao"),
            ("社保卡", "shebao"),
            ("医保", "shebao"),
            ("social security", "shebao"),
            ("身份证", "id-card"),
            ("ID card", "id-card"),
            ("驾照", "driving-licence"),
            ("driver license", "driving-licence"),
            ("护照", "passport-cn"),
            ("港澳通行证", "exit-entry"),
            ("台胞证", "exit-entry"),
            ("回乡证", "exit-entry"),
            ("居住证", "residence-permit"),
            ("公务员", "civil-service"),
            ("国考", "civil-service"),
            ("四六级", "cet"),
            ("四级", "cet"),
            ("CET-6", "cet"),
            ("考研", "postgraduate"),
            ("研究生", "postgraduate"),
            ("学信网", "graduation"),
            ("教资", "teacher-exam"),
            ("教师资格证", "teacher-exam"),
            ("普通话", "putonghua"),
            ("计算机二级", "ncre"),
            ("初级会计", "accounting"),
            ("一建", "personnel-exam"),
            ("执业药师", "personnel-exam"),
            ("护士", "nurse-exam"),
            ("执业医师", "physician-exam"),
            ("高考", "gaokao"),
            ("残疾证", "small-two-inch"),
            ("一寸", "one-inch"),
            ("1寸", "one-inch"),
            ("二寸照片", "two-inch"),
            ("高考报名照片", "gaokao"),
            ("美签", "visa-us"),
            ("us visa", "visa-us"),
            ("美国护照", "passport-us"),
            ("申根", "schengen"),
            ("japan passport", "passport-japan"),
            ("日本签证", "visa-japan"),
            ("入台证", "entry-taiwan"),
            ("来华签证", "visa-cn"),
            ("korea", "passport-korea"),
            ("印度签证", "visa-india"),
            ("香港护照", "passport-hk"),
        ] {
            assert_eq!(first(wanted), name, "{wanted}");
        }
    }

    #[test]
    fn a_request_in_a_sentence_and_a_slip_find_it_too() {
        for (wanted, name) in [
            ("我要办社保卡用的照片", "shebao"),
            ("ＣＥＴ", "cet"),
            ("photo for a US visa", "visa-us"),
            ("putonhgua", "putonghua"),
            ("往来港奥通行证", "exit-entry"),
        ] {
            assert_eq!(first(wanted), name, "{wanted}");
        }
    }

    #[test]
    fn every_spec_is_found_by_each_of_its_names() {
        for (name, _) in BUILTIN {
            let spec = PhotoSpec::builtin(name).expect("builtin");
            assert!(!spec.names.is_empty(), "{name} has no names");
            let all = [&spec.name, &spec.title.zh, &spec.title.en];
            for called in all.into_iter().chain(&spec.names) {
                let found = find(called).expect("built-in specs");
                assert!(
                    found.iter().any(|m| m.spec.name == *name),
                    "{called} does not find {name}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_card_finds_nothing() {
        for wanted in
            ["", " ", "!", "x", "照片", "证件照片", "photo", "hovercraft", "披萨", "会员卡积分"]
        {
            assert_eq!(first(wanted), "", "{wanted}");
        }
    }
}
