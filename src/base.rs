//! What every other room stands on: units, geometry, pixels, colour, resampling, errors, and what is to be said.

pub mod clock;
pub mod color;
pub mod error;
pub mod geometry;
pub mod message;
pub mod raster;
pub mod resample;
pub mod stop;
pub mod units;
