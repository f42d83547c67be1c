//! What `up` and `demo` may be told. Both this program and the all-in-one that it starts read them.

use std::path::PathBuf;

/// What `cargo local up` may be told.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct UpOptions {
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
