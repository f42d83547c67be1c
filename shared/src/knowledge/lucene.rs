//! A question in the language of the full-text index.
//!
//! What a user typed reaches Lucene only as [`crate::text::word::words`]: letters, digits and points. None of
//! them means anything to its syntax, `AND`, `OR` and `NOT` are lower case, and the clauses, the scope's
//! first, are ours.

use std::collections::HashSet;

use super::Scope;
use super::bm25::Frequencies;
use crate::Language;
use crate::text::detect::detect;
use crate::text::function_word::is_function_word;
use crate::text::stem::Stemming;
use crate::text::word::words;

/// The most words of a question that are looked up: with the stems of both languages and the pairs 191
/// clauses. Lucene takes 1,024 in a query.
const MOST_WORDS: usize = 64;
/// The most scopes of one query, each a clause.
const MOST_SCOPES: usize = 500;
/// What two neighbouring words of the question are worth when they stand side by side in a chunk, to a
/// word's 1. The sequential dependence model (Metzler and Croft 2005) gives pairs about a fifth.
const PAIR: f64 = 0.2;

/// What a stem of the other language is worth when the question's is known: enough to find a name or a
/// loan word in a document of the other language, too little to move the others.
const OTHER: f64 = 0.2;

/// What Lucene's own score of a clause is worth where rarity in the scopes orders: its sum stays below what one
/// stem makes, unless every text of the scopes has the stem.
const AMONG_EQUALS: f64 = 0.001;

/// A question's words, ready to be looked up.
#[derive(Debug, Clone, PartialEq)]
pub struct QueryTerms {
    /// The language that the question is in, when it can be told.
    pub language: Option<Language>,
    /// For each content word its stems: the one of the question's language first, then that of the
    /// other language when it differs, since documents of both lie in one index.
    pub stems: Vec<Vec<String>>,
}

/// The content words of a question; all of its words when it has no others.
pub fn terms(question: &str, stemming: Stemming) -> QueryTerms {
    let language = detect(question);
    let all = words(question);
    let is_content = |word: &&String| match language {
        Some(language) => !is_function_word(word, language),
        None => {
            !is_function_word(word, Language::Polish) && !is_function_word(word, Language::English)
        }
    };
    let mut content: Vec<&String> = all.iter().filter(is_content).collect();
    if content.is_empty() {
        content = all.iter().collect();
    }
    content.truncate(MOST_WORDS);
    let stems = content.into_iter().map(|word| both(word, language, stemming)).collect();
    QueryTerms { language, stems }
}

fn both(word: &str, language: Option<Language>, stemming: Stemming) -> Vec<String> {
    let first = language.unwrap_or_default();
    let other = first.pick(Language::Polish, Language::English);
    let mut stems = vec![stemming.stem(word, first), stemming.stem(word, other)];
    stems.dedup();
    stems
}

/// The queries for these terms in these scopes: one for each 500 scopes, whose scores can be compared, and
/// none when there is nothing to look up.
///
/// The scope is a required clause of weight 0: Lucene never visits what lies outside, and it moves no
/// score.
pub fn queries(terms: &QueryTerms, scopes: &[Scope]) -> Vec<String> {
    if terms.stems.is_empty() {
        return Vec::new();
    }
    scopes.chunks(MOST_SCOPES).map(|scopes| query(terms, scopes)).collect()
}

fn query(terms: &QueryTerms, scopes: &[Scope]) -> String {
    let clauses: Vec<String> = clauses(terms).iter().map(Clause::in_lucene).collect();
    format!("{} +({})", within(scopes), clauses.join(" "))
}

/// The queries for the same terms where what they find is scored again by the scopes' own [`Frequencies`]: the first
/// are those that have most of what is rare there, whatever else is in the index. Each stem is worth its rarity in
/// the scopes once, however often it is in a text: a range of one word scores as its weight alone. Lucene's own
/// score, which goes by everybody's texts, decides only between texts that have the same stems.
pub fn queries_by_rarity(terms: &QueryTerms, scopes: &[Scope], of: &Frequencies) -> Vec<String> {
    let all = clauses(terms);
    let stems = all.iter().filter_map(|clause| match clause.stems.as_slice() {
        [stem] => Some(format!("stems:[{stem} TO {stem}]^{:.4}", clause.weight * of.rarity(stem))),
        _ => None,
    });
    let own = all.iter().map(|clause| clause.lighter(AMONG_EQUALS).in_lucene());
    let looked_for = stems.chain(own).collect::<Vec<_>>().join(" ");
    if all.is_empty() {
        return Vec::new();
    }
    scopes.chunks(MOST_SCOPES).map(|scopes| format!("{} +({looked_for})", within(scopes))).collect()
}

fn within(scopes: &[Scope]) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.key()).collect();
    format!("+scope:({})^0", scopes.join(" "))
}

/// One thing that is looked for: a stem, or two side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// One stem, or two.
    pub stems: Vec<String>,
    /// What finding it is worth, to a stem's 1.
    pub weight: f64,
}

impl Clause {
    fn lighter(&self, factor: f64) -> Self {
        Self { stems: self.stems.clone(), weight: factor * self.weight }
    }

    fn in_lucene(&self) -> String {
        let words = match self.stems.as_slice() {
            [one] => one.clone(),
            several => format!("\"{}\"", several.join(" ")),
        };
        let has_weight = (self.weight - 1.0).abs() > f64::EPSILON;
        let weight = if has_weight { format!("^{}", self.weight) } else { String::new() };
        format!("stems:{words}{weight}")
    }
}

