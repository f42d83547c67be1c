//! Processor time and memory of this process and its children, by Linux's `/proc`.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use testkit::peak_mb;

/// Linux counts processor time in hundredths of a second.
const TICKS: f64 = 100.0;
const BETWEEN: Duration = Duration::from_millis(5);

/// Of this process and of the children that have ended.
pub(super) fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    // behind the name, which may have spaces: user, system, and the same of children
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    fields[11..15].iter().map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / TICKS
}

/// The most memory of this process and of its largest child, while they are watched.
pub(super) struct Peaks {
    is_over: Arc<AtomicBool>,
    watcher: JoinHandle<f64>,
}

impl Peaks {
    pub(super) fn watch() -> Self {
        // from here on: what the measurement itself took before does not count
        fs::write("/proc/self/clear_refs", "5").unwrap();
        let is_over = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&is_over);
        let watcher = thread::spawn(move || {
            let mut most = 0.0;
            while !until.load(Ordering::Relaxed) {
                most = children().iter().filter_map(|id| peak_mb(id)).fold(most, f64::max);
                thread::sleep(BETWEEN);
            }
            most
        });
        Self { is_over, watcher }
    }

    /// In megabytes: this process, its largest child.
    pub(super) fn end(self) -> (f64, f64) {
        self.is_over.store(true, Ordering::Relaxed);
        (peak_mb("self").unwrap(), self.watcher.join().unwrap())
    }
}

fn children() -> Vec<String> {
    let threads = fs::read_dir("/proc/self/task").unwrap().flatten();
    let of = threads.filter_map(|one| fs::read_to_string(one.path().join("children")).ok());
    of.flat_map(|ids| ids.split_whitespace().map(str::to_owned).collect::<Vec<_>>()).collect()
}
