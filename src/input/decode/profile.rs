//! Embedded colour profile → sRGB, row by row, and transparency → white.

use std::sync::Arc;

use moxcms::{
    ColorProfile, DataColorSpace, Layout, ProfileText, RenderingIntent, TransformExecutor,
    TransformOptions,
};

use super::Note;
use crate::base::geometry::Size;

/// The colour channels of a row of samples, alpha apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ink {
    /// One channel, 0 black.
    Gray,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black; 0 no ink, full scale full ink.
    Cmyk,
}

impl Ink {
    pub(super) const fn channels(self) -> usize {
        match self {
            Self::Gray => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// A sample as files hold it: `u8` or `u16`, full scale white.
pub(super) trait Sample: Copy + Default {
    const FULL: u32;
    fn value(self) -> u32;
    fn from_value(v: u32) -> Self;
    /// The value in 8 bits, rounded.
    fn eight(self) -> u8;
    fn transform(converter: &Converter) -> Option<&Transform<Self>>;
}

pub(super) type Transform<T> = Arc<dyn TransformExecutor<T> + Send + Sync>;

impl Sample for u8 {
    const FULL: u32 = 255;
    fn value(self) -> u32 {
        u32::from(self)
    }
    fn from_value(v: u32) -> Self {
        v as Self
    }
    fn eight(self) -> u8 {
        self
    }
    fn transform(converter: &Converter) -> Option<&Transform<Self>> {
        converter.eight.as_ref()
    }
}

impl Sample for u16 {
    const FULL: u32 = 65_535;
    fn value(self) -> u32 {
        u32::from(self)
    }
    fn from_value(v: u32) -> Self {
        v as Self
    }
    fn eight(self) -> u8 {
        ((u32::from(self) * 255 + 32_767) / 65_535) as u8
    }
    fn transform(converter: &Converter) -> Option<&Transform<Self>> {
        converter.sixteen.as_ref()
    }
}

/// Turns rows of file samples into 8-bit sRGB.
pub(super) struct Converter {
    ink: Ink,
    alpha: bool,
    eight: Option<Transform<u8>>,
    sixteen: Option<Transform<u16>>,
}

/// The name a profile gives itself, `unnamed` where it has none, `unreadable` where it is broken; with the parsed profile.
pub(super) fn describe(icc: &[u8]) -> (String, Option<ColorProfile>) {
    let Ok(profile) = ColorProfile::new_from_slice(icc) else {
        return ("unreadable".to_owned(), None);
    };
    let text = match &profile.description {
        Some(ProfileText::PlainString(s)) => s.clone(),
        Some(ProfileText::Localizable(list)) => {
            let english = list.iter().find(|l| l.language.eq_ignore_ascii_case("en"));
            english.or(list.first()).map(|l| l.value.clone()).unwrap_or_default()
        }
        Some(ProfileText::Description(d)) if !d.ascii_string.is_empty() => d.ascii_string.clone(),
        Some(ProfileText::Description(d)) => d.unicode_string.clone(),
        None => String::new(),
    };
    let clean: String = text.chars().filter(|c| !c.is_control()).take(80).collect();
    let name = if clean.trim().is_empty() { "unnamed".to_owned() } else { clean.trim().to_owned() };
    (name, Some(profile))
}

impl Converter {
    /// A converter for rows of `ink` channels, followed by an alpha channel if `alpha`, from `icc` (sRGB when `None`).
    ///
    /// Broken profiles, and those of another kind than the pixels, are left aside; the notes say what was done.
    pub(super) fn new(ink: Ink, alpha: bool, icc: Option<&[u8]>, notes: &mut Vec<Note>) -> Self {
        let mut out = Self { ink, alpha, eight: None, sixteen: None };
        let assumed = if ink == Ink::Cmyk { Note::AssumedCmyk } else { Note::AssumedSrgb };
        let Some(icc) = icc else {
            notes.push(assumed);
            return out;
        };
        let (name, profile) = describe(icc);
        let wanted = match ink {
            Ink::Gray => DataColorSpace::Gray,
            Ink::Rgb => DataColorSpace::Rgb,
            Ink::Cmyk => DataColorSpace::Cmyk,
        };
        let Some(profile) = profile else {
            notes.push(Note::IgnoredProfile { reason: "it is broken".to_owned() });
            return out;
        };
        if profile.color_space != wanted {
            notes.push(Note::IgnoredProfile { reason: "it is for other pixels".to_owned() });
            return out;
        }
        if let Err(reason) = out.prepare(&profile) {
            notes.push(Note::IgnoredProfile { reason });
        } else if out.is_identity() {
            (out.eight, out.sixteen) = (None, None);
        } else {
            notes.push(Note::ConvertedProfile { name });
        }
        out
    }

    /// A converter from Adobe RGB (1998), which cameras mark in EXIF without embedding it.
    pub(super) fn adobe_rgb(alpha: bool, notes: &mut Vec<Note>) -> Self {
        let mut out = Self { ink: Ink::Rgb, alpha, eight: None, sixteen: None };
        if out.prepare(&ColorProfile::new_adobe_rgb()).is_ok() {
            notes.push(Note::ConvertedProfile { name: "Adobe RGB (1998)".to_owned() });
        }
        out
    }

    fn prepare(&mut self, profile: &ColorProfile) -> Result<(), String> {
        let srgb = ColorProfile::new_srgb();
        // Relative colorimetric for matrix profiles is all they know; for printing profiles the perceptual table is
        // what photo programs use on screen, and moxcms has no black point compensation to make colorimetric look right.
        let options = TransformOptions {
            rendering_intent: RenderingIntent::Perceptual,
            ..TransformOptions::default()
        };
        let layout = match self.ink {
            Ink::Gray => Layout::Gray,
            Ink::Rgb => Layout::Rgb,
            Ink::Cmyk => Layout::Rgba,
        };
        let eight = profile
            .create_transform_8bit(layout, &srgb, Layout::Rgb, options)
            .map_err(|e| e.to_string())?;
        let sixteen = profile
            .create_transform_16bit(layout, &srgb, Layout::Rgb, options)
            .map_err(|e| e.to_string())?;
        (self.eight, self.sixteen) = (Some(eight), Some(sixteen));
        Ok(())
    }

    /// Whether the conversion moves no colour of a 9×9×9 grid by more than one level: the profile is sRGB by any name.
    fn is_identity(&self) -> bool {
        let level = |i: usize| (i * 255 / 8) as u8;
        let input: Vec<u8> = match self.ink {
            Ink::Cmyk => return false,
            Ink::Gray => (0..=255).collect(),
            Ink::Rgb => {
                (0..729).flat_map(|i| [level(i / 81), level(i / 9 % 9), level(i % 9)]).collect()
            }
        };
        let expected: Vec<u8> = if self.ink == Ink::Gray {
            input.iter().flat_map(|&v| [v; 3]).collect()
        } else {
            input.clone()
        };
        let mut output = vec![0; expected.len()];
        let done = self.eight.as_ref().is_some_and(|t| t.transform(&input, &mut output).is_ok());
        done && expected.iter().zip(&output).all(|(a, b)| a.abs_diff(*b) <= 1)
    }

    /// Whether rows of plain RGB can be used as they are.
    pub(super) fn is_passthrough(&self) -> bool {
        self.ink == Ink::Rgb && !self.alpha && self.eight.is_none()
    }

    /// Samples per pixel in the rows it takes.
    pub(super) fn channels(&self) -> usize {
        self.ink.channels() + usize::from(self.alpha)
    }

    /// Converts all rows of a picture of this size to 8-bit sRGB; rows that are missing stay white.
    pub(super) fn picture<T: Sample>(&self, samples: &[T], size: Size) -> Vec<u8> {
        let width = size.width.max(1) as usize;
        let mut rgb = vec![255; size.area() as usize * 3];
        for (from, to) in
            samples.chunks_exact(width * self.channels()).zip(rgb.chunks_exact_mut(width * 3))
        {
            self.row(from, to);
        }
        rgb
    }

    /// Converts one row to 8-bit sRGB; as many pixels as both rows hold.
    ///
    /// Alpha is straight, and composited over white in gamma-coded sRGB, as browsers and image viewers do, so that the
    /// picture is the one its owner saw: `out = c·a + 255·(1 - a)`. Colour under alpha 0 never shows.
    pub(super) fn row<T: Sample>(&self, samples: &[T], out: &mut [u8]) {
        let step = self.channels();
        let pixels = (samples.len() / step).min(out.len() / 3);
        let samples = samples.get(..pixels * step).unwrap_or(&[]);
        let rgb = self.colours(samples, pixels);
        if !self.alpha {
            for (to, from) in out.iter_mut().zip(rgb) {
                *to = from.eight();
            }
            return;
        }
        for (i, (to, from)) in out.chunks_exact_mut(3).zip(rgb.chunks_exact(3)).enumerate() {
            let alpha = samples.get(i * step + step - 1).map_or(T::FULL, |a| a.value());
            for (to, from) in to.iter_mut().zip(from) {
                let over = u64::from(from.value()) * u64::from(alpha)
                    + u64::from(T::FULL) * u64::from(T::FULL - alpha);
                let full = u64::from(T::FULL) * u64::from(T::FULL);
                *to = ((over * 255 + full / 2) / full) as u8;
            }
        }
    }

    /// The row's colours as sRGB in its own depth, alpha dropped.
    fn colours<T: Sample>(&self, samples: &[T], pixels: usize) -> Vec<T> {
        let step = self.channels();
        let inks = self.ink.channels();
        let mut colours: Vec<T> = Vec::with_capacity(pixels * inks);
        for pixel in samples.chunks_exact(step) {
            colours.extend(pixel.iter().take(inks));
        }
        if let Some(transform) = T::transform(self) {
            let mut rgb = vec![T::default(); pixels * 3];
            if transform.transform(&colours, &mut rgb).is_ok() {
                return rgb;
            }
        }
        match self.ink {
            Ink::Rgb => colours,
            Ink::Gray => colours.iter().flat_map(|&v| [v; 3]).collect(),
            Ink::Cmyk => colours.chunks_exact(4).flat_map(naive_cmyk::<T>).collect(),
        }
    }
}

/// CMYK without a profile: each ink takes its complement away, `R = (1 - C)(1 - K)`.
fn naive_cmyk<T: Sample>(inks: &[T]) -> [T; 3] {
    let [c, m, y, k] =
        [0, 1, 2, 3].map(|i| u64::from(T::FULL - inks.get(i).map_or(0, |v| v.value())));
    let full = u64::from(T::FULL);
    [c, m, y].map(|v| T::from_value(((v * k + full / 2) / full) as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lays_transparent_pixels_over_white_whatever_colour_is_under_them() {
        let converter = Converter::new(Ink::Rgb, true, None, &mut Vec::new());
        let mut out = [0; 9];
        converter.row::<u8>(&[0, 0, 0, 0, 200, 100, 0, 255, 0, 0, 0, 128], &mut out);
        assert_eq!(out, [255, 255, 255, 200, 100, 0, 127, 127, 127]);
    }

    #[test]
    fn rounds_sixteen_bits_to_eight() {
        let converter = Converter::new(Ink::Gray, false, None, &mut Vec::new());
        let mut out = [0; 12];
        converter.row::<u16>(&[0, 128, 129, 65_535], &mut out);
        assert_eq!(out, [0, 0, 0, 0, 0, 0, 1, 1, 1, 255, 255, 255]);
    }

    #[test]
    fn recognises_srgb_and_converts_display_p3() {
        let mut notes = Vec::new();
        let srgb = ColorProfile::new_srgb().encode().expect("moxcms writes its own profiles");
        assert!(
            Converter::new(Ink::Rgb, false, Some(&srgb), &mut notes).is_passthrough()
                && notes.is_empty()
        );
        let p3 = ColorProfile::new_display_p3().encode().expect("moxcms writes its own profiles");
        let converter = Converter::new(Ink::Rgb, false, Some(&p3), &mut notes);
        assert!(matches!(notes.as_slice(), [Note::ConvertedProfile { .. }]));
        let mut out = [0; 3];
        converter.row::<u8>(&[200, 100, 100], &mut out);
        // ICC: P3 (200, 100, 100) lies at sRGB (213, 95, 97) within rounding.
        assert!(
            out[0].abs_diff(213) <= 2 && out[1].abs_diff(95) <= 2 && out[2].abs_diff(97) <= 2,
            "{out:?}"
        );
    }

    #[test]
    fn ignores_profiles_that_are_broken_or_of_another_kind() {
        let mut notes = Vec::new();
        let gray = ColorProfile::new_gray_with_gamma(2.2)
            .encode()
            .expect("moxcms writes its own profiles");
        assert!(Converter::new(Ink::Rgb, false, Some(&gray), &mut notes).is_passthrough());
        assert!(Converter::new(Ink::Rgb, false, Some(b"no profile"), &mut notes).is_passthrough());
        assert!(matches!(
            notes.as_slice(),
            [Note::IgnoredProfile { .. }, Note::IgnoredProfile { .. }]
        ));
    }
}
