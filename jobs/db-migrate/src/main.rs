//! The process of `db-migrate`.

fn main() -> std::process::ExitCode {
    platform::job::run(env!("CARGO_PKG_NAME"), db_migrate::work)
}
