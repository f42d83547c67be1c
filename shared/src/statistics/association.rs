//! Whether groups answer differently: tests over a table of counts and over ranks.

use serde::{Deserialize, Serialize};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// A test of groups against each other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Association {
    /// `chi_square` or `kruskal_wallis`.
    pub test: String,
    /// The statistic; chi-square distributed where the groups do not differ.
    pub statistic: f64,
    pub degrees_of_freedom: u32,
    /// How often chance alone would show as much.
    pub p_value: f64,
    /// 0 to 1: Cramér's V, or epsilon squared for ranks.
    pub effect: f64,
    /// Whether the sample is large enough for the p value to be relied on: Cochran's rule for counts
    /// (no expected count below 1, at most a fifth below 5), five a group for ranks.
    pub is_reliable: bool,
}

fn upper_tail(statistic: f64, df: usize) -> f64 {
    ChiSquared::new(df as f64).map_or(1.0, |chi| chi.sf(statistic))
}

/// Pearson's chi-square test of independence over rows (groups) and columns (answers), without
/// Yates's correction. Empty rows and columns are left out; `None` where fewer than two remain.
pub fn independence(table: &[Vec<f64>]) -> Option<Association> {
    let columns = table.iter().map(Vec::len).max()?;
    let cell = |row: &[f64], column: usize| row.get(column).copied().unwrap_or(0.0);
    let rows: Vec<&Vec<f64>> = table.iter().filter(|row| row.iter().sum::<f64>() > 0.0).collect();
    let column_sums: Vec<(usize, f64)> = (0..columns)
        .map(|column| (column, rows.iter().map(|row| cell(row, column)).sum()))
        .filter(|(_, sum)| *sum > 0.0)
        .collect();
    if rows.len() < 2 || column_sums.len() < 2 {
        return None;
    }
    let total: f64 = column_sums.iter().map(|column| column.1).sum();
    let (mut statistic, mut small, mut least) = (0.0, 0, f64::INFINITY);
    for row in &rows {
        let row_sum: f64 = row.iter().sum();
        for &(column, column_sum) in &column_sums {
            let expected = row_sum * column_sum / total;
            statistic += (cell(row, column) - expected).powi(2) / expected;
            small += usize::from(expected < 5.0);
            least = least.min(expected);
        }
    }
    let df = (rows.len() - 1) * (column_sums.len() - 1);
    let narrow = rows.len().min(column_sums.len()) - 1;
    Some(Association {
        test: "chi_square".to_owned(),
        statistic,
        degrees_of_freedom: df as u32,
        p_value: upper_tail(statistic, df),
        effect: (statistic / (total * narrow as f64)).sqrt().min(1.0),
        is_reliable: least >= 1.0 && small * 5 <= rows.len() * column_sums.len(),
    })
}

/// Kruskal and Wallis's test of ordered answers between groups, corrected for ties (J. Am. Stat.
/// Assoc. 47, 1952). `None` for fewer than two groups, or where all answers are the same.
pub fn kruskal_wallis(groups: &[Vec<f64>]) -> Option<Association> {
    let groups: Vec<&Vec<f64>> = groups.iter().filter(|group| !group.is_empty()).collect();
    let mut all: Vec<(f64, usize)> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, answers)| answers.iter().map(move |&answer| (answer, group)))
        .collect();
    let n = all.len() as f64;
    if groups.len() < 2 {
        return None;
    }
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rank_sums = vec![0.0; groups.len()];
    let mut ties = 0.0;
    let mut from = 0;
    while from < all.len() {
        let to = from + all[from..].partition_point(|other| other.0 <= all[from].0);
        let rank = (from + to + 1) as f64 / 2.0;
        all[from..to].iter().for_each(|(_, group)| rank_sums[*group] += rank);
        let tied = (to - from) as f64;
        ties += tied.powi(3) - tied;
        from = to;
    }
    let correction = 1.0 - ties / (n.powi(3) - n);
    if correction <= 0.0 {
        return None;
    }
    let sum: f64 =
        rank_sums.iter().zip(&groups).map(|(sum, group)| sum * sum / group.len() as f64).sum();
    let statistic = ((12.0 / (n * (n + 1.0)) * sum - 3.0 * (n + 1.0)) / correction).max(0.0);
    let df = groups.len() - 1;
    Some(Association {
        test: "kruskal_wallis".to_owned(),
        statistic,
        degrees_of_freedom: df as u32,
        p_value: upper_tail(statistic, df),
        effect: (statistic / (n - 1.0)).min(1.0),
        is_reliable: groups.iter().all(|group| group.len() >= 5),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn independence_agrees_with_scipy() {
        // scipy 1.17: stats.chi2_contingency([[10, 20, 30], [6, 9, 17]], correction=False), and
        // stats.contingency.association(…, method="cramer")
        let test = independence(&[vec![10.0, 20.0, 30.0], vec![6.0, 9.0, 17.0]]).unwrap();

        assert!((test.statistic - 0.271_574_651_504_035).abs() < 1e-12, "{test:?}");
        assert!((test.p_value - 0.873_028_283_380_073).abs() < 1e-9);
        assert!((test.effect - 0.054_331_375_704_223).abs() < 1e-9);
        assert_eq!(test.degrees_of_freedom, 2);
        assert!(test.is_reliable);
    }

    #[test]
    fn kruskal_wallis_agrees_with_scipy_ties_and_all() {
        // scipy 1.17: stats.kruskal([1, 2, 2, 3, 5], [2, 4, 4, 5, 5], [1, 1, 2, 3, 3])
        let groups = [
            vec![1.0, 2.0, 2.0, 3.0, 5.0],
            vec![2.0, 4.0, 4.0, 5.0, 5.0],
            vec![1.0, 1.0, 2.0, 3.0, 3.0],
        ];

        let test = kruskal_wallis(&groups).unwrap();

        assert!((test.statistic - REFERENCE_H).abs() < 1e-9, "{test:?}");
        assert!((test.p_value - REFERENCE_P).abs() < 1e-9, "{test:?}");
    }

    const REFERENCE_H: f64 = 4.635_381_750_465_557;
    const REFERENCE_P: f64 = 0.098_500_773_776_814;

    #[test]
    fn what_cannot_be_tested_is_not() {
        assert_eq!(independence(&[vec![3.0, 4.0]]), None);
        assert_eq!(independence(&[vec![3.0, 0.0], vec![5.0, 0.0]]), None);
        assert_eq!(kruskal_wallis(&[vec![2.0, 2.0], vec![2.0]]), None);
        assert!(!independence(&[vec![1.0, 2.0], vec![2.0, 1.0]]).unwrap().is_reliable);
    }

    proptest! {
        #[test]
        fn equal_groups_do_not_differ(row in prop::collection::vec(1.0..50.0f64, 2..6)) {
            let test = independence(&[row.clone(), row]).unwrap();

            prop_assert!(test.statistic < 1e-9 && test.p_value > 0.999);
        }
    }
}
