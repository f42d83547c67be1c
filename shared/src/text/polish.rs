//! Polish forms that can be known: numerals, towns, the ages of children.

/// `34 lata`, `35 lat`, `1 rok`.
pub fn years(age: u8) -> String {
    let word = match (age, age % 10, age % 100) {
        (1, ..) => "rok",
        (_, 2..=4, hundred) if !(12..=14).contains(&hundred) => "lata",
        _ => "lat",
    };
    format!("{age} {word}")
}

const GENITIVE: [&str; 13] = [
    "",
    "roku",
    "dwóch",
    "trzech",
    "czterech",
    "pięciu",
    "sześciu",
    "siedmiu",
    "ośmiu",
    "dziewięciu",
    "dziesięciu",
    "jedenastu",
    "dwunastu",
];

/// How long something has lasted: `od siedmiu lat`.
pub fn since(years: u8) -> String {
    match years {
        0 => "od niedawna".to_owned(),
        1 => "od roku".to_owned(),
        2..=12 => format!("od {} lat", GENITIVE[usize::from(years)]),
        13..=19 => "od kilkunastu lat".to_owned(),
        20 => "od dwudziestu lat".to_owned(),
        _ => "od ponad dwudziestu lat".to_owned(),
    }
}

/// How long a working life lasted: `ponad trzydzieści lat`.
pub fn span(years: u8) -> &'static str {
    match years {
        0..=4 => "kilka lat",
        5..=9 => "dobrych kilka lat",
        10..=14 => "ponad dziesięć lat",
        15..=19 => "kilkanaście lat",
        20..=24 => "ponad dwadzieścia lat",
        25..=29 => "prawie trzydzieści lat",
        30..=34 => "ponad trzydzieści lat",
        35..=39 => "blisko czterdzieści lat",
        _ => "ponad czterdzieści lat",
    }
}

/// Locative and genitive of the towns whose forms no rule gives.
const TOWNS: &[(&str, &str, &str)] = &[
    ("Warszawa", "Warszawie", "Warszawy"),
    ("Wrocław", "Wrocławiu", "Wrocławia"),
    ("Łódź", "Łodzi", "Łodzi"),
    ("Poznań", "Poznaniu", "Poznania"),
    ("Bydgoszcz", "Bydgoszczy", "Bydgoszczy"),
    ("Białystok", "Białymstoku", "Białegostoku"),
    ("Gdynia", "Gdyni", "Gdyni"),
    ("Częstochowa", "Częstochowie", "Częstochowy"),
    ("Radom", "Radomiu", "Radomia"),
    ("Toruń", "Toruniu", "Torunia"),
    ("Kielce", "Kielcach", "Kielc"),
    ("Bielsko-Biała", "Bielsku-Białej", "Bielska-Białej"),
    ("Zielona Góra", "Zielonej Górze", "Zielonej Góry"),
    ("Gorzów Wielkopolski", "Gorzowie Wielkopolskim", "Gorzowa Wielkopolskiego"),
    ("Ruda Śląska", "Rudzie Śląskiej", "Rudy Śląskiej"),
    ("Dąbrowa Górnicza", "Dąbrowie Górniczej", "Dąbrowy Górniczej"),
    ("Opole", "Opolu", "Opola"),
    ("Elbląg", "Elblągu", "Elbląga"),
    ("Płock", "Płocku", "Płocka"),
    ("Wałbrzych", "Wałbrzychu", "Wałbrzycha"),
    ("Zabrze", "Zabrzu", "Zabrza"),
    ("Bytom", "Bytomiu", "Bytomia"),
    ("Tychy", "Tychach", "Tychów"),
    ("Koszalin", "Koszalinie", "Koszalina"),
    ("Kalisz", "Kaliszu", "Kalisza"),
    ("Grudziądz", "Grudziądzu", "Grudziądza"),
    ("Jaworzno", "Jaworznie", "Jaworzna"),
    ("Jastrzębie-Zdrój", "Jastrzębiu-Zdroju", "Jastrzębia-Zdroju"),
    ("Nowy Sącz", "Nowym Sączu", "Nowego Sącza"),
    ("Jelenia Góra", "Jeleniej Górze", "Jeleniej Góry"),
    ("Siedlce", "Siedlcach", "Siedlec"),
    ("Mysłowice", "Mysłowicach", "Mysłowic"),
    ("Piła", "Pile", "Piły"),
    ("Ostrów Wielkopolski", "Ostrowie Wielkopolskim", "Ostrowa Wielkopolskiego"),
    ("Stargard", "Stargardzie", "Stargardu"),
    ("Gniezno", "Gnieźnie", "Gniezna"),
    ("Suwałki", "Suwałkach", "Suwałk"),
    ("Przemyśl", "Przemyślu", "Przemyśla"),
    ("Zamość", "Zamościu", "Zamościa"),
    ("Leszno", "Lesznie", "Leszna"),
    ("Łomża", "Łomży", "Łomży"),
    ("Ełk", "Ełku", "Ełku"),
    ("Chełm", "Chełmie", "Chełma"),
    ("Krosno", "Krośnie", "Krosna"),
    ("Tarnowskie Góry", "Tarnowskich Górach", "Tarnowskich Gór"),
    ("Piotrków Trybunalski", "Piotrkowie Trybunalskim", "Piotrkowa Trybunalskiego"),
    ("Stalowa Wola", "Stalowej Woli", "Stalowej Woli"),
    ("Rybnik", "Rybniku", "Rybnika"),
    ("Tomaszów Mazowiecki", "Tomaszowie Mazowieckim", "Tomaszowa Mazowieckiego"),
    ("Starachowice", "Starachowicach", "Starachowic"),
    ("Biała Podlaska", "Białej Podlaskiej", "Białej Podlaskiej"),
    ("Nysa", "Nysie", "Nysy"),
    ("Piaseczno", "Piasecznie", "Piaseczna"),
    ("Legionowo", "Legionowie", "Legionowa"),
    ("Mielec", "Mielcu", "Mielca"),
    ("Zakopane", "Zakopanem", "Zakopanego"),
];

