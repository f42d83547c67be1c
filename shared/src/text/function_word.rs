//! Words that carry grammar and no matter. Folded, as [`crate::text::word::words`] gives them.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::Language;

/// Articles, auxiliaries, pronouns, prepositions, conjunctions and question words of English, and the
/// remains of its contractions.
const ENGLISH: &str = "a about above after again all also am an and any are as at be because been \
    before being below between both but by can could did do does doing don down during each few for \
    from further had has have having he her here hers herself him himself his how i if in into is it \
    its itself just ll may me might more most must my myself no nor not now of off on once only onto \
    or other our ours ourselves out over own re s same shall she should so some such t than that the \
    their theirs them themselves then there these they this those through to too under until up upon \
    us ve very was we were what when where whether which while who whom whose why will with within \
    would you your yours yourself";

/// The same of Polish.
const POLISH: &str = "a aby ach albo ale ani az bardziej bardzo bez bo bowiem by byc byl byla byli \
    bylo byly bym bys bywa choc ci cie ciebie co cos czego czemu czy czyli czym czyj dla dlaczego do \
    dosc gdy gdyby gdyz gdzie go i ich ile im inna inne innego innej innych inny iz ja jak jaka jakby \
    jaki jakich jakie jakiej jakim jako jakos je jeden jedna jednak jedno jego jej jemu jesli jest \
    jestem jezeli juz kazda kazde kazdy kiedy kim kogo komu kto ktora ktore ktorego ktorej ktory \
    ktorych ktorym ktorymi ku lecz lub ma maja mam mi mialy mial miala mialo mna mnie moga moj moja \
    moje moze mozna mu my na nad nam nami nas nasz nasza nasze natomiast nawet nia nich nic nie niego \
    niej niemu niz no o obok od oni ono oraz ona one on pan po pod podczas poniewaz ponad poza przed \
    przez przy roku sa sam sama samo sie siebie sobie soba sposob swoj swoja swoje swoich ta tak taka \
    taki takich takie takze tam te tego tej temu ten tez to tobie toba tu twoj twoja twoje ty tych \
    tylko tym tymi u w wam wami was we wiec wlasnie wobec wsrod wszystkich wszystkie wszystko wtedy \
    wy z za zas zawsze ze zeby znow zostal zostala zostalo zostaly";

static OF_ENGLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| ENGLISH.split_whitespace().collect());
static OF_POLISH: LazyLock<HashSet<&str>> = LazyLock::new(|| POLISH.split_whitespace().collect());

/// Whether a folded word carries only grammar in this language.
pub fn is_function_word(word: &str, language: Language) -> bool {
    language.pick(&*OF_ENGLISH, &*OF_POLISH).contains(word)
}
