//! Messages to a person: what may be asked for, how long each part may be, and what sets variants apart.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::claim::unsupported;
use super::{clean, language_flaw, text_flaws};
use crate::Language;
use crate::text::fold::plain;
use crate::text::words::tokens;

/// How alike two variants may be: the share of their pairs of words that both have.
const MOST_ALIKE: f64 = 0.5;

crate::words! {
    /// How it sounds.
    #[schema(as = MessageTone)]
    pub enum Tone {
        /// Warm and near.
        Friendly = "friendly",
        /// Sober.
        Professional = "professional",
        /// Asks to act soon.
        Urgent = "urgent",
        /// Begins with what is hard for them.
        Empathetic = "empathetic",
    }
}

crate::words! {
    /// Where it stands.
    #[schema(as = MessageType)]
    pub enum Channel {
        /// An e-mail, whose headline is its subject.
        Email = "email",
        /// A paid advertisement.
        Ad = "ad",
        /// A page of one's own.
        LandingPage = "landing_page",
        /// A post.
        SocialPost = "social_post",
    }
}

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub tone: Tone,
    pub channel: Channel,
    pub variants: usize,
    /// What else to know: the occasion, an offer.
    pub context: Option<String>,
}

/// The longest that each part may be, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MessageLimits)]
pub struct Limits {
    /// Of the headline.
    pub headline: usize,
    /// Of the line below it.
    pub subheadline: usize,
    /// Of the text.
    pub body: usize,
    /// Of the call to act.
    pub cta: usize,
}

/// Messages as they are drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessageDraft {
    /// As many as were asked for.
    pub variants: Vec<VariantDraft>,
}

/// A message as it is drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VariantDraft {
    /// The headline.
    pub headline: String,
    /// A line below it.
    pub subheadline: Option<String>,
    /// The text.
    pub body: String,
    /// The call to act.
    pub cta: String,
}

/// A message that has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = MessageVariant)]
pub struct Variant {
    /// From 1.
    pub variant_id: usize,
    pub headline: String,
    /// A line below it.
    pub subheadline: Option<String>,
    /// The text.
    pub body: String,
    /// The call to act.
    pub cta: String,
    /// Sentences that claim what no source of this project says: a figure, a promise. To be proved or left out.
    pub unsupported_claims: Vec<String>,
}

impl Channel {
    /// How long each part may be.
    pub fn limits(self) -> Limits {
        let [headline, subheadline, body, cta] = match self {
            Self::Email => [60, 100, 900, 30],
            Self::Ad => [40, 60, 125, 25],
            Self::LandingPage => [70, 120, 600, 30],
            Self::SocialPost => [60, 80, 280, 30],
        };
        Limits { headline, subheadline, body, cta }
    }
}

impl VariantDraft {
    fn parts(&self) -> impl Iterator<Item = &str> {
        let below = self.subheadline.as_deref();
        [Some(self.headline.as_str()), below, Some(&self.body), Some(&self.cta)]
            .into_iter()
            .flatten()
    }

    fn whole(&self) -> String {
        self.parts().collect::<Vec<_>>().join(". ")
    }

    /// The sentences of any part that claim what no source says.
    pub fn unsupported(&self, sources: &[&str]) -> Vec<String> {
        self.parts().flat_map(|part| unsupported(part, sources)).collect()
    }
}

/// What a draft gets wrong, in words for its writer; nothing if it may be shown.
pub fn flaws(draft: &MessageDraft, order: &Order, language: Language) -> Vec<String> {
    let (mut flaws, limits) = (Vec::new(), order.channel.limits());
    let (wanted, count) = (order.variants, draft.variants.len());
    if count != wanted {
        flaws.push(format!("there must be {wanted} variants, not {count}"));
    }
    for (number, one) in (1..).zip(&draft.variants) {
        let name = |part: &str| format!("{part} of variant {number}");
        text_flaws(&name("headline"), &one.headline, limits.headline, &mut flaws);
        text_flaws(&name("body"), &one.body, limits.body, &mut flaws);
        text_flaws(&name("cta"), &one.cta, limits.cta, &mut flaws);
        if let Some(text) = one.subheadline.as_deref().filter(|text| !clean(text).is_empty()) {
            text_flaws(&name("subheadline"), text, limits.subheadline, &mut flaws);
        }
    }
    for (at, one) in draft.variants.iter().enumerate() {
        for (other_at, other) in draft.variants.iter().enumerate().skip(at + 1) {
            if is_same(one, other) {
                flaws.push(format!(
                    "variants {} and {} say the same: each needs an idea of its own",
                    at + 1,
                    other_at + 1
                ));
            }
        }
    }
    let texts: Vec<String> = draft.variants.iter().map(VariantDraft::whole).collect();
    language_flaw(&texts.join(" "), language, &mut flaws);
    flaws
}

fn is_same(one: &VariantDraft, other: &VariantDraft) -> bool {
    let bare = |text: &str| plain(&clean(text));
    bare(&one.headline) == bare(&other.headline)
        || bare(&one.body) == bare(&other.body)
        || alike(&one.whole(), &other.whole()) > MOST_ALIKE
}

/// The share of the pairs of words of both that both have (Jaccard).
fn alike(one: &str, other: &str) -> f64 {
    let pairs = |text: &str| -> BTreeSet<(String, String)> {
        let text = plain(&clean(text));
        let words: Vec<&str> = tokens(&text).collect();
        words.windows(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
    };
    let (one, other) = (pairs(one), pairs(other));
    let all = one.union(&other).count();
    if all == 0 { 0.0 } else { one.intersection(&other).count() as f64 / all as f64 }
}

/// The messages of a draft without flaws, each with what it claims that none of the sources says.
pub fn finished(draft: &MessageDraft, sources: &[&str]) -> Vec<Variant> {
    let variant = |(variant_id, one): (usize, &VariantDraft)| Variant {
        variant_id,
        headline: clean(&one.headline),
        subheadline: one.subheadline.as_deref().map(clean).filter(|text| !text.is_empty()),
        body: clean_paragraphs(&one.body),
        cta: clean(&one.cta),
        unsupported_claims: one.unsupported(sources),
    };
    (1..).zip(&draft.variants).map(variant).collect()
}

/// As [`clean`], with its paragraphs kept.
fn clean_paragraphs(text: &str) -> String {
    let paragraphs = text.split("\n\n").map(clean).filter(|one| !one.is_empty());
    paragraphs.collect::<Vec<_>>().join("\n\n")
}