/// Endings of single-word towns with regular forms: nominative, locative, genitive.
const ENDINGS: &[(&str, &str, &str)] = &[
    ("ów", "owie", "owa"),
    ("owo", "owie", "owa"),
    ("ewo", "ewie", "ewa"),
    ("ice", "icach", "ic"),
    ("sko", "sku", "ska"),
    ("sk", "sku", "ska"),
    ("yn", "ynie", "yna"),
    ("in", "inie", "ina"),
    ("ew", "ewie", "ewa"),
    ("ica", "icy", "icy"),
    ("ka", "ce", "ki"),
    ("awa", "awie", "awy"),
    ("iec", "cu", "ca"),
    ("ek", "ku", "ka"),
];

/// Where and where from: `w Radomiu`, `z Radomia`. A town whose forms are not known stays in the
/// nominative, after the word for town.
pub fn town(name: &str) -> (String, String) {
    let Some((locative, genitive)) = forms(name) else {
        return (format!("w mieście {name}"), format!("z miasta {name}"));
    };
    (format!("{} {locative}", v(&locative)), format!("{} {genitive}", z(&genitive)))
}

fn forms(name: &str) -> Option<(String, String)> {
    if let Some((_, locative, genitive)) = TOWNS.iter().find(|(town, ..)| *town == name) {
        return Some(((*locative).to_owned(), (*genitive).to_owned()));
    }
    if name.contains([' ', '-']) {
        return None;
    }
    ENDINGS.iter().find_map(|(ending, locative, genitive)| {
        let stem = name.strip_suffix(ending)?;
        Some((format!("{stem}{locative}"), format!("{stem}{genitive}")))
    })
}

fn is_vowel(c: char) -> bool {
    "aeiouyąęóAEIOUYÓ".contains(c)
}

fn v(word: &str) -> &'static str {
    let mut letters = word.chars();
    let first = letters.next().is_some_and(|c| "WF".contains(c));
    if first && letters.next().is_some_and(|c| !is_vowel(c)) { "we" } else { "w" }
}

