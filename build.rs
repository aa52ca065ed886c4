//! Takes the face detector's model out of the `rustface` package, which carries it: nothing is downloaded and nothing is copied into this repository.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

const MODEL: &str = "model/seeta_fd_frontal_v1.0.bin";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=Cargo.lock");
    let out =
        PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("seeta_fd_frontal_v1.0.bin");
    let Some(model) = rustface_folder().map(|folder| folder.join(MODEL)) else {
        panic!("cannot find the folder of the package rustface in `cargo metadata`");
    };
    if let Err(error) = fs::copy(&model, &out) {
        panic!("cannot copy {} to {}: {error}", model.display(), out.display());
    }
}

/// The folder of the `rustface` package, as cargo itself names it (a registry's cache, a vendored copy, or a path).
fn rustface_folder() -> Option<PathBuf> {
    let cargo = env::var_os("CARGO")?;
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR")?).join("Cargo.toml");
    let metadata = |offline: bool| {
        let mut command = Command::new(&cargo);
        command
            .args(["metadata", "--format-version", "1", "--all-features", "--manifest-path"])
            .arg(&manifest);
        if offline {
            command.arg("--offline");
        }
        command
            .output()
            .ok()
            .filter(|o| o.status.success())
            .map(|o| String::from_utf8_lossy(&o.stdout).into_owned())
    };
    let text = metadata(true).or_else(|| metadata(false))?;
    // one string is wanted from a document of known form: a JSON library at build time would be heavier than this
    text.split("\"manifest_path\":\"").skip(1).filter_map(|rest| rest.split('"').next()).find_map(
        |path| {
            let path = path.replace("\\\\", "\\");
            let folder = Path::new(&path).parent()?;
            folder.file_name()?.to_str()?.starts_with("rustface").then(|| folder.to_path_buf())
        },
    )
}
