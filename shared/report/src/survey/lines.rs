//! The results in a few lines for a terminal.

use crate::survey::SurveyReport;
use shared::Language;
use shared::survey::result::{QuestionAnalytics, Share, Statistics};
use shared::text::number::{decimal, percent};

// Chosen by hand: a line of a terminal has 80 characters.
/// The longest question that a line shows.
const LONGEST: usize = 60;

/// A line or two a question: its most telling figure with its interval.
pub fn lines(report: &SurveyReport, language: Language) -> Vec<String> {
    report.question_analytics.iter().flat_map(|one| of_question(one, language)).collect()
}

fn of_question(one: &QuestionAnalytics, language: Language) -> Vec<String> {
    let mut title: String = one.question_title.chars().take(LONGEST).collect();
    if one.question_title.chars().count() > LONGEST {
        title.push('…');
    }
    let figures = figures(&one.statistics, language);
    let n = one.responses_count;
    std::iter::once(format!("{title}  (n = {n})"))
        .chain(figures.into_iter().map(|figure| format!("    {figure}")))
        .collect()
}

fn figures(statistics: &Statistics, language: Language) -> Vec<String> {
    let number = |x: f64| decimal(x, 2, language);
    let mean = language.pick("mean", "średnia");
    match statistics {
        Statistics::Rating(rating) => {
            let [low, high] = rating.mean_interval.unwrap_or([rating.mean; 2]);
            let (low, high) = (number(low), number(high));
            vec![format!("{mean} {} ({low} … {high})", number(rating.mean))]
        }
        Statistics::Nps(nps) => {
            let [low, high] = nps.nps.interval.map(|x| decimal(x, 0, language));
            vec![format!("NPS {} ({low} … {high})", decimal(nps.nps.value, 0, language))]
        }
        Statistics::Matrix(matrix) => matrix
            .rows
            .iter()
            .map(|(row, rating)| {
                let [low, high] = rating.mean_interval.unwrap_or([rating.mean; 2]).map(number);
                format!("{mean} {} ({low} … {high})  {row}", number(rating.mean))
            })
            .collect(),
        Statistics::Numeric(numeric) => {
            let unit = numeric.unit.as_deref().unwrap_or_default();
            let median = language.pick("median", "mediana");
            vec![format!("{median} {} {unit}", decimal(numeric.median, 1, language))]
        }
        Statistics::Choice(choice) => shares(&choice.shares, language),
        Statistics::Multiple(multiple) => shares(&multiple.shares, language),
        Statistics::Ranking(ranking) => shares(&ranking.shares, language),
        Statistics::Open(open) => open
            .themes
            .iter()
            .take(3)
            .map(|theme| {
                let [low, high] = theme.interval.map(|x| percent(x, language));
                let (share, words) = (percent(theme.share, language), theme.words.join(", "));
                format!("{share}  {words} ({low} … {high}, n = {})", theme.count)
            })
            .collect(),
        Statistics::Empty {} => Vec::new(),
    }
}

fn shares(shares: &[Share], language: Language) -> Vec<String> {
    let line = |share: &Share| {
        let [low, high] = share.interval.map(|x| percent(x, language));
        format!("{}  {} ({low} … {high})", percent(share.share, language), share.key)
    };
    shares.iter().map(line).collect()
}
