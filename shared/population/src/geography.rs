//! Country and places of a plan.

use super::axis::Attribute;
use super::axis::Axis;
use super::categories::refused;
use super::choice::Choices;
use super::international;
use super::joint::{POLAND, VOIVODESHIPS};
use super::label_parser::{Locality, Meaning};
use super::options::chosen;
use super::options::{one_of, option_field};
use super::stratum::{Pool, Stratum, TOWNS, town_share};
use super::target::{Category, Weights};
use crate::fidelity::Provenance;
use shared::error::{Error, Result};
use shared::persona::card::{Country, Place, Text};
use shared::text::fold::folded;

/// The tables to use: Poland's unless other countries, or places abroad, are targeted.
pub(crate) fn country(choices: &Choices<'_>) -> Result<Country> {
    let named: Vec<bool> = choices
        .options
        .target_countries
        .iter()
        .flatten()
        .filter_map(|name| chosen(Some(name)))
        .map(|name| matches!(folded(name).as_str(), "poland" | "polska" | "pl" | "polsce"))
        .collect();
    if named.contains(&true) && named.contains(&false) {
        return Err(refused(
            "target_countries",
            "cannot mix Poland with other countries: one population has one country's tables",
        ));
    }
    if let Some(poland) = named.first() {
        return Ok(if *poland { Country::Poland } else { Country::International });
    }
    let abroad = choices.target(Attribute::Location).is_some_and(|category| {
        let known = |abroad: bool| {
            category.labels.iter().any(|label| {
                matches!(label.meaning, Meaning::Locality(place) if place.is_international() == Some(abroad))
            })
        };
        known(true) && !known(false)
    });
    Ok(if abroad { Country::International } else { Country::Poland })
}

/// Where people can live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urbanicity {
    Any,
    Urban,
    Suburban,
    Rural,
}

/// The strata of a plan, and the axis over them when places are targeted.
pub(crate) fn strata(
    country: Country,
    choices: &mut Choices<'_>,
) -> Result<(Vec<Stratum>, Option<Axis>)> {
    let urbanicity = urbanicity(choices)?;
    let category = category(choices)?;
    let towns = targeted_towns(country, category.as_ref(), urbanicity)?;
    let strata = match country {
        Country::Poland => polish_sites(&towns, urbanicity, choices),
        Country::International => foreign_sites(urbanicity),
    };
    let axis = category.map(|category| axis(country, &category, &strata)).transpose()?;
    Ok((strata, axis))
}

fn urbanicity(choices: &mut Choices<'_>) -> Result<Urbanicity> {
    let known = ["any", "urban", "suburban", "rural"];
    let option = one_of(choices.options.urbanicity.as_ref(), "urbanicity", &known)?;
    let asked = match option {
        Some("urban") => Urbanicity::Urban,
        Some("suburban") => Urbanicity::Suburban,
        Some("rural") => Urbanicity::Rural,
        _ => Urbanicity::Any,
    };
    let described = match choices.audience.place {
        Some(Place::Urban) => Urbanicity::Urban,
        Some(Place::Rural) => Urbanicity::Rural,
        None if !choices.audience.towns.is_empty() => Urbanicity::Urban,
        None => asked,
    };
    if asked == Urbanicity::Any || asked == described {
        return Ok(described);
    }
    if (asked, described) == (Urbanicity::Suburban, Urbanicity::Rural) {
        return Ok(described);
    }
    Err(refused("urbanicity", "contradicts the places of target_audience_description"))
}

/// Weights over places: the run's own, its cities, those of the description, else the project's.
fn category(choices: &mut Choices<'_>) -> Result<Option<Category>> {
    let own = choices.options.location_weights.clone().filter(|weights| !weights.is_empty());
    if own.is_some() {
        return choices.category(Attribute::Location, "location_weights", own.as_ref());
    }
    let cities: Vec<&String> = choices
        .options
        .target_cities
        .iter()
        .flatten()
        .filter(|city| !city.trim().is_empty())
        .collect();
    if !cities.is_empty() {
        let weights: Weights = cities.into_iter().map(|city| (city.clone(), 1.0)).collect();
        return choices.category(Attribute::Location, "target_cities", Some(&weights));
    }
    let described: Weights =
        choices.audience.towns.iter().map(|town| (town.name.to_owned(), town.population)).collect();
    let place = choices.audience.place;
    if described.is_empty() && place.is_some() && choices.target(Attribute::Location).is_some() {
        choices.replace(Attribute::Location, "target_audience_description");
        return Ok(None);
    }
    choices.category(Attribute::Location, "target_audience_description", Some(&described))
}

