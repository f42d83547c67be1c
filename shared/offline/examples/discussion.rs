//! A discussion of the offline participants, on the terminal.
//!
//! `cargo run -p offline --example discussion -- --language en --people 8 --seed 7`

use offline::{discuss, sample};
use shared::discussion::realism;

fn main() {
    let value = |name: &str| {
        let mut arguments = std::env::args().skip_while(|argument| argument != name);
        arguments.nth(1)
    };
    let number = |name: &str, usual: u64| value(name).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let language = value("--language").as_deref().and_then(shared::Language::parse);
    let people = u32::try_from(number("--people", 8)).unwrap_or(8);
    let setting = sample::setting(language.unwrap_or_default(), people, number("--seed", 7));
    let turns = discuss(&setting);
    let measured = realism(&setting, &turns, 0);
    for turn in turns {
        let who = turn.speaker.map_or_else(|| "—".to_owned(), |who| setting.name_of(who));
        let act = turn.act.map_or("", shared::discussion::Act::as_str);
        let reply = turn.reply_to.map(|n| format!(" to {n}")).unwrap_or_default();
        let stance = turn.stance.unwrap_or_default();
        println!("{:>3} {who} [{act}{reply}, {stance}]\n    {}\n", turn.number, turn.words());
    }
    for measure in measured.measures {
        let (value, band) = (measure.value.unwrap_or(f64::NAN), measure.band);
        let band = band
            .map_or_else(String::new, |b| format!("people {} ({} to {})", b.human, b.low, b.high));
        println!("{:<20} {value:>7.3}  {band}", measure.key);
    }
}
