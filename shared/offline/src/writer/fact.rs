//! The facts that phrases mention by name, worded in the language of the text.

macro_rules! facts {
    ($($name:literal => $fact:ident: $doc:literal),* $(,)?) => {
        /// A fact that a phrase may mention.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Fact { $(#[doc = $doc] $fact),* }

        impl Fact {
            /// The fact as the phrase files spell it.
            pub(crate) fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$fact),)* _ => None }
            }

            const COUNT: usize = [$($name),*].len();
        }
    };
}

facts! {
    "name" => Name: "First name.",
    "age" => Age: "The age as one says it: `34 lata`, `34`.",
    "aged" => Aged: "The age as an adjective: `34-letnia`, `34-year-old`.",
    "he" => He: "English subject pronoun; the first name of those who are neither.",
    "his" => His: "English possessive.",
    "him" => Him: "English object pronoun.",
    "in_town" => InTown: "Where the person lives, as the answer to where.",
    "from_town" => FromTown: "The same, as the answer to where from.",
    "town" => Town: "The town alone; empty in the country.",
    "in_region" => InRegion: "In which voivodeship or state.",
    "job" => Job: "The present or former job; empty when the card names none.",
    "since" => Since: "For how long the present job has lasted.",
    "career" => Career: "How long a whole working life lasted.",
    "mate" => Mate: "The partner's first name.",
    "with_mate" => WithMate: "Together with the partner.",
    "kid" => Child: "The first name of a child at home.",
    "kids" => Children: "The number of children at home, as an object.",
    "kids_do" => ChildrenDo: "What each child at home does, as a clause.",
    "grown" => Grown: "The number of grown children, as an object.",
    "grown_do" => GrownDo: "What each grown child does, as a clause.",
    "grandkids" => Grandchildren: "The number of grandchildren, as an object.",
    "dog" => Dog: "The dog's name.",
    "cat" => Cat: "The cat's name.",
    "floor" => Floor: "On which floor the flat is.",
    "study" => Study: "The subject studied, in the nominative.",
    "motive" => Motive: "What drives the person, as a clause.",
    "product" => Product: "What the project is about, in quotation marks.",
    "thing" => Thing: "The project's short name, as one says it.",
    "other" => Other: "The first name of whoever is answered, in the nominative.",
    "matter" => Matter: "The side that they spoke of: after `o` in Polish, as a subject in English.",
    "sum" => Sum: "What the person would pay, where the project names a price.",
}

/// The wording of every fact of one person; empty where there is none.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts([String; Fact::COUNT]);

impl Facts {
    /// The wording, or an empty text.
    pub(crate) fn get(&self, fact: Fact) -> &str {
        &self.0[fact as usize]
    }

    pub(crate) fn set(&mut self, fact: Fact, wording: impl Into<String>) {
        self.0[fact as usize] = wording.into();
    }
}
