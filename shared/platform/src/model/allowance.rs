//! What an account may spend on models in a calendar month, by plan: the purse that pays beside the
//! project's.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Utc};
use serde::Serialize;
use shared::Usd;
use shared::account::Plan;
use shared::id::AccountId;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;

/// The most that accounts of each plan may spend in a calendar month (UTC), in micro-USD; `None` is no
/// limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowances {
    free: Option<i64>,
    /// All of a free plan together.
    all_free: Option<i64>,
    pro: Option<i64>,
    enterprise: Option<i64>,
}

/// Twenty projects of 20 people, a focus group of 8 and a survey with Gemini 2.5 Flash (the demo prints
/// what one costs), and all that a stranger who registers can cost the operator.
const FREE_MICROS: i64 = 5_000_000;
/// A hundred accounts that use their whole free allowance, or a few thousand that try Sight: whoever has a
/// mail server can prove any number of addresses, and this is what all of them together can cost the operator.
const ALL_FREE_MICROS: i64 = 100 * FREE_MICROS;
/// About 30,000 people written up by Gemini 2.5 Flash: no accident, and no ruin.
const PRO_MICROS: i64 = 100_000_000;

impl Default for Allowances {
    fn default() -> Self {
        // By contract: until the operator says another amount, as Pro.
        Self {
            free: Some(FREE_MICROS),
            all_free: Some(ALL_FREE_MICROS),
            pro: Some(PRO_MICROS),
            enterprise: Some(PRO_MICROS),
        }
    }
}

impl Allowances {
    /// The same amount for every plan, and no ceiling for all free accounts together.
    pub fn of_all(micros: Option<i64>) -> Self {
        Self { free: micros, all_free: None, pro: micros, enterprise: micros }
    }

    /// These amounts, with this ceiling for all free accounts together.
    #[must_use]
    pub fn with_all_free(self, micros: Option<i64>) -> Self {
        Self { all_free: micros, ..self }
    }

    /// Reads `ALLOWANCE_FREE_USD` (default 5), `ALLOWANCE_ALL_FREE_USD` (500; none where a free account has no
    /// limit), `ALLOWANCE_PRO_USD` and `ALLOWANCE_ENTERPRISE_USD` (100): dollars, or `none` for no limit. What
    /// is wrong is said once for each variable.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>, problem: &mut dyn FnMut(String)) -> Self {
        let usual = Self::default();
        let mut amount = |name: &str, usual: Option<i64>| match lookup(name) {
            None => usual,
            Some(text) => parse_limit(&text).unwrap_or_else(|rule| {
                problem(format!("{name} is wrong: it {rule}"));
                usual
            }),
        };
        let free = amount("ALLOWANCE_FREE_USD", usual.free);
        // Whoever has said that free accounts have no limit gets none by a default.
        let all_free = free.and(usual.all_free);
        Self {
            free,
            all_free: amount("ALLOWANCE_ALL_FREE_USD", all_free),
            pro: amount("ALLOWANCE_PRO_USD", usual.pro),
            enterprise: amount("ALLOWANCE_ENTERPRISE_USD", usual.enterprise),
        }
    }

    /// The same from an environment.
    pub fn from_env(env: &crate::Env) -> Self {
        let lookup = |name: &str| env.raw(name).map(str::to_owned);
        Self::read(&lookup, &mut |problem| env.problem(problem))
    }

    /// What all accounts of a free plan together may spend in a month.
    pub fn of_all_free(&self) -> Option<i64> {
        self.all_free
    }

    /// What an account of this plan may spend in a month.
    pub fn of(&self, plan: Plan) -> Option<i64> {
        match plan {
            Plan::Free => self.free,
            Plan::Pro => self.pro,
            Plan::Enterprise => self.enterprise,
        }
    }
}

/// Keeps what this account has used this month, for when an account of the same address begins: for somebody
/// who leaves, in the transaction in which they do. `address_mac` names the address to nobody else
/// ([`crate::Authenticator::pseudonym`]).
pub async fn remember(
    connection: &mut PgConnection,
    account: AccountId,
    address_mac: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let remember = sqlx::query(include_str!("budget/remember.sql"));
    remember.bind(account.0).bind(address_mac).bind(month(now)).execute(connection).await?;
    Ok(())
}

/// Begins a new account with what one of the same address had used this month.
pub async fn resume(
    connection: &mut PgConnection,
    account: AccountId,
    address_mac: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let resume = sqlx::query(include_str!("budget/resume.sql"));
    resume.bind(account.0).bind(address_mac).bind(month(now)).execute(connection).await?;
    Ok(())
}

