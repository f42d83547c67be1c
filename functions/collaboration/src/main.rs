//! The process of `collaboration`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), collaboration::service)
}