/// What is looked for: each stem once, those of the other language after them, then pairs.
pub fn clauses(terms: &QueryTerms) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |stem: &String, weight: f64| {
        if seen.insert(stem.clone()) {
            clauses.push(Clause { stems: vec![stem.clone()], weight });
        }
    };
    terms.stems.iter().filter_map(|stems| stems.first()).for_each(|stem| add(stem, 1.0));
    let weight = if terms.language.is_some() { OTHER } else { 1.0 };
    terms.stems.iter().flat_map(|stems| &stems[1..]).for_each(|stem| add(stem, weight));
    for pair in terms.stems.windows(2) {
        if let [Some(left), Some(right)] = [pair[0].first(), pair[1].first()] {
            clauses.push(Clause { stems: vec![left.clone(), right.clone()], weight: PAIR });
        }
    }
    clauses
}

/// The queries for one stem in these scopes: one for each 500 scopes. What they find is to be counted.
pub fn holding(stem: &str, scopes: &[Scope]) -> Vec<String> {
    scopes.chunks(MOST_SCOPES).map(|scopes| format!("{} +stems:{stem}", within(scopes))).collect()
}

/// The share of a question's words that a text has, 0 to 1.
pub fn coverage(terms: &QueryTerms, text: &str, language: Language, stemming: Stemming) -> f64 {
    let has: HashSet<String> = stemming.stems(text, language).into_iter().collect();
    let asked: HashSet<&Vec<String>> = terms.stems.iter().collect();
    if asked.is_empty() {
        return 0.0;
    }
    let found = asked.iter().filter(|stems| stems.iter().any(|stem| has.contains(stem))).count();
    ratio(found, asked.len())
}

fn ratio(part: usize, whole: usize) -> f64 {
    let as_number = |count: usize| u32::try_from(count).map_or(f64::MAX, f64::from);
    as_number(part) / as_number(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn query_for(question: &str) -> Option<String> {
        queries(&terms(question, Stemming::None), &[Scope::Shared]).pop()
    }

    #[test]
    fn a_longest_question_in_many_scopes_stays_below_lucenes_limit() {
        let question: Vec<String> = (0..200).map(|n| format!("słowo{n}ami")).collect();
        let terms = terms(&question.join(" "), Stemming::default());

        let scopes = [Scope::Shared; 1_201];
        for queries in
            [queries(&terms, &scopes), queries_by_rarity(&terms, &scopes, &Frequencies::default())]
        {
            assert_eq!(queries.len(), 3);
            // a range is three words
            let clauses = |query: &String| query.replace(" TO ", "-").split_whitespace().count();
            let most = queries.iter().map(clauses).max();
            assert!(most.is_some_and(|clauses| clauses < 1_024), "{most:?}");
        }
    }

    #[test]
    fn a_question_becomes_words_and_pairs_within_its_scope() {
        assert_eq!(
            query_for("How do prices change?").unwrap(),
            "+scope:(shared)^0 +(stems:prices stems:change stems:\"prices change\"^0.2)"
        );
    }

    #[test]
    fn rarity_in_the_scopes_comes_before_what_lucene_makes_of_the_index() {
        let terms = terms("How do prices change?", Stemming::None);
        let holding = [("prices".to_owned(), 9), ("change".to_owned(), 1)].into();
        let of = Frequencies { chunks: 10, stems: 100, holding };

        let queries = queries_by_rarity(&terms, &[Scope::Shared], &of);

        // ln(1 + 1.5 / 9.5) and ln(1 + 9.5 / 1.5)
        assert_eq!(
            queries,
            [
                "+scope:(shared)^0 +(stems:[prices TO prices]^0.1466 stems:[change TO change]^1.9924 \
              stems:prices^0.001 stems:change^0.001 stems:\"prices change\"^0.0002)"
            ]
        );
        let nothing = super::terms("?!", Stemming::None);
        assert!(queries_by_rarity(&nothing, &[Scope::Shared], &of).is_empty());
    }

    #[test]
    fn a_question_of_function_words_only_is_asked_as_it_is() {
        assert_eq!(
            query_for("to be").unwrap(),
            "+scope:(shared)^0 +(stems:to stems:be stems:\"to be\"^0.2)"
        );
        assert_eq!(query_for("?!"), None);
    }

    #[test]
    fn what_a_text_has_of_a_question_is_a_share() {
        let terms = terms("prices in Poland", Stemming::Light);

        let share = |text| coverage(&terms, text, Language::English, Stemming::Light);

        assert!((share("The price was high") - 0.5).abs() < 1e-9);
        assert!((share("Poland's price") - 1.0).abs() < 1e-9);
        assert!(share("nothing of it").abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn no_text_reaches_the_syntax(question in ".{0,80}|[+\\-&|!(){}\\[\\]^\"~*?:\\\\/ a-zA-Z]{0,80}") {
            let terms = terms(&question, Stemming::default());

            for stem in terms.stems.iter().flatten() {
                prop_assert!(!stem.is_empty());
                prop_assert!(stem.chars().all(|letter| letter.is_alphanumeric() || letter == '.'));
                prop_assert!(!["AND", "OR", "NOT"].contains(&stem.as_str()));
            }
        }
    }
}
