//! Labelled photographs on disk: which there are, and where their landmarks lie.

use std::error::Error;
use std::path::{Path, PathBuf};

use baidi::lab::face::{Landmark, Landmarks};
use baidi::lab::geometry::{Point, Size};

/// The `.jpg` files of `folder`, by name.
pub fn in_folder(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "jpg"))
        .collect();
    paths.sort();
    Ok(paths)
}

/// The labelled landmarks of `photo`, in the pixels of its picture of `size`.
pub fn landmarks(photo: &Path, size: Size) -> Result<Landmarks, Box<dyn Error>> {
    let label: serde_json::Value =
        serde_json::from_slice(&std::fs::read(photo.with_extension("json"))?)?;
    let mesh: Vec<[f64; 2]> = serde_json::from_value(label["landmarks"].clone())?;
    let (w, h) = (f64::from(size.width), f64::from(size.height));
    let points = Landmark::ALL
        .iter()
        .filter_map(|l| mesh.get(l.mesh_index()).map(|p| Point::new(p[0] * w, p[1] * h)))
        .collect();
    Ok(Landmarks::new(points).ok_or("too few landmarks")?)
}
