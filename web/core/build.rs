//! What the linker is told of the module's memory.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        // As `Baidi` wants it; below the data, so that an overflow traps and overwrites nothing.
        println!("cargo::rustc-link-arg-cdylib=-zstack-size=8388608");
        println!("cargo::rustc-link-arg-cdylib=--stack-first");
        // A photo may take 480 MiB to decode. Beyond this the module ends, and not the tab.
        println!("cargo::rustc-link-arg-cdylib=--max-memory=1073741824");
    }
}
