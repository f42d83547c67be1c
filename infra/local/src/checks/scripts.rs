//! What deploys: scripts and Terraform, tried without a cloud.

use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use super::left_out::LeftOut;
use crate::all_in_one;
use crate::environment::Environment;

/// A script that ends with [`LACKING`] where this machine has not what it needs.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) title: &'static str,
    /// What `SIGHT_REQUIRE` calls it.
    name: &'static str,
    path: &'static str,
    /// Why it may be left out.
    needs: &'static str,
}

/// The exit status that other test runners take for "skipped" as well.
const LACKING: i32 = 77;

/// Every script, the quickest first.
pub(crate) const ALL: &[Script] = &[
    Script {
        title: "deploy scripts",
        name: "deploy",
        path: "infra/deploy/tests/run",
        needs: "bash, jq and flock are needed",
    },
    Script {
        title: "shell scripts",
        name: "shellcheck",
        path: "infra/checks/shellcheck",
        needs: "shellcheck is needed",
    },
    Script {
        title: "Terraform",
        name: "terraform",
        path: "infra/checks/terraform",
        needs: "Terraform 1.11, jq, and the provider from its registry or from a mirror that \
                TF_CLI_CONFIG_FILE names are needed",
    },
    Script {
        title: "unused and untyped Terraform",
        name: "tflint",
        path: "infra/checks/tflint",
        needs: "tflint is needed (infra/README.md)",
    },
    Script {
        title: "insecure settings",
        name: "checkov",
        path: "infra/checks/checkov",
        needs: "checkov and jq are needed (infra/README.md); with Terraform, plans are looked at too",
    },
    Script {
        title: "commands of the papers",
        name: "commands",
        path: "infra/checks/commands",
        needs: "gcloud and Python 3 are needed",
    },
    Script {
        title: "deploy scripts with the real gcloud",
        name: "gcloud",
        path: "infra/deploy/tests/with-gcloud",
        needs: "gcloud, Python 3 and jq are needed",
    },
];

/// Asks veraPDF about what the demo has written.
pub(crate) const PDF: &Script = &Script {
    title: "PDF/A and PDF/UA",
    name: "pdf",
    path: "infra/checks/pdf",
    needs: "a JDK of Java 11 or later, and Maven with its registry are needed",
};

/// Runs a script in the checkout. `None` when it was left out and nobody requires it.
pub(crate) async fn run(
    script: &Script,
    arguments: &[&str],
    checkout: &Path,
    environment: &Environment,
    left_out: &LeftOut,
) -> Option<Result<()>> {
    let code = match status(&checkout.join(script.path), arguments, checkout).await {
        Ok(code) => code,
        Err(error) => return Some(Err(error)),
    };
    if code == Some(LACKING) && !environment.requires(script.name) {
        left_out.add(script.name, script.needs);
        return None;
    }
    Some(succeeded(code))
}

/// Runs the smoke tests against the system at this address, and its console where that is built.
///
/// # Errors
/// When one of them fails.
pub(crate) async fn smoke(checkout: &Path, url: &str) -> Result<()> {
    let console = all_in_one::console(checkout).map(|_| format!("web={url}"));
    let addresses: Vec<&str> = [url].into_iter().chain(console.as_deref()).collect();
    succeeded(status(&checkout.join("infra/deploy/smoke"), &addresses, checkout).await?)
}

fn succeeded(code: Option<i32>) -> Result<()> {
    ensure!(code != Some(LACKING), "this machine lacks what it needs");
    match code {
        Some(0) => Ok(()),
        Some(code) => bail!("it ended with {code}"),
        None => bail!("a signal ended it"),
    }
}

/// The exit code; none when a signal ended it.
async fn status(program: &Path, arguments: &[&str], checkout: &Path) -> Result<Option<i32>> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(checkout).stdin(Stdio::null()).kill_on_drop(true);
    let ended = command.status().await;
    Ok(ended.with_context(|| format!("cannot run {}", program.display()))?.code())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_is_there_and_can_be_run() {
        let checkout = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        for script in ALL.iter().chain([PDF]) {
            let file = checkout.join(script.path);
            assert!(crate::environment::is_executable(&file), "{}", file.display());
        }
    }

    #[tokio::test]
    async fn what_a_machine_lacks_is_left_out_and_said_and_what_breaks_a_rule_fails() {
        let folder = std::env::temp_dir().join(format!("sight-scripts-{}", std::process::id()));
        let checkout = Path::new("/bin");
        let left_out = LeftOut::in_folder(&folder);
        let asked = |path, code| {
            let script = Script { title: "t", name: "pdf", path, needs: "Java is needed" };
            let (environment, left_out) = (Environment::from_process(), &left_out);
            async move { run(&script, &["-c", code], checkout, &environment, left_out).await }
        };

        assert!(asked("sh", "exit 77").await.is_none());
        assert!(asked("sh", "exit 0").await.unwrap().is_ok());
        assert!(asked("sh", "exit 1").await.unwrap().is_err());

        let told = left_out.to_string();
        std::fs::remove_dir_all(folder).unwrap();
        assert_eq!(told, "\nleft out: pdf: Java is needed");
    }

    #[test]
    fn only_zero_is_a_success() {
        assert!(succeeded(Some(0)).is_ok());
        for code in [Some(1), Some(LACKING), None] {
            assert!(succeeded(code).is_err(), "{code:?}");
        }
    }
}
