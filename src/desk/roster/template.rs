//! Card names after a pattern: `{id}.jpg`, `{id}{name}.jpg`, `{name}{id:last4}.jpg`.

use super::{Person, Roster};
use crate::base::message::Message;
use crate::words::failure::Failure;

/// What no system, or not every system, takes in a file name.
const FORBIDDEN: &[char] = &['/', '\\', ':', '*', '?', '"', '<', '>', '|'];

/// The most bytes of a name that every file system takes.
const MAX_NAME: usize = 240;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Plain(String),
    Value { field: String, last: Option<usize> },
}

/// A pattern for card names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    text: String,
    parts: Vec<Part>,
}

impl Template {
    /// Reads `text`: a file name in which `{id}`, `{name}`, `{stem}` (the photo's own name) and `{HEADING}` stand for a person's values, `{id:last4}` for the last four characters of one. Without
    /// an ending it gets `.jpg`.
    ///
    /// # Errors
    /// A [`Failure`] when it is no pattern, names a column that `roster` does not have, or ends in what is no JPEG's ending.
    pub fn parse(text: &str, roster: &Roster) -> Result<Self, Failure> {
        let wrong = |key: &str, part: &str| {
            let message = Message::new(key).text("name", text).text("part", part);
            Err(Failure::with(message.text("headings", roster.headings.join(", "))))
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((plain, open)) = rest.split_once('{') {
            let Some((value, after)) = open.split_once('}') else {
                return wrong("roster-template", open);
            };
            if !plain.is_empty() {
                parts.push(Part::Plain(plain.to_owned()));
            }
            let (field, filter) = value.split_once(':').unwrap_or((value, ""));
            let last = match filter.strip_prefix("last").map(str::parse) {
                _ if filter.is_empty() => None,
                Some(Ok(last)) if last > 0 => Some(last),
                _ => return wrong("roster-template", value),
            };
            let known = ["id", "name", "stem"].contains(&field)
                || roster.headings.iter().any(|h| h == field);
            if !known {
                return wrong("roster-template-column", field);
            }
            parts.push(Part::Value { field: field.to_owned(), last });
            rest = after;
        }
        let tail = if rest.contains('.') { rest.to_owned() } else { format!("{rest}.jpg") };
        let ending = tail.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
        if !["jpg", "jpeg"].contains(&ending.as_str()) {
            return wrong("roster-template-ending", &ending);
        }
        if tail.contains('}') || !only_filters(text) {
            return wrong("roster-template", text);
        }
        parts.push(Part::Plain(tail));
        if parts.iter().all(|p| matches!(p, Part::Plain(_))) {
            return wrong("roster-template", text);
        }
        Ok(Self { text: text.to_owned(), parts })
    }

    /// The card's file name for `person`, whose photo is called `stem`.
    ///
    /// # Errors
    /// A [`Failure`] when a value is missing or cannot stand in a file name: nothing is left out or replaced.
    pub fn name(&self, person: &Person, stem: &str) -> Result<String, Failure> {
        let wrong = |field: &str, value: &str| {
            let message = Message::new("roster-value").text("field", field).text("value", value);
            Err(Failure::with(message.text("person", person.called())))
        };
        let mut name = String::new();
        for part in &self.parts {
            let (field, last) = match part {
                Part::Plain(text) => {
                    name.push_str(text);
                    continue;
                }
                Part::Value { field, last } => (field.as_str(), *last),
            };
            let value = match field {
                "id" => person.id.as_deref().unwrap_or_default(),
                "name" => person.name.as_deref().unwrap_or_default(),
                "stem" => stem,
                heading => person.columns.get(heading).map_or("", String::as_str),
            };
            let length = value.chars().count();
            if value.is_empty() || last.is_some_and(|last| length < last) {
                return wrong(field, value);
            }
            let skip = last.map_or(0, |last| length - last);
            name.extend(value.chars().skip(skip));
        }
        let odd = |c: char| FORBIDDEN.contains(&c) || c.is_control();
        if name.contains(odd) || name.starts_with('.') || name.len() > MAX_NAME {
            return wrong(&self.text, &name);
        }
        Ok(name)
    }
}

/// Whether every colon in the pattern stands inside braces, where it begins a filter, and nothing else is forbidden.
fn only_filters(text: &str) -> bool {
    let mut inside = false;
    text.chars().all(|c| {
        match c {
            '{' => inside = true,
            '}' => inside = false,
            _ => {}
        }
        !FORBIDDEN.contains(&c) || inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        Roster::parse("姓名,身份证号,工号\n张三,11010519491231002x,007\n李/四,,008\n".as_bytes())
            .expect("a table")
    }

    fn named(text: &str) -> Result<String, String> {
        let roster = roster();
        let key = |f: Failure| f.message.key;
        let template = Template::parse(text, &roster).map_err(key)?;
        template.name(&roster.people[0], "IMG_1").map_err(key)
    }

    #[test]
    fn the_patterns_that_offices_ask_for() {
        for (pattern, name) in [
            ("{id}.jpg", "11010519491231002X.jpg"),
            ("{id}{name}.jpg", "11010519491231002X张三.jpg"),
            ("{name}{id:last4}.jpg", "张三002X.jpg"),
            ("{工号}-{name}", "007-张三.jpg"),
            ("{stem}_x.JPG", "IMG_1_x.JPG"),
            ("社保{id}卡", "社保11010519491231002X卡.jpg"),
        ] {
            assert_eq!(named(pattern).as_deref(), Ok(name), "{pattern}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for (pattern, key) in [
            ("{id.jpg", "roster-template"),
            ("id}.jpg", "roster-template"),
            ("card.jpg", "roster-template"),
            ("a/{id}.jpg", "roster-template"),
            ("{id:first4}.jpg", "roster-template"),
            ("{id:last0}.jpg", "roster-template"),
            ("{shoe}.jpg", "roster-template-column"),
            ("{id}.png", "roster-template-ending"),
        ] {
            assert_eq!(named(pattern), Err(key.to_owned()), "{pattern}");
        }
    }

    #[test]
    fn a_value_that_is_missing_or_no_file_name_is_said() {
        let roster = roster();
        let of = |pattern: &str| {
            Template::parse(pattern, &roster).expect("a pattern").name(&roster.people[1], "x")
        };
        for pattern in ["{id}.jpg", "{name}.jpg", "{工号:last4}.jpg"] {
            assert_eq!(of(pattern).expect_err("refused").message.key, "roster-value", "{pattern}");
        }
        assert_eq!(of("{工号}.jpg").as_deref(), Ok("008.jpg"));
    }
}
