//! Anchor statements for ratings by similarity, and what embeddings must tell apart to be trusted
//! with them. Ours, written after the description in Maier and others (arXiv 2510.08338): short,
//! everyday, one for each of five points, from the lowest up, in sets that differ in wording. Each set
//! is put in order by the others with a small real embedding: `docs/statistics.md` has the measured margins.

use super::question::Construct;
use crate::Language;

/// One statement a point, from the lowest up.
pub type Set = [&'static str; 5];

/// The sets of a construct.
pub fn anchors(construct: Construct, language: Language) -> &'static [Set] {
    match (construct, language) {
        (Construct::Purchase, Language::English) => PURCHASE_EN,
        (Construct::Purchase, Language::Polish) => PURCHASE_PL,
        (Construct::Agreement, Language::English) => AGREEMENT_EN,
        (Construct::Agreement, Language::Polish) => AGREEMENT_PL,
        (Construct::Satisfaction, Language::English) => SATISFACTION_EN,
        (Construct::Satisfaction, Language::Polish) => SATISFACTION_PL,
    }
}

/// A statement, the same in other words, and its negation in nearly the same words.
pub fn negations(language: Language) -> &'static [[&'static str; 3]] {
    language.pick(NEGATIONS_EN, NEGATIONS_PL)
}

const PURCHASE_EN: &[Set] = &[
    [
        "I would definitely not buy this.",
        "I would probably not buy this.",
        "I might or might not buy this.",
        "I would probably buy this.",
        "I would definitely buy this.",
    ],
    [
        "There is no chance that I spend money on it.",
        "I doubt that I would spend money on it.",
        "I can't say whether I would spend money on it.",
        "I could well spend money on it.",
        "I am sure that I would spend money on it.",
    ],
    [
        "This is not for me at all.",
        "This is hardly for me.",
        "I feel neither way about it.",
        "This is rather for me.",
        "This is exactly for me.",
    ],
    [
        "I have no interest in getting it.",
        "I have little interest in getting it.",
        "I have some interest in getting it.",
        "I am interested in getting it.",
        "I want to get it as soon as I can.",
    ],
    [
        "It is very unlikely that I'd take it.",
        "It is rather unlikely that I'd take it.",
        "It is as likely as not that I'd take it.",
        "It is rather likely that I'd take it.",
        "It is very likely that I'd take it.",
    ],
];

const PURCHASE_PL: &[Set] = &[
    [
        "Na pewno tego nie kupię.",
        "Raczej tego nie kupię.",
        "Może kupię, może nie.",
        "Raczej to kupię.",
        "Na pewno to kupię.",
    ],
    [
        "Nie wydam na to ani złotówki.",
        "Raczej nie wydam na to pieniędzy.",
        "Nie wiem, czy wydać na to pieniądze.",
        "Raczej wydam na to pieniądze.",
        "Chętnie wydam na to pieniądze.",
    ],
    [
        "To zupełnie nie dla mnie.",
        "To raczej nie dla mnie.",
        "Jest mi to obojętne.",
        "To raczej coś dla mnie.",
        "To dokładnie coś dla mnie.",
    ],
    [
        "Zupełnie mnie to nie interesuje.",
        "Mało mnie to interesuje.",
        "Trochę mnie to interesuje.",
        "Interesuje mnie to.",
        "Chcę to mieć jak najszybciej.",
    ],
    [
        "Nie skorzystam z tego.",
        "Raczej z tego nie skorzystam.",
        "Może skorzystam, a może nie.",
        "Raczej z tego skorzystam.",
        "Chętnie z tego skorzystam.",
    ],
];

const AGREEMENT_EN: &[Set] = &[
    [
        "I strongly disagree.",
        "I rather disagree.",
        "I neither agree nor disagree.",
        "I rather agree.",
        "I strongly agree.",
    ],
    [
        "That is completely wrong.",
        "That is mostly wrong.",
        "There is something on both sides.",
        "That is mostly right.",
        "That is completely right.",
    ],
    [
        "I don't believe a word of it.",
        "I find that hard to believe.",
        "I am not sure whether that is so.",
        "I think that may well be so.",
        "I am convinced that it is so.",
    ],
    ["No, not at all.", "No, not really.", "Yes and no.", "Yes, more or less.", "Yes, absolutely."],
];

