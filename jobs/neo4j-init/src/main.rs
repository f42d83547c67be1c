//! The process of `neo4j-init`.

fn main() -> std::process::ExitCode {
    platform::job::run(env!("CARGO_PKG_NAME"), neo4j_init::work)
}
