//! The rooms of `shared`: each imports only what lies on a floor below it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::workspace;

/// From the ground up. A room is a file of `shared/src` with the folder of its name.
const FLOORS: [&[&str]; 5] = [
    &["error", "id", "language", "money", "role", "seed", "words"],
    &["account", "checks", "run", "statistics", "text"],
    &["knowledge", "persona"],
    &["discussion", "insight", "kpi", "survey"],
    &["prompt"],
];

/// Which rooms a room's code names.
type Arrows = BTreeMap<String, BTreeSet<String>>;

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/src")
}

fn floor(room: &str) -> usize {
    let found = FLOORS.iter().position(|rooms| rooms.contains(&room));
    found.unwrap_or_else(|| panic!("nobody has said on which floor `{room}` is"))
}

/// The files of a room that are compiled outside of tests.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("shared/src can be read") {
        let path = entry.expect("its entries too").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        match path.is_dir() {
            true => files(&path, found),
            false if name == "tests" || name == "sample" => {}
            false => found.push(path),
        }
    }
}

/// The room that a file lies in.
fn room(file: &Path) -> String {
    let inside = file.strip_prefix(source()).expect("a file of shared/src");
    let first = inside.components().next().expect("it has a name").as_os_str();
    first.to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// What code names by `crate::`, alone or in a list; a unit test at a file's end may look everywhere.
fn named(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = BTreeSet::new();
    for after in code.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(list) => found.extend(heads(list)),
            None => found.extend(word(after)),
        }
    }
    found
}

/// The first word of each entry of a list of imports, whatever is nested in it.
fn heads(list: &str) -> Vec<String> {
    let (mut depth, mut is_new, mut found) = (0, true, Vec::new());
    for (at, letter) in list.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => is_new = true,
            _ if is_new && !letter.is_whitespace() => {
                found.extend(word(&list[at..]));
                is_new = false;
            }
            _ => {}
        }
    }
    found
}

/// A module's name; types of the crate's root begin with a capital and lie on the ground floor, and so does what
/// its macros stand for.
fn word(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let is_module = word.starts_with(|letter: char| letter.is_ascii_lowercase());
    (is_module && !rest.starts_with('!')).then(|| word.to_owned())
}

fn arrows() -> Arrows {
    let mut all = Vec::new();
    files(&source(), &mut all);
    let mut arrows = Arrows::new();
    for file in all.iter().filter(|file| file.extension().is_some_and(|end| end == "rs")) {
        let from = room(file);
        if from == "lib" {
            continue;
        }
        let to = named(&fs::read_to_string(file).expect("a source file is text"));
        let known = arrows.entry(from.clone()).or_default();
        known.extend(to.into_iter().filter(|to| *to != from));
    }
    arrows
}

/// The crates of `shared`, then its rooms from the top floor down, each with what it imports.
fn drawing(rooms: &Arrows) -> String {
    let crates = workspace::arrows_of_shared();
    let crates = crates.iter().map(|(folder, below)| line(folder, below));
    let mut names: Vec<&String> = rooms.keys().collect();
    names.sort_by_key(|name| (Reverse(floor(name)), *name));
    let rooms = names.into_iter().map(|name| {
        let room = format!("  {} {name}", floor(name) + 1);
        line(&room, &rooms[name])
    });
    crates.chain([line("shared", &BTreeSet::new())]).chain(rooms).collect()
}

fn line(from: &str, below: &BTreeSet<String>) -> String {
    if below.is_empty() {
        return format!("{from}\n");
    }
    let below: Vec<&str> = below.iter().map(String::as_str).collect();
    // as wide as the longest, `shared/population`
    format!("{from:<17} → {}\n", below.join(", "))
}

#[test]
fn a_room_imports_only_rooms_on_floors_below_it() {
    let arrows = arrows();
    let drawing = drawing(&arrows);
    println!("{drawing}");
    let each = arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to)));
    let upwards = each.filter(|(from, to)| floor(to) >= floor(from));
    let upwards: Vec<String> = upwards.map(|(from, to)| format!("{from} → {to}")).collect();
    assert!(upwards.is_empty(), "{drawing}\narrows that run up: {}", upwards.join(", "));
}

#[test]
fn the_architecture_page_shows_the_crates_and_rooms_of_today() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/architecture.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let drawing = drawing(&arrows());
    let block = format!("```text\n{drawing}```\n");
    assert!(page.contains(&block), "docs/architecture.md does not have this block:\n{block}");
}

#[test]
fn every_way_to_name_a_room_is_seen() {
    let text = "use crate::survey::Question;\nuse crate::{Language, persona::{Card, card}, text};\n\
                fn f() { crate::prompt::page() }\ncrate::words! {}\n#[cfg(test)]\nmod tests {\n use crate::account; }";
    let rooms: Vec<String> = named(text).into_iter().collect();
    assert_eq!(rooms, ["persona", "prompt", "survey", "text"]);
}
