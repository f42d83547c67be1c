//! What the job is told.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;
use platform::Env;
use platform::graph::GraphPool;
use platform::model::{Embedder, EmbeddingConfig};
use records::knowledge::schema::Dimensions;
use records::knowledge::{Knowledge, Reranker};
use shared::Seed;
use shared::knowledge::OfflineEmbedding;

use crate::bench::Plan;
use crate::evaluate::{Options, evaluate};
use crate::{Baseline, Collection, bench, frequencies, page, ratings, table};

/// The project's own collection.
const OWN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/collection");
/// What its defaults measured when they were chosen.
const BASELINE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/baseline.json");

/// Measures retrieval.
#[derive(Debug, Parser)]
pub enum Command {
    /// Evaluates collections in BEIR form; the project's own without a folder
    Evaluate {
        /// Folders with corpus.jsonl, queries.jsonl and qrels
        folders: Vec<PathBuf>,
        /// Where the JSON and the page of each collection go
        #[arg(long, default_value = "retrieval-eval-output")]
        out: PathBuf,
        /// Of the bootstrap
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// Takes the vectors of another model out of the graph first: for a graph of no other use
        #[arg(long)]
        replace_vectors: bool,
    },
    /// Measures the defaults on the project's own collection and holds them against the baseline
    Check {
        /// Writes the baseline instead
        #[arg(long)]
        record: bool,
    },
    /// Prints the table of frequencies that is part of the offline embedding
    Frequencies,
    /// Holds the configured embedding against what ratings by similarity ask of it; needs no graph
    Ratings {
        /// What people answered in English about something they might buy: JSON lines of `rating`, 1 to 5, and
        /// `reason`
        #[arg(long)]
        people: Option<PathBuf>,
    },
    /// Compares hybrid search with its two raw queries over many chunks
    Bench {
        /// How many chunks
        #[arg(long, default_value_t = 100_000)]
        chunks: u32,
        /// How many questions
        #[arg(long, default_value_t = 200)]
        questions: u32,
        /// Of the texts
        #[arg(long, default_value_t = 7)]
        seed: u64,
        /// Leaves the chunks behind, and uses those that an earlier run left
        #[arg(long)]
        keep: bool,
    },
}

impl Command {
    /// The process's arguments.
    pub fn from_args() -> Self {
        Self::parse()
    }
}

/// The graph and who makes its vectors, by the variables that the functions have too.
pub(crate) fn knowledge(env: &Env) -> anyhow::Result<(Knowledge, Embedder, GraphPool)> {
    env.required::<String>("NEO4J_URI");
    let config = EmbeddingConfig::from_env(env);
    let (config, pool) = env.check(config.zip(GraphPool::from_env(env)))?;
    let embedder = Embedder::without_ledger(config)?;
    Ok((Knowledge::new(pool.clone(), embedder.model().clone()), embedder, pool))
}

/// The same with the offline embedding of the configured length, whose figures are recorded.
fn offline(pool: &GraphPool, dimensions: u16) -> anyhow::Result<(Knowledge, Embedder)> {
    let model = OfflineEmbedding::new(dimensions).model();
    let knowledge = Knowledge::new(pool.clone(), model.clone());
    let config = EmbeddingConfig { model, ..EmbeddingConfig::offline() };
    Ok((knowledge, Embedder::without_ledger(config)?))
}

/// Makes what the graph lacks. A graph of another model's vectors is left alone unless it is to be replaced.
async fn prepare(knowledge: &Knowledge, replace: bool) -> anyhow::Result<()> {
    let model = knowledge.model();
    let dimensions = Dimensions::new(model.dimensions).context("no index takes this length")?;
    let noted = knowledge.noted_model().await?;
    let is_other = noted.as_ref().is_some_and(|noted| noted != model);
    if let Some(noted) = noted.filter(|_| is_other && !replace && !model.is_offline()) {
        anyhow::bail!(
            "the graph's vectors are of {}, and {} is to be measured: take a graph of its own \
             (`cargo local services --test`), or `--replace-vectors` where nobody needs the old ones",
            noted.name,
            model.name
        );
    }
    if model.is_offline() && !replace {
        return knowledge.create_schema(dimensions).await.context("cannot make the schema");
    }
    // an index that another measurement made may be of another length
    knowledge.forget_vectors().await.context("cannot make the index anew")?;
    knowledge.note_model().await.context("cannot note the model")
}

/// Does what it is told.
///
/// # Errors
/// When a variable is wrong, a collection cannot be read, Neo4j fails, or a measure dropped.
pub async fn work(env: &Env, command: Command) -> anyhow::Result<()> {
    if matches!(command, Command::Frequencies) {
        print!("{}", frequencies::table(&Collection::read(Path::new(OWN))?));
        return Ok(());
    }
    if let Command::Ratings { people } = &command {
        let config = EmbeddingConfig::from_env(env);
        let embedder = Embedder::without_ledger(env.check(config)?)?;
        print!("{}", ratings::measured(&embedder, people.as_deref()).await?);
        return Ok(());
    }
    let (knowledge, embedder, pool) = knowledge(env)?;
    let http = platform::http_client(std::time::Duration::from_secs(30));
    let reranker = Reranker::from_env(env, &http);
    env.check(Some(()))?;
    let (plain, offline) = offline(&pool, embedder.model().dimensions)?;
    match command {
        Command::Frequencies | Command::Ratings { .. } => Ok(()),
        Command::Evaluate { folders, out, seed, replace_vectors } => {
            prepare(&knowledge, replace_vectors).await?;
            let options = Options { seed: Seed(seed), reranker };
            let own = [PathBuf::from(OWN)];
            for folder in if folders.is_empty() { own.as_slice() } else { &folders } {
                report_on(&knowledge, &embedder, folder, &out, &options).await?;
            }
            Ok(())
        }
        Command::Check { record } => {
            let collection = Collection::read(Path::new(OWN))?;
            prepare(&plain, false).await?;
            let measured = Baseline::measure(&plain, &offline, &collection).await?;
            if record {
                return measured.write(Path::new(BASELINE));
            }
            println!("{measured}");
            Ok(Baseline::read(Path::new(BASELINE))?.hold(&measured)?)
        }
        Command::Bench { chunks, questions, seed, keep } => {
            let plan = Plan { chunks, questions, seed: Seed(seed), keep };
            prepare(&plain, false).await?;
            let embedding = OfflineEmbedding::new(offline.model().dimensions);
            let figures = bench::run(&plain, embedding, &pool, plan);
            println!("{}", Box::pin(figures).await?);
            Ok(())
        }
    }
}

async fn report_on(
    knowledge: &Knowledge,
    embedder: &Embedder,
    folder: &Path,
    out: &Path,
    options: &Options,
) -> anyhow::Result<()> {
    let collection = Collection::read(folder)?;
    let report = evaluate(knowledge, embedder, &collection, options).await?;
    println!("{}", table::table(&report));
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let file = |end: &str| out.join(format!("{}.{end}", collection.name));
    std::fs::write(file("json"), serde_json::to_vec_pretty(&report)?)?;
    std::fs::write(file("html"), page::html(&report))?;
    println!("{} and {}", file("json").display(), file("html").display());
    Ok(())
}
