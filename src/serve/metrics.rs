//! Counts and times, as Prometheus reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Upper ends of the buckets that times are counted in, in seconds.
const BUCKETS: [f64; 10] = [0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0];

/// What has happened so far.
#[derive(Debug, Default)]
pub(super) struct Metrics(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(&'static str, u16), u64>,
    photos: BTreeMap<(&'static str, String), u64>,
    waited: Times,
    worked: Times,
}

#[derive(Debug, Default)]
struct Times {
    buckets: [u64; BUCKETS.len()],
    count: u64,
    sum: f64,
}

impl Times {
    fn add(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        for (count, end) in self.buckets.iter_mut().zip(BUCKETS) {
            *count += u64::from(seconds <= end);
        }
        self.count += 1;
        self.sum += seconds;
    }

    fn write(&self, out: &mut String, name: &str, help: &str) {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} histogram");
        for (count, end) in self.buckets.iter().zip(BUCKETS) {
            let _ = writeln!(out, "{name}_bucket{{le=\"{end}\"}} {count}");
        }
        let Self { count, sum, .. } = self;
        let _ = writeln!(
            out,
            "{name}_bucket{{le=\"+Inf\"}} {count}\n{name}_sum {sum}\n{name}_count {count}"
        );
    }
}

/// How things stand now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) running: usize,
    pub(super) waiting: usize,
    pub(super) body_bytes: usize,
}

impl Metrics {
    fn with(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A request for `path` was answered with `status`.
    pub(super) fn answered(&self, path: &'static str, status: u16) {
        self.with(|counts| *counts.requests.entry((path, status)).or_default() += 1);
    }

    /// A photo became `outcome`: a status of reports, or the code of what went wrong.
    pub(super) fn photo(&self, path: &'static str, outcome: &str) {
        self.with(|counts| {
            *counts.photos.entry((path, outcome.to_owned())).or_default() += 1;
        });
    }

    /// A photo waited and was worked on for so long.
    pub(super) fn took(&self, waited: Duration, worked: Duration) {
        self.with(|counts| {
            counts.waited.add(waited);
            counts.worked.add(worked);
        });
    }

    /// All of it as text.
    pub(super) fn text(&self, now: Now) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        let mut gauge = |name: &str, help: &str, value: usize| {
            let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
        };
        gauge("baidi_photos_running", "Photos that are worked on.", now.running);
        gauge("baidi_photos_waiting", "Photos that wait.", now.waiting);
        gauge("baidi_body_bytes", "Bytes of request bodies that are held.", now.body_bytes);
        out.push_str(
            "# HELP baidi_requests_total Requests answered.\n# TYPE baidi_requests_total counter\n",
        );
        for ((path, status), count) in &counts.requests {
            let _ = writeln!(
                out,
                "baidi_requests_total{{path=\"{path}\",status=\"{status}\"}} {count}"
            );
        }
        out.push_str("# HELP baidi_photos_total Photos by what became of them.\n# TYPE baidi_photos_total counter\n");
        for ((path, outcome), count) in &counts.photos {
            let _ = writeln!(
                out,
                "baidi_photos_total{{path=\"{path}\",outcome=\"{outcome}\"}} {count}"
            );
        }
        counts.waited.write(
            &mut out,
            "baidi_wait_seconds",
            "How long photos waited for their turn.",
        );
        counts.worked.write(&mut out, "baidi_work_seconds", "How long photos were worked on.");
        out
    }
}
