//! A journey in the client's names, as the details show it: bare numbers where it reads numbers, and none where no
//! source says one.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Journey, Stage, StageView};

/// A journey as the details show it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = JourneySummary)]
pub struct JourneySummary {
    /// Awareness, consideration, decision, post-purchase.
    pub stages: Vec<StageSummary>,
    /// Days from first notice to use: the sum of the stages, where sources say all four.
    pub overall_journey_length_days: Option<f64>,
    /// The share that comes from first notice to a purchase, 0 to 1: who does not turn back in any of the first three
    /// stages, where sources say all three.
    pub overall_conversion_rate: Option<f64>,
    /// When it was written.
    pub generated_at: DateTime<Utc>,
    /// The model that wrote it.
    pub generated_by: String,
    /// True for the offline writer's.
    pub is_simulated: bool,
}

/// A stage as the details show it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = JourneySummaryStage)]
pub struct StageSummary {
    pub stage: Stage,
    /// What the person asks there.
    pub typical_questions: Vec<String>,
    /// What shows that they get closer.
    pub buying_signals: Vec<String>,
    /// Where they meet the offer.
    pub touchpoints: Vec<Touchpoint>,
    /// What they feel.
    pub emotions: Vec<String>,
    /// What holds them back.
    pub pain_points: Vec<String>,
    /// How many days the stage takes; null where no source of the project says it.
    pub avg_time_in_stage_days: Option<f64>,
    /// Which share turns back there, 0 to 1; null where no source of the project says it.
    pub drop_off_rate: Option<f64>,
}

/// A place where the person meets the offer.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = JourneyTouchpoint)]
pub struct Touchpoint {
    /// What it is.
    pub name: String,
    /// The same: a touchpoint is a channel.
    pub channel: String,
    /// Its rank in the stage, from 1, as the model puts them; null where it was not asked for an order.
    pub priority: Option<usize>,
    /// Null: no source says how much one of them does.
    pub impact: Option<f64>,
    /// Null: no source says what one of them takes.
    pub effort: Option<f64>,
}

/// How a journey came to be.
#[derive(Debug, Clone)]
pub struct Writing {
    pub at: DateTime<Utc>,
    pub by: String,
    pub is_simulated: bool,
    /// Whether the prompt asked for the touchpoints in their order.
    pub is_ranked: bool,
}

impl JourneySummary {
    /// A journey with how it came to be.
    pub fn new(journey: Journey, writing: Writing) -> Self {
        let days = journey.stages.iter().map(|stage| stage.time_in_stage_days.value);
        let before_use = journey.stages.iter().filter(|one| one.stage != Stage::PostPurchase);
        let staying = before_use.map(|stage| Some(1.0 - stage.drop_off_rate.value?));
        Self {
            overall_journey_length_days: days.sum(),
            overall_conversion_rate: staying.product(),
            stages: journey
                .stages
                .into_iter()
                .map(|stage| StageSummary::new(stage, writing.is_ranked))
                .collect(),
            generated_at: writing.at,
            generated_by: writing.by,
            is_simulated: writing.is_simulated,
        }
    }
}

impl StageSummary {
    fn new(stage: StageView, is_ranked: bool) -> Self {
        let touchpoints = (1..).zip(stage.touchpoints).map(|(rank, name)| Touchpoint {
            channel: name.clone(),
            name,
            priority: is_ranked.then_some(rank),
            impact: None,
            effort: None,
        });
        Self {
            stage: stage.stage,
            typical_questions: stage.questions,
            buying_signals: stage.buying_signals,
            touchpoints: touchpoints.collect(),
            emotions: stage.emotions,
            pain_points: stage.barriers,
            avg_time_in_stage_days: stage.time_in_stage_days.value,
            drop_off_rate: stage.drop_off_rate.value,
        }
    }
}
