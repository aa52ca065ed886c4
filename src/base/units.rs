//! Units as types: a length, a resolution, or a size in bytes cannot be mistaken for one another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A length on paper, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mm(f64);

impl Mm {
    /// A length of `mm` millimetres.
    #[must_use]
    pub const fn new(mm: f64) -> Self {
        Self(mm)
    }

    /// The length in millimetres.
    #[must_use]
    pub const fn to_mm(self) -> f64 {
        self.0
    }

    /// The length in pixels at a resolution.
    #[must_use]
    pub fn to_px(self, dpi: Dpi) -> f64 {
        self.0 / 25.4 * f64::from(dpi.0)
    }
}

/// A resolution in dots per inch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Dpi(u16);

impl Dpi {
    /// A resolution of `dpi` dots per inch.
    #[must_use]
    pub const fn new(dpi: u16) -> Self {
        Self(dpi)
    }

    /// The resolution in dots per inch.
    #[must_use]
    pub const fn to_dpi(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Dpi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} dpi", self.0)
    }
}

/// A size of a file in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Bytes(u64);

impl Bytes {
    /// A size of `bytes` bytes.
    #[must_use]
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// The size in bytes.
    #[must_use]
    pub const fn to_bytes(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.to_string();
        let head = n.len() % 3;
        for (i, digit) in n.chars().enumerate() {
            if i > 0 && i % 3 == head {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl FromStr for Bytes {
    type Err = String;

    /// Reads `20000`, `20KB` (1000 bytes each), `20KiB` (1024 bytes each), and the same with `MB` and `MiB`; case does not matter.
    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, unit) = text.split_at(split);
        let factor = match unit.trim().to_ascii_lowercase().as_str() {
            "" | "b" => 1.0,
            "kb" => 1e3,
            "kib" => 1024.0,
            "mb" => 1e6,
            "mib" => 1024.0 * 1024.0,
            _ => {
                return Err(format!(
                    "unknown unit '{}'; write bytes, KB (1000), or KiB (1024)",
                    unit.trim()
                ));
            }
        };
        let value: f64 = number
            .parse()
            .map_err(|_| format!("'{text}' is not a size; write for example 20KB or 20480"))?;
        Ok(Self((value * factor).round() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kilobyte_is_a_thousand_bytes_and_a_kibibyte_1024() {
        assert_eq!("20KB".parse(), Ok(Bytes::new(20_000)));
        assert_eq!("20 KiB".parse(), Ok(Bytes::new(20_480)));
        assert_eq!("1.5mib".parse(), Ok(Bytes::new(1_572_864)));
        assert_eq!("17".parse(), Ok(Bytes::new(17)));
        assert!("20 kilos".parse::<Bytes>().is_err());
        assert!("KB".parse::<Bytes>().is_err());
    }

    #[test]
    fn bytes_print_with_thousands_separated() {
        assert_eq!(Bytes::new(1).to_string(), "1");
        assert_eq!(Bytes::new(15_360).to_string(), "15,360");
        assert_eq!(Bytes::new(143_360_000).to_string(), "143,360,000");
    }

    #[test]
    fn card_width_of_26_mm_is_358_px() {
        assert_eq!(Mm::new(26.0).to_px(Dpi::new(350)).round(), 358.0);
    }
}
