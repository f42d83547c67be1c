//! Reading an audience described in words, Polish or English, by rules: what is recognised is
//! applied and reported, the rest is left to the writer.

use super::axis::{ACTIVITIES, GROUPS};
use super::options::industry;
use super::stratum::{TOWNS, Town};
use shared::persona::card::{Gender, Place};
use shared::text::fold::folded;

/// What a description asks for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Audience {
    pub(crate) ages: Option<(u8, u8)>,
    pub(crate) gender: Option<Gender>,
    pub(crate) towns: Vec<&'static Town>,
    pub(crate) place: Option<Place>,
    /// Only towns of 100,000 people or more.
    pub(crate) big_towns: bool,
    /// Bits of the levels of education.
    pub(crate) levels: Option<u16>,
    /// Bits of the activities.
    pub(crate) activities: Option<u8>,
    pub(crate) groups: Option<[f64; GROUPS]>,
    pub(crate) industries: Vec<&'static str>,
    pub(crate) interests: Vec<&'static str>,
    /// The phrases that were applied and how.
    pub(crate) applied: Vec<String>,
}

/// A word of the description as written and folded.
struct Word<'a> {
    written: &'a str,
    folded: String,
}

pub(crate) fn read(description: &str) -> Audience {
    let words: Vec<Word<'_>> = description
        .split(|c: char| c.is_whitespace() || ",;.:()/!?\"„”".contains(c))
        .filter(|word| !word.is_empty())
        .map(|written| Word { written, folded: folded(written) })
        .collect();
    let mut audience = Audience::default();
    audience.read_ages(&words);
    audience.read_gender(&words);
    audience.read_towns(&words);
    audience.read_place(&words);
    audience.read_education(&words);
    audience.read_activity(&words);
    audience.read_family(&words);
    audience.read_work(&words);
    audience.read_interests(&words);
    audience
}

impl Audience {
    fn note(&mut self, what: &str, phrase: &str) {
        self.applied.push(format!("{what} (\"{phrase}\")"));
    }

