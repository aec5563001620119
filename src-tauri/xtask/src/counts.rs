//! How many tests a runner says it ran, read from its closing lines.

use std::iter::Sum;

/// Tests that passed and tests that failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |a, b| Self {
            passed: a.passed + b.passed,
            failed: a.failed + b.failed,
        })
    }
}

/// Adds up the closing lines of `cargo test`, cargo-nextest and Vitest in an output without colours.
pub(crate) fn read(output: &str) -> Counts {
    // nextest repeats what a failed test printed, the closing line of its process included.
    let nextest = output.lines().any(|line| line.trim().starts_with(NEXTEST));
    output
        .lines()
        .map(str::trim)
        .filter(|line| !nextest || line.starts_with(NEXTEST))
        .filter_map(closing_line)
        .sum()
}

const NEXTEST: &str = "Summary [";

fn closing_line(line: &str) -> Option<Counts> {
    let tally = if let Some(rest) = line.strip_prefix("test result: ") {
        // test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
        rest.split_once(". ")?.1
    } else if line.starts_with(NEXTEST) {
        // Summary [   0.105s] 12 tests run: 11 passed (1 slow), 1 failed, 2 skipped
        line.split_once(" run: ")?.1
    } else {
        // Tests  1 failed | 11 passed (12)
        line.strip_prefix("Tests  ")?
    };
    Some(tally.split([',', ';', '|']).fold(Counts::default(), add))
}

fn add(mut counts: Counts, part: &str) -> Counts {
    let mut words = part.split_whitespace();
    let Some(number) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
        return counts;
    };
    match words.next() {
        Some("passed") => counts.passed += number,
        // nextest names tests that ran out of time or could not be started beside those that failed.
        Some("failed" | "timed" | "exec") => counts.failed += number,
        _ => {}
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::{Counts, read};

    #[test]
    fn cargo_test_is_added_over_binaries() {
        let output = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 5 passed; 1 failed; 0 ignored; 0 measured; 7 filtered out; finished in 1.50s\n";
        assert_eq!(
            read(output),
            Counts {
                passed: 7,
                failed: 1
            }
        );
    }

    #[test]
    fn nextest_is_read_with_its_remarks() {
        assert_eq!(
            read("     Summary [   0.105s] 12 tests run: 12 passed (1 slow, 1 leaky), 2 skipped\n"),
            Counts {
                passed: 12,
                failed: 0
            }
        );
        assert_eq!(
            read(
                "     Summary [  60.2s] 14 tests run: 11 passed, 1 failed, 2 timed out, 0 skipped\n"
            ),
            Counts {
                passed: 11,
                failed: 3
            }
        );
        assert_eq!(
            read("     Summary [   1.2s] 4/14 tests run: 3 passed, 1 failed, 0 skipped\n"),
            Counts {
                passed: 3,
                failed: 1
            }
        );
    }

    #[test]
    fn nextest_repeats_a_failed_test_and_it_counts_once() {
        let output = "test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 3 filtered out\n\
            Summary [   0.1s] 4 tests run: 3 passed, 1 failed, 0 skipped\n";
        assert_eq!(
            read(output),
            Counts {
                passed: 3,
                failed: 1
            }
        );
    }

    #[test]
    fn vitest_counts_tests_and_not_files() {
        let output = " Test Files  1 failed | 3 passed (4)\n      Tests  2 failed | 30 passed | 1 skipped (33)\n";
        assert_eq!(
            read(output),
            Counts {
                passed: 30,
                failed: 2
            }
        );
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            read("12 passed\nSummary of the day: 3 passed\nTests are good\n"),
            Counts::default()
        );
    }
}
