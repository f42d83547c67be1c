//! What goes with every file and cannot be left out: what it is, who wrote it, what was done to it, and what it
//! cannot tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::Language;
use shared::id::ProjectId;
use shared::persona::card::Country;
use utoipa::ToSchema;

use super::{About, Masked};

shared::words! {
    /// A part of a file, as it was written.
    #[schema(as = DisclosedPart)]
    pub enum WrittenPart {
        /// Texts about people.
        People = "people",
        /// Needs of their segments.
        Needs = "needs",
        /// Ways to a purchase.
        Journey = "journey",
        /// Answers to a survey.
        Answers = "answers",
        /// What was said in a focus group.
        Turns = "turns",
        /// What a focus group comes to.
        Summary = "summary",
    }
}

/// A model that wrote some of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DisclosedWriter {
    /// What it wrote.
    pub part: WrittenPart,
    /// Its name.
    pub model: String,
    /// True for the offline simulator.
    pub is_simulated: bool,
    /// The version of its prompt; empty where none is known.
    pub prompt_version: String,
    /// How many texts, answers or turns.
    pub texts: i64,
}

/// What a file is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Disclosure {
    /// True: no line of it is of a real person, unless a line says that people were asked.
    pub is_synthetic: bool,
    /// The same in words.
    pub statement: String,
    /// The project that it is of.
    pub project_id: ProjectId,
    /// What that is called.
    pub project_name: String,
    /// When.
    pub exported_at: DateTime<Utc>,
    /// Whether names, towns, ages and addresses were hidden.
    pub is_masked: bool,
    /// Who wrote it, part by part.
    pub models: Vec<DisclosedWriter>,
    /// The embedding models that rated reactions in words, whose points are in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rated_by: Vec<String>,
    /// Of the populations that the people belong to.
    pub seeds: Vec<i64>,
    /// By which the survey drew its respondents and shuffled its questions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey_seed: Option<u64>,
    /// What the populations are drawn from, country by country.
    pub sources: Vec<String>,
    /// What was done to what is in it.
    pub treatment: Vec<String>,
    /// How many of those who answered or spoke were removed for good: what they said is not in it.
    #[serde(default)]
    pub people_removed: i64,
    /// What it cannot tell.
    pub limits: Vec<String>,
}

impl Disclosure {
    /// Of a file with these parts that is made at this time. A part that nobody has written is not in it.
    pub fn new(
        mut about: About,
        parts: &[WrittenPart],
        masked: &Masked,
        exported_at: DateTime<Utc>,
    ) -> Self {
        let language = about.language;
        about.models.retain(|writer| parts.contains(&writer.part));
        let say = |english: &str, polish: &str| language.pick(english, polish).to_owned();
        let is_there = |part: &WrittenPart| about.models.iter().any(|writer| writer.part == *part);
        let made = WrittenPart::ALL.into_iter().filter(is_there);
        let made: Vec<String> = made.map(|part| say_treatment(part, language)).collect();
        let hidden = masked.is_on().then(|| {
            say(
                "Names are initials, ages are bands, towns are taken out, and of an e-mail address its first letter is \
                 left, in titles and questions too; words that look like them may be gone as well. An age stays where \
                 it is written out in words, and where somebody else gives it as a bare number; a number with a unit, \
                 such as a price, is no age. An option that named somebody is its number.",
                "Zamiast nazwisk są inicjały, zamiast wieku przedziały, miejscowości usunięto, a z adresu e-mail została \
                 pierwsza litera, także w tytułach i pytaniach; mogły zniknąć także słowa do nich podobne. Wiek zostaje \
                 tam, gdzie zapisano go słowami albo gdzie ktoś inny podał go jako samą liczbę; liczba z jednostką, na \
                 przykład cena, nie jest wiekiem. Odpowiedź do wyboru, która kogoś nazywała, jest swoim numerem.",
            )
        });
        let removed = (about.people_removed > 0).then(|| {
            say(
                &format!(
                    "People removed for good: {}. What they said is not in this file; figures count what they chose.",
                    about.people_removed
                ),
                &format!(
                    "Osoby trwale usunięte: {}. Ich wypowiedzi nie ma w tym pliku; liczby uwzględniają ich wybory.",
                    about.people_removed
                ),
            )
        });
        let imported = (about.people_imported > 0).then(|| {
            say(
                &format!(
                    "People imported from a file: {}. Nobody drew them in this project; the file said who they are.",
                    about.people_imported
                ),
                &format!(
                    "Osoby zaimportowane z pliku: {}. Nikt ich w tym projekcie nie wylosował; kim są, mówił plik.",
                    about.people_imported
                ),
            )
        });
        let formula = say(
            "In CSV a cell that a spreadsheet would take for a formula has an apostrophe in front.",
            "W CSV komórka, którą arkusz wziąłby za formułę, ma na początku apostrof.",
        );
        Self {
            is_synthetic: true,
            statement: statement(about.people_imported > 0, language).to_owned(),
            project_id: about.project_id,
            project_name: masked.text(&about.project_name),
            exported_at,
            is_masked: masked.is_on(),
            models: about.models,
            seeds: about.seeds,
            rated_by: about.rated_by,
            survey_seed: about.survey_seed,
            sources: about.countries.into_iter().map(|one| source(one, language)).collect(),
            treatment: made.into_iter().chain(imported).chain(hidden).chain([formula]).collect(),
            people_removed: about.people_removed,
            limits: limits(language).into_iter().chain(removed).collect(),
        }
    }

