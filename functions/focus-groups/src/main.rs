//! The process of `focus-groups`.

fn main() -> anyhow::Result<()> {
    platform::run(env!("CARGO_PKG_NAME"), focus_groups::service)
}
