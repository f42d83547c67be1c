//! Ratings by similarity: whether the embeddings are good for them, and reactions mapped onto scales.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use platform::model::{Embedder, Embedding, Failure, Passage, Purpose, Terms};
use platform::runs::Lease;
use platform::{Error, Result};
use records::survey::Survey;
use shared::id::AccountId;
use shared::survey::similarity::{self, Mapping, SelfTest};
use shared::survey::{Asked, Elicitation, Question, Response, reply};
use shared::{Language, Seed};
use sqlx::PgPool;
use tokio::sync::{Mutex, OnceCell};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::input::RunInput;
use crate::store;

/// How long somebody who starts a run waits for the self-test.
const TEST_TIME: Duration = Duration::from_secs(10);

/// Rates reactions. Clones share the results of the self-test.
#[derive(Clone)]
pub struct Rater {
    embedder: Embedder,
    /// By language, once it was taken.
    tests: Arc<[OnceCell<SelfTest>; 2]>,
    /// Held by who makes a run's anchors.
    embedding: Arc<Mutex<()>>,
}

/// The anchors of every question that is rated by similarity, as vectors: sets of one a point.
#[derive(Default)]
pub(crate) struct Scales(HashMap<String, Vec<Vec<Vec<f32>>>>);

/// How ratings are elicited where neither a question nor an earlier run of the survey says it.
pub(crate) fn default_elicitation(test: Option<&SelfTest>) -> Elicitation {
    match test.is_some_and(|test| test.passes) {
        true => Elicitation::Similarity,
        false => Elicitation::Distribution,
    }
}

/// Whether this question is rated by similarity, where ratings that do not say are elicited by `default`.
pub(crate) fn is_by_similarity(question: &Question, default: Elicitation) -> bool {
    question.elicited(default) == Elicitation::Similarity
}

/// Whether a question of this survey can be rated by similarity.
fn may_need(survey: &Survey) -> bool {
    survey.questions.iter().any(|question| is_by_similarity(question, Elicitation::Similarity))
}

impl Rater {
    /// With these embeddings.
    pub fn new(embedder: Embedder) -> Self {
        Self { embedder, tests: Arc::default(), embedding: Arc::default() }
    }

    /// The name of the embedding model.
    pub(crate) fn model(&self) -> &str {
        &self.embedder.model().name
    }

    /// Whether ratings of this survey may cost money.
    pub(crate) fn is_paid(&self, survey: &Survey) -> bool {
        self.embedder.is_paid() && may_need(survey)
    }

    /// What the self-test made of the embeddings, for a survey that may need them. None where no question
    /// can be rated by similarity, and where the embeddings do not answer now. Holds no connection: the
    /// first to ask in a process waits for a call, and pays for it.
    pub(crate) async fn tested(&self, survey: &Survey, by: AccountId) -> Result<Option<SelfTest>> {
        if !may_need(survey) {
            return Ok(None);
        }
        let language = survey.language();
        let test = self.tests[usize::from(language == Language::Polish)]
            .get_or_try_init(|| self.take_test(language, Terms::of_request(by).at_most(TEST_TIME)));
        match timeout(TEST_TIME, test).await {
            Ok(Ok(test)) => Ok(Some(test.clone())),
            Ok(Err(Failure::Ledger(error))) => Err(Error::Database(error)),
            Ok(Err(failure)) => {
                tracing::warn!(%failure, "the embeddings did not answer the self-test");
                Ok(None)
            }
            Err(_) => {
                tracing::warn!("the embeddings did not answer the self-test in time");
                Ok(None)
            }
        }
    }

    async fn take_test(&self, language: Language, terms: Terms) -> Result<SelfTest, Failure> {
        let statements = similarity::test_statements(language);
        let cancel = CancellationToken::new();
        let asked = Self { embedder: self.embedder.under(terms), ..self.clone() };
        let vectors = asked.vectors(&statements, language, None, &cancel).await?;
        Ok(similarity::test_vectors(&vectors, language))
    }