    /// Of a file that has so many real people's answers as well, where somebody has uploaded any.
    #[must_use]
    pub fn with_people_asked(mut self, people: i64, language: Language) -> Self {
        if people > 0 {
            let said = language.pick(
                format!(
                    "Real people's answers that a researcher has uploaded: {people}. They stand apart, as \
                     human_answers."
                ),
                format!(
                    "Odpowiedzi prawdziwych ludzi, które wgrał badacz: {people}. Są osobno, jako human_answers."
                ),
            );
            let left_out = language.pick(
                " What they said in their own words is left out, because nobody knows whom it names, and so are ages in \
                 years.",
                " Ich własnych słów nie ma w pliku, bo nie wiadomo, kogo nazywają, ani wieku w latach.",
            );
            let left_out = if self.is_masked { left_out } else { "" };
            self.treatment.push(format!("{said}{left_out}"));
        }
        self
    }

    /// Of a file that has the people of a project and not what they were asked.
    #[must_use]
    pub fn of_its_people(mut self, language: Language) -> Self {
        let said = language.pick(
            "The file has the people of the project and what is known of them. What they answered and said is not in it: \
             surveys and focus groups are exported one by one.",
            "W pliku są osoby z projektu i to, co o nich wiadomo. Nie ma w nim ich odpowiedzi ani rozmów: ankiety i grupy \
             fokusowe eksportuje się pojedynczo.",
        );
        self.limits.push(said.to_owned());
        self
    }
}

/// What the people of a file are. Nobody knows of imported people how they were made.
fn statement(has_imported: bool, language: Language) -> &'static str {
    match has_imported {
        false => language.pick(
            "These people are not real. Statistics drew them, and a language model or the offline simulator wrote \
             their texts and answers.",
            "Te osoby nie istnieją. Wylosowano je ze statystyk, a ich teksty i odpowiedzi napisał model językowy albo \
             symulator.",
        ),
        true => language.pick(
            "These people are personas, not respondents. Some or all of them were imported from a file, which said who \
             they are; statistics drew the others. A language model or the offline simulator wrote texts and answers, \
             where the file did not bring them.",
            "To persony, a nie respondenci. Część z nich albo wszystkie zaimportowano z pliku, w którym zapisano, kim są; \
             pozostałe wylosowano ze statystyk. Teksty i odpowiedzi napisał model językowy albo symulator, o ile nie było \
             ich w pliku.",
        ),
    }
}

