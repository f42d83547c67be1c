//! What a line of the phrase files may ask of a person.

/// A set of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tags(u128);

impl Tags {
    /// The set with one more tag.
    pub(crate) fn with(self, tag: Tag) -> Self {
        Self(self.0 | 1 << tag as u8)
    }

    /// The set with the tag added when the condition holds.
    pub(crate) fn with_if(self, tag: Tag, holds: bool) -> Self {
        if holds { self.with(tag) } else { self }
    }

    /// Whether every tag of the other set is here.
    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any tag of the other set is here.
    pub(crate) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

macro_rules! tags {
    ($($name:literal => $tag:ident),* $(,)?) => {
        /// One property of a person that a line may need or rule out.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Tag { $($tag),* }

        impl Tag {
            /// The tag as the phrase files spell it.
            pub(crate) fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$tag),)* _ => None }
            }
        }
    };
}

tags! {
    "f" => Female, "m" => Male, "nb" => NonBinary,
    "poland" => Poland, "abroad" => Abroad,
    "rural" => Rural, "urban" => Urban, "metropolis" => Metropolis, "town" => Town,
    "employed" => Employed, "unemployed" => Unemployed, "student" => Student,
    "retired" => Retired, "inactive" => Inactive, "pension" => OnPension, "caring" => Caring,
    "under30" => Under30, "under45" => Under45, "over45" => Over45, "over60" => Over60,
    "over52" => Over52, "born80s" => Born80s,
    "edu_low" => EducationLow, "edu_voc" => EducationVocational,
    "edu_sec" => EducationSecondary, "edu_high" => EducationHigh,
    "single" => Single, "couple" => Couple, "married" => Married, "widowed" => Widowed,
    "divorced" => Divorced, "alone" => Alone, "parents" => WithParents, "shared" => Shared,
    "kids" => Children, "small" => SmallChildren, "teens" => Teens, "grown" => GrownChildren,
    "grand" => Grandchildren, "childless" => Childless, "one" => OneChild, "onegrown" => OneGrown,
    "flat" => Flat, "house" => House, "rented" => Rented, "mortgage" => Mortgage, "owner" => Owner,
    "poor" => Poor, "middling" => Middling, "rich" => Rich,
    "car" => Car, "dog" => Dog, "cat" => Cat,
    "shifts" => Shifts, "desk" => Desk, "hands" => Hands, "people" => People, "remote" => Remote,
    "newcomer" => Newcomer, "veteran" => Veteran,
    "open" => Open, "closed" => Closed, "orderly" => Orderly, "loose" => Loose,
    "outgoing" => Outgoing, "quiet" => Quiet, "warm" => Warm, "tough" => Tough,
    "anxious" => Anxious, "calm" => Calm,
    "thrifty" => Thrifty, "named" => NamedProduct, "adverse" => Adverse,
    "summed" => Summed,
}
