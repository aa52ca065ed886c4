//! What can be wrong with a spec, found when it is read.

use super::{BandUnit, PhotoSpec};
use crate::base::error::SpecFault;
use crate::base::geometry::Size;

/// What the TOML reader said of `text`, in what somebody can act on.
pub(super) fn unread(text: &str, error: &toml::de::Error) -> SpecFault {
    /// More of a line than this tells nobody more.
    const MOST: usize = 60;
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let text = text.lines().nth(line - 1).unwrap_or_default().trim().chars().take(MOST).collect();
    let said = error.message().trim().to_owned();
    let key = |start: &str| said.strip_prefix(start)?.split('`').next().map(str::to_owned);
    if let Some(key) = key("unknown field `") {
        SpecFault::UnknownKey { line, key }
    } else if let Some(key) = key("missing field `") {
        SpecFault::MissingKey { line, key }
    } else if ["invalid type", "invalid value", "invalid length", "unknown variant"]
        .iter()
        .any(|start| said.starts_with(start))
    {
        SpecFault::WrongValue { line, text, said }
    } else {
        SpecFault::NoToml { line, text, said }
    }
}

impl PhotoSpec {
    /// Looks for numbers that make no sense, alone or beside others.
    pub(super) fn validate(&self) -> Result<(), SpecFault> {
        let name_ok = !self.name.is_empty()
            && self.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !name_ok {
            return Err(SpecFault::Name { name: self.name.clone() });
        }
        let Size { width, height } = self.size();
        let (min, max) = (16, 4096);
        for (key, pixels) in [("pixels.width", width), ("pixels.height", height)] {
            if !(min..=max).contains(&pixels) {
                return Err(SpecFault::Side { key, pixels, min, max });
            }
        }
        if self.pixels.ratio.is_some_and(|ratio| ratio.contains(&0)) || !self.accepts(self.size()) {
            return Err(SpecFault::OwnSize { width, height });
        }
        let (min, max) = (self.file.min, self.file.max);
        if min > max {
            return Err(SpecFault::Window { min, max });
        }
        let no_range = |key: &str, origin: &str| {
            Err(SpecFault::NoRange { key: key.to_owned(), origin: origin.to_owned() })
        };
        if let Some(turned) = self.file.readings.iter().find(|r| !r.is_range()) {
            return no_range("file", &turned.source);
        }
        if let Some(turned) = self.pixels.readings.iter().find(|r| !r.is_range()) {
            return no_range("pixels", &turned.source);
        }
        if max.to_bytes() < 200 {
            return Err(SpecFault::TooFewBytes { max });
        }
        for (key, band) in self.bands() {
            let key = format!("head.{key}");
            if let (Some(min), Some(max)) = (band.min, band.max)
                && min > max
            {
                return Err(SpecFault::Band { key, min: min.to_string(), max: max.to_string() });
            }
            if let Some([lo, hi]) = band.prefer
                && (lo > hi || band.min.is_some_and(|m| lo < m) || band.max.is_some_and(|m| hi > m))
            {
                return Err(SpecFault::Prefer { key, low: lo.to_string(), high: hi.to_string() });
            }
            let numbers = [band.min, band.max, band.aim];
            if numbers.into_iter().flatten().any(|v| !v.is_finite() || v < 0.0) {
                return Err(SpecFault::Negative { key });
            }
            if let Some(turned) = band.readings.iter().find(|r| !r.is_range()) {
                return no_range(&key, &turned.source);
            }
            if band.unit == BandUnit::Mm && self.print.is_none() && self.resolution.is_none() {
                return Err(SpecFault::NoScale { key });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::spec::BUILTIN;

    #[test]
    fn an_unknown_key_is_named() {
        let text = BUILTIN[0].1.replacen("width = 358", "widht = 358", 1);
        let message = PhotoSpec::parse("own.toml", &text).expect_err("misspelt key").to_string();
        assert!(message.contains("own.toml") && message.contains("widht"), "{message}");
    }

    #[test]
    fn a_window_turned_inside_out_is_named() {
        let text = BUILTIN[0].1.replacen("max = 20000", "max = 2000", 1);
        let message = PhotoSpec::parse("own.toml", &text).expect_err("min above max").to_string();
        assert!(message.contains("file.min") && message.contains("15,360"), "{message}");
    }
}
