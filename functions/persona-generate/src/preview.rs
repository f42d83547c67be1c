//! What a target would give, before anybody is drawn: whether it can be met, beside the official shares, and how much
//! so many people say.

use std::sync::LazyLock;
use std::time::Duration;

use platform::http::{Json, Problem};
use platform::limit::Preview;
use platform::{Caller, Result, Within};
use population::fidelity::Provenance;
use population::{PreviewAttribute, TargetDemographics, preview};
use serde::{Deserialize, Serialize};
use shared::Checks;
use shared::statistics::interval::Z_95;
use shared::statistics::noise::noise_floor;
use utoipa::ToSchema;

use crate::turns::Turns;

/// Previews at a time in a process, which has one processor: two, so that a quick one need not wait for a slow one.
const AT_ONCE: usize = 2;
/// The longest wait for a turn: what is left of the 30 s of a request is for the work.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(AT_ONCE, LONGEST_WAIT));

/// A target and how many people are wanted.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PreviewTarget {
    #[serde(default)]
    target_demographics: TargetDemographics,
    /// 1 to 100,000.
    people: u32,
}

/// What a target would give.
#[derive(Serialize, ToSchema)]
pub(crate) struct TargetPreview {
    people: u32,
    /// Half the width of a 95 % interval of a share of one half among so many independent people: the least error
    /// that an answer of all of them has. That simulated people answer as people would is another question.
    margin: f64,
    /// Every attribute, also those that the target leaves alone: they move along.
    attributes: Vec<AttributePreview>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct AttributePreview {
    attribute: String,
    is_targeted: bool,
    /// How far the tables' shares can be relied on.
    provenance: Provenance,
    /// Their table and its date.
    source: String,
    /// Total variation between what is drawn and the tables: the part of the people who would have to be others.
    /// `null` where the tables lack a category.
    moved: Option<f64>,
    /// The total variation that so many people drawn independently would have by chance alone, the mean. Ours are
    /// drawn by quota and stay below.
    chance: f64,
    categories: Vec<CategoryPreview>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct CategoryPreview {
    label: String,
    /// The share that people are drawn to fit.
    share: f64,
    /// What all adults have of it; `null` for what the tables do not know.
    official: Option<f64>,
    /// How many people that is, on average.
    people: f64,
    /// As `margin`, among these people alone; at most 1, and `null` where it is less than one person.
    margin: Option<f64>,
}

/// What a target would give. A target that cannot be met is refused as it would be when people are drawn. A process
/// makes two previews at a time; who waits for a turn longer than ten seconds is told so: 503.
#[utoipa::path(post, path = "/api/v1/populations/preview", tag = "populations",
    request_body = PreviewTarget, security(("bearer" = [])),
    responses((status = 200, body = TargetPreview), (status = 422, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn of_target(
    _: Within<Preview>,
    _: Caller,
    Json(request): Json<PreviewTarget>,
) -> Result<Json<TargetPreview>> {
    let mut checks = Checks::default();
    checks.range("people", Some(request.people), 1..=100_000);
    checks.done()?;
    let PreviewTarget { target_demographics, people } = request;
    let attributes = TURNS.work(move |is_over| -> shared::Result<Vec<AttributePreview>> {
        let attributes = preview(&target_demographics, is_over)?;
        Ok(attributes.into_iter().map(|one| AttributePreview::new(one, people)).collect())
    });
    let attributes = attributes.await??;
    Ok(Json(TargetPreview { people, margin: margin(people.into()), attributes }))
}

impl AttributePreview {
    fn new(one: PreviewAttribute, people: u32) -> Self {
        let PreviewAttribute { drawn, shares, provenance, source } = one;
        let pairs = || drawn.probabilities.iter().copied().zip(shares.iter().copied());
        let apart = pairs().map(|(share, official)| Some((share - official?).abs()));
        // whom the labels leave out is nobody's here, and somebody's in the tables
        let left_out = 1.0 - shares.iter().flatten().sum::<f64>();
        let moved = apart.sum::<Option<f64>>().map(|sum| f64::midpoint(sum, left_out.max(0.0)));
        let categories = drawn.labels.into_iter().zip(pairs()).map(|(label, (share, official))| {
            let people = share * f64::from(people);
            let margin = (people >= 1.0).then(|| margin(people));
            CategoryPreview { label, share, official, people, margin }
        });
        Self {
            categories: categories.collect(),
            is_targeted: drawn.provenance == Provenance::Target,
            chance: noise_floor(&drawn.probabilities, people.into()).expected,
            attribute: drawn.attribute,
            provenance,
            source,
            moved,
        }
    }
}

/// Of a share of one half, the widest: by the normal approximation, which nobody takes for small numbers, so 1 at most.
fn margin(people: f64) -> f64 {
    (Z_95 * 0.5 / people.sqrt()).min(1.0)
}
