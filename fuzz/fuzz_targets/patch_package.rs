#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gouji_fuzz::patch_package::run(data));
