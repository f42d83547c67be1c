//! A collection in BEIR form: texts, questions, and judgements of which text answers which question.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

/// A collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Collection {
    /// The name of its folder.
    pub name: String,
    pub texts: Vec<Text>,
    /// Its questions, those without an answer included.
    pub questions: Vec<Question>,
}

/// A text to be found.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Text {
    #[serde(rename = "_id", alias = "id")]
    pub id: String,
    /// Its title; empty when it has none.
    #[serde(default)]
    pub title: String,
    pub text: String,
}

/// A question.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Question {
    #[serde(rename = "_id", alias = "id")]
    pub id: String,
    pub text: String,
    /// The grade of each text that answers it, above 0. Empty when nothing does.
    #[serde(skip)]
    pub answers: BTreeMap<String, u32>,
}

impl Collection {
    /// Reads `corpus.jsonl` (or `docs.jsonl`), `queries.jsonl`, and `qrels/test.tsv` (else any other of
    /// that folder, else `qrels.tsv`). A question that no judgement names is left out when others have
    /// judgements in a split of their own, and is a question without an answer in a collection that
    /// says so by a file `no-answer.txt`.
    ///
    /// # Errors
    /// When a file is missing or malformed; the line is named.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let corpus = ["corpus.jsonl", "docs.jsonl"].map(|name| folder.join(name));
        let corpus = corpus.iter().find(|path| path.exists());
        let corpus = corpus.with_context(|| format!("{} has no corpus.jsonl", folder.display()))?;
        let texts: Vec<Text> = lines(corpus)?;
        let mut questions: Vec<Question> = lines(&folder.join("queries.jsonl"))?;
        let judgements = judgements(folder)?;
        let unanswered = fs::read_to_string(folder.join("no-answer.txt")).unwrap_or_default();
        let mut answers: BTreeMap<&str, BTreeMap<String, u32>> = BTreeMap::new();
        for (question, text, grade) in &judgements {
            let graded = answers.entry(question).or_default();
            // judged as no answer: 0, and in some collections less
            if let Some(grade) = u32::try_from(*grade).ok().filter(|grade| *grade > 0) {
                graded.insert(text.clone(), grade);
            }
        }
        for question in &mut questions {
            question.answers = answers.get(question.id.as_str()).cloned().unwrap_or_default();
        }
        questions.retain(|question| {
            !question.answers.is_empty() || unanswered.lines().any(|id| id == question.id)
        });
        ensure!(!texts.is_empty(), "{} has no texts", folder.display());
        let is_judged = questions.iter().any(|question| !question.answers.is_empty());
        ensure!(is_judged, "{} has no judged questions", folder.display());
        let name =
            folder.file_name().map_or_else(|| "collection".into(), |name| name.to_string_lossy());
        Ok(Self { name: name.into_owned(), texts, questions })
    }
}

fn lines<T: for<'a> Deserialize<'a>>(path: &Path) -> anyhow::Result<Vec<T>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(at, line)| {
            let place = || format!("{}, line {}", path.display(), at + 1);
            serde_json::from_str(line).with_context(place)
        })
        .collect()
}

/// Question, text and grade of each line behind the header.
fn judgements(folder: &Path) -> anyhow::Result<Vec<(String, String, i64)>> {
    let mut files = vec![folder.join("qrels/test.tsv")];
    let others = fs::read_dir(folder.join("qrels")).into_iter().flatten().flatten();
    let mut others: Vec<_> = others.map(|entry| entry.path()).collect();
    others.sort();
    files
        .extend(others.into_iter().filter(|path| path.extension().is_some_and(|end| end == "tsv")));
    files.push(folder.join("qrels.tsv"));
    let Some(path) = files.iter().find(|path| path.exists()) else {
        bail!("{} has no qrels", folder.display());
    };
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut judgements = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let grade = cells.last().and_then(|cell| cell.parse::<f64>().ok());
        match (cells.as_slice(), grade) {
            // the form of TREC has an iteration in between
            ([question, text, _] | [question, _, text, _], Some(grade)) => {
                #[expect(clippy::cast_possible_truncation, reason = "grades are small numbers")]
                let grade = grade as i64;
                judgements.push(((*question).to_owned(), (*text).to_owned(), grade));
            }
            _ if at == 0 || line.trim().is_empty() => {}
            _ => bail!("{}, line {}: no question, text and grade", path.display(), at + 1),
        }
    }
    Ok(judgements)
}
