#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cloudinary::fuzz::service_answer(bytes));
