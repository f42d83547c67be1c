//! The client's routes on the graph, and everything at once.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use platform::http::{Json, Problem, Query};
use platform::limit::{Change, Heavy};
use platform::{Editor, Result, Viewer, Within};
use records::discussion::OfFocusGroup;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shared::Checks;
use shared::discussion::graph::{self, Analytics, Graph};
use shared::discussion::graph_question as asking;
use shared::discussion::how_made::HowMade;
use shared::discussion::summary::caveats;
use shared::id::{FocusGroupId, TurnId};
use utoipa::{IntoParams, ToSchema};

use super::{Built, of_group};
use crate::AppState;

/// Entries of the client's lists.
const TOP: usize = 10;
/// Names with a concept in the client's list.
const NAMES: usize = 5;
/// Tones beyond which a link is good or bad.
const SIDED: f32 = 0.15;

/// What was built.
#[derive(Serialize, ToSchema)]
#[schema(as = GraphStats)]
pub(crate) struct Stats {
    personas_added: usize,
    concepts_extracted: usize,
    relationships_created: usize,
    emotions_created: usize,
}

/// Builds the graph of the latest discussion anew. Twice gives the same.
#[utoipa::path(post, path = "/api/v1/graph/build/{focus_group_id}", tag = "graph",
    params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Stats), (status = 400, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn build(
    State(state): State<AppState>,
    _: Within<Change>,
    group: OfFocusGroup<Editor>,
) -> Result<Json<Stats>> {
    let Built { graph, .. } = of_group(&state, group.access.least(), group.id, true).await?;
    let relations = graph.mentions.len() + graph.feelings.len() + graph.relations.len();
    Ok(Json(Stats {
        personas_added: graph.people.len(),
        concepts_extracted: graph.concepts().len(),
        relationships_created: relations,
        emotions_created: graph.emotions().len(),
    }))
}

/// Which links to give.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Filter {
    /// `positive`, `negative` or `influence`; everything without it.
    filter_type: Option<String>,
}

/// Nodes and links as the client draws them.
#[derive(Serialize, ToSchema)]
pub(crate) struct Drawn {
    nodes: Vec<Node>,
    links: Vec<Link>,
    how_made: HowMade,
}

/// A person, a concept or an emotion.
#[derive(Serialize, ToSchema)]
pub(crate) struct Node {
    id: String,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    /// 1 people, 2 concepts, 3 emotions.
    group: u8,
    size: usize,
    /// None of a person who speaks of no concept.
    sentiment: Option<f64>,
    /// People who speak of a concept, or feel an emotion; none for a person.
    n: Option<usize>,
    /// Half the width of the 95 % interval of a concept's sentiment; none where fewer than two people speak of it.
    margin: Option<f64>,
    /// Concepts that a person's sentiment is the mean over; none for concepts and emotions.
    concepts: Option<usize>,
    #[schema(value_type = Option<Object>)]
    metadata: Option<Value>,
}

/// Who speaks of, feels, agrees with what or whom.
#[derive(Serialize, ToSchema)]
pub(crate) struct Link {
    source: String,
    target: String,
    #[serde(rename = "type")]
    kind: &'static str,
    strength: f64,
    sentiment: Option<f64>,
}