const AGREEMENT_PL: &[Set] = &[
    [
        "Zdecydowanie się nie zgadzam.",
        "Raczej się nie zgadzam.",
        "Ani się zgadzam, ani się nie zgadzam.",
        "Raczej się zgadzam.",
        "Zdecydowanie się zgadzam.",
    ],
    [
        "To zupełna nieprawda.",
        "To w większości nieprawda.",
        "Jest coś po obu stronach.",
        "To w większości prawda.",
        "To całkowita prawda.",
    ],
    [
        "Na pewno tak nie jest.",
        "Raczej tak nie jest.",
        "Nie wiem, czy tak jest.",
        "Raczej tak jest.",
        "Na pewno tak jest.",
    ],
    [
        "Nie, absolutnie nie.",
        "Nie, raczej nie.",
        "I tak, i nie.",
        "Tak, mniej więcej.",
        "Tak, absolutnie.",
    ],
];

const SATISFACTION_EN: &[Set] = &[
    [
        "I am very dissatisfied.",
        "I am rather dissatisfied.",
        "I am neither satisfied nor dissatisfied.",
        "I am rather satisfied.",
        "I am very satisfied.",
    ],
    [
        "It was a disaster.",
        "It was disappointing.",
        "It was all right.",
        "It was good.",
        "It was excellent.",
    ],
    [
        "Nothing about it was as it should be.",
        "Much about it was not as it should be.",
        "Some of it was fine, some of it was not.",
        "Most of it was as it should be.",
        "Everything about it was just as it should be.",
    ],
    [
        "I never want that again.",
        "I'd rather not have that again.",
        "I don't mind whether I have that again.",
        "I'd like to have that again.",
        "I'd love to have that again.",
    ],
];

const SATISFACTION_PL: &[Set] = &[
    [
        "Bardzo mi się nie podoba.",
        "Raczej mi się nie podoba.",
        "Ani mi się podoba, ani nie podoba.",
        "Raczej mi się podoba.",
        "Bardzo mi się podoba.",
    ],
    [
        "To była katastrofa.",
        "To było rozczarowanie.",
        "Było przeciętnie.",
        "Było dobrze.",
        "Było znakomicie.",
    ],
    [
        "Nic nie było tak, jak powinno.",
        "Wiele rzeczy nie było tak, jak powinno.",
        "Część była w porządku, a część nie.",
        "Większość była tak, jak powinna.",
        "Wszystko było dokładnie tak, jak powinno.",
    ],
    [
        "Nie chcę tego nigdy więcej.",
        "Wolę już tego nie powtarzać.",
        "Jest mi wszystko jedno, czy to powtórzę.",
        "Mogę to powtórzyć.",
        "Bardzo chcę to powtórzyć.",
    ],
];

const NEGATIONS_EN: &[[&str; 3]] = &[
    ["I would buy this product.", "I'd pay for that, sure.", "I would not buy this product."],
    ["I like the taste of it.", "It's delicious.", "I don't like the taste of it."],
    ["I trust this company.", "They seem honest to me.", "I don't trust this company."],
    ["The price is fair.", "It's worth what it costs.", "The price is not fair."],
    ["I am happy with the service.", "They did a great job.", "I am not happy with the service."],
    [
        "This makes my life easier.",
        "It takes work off my hands.",
        "This doesn't make my life easier.",
    ],
    ["I need this at home.", "We can't do without it here.", "I don't need this at home."],
    [
        "I would tell a friend about it.",
        "I'd recommend it to people I know.",
        "I would not tell a friend about it.",
    ],
];

const NEGATIONS_PL: &[[&str; 3]] = &[
    ["Kupię ten produkt.", "Chętnie za to zapłacę.", "Nie kupię tego produktu."],
    ["Smakuje mi to.", "Jest pyszne.", "Nie smakuje mi to."],
    ["Ufam tej firmie.", "Wydają się uczciwi.", "Nie ufam tej firmie."],
    ["Cena jest uczciwa.", "To jest warte swoich pieniędzy.", "Cena nie jest uczciwa."],
    ["Podoba mi się obsługa.", "Świetnie się spisali.", "Nie podoba mi się obsługa."],
    ["To ułatwia mi życie.", "Mam dzięki temu mniej na głowie.", "To nie ułatwia mi życia."],
    ["Potrzebuję tego w domu.", "Bez tego się u nas nie obejdzie.", "Nie potrzebuję tego w domu."],
    ["Opowiem o tym znajomym.", "Będę to wszystkim polecać.", "Nie opowiem o tym znajomym."],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_construct_has_several_sets_in_both_languages() {
        for construct in Construct::ALL {
            for language in [Language::English, Language::Polish] {
                let sets = anchors(construct, language);
                assert!(sets.len() >= 4, "{construct:?} {language:?}");
                assert_eq!(sets.len(), anchors(construct, Language::English).len());
            }
        }
        assert_eq!(NEGATIONS_EN.len(), NEGATIONS_PL.len());
    }
}
