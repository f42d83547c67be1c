//! Polish: PoliMorf says what a form may be, Android's keyboard how frequent it is.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::{Dictionary, Entry, IN_USE, frequencies, read};

/// How much more frequent a noun must be than the other words that share a form, for the form to be taken for
/// the noun wherever it stands (`sklep` is no form of *sklepić*), and how much less, for it never to be (`mam`
/// is no form of *mama*). Tried on the offline discussions.
const CERTAIN: u32 = 25;
const NEVER: u32 = 10;

#[derive(Default)]
struct Form<'a> {
    nouns: Vec<&'a str>,
    others: Vec<&'a str>,
    is_adjective: bool,
    is_command: bool,
    is_verb: bool,
}

/// How frequent a word is, by the forms that are no other word's; by all only where it has no such form, as
/// adverbs have none beside an adjective that became a noun.
#[derive(Default)]
struct Worth {
    own: Option<u32>,
    any: u32,
}

impl Worth {
    fn add(&mut self, frequency: u32, is_own: bool) {
        self.any = self.any.max(frequency);
        if is_own {
            self.own = self.own.max(Some(frequency));
        }
    }

    fn get(&self) -> u32 {
        self.own.unwrap_or(self.any)
    }
}

pub(super) fn dictionary(folder: &Path) -> Dictionary {
    let frequencies = frequencies(folder, "pl_wordlist.combined");
    let frequency = |form: &str| frequencies.get(form).copied().unwrap_or(0);
    let text = read(folder, "polimorf.tsv");
    let gerunds = gerunds(&text);
    let forms = forms(&text, &gerunds);
    let mut one = singular(&text);
    one.extend(gerunds.values().copied());
    let mut nouns: HashMap<&str, Worth> = HashMap::new();
    let mut others: HashMap<&str, Worth> = HashMap::new();
    for (form, held) in &forms {
        let is_own = held.nouns.len() == 1 && held.others.is_empty() && !held.is_command;
        for noun in &held.nouns {
            nouns.entry(noun).or_default().add(frequency(form), is_own);
        }
        for other in &held.others {
            others.entry(other).or_default().add(frequency(form), held.nouns.is_empty());
        }
    }
    nouns.retain(|_, worth| worth.any >= IN_USE);
    let nouns: HashMap<String, u32> =
        nouns.into_iter().map(|(noun, worth)| (noun.to_owned(), worth.get())).collect();
    let mut entries = std::collections::BTreeMap::new();
    for (form, held) in &forms {
        let known = held.nouns.iter().filter(|noun| nouns.contains_key(**noun));
        let known = known.filter(|noun| !is_plural(noun, &held.nouns, &forms, &one));
        let lemma =
            known.max_by_key(|noun| (nouns[**noun], frequency(noun), std::cmp::Reverse(**noun)));
        let rival = held.others.iter().filter_map(|other| others.get(other)).map(Worth::get).max();
        let lemma = lemma.filter(|noun| rival.is_none_or(|rival| nouns[**noun] + NEVER > rival));
        // An adjective that stands for a noun (`sezonowy`) is an adjective.
        let lemma = lemma.filter(|noun| !held.others.contains(noun) || !held.is_adjective);
        // `drogi` is *dear* as often as *roads*, whichever of them people write more about.
        let is_rivalled = held.is_adjective && rival.is_some_and(|rival| rival >= IN_USE);
        let is_certain = !is_rivalled
            && lemma.is_some_and(|noun| rival.is_none_or(|r| nouns[*noun] >= r + CERTAIN));
        // Verbs are all listed, however rare: a word that is not is taken for a new noun.
        if lemma.is_none() && frequency(form) < IN_USE && !held.is_verb {
            continue;
        }
        let lemma = lemma.map(|noun| (*noun).to_owned());
        let is_adjective = held.is_adjective && !is_certain;
        let entry = Entry { lemma, is_certain, is_adjective, is_time: false };
        entries.insert((*form).to_owned(), entry);
    }
    (entries, nouns)
}

/// Plurals that mean something else than many of one.
const OWN_PLURALS: &str = "dane lody zakupy";

/// Whether a dictionary lists a plural by itself (`usługi`) beside the noun whose plural it is, or the noun beside a
/// plural that means something else.
fn is_plural(
    noun: &str,
    beside: &[&str],
    forms: &HashMap<&str, Form<'_>>,
    one: &HashSet<&str>,
) -> bool {
    let is_form =
        |form: &str, of: &&str| forms.get(form).is_some_and(|held| held.nouns.contains(of));
    let is_own = |noun: &str| OWN_PLURALS.split(' ').any(|plural| plural == noun);
    beside.iter().filter(|other| **other != noun).any(|other| match (is_own(noun), is_own(other)) {
        (true, _) => false,
        (_, true) => is_form(other, &noun),
        _ => !one.contains(noun) && one.contains(other) && is_form(noun, other),
    })
}

/// Nouns of which there can be one.
fn singular(text: &str) -> HashSet<&str> {
    rows(text).filter(|row| row.2.contains("subst:sg")).map(|row| row.1).collect()
}

fn rows(text: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    text.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        let row = (cells.next()?, cells.next()?, cells.next()?);
        let is_common = |word: &str| word.chars().all(|c| c.is_alphabetic() && !c.is_uppercase());
        (is_common(row.0) && is_common(row.1)).then_some(row)
    })
}

/// The nouns that verbs make (`gotowanie`), each by its verb and aspect.
fn gerunds(text: &str) -> HashMap<(&str, bool), &str> {
    let mut gerunds = HashMap::new();
    for (form, verb, tags) in rows(text) {
        for tag in tags.split('+').filter(|tag| tag.starts_with("ger:sg:nom")) {
            if tag.contains(":aff") {
                gerunds.insert((verb, tag.contains(":perf")), form);
            }
        }
    }
    gerunds
}

fn forms<'a>(
    text: &'a str,
    gerunds: &HashMap<(&'a str, bool), &'a str>,
) -> HashMap<&'a str, Form<'a>> {
    let mut forms: HashMap<&str, Form<'_>> = HashMap::new();
    for (form, lemma, tags) in rows(text) {
        let held = forms.entry(form).or_default();
        let kinds: HashSet<&str> = tags.split('+').collect();
        for tag in kinds {
            let kind = tag.split(':').next().unwrap_or("");
            let noun = match kind {
                "subst" => Some(lemma),
                "ger" if tag.contains(":aff") => {
                    gerunds.get(&(lemma, tag.contains(":perf"))).copied()
                }
                _ => None,
            };
            match (noun, kind) {
                (Some(noun), _) if !held.nouns.contains(&noun) => held.nouns.push(noun),
                (Some(_), _) | (None, "ger" | "depr") => {}
                // A command is rarer than the noun that looks like it (`zakup`).
                (None, "verb") if tag.starts_with("verb:impt") => {
                    held.is_command = true;
                    held.is_verb = true;
                }
                (None, _) => {
                    held.is_verb |= kind == "verb";
                    held.is_adjective |= matches!(kind, "adj" | "pact" | "ppas");
                    if !held.others.contains(&lemma) {
                        held.others.push(lemma);
                    }
                }
            }
        }
    }
    forms
}
