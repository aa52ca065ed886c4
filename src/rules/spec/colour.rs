//! Backgrounds that may be asked for: which colours have names, and which of them a spec leaves the choice of.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Background, Editing, Grade, PhotoSpec};
use crate::base::error::{Error, Result};
use crate::base::message::Message;

/// The colours known by name.
const NAMED: &str = include_str!("colours.toml");

/// A colour that a background may have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colour {
    /// What people ask for: `white`, `blue`, `red`, `light-blue`, or a name of the spec's own.
    pub name: String,
    /// 8-bit sRGB.
    pub colour: [u8; 3],
    /// Who says so.
    pub source: String,
    /// How far to trust it.
    pub grade: Grade,
}

#[derive(Deserialize)]
struct Table {
    colour: Vec<Colour>,
}

/// The colours known by name, each with its source.
///
/// # Errors
/// [`Error::Internal`] when the built-in table does not parse.
pub fn named() -> Result<Vec<Colour>> {
    let table: Table = toml::from_str(NAMED)
        .map_err(|e| Error::Internal { stage: "colours", reason: e.to_string() })?;
    Ok(table.colour)
}

/// A background that was asked for: by name, or as `#RRGGBB`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A name.
    Name(String),
    /// 8-bit sRGB.
    Rgb([u8; 3]),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || "a background is white, blue, red, light-blue, or #RRGGBB".to_owned();
        if let Some(digits) = text.strip_prefix('#') {
            let part = |at: usize| {
                let two = digits.get(at..at + 2).filter(|_| digits.is_ascii());
                two.and_then(|two| u8::from_str_radix(two, 16).ok()).ok_or_else(wrong)
            };
            if digits.len() != 6 || digits.contains('+') {
                return Err(wrong());
            }
            return Ok(Self::Rgb([part(0)?, part(2)?, part(4)?]));
        }
        let name = text.trim().to_ascii_lowercase();
        let form = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if name.is_empty() || !name.bytes().all(form) {
            return Err(wrong());
        }
        Ok(Self::Name(name))
    }
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Rgb([r, g, b]) => write!(f, "#{r:02X}{g:02X}{b:02X}"),
        }
    }
}

impl Background {
    /// What the spec's own colour is called: as the spec says, or by the table of names.
    fn own_name(&self, known: &[Colour]) -> Option<String> {
        let of_table = || known.iter().find(|c| c.colour == self.colour).map(|c| c.name.clone());
        self.name.clone().or_else(of_table)
    }

