//! English: Android's keyboard lists the forms, WordNet says what they may be and how often its readers
//! found each in text (SemCor's counts).

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use super::{Dictionary, Entry, IN_USE, frequencies, read};

/// From which share of nouns among a form's uses on it is one wherever it stands, and below which nowhere;
/// between them the words before it decide. Tried on the offline discussions.
const CERTAIN: f64 = 0.5;
const SELDOM: f64 = 0.15;
/// A verb's counts are those of all its forms, of which there are four.
const FORMS_OF_A_VERB: f64 = 4.0;
/// WordNet's file of units and parts of time.
const TIME: u32 = 28;
/// Plurals that no rule makes, and singulars that look like plurals.
const IRREGULAR: &str = "children child men man women woman people people feet foot teeth tooth geese \
    goose mice mouse lives life wives wife knives knife leaves leaf shelves shelf halves half loaves loaf \
    wolves wolf thieves thief calves calf scarves scarf oxen ox criteria criterion phenomena phenomenon \
    media media data data potatoes potato tomatoes tomato heroes hero movies movie cookies cookie ties tie \
    pies pie calories calorie smoothies smoothie news news series series species species";
/// Past forms that no rule makes; a word that is not listed is taken for a new noun.
const PAST: &str = "ate awoke beat beaten became began begun bent bet bitten bled blew blown bore born bought bound \
    bred broke broken brought built burnt came caught chose chosen clung cost crept dealt did done drank drawn \
    drew driven drove drunk dug eaten fed fell fallen felt fled flew flown forbade forgave forgiven forgot \
    forgotten fought found froze frozen gave given gone got gotten grew grown heard held hid hidden hung hurt \
    kept knew known laid lain led left lent lit lost made meant met mistook paid proven quit ran rang ridden rode \
    risen rose rung said sang sank sat saw seen sent shaken shone shook shot shown shrank slept slid sold sought \
    spent spoke spoken spun stole stolen stood struck stuck stung sunk sung swam swept swollen swore sworn swum \
    swung taken taught thought threw thrown told took tore torn understood undertook went wept woke woken won wore \
    worn wound wove woven written wrote learnt spoilt smelt";
const PLURALS: [(&str, &str); 9] = [
    ("ies", "y"),
    ("ches", "ch"),
    ("shes", "sh"),
    ("xes", "x"),
    ("sses", "ss"),
    ("ses", "s"),
    ("zes", "z"),
    ("zes", "ze"),
    ("s", ""),
];
const OF_VERBS: [(&str, &str); 9] = [
    ("s", ""),
    ("ies", "y"),
    ("es", "e"),
    ("es", ""),
    ("ed", "e"),
    ("ed", ""),
    ("ied", "y"),
    ("ing", "e"),
    ("ing", ""),
];
const OF_ADJECTIVES: [(&str, &str); 4] = [("er", ""), ("est", ""), ("er", "e"), ("est", "e")];

/// By part of speech and lemma: how often it was found, and the file of its first sense.
type WordNet = HashMap<(char, String), (u32, u32)>;

pub(super) fn dictionary(folder: &Path) -> Dictionary {
    let mut forms = frequencies(folder, "en_US_wordlist.combined");
    for (form, frequency) in frequencies(folder, "en_GB_wordlist.combined") {
        let known = forms.entry(form).or_insert(frequency);
        *known = frequency.max(*known);
    }
    forms.retain(|form, frequency| {
        *frequency >= IN_USE && form.len() > 2 && form.bytes().all(|b| b.is_ascii_lowercase())
    });
    let wordnet = wordnet(folder);
    let mut entries: BTreeMap<String, Entry> =
        PAST.split_whitespace().map(|past| (past.to_owned(), Entry::default())).collect();
    let mut nouns: HashMap<String, u32> = HashMap::new();
    for (form, frequency) in forms {
        let Some(entry) = entry(&form, &wordnet) else { continue };
        if let Some(lemma) = &entry.lemma {
            let best = nouns.entry(lemma.clone()).or_default();
            *best = frequency.max(*best);
        }
        entries.insert(form, entry);
    }
    (entries, nouns)
}

fn wordnet(folder: &Path) -> WordNet {
    let mut wordnet = WordNet::new();
    for line in read(folder, "index.sense").lines() {
        // lemma%kind:file:…  offset  number of the sense  count
        let cells: Vec<&str> = line.split(' ').collect();
        let (lemma, rest) = cells[0].split_once('%').expect("a sense has a key");
        let mut numbers = rest.split(':');
        let kind = match numbers.next() {
            Some("1") => 'n',
            Some("2") => 'v',
            Some("4") => 'r',
            _ => 'a',
        };
        let file = numbers.next().and_then(|n| n.parse().ok()).expect("a key has a file");
        let held = wordnet.entry((kind, lemma.to_owned())).or_default();
        held.0 += cells[3].parse::<u32>().expect("a count is a number");
        if cells[2] == "1" {
            held.1 = file;
        }
    }
    wordnet
}

/// What a form is, or nothing where WordNet does not have it.
fn entry(form: &str, wordnet: &WordNet) -> Option<Entry> {
    let of = |kind: char, lemma: &str| wordnet.get(&(kind, lemma.to_owned()));
    let found = |kind: char, mut lemmas: Vec<String>| {
        lemmas.retain(|lemma| of(kind, lemma).is_some());
        let count: u32 = lemmas.iter().filter_map(|lemma| of(kind, lemma)).map(|x| x.0).sum();
        (lemmas, f64::from(count))
    };
    let (nouns, _) = found('n', singulars(form));
    let (verbs, mut verb) = found('v', made(form, &OF_VERBS));
    let (adjectives, adjective) = found('a', made(form, &OF_ADJECTIVES));
    let (adverbs, adverb) = found('r', vec![form.to_owned()]);
    if verbs.iter().all(|lemma| lemma != form) {
        verb /= FORMS_OF_A_VERB;
    }
    let is_other = [&verbs, &adjectives, &adverbs].iter().any(|lemmas| !lemmas.is_empty());
    if nouns.is_empty() && !is_other {
        return None;
    }
    let is_adjective = adjective > 0.0;
    let best = nouns.into_iter().max_by_key(|n| (of('n', n).map(|x| x.0), n != form, n.len()));
    let share = best.as_deref().and_then(|lemma| of('n', lemma)).map_or(0.0, |(count, _)| {
        let count = f64::from(*count) + 1.0;
        count / (count + verb + adjective + adverb + f64::from(u8::from(is_other)))
    });
    let is_time = best.as_deref().and_then(|lemma| of('n', lemma)).is_some_and(|x| x.1 == TIME);
    let lemma = best.filter(|_| share >= SELDOM);
    Some(Entry { lemma, is_certain: share >= CERTAIN, is_adjective, is_time })
}

fn singulars(form: &str) -> Vec<String> {
    let pairs: Vec<&str> = IRREGULAR.split_whitespace().collect();
    if let Some(pair) = pairs.chunks(2).find(|pair| pair[0] == form) {
        return vec![pair[1].to_owned()];
    }
    if ["ss", "us", "is"].iter().any(|end| form.ends_with(end)) {
        return vec![form.to_owned()];
    }
    made(form, &PLURALS)
}

/// The form, and what it may be a form of.
fn made(form: &str, rules: &[(&str, &str)]) -> Vec<String> {
    let made = rules.iter().filter_map(|(end, was)| {
        form.strip_suffix(end).filter(|rest| rest.len() > 1).map(|rest| format!("{rest}{was}"))
    });
    std::iter::once(form.to_owned()).chain(made).collect()
}
