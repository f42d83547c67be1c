//! `docs/routes.md` as data.

use std::time::Duration;

use http::Method;
use platform::limit::{Change, Class, Poll, Rate};
use shared::account::Plan;
use shared::role::Role;

/// The routes that every function has through `platform`.
const EVERYWHERE: [&str; 4] = ["/docs", "/health", "/openapi.json", "/startup"];

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Nothing,
    SignIn,
    SystemAdmin,
    Project(Role),
    Google,
}

/// One row of the table.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) owner: String,
    pub(crate) needs: Needs,
    /// How often one account may ask.
    pub(crate) class: String,
    /// The action on record after it, where there is one.
    pub(crate) audit: Option<String>,
}

impl Row {
    /// `GET /api/v1/…`.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// What the class allows: of several, the tightest. Without an account only what counts by address.
    pub(crate) fn rate(&self, plan: Option<Plan>) -> Option<Rate> {
        let rates = self.class.split(',').filter_map(|class| rate(class.trim(), plan));
        rates.min_by_key(|rate| rate.limit)
    }
}

/// Every row but those that each function has.
pub(crate) fn rows() -> Vec<Row> {
    let table = include_str!("../docs/routes.md");
    let rows = table.lines().filter_map(row);
    rows.filter(|row| !EVERYWHERE.contains(&row.path.as_str())).collect()
}

/// A line that begins with a method; prose, heads and rules are none.
fn row(line: &str) -> Option<Row> {
    let cells = line.trim().strip_prefix('|')?.trim_end_matches('|').split('|');
    let cells: Vec<&str> = cells.map(|cell| cell.trim().trim_matches(['`', '★', ' '])).collect();
    let methods = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    let method = methods.into_iter().find(|method| cells.first() == Some(&method.as_str()))?;
    let [_, path, owner, role, class, audit] = cells[..] else { panic!("six cells a row: {line}") };
    Some(Row {
        method,
        path: path.to_owned(),
        owner: owner.to_owned(),
        needs: needs(role),
        class: class.to_owned(),
        audit: (!matches!(audit, "–" | "-" | "")).then(|| audit.to_owned()),
    })
}

fn rate(class: &str, plan: Option<Plan>) -> Option<Rate> {
    let Some(own) = class.strip_prefix("own ") else {
        return match class {
            "change" | "heavy" => plan.map(Change::rate),
            "poll" => plan.map(Poll::rate),
            _ => panic!("docs/routes.md has an unknown class: {class}"),
        };
    };
    let (limit, unit) = own.split_once('/').expect("so many in a time");
    let seconds = match unit {
        "h" => 3_600,
        "min" => 60,
        _ => panic!("docs/routes.md has an unknown time: {unit}"),
    };
    let limit = limit.parse().expect("a number of requests");
    Some(Rate { limit, window: Duration::from_secs(seconds) })
}

/// The first word decides: "Admin (Editor for what they made)" is an admin's route.
fn needs(role: &str) -> Needs {
    let word = role.split(' ').next().unwrap_or_default();
    match word {
        "none" => Needs::Nothing,
        "self" => Needs::SignIn,
        "system" => Needs::SystemAdmin,
        "Viewer" => Needs::Project(Role::Viewer),
        "Editor" => Needs::Project(Role::Editor),
        "Admin" => Needs::Project(Role::Admin),
        "Google" => Needs::Google,
        _ => panic!("docs/routes.md has an unknown role: {role}"),
    }
}

#[test]
fn a_row_is_read_with_its_role_and_its_audit() {
    let line = "| DELETE | `/api/v1/x/{id}` | things | Admin (Editor for what they made) | change | delete |";
    let read = row(line).unwrap();
    assert_eq!(read.name(), "DELETE /api/v1/x/{id}");
    assert_eq!(read.needs, Needs::Project(Role::Admin));
    assert_eq!(read.class, "change");
    assert_eq!(read.audit.as_deref(), Some("delete"));
    assert!(row("| Method | Path | Owner | Role | Class | Audit |").is_none());
    assert!(row("|---|---|---|---|---|---|").is_none());
}

#[test]
fn a_class_allows_what_the_plan_says_and_of_several_the_tightest() {
    let limit = |class: &str, plan| {
        let line = format!("| POST | `/api/v1/x` | things | self | {class} | – |");
        row(&line).unwrap().rate(plan).map(|rate| (rate.limit, rate.window.as_secs()))
    };
    assert_eq!(limit("change", Some(Plan::Free)), Some((100, 3_600)));
    assert_eq!(limit("heavy", Some(Plan::Pro)), Some((1_000, 3_600)));
    assert_eq!(limit("change, own 5/min", Some(Plan::Pro)), Some((5, 60)));
    assert_eq!(limit("poll", None), None);
    assert_eq!(limit("own 5/h", None), Some((5, 3_600)));
}
