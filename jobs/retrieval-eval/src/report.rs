//! What an evaluation says.

use serde::{Deserialize, Serialize};
use shared::knowledge::EmbeddingModel;
use shared::knowledge::fusion::FusionWeights;

use crate::bootstrap::Interval;
use crate::experiment::Summary;
use crate::passages::PassagesReport;

/// Everything that was measured on one collection.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub collection: String,
    pub texts: usize,
    /// How many chunks they were cut into by default.
    pub chunks: usize,
    pub answered: usize,
    /// How many have none.
    pub unanswered: usize,
    /// What the vectors are made by.
    pub model: EmbeddingModel,
    pub reranker: Option<String>,
    pub default_weights: FusionWeights,
    /// Of the bootstrap.
    pub seed: u64,
    /// The groups of what was compared; the first of each is what the others are compared with.
    pub groups: Vec<Group>,
    /// Fixed numbers of passages and the one by complexity.
    pub passages: PassagesReport,
    /// What a second look gains and costs.
    pub reranking: Reranked,
    /// The whole of a search, from the question to its passages.
    pub latency: Latency,
    /// What tells a question without an answer from one with.
    pub no_answer: Option<NoAnswer>,
    /// Which defaults the numbers support.
    pub findings: Vec<String>,
}

/// Ways to search that differ in one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// In what they differ.
    pub title: String,
    /// The ways.
    pub systems: Vec<Summary>,
}

/// What a second look gains and costs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reranked {
    /// No reranker is configured.
    NotMeasured,
    /// One is.
    Measured {
        /// Against the fusion's order.
        summary: Box<Summary>,
        /// How long a search takes with it.
        latency: Latency,
        /// How many searches fell back to the fusion's order.
        fell_back: usize,
    },
}

/// How long searches took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    pub mean: Interval,
    /// Half are faster.
    pub p50: f64,
    /// One in twenty is slower.
    pub p95: f64,
}

/// The relevance of the first passage, for questions with an answer and without.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct NoAnswer {
    /// The mean relevance of the first passage where there is an answer.
    pub answered: f64,
    /// The same where there is none.
    pub unanswered: f64,
    /// How often a question with an answer has the higher relevance of two: 0.5 is chance.
    pub separation: f64,
}
