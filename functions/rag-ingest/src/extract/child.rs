//! The process that reads one file.

use std::io::{BufWriter, Read, Write};

use rustix::process::{Resource, Rlimit, setrlimit};

use super::encoding::decode;
use super::record::{Record, Refusal, Sink};
use super::sniff::FileType;
use super::{CHILD, docx, html, markdown, pdf, plain, pptx, sheet, xlsx};

/// What a process writes to, on heap and stack: with it and the worker beside it an instance stays below
/// 256 MB.
const MEMORY_BYTES: u64 = 200 << 20;
/// Processor time: a report of 300 pages takes about two seconds.
const CPU_SECONDS: u64 = 60;

/// The type of the file that this process was started to read, if it was.
#[must_use]
pub fn asked() -> Option<FileType> {
    let env = platform::Env::from_process();
    FileType::parse(env.raw(CHILD)?)
}

/// Reads the file on standard input and tells its blocks on standard output. Returns when all is told.
///
/// # Panics
/// When a parser does, which the parent expects.
pub fn work(file_type: FileType) {
    limit();
    let mut file = Vec::new();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut sink = Sink::new(&mut out);
    let read = std::io::stdin().lock().read_to_end(&mut file);
    let result = match read {
        Ok(_) => extract(file_type, &file, &mut sink),
        Err(_) => Err(Refusal::Damaged),
    };
    sink.tell_notes();
    match result {
        Ok(pages) if sink.has_text() => sink.tell(&Record::Done { pages }),
        Ok(_) => sink.tell(&Record::Refused(Refusal::NoText)),
        Err(refusal) => sink.tell(&Record::Refused(refusal)),
    }
    // A parent that is gone reads nothing.
    let _ = out.flush();
}

/// The number of pages, where the format has pages.
pub(super) fn extract(
    file_type: FileType,
    file: &[u8],
    sink: &mut Sink<'_>,
) -> Result<Option<u32>, Refusal> {
    match file_type {
        FileType::Pdf => pdf::extract(file, sink).map(Some),
        FileType::Docx => docx::extract(file, sink),
        FileType::Pptx => pptx::extract(file, sink).map(Some),
        FileType::Xlsx => xlsx::extract(file, sink).map(|()| None),
        FileType::Html => html::extract(&decode(file, true, sink), sink).map(|()| None),
        FileType::Markdown => markdown::extract(&decode(file, false, sink), sink).map(|()| None),
        FileType::Text => plain::extract(&decode(file, false, sink), sink),
        FileType::Csv => sheet::extract(&decode(file, false, sink), sink).map(|()| None),
    }
}

/// No limit may be raised again by whatever runs here.
fn limit() {
    let limits = [
        (Resource::Data, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
    ];
    for (resource, most) in limits {
        let most = Rlimit { current: Some(most), maximum: Some(most) };
        setrlimit(resource, most).expect("a process may lower its own limits");
    }
}
