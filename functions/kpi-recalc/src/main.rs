//! The process of `kpi-recalc`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), kpi_recalc::service)
}
