//! The two services that are compared.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use testkit::Loaded;

use crate::load::Answer;
use crate::study::Study;

/// The function itself, as it is deployed.
pub(crate) fn function(program: &Path, study: &Study) -> Loaded {
    Loaded::start(&[program.to_str().unwrap()], &study.variables())
}

/// The bare service, which writes this answer.
pub(crate) fn bare(study: &Study, answer: &Answer) -> Loaded {
    let mut text = String::new();
    for (name, value) in &answer.headers {
        writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    text.push('\n');
    let file = Answered(std::env::temp_dir().join(format!("sight-answer-{}", std::process::id())));
    std::fs::write(&file.0, [text.as_bytes(), &answer.body].concat()).unwrap();
    let program = std::env::current_exe().unwrap();
    let command = [program.to_str().unwrap(), "bare", file.0.to_str().unwrap()];
    Loaded::start(&command, &study.variables())
}

/// The answer's file, which the service has read when it takes connections.
struct Answered(PathBuf);

impl Drop for Answered {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
