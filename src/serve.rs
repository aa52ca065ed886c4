//! The page and the HTTP interface, from memory to memory: nothing of a photo touches the disk.
//!
//! One thread takes requests; photos are worked on by threads of their own, as many as were asked for. A request passes the [`gate`], its body is read as far as there is room
//! ([`store`]), it waits for a place ([`workers`]), and is answered ([`routes`]). Whatever is too much is refused at once, with how long to wait.

mod connection;
mod gate;
mod metrics;
mod page;
mod problem;
mod routes;
mod store;
mod workers;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

use self::gate::Gate;
use self::metrics::Metrics;
use self::store::{Pace, Store};
use self::workers::Workers;

/// Stack of a working thread, in bytes: the main thread's usual 8 MiB.
const STACK: usize = 8 << 20;

/// The most bytes of bodies at a time, of all requests together: four of the largest.
const BODIES: usize = 256 << 20;

/// Sets up a server.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// Where to listen; port 0 for any that is free.
    pub(crate) address: SocketAddr,
    /// Names besides those of loopback under which browsers and programs may call it.
    pub(crate) names: Vec<String>,
    /// What whoever calls must show.
    pub(crate) token: String,
    /// How many photos at a time, at least 1.
    pub(crate) jobs: usize,
    /// How many may wait besides.
    pub(crate) queue: usize,
    /// The most time for one photo; `None` for no limit.
    pub(crate) limit: Option<Duration>,
    /// How long a sender may be silent.
    pub(crate) patience: Duration,
}

/// A server that listens, and serves once it is [run](Self::run).
#[derive(Debug)]
pub(crate) struct Server {
    runtime: Runtime,
    listener: TcpListener,
    address: SocketAddr,
    house: Arc<House>,
    ending: watch::Sender<bool>,
    limit: Option<Duration>,
}

/// What all requests share.
#[derive(Debug)]
struct House {
    gate: Gate,
    store: Arc<Store>,
    pace: Pace,
    workers: Workers,
    metrics: Metrics,
    ending: watch::Receiver<bool>,
}

/// Ends a server from another thread.
#[derive(Debug, Clone)]
pub(crate) struct Ender(watch::Sender<bool>);

impl Ender {
    /// Takes no more requests, lets photos that are worked on be finished and answered, and sends those that wait away. `false` where it was told so before.
    pub(crate) fn end(&self) -> bool {
        !self.0.send_replace(true)
    }
}

/// How long at most the answers to what runs may take to leave, besides the photo's own time.
const FAREWELL: Duration = Duration::from_secs(5);

impl Server {
    /// Listens.
    ///
    /// # Errors
    /// What the system says: the port is taken, for example.
    pub(crate) fn bind(settings: Settings) -> io::Result<Self> {
        let jobs = settings.jobs.max(1);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .thread_name("photo")
            .thread_stack_size(STACK)
            // Those that took too long are left behind, at most one for each of these.
            .max_blocking_threads(2 * jobs)
            // A thread's buffers stay with it.
            .thread_keep_alive(Duration::from_secs(3600))
            .build()?;
        let listener = runtime.block_on(TcpListener::bind(settings.address))?;
        let address = listener.local_addr()?;
        let (ending, told) = watch::channel(false);
        let house = House {
            gate: Gate::new(address, settings.names, settings.token),
            store: Store::new(BODIES),
            pace: Pace { patience: settings.patience },
            workers: Workers::new(jobs, settings.queue, settings.limit),
            metrics: Metrics::default(),
            ending: told,
        };
        Ok(Self {
            runtime,
            listener,
            address,
            house: Arc::new(house),
            ending,
            limit: settings.limit,
        })
    }

    /// Where it listens, with the port that was free.
    #[must_use]
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// What ends it.
    #[must_use]
    pub(crate) fn ender(&self) -> Ender {
        Ender(self.ending.clone())
    }

    /// Serves until it is ended, and then until what runs is answered.
    pub(crate) fn run(self) {
        let Self { runtime, listener, house, limit, .. } = self;
        let farewell = limit.map_or(FAREWELL, |limit| limit + FAREWELL);
        let told = house.ending.clone();
        let router = routes::router(Arc::clone(&house));
        let patience = house.pace.patience;
        runtime.block_on(async {
            let connections = connection::serve(&listener, &router, told, patience).await;
            drop(listener);
            house.workers.send_away();
            // Who does not read the answer by then never will.
            drop(tokio::time::timeout(farewell, connection::ended(connections)).await);
        });
        // A photo that hangs has been given up before; its thread ends with the process.
        runtime.shutdown_background();
    }
}