/// The graph of the latest discussion.
#[utoipa::path(get, path = "/api/v1/graph/{focus_group_id}", tag = "graph",
    params(("focus_group_id" = FocusGroupId, Path), Filter), security(("bearer" = [])),
    responses((status = 200, body = Drawn), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn whole(
    State(state): State<AppState>,
    _: Within<Heavy>,
    group: OfFocusGroup<Viewer>,
    Query(filter): Query<Filter>,
) -> Result<Json<Drawn>> {
    let built = of_group(&state, group.access, group.id, false).await?;
    let mut links = links(&built);
    match filter.filter_type.as_deref() {
        None => {}
        Some("positive") => links.retain(|l| l.sentiment.is_some_and(|s| s > f64::from(SIDED))),
        Some("negative") => links.retain(|l| l.sentiment.is_some_and(|s| s < -f64::from(SIDED))),
        Some("influence") => links.retain(|l| matches!(l.kind, "agrees" | "disagrees")),
        Some(_) => {
            let rule = "must be positive, negative or influence";
            return Err(platform::Error::invalid("filter_type", rule));
        }
    }
    let linked: BTreeSet<&str> =
        links.iter().flat_map(|link| [link.source.as_str(), link.target.as_str()]).collect();
    let is_shown = |node: &Node| filter.filter_type.is_none() || linked.contains(node.id.as_str());
    let nodes = nodes(&built).into_iter().filter(is_shown).collect();
    Ok(Json(Drawn { nodes, links, how_made: built.how_made }))
}

fn nodes(built: &Built) -> Vec<Node> {
    let (graph, shown) = (&built.graph, graph::analytics(&built.graph));
    let people = graph.people.iter().map(|person| {
        let figures = shown.people.iter().find(|figures| figures.id == person.id);
        Node {
            id: person.id.to_string(),
            name: person.name.clone(),
            kind: "persona",
            group: 1,
            size: figures.map_or(1, |figures| figures.connections.max(1)),
            sentiment: figures.filter(|own| own.concepts > 0).map(|figures| figures.sentiment),
            n: None,
            margin: None,
            concepts: figures.map(|figures| figures.concepts),
            metadata: Some(json!({ "age": person.age, "occupation": person.occupation })),
        }
    });
    let concepts = shown.concepts.iter().map(|concept| Node {
        id: format!("concept_{}", concept.name),
        name: concept.name.clone(),
        kind: "concept",
        group: 2,
        size: concept.mentions,
        sentiment: Some(concept.sentiment),
        n: Some(concept.people),
        margin: concept.margin,
        concepts: None,
        metadata: None,
    });
    let emotions = shown.emotions.iter().map(|emotion| {
        let name = emotion.emotion.word(built.setting.language);
        Node {
            id: format!("emotion_{name}"),
            name: name.to_owned(),
            kind: "emotion",
            group: 3,
            size: emotion.people,
            sentiment: None,
            n: Some(emotion.people),
            margin: None,
            concepts: None,
            metadata: None,
        }
    });
    people.chain(concepts).chain(emotions).collect()
}

fn links(built: &Built) -> Vec<Link> {
    let graph = &built.graph;
    let mentions = graph.mentions.iter().map(|mention| Link {
        source: mention.person.to_string(),
        target: format!("concept_{}", mention.concept),
        kind: "mentions",
        strength: mention.turns.len() as f64,
        sentiment: Some(f64::from(mention.sentiment)),
    });
    let feelings = graph.feelings.iter().map(|feeling| Link {
        source: feeling.person.to_string(),
        target: format!("emotion_{}", feeling.emotion.word(built.setting.language)),
        kind: "feels",
        strength: f64::from(feeling.intensity),
        sentiment: None,
    });
    let relations = graph.relations.iter().map(|relation| Link {
        source: relation.from.to_string(),
        target: relation.to.to_string(),
        kind: if relation.agrees { "agrees" } else { "disagrees" },
        strength: f64::from(relation.count),
        sentiment: Some(if relation.agrees { 1.0 } else { -1.0 }),
    });
    mentions.chain(feelings).chain(relations).collect()
}

macro_rules! reads {
    ($(#[$doc:meta])* $name:ident, $path:literal, $make:expr) => {
        $(#[$doc])*
        #[utoipa::path(get, path = $path, tag = "graph",
            params(("focus_group_id" = FocusGroupId, Path)), security(("bearer" = [])),
            responses((status = 200, body = Object), (status = 400, body = Problem),
                (status = 404, body = Problem), (status = 429, body = Problem),
                (status = 503, body = Problem)))]
        pub(crate) async fn $name(
            State(state): State<AppState>,
            _: Within<Heavy>,
            group: OfFocusGroup<Viewer>,
        ) -> Result<Json<Value>> {
            let built = of_group(&state, group.access, group.id, false).await?;
            let shown = graph::analytics(&built.graph);
            let make: fn(&Built, Analytics) -> Value = $make;
            let mut made = make(&built, shown);
            // beside every list: of how many it is, and how it was made
            made["how_made"] = json!(built.how_made);
            Ok(Json(made))
        }
    };
}

reads! {
    /// The ten most connected people.
    influential, "/api/v1/graph/{focus_group_id}/influential",
    |_, shown| json!({ "personas": shown.people.into_iter().take(TOP).collect::<Vec<_>>() })
}

reads! {
    /// The ten concepts of which most people speak.
    concepts, "/api/v1/graph/{focus_group_id}/concepts",
    |built, shown| {
        let concepts = shown.concepts.into_iter().take(TOP).map(|concept| json!({
            "name": concept.name,
            "frequency": concept.mentions,
            "sentiment": concept.sentiment,
            "personas": speakers(&built.graph, &concept.name),
            "n": concept.people,
            "margin": concept.margin,
            "response_ids": concept.response_ids,
        }));
        json!({ "concepts": concepts.collect::<Vec<_>>() })
    }
}

reads! {
    /// Concepts with supporters and critics.
    controversial, "/api/v1/graph/{focus_group_id}/controversial",
    |_, shown| {
        let of = |name: &String| shown.concepts.iter().find(|concept| concept.name == *name);
        let concepts = shown.controversial.iter().filter_map(of).take(TOP).map(|concept| json!({
            "concept": concept.name,
            "avg_sentiment": concept.sentiment,
            "polarization": concept.polarization,
            "n": concept.people,
            "margin": concept.margin,
            "supporters": concept.supporters,
            "critics": concept.critics,
            "total_mentions": concept.mentions,
            "response_ids": concept.response_ids,
        }));
        json!({ "controversial_concepts": concepts.collect::<Vec<_>>() })
    }
}

reads! {
    /// Concepts of which the young and the old speak differently, with n.
    correlations, "/api/v1/graph/{focus_group_id}/correlations",
    |_, shown| json!({ "correlations": by_age(&shown) })
}

reads! {
    /// What is felt, by how many.
    emotions, "/api/v1/graph/{focus_group_id}/emotions",
    |built, shown| {
        let emotions = shown.emotions.into_iter().map(|emotion| json!({
            "emotion": emotion.emotion.word(built.setting.language),
            "personas_count": emotion.people,
            "avg_intensity": emotion.intensity,
            "percentage": emotion.percentage,
            "n": built.graph.people.len(),
        }));
        json!({ "emotions": emotions.collect::<Vec<_>>() })
    }
}

reads! {
    /// Everything that the graph shows: concepts, who holds what, what goes together, what divides,
    /// emotions, people, and differences by age, gender and place with n and uncertainty.
    analytics, "/api/v1/focus-groups/{focus_group_id}/graph-analytics",
    |built, shown| {
        let names: BTreeMap<String, &str> =
            built.graph.people.iter().map(|p| (p.id.to_string(), p.name.as_str())).collect();
        let holds = built.graph.mentions.iter().map(|mention| json!({
            "persona_id": mention.person,
            "name": names.get(&mention.person.to_string()),
            "concept": mention.concept,
            "sentiment": mention.sentiment,
            "response_ids": mention.turns,
        }));
        let holds: Vec<Value> = holds.collect();
        let mut all = serde_json::to_value(shown).unwrap_or_default();
        all["who_holds_what"] = json!(holds);
        all["limits"] = json!(caveats(built.setting.language, built.is_simulated));
        all
    }
}

fn speakers(graph: &Graph, concept: &str) -> Vec<String> {
    let mentions = graph.mentions.iter().filter(|mention| mention.concept == concept);
    mentions.map(|mention| graph.name(mention.person).to_owned()).take(NAMES).collect()
}

/// The client's correlations: a concept's tone among the young, the middle-aged and the old.
fn by_age(shown: &Analytics) -> Vec<Value> {
    let mut rows: Vec<(f64, Value)> = Vec::new();
    for concept in &shown.concepts {
        let tone = |group: &str| {
            let of = |d: &&graph::ConceptDifference| {
                d.concept == concept.name && d.attribute == "age" && d.group == group
            };
            shown.differences.iter().find(of)
        };
        let groups = [tone("18-34"), tone("35-54"), tone("55+")];
        let known: Vec<f64> = groups.iter().flatten().map(|d| d.sentiment).collect();
        if known.len() < 2 {
            continue;
        }
        let most = known.iter().copied().fold(f64::MIN, f64::max);
        let gap = most - known.iter().copied().fold(f64::MAX, f64::min);
        let [young, middle, senior] = groups.map(|group| group.map(|d| (d.sentiment, d.n)));
        rows.push((
            gap,
            json!({
                "concept": concept.name,
                "young_sentiment": young.map(|g| g.0),
                "mid_sentiment": middle.map(|g| g.0),
                "senior_sentiment": senior.map(|g| g.0),
                "age_gap": gap,
                "mentions": concept.mentions,
                "n": [young.map_or(0, |g| g.1), middle.map_or(0, |g| g.1), senior.map_or(0, |g| g.1)],
                "is_small": groups.iter().flatten().any(|d| d.is_small),
            }),
        ));
    }
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    rows.into_iter().map(|(_, row)| row).collect()
}

#[derive(Deserialize, ToSchema)]
#[schema(as = GraphQuestion)]
pub(crate) struct Question {
    /// 1 to 500 characters.
    question: String,
}

/// An answer from the graph.
#[derive(Serialize, ToSchema)]
pub(crate) struct Answered {
    answer: String,
    insights: Vec<Insight>,
    /// Five.
    suggested_questions: Vec<String>,
    how_made: HowMade,
}

/// What the answer rests on.
#[derive(Serialize, ToSchema)]
pub(crate) struct Insight {
    title: String,
    detail: String,
    metadata: Cited,
}

/// The answers that are cited.
#[derive(Serialize, ToSchema)]
pub(crate) struct Cited {
    response_ids: Vec<TurnId>,
}

/// Answers a question from the graph, with the answers that it rests on.
#[utoipa::path(post, path = "/api/v1/graph/{focus_group_id}/ask", tag = "graph",
    params(("focus_group_id" = FocusGroupId, Path)), request_body = Question,
    security(("bearer" = [])),
    responses((status = 200, body = Answered), (status = 400, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
        (status = 429, body = Problem), (status = 503, body = Problem)))]
pub(crate) async fn ask(
    State(state): State<AppState>,
    _: Within<Heavy>,
    group: OfFocusGroup<Viewer>,
    Json(request): Json<Question>,
) -> Result<Json<Answered>> {
    let mut checks = Checks::default();
    checks.length("question", Some(&request.question), 1..=500);
    checks.done()?;
    let built = of_group(&state, group.access, group.id, false).await?;
    let shown = graph::analytics(&built.graph);
    let asked = asking::answer(&shown, &request.question, built.setting.language);
    let insights = asked.insights.into_iter().map(|insight| Insight {
        title: insight.title,
        detail: insight.detail,
        metadata: Cited { response_ids: insight.response_ids },
    });
    Ok(Json(Answered {
        answer: asked.answer,
        insights: insights.collect(),
        suggested_questions: asked.suggested,
        how_made: built.how_made,
    }))
}
