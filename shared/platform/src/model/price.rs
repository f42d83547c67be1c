//! What calls cost, in micro-USD (a millionth of a dollar), always rounded up.

/// What a model costs, in micro-USD per million tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    pub input: u64,
    /// Of the answer, thinking included.
    pub output: u64,
}

/// List prices of models, for prompts of up to 200,000 tokens, without batch or cache discounts.
/// Gemini: ai.google.dev/gemini-api/docs/pricing as of March 2026; OpenAI: developer pricing page
/// as of March 2026. A contract's own price goes into `MODEL_PRICE_INPUT` and `MODEL_PRICE_OUTPUT`.
const LIST: &[(&str, Price)] = &[
    ("gemini-2.5-flash", Price { input: 300_000, output: 2_500_000 }),
    ("gemini-2.5-flash-lite", Price { input: 100_000, output: 400_000 }),
    ("gemini-2.5-pro", Price { input: 1_250_000, output: 10_000_000 }),
    ("gemini-embedding-001", Price { input: 150_000, output: 0 }),
    ("gpt-4.1", Price { input: 2_000_000, output: 8_000_000 }),
    ("gpt-4.1-mini", Price { input: 400_000, output: 1_600_000 }),
    ("gpt-4.1-nano", Price { input: 100_000, output: 400_000 }),
    ("gpt-4o", Price { input: 2_500_000, output: 10_000_000 }),
    ("gpt-4o-mini", Price { input: 150_000, output: 600_000 }),
    ("gpt-5", Price { input: 1_250_000, output: 10_000_000 }),
    ("gpt-5-mini", Price { input: 250_000, output: 2_000_000 }),
    ("text-embedding-3-large", Price { input: 130_000, output: 0 }),
    ("text-embedding-3-small", Price { input: 20_000, output: 0 }),
];

impl Price {
    /// Nothing, as for a simulation.
    pub const FREE: Self = Self { input: 0, output: 0 };

    /// The list price of this exact model name, `None` when the list does not have it.
    pub fn listed(model: &str) -> Option<Self> {
        LIST.iter().find(|(name, _)| *name == model).map(|(_, price)| *price)
    }

    /// The cost of one call in micro-USD, rounded up.
    pub fn cost(self, usage: Usage) -> i64 {
        let parts = u128::from(usage.input_tokens) * u128::from(self.input)
            + u128::from(usage.output_tokens) * u128::from(self.output);
        i64::try_from(parts.div_ceil(1_000_000)).unwrap_or(i64::MAX)
    }
}

/// How many tokens a call took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Of the prompt.
    pub input_tokens: u64,
    /// Of the answer, thinking included.
    pub output_tokens: u64,
}

impl Usage {
    /// Each count no higher than the other's: counters that cannot be true are not believed.
    pub(super) fn at_most(self, most: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.min(most.input_tokens),
            output_tokens: self.output_tokens.min(most.output_tokens),
        }
    }
}

impl std::ops::Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens + other.input_tokens,
            output_tokens: self.output_tokens + other.output_tokens,
        }
    }
}

/// The least and the most that one call of a task is expected to take, before any was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// A short call that needs no repair.
    pub low: Usage,
    /// A long call. Its repair, which sends the first answer back, is added by the estimate.
    pub high: Usage,
}

/// A range of cost in micro-USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// Every call is short and right at the first try.
    pub low_micros: i64,
    /// Every call is long and repaired once.
    pub high_micros: i64,
}

impl Estimate {
    /// The range for `count` calls of this size at this price.
    pub fn of(price: Price, size: Size, count: u32) -> Self {
        let repaired = Usage {
            input_tokens: 2 * size.high.input_tokens + size.high.output_tokens,
            output_tokens: 2 * size.high.output_tokens,
        };
        let count = i64::from(count);
        Self {
            low_micros: price.cost(size.low).saturating_mul(count),
            high_micros: price.cost(repaired).saturating_mul(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input_tokens: u64, output_tokens: u64) -> Usage {
        Usage { input_tokens, output_tokens }
    }

    #[test]
    fn a_cost_is_rounded_up_to_a_whole_micro_dollar() {
        let flash = Price::listed("gemini-2.5-flash").unwrap();

        for (used, micros) in [
            (usage(0, 0), 0),
            (usage(1, 0), 1),
            (usage(1_000, 400), 1_300),
            (usage(1_000_000, 1_000_000), 2_800_000),
        ] {
            assert_eq!(flash.cost(used), micros, "{used:?}");
        }
    }

    #[test]
    fn a_model_that_the_list_does_not_have_has_no_price() {
        assert_eq!(Price::listed("gemini-2.5-flash-preview"), None);
    }

    #[test]
    fn an_estimate_ranges_from_no_repair_to_every_call_repaired() {
        let price = Price { input: 1_000_000, output: 2_000_000 };
        let size = Size { low: usage(100, 10), high: usage(200, 50) };

        let estimate = Estimate::of(price, size, 10);

        assert_eq!(estimate, Estimate { low_micros: 1_200, high_micros: 6_500 });
    }
}
