#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| credentials::fuzz::found(bytes));