/// What the people of a country are drawn from.
fn source(country: Country, language: Language) -> String {
    let (english, polish) = match country {
        Country::Poland => (
            "Poland. Official: people by voivodeship, age, sex and kind of place (Statistics Poland, 31 December 2024); \
             education and occupation groups (Eurostat, labour force survey); first names and surnames (PESEL register). \
             Modelled: jobs, pay, traits, values and interests.",
            "Polska. Oficjalne: ludność według województwa, wieku, płci i rodzaju miejsca (GUS, 31 grudnia 2024); \
             wykształcenie i grupy zawodów (Eurostat, badanie aktywności ekonomicznej ludności); imiona i nazwiska \
             (rejestr PESEL). Modelowane: zawody, zarobki, cechy, wartości i zainteresowania.",
        ),
        Country::International => (
            "Outside Poland. No official table: shares of age, gender, place, education and income are those of a rough \
             model of the United States; jobs, traits, values and interests are modelled.",
            "Poza Polską. Bez oficjalnych tablic: udziały wieku, płci, miejsca, wykształcenia i dochodu pochodzą z \
             przybliżonego modelu Stanów Zjednoczonych; zawody, cechy, wartości i zainteresowania są modelowane.",
        ),
    };
    language.pick(english, polish).to_owned()
}

/// What was done to a part before it was stored.
fn say_treatment(part: WrittenPart, language: Language) -> String {
    let (english, polish) = match part {
        WrittenPart::People => (
            "Who somebody is stood before a word was written; texts that contradict it were written again or left out.",
            "To, kim ktoś jest, było ustalone, zanim powstało pierwsze słowo; teksty, które temu przeczą, napisano od nowa \
             albo odrzucono.",
        ),
        WrittenPart::Needs => (
            "Needs were drafted once for a segment and weighed for a person by rules; quotes that no stored answer has \
             letter by letter were dropped.",
            "Potrzeby opisano raz dla segmentu, a ich wagę dla osoby ustalają reguły; cytaty, których nie ma co do \
             litery w zapisanej odpowiedzi, odrzucono.",
        ),
        WrittenPart::Journey => (
            "Durations and shares in a journey are those that a source says; without one they are left out.",
            "Czasy i udziały w drodze do zakupu pochodzą ze źródeł; bez źródła ich nie ma.",
        ),
        WrittenPart::Answers => (
            "Answers that broke a rule of their question were asked for again or counted as invalid. A rating is one \
             point drawn from the distribution that was elicited; figures rest on the whole distribution. Shuffled \
             options and questions are in the survey's order again. Weights are those of the survey's design.",
            "O odpowiedzi, które łamały regułę pytania, zapytano ponownie albo uznano je za nieważne. Ocena to jeden \
             punkt wylosowany z uzyskanego rozkładu; liczby opierają się na całym rozkładzie. Przetasowane odpowiedzi \
             i pytania są znów w kolejności ankiety. Wagi są takie, jak w projekcie ankiety.",
        ),
        WrittenPart::Turns => (
            "A rule decided who spoke when; turns that contradict a person's card or repeat another turn were written \
             again or are missing.",
            "O tym, kto kiedy mówi, decydowała reguła; wypowiedzi sprzeczne z kartą osoby albo powtarzające inną \
             napisano od nowa albo ich brak.",
        ),
        WrittenPart::Summary => (
            "Quotes in the summary are in a stored turn letter by letter before masking; insights without a turn were \
             dropped.",
            "Cytaty w podsumowaniu są przed maskowaniem co do litery w zapisanej wypowiedzi; wnioski bez wypowiedzi \
             odrzucono.",
        ),
    };
    language.pick(english, polish).to_owned()
}

fn limits(language: Language) -> Vec<String> {
    let say = |english: &str, polish: &str| language.pick(english, polish).to_owned();
    vec![
        say(
            "A good fit is about who the people are, not about what they would say.",
            "Dobre dopasowanie mówi, kim są te osoby, a nie co by powiedziały.",
        ),
        say(
            "Simulated text is not a sample of people and varies less than people do: decide on what real people \
             say.",
            "Symulowany tekst nie jest próbą ludzi i różni się mniej niż ludzie: decyduj na podstawie tego, co \
             mówią prawdziwi ludzie.",
        ),
        say(
            "Personas built on demographics alone reach about 74% of the consistency with which people repeat \
             their own answers (Park et al., 2024).",
            "Persony oparte na samej demografii osiągają około 74% zgodności, z jaką ludzie powtarzają własne \
             odpowiedzi (Park i in., 2024).",
        ),
    ]
}
