#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gouji_fuzz::parse_form::run(data));
