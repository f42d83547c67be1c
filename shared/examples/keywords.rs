//! How many of a public set's keywords are named by concepts: texts as answers, fifty at a time, each with the keywords
//! that people gave it. `docs/concepts.md` has what was counted with it; the sets are no part of the project.
//!
//! `cargo run --release -p shared --example keywords -- FOLDER pl`, where the folder has `docsutf8/*.txt` and, named
//! alike, `keys/*.key` with a keyword a line.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use shared::Language;
use shared::discussion::reading::{Prompted, Vocabulary};
use shared::text::topic::keys;
use shared::text::words::meaningful;

/// Texts that are taken for one discussion.
const GROUP: usize = 50;

/// What was counted of one way to name what texts are about.
#[derive(Default)]
struct Count {
    named: usize,
    right: usize,
    found: usize,
}

struct Document {
    text: String,
    /// The keys of each keyword's words.
    keywords: Vec<BTreeSet<String>>,
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, language] = &arguments[..] else {
        panic!("the arguments are a folder and a language")
    };
    let language = Language::parse(language).expect("the language is pl or en");
    let documents = documents(Path::new(folder), language);
    let (mut concepts, mut words, mut keywords) = (Count::default(), Count::default(), 0);
    for group in documents.chunks(GROUP) {
        let answers: Vec<Prompted<'_>> =
            group.iter().map(|one| Prompted { question: 0, text: &one.text }).collect();
        let vocabulary = Vocabulary::of(&answers, &[], &[], language);
        let shared = shared_words(group, language);
        for one in group {
            keywords += one.keywords.len();
            let named = vocabulary.concepts(&one.text).into_iter();
            concepts.add(named.map(|name| keys(name, language).into_iter().collect()), one);
            let stems: BTreeSet<String> = meaningful(&one.text, language).map(|w| w.0).collect();
            let stems: BTreeSet<String> =
                stems.iter().flat_map(|word| keys(word, language)).collect();
            words.add(stems.intersection(&shared).map(|key| [key.clone()].into()), one);
        }
    }
    println!("{} texts, {keywords} keywords that stand in them", documents.len());
    println!("concepts  {}", concepts.told(keywords));
    println!("words     {}", words.told(keywords));
}

fn documents(folder: &Path, language: Language) -> Vec<Document> {
    let mut files: Vec<_> = fs::read_dir(folder.join("docsutf8"))
        .expect("the folder has texts")
        .map(|entry| entry.expect("a file").path())
        .collect();
    files.sort();
    let read = |path: &Path| fs::read_to_string(path).expect("a text");
    let document = |path: &std::path::PathBuf| {
        let name = path.file_stem().expect("a name");
        let text = read(path);
        let words: BTreeSet<String> = keys(&text, language).into_iter().collect();
        let given = read(&folder.join("keys").join(name).with_extension("key"));
        let keywords = given.lines().map(|line| keys(line, language).into_iter().collect());
        let keywords =
            keywords.filter(|one: &BTreeSet<String>| !one.is_empty() && one.is_subset(&words));
        Document { keywords: keywords.collect(), text }
    };
    files.iter().map(document).collect()
}

/// The words, grammar aside, that two texts have and no more than two thirds.
fn shared_words(group: &[Document], language: Language) -> BTreeSet<String> {
    let mut texts: BTreeMap<String, usize> = BTreeMap::new();
    for one in group {
        let words: BTreeSet<String> = meaningful(&one.text, language).map(|word| word.0).collect();
        let words: BTreeSet<String> = words.iter().flat_map(|word| keys(word, language)).collect();
        words.into_iter().for_each(|word| *texts.entry(word).or_default() += 1);
    }
    let most = (group.len() * 2).div_ceil(3);
    texts.into_iter().filter(|(_, n)| (2..=most).contains(n)).map(|(word, _)| word).collect()
}

impl Count {
    /// A name is right where it is a part of a keyword; a keyword is found where a name is a part of it.
    fn add(&mut self, names: impl Iterator<Item = BTreeSet<String>>, document: &Document) {
        let names: BTreeSet<BTreeSet<String>> = names.collect();
        self.named += names.len();
        let is_right =
            |name: &&BTreeSet<String>| document.keywords.iter().any(|one| name.is_subset(one));
        self.right += names.iter().filter(is_right).count();
        let is_found = |one: &&BTreeSet<String>| names.iter().any(|name| name.is_subset(one));
        self.found += document.keywords.iter().filter(is_found).count();
    }

    fn told(&self, keywords: usize) -> String {
        let (precision, recall) = (
            self.right as f64 / self.named.max(1) as f64,
            self.found as f64 / keywords.max(1) as f64,
        );
        let f = 2.0 * precision * recall / (precision + recall).max(f64::MIN_POSITIVE);
        format!("{} named, precision {precision:.3}, recall {recall:.3}, F {f:.3}", self.named)
    }
}
