//! The process of `surveys`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), surveys::service)
}
