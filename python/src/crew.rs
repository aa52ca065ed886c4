//! Several photos at a time, answers in the order of the photos.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use baidi::Account;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::answer::Answer;
use crate::order::Order;
use crate::photo::Photo;
use crate::worker::{Ask, Worker};

/// A photo and its place in the line.
type Task = (u64, Py<Photo>);
/// The photo comes back with its answer, so that it is let go where Python may be asked to.
type Done = (u64, Py<Photo>, Answer);

/// Threads that work on photos while Python does something else.
///
/// They end when it is let go, after the photos they are at.
#[pyclass(frozen, module = "baidi._baidi")]
#[derive(Debug)]
pub(crate) struct Crew {
    tasks: Mutex<Sender<Task>>,
    done: Mutex<Receiver<Done>>,
    line: Mutex<Line>,
}

/// Who waits.
#[derive(Debug, Default)]
struct Line {
    submitted: u64,
    handed_out: u64,
    /// Done before their turn.
    early: BTreeMap<u64, Answer>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How often a waiting call looks whether somebody pressed Ctrl-C.
const LOOK: Duration = Duration::from_millis(100);

#[pymethods]
impl Crew {
    #[new]
    #[pyo3(signature = (order, threads, timeout, check, report))]
    fn new(
        order: Py<Order>,
        threads: usize,
        timeout: Option<f64>,
        check: bool,
        report: bool,
        py: Python<'_>,
    ) -> PyResult<Self> {
        if threads == 0 {
            return Err(PyValueError::new_err("at least one thread works"));
        }
        let (tasks, waiting) = channel::<Task>();
        let (answers, done) = channel::<Done>();
        let waiting = Arc::new(Mutex::new(waiting));
        let account = if report { Account::Whole } else { Account::Card };
        let ask = if check { Ask::Check } else { Ask::Fix { account, everything: false } };
        for _ in 0..threads {
            let (waiting, answers, order) =
                (Arc::clone(&waiting), answers.clone(), order.clone_ref(py));
            thread::Builder::new()
                .name("baidi".to_owned())
                .spawn(move || work(ask, timeout, &order, &waiting, &answers))
                .map_err(|e| PyRuntimeError::new_err(format!("no thread to work: {e}")))?;
        }
        Ok(Self { tasks: Mutex::new(tasks), done: Mutex::new(done), line: Mutex::default() })
    }

    /// Puts a photo at the end of the line.
    fn submit(&self, photo: Py<Photo>) -> PyResult<()> {
        let mut line = locked(&self.line);
        let sent = locked(&self.tasks).send((line.submitted, photo));
        sent.map_err(|_| PyRuntimeError::new_err("the threads have ended"))?;
        line.submitted += 1;
        Ok(())
    }

    /// How many photos have no answer handed out.
    #[getter]
    fn waiting(&self) -> u64 {
        let line = locked(&self.line);
        line.submitted - line.handed_out
    }

    /// The answer to the photo at the head of the line, waited for where `wait` says so; else none where it is not there yet. None where nobody waits.
    #[pyo3(signature = (wait))]
    fn next(&self, py: Python<'_>, wait: bool) -> PyResult<Option<Answer>> {
        loop {
            {
                let mut line = locked(&self.line);
                if line.submitted == line.handed_out {
                    return Ok(None);
                }
                let turn = line.handed_out;
                if let Some(answer) = line.early.remove(&turn) {
                    line.handed_out += 1;
                    return Ok(Some(answer));
                }
            }
            let look = if wait { LOOK } else { Duration::ZERO };
            match py.detach(|| locked(&self.done).recv_timeout(look)) {
                Ok((turn, photo, answer)) => {
                    drop(photo);
                    locked(&self.line).early.insert(turn, answer);
                }
                Err(RecvTimeoutError::Timeout) if !wait => return Ok(None),
                Err(RecvTimeoutError::Timeout) => py.check_signals()?,
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(PyRuntimeError::new_err("the threads have ended"));
                }
            }
        }
    }
}

/// Works until nobody sends photos or waits for answers.
fn work(
    ask: Ask,
    timeout: Option<f64>,
    order: &Py<Order>,
    waiting: &Mutex<Receiver<Task>>,
    answers: &Sender<Done>,
) {
    let mut worker = Worker::new(timeout);
    loop {
        let task = locked(waiting).recv();
        let Ok((turn, photo)) = task else { return };
        let answer = worker.answer(ask, photo.get(), order.get());
        if answers.send((turn, photo, answer)).is_err() {
            return;
        }
    }
}
