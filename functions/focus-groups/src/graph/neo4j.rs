//! The graph in Neo4j: every node names its project and its focus group, every statement is ours and
//! takes parameters only.

use neo4rs::{Query, Row, Txn, query};
use platform::graph::GraphPool;
use platform::{Error, Result};
use records::discussion::graph::clearing;
use shared::discussion::graph::{Feeling, Graph, Mention, PersonNode, PersonRelation};
use shared::discussion::sentiment::Emotion;
use shared::id::{FocusGroupId, PersonaId, ProjectId, RunId, TurnId};
use uuid::Uuid;

const PEOPLE: &str = "unwind range(0, size($ids) - 1) as i \
    merge (p:GroupPersona {focus_group_id: $group, id: $ids[i]}) \
    set p.project_id = $project, p.run_id = $run, p.edition = $edition, p.name = $names[i], p.age = $ages[i], \
        p.gender = $genders[i], p.occupation = $occupations[i], p.place = $places[i]";

const MENTIONS: &str = "unwind range(0, size($ids) - 1) as i \
    match (p:GroupPersona {focus_group_id: $group, id: $ids[i]}) \
    merge (c:GroupConcept {focus_group_id: $group, name: $names[i]}) \
    on create set c.project_id = $project \
    merge (p)-[m:MENTIONS]->(c) \
    set m.sentiment = $tones[i], m.turns = $turns[i], m.count = size(split($turns[i], ','))";

const FEELINGS: &str = "unwind range(0, size($ids) - 1) as i \
    match (p:GroupPersona {focus_group_id: $group, id: $ids[i]}) \
    merge (e:GroupEmotion {focus_group_id: $group, name: $names[i]}) \
    on create set e.project_id = $project \
    merge (p)-[f:FEELS]->(e) \
    set f.intensity = $tones[i], f.turns = $turns[i], f.count = size(split($turns[i], ','))";

const AGREES: &str = "unwind range(0, size($ids) - 1) as i \
    match (a:GroupPersona {focus_group_id: $group, id: $ids[i]}), \
          (b:GroupPersona {focus_group_id: $group, id: $others[i]}) \
    merge (a)-[r:AGREES_WITH]->(b) set r.strength = $counts[i]";

const DISAGREES: &str = "unwind range(0, size($ids) - 1) as i \
    match (a:GroupPersona {focus_group_id: $group, id: $ids[i]}), \
          (b:GroupPersona {focus_group_id: $group, id: $others[i]}) \
    merge (a)-[r:DISAGREES_WITH]->(b) set r.strength = $counts[i]";

/// Where a graph belongs.
#[derive(Clone, Copy)]
struct Scope {
    project: ProjectId,
    group: FocusGroupId,
}

impl Scope {
    fn of(self, statement: &str) -> Query {
        query(statement)
            .param("project", self.project.to_string())
            .param("group", self.group.to_string())
    }
}

/// Puts a graph in the place of the one that the group had, in one transaction, with the run and the
/// edition of the readings that it is of.
pub(super) async fn write(
    pool: &GraphPool,
    project: ProjectId,
    group: FocusGroupId,
    (run, edition): (RunId, &str),
    graph: &Graph,
) -> Result<()> {
    let scope = Scope { project, group };
    let mut txn = pool.get().await?.start_txn().await?;
    txn.run(clearing(project, group)).await?;
    let people = &graph.people;
    let texts = |text: fn(&PersonNode) -> String| people.iter().map(text).collect::<Vec<String>>();
    let write = scope
        .of(PEOPLE)
        .param("run", run.to_string())
        .param("edition", edition)
        .param("ids", texts(|person| person.id.to_string()))
        .param("names", texts(|person| person.name.clone()))
        .param("ages", people.iter().map(|person| i64::from(person.age)).collect::<Vec<_>>())
        .param("genders", texts(|person| person.gender.clone()))
        .param("occupations", texts(|person| person.occupation.clone()))
        .param("places", texts(|person| person.place.clone()));
    txn.run(write).await?;
    let mentions = graph.mentions.iter();
    let rows = mentions.map(|m| (m.person, m.concept.clone(), m.sentiment, &m.turns));
    edges(&mut txn, scope.of(MENTIONS), rows.collect()).await?;
    let feelings = graph.feelings.iter();
    let rows = feelings.map(|f| (f.person, word(f.emotion), f.intensity, &f.turns));
    edges(&mut txn, scope.of(FEELINGS), rows.collect()).await?;
    for (statement, agrees) in [(AGREES, true), (DISAGREES, false)] {
        let those = || graph.relations.iter().filter(|relation| relation.agrees == agrees);
        let write = scope
            .of(statement)
            .param("ids", those().map(|r| r.from.to_string()).collect::<Vec<_>>())
            .param("others", those().map(|r| r.to.to_string()).collect::<Vec<_>>())
            .param("counts", those().map(|r| i64::from(r.count)).collect::<Vec<_>>());
        txn.run(write).await?;
    }
    txn.commit().await?;
    Ok(())
}

type Edge<'a> = (PersonaId, String, f32, &'a Vec<TurnId>);

