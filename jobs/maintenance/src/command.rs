//! The command line: which tasks.

use clap::{Parser, Subcommand};

use crate::Task;

/// Keeps Sight's data in order.
#[derive(Debug, Parser)]
#[command(name = "maintenance", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// One task.
    #[command(flatten)]
    One(Task),
    /// Every task, each whatever became of the others
    All,
}

impl Command {
    /// From the arguments of this process; wrong ones end it with code 2.
    pub fn from_args() -> Self {
        Cli::parse().command
    }

    /// The tasks that it means, in their order.
    pub fn tasks(self) -> Vec<Task> {
        match self {
            Self::One(task) => vec![task],
            Self::All => Task::ALL.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(word: &str) -> Option<Vec<Task>> {
        let cli = Cli::try_parse_from(["maintenance", word]).ok()?;
        Some(cli.command.tasks())
    }

    #[test]
    fn every_task_has_its_word_and_all_means_them_all() {
        for task in Task::ALL {
            assert_eq!(parse(task.name()), Some(vec![task]));
        }

        assert_eq!(parse("all"), Some(Task::ALL.to_vec()));
        assert_eq!(parse("everything"), None);
    }
}