    fn read_ages(&mut self, words: &[Word<'_>]) {
        for (index, word) in words.iter().enumerate() {
            let after = words.get(index + 1).map_or("", |next| next.folded.as_str());
            let before = index.checked_sub(1).map_or("", |i| words[i].folded.as_str());
            let found = range(&word.folded, after)
                .or_else(|| open_range(&word.folded, before))
                .or_else(|| spoken_range(words, index));
            if let Some((from, to)) = found {
                self.ages = Some((from, to));
                let until = if to == u8::MAX { "+".to_owned() } else { format!("-{to}") };
                let phrase: Vec<&str> =
                    words[index..].iter().take(3).map(|word| word.written).collect();
                self.note(&format!("ages {from}{until}"), &phrase.join(" "));
                return;
            }
        }
        if self.ages.is_none()
            && let Some(word) = find(words, &["senior"])
        {
            self.ages = Some((60, u8::MAX));
            self.note("ages 60+", word.written);
        } else if let Some(word) = find(words, &["mlodzi", "mlode", "mlodych", "young"]) {
            self.ages = Some((18, 35));
            self.note("ages 18-35", word.written);
        }
    }

    fn read_gender(&mut self, words: &[Word<'_>]) {
        let women = find(
            words,
            &[
                "kobiet",
                "women",
                "woman",
                "female",
                "studentki",
                "studentek",
                "matk",
                "mother",
                "mamy",
            ],
        )
        .or_else(|| exact(words, &["panie", "mums", "moms"]));
        let men = find(
            words,
            &["mezczyzn", "mezczyz", "panowie", "panow", "father", "ojcowie", "ojcow", "tatusi"],
        )
        .or_else(|| exact(words, &["men", "man", "dads"]))
        .or_else(|| words.iter().find(|word| matches!(word.written, "male" | "males")));
        match (women, men) {
            (Some(word), None) => {
                self.gender = Some(Gender::Female);
                self.note("women", word.written);
            }
            (None, Some(word)) => {
                self.gender = Some(Gender::Male);
                self.note("men", word.written);
            }
            _ => {}
        }
    }

    fn read_towns(&mut self, words: &[Word<'_>]) {
        // Towns that a description may name; the bound was chosen by hand.
        const LARGE_ENOUGH: f64 = 20_000.0;
        let mut towns: Vec<&'static Town> =
            TOWNS.iter().filter(|town| town.population >= LARGE_ENOUGH).collect();
        towns.sort_by(|a, b| b.population.total_cmp(&a.population));
        let mut used = vec![false; words.len()];
        towns.sort_by_key(|town| std::cmp::Reverse(town.folded.matches([' ', '-']).count()));
        for town in towns {
            let parts: Vec<&str> = town.folded.split(' ').collect();
            let start = (0..words.len().saturating_sub(parts.len() - 1)).find(|start| {
                parts.iter().enumerate().all(|(offset, part)| {
                    !used[start + offset] && is_form(&words[start + offset], part)
                })
            });
            if let Some(start) = start {
                used[start..start + parts.len()].fill(true);
                self.towns.push(town);
                let phrase: Vec<&str> =
                    words[start..start + parts.len()].iter().map(|word| word.written).collect();
                self.note(town.name, &phrase.join(" "));
            }
        }
    }

    fn read_place(&mut self, words: &[Word<'_>]) {
        if !self.towns.is_empty() {
            return;
        }
        let rural = find(words, &["wiejsk", "rural", "village", "countryside"])
            .or_else(|| exact(words, &["wsi", "wies", "wsiach", "wsie"]));
        let urban = find(words, &["miast", "miejsk", "urban", "cities"])
            .or_else(|| exact(words, &["city", "town", "towns", "miescie"]));
        match (rural, urban) {
            (Some(word), None) => {
                self.place = Some(Place::Rural);
                self.note("rural", word.written);
            }
            (None, Some(word)) => {
                self.place = Some(Place::Urban);
                self.big_towns =
                    find(words, &["duzych", "duze", "wielk", "big", "large", "metropol"]).is_some();
                self.note(if self.big_towns { "large towns" } else { "urban" }, word.written);
            }
            _ => {}
        }
    }

    fn read_education(&mut self, words: &[Word<'_>]) {
        const TERTIARY: u16 = 1 << 6 | 1 << 7 | 1 << 8;
        const SECONDARY: u16 = 1 << 3 | 1 << 4 | 1 << 5;
        if let Some(word) = find(words, &["absolwen", "graduate", "university-educated"]) {
            self.levels = Some(TERTIARY);
            self.note("tertiary education", word.written);
            return;
        }
        let stems: [(&[&str], u16, &str); 4] = [
            (&["wyzsz", "higher", "tertiary", "university"], TERTIARY, "tertiary education"),
            (&["sredni", "secondary"], SECONDARY, "secondary education"),
            (&["zawodow", "vocational"], 1 << 2, "vocational education"),
            (&["podstawow", "primary"], 0b11, "primary education"),
        ];
        for (index, word) in words.iter().enumerate() {
            let about =
                words[index.saturating_sub(1)..(index + 2).min(words.len())].iter().any(|near| {
                    ["wyksztalc", "educat", "degree"].iter().any(|s| near.folded.starts_with(s))
                });
            let level =
                stems.iter().find(|(stems, _, _)| stems.iter().any(|s| word.folded.starts_with(s)));
            if let (true, Some((_, bits, what))) = (about, level) {
                self.levels = Some(self.levels.unwrap_or(0) | bits);
                self.note(what, word.written);
            }
        }
    }

    fn read_activity(&mut self, words: &[Word<'_>]) {
        let stems: [(&[&str], usize, &str); 4] = [
            (&["student", "studenc"], 2, "students"),
            (&["emeryt", "emeryc", "retire", "pensioner"], 3, "pensioners"),
            (&["bezrobotn", "unemployed"], 1, "unemployed people"),
            (&["pracujac", "zatrudnion", "employed", "working"], 0, "people in work"),
        ];
        debug_assert!(stems.len() < ACTIVITIES);
        for (stems, activity, what) in stems {
            if let Some(word) = find(words, stems) {
                self.activities = Some(self.activities.unwrap_or(0) | 1 << activity);
                self.note(what, word.written);
            }
        }
    }

    fn read_family(&mut self, words: &[Word<'_>]) {
        let Some(word) = find(
            words,
            &["rodzic", "parent", "matk", "mother", "mamy", "ojcow", "father", "tatusi"],
        )
        .or_else(|| exact(words, &["mums", "moms", "dads"])) else {
            return;
        };
        if self.ages.is_none() {
            self.ages = Some((25, 50));
        }
        self.interests.push("family_gatherings");
        self.note("parents: ages 25-50 unless said otherwise", word.written);
    }

    fn read_work(&mut self, words: &[Word<'_>]) {
        let groups: [(&[&str], usize, &str); 5] = [
            (&["menedzer", "manager", "kierowni", "dyrektor", "executive"], 1, "managers"),
            (
                &["przedsiebiorc", "entrepreneur", "founder", "wlascicieli firm"],
                1,
                "business owners",
            ),
            (&["specjalist", "professional"], 2, "professionals"),
            (&["rolni", "farmer"], 6, "farmers"),
            (&["robotni", "craftsm", "rzemieslni"], 7, "craft workers"),
        ];
        for (stems, group, what) in groups {
            if let Some(word) = find(words, stems) {
                self.groups.get_or_insert([0.0; GROUPS])[group] = 1.0;
                self.activities = Some(self.activities.unwrap_or(1));
                self.note(what, word.written);
            }
        }
        let jobs: [(&[&str], &str); 7] = [
            (&["programis", "developer", "informaty"], "IT"),
            (&["nauczyciel", "teacher"], "education"),
            (&["lekarz", "doctor", "pieleg", "nurse"], "health"),
            (&["ksiegow", "accountant", "bankow"], "finance"),
            (&["sprzedawc", "retail"], "retail"),
            (&["kierowc", "driver"], "transport"),
            (&["prawni", "lawyer"], "law"),
        ];
        let stated =
            exact(words, &["it"]).filter(|word| word.written == "IT").map(|word| (word, "IT"));
        for (word, name) in
            jobs.iter().filter_map(|(stems, name)| Some((find(words, stems)?, *name))).chain(stated)
        {
            self.industries.extend(industry(name));
            self.note(&format!("occupations in {name}"), word.written);
        }
    }

    fn read_interests(&mut self, words: &[Word<'_>]) {
        let interests: [(&[&str], &str); 12] = [
            (&["gracz", "gamer"], "computer_games"),
            (&["rowerz", "cyclist", "cycling"], "cycling"),
            (&["biegacz", "runner", "biegaj"], "running"),
            (&["wedkarz", "angler"], "fishing"),
            (&["kibic", "football"], "football"),
            (&["podroz", "travel"], "foreign_travel"),
            (&["gotowan", "gotuj", "cooking"], "cooking"),
            (&["inwest", "invest"], "investing"),
            (&["ogrod", "garden"], "allotment_garden"),
            (&["czytel", "reader"], "reading"),
            (&["fitness", "silown", "gym-goer"], "gym"),
            (&["moda", "mody", "fashion"], "fashion"),
        ];
        for (stems, interest) in interests {
            if let Some(word) = find(words, stems) {
                self.interests.push(interest);
                self.note(&format!("interest {interest}"), word.written);
            }
        }
    }
}

fn find<'a, 'b>(words: &'a [Word<'b>], stems: &[&str]) -> Option<&'a Word<'b>> {
    words.iter().find(|word| stems.iter().any(|stem| word.folded.starts_with(stem)))
}

fn exact<'a, 'b>(words: &'a [Word<'b>], forms: &[&str]) -> Option<&'a Word<'b>> {
    words.iter().find(|word| forms.contains(&word.folded.as_str()))
}

/// `25-40`, unless it counts money or percent.
fn range(word: &str, after: &str) -> Option<(u8, u8)> {
    let (from, to) = word.split_once('-')?;
    let (from, to) = (from.parse().ok()?, to.trim_end_matches("-latki").parse().ok()?);
    let counts_money =
        ["zl", "pln", "%", "tys", "procent", "percent"].iter().any(|s| after.starts_with(s));
    (plausible(from) && plausible(to) && from < to && !counts_money).then_some((from, to))
}

/// `50+`, `over 50`, `powyżej 50`, `under 30`, `poniżej 30`.
fn open_range(word: &str, before: &str) -> Option<(u8, u8)> {
    if let Some(from) = word.strip_suffix('+') {
        return from.parse().ok().filter(|from| plausible(*from)).map(|from| (from, u8::MAX));
    }
    let years: u8 = word.parse().ok().filter(|years| plausible(*years))?;
    match before {
        "over" | "powyzej" | "above" => Some((years, u8::MAX)),
        "under" | "ponizej" | "below" => Some((super::axis::YOUNGEST, years - 1)),
        _ => None,
    }
}

/// `30 to 45`, `between 30 and 45`, `od 30 do 45 lat`.
fn spoken_range(words: &[Word<'_>], index: usize) -> Option<(u8, u8)> {
    let from: u8 = words[index].folded.parse().ok()?;
    let link = words.get(index + 1)?.folded.as_str();
    let to: u8 = words.get(index + 2)?.folded.parse().ok()?;
    let before = index.checked_sub(1).map_or("", |i| words[i].folded.as_str());
    let linked = matches!(link, "to" | "do" | "-") || (link == "and" && before == "between");
    (linked && plausible(from) && plausible(to) && from < to).then_some((from, to))
}

fn plausible(age: u8) -> bool {
    (14..=99).contains(&age)
}

/// Whether a capitalised word is a form of a town's name: the stem and one of the case endings of
/// Polish nouns and adjectives, or the English name.
fn is_form(word: &Word<'_>, name: &str) -> bool {
    const ENDINGS: [&str; 24] = [
        "", "a", "y", "i", "e", "u", "o", "ie", "iu", "ia", "em", "iem", "owi", "ach", "om", "ami",
        "ego", "ym", "ej", "im", "iej", "zi", "ze", "ce",
    ];
    if !word.written.chars().next().is_some_and(char::is_uppercase) {
        return false;
    }
    let special = match name {
        "warszawa" => &["warsaw"][..],
        "krakow" => &["cracow"][..],
        "bialystok" => &["bialegostoku", "bialymstoku", "bialymstokiem"][..],
        _ => &[],
    };
    let stem = name.trim_end_matches(['a', 'e', 'y', 'i', 'o']);
    special.contains(&word.folded.as_str())
        || word.folded == name
        || word
            .folded
            .strip_prefix(stem)
            .is_some_and(|ending| stem.len() >= 3 && ENDINGS.contains(&ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_in_both_languages() {
        let cases = [
            ("Kobiety 25-40 lat", Some((25, 40))),
            ("people aged 30 to 45", Some((30, 45))),
            ("osoby od 35 do 50 lat", Some((35, 50))),
            ("between 20 and 30 years old", Some((20, 30))),
            ("klienci 50+", Some((50, u8::MAX))),
            ("osoby powyżej 60 lat", Some((60, u8::MAX))),
            ("under 30", Some((18, 29))),
            ("aktywni seniorzy", Some((60, u8::MAX))),
            ("wydają 20-50 zł dziennie", None),
        ];
        for (text, ages) in cases {
            assert_eq!(read(text).ages, ages, "{text}");
        }
    }

    #[test]
    fn towns_are_read_in_their_case_forms() {
        let cases = [
            ("mieszkańcy Warszawy i Krakowa", vec!["Warszawa", "Kraków"]),
            ("w Gdańsku, Łodzi i we Wrocławiu", vec!["Wrocław", "Łódź", "Gdańsk"]),
            ("z Katowic", vec!["Katowice"]),
            ("w Białymstoku", vec!["Białystok"]),
            ("w Zielonej Górze", vec!["Zielona Góra"]),
            ("young people in Warsaw", vec!["Warszawa"]),
        ];
        for (text, towns) in cases {
            let found: Vec<&str> = read(text).towns.iter().map(|town| town.name).collect();
            for town in &towns {
                assert!(found.contains(town), "{text}: {found:?}");
            }
            assert_eq!(found.len(), towns.len(), "{text}: {found:?}");
        }
    }

    #[test]
    fn gender_place_education_and_activity_are_read() {
        assert_eq!(read("młode kobiety").gender, Some(Gender::Female));
        assert_eq!(read("mężczyźni").gender, Some(Gender::Male));
        assert_eq!(read("kobiety i mężczyźni").gender, None);
        assert_eq!(read("mieszkańcy wsi").place, Some(Place::Rural));
        assert!(read("mieszkańcy dużych miast").big_towns);
        assert_eq!(read("z wyższym wykształceniem").levels, Some(0b1_1100_0000));
        assert_eq!(read("studenci").activities, Some(1 << 2));
        assert_eq!(read("emeryci").activities, Some(1 << 3));
    }

    #[test]
    fn what_was_understood_is_said() {
        let audience = read("Kobiety 25-40 lat z Warszawy");

        assert_eq!(audience.applied.len(), 3, "{:?}", audience.applied);
        assert!(read("ludzie, którzy lubią ciszę").applied.is_empty());
    }
}
