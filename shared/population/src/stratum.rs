//! Where people live: territories with official counts, and the towns within them.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::international;
use super::joint::VOIVODESHIPS;
use super::pay_zone::{WHOLE, pay_zone};
use shared::persona::card::{Country, Place, Text};
use shared::text::fold::folded;
use shared::text::table::{number, rows};

/// A town of the register.
#[derive(Debug, Clone)]
pub(crate) struct Town {
    /// Index of the voivodeship.
    pub(crate) region: usize,
    /// Name as in the register.
    pub(crate) name: &'static str,
    /// People; 0 means not in the table, which ends at about 8,500.
    pub(crate) population: f64,
    /// The name without diacritics and capitals.
    pub(crate) folded: String,
}

/// All Polish towns: names from the TERYT register (December 2025), people from SimpleMaps (2024,
/// not official). A town without a figure is taken to have `SMALL`.
pub(crate) static TOWNS: LazyLock<Vec<Town>> = LazyLock::new(|| {
    rows(include_str!("../../data/poland-towns.csv"))
        .map(|[voivodeship, name, population]| Town {
            region: VOIVODESHIPS
                .iter()
                .position(|known| *known == voivodeship)
                .expect("every town lies in a voivodeship"),
            name,
            population: if population.is_empty() { SMALL } else { number(population) },
            folded: folded(name),
        })
        .collect()
});

/// People in a town that has no figure of its own. Modelled.
const SMALL: f64 = 3_500.0;

/// From this size on a town is not a suburb or a small town.
pub(crate) const BIG_TOWN: f64 = 50_000.0;

/// From this size on a town is a large one.
const CITY: f64 = 100_000.0;

/// Which towns the people of a stratum live in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pool {
    /// Any town of the territory that is not a stratum of its own.
    Any,
    /// Those below `BIG_TOWN`.
    Small,
    /// Those of `CITY` or more.
    Cities,
}

impl Pool {
    /// Whether a town belongs.
    pub(crate) fn has(self, town: &Town) -> bool {
        match self {
            Self::Any => true,
            Self::Small => town.population < BIG_TOWN,
            Self::Cities => town.population >= CITY,
        }
    }
}

/// A part of a territory that a target can address: one town, the other towns, or the country.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Stratum {
    /// Index of the territory in the country's tables.
    pub(crate) territory: usize,
    /// Factor on the territory's people.
    pub(crate) share: f64,
    /// The one town of this stratum.
    pub(crate) town: Option<Text>,
    /// Otherwise the towns to choose from.
    pub(crate) pool: Pool,
}

impl Stratum {
    pub(crate) fn whole(territory: usize) -> Self {
        Self { territory, share: 1.0, town: None, pool: Pool::Any }
    }

    /// Voivodeship or state.
    pub(crate) fn region(&self, country: Country) -> &'static str {
        match country {
            Country::Poland => VOIVODESHIPS[self.territory / 2],
            Country::International => international::PLACES[self.territory].1,
        }
    }

    /// Town or country of a zone of pay.
    pub(crate) fn zone(&self, country: Country) -> usize {
        let pay_zone = match country {
            Country::Poland => pay_zone(self.territory / 2),
            Country::International => WHOLE,
        };
        pay_zone * 2 + usize::from(self.place(country) == Place::Rural)
    }

    pub(crate) fn place(&self, country: Country) -> Place {
        match country {
            Country::Poland => super::axis::place(self.territory % 2),
            Country::International => international::place(self.territory),
        }
    }
}

/// The towns of a stratum with their weights. Empty for rural strata.
pub(crate) fn towns(country: Country, strata: &[Stratum], index: usize) -> Vec<(Text, f64)> {
    let stratum = &strata[index];
    if let Some(town) = &stratum.town {
        return vec![(town.clone(), 1.0)];
    }
    if country == Country::International {
        return international::towns(stratum.territory);
    }
    if stratum.place(country) == Place::Rural {
        return Vec::new();
    }
    let taken = |name: &str| {
        strata.iter().any(|s| s.territory == stratum.territory && s.town.as_deref() == Some(name))
    };
    TOWNS
        .iter()
        .filter(|town| town.region == stratum.territory / 2)
        .filter(|town| stratum.pool.has(town))
        .filter(|town| !taken(town.name))
        .map(|town| (Text::Borrowed(town.name), town.population))
        .collect()
}

/// The part of a voivodeship's townspeople who live in these towns.
pub(crate) fn town_share(region: usize, of: impl Fn(&Town) -> bool) -> f64 {
    let towns = || TOWNS.iter().filter(|town| town.region == region);
    let all: f64 = towns().map(|town| town.population).sum();
    towns().filter(|town| of(town)).map(|town| town.population).sum::<f64>() / all
}

/// The largest town of this name, in the nominative or a common English form.
pub(crate) fn town_named(name: &str) -> Option<&'static Town> {
    let name = folded(name);
    let name = match name.as_str() {
        "warsaw" => "warszawa",
        "cracow" => "krakow",
        other => other,
    };
    TOWNS
        .iter()
        .filter(|town| town.folded == name)
        .max_by(|a, b| a.population.total_cmp(&b.population))
}

/// Whether a town lies in a voivodeship, both as written on a card.
pub(crate) fn lies_in(town: &str, region: &str) -> bool {
    TOWNS.iter().any(|known| known.name == town && VOIVODESHIPS[known.region] == region)
}

/// Whether somebody can live in what a card calls by this name: a voivodeship, or a state of the international tables.
pub fn is_region(name: &str) -> bool {
    VOIVODESHIPS.contains(&name) || international::PLACES.iter().any(|(_, state, _)| *state == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn towns_are_found_without_diacritics_and_in_english() {
        assert_eq!(town_named("łódź").unwrap().name, "Łódź");
        assert_eq!(town_named("Krakow").unwrap().name, "Kraków");
        assert_eq!(town_named("Warsaw").unwrap().name, "Warszawa");
        assert!(town_named("Atlantyda").is_none());
    }

    #[test]
    fn every_card_lives_in_a_region_that_is_known() {
        for plan in [Country::Poland, Country::International] {
            for territory in 0..if plan == Country::Poland { 32 } else { 12 } {
                assert!(is_region(Stratum::whole(territory).region(plan)), "{plan:?} {territory}");
            }
        }
        assert!(!is_region("Mazowsze") && !is_region(""));
    }

    #[test]
    fn a_town_with_a_site_of_its_own_is_not_drawn_from_the_others() {
        let mut other = Stratum::whole(12);
        other.share = 0.4;
        let warsaw = Stratum { town: Some("Warszawa".into()), ..Stratum::whole(12) };
        let strata = [other, warsaw];

        let towns = towns(Country::Poland, &strata, 0);

        assert!(towns.iter().all(|(name, _)| name != "Warszawa"));
        assert!(towns.iter().any(|(name, _)| name == "Radom"));
    }
}
