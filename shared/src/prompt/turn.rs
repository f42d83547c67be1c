//! The prompt of one turn of a focus group.

use super::{LONGEST_TEXT, Prompt, data, line, portrait};
use crate::discussion::context::{self, BYTES_A_TOKEN, TOKEN_BUDGET};
use crate::discussion::turn_taking::Length;
use crate::discussion::{Mode, Setting, Turn, TurnKind};

/// The version of the prompts of a turn; it changes with any word of theirs.
pub const TURN_VERSION: &str = "turn.v2";

// Chosen by hand, so that a turn stays within the budget of `discussion::context`.
/// The most characters of the story that go with the card.
const LONGEST_STORY: usize = 600;
/// The most characters of a short text of the project or of the person.
const LONGEST_LINE: usize = 200;

/// What one turn is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    pub speaker: usize,
    pub question: u32,
    pub kind: TurnKind,
    pub reply_to: Option<&'a Turn>,
    pub length: Length,
}

/// Asks for one turn, within [`TOKEN_BUDGET`] tokens: the memory of the discussion gets what card,
/// project and task leave.
pub fn turn(setting: &Setting, task: &Task<'_>, before: &[Turn]) -> Prompt {
    let language = setting.language;
    let system = language.pick(
        include_str!("../../prompts/turn.v2.en.md"),
        include_str!("../../prompts/turn.v2.pl.md"),
    );
    let mut user = study(setting);
    let person = person(setting, task.speaker);
    let task_text = told(setting, task);
    let frame = "<discussion>\n\n</discussion>\n".len();
    let used = system.len() + user.len() + person.len() + task_text.len() + frame;
    if task.kind == TurnKind::Reply {
        let left = (TOKEN_BUDGET * BYTES_A_TOKEN).saturating_sub(used);
        let heard = context::recall(setting, task.question, before, left);
        user.push_str("<discussion>\n");
        user.push_str(&data(&heard, usize::MAX));
        user.push_str("\n</discussion>\n");
    }
    user.push_str(&person);
    user.push_str(&task_text);
    Prompt { version: TURN_VERSION, system: system.to_owned(), user }
}

fn person(setting: &Setting, speaker: usize) -> String {
    let (language, person) = (setting.language, &setting.participants[speaker]);
    let mut out = portrait::card(&person.card, language);
    out.truncate(out.len() - "</card>\n".len());
    let concerns = person.concerns.join("; ");
    let rows = [
        (language.pick("manner", "sposób mówienia"), context::cut(&person.manner, LONGEST_LINE)),
        (language.pick("worries", "obawy"), context::cut(&concerns, LONGEST_LINE)),
        (language.pick("story", "historia"), context::cut(&person.story, LONGEST_STORY)),
    ];
    for (name, text) in rows {
        line(&mut out, name, &data(&text, LONGEST_TEXT));
    }
    out.push_str("</card>\n");
    out
}

fn study(setting: &Setting) -> String {
    let language = setting.language;
    let mut out = String::from("<study>\n");
    let rows = [
        (language.pick("product", "produkt"), &setting.brief.product),
        (language.pick("topic", "temat"), &setting.brief.topic),
        (language.pick("group", "grupa"), &setting.description),
        (language.pick("context", "kontekst"), &setting.context),
    ];
    for (name, text) in rows {
        if let Some(text) = text {
            line(&mut out, name, &data(&context::cut(text, 2 * LONGEST_LINE), LONGEST_TEXT));
        }
    }
    let yes = setting.mode == Mode::Adversarial;
    let answer = if yes { language.pick("yes", "tak") } else { language.pick("no", "nie") };
    line(&mut out, language.pick("adversarial", "krytycznie"), answer);
    out.push_str("</study>\n");
    out
}

fn told(setting: &Setting, task: &Task<'_>) -> String {
    let language = setting.language;
    let mut out = String::from("<task>\n");
    let question = &setting.questions[task.question as usize];
    let question = data(&context::cut(question, LONGEST_TEXT), LONGEST_TEXT);
    line(&mut out, language.pick("question", "pytanie"), &question);
    match (task.kind, task.reply_to) {
        (TurnKind::Opening, _) => line(
            &mut out,
            language.pick("now", "teraz"),
            language.pick(
                "you answer first; you have not heard anybody yet",
                "odpowiadasz, zanim ktokolwiek się odezwał",
            ),
        ),
        (_, Some(turn)) => {
            let who = match turn.speaker {
                Some(who) => setting.name_of(who),
                None => language.pick("the moderator", "osobie prowadzącej").to_owned(),
            };
            let said = data(&context::cut(turn.words(), LONGEST_LINE), LONGEST_TEXT);
            line(
                &mut out,
                language.pick("you react to", "reagujesz na"),
                &format!("{who}: {said}"),
            );
        }
        (_, None) => {}
    }
    let (low, high) = task.length.words();
    let length = match language {
        crate::Language::English => format!("{low} to {high} words"),
        crate::Language::Polish => format!("od {low} do {high} słów"),
    };
    line(&mut out, language.pick("length", "długość"), &length);
    out.push_str("</task>");
    out
}
