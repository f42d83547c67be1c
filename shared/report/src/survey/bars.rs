//! Shares as bars with their intervals.

use shared::Language;
use shared::survey::result::{RatingStatistics, Reaction, Share};
use shared::text::escape::escape;
use shared::text::number::{decimal, percent, whole};

/// A rating: its mean, its ends, its points.
pub(super) fn rating(rating: &RatingStatistics, language: Language) -> String {
    let number = |x: f64| decimal(x, 2, language);
    let interval = rating
        .mean_interval
        .map(|[low, high]| format!(" ({} … {})", number(low), number(high)))
        .unwrap_or_default();
    let text = language.pick(
        format!(
            "mean {}{interval}, standard deviation {}, two highest {}, two lowest {}",
            number(rating.mean),
            number(rating.std),
            percent(rating.top_two.share, language),
            percent(rating.bottom_two.share, language)
        ),
        format!(
            "średnia {}{interval}, odchylenie standardowe {}, dwa najwyższe {}, dwa najniższe {}",
            number(rating.mean),
            number(rating.std),
            percent(rating.top_two.share, language),
            percent(rating.bottom_two.share, language)
        ),
    );
    let said = rating.reactions.iter().map(|reaction| said(reaction, language)).collect::<String>();
    let rests = rests_on(rating, language);
    format!("<p>{text}</p>{rests}{}{said}", shares(&rating.shares, language))
}

/// Whose whole distributions the figures are of, where there are any.
fn rests_on(rating: &RatingStatistics, language: Language) -> String {
    if rating.with_distribution == 0 {
        return String::new();
    }
    let n = whole(rating.with_distribution, language);
    let text = language.pick(
        format!(
            "Figures are of the whole distributions that {n} people gave, not of one point drawn from each; \
             n is how many people are to be expected on a point."
        ),
        format!(
            "Liczby dotyczą pełnych rozkładów odpowiedzi {n} osób, a nie jednego punktu wylosowanego z \
             każdego; n to oczekiwana liczba osób w punkcie."
        ),
    );
    format!(r#"<p class="source">{text}</p>"#)
}

/// A reaction in words with the point that it comes to on average.
fn said(reaction: &Reaction, language: Language) -> String {
    let mean = decimal(reaction.mean, 2, language);
    format!("<blockquote>{} <small>({mean})</small></blockquote>", escape(&reaction.text))
}

/// A table with a bar a line: the share, and behind it where it would lie in 95 of 100 repetitions.
pub(super) fn shares(shares: &[Share], language: Language) -> String {
    let most = shares.iter().map(|share| share.interval[1]).fold(f64::EPSILON, f64::max);
    let rows: String = shares.iter().map(|share| row(share, most, language)).collect();
    format!(
        r#"<table class="bars"><thead><tr><th scope="col">{answer}</th><th scope="col"></th><th scope="col" class="n">{part}</th><th scope="col" class="n">95%</th><th scope="col" class="n">n</th></tr></thead><tbody>
{rows}</tbody></table>
"#,
        answer = language.pick("answer", "odpowiedź"),
        part = language.pick("share", "udział"),
    )
}

fn row(share: &Share, most: f64, language: Language) -> String {
    let x = |value: f64| value / most * 100.0;
    let [low, high] = share.interval;
    format!(
        r#"<tr><th scope="row">{key}</th><td class="bar"><svg viewBox="0 0 100 18" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="band" x="{from:.2}" y="0" width="{band:.2}" height="18"/><rect class="a" x="0" y="6" width="{width:.2}" height="6"/></svg></td><td class="n made">{part}</td><td class="n soft">{low}–{high}</td><td class="n soft">{n}</td></tr>
"#,
        key = escape(&share.key),
        from = x(low),
        band = x(high - low),
        width = x(share.share),
        part = percent(share.share, language),
        low = decimal(low * 100.0, 0, language),
        high = percent(high, language),
        n = whole(share.count, language),
    )
}
