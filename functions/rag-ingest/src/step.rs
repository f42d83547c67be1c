//! The steps of a document: extract, cut, embed, write, find facts. Each is stored before the next, so a
//! worker that is killed anywhere is followed by one that goes on there.

mod chunk;
mod embed;
mod extract;
mod fact;
mod tally;
mod write;

use platform::Result;
use platform::queue::Outcome;
use platform::runs::{self, ItemFailure, Progress, ShardContext};
use records::documents;
use records::knowledge::{self, Knowledge};
use shared::Language;
use shared::id::DocumentId;
use sqlx::PgConnection;

use crate::AppState;
use crate::store::{self, Document, DocumentPatch};

shared::words! {
    /// What is done of a document's version.
    pub(crate) enum Step {
        /// Its file is kept.
        Uploaded = "uploaded",
        /// Its blocks are kept beside the file.
        Extracted = "extracted",
        /// It is cut into chunks.
        Chunked = "chunked",
        /// Every chunk has its vector.
        Embedded = "embedded",
        /// The graph has every chunk: it can be found.
        Written = "written",
        /// Its facts are in the graph, or were not wanted.
        Done = "done",
    }
}

/// The items of a run that takes a document in.
pub(crate) const STEPS: u32 = 5;

impl Step {
    /// How many steps are done.
    pub(crate) fn number(self) -> u32 {
        Self::ALL
            .iter()
            .position(|step| *step == self)
            .map_or(0, |at| u32::try_from(at).unwrap_or(0))
    }

    fn next(self) -> Self {
        Self::ALL.get(self.number() as usize + 1).copied().unwrap_or(Self::Done)
    }
}

