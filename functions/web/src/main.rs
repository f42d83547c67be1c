//! The process of `web`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), web::service)
}
