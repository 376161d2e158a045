//! Waiting without blocking: one thread waits for many numbers. It starts with the first wait, and ends when there has been
//! none for a while.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::system::{Bell, MOST};
use super::{Wait, WaitOutcome};

/// How long a thread stays when it has nothing to wait for.
const IDLE: Duration = Duration::from_secs(1);

static THREADS: Mutex<Threads> = Mutex::new(Threads {
    threads: Vec::new(),
    tickets: 0,
});

/// What is called when a wait is over, on a thread of its own, which waits for others too. It must neither block nor panic.
pub type Done = Box<dyn FnOnce(WaitOutcome) + Send>;

/// A wait that was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket(u64);

struct Threads {
    threads: Vec<Arc<Shared>>,
    tickets: u64,
}

/// What a thread shares with those who start and cancel waits.
#[derive(Default)]
struct Shared {
    bell: Bell,
    inbox: Mutex<Inbox>,
}

#[derive(Default)]
struct Inbox {
    orders: Vec<Order>,
    /// Waits that the thread has or will get.
    waits: usize,
}

enum Order {
    Start(Waiting),
    Cancel(Ticket),
}

struct Waiting {
    ticket: Ticket,
    wait: Wait,
    done: Done,
}

/// Calls `done` once, unless the wait is cancelled before. If the number differs from the start, it does so in this call.
///
/// # Errors
/// The system has no thread to spare.
pub fn start(wait: Wait, done: Done) -> io::Result<Option<Ticket>> {
    if !wait.holds() {
        done(WaitOutcome::NotEqual);
        return Ok(None);
    }
    let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    threads.tickets += 1;
    let ticket = Ticket(threads.tickets);
    let free = threads.threads.iter().find(|shared| shared.inbox().waits < MOST);
    let shared = match free {
        Some(shared) => Arc::clone(shared),
        None => threads.add()?,
    };
    let order = Order::Start(Waiting { ticket, wait, done });
    let mut inbox = shared.inbox();
    inbox.orders.push(order);
    inbox.waits += 1;
    drop(inbox);
    shared.bell.ring();
    Ok(Some(ticket))
}

/// Ends a wait without an outcome. What it was to call is dropped soon. Has no effect on one that is over.
pub fn cancel(ticket: Ticket) {
    let threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    for shared in &threads.threads {
        shared.inbox().orders.push(Order::Cancel(ticket));
        shared.bell.ring();
    }
}

impl Threads {
    fn add(&mut self) -> io::Result<Arc<Shared>> {
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        std::thread::Builder::new()
            .name("forkwire-wait".to_owned())
            .spawn(move || run(&own))?;
        self.threads.push(Arc::clone(&shared));
        Ok(shared)
    }
}

impl Shared {
    fn inbox(&self) -> MutexGuard<'_, Inbox> {
        self.inbox.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread has so many waits, besides those that were ordered since it looked last.
    fn count(&self, waits: usize) {
        let mut inbox = self.inbox();
        let ordered = inbox
            .orders
            .iter()
            .filter(|order| matches!(order, Order::Start(_)));
        inbox.waits = waits + ordered.count();
    }
}

fn run(shared: &Arc<Shared>) {
    let mut waiting: Vec<Waiting> = Vec::new();
    loop {
        let heard = shared.bell.listen();
        let orders = std::mem::take(&mut shared.inbox().orders);
        for order in orders {
            match order {
                Order::Start(new) => waiting.push(new),
                Order::Cancel(ticket) => waiting.retain(|wait| wait.ticket != ticket),
            }
        }
        settle(&mut waiting);
        shared.count(waiting.len());
        let idle = waiting.is_empty().then(|| Instant::now() + IDLE);
        let deadline = waiting.iter().filter_map(|one| one.wait.deadline).min().or(idle);
        let waits: Vec<&Wait> = waiting.iter().map(|one| &one.wait).collect();
        let woken = shared.bell.sleep(heard, &waits, deadline);
        if let Some(place) = woken.filter(|place| *place < waiting.len()) {
            (waiting.remove(place).done)(WaitOutcome::Ok);
        }
        if idle.is_some_and(|at| Instant::now() >= at) && retire(shared) {
            return;
        }
    }
}

/// Ends the waits whose number has changed, or whose time is over.
fn settle(waiting: &mut Vec<Waiting>) {
    let now = Instant::now();
    let mut place = 0;
    while let Some(one) = waiting.get(place) {
        let outcome = if !one.wait.holds() {
            WaitOutcome::Ok
        } else if one.wait.deadline.is_some_and(|at| at <= now) {
            WaitOutcome::TimedOut
        } else {
            place += 1;
            continue;
        };
        (waiting.remove(place).done)(outcome);
    }
}

/// Whether the thread may end: nothing was ordered meanwhile, and nothing will be.
fn retire(shared: &Arc<Shared>) -> bool {
    let mut threads = THREADS.lock().unwrap_or_else(PoisonError::into_inner);
    if !shared.inbox().orders.is_empty() {
        return false;
    }
    threads.threads.retain(|other| !Arc::ptr_eq(other, shared));
    true
}
