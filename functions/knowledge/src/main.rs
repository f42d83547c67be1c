//! The process of `knowledge`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), knowledge::service)
}
