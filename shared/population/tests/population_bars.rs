//! The bars that a population must pass, the same as `cargo run --example population-bars` prints.

#[path = "../examples/population-bars/measure.rs"]
mod measure;

#[test]
fn the_worst_of_eight_seeds_passes_every_bar() {
    for measured in measure::measure(&measure::plan()) {
        assert!(
            measured.passes(),
            "{}: {:.4} > {:.4} (mean {:.4}, independent draws {:.4})",
            measure::name(&measured.bar),
            measured.worst,
            measured.limit,
            measured.mean,
            measured.independent,
        );
    }
}

#[test]
fn the_jobs_that_a_reader_notices_have_the_women_of_the_table() {
    for seen in measure::jobs::named(&measure::plan()) {
        assert!(
            seen.passes(),
            "{}: {:.3} of {} people, {:.3} in the table",
            seen.job.job,
            seen.women,
            seen.people,
            seen.job.women,
        );
    }
}

#[test]
fn first_names_are_near_the_register() {
    for sex in [shared::persona::card::Sex::Female, shared::persona::card::Sex::Male] {
        let fit = population::name_fit(sex);
        assert!(fit.before_2000 <= 0.20 && fit.totals <= 0.02, "{sex:?}: {fit:?}");
    }
}
