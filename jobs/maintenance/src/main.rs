//! The process of `maintenance`.

fn main() -> std::process::ExitCode {
    let command = maintenance::Command::from_args();
    platform::job::run(env!("CARGO_PKG_NAME"), async |env| maintenance::work(env, command).await)
}
