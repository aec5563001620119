use crate::test::Selection;

xflags::xflags! {
    /// Sets up, runs and tests Aloft.
    cmd xtask {
        /// Install what is missing to build and run Aloft; every command is shown first.
        cmd setup {
            /// Also install what the tests need.
            optional --tests
        }
        /// Set up, build, and open the window; without a display do the main job headless.
        cmd run {}
        /// Set up, and run every check and test; the last line is `N passed, N failed`.
        cmd test {
            /// Only these steps, joined by commas: lint, ui, unit, conformance, crash, fuzz, bench, e2e.
            optional --only steps: Selection
        }
        /// Kill `aloft` at random moments among all that can go wrong, and look whether every file arrived once.
        cmd chaos {
            /// How many rounds; 20 when not given.
            optional --rounds count: u64
            /// The number of the first round; 1 when not given. A round with the same number is the same round.
            optional --seed number: u64
            /// Seconds that an outage of the service takes; 30 when not given.
            optional --outage seconds: u64
        }
        /// Fuzz what reads foreign bytes; what was found is named, and lies in the target folder.
        cmd fuzz {
            /// Only this target; all when not given.
            optional target: String
            /// How long each target runs; 600 when not given.
            optional --seconds count: u64
        }
        /// Aloft beside curl and the official clients; writes tests/bench/RESULTS.md.
        cmd bench {
            /// Small files, one round, the development build, only clients that are installed; writes nothing.
            optional --smoke
            /// Only this work; without --smoke its section of the page is written anew.
            optional --only work: String
        }
        /// Formatting, clippy and words: the first steps of `test` alone.
        cmd lint {}
        /// Write the committed files that are made from others: contract.ts, messages.rs, icons.
        cmd generate {}
    }
}
