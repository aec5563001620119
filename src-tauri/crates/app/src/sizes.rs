//! Sizes as people read them, in messages and in the terminal; the page's `bytes.ts` does the same in its language.

/// Bytes in steps of 1000, as file managers and the service count: `18 bytes`, `4.8 MB`, `412 MB`.
pub fn in_bytes(count: u64) -> String {
    match measured(count) {
        Some((number, unit)) => format!("{number} {unit}"),
        None => format!("{count} bytes"),
    }
}

/// The number and its unit; `None` below a kilobyte.
pub(crate) fn measured(count: u64) -> Option<(String, &'static str)> {
    const UNITS: [&str; 4] = ["KB", "MB", "GB", "TB"];
    if count < 1000 {
        return None;
    }
    let (mut value, mut unit) = (count as f64 / 1000.0, 0);
    while value >= 999.5 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    Some((short(value), UNITS[unit]))
}

/// One digit after the point where that says something.
pub(crate) fn short(value: f64) -> String {
    let digits = usize::from(value < 99.95);
    let text = format!("{value:.digits$}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}
