//! What a project has cost, and what a named model would have charged for it.

use anyhow::Result;
use platform::model::{Price, Usage};
use serde_json::Value;

use super::api::Api;

/// The model that is named, its name in the price list, and where its prices are from.
const NAMED: (&str, &str) = ("Gemini 2.5 Flash", "gemini-2.5-flash");
const SOURCE: &str = "ai.google.dev/gemini-api/docs/pricing";

/// What the work of a project is called, by the tasks of the ledger that are part of it.
const WORK: [(&str, &[&str]); 8] = [
    ("people", &["persona_text"]),
    ("focus group", &["focus_group_turn"]),
    ("summary", &["focus_group_digest", "focus_group_synthesis"]),
    ("survey", &["survey_answers"]),
    ("documents", &["document_facts"]),
    ("needs", &["persona_needs"]),
    ("journey", &["persona_journey"]),
    ("messages", &["persona_messages"]),
];

/// One kind of work, and what it took.
#[derive(Debug, Default, PartialEq, Eq)]
struct Line {
    work: String,
    calls: u64,
    usage: Usage,
    /// What was really paid, in micro-USD.
    paid_micros: i64,
    is_simulated: bool,
}

/// Says what the project has cost; of what was simulated, what the named model would have charged.
pub(super) async fn say(api: &Api, project: &str) -> Result<()> {
    let usage = api.get(&format!("/projects/{project}/usage")).await?;
    let price = Price::listed(NAMED.1).unwrap_or(Price::FREE);
    print!("{}", told(&lines(&usage), price));
    Ok(())
}

fn lines(usage: &Value) -> Vec<Line> {
    let mut lines: Vec<Line> = WORK.iter().map(|(work, _)| line(work)).collect();
    for one in usage["lines"].as_array().into_iter().flatten() {
        let task = one["task"].as_str().unwrap_or("other");
        let place = WORK.iter().position(|(_, tasks)| tasks.contains(&task));
        let place = place.unwrap_or_else(|| {
            lines.push(line(task));
            lines.len() - 1
        });
        let count = |key: &str| one[key].as_u64().unwrap_or(0);
        let into = &mut lines[place];
        into.calls += count("calls");
        into.usage.input_tokens += count("input_tokens");
        into.usage.output_tokens += count("output_tokens");
        into.paid_micros += (one["cost_usd"].as_f64().unwrap_or(0.0) * 1e6).round() as i64;
        into.is_simulated |= count("simulated") > 0;
    }
    lines.retain(|line| line.calls > 0);
    lines
}

fn line(work: &str) -> Line {
    Line { work: work.to_owned(), ..Line::default() }
}

fn told(lines: &[Line], price: Price) -> String {
    let would =
        |line: &Line| if line.is_simulated { price.cost(line.usage) } else { line.paid_micros };
    let paid: i64 = lines.iter().map(|line| line.paid_micros).sum();
    let total: i64 = lines.iter().map(would).sum();
    let is_simulated = lines.iter().any(|line| line.is_simulated);
    let mut text = match is_simulated {
        true => format!(
            "\nCost         {} USD, for nobody was asked. {} would have charged about {} USD:\n",
            dollars(paid),
            NAMED.0,
            dollars(total),
        ),
        false => format!("\nCost         {} USD\n", dollars(paid)),
    };
    text += &format!(
        "\n  {:<14}{:>7}{:>13}{:>13}{:>9}\n",
        "", "calls", "tokens in", "tokens out", "USD"
    );
    for line in lines {
        text += &format!(
            "  {:<14}{:>7}{:>13}{:>13}{:>9}\n",
            line.work,
            grouped(line.calls),
            grouped(line.usage.input_tokens),
            grouped(line.usage.output_tokens),
            dollars(would(line)),
        );
    }
    if is_simulated {
        text += &format!(
            "\n  Tokens are estimated from the same prompts and the offline answers (four characters a token,\n  \
             two tokens a Polish letter), without retries. List price, {SOURCE}:\n  \
             {} USD a million tokens in, {} out; what a prefix cache hits costs a tenth.\n",
            dollars(price.input.cast_signed()),
            dollars(price.output.cast_signed()),
        );
    }
    text
}

/// Dollars to the tenth of a cent, rounded up: nothing that costs something is free.
fn dollars(micros: i64) -> String {
    let mills = micros.div_euclid(1_000) + i64::from(micros.rem_euclid(1_000) > 0);
    let text = format!("{}.{:03}", mills / 1_000, mills % 1_000);
    text.strip_suffix('0').unwrap_or(&text).to_owned()
}

/// `12345` as `12,345`.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let first = digits.len() % 3;
    let mut text = digits[..first].to_owned();
    for (place, digit) in digits[first..].char_indices() {
        if place % 3 == 0 && !text.is_empty() {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn flash() -> Price {
        Price::listed(NAMED.1).unwrap()
    }

    fn used(task: &str, simulated: u64, tokens: (u64, u64), cost_usd: f64) -> Value {
        json!({ "task": task, "calls": 20, "simulated": simulated, "input_tokens": tokens.0,
            "output_tokens": tokens.1, "cost_usd": cost_usd })
    }

    #[test]
    fn a_simulated_project_tells_what_the_named_model_would_have_charged_by_work() {
        let usage = json!({ "lines": [
            used("focus_group_digest", 20, (1_000, 500), 0.0),
            used("focus_group_synthesis", 20, (1_000, 500), 0.0),
            used("persona_text", 20, (100_000, 20_000), 0.0),
        ] });

        let text = told(&lines(&usage), flash());

        assert!(text.contains("Cost         0.00 USD"), "{text}");
        assert!(text.contains("Gemini 2.5 Flash would have charged about 0.084 USD"), "{text}");
        let row = |work: &str| {
            let line = text.lines().find(|line| line.trim_start().starts_with(work)).unwrap();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(row("people"), ["people", "20", "100,000", "20,000", "0.08"]);
        assert_eq!(row("summary"), ["summary", "40", "2,000", "1,000", "0.004"]);
        assert!(text.contains("0.30 USD a million tokens in, 2.50 out"), "{text}");
    }

    #[test]
    fn a_project_that_a_model_wrote_tells_what_was_paid() {
        let usage = json!({ "lines": [used("persona_text", 0, (100_000, 20_000), 0.0812)] });

        let text = told(&lines(&usage), flash());

        assert!(text.contains("Cost         0.082 USD\n"), "{text}");
        assert!(!text.contains("would"), "{text}");
    }

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(
            [0, 7, 999, 1_000, 12_345, 1_234_567].map(grouped),
            ["0", "7", "999", "1,000", "12,345", "1,234,567"]
        );
        assert_eq!(
            [0, 1, 80_000, 300_000, 2_500_000].map(dollars),
            ["0.00", "0.001", "0.08", "0.30", "2.50"]
        );
    }
}