fn z(word: &str) -> &'static str {
    let rest = word.strip_prefix("Sz").or_else(|| word.strip_prefix(['S', 'Z', 'Ś', 'Ż', 'Ź']));
    if rest.and_then(|rest| rest.chars().next()).is_some_and(|c| !is_vowel(c)) { "ze" } else { "z" }
}

/// `w województwie lubelskim` of `lubelskie`.
pub fn region(name: &str) -> String {
    match name.strip_suffix('e') {
        Some(stem) if name.ends_with("kie") => format!("w województwie {stem}m"),
        _ => format!("w regionie {name}"),
    }
}

/// A number of children as an object: `dwoje dzieci`.
pub fn children(count: usize) -> &'static str {
    ["", "jedno dziecko", "dwoje dzieci", "troje dzieci", "czworo dzieci"][count.min(4)]
}

/// A number of grown children as an object.
pub fn grown(count: usize) -> &'static str {
    [
        "",
        "jedno dorosłe dziecko",
        "dwoje dorosłych dzieci",
        "troje dorosłych dzieci",
        "czworo dorosłych dzieci",
    ][count.min(4)]
}

/// A number of grandchildren as an object.
pub fn grandchildren(count: u8) -> &'static str {
    ["", "jedno wnuczę", "dwoje wnucząt", "troje wnucząt", "czworo wnucząt", "pięcioro wnucząt"]
        [usize::from(count.min(5))]
}

/// The floor of a flat, 0 the ground floor.
pub const FLOORS: [&str; 6] = [
    "na parterze",
    "na pierwszym piętrze",
    "na drugim piętrze",
    "na trzecim piętrze",
    "na czwartym piętrze",
    "na ósmym piętrze",
];

/// Words after which a comma belongs before `i`: it closes their clause.
const SUBORDINATE: [&str; 26] = [
    "że", "żeby", "bo", "gdy", "kiedy", "gdzie", "jeśli", "czy", "choć", "jak", "kto", "kogo",
    "co", "ile", "odkąd", "aż", "zanim", "dopóki", "który", "która", "które", "których", "którym",
    "której", "którą", "którzy",
];

/// The sentence without the commas that Polish does not put before `i`.
pub fn drop_commas(sentence: &str) -> String {
    let mut out = String::with_capacity(sentence.len());
    let mut parts = sentence.split(", i ");
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let clause = out.rsplit([',', ':', ';']).next().unwrap_or("");
        let closes = clause.split_whitespace().take(2).any(|word| SUBORDINATE.contains(&word));
        let aside = out.contains(',') && closes;
        out.push_str(if aside { ", i " } else { " i " });
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerals_take_the_right_form_of_the_year() {
        let cases = [(1, "1 rok"), (22, "22 lata"), (12, "12 lat"), (25, "25 lat"), (31, "31 lat")];

        for (age, expected) in cases {
            assert_eq!(years(age), expected);
        }
    }

    #[test]
    fn a_comma_stays_before_i_only_where_it_closes_a_clause() {
        let cases = [
            ("Biega powoli, i dla głowy.", "Biega powoli i dla głowy."),
            ("Lubi ciszę, bo męczy go hałas, i las.", "Lubi ciszę, bo męczy go hałas, i las."),
        ];

        for (written, expected) in cases {
            assert_eq!(drop_commas(written), expected);
        }
    }

    #[test]
    fn towns_are_inflected_only_where_the_form_is_known() {
        let cases = [
            ("Radom", "w Radomiu", "z Radomia"),
            ("Wrocław", "we Wrocławiu", "z Wrocławia"),
            ("Włocławek", "we Włocławku", "z Włocławka"),
            ("Szczecin", "w Szczecinie", "ze Szczecina"),
            ("Sosnowiec", "w Sosnowcu", "z Sosnowca"),
            ("Gdańsk", "w Gdańsku", "z Gdańska"),
            ("Gliwice", "w Gliwicach", "z Gliwic"),
            ("Świdnica", "w Świdnicy", "ze Świdnicy"),
            ("Kudowa-Zdrój", "w mieście Kudowa-Zdrój", "z miasta Kudowa-Zdrój"),
        ];

        for (name, place, origin) in cases {
            assert_eq!(town(name), (place.to_owned(), origin.to_owned()));
        }
    }
}
