//! Writes the pixels that zune-jpeg decodes as a binary PPM, for `readers.py`.
//!
//!     zune IN.jpg OUT.ppm

use std::io::Write;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;

fn main() {
    let mut args = std::env::args().skip(1);
    let file = std::fs::read(args.next().expect("a file")).expect("readable");
    let mut decoder = JpegDecoder::new(ZCursor::new(&file[..]));
    let pixels = decoder.decode().expect("a JPEG");
    let (width, height) = decoder.dimensions().expect("a header was read");
    let mut out = std::fs::File::create(args.next().expect("where to write")).expect("writable");
    write!(out, "P6\n{width} {height}\n255\n").expect("writable");
    out.write_all(&pixels[..3 * width * height]).expect("writable");
}
