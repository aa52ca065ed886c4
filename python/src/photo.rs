//! A photo as Python hands it in.

use std::borrow::Cow;
use std::path::PathBuf;

use baidi::Error;
use baidi::lab::source::Source;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;

/// What a photo is read from.
#[derive(Debug)]
enum Kind {
    /// A file's content. Python's own bytes: they are not copied, and nobody can change them.
    Bytes(PyBackedBytes),
    /// A file, read when its turn comes.
    File(PathBuf),
    /// Something that could not be had.
    Missing { place: PathBuf, reason: String },
    /// Rows of 8-bit sRGB.
    Pixels { pixels: PyBackedBytes, width: u32, height: u32, color: png::ColorType },
}

/// A photo to come, and what it is called.
#[pyclass(frozen, module = "baidi._baidi")]
#[derive(Debug)]
pub(crate) struct Photo {
    kind: Kind,
    name: Option<String>,
}

#[pymethods]
impl Photo {
    /// A file's content.
    #[staticmethod]
    #[pyo3(signature = (data, name))]
    fn of_bytes(data: PyBackedBytes, name: Option<String>) -> Self {
        Self { kind: Kind::Bytes(data), name }
    }

    /// A file.
    #[staticmethod]
    #[pyo3(signature = (path, name))]
    fn of_file(path: PathBuf, name: Option<String>) -> Self {
        let own = || path.file_name()?.to_str().map(str::to_owned);
        Self { name: name.or_else(own), kind: Kind::File(path) }
    }

    /// Something that could not be had: it fails as a file does that cannot be read.
    #[staticmethod]
    #[pyo3(signature = (place, reason))]
    const fn missing(place: PathBuf, reason: String) -> Self {
        Self { kind: Kind::Missing { place, reason }, name: None }
    }

    /// Rows of 8-bit sRGB, with 1 (grey), 3 (RGB) or 4 (RGBA, not premultiplied) channels.
    #[staticmethod]
    #[pyo3(signature = (pixels, width, height, channels, name))]
    fn of_pixels(
        pixels: PyBackedBytes,
        width: u32,
        height: u32,
        channels: u8,
        name: Option<String>,
    ) -> PyResult<Self> {
        let color = match channels {
            1 => png::ColorType::Grayscale,
            3 => png::ColorType::Rgb,
            4 => png::ColorType::Rgba,
            _ => return Err(PyValueError::new_err(format!("1, 3 or 4 channels, not {channels}"))),
        };
        let wanted = u64::from(width) * u64::from(height) * u64::from(channels);
        if wanted == 0 || wanted != pixels.len() as u64 {
            let there = pixels.len();
            let wrong = format!("{width}×{height}×{channels} pixels are not {there} bytes");
            return Err(PyValueError::new_err(wrong));
        }
        Ok(Self { kind: Kind::Pixels { pixels, width, height, color }, name })
    }
}

impl Photo {
    /// What its file is called, where that is known.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// How reports name it.
    pub(crate) fn place(&self) -> PathBuf {
        match &self.kind {
            Kind::File(path) | Kind::Missing { place: path, .. } => path.clone(),
            Kind::Bytes(_) | Kind::Pixels { .. } => {
                self.name.as_deref().unwrap_or("-").to_owned().into()
            }
        }
    }

    /// The file's content; of pixels, that of a PNG.
    pub(crate) fn read(&self) -> Result<Cow<'_, [u8]>, Error> {
        match &self.kind {
            Kind::Bytes(bytes) => Ok(Cow::Borrowed(bytes)),
            Kind::File(path) => {
                let relative = path.file_name().map_or_else(|| path.clone(), PathBuf::from);
                let source = Source::File { path: path.clone(), relative, folder: None };
                Ok(Cow::Owned(source.read()?))
            }
            Kind::Missing { place, reason } => Err(Error::Io {
                action: "read",
                path: place.clone(),
                source: std::io::Error::other(reason.clone()),
            }),
            Kind::Pixels { pixels, width, height, color } => {
                let failed = |e: png::EncodingError| Error::Internal {
                    stage: "pixels",
                    reason: e.to_string(),
                };
                let mut file = Vec::with_capacity(pixels.len() + 1024);
                let mut encoder = png::Encoder::new(&mut file, *width, *height);
                encoder.set_color(*color);
                encoder.set_depth(png::BitDepth::Eight);
                encoder.set_source_srgb(png::SrgbRenderingIntent::Perceptual);
                // It goes from memory to memory: whatever is saved in bytes costs more in time.
                encoder.set_compression(png::Compression::NoCompression);
                let mut writer = encoder.write_header().map_err(failed)?;
                writer.write_image_data(pixels).map_err(failed)?;
                writer.finish().map_err(failed)?;
                Ok(Cow::Owned(file))
            }
        }
    }
}
