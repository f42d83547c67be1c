//! The process of `retrieval-eval`.

fn main() -> std::process::ExitCode {
    let command = retrieval_eval::Command::from_args();
    platform::job::run(env!("CARGO_PKG_NAME"), async |env| retrieval_eval::work(env, command).await)
}
