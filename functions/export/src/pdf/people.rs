//! The people of a project as a report: a section each.

use platform::{Error, Result};
use records::export::Person;
use shared::Language;
use shared::text::number;

use super::persona::facts;
use super::{Part, Report};

/// The most people of a PDF. It is set as a whole: CSV and JSON are written page by page and take them all.
pub(crate) const MOST_PEOPLE: usize = 200;

/// Says how many a PDF takes.
pub(crate) fn too_many(people: usize) -> Error {
    let rule = format!(
        "a PDF has at most {MOST_PEOPLE} people, and there are {people}: CSV and JSON take them all"
    );
    Error::invalid("format", rule)
}

/// People, as they are read.
pub(crate) struct People {
    project: String,
    language: Language,
    people: usize,
    parts: Vec<Part>,
}

impl People {
    pub(crate) fn new(project: &str, language: Language) -> Self {
        Self { project: project.to_owned(), language, people: 0, parts: Vec::new() }
    }

    /// Adds one more.
    ///
    /// # Errors
    /// When a PDF has no place for them.
    pub(crate) fn push(&mut self, person: &Person) -> Result<()> {
        let language = self.language;
        self.people += 1;
        if self.people > MOST_PEOPLE {
            return Err(too_many(self.people));
        }
        self.parts.push(Part::subsection(format!(
            "{}. {}, {}",
            self.people,
            person.name,
            person.age()
        )));
        if !person.headline.trim().is_empty() {
            self.parts.push(Part::Panel { text: super::paragraphs(&person.headline) });
        }
        self.parts.push(facts(person, language));
        self.parts.extend(Part::paragraphs(&person.story));
        let lists = [
            (language.pick("Values", "Wartości"), &person.values),
            (language.pick("Interests", "Zainteresowania"), &person.interests),
            (language.pick("Worries", "Obawy"), &person.concerns),
        ];
        for (name, words) in lists.into_iter().filter(|(_, words)| !words.is_empty()) {
            self.parts.push(Part::note(format!("{name}: {}", words.join("; "))));
        }
        Ok(())
    }

    pub(crate) fn report(self) -> Report {
        let language = self.language;
        let count = number::people(self.people as u64, language);
        let mut parts = vec![
            Part::section(language.pick("The people", "Osoby")),
            Part::Paragraph { text: count },
        ];
        parts.extend(self.parts);
        let kicker = language.pick("A synthetic population", "Populacja syntetyczna").to_owned();
        Report { title: self.project, kicker, language, parts }
    }
}
