//! A file's bytes → upright sRGB pixels and the facts of the file.

pub mod decode;
pub mod markers;