async fn edges(txn: &mut Txn, statement: Query, rows: Vec<Edge<'_>>) -> Result<()> {
    let joined =
        |turns: &Vec<TurnId>| turns.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let write = statement
        .param("ids", rows.iter().map(|row| row.0.to_string()).collect::<Vec<_>>())
        .param("names", rows.iter().map(|row| row.1.clone()).collect::<Vec<_>>())
        .param("tones", rows.iter().map(|row| f64::from(row.2)).collect::<Vec<_>>())
        .param("turns", rows.iter().map(|row| joined(row.3)).collect::<Vec<_>>());
    txn.run(write).await?;
    Ok(())
}

/// The run and the edition of its readings that a group's graph is of.
pub(super) async fn built_of(
    pool: &GraphPool,
    project: ProjectId,
    group: FocusGroupId,
) -> Result<Option<(RunId, String)>> {
    let statement = "match (p:GroupPersona {project_id: $project, focus_group_id: $group}) \
                     return p.run_id as run, coalesce(p.edition, '') as edition limit 1";
    let rows = rows(pool, Scope { project, group }.of(statement)).await?;
    let built = rows.first().and_then(|row| {
        let run = row.get::<String>("run").ok()?.parse().ok()?;
        Some((RunId(run), row.get::<String>("edition").ok()?))
    });
    Ok(built)
}

/// The graph of a group.
pub(super) async fn read(
    pool: &GraphPool,
    project: ProjectId,
    group: FocusGroupId,
) -> Result<Graph> {
    let scope = Scope { project, group };
    let people = "match (p:GroupPersona {project_id: $project, focus_group_id: $group}) \
        return p.id as id, p.name as name, p.age as age, p.gender as gender, \
            p.occupation as occupation, p.place as place order by p.name, p.id";
    let mentions = "match (p:GroupPersona {project_id: $project, focus_group_id: $group}) \
        -[m:MENTIONS]->(c:GroupConcept) \
        return p.id as id, c.name as name, m.sentiment as tone, m.turns as turns \
        order by c.name, p.id";
    let feelings = "match (p:GroupPersona {project_id: $project, focus_group_id: $group}) \
        -[f:FEELS]->(e:GroupEmotion) \
        return p.id as id, e.name as name, f.intensity as tone, f.turns as turns \
        order by e.name, p.id";
    let relations = "match (a:GroupPersona {project_id: $project, focus_group_id: $group}) \
        -[r:AGREES_WITH|DISAGREES_WITH]->(b:GroupPersona) \
        return a.id as id, b.id as other, type(r) = 'AGREES_WITH' as agrees, r.strength as count \
        order by a.id, b.id, type(r)";
    let unreadable = || Error::Internal(anyhow::anyhow!("a node of the graph cannot be read"));
    let people = rows(pool, scope.of(people)).await?;
    let mentions = rows(pool, scope.of(mentions)).await?;
    let feelings = rows(pool, scope.of(feelings)).await?;
    let relations = rows(pool, scope.of(relations)).await?;
    let graph = Graph {
        people: people.iter().map(person).collect::<Option<_>>().ok_or_else(unreadable)?,
        mentions: mentions.iter().map(mention).collect::<Option<_>>().ok_or_else(unreadable)?,
        feelings: feelings.iter().map(feeling).collect::<Option<_>>().ok_or_else(unreadable)?,
        relations: relations.iter().map(relation).collect::<Option<_>>().ok_or_else(unreadable)?,
    };
    Ok(graph)
}

async fn rows(pool: &GraphPool, statement: Query) -> Result<Vec<Row>> {
    let mut stream = pool.get().await?.execute(statement).await?;
    let mut rows = Vec::new();
    while let Some(row) = stream.next().await? {
        rows.push(row);
    }
    Ok(rows)
}

fn id(row: &Row, name: &str) -> Option<PersonaId> {
    row.get::<String>(name).ok()?.parse::<Uuid>().ok().map(PersonaId)
}

fn turns(row: &Row) -> Option<Vec<TurnId>> {
    let joined = row.get::<String>("turns").ok()?;
    joined.split(',').map(|turn| turn.parse::<Uuid>().ok().map(TurnId)).collect()
}

fn person(row: &Row) -> Option<PersonNode> {
    Some(PersonNode {
        id: id(row, "id")?,
        name: row.get("name").ok()?,
        age: u8::try_from(row.get::<i64>("age").ok()?).ok()?,
        gender: row.get("gender").ok()?,
        occupation: row.get("occupation").ok()?,
        place: row.get("place").ok()?,
    })
}

fn mention(row: &Row) -> Option<Mention> {
    Some(Mention {
        person: id(row, "id")?,
        concept: row.get("name").ok()?,
        sentiment: row.get::<f64>("tone").ok()? as f32,
        turns: turns(row)?,
    })
}

fn feeling(row: &Row) -> Option<Feeling> {
    Some(Feeling {
        person: id(row, "id")?,
        emotion: Emotion::parse(&row.get::<String>("name").ok()?)?,
        intensity: row.get::<f64>("tone").ok()? as f32,
        turns: turns(row)?,
    })
}

fn relation(row: &Row) -> Option<PersonRelation> {
    Some(PersonRelation {
        from: id(row, "id")?,
        to: id(row, "other")?,
        agrees: row.get("agrees").ok()?,
        count: u32::try_from(row.get::<i64>("count").ok()?).ok()?,
    })
}

fn word(emotion: Emotion) -> String {
    emotion.word(shared::Language::English).to_owned()
}
