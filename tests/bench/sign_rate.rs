//! How often a second `signing::sign` signs an upload: `sign-rate SECONDS`. Prints a rate; `peers/sign.cjs` is its twin.
#![expect(clippy::print_stdout, reason = "a program of the benchmark")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use secrecy::SecretString;
use signing::{Params, Scheme, sign};

fn main() {
    let seconds = std::env::args().nth(1).and_then(|word| word.parse().ok());
    let duration = Duration::from_secs_f64(seconds.unwrap_or(1.0));
    rate(duration / 4); // warm
    println!("{}", rate(duration));
}

fn rate(duration: Duration) -> f64 {
    let secret = SecretString::from("a-secret-of-27-characters-x");
    let mut params = Params::new();
    params.insert("folder", "holiday/2026");
    params.insert("overwrite", false);
    params.insert("public_id", "sunset-over-the-bay-k3j9x2");
    params.insert("tags", "sea,evening");
    let (start, mut count) = (Instant::now(), 0_u32);
    let mut timestamp = 1_764_000_000_i64;
    while start.elapsed() < duration {
        for _ in 0..1000 {
            // A new timestamp each time, so that nothing can be kept from the last time.
            timestamp += 1;
            params.insert("timestamp", timestamp);
            black_box(sign(black_box(&params), &secret, Scheme::default()));
        }
        count += 1000;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
