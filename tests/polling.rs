//! Whether somebody who only looks at their work is ever told to wait.

use std::time::Duration;

use platform::limit::{Class, Poll};
use shared::account::Plan;

use crate::table::rows;

/// Open side by side, each on its busiest page.
const WINDOWS: u32 = 2;
/// Projects whose focus groups and surveys all run at the same time.
const STUDIES: u32 = 4;
/// Nobody picks people faster than one a second, and each pick is saved once (after half a second).
const AUTOSAVE: u32 = 1_000;

/// A request that the client repeats by itself, and every how many milliseconds (its contract, §0.6).
type Repeated = (&'static str, u32);

const PERSONAS: Repeated = ("GET /api/v1/projects/{project_id}/personas", 3_000);
const GROUPS: Repeated = ("GET /api/v1/projects/{project_id}/focus-groups", 2_000);
const GROUP: Repeated = ("GET /api/v1/focus-groups/{focus_group_id}", 2_000);
const RESPONSES: Repeated = ("GET /api/v1/focus-groups/{focus_group_id}/responses", 3_000);
const SUMMARY: Repeated = ("GET /api/v1/focus-groups/{focus_group_id}/ai-summary", 5_000);
const SURVEYS: Repeated = ("GET /api/v1/projects/{project_id}/surveys", 3_000);
const DOCUMENTS: Repeated = ("GET /api/v1/rag/documents", 5_000);
const SAVE: Repeated = ("PUT /api/v1/focus-groups/{focus_group_id}", AUTOSAVE);
/// Ours: a client that watches a run instead.
const RUN: Repeated = ("GET /api/v1/runs/{run_id}", 2_000);

/// What each page repeats (its mount map, §10).
const PAGES: [(&str, &[Repeated], u32); 6] = [
    ("dashboard", &[PERSONAS, GROUPS, SURVEYS], STUDIES),
    ("people", &[PERSONAS, ("GET /api/v1/projects/{project_id}/personas", 5_000), RUN], 1),
    ("focus group", &[GROUPS, GROUP, RESPONSES, SUMMARY, RUN], 1),
    ("focus group being built", &[GROUPS, PERSONAS, SAVE], 1),
    ("surveys", &[SURVEYS, RUN], 1),
    ("documents", &[DOCUMENTS], 1),
];

/// Requests of a page in a minute.
fn a_minute(repeated: &[Repeated], times: u32) -> u32 {
    let each = repeated.iter().map(|(_, every)| 60_000_u32.div_ceil(*every));
    each.sum::<u32>() * times
}

#[test]
fn two_windows_on_the_busiest_page_for_an_hour_are_within_a_free_plan() {
    let rate = Poll::rate(Plan::Free);
    assert_eq!(rate.window, Duration::from_secs(60), "the reckoning below is by the minute");

    for (page, repeated, times) in PAGES {
        let requests = a_minute(repeated, times) * WINDOWS;
        assert!(requests <= rate.limit, "{page}: {requests} of {} a minute", rate.limit);
    }
}

#[test]
fn what_the_client_repeats_by_itself_counts_as_polling() {
    for (page, repeated, _) in PAGES {
        for (name, _) in repeated {
            // Routes of functions to come are held to it from their first day.
            let Some(row) = rows().into_iter().find(|row| same(&row.name(), name)) else {
                continue;
            };
            assert_eq!(row.class.split(' ').next(), Some("poll"), "{page}: {name}");
        }
    }
}

/// The same route, whatever its parameters are called.
fn same(one: &str, other: &str) -> bool {
    let shape = |name: &str| {
        name.split('/')
            .map(|part| if part.starts_with('{') { "{}" } else { part }.to_owned())
            .collect::<Vec<_>>()
    };
    shape(one) == shape(other)
}

#[test]
fn a_page_is_counted_by_its_intervals() {
    assert_eq!(a_minute(&[("a", 2_000), ("b", 7_000)], 1), 30 + 9);
    assert_eq!(a_minute(&[("a", 2_000)], 4), 120);
    assert!(same("GET /a/{x}/b", "GET /a/{y}/b"));
    assert!(!same("GET /a/{x}", "PUT /a/{x}"));
}
