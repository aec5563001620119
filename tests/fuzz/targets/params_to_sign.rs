#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signing::fuzz::params_to_sign(bytes));
