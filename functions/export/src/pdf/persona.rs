//! A person as a report: who they are, how they think, what they need, and what their segment is worth.

use records::export::Person;
use serde_json::Value;
use shared::Language;
use shared::insight::journey::{SourcedFigure, Stage, StageView};
use shared::insight::{Journey, NeedsAndPains};
use shared::persona::card::{BigFive, Hofstede};
use shared::persona::label;
use shared::text::number::{decimal, percent};

use super::{Bar, Column, Part, Report, figure};
use crate::insight::Insights;
use crate::persona::Section;

/// A person with what is known of them.
pub(crate) struct Portrait<'a> {
    pub(crate) person: &'a Person,
    pub(crate) insights: &'a Insights,
    pub(crate) sections: &'a [Section],
    pub(crate) language: Language,
}

impl Portrait<'_> {
    pub(crate) fn report(&self) -> Report {
        let (person, language) = (self.person, self.language);
        let mut parts = Vec::new();
        for section in self.sections {
            match section {
                Section::Overview => parts.extend(overview(person, language)),
                Section::Profile => parts.extend(profile(person, language)),
                Section::Behaviors => parts.extend(behaviors(person, language)),
                Section::Needs => parts.extend(self.needs()),
                Section::Insights => parts.extend(self.worth()),
            }
        }
        Report {
            title: format!("{}, {}", person.name, person.age()),
            kicker: language.pick("A synthetic persona", "Persona syntetyczna").to_owned(),
            language,
            parts,
        }
    }

    fn needs(&self) -> Vec<Part> {
        let language = self.language;
        let mut parts = vec![Part::section(language.pick("Needs", "Potrzeby"))];
        match &self.insights.needs {
            Some(needs) => parts.extend(needs_of(needs, language)),
            None => parts.push(Part::note(
                language.pick("Nothing is stored of them.", "Nic o nich nie zapisano."),
            )),
        }
        parts
    }

    fn worth(&self) -> Vec<Part> {
        let language = self.language;
        let mut parts = vec![Part::section(
            language.pick("What the segment is worth", "Ile wart jest segment"),
        )];
        match &self.insights.metrics {
            Some(metrics) => parts.push(figure::cards(metrics, language)),
            None => parts.push(Part::note(
                language.pick("No metrics were computed.", "Wskaźników nie obliczono."),
            )),
        }
        if let Some(journey) = &self.person.journey {
            parts.push(Part::section(language.pick("The way to a purchase", "Droga do zakupu")));
            parts.extend(journey_of(journey, language));
        }
        parts
    }
}

fn overview(person: &Person, language: Language) -> Vec<Part> {
    let mut parts = vec![Part::section(language.pick("Who it is", "Kto to jest"))];
    if !person.headline.trim().is_empty() {
        parts.push(Part::Panel { text: super::paragraphs(&person.headline) });
    }
    parts.push(facts(person, language));
    let titles = titles(person);
    if !titles.is_empty() {
        let title =
            language.pick("Documents behind the texts", "Dokumenty, na których oparto teksty");
        parts.push(Part::subsection(title));
        parts.push(Part::list(titles));
    }
    parts
}

/// The documents that retrieval cited for the person, each once, in the order of their citations.
fn titles(person: &Person) -> Vec<String> {
    let citations = person.rag_citations.as_ref().and_then(Value::as_array).into_iter().flatten();
    let mut titles: Vec<String> = Vec::new();
    for title in citations.filter_map(|one| one["document_title"].as_str()) {
        if !titles.iter().any(|known| known == title) {
            titles.push(title.to_owned());
        }
    }
    titles
}

