//! The process of `export`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), export::service)
}
