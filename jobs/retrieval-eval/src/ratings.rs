//! Whether the configured embedding is good enough for ratings by similarity.

use std::fmt;

use platform::model::{Embedder, Purpose};
use shared::Language;
use shared::survey::similarity::{
    LEAST_NEGATION, LEAST_ORDER, Seen, SelfTest, seen, test_statements, test_vectors,
};

use crate::indexed::vectors;

/// What was measured in one language.
pub(crate) struct Measured {
    model: String,
    languages: Vec<(Language, SelfTest, Vec<Seen>)>,
}

/// Takes the self-test in both languages, as a survey does.
///
/// # Errors
/// When the provider fails.
pub(crate) async fn measured(embedder: &Embedder) -> anyhow::Result<Measured> {
    let mut languages = Vec::new();
    for language in [Language::English, Language::Polish] {
        let statements = test_statements(language);
        let texts: Vec<(String, Language)> =
            statements.iter().map(|text| ((*text).to_owned(), language)).collect();
        let vectors = vectors(embedder, &texts, Purpose::Likeness).await?;
        languages.push((language, test_vectors(&vectors, language), seen(&vectors, language)));
    }
    Ok(Measured { model: embedder.model().name.clone(), languages })
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, self-test of ratings by similarity", self.model)?;
        for (language, test, seen) in &self.languages {
            let verdict = if test.passes { "passes" } else { "does not pass" };
            writeln!(
                f,
                "{}: order {:.3} of {LEAST_ORDER}, negation {:.3} of {LEAST_NEGATION}: {verdict}",
                language.as_str(),
                test.order,
                test.negation
            )?;
            for one in seen {
                let sets: Vec<String> = one.sets.iter().map(|set| format!("{set:.2}")).collect();
                writeln!(
                    f,
                    "  {:<13} order {:.3} (sets {}), negation {:.3}",
                    format!("{:?}", one.construct).to_lowercase(),
                    one.order,
                    sets.join(" "),
                    one.negation
                )?;
            }
        }
        Ok(())
    }
}