/// The towns that become strata of their own: voivodeship and name.
fn targeted_towns(
    country: Country,
    category: Option<&Category>,
    urbanicity: Urbanicity,
) -> Result<Vec<(usize, &'static str)>> {
    let mut towns = Vec::new();
    for label in category.iter().flat_map(|category| &category.labels) {
        let field = || format!("{}.{}", category.map_or("", |c| c.field.as_str()), label.text);
        let Meaning::Locality(locality) = label.meaning else { continue };
        if locality
            .is_international()
            .is_some_and(|abroad| abroad != (country == Country::International))
        {
            return Err(Error::invalid(field(), "lies in another country than the population"));
        }
        if let Locality::Town(town) = locality {
            let small = urbanicity == Urbanicity::Suburban && !Pool::Small.has(town);
            if urbanicity == Urbanicity::Rural || small {
                return Err(Error::invalid(
                    field(),
                    "is a town that advanced_options.urbanicity excludes",
                ));
            }
            towns.push((town.region, town.name));
        }
    }
    Ok(towns)
}

fn polish_sites(
    towns: &[(usize, &'static str)],
    urbanicity: Urbanicity,
    choices: &Choices<'_>,
) -> Vec<Stratum> {
    let pool = match urbanicity {
        Urbanicity::Suburban => Pool::Small,
        Urbanicity::Urban if choices.audience.big_towns => Pool::Cities,
        _ => Pool::Any,
    };
    let mut strata = Vec::new();
    for region in 0..VOIVODESHIPS.len() {
        let tilt = region_tilt(region, urbanicity, choices);
        if urbanicity != Urbanicity::Rural {
            let own: Vec<&str> =
                towns.iter().filter(|town| town.0 == region).map(|town| town.1).collect();
            for name in &own {
                let share = tilt * town_share(region, |town| town.name == *name);
                strata.push(Stratum {
                    share,
                    town: Some(Text::Borrowed(*name)),
                    ..Stratum::whole(region * 2)
                });
            }
            let share =
                tilt * town_share(region, |town| !own.contains(&town.name) && pool.has(town));
            if share > 0.0 {
                strata.push(Stratum { share, pool, ..Stratum::whole(region * 2) });
            }
        }
        if urbanicity != Urbanicity::Urban {
            strata.push(Stratum { share: tilt, ..Stratum::whole(region * 2 + 1) });
        }
    }
    strata
}

/// Suburbs surround large towns: a voivodeship weighs as much as its largest town has people. The
/// preset `diverse` makes voivodeships equally frequent.
fn region_tilt(region: usize, urbanicity: Urbanicity, choices: &Choices<'_>) -> f64 {
    let people: f64 = POLAND[region * 2].iter().chain(&POLAND[region * 2 + 1]).flatten().sum();
    if urbanicity == Urbanicity::Suburban {
        let largest = TOWNS.iter().filter(|town| town.region == region).map(|town| town.population);
        return largest.fold(0.0, f64::max) / people;
    }
    if choices.preset == Some("diverse") { 1.0e6 / people } else { 1.0 }
}

fn foreign_sites(urbanicity: Urbanicity) -> Vec<Stratum> {
    (0..international::PLACES.len())
        .filter(|territory| match urbanicity {
            Urbanicity::Any => true,
            Urbanicity::Urban => *territory != international::RURAL,
            Urbanicity::Suburban => *territory >= international::OTHER,
            Urbanicity::Rural => *territory == international::RURAL,
        })
        .map(Stratum::whole)
        .collect()
}

/// The axis over strata: each stratum goes to its town's label, else its voivodeship's, else its class
/// of place, else the rest.
fn axis(country: Country, category: &Category, strata: &[Stratum]) -> Result<Axis> {
    let mut axis =
        Axis::empty(Attribute::Location, &category.field, strata.len(), Provenance::Target);
    for label in &category.labels {
        axis.push(label.text.clone(), label.share);
    }
    for (index, stratum) in strata.iter().enumerate() {
        let best = category
            .labels
            .iter()
            .enumerate()
            .filter_map(|(number, label)| Some((rank(country, &label.meaning, stratum)?, number)))
            .max();
        axis.member[index] = best.map(|(_, number)| number as u16);
    }
    for (number, label) in category.labels.iter().enumerate() {
        if label.share > 0.0 && !axis.member.contains(&Some(number as u16)) {
            return Err(Error::invalid(
                format!("{}.{}", category.field, label.text),
                format!("names no place that {} allows", option_field("urbanicity")),
            ));
        }
    }
    Ok(axis)
}

/// How specifically a label names a stratum; `None` when it does not. `Inne miasta` (the rest) means
/// other towns; where no label speaks of the country, it takes the country in too only abroad.
fn rank(country: Country, meaning: &Meaning, stratum: &Stratum) -> Option<u8> {
    let place = stratum.place(country);
    match meaning {
        Meaning::Locality(Locality::Town(town)) => (stratum.town.as_deref() == Some(town.name)
            && stratum.territory / 2 == town.region)
            .then_some(4),
        Meaning::Locality(Locality::International(index)) => {
            (stratum.territory == *index).then_some(4)
        }
        Meaning::Locality(Locality::Voivodeship(region)) => {
            (country == Country::Poland && stratum.territory / 2 == *region).then_some(3)
        }
        Meaning::Locality(Locality::Urban) => (place == Place::Urban).then_some(2),
        Meaning::Locality(Locality::Rural) => (place == Place::Rural).then_some(2),
        Meaning::Rest => (country == Country::International || place == Place::Urban).then_some(1),
        _ => None,
    }
}
