//! The main job from end to end, as its user does it: over HTTP, with no key and no cloud account.

mod api;
mod cost;
mod discussion;
mod documents;
mod exports;
mod files;
mod progress;
mod survey;
mod worth;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use local::Interrupt;
use local::options::{DemoOptions, UpOptions};
use population::fidelity::FidelityReport;
use report::{self, PopulationReport};
use serde_json::{Value, json};
use shared::Language;
use sqlx::{Connection, PgConnection};

use self::api::Api;
use self::exports::Subjects;
use self::files::{PopulationFiles, entry};
use crate::place::Place;
use crate::system::System;

const EMAIL: &str = "demo@sight.example";
const BRIEFS: [(Language, &str); 2] = [
    (Language::Polish, include_str!("../demo/brief.pl.json")),
    (Language::English, include_str!("../demo/brief.en.json")),
];

/// Starts the system, does the main job, writes its results, stops the system.
///
/// # Errors
/// When any step fails; the message says which.
pub async fn run(place: &Place, options: &DemoOptions, interrupt: &Interrupt) -> Result<()> {
    let system = System::start(place, &UpOptions::default()).await?;
    let password = format!("{}1a", &place.kept_secret("demo-password")?[..20]);
    let url = system.url();
    let work = main_job(place, &url, &password, options);
    let done = tokio::select! {
        done = work => done,
        signal = interrupt.received() => Err(anyhow::anyhow!("{signal}: stopped before the end")),
    };
    system.stop().await;
    done
}

async fn main_job(place: &Place, url: &str, password: &str, options: &DemoOptions) -> Result<()> {
    let language = Language::parse(&options.language).context("say pl or en")?;
    let api = Api::sign_in(url, EMAIL, password).await.context("cannot sign in")?;
    vouch(place.database_url()).await.context("cannot vouch for the demo's account")?;
    let brief = brief(language)?;
    let project = api.post("/projects", &brief).await.context("cannot create the project")?;
    let project_id = text(&project, "id")?;
    println!("\nProject      {}", text(&project, "name")?);
    documents::take_in(&api, project_id).await?;
    let wanted = json!({ "people": options.people, "seed": options.seed });
    let path = format!("/projects/{project_id}/populations");
    let started = api.post(&path, &wanted).await.context("cannot generate")?;
    println!("People       {}, seed {}", options.people, started["seed"]);
    let run = progress::watch(&api, text(&started, "run_id")?).await?;
    println!("Run          {}", outcome(&run, "written")?);
    // Nobody to report on, to let talk or to ask.
    ensure!(run["done"] != 0, "nobody was written: {}", run["failures"]);
    let report = collect(&api, project_id, &brief, &started, language).await?;
    println!("\n{}", report::table(&report.fidelity, language, terminal_width()));
    let files = PopulationFiles::write(&options.out, &report, language)?;
    let name = text(&project, "name")?;
    let seed = options.seed;
    let talked = discussion::run(&api, project_id, name, seed, language, &options.out).await?;
    let (people, seed) = (options.people, &started["seed"]);
    let survey = survey::run(&api, &project, people, seed, language, &options.out).await?;
    worth::run(&api, project_id, language, &options.out).await?;
    let focus_group = talked.as_ref().map(|talked| talked.group.as_str());
    let subjects = Subjects { project: project_id, people, survey: &survey, focus_group };
    exports::run(&api, &subjects, &options.out).await?;
    cost::say(&api, project_id).await?;
    say_where(&files, talked.as_ref());
    say_next(options, place.has_console(), url, password);
    Ok(())
}

/// Marks the demo's address as verified, for a model that costs money: whoever runs this machine, and pays,
/// is the one who knows.
async fn vouch(database: &str) -> Result<()> {
    let mut connection = PgConnection::connect(database).await?;
    sqlx::query("update accounts set is_verified = true where email = $1 and deleted_at is null")
        .bind(EMAIL)
        .execute(&mut connection)
        .await?;
    connection.close().await?;
    Ok(())
}

fn brief(language: Language) -> Result<Value> {
    let found = BRIEFS.iter().find(|(known, _)| *known == language);
    let (_, text) = found.context("no brief in this language")?;
    Ok(serde_json::from_str(text)?)
}

/// The report as a page needs it: the project, the figures and everybody in them.
async fn collect(
    api: &Api,
    project: &str,
    brief: &Value,
    started: &Value,
    language: Language,
) -> Result<PopulationReport> {
    let population = text(started, "population_id")?;
    let population = format!("/projects/{project}/populations/{population}");
    let view = api.get(&population).await?;
    let fidelity: FidelityReport =
        serde_json::from_value(api.get(&format!("{population}/fidelity")).await?)?;
    let personas = api.pages(&format!("/projects/{project}/personas")).await?;
    documents::say_sources(&personas);
    let first = personas.first();
    let word =
        |key: &str| first.and_then(|persona| persona[key].as_str()).unwrap_or("–").to_owned();
    let mut entries: Vec<_> = personas.iter().map(entry).collect();
    entries.sort_by_key(|entry| entry.number);
    Ok(PopulationReport {
        project: files::project(brief),
        language,
        seed: shared::Seed(started["seed"].as_u64().unwrap_or_default()),
        engine_version: view["engine_version"].to_string(),
        model: word("written_by"),
        simulated: first.is_some_and(|persona| persona["is_simulated"] == true),
        generated_at: platform::Clock::system().now(),
        fidelity,
        personas: entries,
    })
}

/// How a run ended and how long it took, from its own times.
fn outcome(run: &Value, deed: &str) -> Result<String> {
    let time = |key: &str| -> Result<DateTime<Utc>> { Ok(text(run, key)?.parse()?) };
    let took = time("finished_at")? - time("started_at")?;
    let seconds = took.as_seconds_f64();
    let (status, done, failed) = (text(run, "status")?, &run["done"], &run["failed"]);
    Ok(format!("{status}: {done} {deed}, {failed} failed, in {seconds:.1} s"))
}

fn say_where(files: &PopulationFiles, talked: Option<&discussion::TalkFiles>) {
    println!("\nPage         {}", files.page.display());
    println!("Personas     {}  {}", files.csv.display(), files.json.display());
    println!("Report       {}", files.report.display());
    if let Some(talked) = talked {
        talked.say();
    }
}

fn say_next(options: &DemoOptions, has_console: bool, url: &str, password: &str) {
    println!("\nTry next");
    println!("  cargo local demo --people 200 --seed 7      more people, the same every time");
    if options.language == "pl" {
        println!("  cargo local demo --language en              the same project in English");
    }
    if !has_console {
        println!("  cargo local console                         builds the console, once");
    }
    println!("  cargo local up                              the console with all this, at {url},");
    println!(
        "                                              as {EMAIL} with the password {password}"
    );
    println!("  MODEL_PROVIDER=gemini MODEL_API_KEY=… cargo local demo   written by Gemini");
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key].as_str().with_context(|| format!("the answer has no {key}"))
}

/// The terminal's width, or a page's.
fn terminal_width() -> usize {
    let size = rustix::termios::tcgetwinsize(std::io::stdout());
    size.map_or(100, |size| usize::from(size.ws_col).clamp(60, 120))
}
