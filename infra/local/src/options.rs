//! What `up` and `demo` may be told. Both this program and the all-in-one that it starts read them.

use std::path::PathBuf;

/// Which embeddings stand in the place of the offline ones, which know words and no meanings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Embeddings {
    /// multilingual-e5-small, on this machine
    E5,
}

/// What both commands may be told about the vectors of documents.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct EmbeddingOptions {
    /// Real vectors on this machine, with data of their own (asks before it fetches 435 MB)
    #[arg(long, value_enum)]
    pub embeddings: Option<Embeddings>,
    /// Fetch what is missing without being asked
    #[arg(long)]
    pub yes: bool,
}

/// What `cargo local up` may be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct UpOptions {
    /// Of documents.
    #[command(flatten)]
    pub vectors: EmbeddingOptions,
    /// Port of the system's one address (default: the checkout's own)
    #[arg(long)]
    pub port: Option<u16>,
    /// Folder of a built web client to serve beside the API
    #[arg(long, value_name = "DIR")]
    pub client: Option<PathBuf>,
}

/// What `cargo local demo` may be told.
#[derive(Clone, Debug, clap::Args)]
pub struct DemoOptions {
    /// Of documents.
    #[command(flatten)]
    pub vectors: EmbeddingOptions,
    /// How many people to draw and write up
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub people: u32,
    /// Replays a population (default: another one each time)
    #[arg(long)]
    pub seed: Option<u64>,
    /// Language of the project: pl or en
    #[arg(long, default_value = "pl", value_parser = ["pl", "en"])]
    pub language: String,
    /// Folder for the page and the files
    #[arg(long, default_value = "demo-output", value_name = "DIR")]
    pub out: PathBuf,
}