/// What the engine drew, a line each.
pub(super) fn facts(person: &Person, language: Language) -> Part {
    let facts = [
        (language.pick("Age", "Wiek"), person.age()),
        (language.pick("Gender", "Płeć"), person.gender.to_owned()),
        (language.pick("Place", "Miejsce"), person.location.clone()),
        (language.pick("Education", "Wykształcenie"), person.education.to_owned()),
        (language.pick("Activity", "Aktywność"), person.activity.to_owned()),
        (language.pick("Occupation", "Zawód"), person.occupation.clone()),
        (language.pick("Net income a month", "Dochód netto miesięcznie"), person.income.to_owned()),
        (language.pick("Segment", "Segment"), person.segment_id.to_owned()),
        (language.pick("Status", "Status"), person.status.clone()),
        (language.pick("Texts by", "Teksty napisał"), person.written_by.clone()),
    ];
    Part::facts(language, facts.into_iter().filter(|(_, value)| !value.trim().is_empty()))
}

fn profile(person: &Person, language: Language) -> Vec<Part> {
    let mut parts = vec![Part::section(language.pick("Profile", "Profil"))];
    parts.extend(Part::paragraphs(&person.story));
    let five = language.pick("Traits of the five-factor model", "Cechy Wielkiej Piątki");
    let six = language.pick("Hofstede's dimensions", "Wymiary Hofstede");
    let scale = language.pick("from 0 to 100", "od 0 do 100");
    for (title, bars) in [
        (five, bars(&BigFive::NAMES, &person.big_five.values(), language)),
        (six, bars(&Hofstede::NAMES, &person.hofstede.values(), language)),
    ] {
        parts.push(Part::subsection(title));
        parts.push(Part::chart(&format!("{title}, {scale}"), bars));
    }
    for (title, words) in [
        (language.pick("Values", "Wartości"), &person.values),
        (language.pick("Interests", "Zainteresowania"), &person.interests),
    ] {
        if !words.is_empty() {
            parts.push(Part::subsection(title));
            parts.push(Part::Paragraph { text: words.join(", ") });
        }
    }
    parts
}

fn bars(names: &[&str], values: &[f32], language: Language) -> Vec<Bar> {
    let bar = |(name, value): (&&str, &f32)| Bar {
        label: label::trait_of(name, language).unwrap_or(name).to_owned(),
        from: 0.0,
        to: f64::from(*value).clamp(0.0, 1.0),
        band: None,
        value: format!("{:.0}", f64::from(*value) * 100.0),
    };
    names.iter().zip(values).map(bar).collect()
}

fn behaviors(person: &Person, language: Language) -> Vec<Part> {
    let mut parts = vec![Part::section(language.pick("Behaviour", "Zachowanie"))];
    for (title, text) in [
        (language.pick("How they speak", "Jak mówi"), &person.communication_style),
        (language.pick("How they decide", "Jak decyduje"), &person.decision_making_style),
    ] {
        if !text.trim().is_empty() {
            parts.push(Part::subsection(title));
            parts.extend(Part::paragraphs(text));
        }
    }
    if !person.concerns.is_empty() {
        parts.push(Part::subsection(language.pick("Worries", "Obawy")));
        parts.push(Part::list(person.concerns.iter().cloned()));
    }
    parts
}