/// Reads a limit: dollars, or the word `none`.
///
/// # Errors
/// The rule that it breaks.
pub fn parse_limit(text: &str) -> Result<Option<i64>, &'static str> {
    let text = text.trim();
    if text == "none" {
        return Ok(None);
    }
    let dollars = text.parse().map_err(|_| "must be an amount in US dollars, or none")?;
    Ok(Some(Usd::parse(dollars)?.micros()))
}

/// The month that a call made at this time is booked in: its first day.
pub(super) fn month(now: DateTime<Utc>) -> NaiveDate {
    let day = now.date_naive();
    day - Days::new(u64::from(day.day0()))
}

/// Where somebody's allowance stands. Amounts are US dollars, exact to the millionth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Standing {
    /// The most that may be spent in this calendar month; null is no limit.
    pub limit_usd: Option<Usd>,
    /// What calls have cost this month.
    pub spent_usd: Usd,
    /// What is held for calls under way: each the most that it can cost.
    pub reserved_usd: Usd,
    /// What new calls may still reserve; null where there is no limit.
    pub remaining_usd: Option<Usd>,
    /// When the next month begins, and with it a new allowance.
    pub resets_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    plan: Plan,
    spent_micros: i64,
    reserved_micros: i64,
}

/// Where this account's allowance stands; `None` when there is no such account.
///
/// # Errors
/// PostgreSQL's, also for a plan that nobody knows.
pub async fn standing(
    pool: &PgPool,
    allowances: &Allowances,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<Standing>, sqlx::Error> {
    let month = month(now);
    let row: Option<Row> = sqlx::query_as(include_str!("budget/standing.sql"))
        .bind(account.0)
        .bind(month)
        .fetch_optional(pool)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let limit = allowances.of(row.plan);
    let (spent, reserved) = (row.spent_micros, row.reserved_micros);
    let next = month.checked_add_months(Months::new(1)).unwrap_or(month);
    Ok(Some(Standing {
        limit_usd: limit.map(Usd::from_micros),
        spent_usd: Usd::from_micros(spent),
        reserved_usd: Usd::from_micros(reserved),
        remaining_usd: limit.map(|limit| Usd::from_micros((limit - spent - reserved).max(0))),
        resets_at: next.and_time(NaiveTime::MIN).and_utc(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &[(&str, &str)]) -> (Allowances, Vec<String>) {
        let mut problems = Vec::new();
        let lookup = |name: &str| {
            table.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        let allowances = Allowances::read(&lookup, &mut |problem| problems.push(problem));
        (allowances, problems)
    }

    #[test]
    fn without_a_word_of_the_operator_every_plan_has_a_limit() {
        let (allowances, problems) = read(&[]);

        for plan in [Plan::Free, Plan::Pro, Plan::Enterprise] {
            assert!(allowances.of(plan).is_some(), "{plan:?}");
        }
        assert!(problems.is_empty());
    }

    #[test]
    fn no_limit_is_only_what_the_operator_calls_none() {
        for (text, expected) in [
            ("none", Ok(None)),
            ("2.50", Ok(Some(2_500_000))),
            ("0", Ok(Some(0))),
            ("", Err(())),
            ("None", Err(())),
            ("-1", Err(())),
            ("unlimited", Err(())),
            ("NaN", Err(())),
        ] {
            assert_eq!(parse_limit(text).map_err(|_| ()), expected, "{text}");
        }
        let (allowances, problems) = read(&[("ALLOWANCE_FREE_USD", "much")]);
        assert_eq!(allowances, Allowances::default());
        assert!(problems[0].starts_with("ALLOWANCE_FREE_USD is wrong"), "{problems:?}");
    }

    #[test]
    fn all_free_accounts_together_have_a_ceiling_unless_the_operator_says_none() {
        for (table, ceiling) in [
            (&[][..], Some(500_000_000)),
            (&[("ALLOWANCE_ALL_FREE_USD", "20")], Some(20_000_000)),
            (&[("ALLOWANCE_ALL_FREE_USD", "none")], None),
            (&[("ALLOWANCE_FREE_USD", "none")], None),
            (&[("ALLOWANCE_FREE_USD", "none"), ("ALLOWANCE_ALL_FREE_USD", "9")], Some(9_000_000)),
        ] {
            let (allowances, problems) = read(table);
            assert_eq!((allowances.of_all_free(), problems.len()), (ceiling, 0), "{table:?}");
        }
    }

    #[test]
    fn a_month_begins_on_its_first_day_in_utc() {
        for (time, first) in [
            ("2026-01-31T23:59:59Z", "2026-01-01"),
            ("2026-02-01T00:00:00Z", "2026-02-01"),
            ("2024-02-29T12:00:00Z", "2024-02-01"),
        ] {
            assert_eq!(month(time.parse().unwrap()).to_string(), first);
        }
    }
}
