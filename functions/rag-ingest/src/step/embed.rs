//! A vector for each chunk that has none, batch by batch, each stored before the next is paid for.

use platform::Result;
use platform::model::{Embedding, Failure, MOST_TEXTS, Passage, Purpose};
use platform::runs::{self, Progress, ShardContext};

use super::{Done, hold};
use crate::AppState;
use crate::store::{self, ChunkRow, Document, DocumentPatch};

pub(crate) async fn embed(
    state: &AppState,
    context: &ShardContext,
    document: &Document,
) -> Result<Done> {
    let model = store::model_key(state.embedder.model());
    loop {
        let most = i64::try_from(MOST_TEXTS).unwrap_or(i64::MAX);
        let left =
            store::chunks_to_embed(&state.worker.base.pool, document.id, &model, most).await?;
        if left.is_empty() {
            return Ok(Done::Step(DocumentPatch::default()));
        }
        let texts: Vec<String> = left.iter().map(ChunkRow::in_context).collect();
        let batches = state.embedder.batches(texts.iter().map(String::as_str));
        let count = batches.first().copied().unwrap_or_default();
        let language = document.language.unwrap_or_default();
        let passages: Vec<Passage<'_>> =
            texts[..count].iter().map(|text| Passage { text, language }).collect();
        let call = Embedding {
            passages: &passages,
            purpose: Purpose::Document,
            project: document.project_id,
            run: Some(context.lease.run_id),
            cancel: context.stop.clone(),
        };
        let vectors = match state.embedder.embed(&call).await {
            Ok(vectors) => vectors,
            Err(Failure::Cancelled) => return Ok(Done::Stopped),
            Err(Failure::Ledger(error)) => return Err(error.into()),
            Err(failure) => {
                let later = context.put_off(failure.puts_off()).map(Done::Later);
                return Ok(later.unwrap_or_else(|| Done::refused(failure.code(), words(&failure))));
            }
        };
        let mut transaction = state.worker.base.pool.begin().await?;
        let progress = hold(&mut transaction, context, document).await?;
        if progress == Progress::Lost {
            return Ok(Done::Stopped);
        }
        store::save_embeddings(&mut transaction, &left[..count], &model, &vectors).await?;
        runs::got_on(&mut transaction, &context.lease).await?;
        transaction.commit().await?;
        if progress == Progress::Cancelled {
            return Ok(Done::Stopped);
        }
    }
}

/// The failure's words begin as a sentence that somebody reads.
fn words(failure: &Failure) -> String {
    format!("Vectors for the search could not be made: {failure}.")
}
