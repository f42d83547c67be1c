//! Counting: what passed, what failed, and what Rust's test harness says about it.

use std::fmt;
use std::time::Instant;

use anyhow::Result;

/// How many checks and tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Tally {
    /// Counts one check and says how it went.
    pub(crate) fn check(&mut self, title: &str, begun: Instant, outcome: Result<()>) {
        let seconds = begun.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => {
                self.passed += 1;
                println!("{title}: passed in {seconds:.1} s");
            }
            Err(error) => {
                self.failed += 1;
                println!("{title}: FAILED in {seconds:.1} s: {error:#}");
            }
        }
    }

    /// Adds what was counted elsewhere and says it.
    pub(crate) fn add(&mut self, begun: Instant, counted: Self) {
        self.passed += counted.passed;
        self.failed += counted.failed;
        println!("tests: {counted} in {:.1} s", begun.elapsed().as_secs_f64());
    }

    /// Reads a line of the harness, such as `test result: ok. 12 passed; 0 failed; …`.
    ///
    /// Other lines, those that merely quote such a line included, count nothing.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let counts = line.trim_start().strip_prefix("test result: ")?;
        let (verdict, counts) = counts.split_once(". ")?;
        if !matches!(verdict, "ok" | "FAILED") {
            return None;
        }
        let count = |word: &str| {
            let part = counts.split(';').find_map(|part| part.trim().strip_suffix(word))?;
            part.trim().parse().ok()
        };
        Some(Self { passed: count(" passed")?, failed: count(" failed")? })
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_result_lines_count() {
        let table = [
            (
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
                 finished in 0.01s",
                Some((12, 0)),
            ),
            ("test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured", Some((3, 2))),
            ("test result: ok. many passed; 0 failed;", None),
            ("test a_line_that_says::test_result ... ok", None),
            ("the log says test result: ok. 1 passed; 0 failed;", None),
            ("", None),
        ];
        for (line, expected) in table {
            let expected = expected.map(|(passed, failed)| Tally { passed, failed });
            assert_eq!(Tally::of_line(line), expected, "{line}");
        }
    }

    #[test]
    fn a_check_counts_as_one() {
        let mut tally = Tally::default();
        tally.check("first", Instant::now(), Ok(()));
        tally.check("second", Instant::now(), Err(anyhow::anyhow!("no")));
        tally.add(Instant::now(), Tally { passed: 5, failed: 1 });
        assert_eq!(tally.to_string(), "6 passed, 2 failed");
    }
}
