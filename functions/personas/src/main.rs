//! The process of `personas`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), personas::service)
}