fn needs_of(needs: &NeedsAndPains, language: Language) -> Vec<Part> {
    let basis = match needs.basis {
        "answers" => language.pick(
            format!("From {} stored answers of the segment.", needs.answers),
            format!("Na podstawie zapisanych odpowiedzi segmentu: {}.", needs.answers),
        ),
        _ => language
            .pick(
                "Hypotheses: no stored answer shows them.",
                "Hipotezy: nie pokazuje ich żadna zapisana odpowiedź.",
            )
            .to_owned(),
    };
    let made = language.pick(
        format!("Drafted by {}.", needs.generated_by),
        format!("Szkic: {}.", needs.generated_by),
    );
    let mut parts = vec![Part::note(format!("{basis} {made}"))];
    parts.push(Part::subsection(language.pick("Jobs to be done", "Zadania do wykonania")));
    for job in &needs.jobs_to_be_done {
        let text = language.pick(
            format!("{} (priority {} of 10)", job.job_statement, job.priority_score),
            format!("{} (priorytet {} z 10)", job.job_statement, job.priority_score),
        );
        parts.push(Part::Paragraph { text });
        parts.extend(quotes(&job.quotes));
    }
    parts.push(Part::subsection(language.pick("Desired outcomes", "Pożądane rezultaty")));
    parts.push(outcomes(needs, language));
    parts.push(Part::note(language.pick(
        "Opportunity: importance + max(importance − satisfaction, 0), times 5: 0 to 100 (Ulwick).",
        "Szansa: ważność + max(ważność − zadowolenie, 0), razy 5: od 0 do 100 (Ulwick).",
    )));
    parts.push(Part::subsection(language.pick("Pains", "Bolączki")));
    for pain in &needs.pain_points {
        let text = language.pick(
            format!(
                "{}: {} (severity {} of 10)",
                pain.pain_title, pain.pain_description, pain.severity
            ),
            format!(
                "{}: {} (dotkliwość {} z 10)",
                pain.pain_title, pain.pain_description, pain.severity
            ),
        );
        parts.push(Part::Paragraph { text });
        parts.extend(quotes(&pain.quotes));
        parts.push(Part::list(pain.potential_solutions.iter().cloned()));
    }
    parts
}

fn quotes(quotes: &[String]) -> impl Iterator<Item = Part> {
    quotes.iter().map(|text| Part::Quote { text: text.clone() })
}

fn outcomes(needs: &NeedsAndPains, language: Language) -> Part {
    let rows = needs.desired_outcomes.iter().map(|one| {
        vec![
            one.outcome_statement.clone(),
            one.importance.to_string(),
            one.satisfaction_current_solutions.to_string(),
            decimal(one.opportunity_score, 0, language),
        ]
    });
    Part::Table {
        columns: vec![
            Column::wide(language.pick("Outcome", "Rezultat")),
            Column::number(language.pick("Importance", "Ważność")),
            Column::number(language.pick("Satisfaction", "Zadowolenie")),
            Column::number(language.pick("Opportunity", "Szansa")),
        ],
        rows: rows.collect(),
    }
}

fn journey_of(journey: &Journey, language: Language) -> Vec<Part> {
    journey.stages.iter().flat_map(|stage| stage_of(stage, language)).collect()
}

fn stage_of(stage: &StageView, language: Language) -> Vec<Part> {
    let title = match stage.stage {
        Stage::Awareness => language.pick("Awareness", "Świadomość"),
        Stage::Consideration => language.pick("Consideration", "Rozważanie"),
        Stage::Decision => language.pick("Decision", "Decyzja"),
        Stage::PostPurchase => language.pick("After the purchase", "Po zakupie"),
    };
    let days = |value| {
        let days = decimal(value, 0, language);
        language.pick(format!("{days} days"), format!("{days} dni"))
    };
    let facts = [
        (language.pick("Questions", "Pytania"), stage.questions.join("; ")),
        (language.pick("Touchpoints", "Punkty styku"), stage.touchpoints.join("; ")),
        (language.pick("Emotions", "Emocje"), stage.emotions.join("; ")),
        (language.pick("Buying signals", "Sygnały zakupu"), stage.buying_signals.join("; ")),
        (language.pick("Barriers", "Bariery"), stage.barriers.join("; ")),
        (language.pick("How long", "Jak długo"), sourced(&stage.time_in_stage_days, days)),
        (
            language.pick("Turn back", "Rezygnuje"),
            sourced(&stage.drop_off_rate, |value| percent(value, language)),
        ),
    ];
    vec![Part::subsection(title), Part::facts(language, facts)]
}

/// A figure with the words that say it, or why there is none.
fn sourced(figure: &SourcedFigure, write: impl Fn(f64) -> String) -> String {
    let quote = figure.quote.iter().map(|quote| format!(" (“{quote}”)"));
    match figure.value {
        Some(value) => write(value) + &quote.collect::<String>(),
        None => figure.absent_because.clone().unwrap_or_default(),
    }
}
