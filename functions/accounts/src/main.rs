//! The process of `accounts`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), accounts::service)
}
