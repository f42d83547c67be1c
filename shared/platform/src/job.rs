//! One way to run every job: configure, work once, say how it ended.

use std::process::ExitCode;

use anyhow::bail;

use crate::service::stop_signal;
use crate::{Env, telemetry};

/// Runs a job once. Exit code 0 is success; 1 is a failure or a
/// SIGTERM before the end, and its whole chain is in the log once.
pub fn run(name: &'static str, work: impl AsyncFnOnce(&Env) -> anyhow::Result<()>) -> ExitCode {
    let env = Env::from_process();
    telemetry::start(&env);
    match run_until(stop_signal, &env, work) {
        Ok(()) => {
            tracing::info!(job = name, "done");
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(job = name, error = format!("{error:#}"), "failed");
            ExitCode::FAILURE
        }
    }
}

fn run_until<S: Future<Output = ()>>(
    stop: impl FnOnce() -> S,
    env: &Env,
    work: impl AsyncFnOnce(&Env) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        // the first process of a container gets no default handling of signals
        tokio::select! {
            done = work(env) => done,
            () = stop() => bail!("stopped by a signal before the end"),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_how_the_work_ended() {
        let cases = [(false, ExitCode::SUCCESS), (true, ExitCode::FAILURE)];

        for (fails, code) in cases {
            let work = async |_: &Env| if fails { bail!("the disk is full") } else { Ok(()) };

            assert_eq!(run("test", work), code);
        }
    }

    #[test]
    fn a_signal_ends_the_work_and_is_a_failure() {
        let work = async |_: &Env| std::future::pending().await;

        let error = run_until(async || (), &Env::from([]), work).unwrap_err();

        assert!(error.to_string().contains("stopped by a signal"), "{error}");
    }
}
