//! Waits that do not block: a thread of the process waits, and wakes the JavaScript thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use forkwire_sys::segment::{self, Ticket, WaitOutcome};
use napi::Env;
use napi::bindgen_prelude::{FnArgs, Function, FunctionRef};
use napi_derive::napi;

use super::{Memory, failed};
use crate::error::Result;
use crate::ffi::wake::{Waker, Wakeup, Woken};

type OnOutcome = FnArgs<(u32, &'static str)>;

/// The waits of one JavaScript thread.
#[napi]
pub struct Waits {
    wakeup: Wakeup,
    shared: Arc<Shared>,
    tickets: Rc<RefCell<HashMap<u32, Ticket>>>,
}

/// What the waiting threads reach.
struct Shared {
    waker: Waker,
    over: Arc<Over>,
}

/// Waits that are over, and of which JavaScript does not know yet.
#[derive(Default)]
struct Over(Mutex<Vec<(u32, WaitOutcome)>>);

impl Over {
    fn take(&self) -> Vec<(u32, WaitOutcome)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, id: u32, outcome: WaitOutcome) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((id, outcome));
    }
}

#[napi]
impl Waits {
    /// `onOutcome` is called with the id of each wait that is over, and `'ok'`, `'not-equal'` or `'timed-out'`.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn new(
        env: Env,
        #[napi(ts_arg_type = "(id: number, outcome: 'ok' | 'not-equal' | 'timed-out') => void")]
        on_outcome: Function<'_, OnOutcome, ()>,
    ) -> Result<Self> {
        let ending = || {
            napi::Error::new(
                "GenericFailure".to_owned(),
                "the environment is ending".to_owned(),
            )
        };
        let over = Arc::new(Over::default());
        let tickets = Rc::default();
        let woken = Outcomes {
            env,
            on_outcome: on_outcome.create_ref().map_err(|_| ending())?,
            over: Arc::clone(&over),
            tickets: Rc::clone(&tickets),
        };
        let (wakeup, waker) = Wakeup::new(env.raw(), Box::new(woken)).ok_or_else(ending)?;
        wakeup.set_ref(false);
        Ok(Self {
            wakeup,
            shared: Arc::new(Shared { waker, over }),
            tickets,
        })
    }

    /// Waits while the number at `index` of the memory, in steps of 4 bytes, is `expected`; at most for so many milliseconds.
    /// `id` is one that no other wait has.
    #[napi]
    pub fn start(
        &self,
        memory: &Memory,
        id: u32,
        index: u32,
        expected: i32,
        timeout: Option<f64>,
    ) -> Result<()> {
        let wait = memory.new_wait(index, expected, timeout)?;
        let shared = Arc::clone(&self.shared);
        let done = move |outcome| {
            shared.over.add(id, outcome);
            shared.waker.wake();
        };
        let ticket = segment::start(wait, Box::new(done)).map_err(|error| failed("clone", &error))?;
        if let Some(ticket) = ticket {
            self.tickets.borrow_mut().insert(id, ticket);
        }
        Ok(())
    }

    /// Ends a wait. Its outcome may be on the way all the same.
    #[napi]
    pub fn cancel(&self, id: u32) {
        if let Some(ticket) = self.tickets.borrow_mut().remove(&id) {
            segment::cancel(ticket);
        }
    }

    /// Whether the waits keep the event loop alive.
    #[napi]
    pub fn hold(&self, on: bool) {
        self.wakeup.set_ref(on);
    }
}

/// The JavaScript thread's side.
struct Outcomes {
    env: Env,
    on_outcome: FunctionRef<OnOutcome, ()>,
    over: Arc<Over>,
    tickets: Rc<RefCell<HashMap<u32, Ticket>>>,
}

impl Woken for Outcomes {
    fn woken(&self) -> bool {
        for (id, outcome) in self.over.take() {
            self.tickets.borrow_mut().remove(&id);
            let Ok(function) = self.on_outcome.borrow_back(&self.env) else {
                return false;
            };
            // What it throws is the program's: it does not throw.
            let _ = function.call((id, outcome.as_str()).into());
        }
        false
    }

    fn panicked(&self) {}

    fn end(&self) {}
}
