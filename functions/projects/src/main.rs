//! The process of `projects`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), projects::service)
}
