//! Verdicts, badges and reasons in words.

use population::fidelity::{AttributeFit, FidelityReport, Fit, FitVerdict, Overall, Provenance};
use shared::Language;
use shared::statistics::{Test, Untestable};
use shared::text::number::{decimal, p_value, people, percent, whole};

/// The verdict on the whole in one plain sentence or two.
pub(super) fn overall(report: &FidelityReport, language: Language) -> String {
    let n = people(report.people.into(), language);
    let needed = people(report.people_needed, language);
    match report.verdict {
        Overall::Fits => language.pick(
            format!(
                "The population of {n} fits its target: each attribute was tested, none deviates."
            ),
            format!("Populacja ({n}) pasuje do celu: sprawdzono każdą cechę i żadna nie odbiega."),
        ),
        Overall::FitsInPart => in_part(report, language),
        Overall::TooFewPeople => language.pick(
            format!(
                "Nothing deviates from the target, but {n} cannot prove that. For each attribute to \
                 be tested it takes about {needed}."
            ),
            format!(
                "Nic nie odbiega od celu, ale {n} to za mało, by to udowodnić. Aby sprawdzić każdą \
                 cechę, potrzeba: {needed}."
            ),
        ),
        Overall::Off => deviates(report, language),
        Overall::Empty => {
            language.pick("Nobody has been written yet.", "Nikogo jeszcze nie opisano.").to_owned()
        }
    }
}

fn in_part(report: &FidelityReport, language: Language) -> String {
    let proven = report.attributes.iter().filter(|a| a.fit.verdict == FitVerdict::Fits).count();
    let all = report.attributes.len();
    language.pick(
        format!(
            "Nothing deviates from the target. The test proves it for {proven} of {all} \
             attributes; for the others there are too few people to tell."
        ),
        format!(
            "Nic nie odbiega od celu. Test potwierdza to dla {proven} z {all} cech; przy \
             pozostałych osób jest za mało, by rozstrzygnąć."
        ),
    )
}

fn deviates(report: &FidelityReport, language: Language) -> String {
    let off = |fit: &Fit| fit.verdict == FitVerdict::Off;
    let mut names: Vec<String> =
        report.attributes.iter().filter(|a| off(&a.fit)).map(|a| a.display.clone()).collect();
    let pairs = report.pairs.iter().filter(|pair| off(&pair.fit));
    names.extend(pairs.map(|pair| pair.display.join(" × ")));
    let names = names.join(", ");
    language.pick(
        format!("The population deviates from the target: {names}."),
        format!("Populacja odbiega od celu: {names}."),
    )
}

/// The verdict on one line.
pub(super) fn verdict(verdict: FitVerdict, language: Language) -> &'static str {
    match verdict {
        FitVerdict::Fits => language.pick("fits", "zgodne"),
        FitVerdict::FitsWeakly => language.pick("fits, weak test", "zgodne, słaby test"),
        FitVerdict::FitsUntested => language.pick("fits, not testable", "zgodne, bez testu"),
        FitVerdict::Off => language.pick("deviates", "odbiega"),
    }
}

/// The table behind a target, as it is published, or that the project set it. Which field of a request did is in the
/// report's JSON.
pub(super) fn source(fit: &AttributeFit, language: Language) -> String {
    match fit.provenance {
        Provenance::Target => {
            language.pick("as the project wants it", "według celu projektu").to_owned()
        }
        _ => fit.source.clone(),
    }
}

/// The badge of a target's origin.
pub(super) fn provenance(provenance: Provenance, language: Language) -> &'static str {
    match provenance {
        Provenance::Official => language.pick("official", "oficjalne"),
        Provenance::Modelled => language.pick("modelled", "modelowane"),
        Provenance::NotOfficial => language.pick("not official", "nieoficjalne"),
        Provenance::Target => language.pick("your target", "cel badacza"),
    }
}

/// How far a distribution is from its target, for a reader who is no statistician.
pub(super) fn distance(fit: &Fit, language: Language) -> String {
    let in_hundred = |share: f64| decimal(share * 100.0, 1, language);
    let moved = in_hundred(fit.total_variation);
    let (usual, most) = (in_hundred(fit.noise_floor.expected), in_hundred(fit.noise_floor.p95));
    language.pick(
        format!(
            "{moved} of 100 people would have to change category. Chance alone usually makes it \
             {usual}, and stays below {most} in 95 of 100 draws."
        ),
        format!(
            "Kategorię musiałoby zmienić {moved} na 100 osób. Sam przypadek daje zwykle {usual}, \
             a w 95 na 100 losowań mniej niż {most}."
        ),
    )
}

/// The test in one line.
pub(super) fn test(test: &Test, language: Language) -> String {
    match test {
        Test::Tested(test) => format!(
            "χ²({}) = {}, p = {}",
            test.degrees_of_freedom,
            decimal(test.statistic, 2, language),
            p_value(test.p_value, language)
        )
        .replace("= <", "<"),
        Test::NotTestable { why } => untestable(why, language),
    }
}

/// A p value after the correction for all tests of the report, by which the verdict goes. Absent in reports from before
/// it was stated.
pub(super) fn corrected(fit: &Fit, language: Language) -> Option<String> {
    let p = p_value(fit.adjusted_p_value?, language);
    let said =
        language.pick("corrected for the whole report: p =", "z poprawką na cały raport: p =");
    Some(format!("{said} {p}").replace("= <", "<"))
}

/// The power of the test against a medium and a large deviation.
pub(super) fn power(test: &Test, language: Language) -> String {
    test.tested().map_or_else(
        || "–".to_owned(),
        |test| {
            let [medium, large] = [test.power.medium, test.power.large].map(|power| {
                if power > 0.999 {
                    format!("> {}", percent(0.999, language))
                } else {
                    percent(power, language)
                }
            });
            format!("{medium} / {large}")
        },
    )
}

fn untestable(why: &Untestable, language: Language) -> String {
    match why {
        Untestable::Nobody => language
            .pick("not testable: applies to nobody", "bez testu: nikogo nie dotyczy")
            .to_owned(),
        Untestable::OneCategory => {
            language.pick("not testable: one category", "bez testu: jedna kategoria").to_owned()
        }
        Untestable::TooFewPeople { needed } => {
            let needed = whole(*needed, language);
            language.pick(
                format!("not testable below {needed} people"),
                format!("bez testu: potrzeba co najmniej {needed} osób"),
            )
        }
    }
}
