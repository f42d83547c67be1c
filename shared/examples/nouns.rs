//! Makes the dictionaries of nouns, `shared/data/words/nouns.{pl,en}.{fst,ends}`, from their sources.
//!
//! `cargo run --release -p shared --example nouns -- FOLDER`, where the folder has
//! `polimorf.tsv` (PoliMorf, each line a form, its lemma and its tags, as `morfologik-stemming` lists
//! `polish.dict` of `org.carrot2:morfologik-polish` 2.1.9), `{pl,en_US,en_GB}_wordlist.combined` (the
//! dictionaries of Android's keyboard, unpacked) and `index.sense` (WordNet 3.1).
//! What an entry's bits mean says `shared/src/text/noun.rs`.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::{env, fs};

#[path = "nouns/english.rs"]
mod english;
#[path = "nouns/polish.rs"]
mod polish;

/// From which frequency on (0 to 255, a logarithm) a word of Android's keyboard counts as in use.
const IN_USE: u32 = 50;

/// What a form may be.
#[derive(Default)]
struct Entry {
    lemma: Option<String>,
    /// Whether the form is rather a noun than anything else.
    is_certain: bool,
    is_adjective: bool,
    /// Whether it is a unit or a part of time.
    is_time: bool,
}

/// Forms, and how frequent the most frequent form of each lemma is.
type Dictionary = (BTreeMap<String, Entry>, HashMap<String, u32>);

fn main() {
    let folder = env::args().nth(1).expect("the folder with the sources is the argument");
    let folder = Path::new(&folder);
    write("pl", &polish::dictionary(folder));
    write("en", &english::dictionary(folder));
}

fn read(folder: &Path, name: &str) -> String {
    fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The words of a keyboard's dictionary in lower case, each with its frequency.
fn frequencies(folder: &Path, name: &str) -> HashMap<String, u32> {
    let mut frequencies = HashMap::new();
    for line in read(folder, name).lines() {
        let Some((word, rest)) = line.strip_prefix(" word=").and_then(|l| l.split_once(",f="))
        else {
            continue;
        };
        let end = rest.find(',').unwrap_or(rest.len());
        let frequency: u32 = rest[..end].parse().expect("a frequency is a number");
        let known = frequencies.entry(word.to_lowercase()).or_insert(frequency);
        *known = frequency.max(*known);
    }
    frequencies
}

/// How many letters of a form go, and what comes instead, to make its lemma.
fn change(form: &str, lemma: &str) -> (u64, String) {
    let same = form.chars().zip(lemma.chars()).take_while(|(a, b)| a == b);
    let same: usize = same.map(|(letter, _)| letter.len_utf8()).sum();
    (form[same..].chars().count() as u64, lemma[same..].to_owned())
}

fn write(language: &str, (entries, frequencies): &Dictionary) {
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    for (form, entry) in entries {
        if let Some(lemma) = &entry.lemma {
            *ends.entry(change(form, lemma).1).or_default() += 1;
        }
    }
    let mut ends: Vec<(String, u32)> = ends.into_iter().collect();
    ends.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let ends: Vec<String> = ends.into_iter().map(|end| end.0).collect();
    let mut falling: Vec<u32> = frequencies.values().copied().collect();
    falling.sort_unstable_by(|a, b| b.cmp(a));
    let mut map = fst::MapBuilder::memory();
    for (form, entry) in entries {
        map.insert(form, value(form, entry, &ends, &falling, frequencies)).expect("forms ascend");
    }
    let map = map.into_inner().expect("memory takes everything");
    let nouns = entries.values().filter(|entry| entry.lemma.is_some()).count();
    println!(
        "{language}: {nouns} forms of {} nouns, {} other forms, {} bytes",
        frequencies.len(),
        entries.len() - nouns,
        map.len()
    );
    let to = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/words");
    fs::write(to.join(format!("nouns.{language}.fst")), map).expect("the folder can be written");
    fs::write(to.join(format!("nouns.{language}.ends")), ends.join("\n")).expect("it can");
}

fn value(
    form: &str,
    entry: &Entry,
    ends: &[String],
    falling: &[u32],
    frequencies: &HashMap<String, u32>,
) -> u64 {
    let adjective = u64::from(entry.is_adjective) << 2;
    let Some(lemma) = &entry.lemma else { return adjective };
    let (dropped, end) = change(form, lemma);
    assert!(dropped < 32, "{form} {lemma}");
    let end = ends.iter().position(|known| *known == end).expect("every end is listed") as u64;
    // Nouns of one frequency share the middle of their ranks.
    let frequency = frequencies[lemma];
    let before = falling.partition_point(|other| *other > frequency);
    let up_to = falling.partition_point(|other| *other >= frequency);
    let rank = ((before + up_to + 1) as f64 / 2.0).log2().round() as u64;
    1 | u64::from(entry.is_certain) << 1
        | adjective
        | u64::from(entry.is_time) << 3
        | rank << 4
        | dropped << 9
        | end << 14
}