    /// The colours to choose from, the spec's own first.
    fn choice(&self, known: &[Colour]) -> Vec<String> {
        let [r, g, b] = self.colour;
        let own = self.own_name(known).unwrap_or_else(|| format!("#{r:02X}{g:02X}{b:02X}"));
        let mut names = vec![own];
        names.extend(self.also.iter().map(|c| c.name.clone()));
        if self.free {
            names.extend(known.iter().map(|c| c.name.clone()));
            names.push("#RRGGBB".to_owned());
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// The colour `wanted`, as far as the spec leaves the choice.
    fn found(&self, wanted: &Wanted, known: &[Colour]) -> Option<Colour> {
        let own = Colour {
            name: self.own_name(known).unwrap_or_default(),
            colour: self.colour,
            source: self.source.clone(),
            grade: self.grade,
        };
        let listed = std::iter::once(&own).chain(&self.also);
        let free = known.iter().filter(|_| self.free);
        let mut all = listed.chain(free);
        match wanted {
            Wanted::Name(name) => all.find(|c| c.name == *name).cloned(),
            Wanted::Rgb(rgb) => all.find(|c| c.colour == *rgb).cloned().or_else(|| {
                self.free.then(|| Colour {
                    name: String::new(),
                    colour: *rgb,
                    source: "--background".to_owned(),
                    grade: Grade::Ours,
                })
            }),
        }
    }
}

impl PhotoSpec {
    /// The same spec with the background that is wanted, where it leaves the choice; else what the office wants, and what there is to choose from.
    ///
    /// # Errors
    /// Those of [`named`].
    pub fn with_background(
        mut self,
        wanted: &Wanted,
    ) -> Result<std::result::Result<Self, Message>> {
        let known = named()?;
        let [r, g, b] = self.background.colour;
        let said = |key: &str, spec: &Self| {
            Message::new(key)
                .text("wanted", wanted.to_string())
                .text("spec", spec.name.as_str())
                .text("colour", format!("{r},{g},{b}"))
                .text("source", spec.background.source.as_str())
                .text("choice", spec.background.choice(&known).join(", "))
        };
        let Some(colour) = self.background.found(wanted, &known) else {
            let known_name = match wanted {
                Wanted::Name(name) => known.iter().any(|c| c.name == *name),
                Wanted::Rgb(_) => true,
            };
            let fixed = self.background.choice(&known).len() == 1;
            let key = match (known_name, fixed) {
                (false, _) => "background-unknown",
                (true, true) => "background-fixed",
                (true, false) => "background-not-offered",
            };
            return Ok(Err(said(key, &self)));
        };
        if colour.colour == self.background.colour {
            return Ok(Ok(self));
        }
        if self.editing != Editing::Any {
            return Ok(Err(said("background-editing", &self)));
        }
        self.background = Background {
            colour: colour.colour,
            name: Some(colour.name).filter(|name| !name.is_empty()),
            // what was allowed around another colour says nothing of this one
            tolerance: None,
            source: colour.source,
            grade: colour.grade,
            ..self.background
        };
        Ok(Ok(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(name: &str) -> PhotoSpec {
        PhotoSpec::builtin(name).expect("builtin")
    }

    fn wanted(text: &str) -> Wanted {
        text.parse().expect("a background")
    }

    fn asked(spec: PhotoSpec, text: &str) -> std::result::Result<PhotoSpec, Message> {
        spec.with_background(&wanted(text)).expect("the table")
    }

    #[test]
    fn names_and_digits_are_read_and_nonsense_is_not() {
        assert_eq!(wanted("Light-Blue"), Wanted::Name("light-blue".to_owned()));
        assert_eq!(wanted("#438edb"), Wanted::Rgb([67, 142, 219]));
        for text in ["", "#438ed", "#438edbf", "#43 8ed", "#+38edb", "##3 edb", "a b", "蓝"] {
            assert!(text.parse::<Wanted>().is_err(), "{text}");
        }
    }

    #[test]
    fn every_named_colour_says_where_it_is_from() {
        let known = named().expect("the table");
        for colour in &known {
            assert!(colour.source.chars().count() >= 4, "{}", colour.name);
            assert_eq!(wanted(&colour.name), Wanted::Name(colour.name.clone()));
        }
        let names: Vec<&str> = known.iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["white", "blue", "red", "light-blue"]);
    }

    #[test]
    fn a_spec_that_leaves_the_choice_takes_it_with_its_source() {
        let blue = asked(spec("putonghua"), "blue").expect("offered");
        assert_eq!(blue.background.colour, [67, 142, 219]);
        assert!(blue.background.source.contains("蓝"), "{}", blue.background.source);
        let red = asked(spec("putonghua"), "#ff0000").expect("offered");
        assert_eq!(red.background.colour, [255, 0, 0]);
        let own = asked(spec("shebao"), "white").expect("its own colour");
        assert_eq!(own, spec("shebao"));
        let own = asked(spec("exam-self-study"), "light-blue").expect("its own");
        assert_eq!(own.background.tolerance, spec("exam-self-study").background.tolerance);
    }

    #[test]
    fn official_cards_refuse_with_the_reason() {
        let refused = |name: &str, text: &str| {
            let message = asked(spec(name), text).expect_err("refused");
            (message.key.clone(), format!("{message:?}"))
        };
        let (key, said) = refused("shebao", "blue");
        assert_eq!(key, "background-fixed");
        assert!(said.contains("背景应为白色") && said.contains("255,255,255"), "{said}");
        assert_eq!(refused("id-card", "#0000ff").0, "background-fixed");
        assert_eq!(refused("putonghua", "#00ff00").0, "background-not-offered");
        assert_eq!(refused("putonghua", "mauve").0, "background-unknown");
    }

    #[test]
    fn a_free_spec_takes_any_colour_and_one_that_must_not_be_edited_none() {
        let mut free = spec("shebao");
        free.background.free = true;
        let green = asked(free.clone(), "#00aa44").expect("free");
        assert_eq!(green.background.colour, [0, 170, 68]);
        free.editing = Editing::NoBackground;
        let message = asked(free, "red").expect_err("not to be edited");
        assert_eq!(message.key, "background-editing");
    }
}
