//! Bandwidths as people write them, in a terminal and in the settings.

use std::fmt;
use std::num::NonZero;
use std::str::FromStr;

use engine::Hours;

/// Bytes a second: a number, with K, M or G in steps of 1000 as every size that a person reads, or KiB, MiB or GiB in steps of 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u64);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let text = text.strip_suffix("/s").unwrap_or(text);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
            "" | "b" => 1,
            "k" | "kb" => 1_000,
            "m" | "mb" => 1_000_000,
            "g" | "gb" => 1_000_000_000,
            "kib" => 1 << 10,
            "mib" => 1 << 20,
            "gib" => 1 << 30,
            _ => 0,
        };
        let number: Option<f64> = digits.trim_end().parse().ok();
        let bytes = number.map_or(0.0, |number| number * f64::from(unit));
        if (1.0..1e15).contains(&bytes) {
            Ok(Self(bytes.round() as u64))
        } else {
            Err("a rate is a number of bytes a second, such as 500K or 2M".to_owned())
        }
    }
}

/// A rate, or `none`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(pub Option<u64>);

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("none") {
            return Ok(Self(None));
        }
        text.parse().map(|Rate(bytes)| Self(Some(bytes)))
    }
}

impl fmt::Display for Rate {
    /// As it is read again: in the largest unit of 1000, or else of 1024, that keeps every byte with two digits after the point.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u32, &str); 6] = [
            (1_000_000_000, "GB"),
            (1_000_000, "MB"),
            (1_000, "KB"),
            (1 << 30, "GiB"),
            (1 << 20, "MiB"),
            (1 << 10, "KiB"),
        ];
        for (size, unit) in UNITS {
            let number = format!("{:.2}", self.0 as f64 / f64::from(size));
            let number = number.trim_end_matches('0').trim_end_matches('.');
            let text = format!("{number} {unit}");
            if self.0 >= u64::from(size) && text.parse() == Ok(*self) {
                return f.write_str(&text);
            }
        }
        write!(f, "{} B", self.0)
    }
}

/// `22:00-06:00=none`: hours of the day with a rate of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timed(pub Hours);

impl FromStr for Timed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = text
            .split_once('=')
            .and_then(|(hours, rate)| Some((hours.split_once('-')?, rate)));
        let Some(((from, to), rate)) = parts else {
            return Err("hours are written like 09:00-17:00=500K".to_owned());
        };
        let time = |text: &str| {
            let text = text.trim();
            text.parse()
                .map_err(|_| format!("“{text}” is no time of the day; write it like 09:00"))
        };
        Ok(Self(Hours {
            from: time(from)?,
            to: time(to)?,
            rate: rate.parse::<Limit>()?.0,
        }))
    }
}

/// A number of requests, or `auto`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requests(pub Option<u32>);

impl FromStr for Requests {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().eq_ignore_ascii_case("auto") {
            return Ok(Self(None));
        }
        let number: Result<NonZero<u32>, _> = text.trim().parse();
        number
            .map(|number| Self(Some(number.get())))
            .map_err(|_| "a number of requests is 1 or more, or `auto`".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_people_write_it() {
        for (text, bytes) in [
            ("1", 1),
            ("500K", 500_000),
            ("1.5m", 1_500_000),
            ("4.35 MB", 4_350_000),
            ("2 ", 2),
            ("1GiB", 1 << 30),
        ] {
            assert_eq!(text.parse(), Ok(Rate(bytes)), "{text}");
        }
        for (text, bytes) in [("2 MB", 2_000_000), ("512 kib/s", 512 << 10)] {
            assert_eq!(text.parse(), Ok(Rate(bytes)), "{text}");
        }
        for text in ["", "0", "-1", "K", "5 apples", "1e400", "NaN"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_rate_is_written_as_it_is_read() {
        for (bytes, text) in [
            (2_000_000, "2 MB"),
            (1_572_864, "1.5 MiB"),
            (512_000, "512 KB"),
            (1_646_264, "1.57 MiB"),
            (1_234_567, "1234567 B"),
            (1, "1 B"),
        ] {
            assert_eq!(Rate(bytes).to_string(), text);
            assert_eq!(text.parse(), Ok(Rate(bytes)));
        }
    }

    #[test]
    fn hours_hold_a_rate_or_none() {
        let Timed(day) = "09:00-17:30=500K".parse().unwrap();
        assert_eq!(
            (day.from.hour(), day.to.minute(), day.rate),
            (9, 30, Some(500_000))
        );
        let Timed(night) = "22:00-06:00=none".parse().unwrap();
        assert_eq!(night.rate, None);
        for wrong in [
            "",
            "9-5",
            "09:00-17:00",
            "09:00=1M",
            "25:00-26:00=1M",
            "09:00-17:00=fast",
        ] {
            assert!(wrong.parse::<Timed>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_number_of_requests_is_at_least_one() {
        assert_eq!("auto".parse(), Ok(Requests(None)));
        assert_eq!("12".parse(), Ok(Requests(Some(12))));
        for wrong in ["0", "-1", "many", ""] {
            assert!(wrong.parse::<Requests>().is_err(), "{wrong}");
        }
    }
}
