//! The process of `runs`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), runs::service)
}
