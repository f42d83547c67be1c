//! What a population of synthetic people cannot tell, in sentences that every report prints.

use serde::{Deserialize, Serialize};

use shared::Language;

/// A caveat of a report. Its sentence is for a reader who is no statistician.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FidelityLimit)]
pub enum Caveat {
    /// The fit is about who the people are, not about what they would say.
    FitIsNotOpinion,
    /// Personas built on demographics alone reach about 74 % of human self-consistency (Park et al.,
    /// arXiv 2411.10109, version 2: agreement with held-out answers of the General Social Survey,
    /// divided by people's own agreement two weeks later).
    DemographicsAlone,
    /// Simulated text is not a sample of people: it varies less, and invites false precision.
    TextIsNoSample,
    /// Quotas make p values near 1, which is no proof of chance.
    QuotaSample,
    /// Some attributes rest on a model of ours or on a table that is not official.
    NotAllOfficial,
    /// The sample is too small for some of the tests, or for their result to mean much.
    SmallSample,
    /// Fewer people were written than asked for: those that failed may differ from the rest.
    SomeFailed,
}

impl Caveat {
    /// The caveat as a reader sees it.
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::Polish => self.polish(),
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::FitIsNotOpinion => {
                "The report shows that these people are distributed like the target. It does not \
                 show that they would answer like real people."
            }
            Self::DemographicsAlone => {
                "Personas built on demographics alone reproduce about 74% of the consistency with \
                 which real people repeat their own answers (Park et al., arXiv 2411.10109)."
            }
            Self::TextIsNoSample => {
                "Simulated text is not a sample of people. Use it to find ideas and to prepare \
                 questions; decide on the answers of real customers."
            }
            Self::QuotaSample => {
                "The people were allocated by quota, which fits better than a random draw: p values \
                 near 1 are to be expected. They mean that nothing deviates, not that the sample is \
                 random."
            }
            Self::NotAllOfficial => {
                "Attributes marked modelled or not official are held against a model of ours or an \
                 unofficial table. Fitting them proves no more than they are worth."
            }
            Self::SmallSample => {
                "The population is small: some attributes cannot be tested, or the test would often \
                 miss even a large deviation. Each line says which."
            }
            Self::SomeFailed => {
                "Some of the people asked for could not be written. Those who are missing may \
                 differ from the others."
            }
        }
    }

    fn polish(self) -> &'static str {
        match self {
            Self::FitIsNotOpinion => {
                "Raport pokazuje, że rozkład tych osób jest taki jak w grupie docelowej. Nie \
                 dowodzi, że odpowiadałyby tak jak prawdziwi ludzie."
            }
            Self::DemographicsAlone => {
                "Persony oparte na samej demografii odtwarzają około 74% zgodności, z jaką prawdziwi \
                 ludzie powtarzają własne odpowiedzi (Park i in., arXiv 2411.10109)."
            }
            Self::TextIsNoSample => {
                "Symulowany tekst nie jest próbą ludzi. Służy do szukania pomysłów i przygotowania \
                 pytań; decyzje warto oprzeć na odpowiedziach prawdziwych klientów."
            }
            Self::QuotaSample => {
                "Osoby dobrano kwotowo, a taki dobór pasuje lepiej niż losowanie: wartości p bliskie \
                 1 są tu oczekiwane. Oznaczają, że nic nie odbiega od celu, a nie że próba jest \
                 losowa."
            }
            Self::NotAllOfficial => {
                "Cechy oznaczone jako modelowane lub nieoficjalne porównano z naszym modelem albo \
                 z tabelą nieoficjalną. Zgodność z nimi jest warta tyle, ile one same."
            }
            Self::SmallSample => {
                "Populacja jest mała: niektórych cech nie da się sprawdzić albo test często \
                 przeoczyłby nawet duże odchylenie. Przy każdej cesze jest to zaznaczone."
            }
            Self::SomeFailed => {
                "Części zamówionych osób nie udało się opisać. Brakujące osoby mogą różnić się od \
                 pozostałych."
            }
        }
    }
}