    /// The scales of a run. Nothing is embedded where no question needs it, and nothing twice.
    pub(crate) async fn scales(
        &self,
        pool: &PgPool,
        input: &RunInput,
        lease: &Lease,
        cancel: &CancellationToken,
    ) -> Result<Result<Scales, Failure>> {
        let rated = input.questions.iter().filter(|q| is_by_similarity(q, input.elicitation));
        let sets: Vec<(&Question, Vec<Vec<&str>>)> =
            rated.map(|question| (question, question.anchor_sets(input.language))).collect();
        let texts = sets.iter().flat_map(|(_, sets)| sets.iter().flatten().copied());
        let texts: Vec<&str> = texts.collect::<BTreeSet<_>>().into_iter().collect();
        let began_with = input.embedding_model.as_deref();
        if !texts.is_empty() && began_with.is_some_and(|name| name != self.model()) {
            let reason = "the run began with another embedding model than this worker has";
            let reasons = vec![reason.to_owned()];
            return Ok(Err(unrated(Failure::Unusable { reasons })));
        }
        let vectors = match self.anchors(pool, &texts, input.language, (lease, cancel)).await? {
            Ok(vectors) => vectors,
            Err(failure) => return Ok(Err(failure)),
        };
        let by_text: HashMap<&str, Vec<f32>> = texts.into_iter().zip(vectors).collect();
        let embedded = |set: &Vec<&str>| set.iter().map(|text| by_text[text].clone()).collect();
        let scales = sets.iter().map(|(question, sets)| {
            (question.id.clone(), sets.iter().map(embedded).collect::<Vec<_>>())
        });
        Ok(Ok(Scales(scales.collect())))
    }

    /// The vectors of a survey's anchors: those of the first shard of its first run, once it has them. The
    /// shards of one process wait for each other; two processes that begin at once may both make them.
    async fn anchors(
        &self,
        pool: &PgPool,
        texts: &[&str],
        language: Language,
        (lease, cancel): (&Lease, &CancellationToken),
    ) -> Result<Result<Vec<Vec<f32>>, Failure>> {
        if texts.is_empty() {
            return Ok(Ok(Vec::new()));
        }
        let _first = self.embedding.lock().await;
        let kept = store::anchors(pool, lease, texts).await?;
        if kept.len() == texts.len() {
            return Ok(Ok(kept));
        }
        let vectors = match self.vectors(texts, language, Some(lease), cancel).await {
            Ok(vectors) => vectors,
            Err(Failure::Ledger(error)) => return Err(Error::Database(error)),
            Err(failure) => return Ok(Err(failure)),
        };
        store::keep_anchors(pool, lease, texts, &vectors).await?;
        Ok(Ok(vectors))
    }

    /// Rates the reactions of one call, all in one go: the whole distribution of each is kept, and the
    /// point drawn from it.
    pub(crate) async fn rate(
        &self,
        scales: &Scales,
        asked: &[Asked<'_>],
        (language, seed): (Language, Seed),
        response: &mut Response,
        (lease, cancel): (&Lease, &CancellationToken),
    ) -> Result<(), Failure> {
        let reacted = asked.iter().filter_map(|asked| {
            let sets = scales.0.get(&asked.question.id)?;
            let reaction = response.reactions.get(&asked.question.id)?.clone();
            Some((asked.question, sets, reaction))
        });
        let reacted: Vec<_> = reacted.collect();
        if reacted.is_empty() {
            return Ok(());
        }
        let texts: Vec<&str> = reacted.iter().map(|(.., reaction)| reaction.as_str()).collect();
        let vectors = self.vectors(&texts, language, Some(lease), cancel).await?;
        for ((question, sets, _), vector) in reacted.iter().zip(&vectors) {
            let distribution = similarity::distribution(vector, sets, Mapping::default());
            reply::rate(question, distribution, seed, response);
        }
        response.rated_by = Some(self.model().to_owned());
        Ok(())
    }

    /// The vectors of these texts. The project pays where they are a step of its run.
    async fn vectors(
        &self,
        texts: &[&str],
        language: Language,
        lease: Option<&Lease>,
        cancel: &CancellationToken,
    ) -> Result<Vec<Vec<f32>>, Failure> {
        let passages: Vec<Passage<'_>> =
            texts.iter().map(|&text| Passage { text, language }).collect();
        let mut rest = passages.as_slice();
        let mut vectors = Vec::with_capacity(texts.len());
        for count in self.embedder.batches(texts.iter().copied()) {
            let (passages, after) = rest.split_at(count);
            rest = after;
            let call = Embedding {
                passages,
                purpose: Purpose::Likeness,
                project: lease.and_then(|lease| lease.project_id),
                run: lease.map(|lease| lease.run_id),
                cancel: cancel.clone(),
            };
            vectors.extend(self.embedder.embed(&call).await.map_err(unrated)?);
        }
        Ok(vectors)
    }
}

/// Says whose failure it was; what stops the work as a whole stays what it is.
fn unrated(failure: Failure) -> Failure {
    match failure {
        Failure::Cancelled | Failure::Ledger(_) => failure,
        other => Failure::Unrated(Box::new(other)),
    }
}
