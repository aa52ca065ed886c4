#![no_main]
#[path = "../people.rs"]
mod people;
libfuzzer_sys::fuzz_target!(|data: &[u8]| people::roster(data));
