//! The process of `survey-run`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), survey_run::service)
}
