//! The process of `focus-group-run`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), focus_group_run::service)
}