/// Result of a step.
pub(crate) enum Done {
    /// Done; fields of the document to update.
    Step(DocumentPatch),
    /// It is done and noted, in the transaction that wrote it.
    Noted { language: Language },
    /// Done in part, and the rest never can be: fields of the document to update, and the reason.
    Partly { told: Box<DocumentPatch>, code: &'static str, reason: String },
    /// It can never be done: the person who uploaded it reads why.
    Refused { code: &'static str, reason: String },
    /// No model can be asked now. The work goes on here later.
    Later(Outcome),
    /// Others are at work before this one.
    Unfinished,
    /// Cancelled, or another worker has the lease.
    Stopped,
}

impl Done {
    pub(crate) fn refused(code: &'static str, reason: impl Into<String>) -> Self {
        Self::Refused { code, reason: reason.into() }
    }
}

/// Takes a document as far as it goes.
pub(crate) async fn go_on(
    state: &AppState,
    context: &ShardContext,
    mut document: Document,
) -> Result<Outcome> {
    if context.lease.is_exhausted {
        let abandoned = ItemFailure::abandoned(0);
        refuse(state, context, &document, abandoned.code, &abandoned.reason).await?;
        return Ok(Outcome::Done);
    }
    while document.step != Step::Done {
        let done = match document.step {
            Step::Uploaded => extract::extract(state, context, &document).await?,
            Step::Extracted => chunk::cut(state, context, &document).await?,
            Step::Chunked => embed::embed(state, context, &document).await?,
            Step::Embedded => write::write(state, context, &document).await?,
            Step::Written | Step::Done => fact::find(state, context, &document).await?,
        };
        match done {
            Done::Step(told) => {
                document.language = told.language.or(document.language);
                if !keep(state, context, &document, document.step.next(), told).await? {
                    return stopped(state, context, &document).await;
                }
            }
            Done::Noted { language } => document.language = Some(language),
            Done::Partly { told, code, reason } => {
                end(state, context, &document, Some(*told), (code, &reason)).await?;
                return Ok(Outcome::Done);
            }
            Done::Refused { code, reason } => {
                refuse(state, context, &document, code, &reason).await?;
                return Ok(Outcome::Done);
            }
            Done::Later(outcome) => return Ok(outcome),
            Done::Unfinished => return Ok(Outcome::Unfinished),
            Done::Stopped => return stopped(state, context, &document).await,
        }
        document.step = document.step.next();
        state.worker.engine.announcer.tell(context.lease.run_id).await;
    }
    Ok(Outcome::Done)
}

/// Notes a step and counts it in one transaction. False when there is nothing more to do here.
async fn keep(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    step: Step,
    told: DocumentPatch,
) -> Result<bool> {
    let mut transaction = state.worker.base.pool.begin().await?;
    if !advance(&mut transaction, context, document, step, told).await? {
        return Ok(false);
    }
    transaction.commit().await?;
    Ok(true)
}

/// The two writes of a step that is done. False when nothing of the transaction may stay.
pub(crate) async fn advance(
    connection: &mut PgConnection,
    context: &ShardContext,
    document: &Document,
    step: Step,
    told: DocumentPatch,
) -> Result<bool> {
    let now = context.now();
    if !store::advance(connection, document, step, told, now).await? {
        return Ok(false);
    }
    let progress = runs::progress(connection, &context.lease, 1, 0, now).await?;
    Ok(progress != Progress::Lost)
}

/// Holds a document in the version that this worker has, and its shard under this lease, until the
/// transaction ends. Anything but `Kept` and `Cancelled` must roll that transaction back: another version has
/// come, or another worker. What a step writes comes after this.
pub(crate) async fn hold(
    connection: &mut PgConnection,
    context: &ShardContext,
    document: &Document,
) -> Result<Progress> {
    if !store::hold(connection, document).await? {
        return Ok(Progress::Lost);
    }
    runs::progress(connection, &context.lease, 0, 0, context.now()).await
}

/// Whether this worker still has the document, before it writes where no transaction reaches.
pub(crate) async fn is_ours(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<bool> {
    let mut transaction = state.worker.base.pool.begin().await?;
    let progress = hold(&mut transaction, context, document).await?;
    if progress != Progress::Lost {
        transaction.commit().await?;
    }
    Ok(progress == Progress::Kept)
}

/// Notes why a document cannot be taken in: with it, and for every step that is left with its run.
async fn refuse(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    code: &'static str,
    reason: &str,
) -> Result<()> {
    // What can be found stays found: only its facts are missing.
    let is_found = document.step == Step::Written;
    let told = DocumentPatch { facts_note: Some(reason.to_owned()), ..DocumentPatch::default() };
    end(state, context, document, is_found.then_some(told), (code, reason)).await
}

/// Ends the work on a document, which can be found where there is something to be told of it and has failed
/// where there is not. Every step that is left is a failure of its run.
async fn end(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
    told: Option<DocumentPatch>,
    (code, reason): (&'static str, &str),
) -> Result<()> {
    let now = context.now();
    let left = document.step.number()..STEPS;
    let failures: Vec<ItemFailure> =
        left.map(|item| ItemFailure { item, code, reason: reason.to_owned() }).collect();
    let mut transaction = state.worker.base.pool.begin().await?;
    match told {
        Some(told) => {
            store::advance(&mut transaction, document, Step::Done, told, now).await?;
        }
        None => store::fail(&mut transaction, document, reason, now).await?,
    }
    let run = context.lease.run_id;
    let failed = runs::fail_items(&mut transaction, run, &failures, now).await?;
    if context.commit(transaction, 0, failed).await? != Progress::Lost {
        state.worker.engine.announcer.tell(run).await;
    }
    Ok(())
}

/// The work was stopped: because the document is gone, which then must be gone from the graph too; or
/// because there is another version; or because somebody cancelled it.
async fn stopped(state: &AppState, context: &ShardContext, document: &Document) -> Result<Outcome> {
    let current = store::find(&state.worker.base.pool, document.id.0).await?;
    match current {
        None => remove(state, document.id).await?,
        Some(row) if row.is_deleted => remove(state, document.id).await?,
        // What was put beside the file of an older version after that was forgotten.
        Some(row) if row.upload_id != document.upload_id => {
            documents::forget_upload(&state.storage, document.upload_id).await?;
        }
        Some(row) if row.version == document.version && was_cancelled(state, context).await? => {
            let mut connection = state.worker.base.pool.acquire().await?;
            let reason = "The work on this document was stopped.";
            store::fail(&mut connection, document, reason, context.now()).await?;
        }
        Some(_) => {}
    }
    Ok(Outcome::Done)
}

/// Whether somebody stopped the run. A lease that was lost is another worker's business.
async fn was_cancelled(state: &AppState, context: &ShardContext) -> Result<bool> {
    let run = runs::view(&state.worker.base.pool, context.lease.run_id).await?;
    Ok(run.is_some_and(|run| run.cancel_requested_at.is_some()))
}

/// Leaves nothing of a deleted document.
///
/// # Errors
/// When the graph, the store or the database does not answer: the run goes on when it does.
pub(crate) async fn remove(state: &AppState, id: DocumentId) -> Result<()> {
    let (graph, now) = (state.knowledge.as_ref(), state.worker.base.clock.now());
    documents::erase(&state.worker.base.pool, graph, &state.storage, id, now).await
}

/// The graph, or why there is none.
pub(crate) fn graph(state: &AppState) -> Result<&Knowledge, Done> {
    let none = "This installation has no knowledge graph (Neo4j), so documents cannot be searched.";
    state.knowledge.as_ref().ok_or_else(|| Done::refused("no_graph", none))
}

/// A document as the graph knows it.
pub(crate) fn node(document: &Document) -> knowledge::Document {
    knowledge::Document {
        id: document.id,
        scope: document.scope,
        title: document.title.clone(),
        language: document.language.unwrap_or_default(),
        version: document.version,
    }
}

/// A failure of the graph: ours and passing, or the document's.
pub(crate) fn failed(failure: knowledge::GraphFailure) -> Result<Done> {
    match failure {
        knowledge::GraphFailure::Gone => Ok(Done::Stopped),
        failure @ (knowledge::GraphFailure::OtherModel { .. }
        | knowledge::GraphFailure::WrongLength { .. }) => {
            Ok(Done::refused("other_model", failure.to_string()))
        }
        failure => Err(failure.into()),
    }
}
