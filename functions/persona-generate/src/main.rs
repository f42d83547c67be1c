//! The process of `persona-generate`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), persona_generate::service)
}
