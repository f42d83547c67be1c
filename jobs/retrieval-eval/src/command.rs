//! What the job is told.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Parser;
use platform::Env;
use platform::graph::GraphPool;
use platform::knowledge::schema::Dimensions;
use platform::knowledge::{Knowledge, Reranker};
use shared::Seed;
use shared::knowledge::OfflineEmbedding;

use crate::bench::Plan;
use crate::evaluate::{Options, evaluate};
use crate::{Baseline, Collection, bench, frequencies, page, table};

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
    },
    /// Measures the defaults on the project's own collection and holds them against the baseline
    Check {
        /// Writes the baseline instead
        #[arg(long)]
        record: bool,
    },
    /// Prints the table of frequencies that is part of the offline embedding
    Frequencies,
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

/// The graph by its variables, with the offline embedding.
pub(crate) fn knowledge(env: &Env) -> anyhow::Result<(Knowledge, OfflineEmbedding, GraphPool)> {
    let dimensions = env.or("EMBEDDING_DIMENSIONS", Dimensions::default());
    env.required::<String>("NEO4J_URI");
    let pool = env.check(GraphPool::from_env(env))?;
    let embedding = OfflineEmbedding::new(dimensions.get());
    Ok((Knowledge::new(pool.clone(), embedding.model()), embedding, pool))
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
    let (knowledge, embedding, pool) = knowledge(env)?;
    let http = platform::http_client(std::time::Duration::from_secs(30));
    let reranker = Reranker::from_env(env, &http);
    env.check(Some(()))?;
    let dimensions = Dimensions::new(embedding.model().dimensions).context("dimensions")?;
    knowledge.create_schema(dimensions).await.context("cannot make the schema")?;
    match command {
        Command::Frequencies => Ok(()),
        Command::Evaluate { folders, out, seed } => {
            let options = Options { seed: Seed(seed), reranker };
            let own = [PathBuf::from(OWN)];
            for folder in if folders.is_empty() { own.as_slice() } else { &folders } {
                report_on(&knowledge, embedding, folder, &out, &options).await?;
            }
            Ok(())
        }
        Command::Check { record } => {
            let collection = Collection::read(Path::new(OWN))?;
            let measured = Baseline::measure(&knowledge, embedding, &collection).await?;
            if record {
                return measured.write(Path::new(BASELINE));
            }
            println!("{measured}");
            Ok(Baseline::read(Path::new(BASELINE))?.hold(&measured)?)
        }
        Command::Bench { chunks, questions, seed, keep } => {
            let plan = Plan { chunks, questions, seed: Seed(seed), keep };
            let figures = bench::run(&knowledge, embedding, &pool, plan);
            println!("{}", Box::pin(figures).await?);
            Ok(())
        }
    }
}

async fn report_on(
    knowledge: &Knowledge,
    embedding: OfflineEmbedding,
    folder: &Path,
    out: &Path,
    options: &Options,
) -> anyhow::Result<()> {
    let collection = Collection::read(folder)?;
    let report = evaluate(knowledge, embedding, &collection, options).await?;
    println!("{}", table::table(&report));
    std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    let file = |end: &str| out.join(format!("{}.{end}", collection.name));
    std::fs::write(file("json"), serde_json::to_vec_pretty(&report)?)?;
    std::fs::write(file("html"), page::html(&report))?;
    println!("{} and {}", file("json").display(), file("html").display());
    Ok(())
}
