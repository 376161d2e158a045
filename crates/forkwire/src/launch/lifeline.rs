//! What a child watches to end with this process: one end of a pair whose other end this process has.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use forkwire_sys::os::{Transport, create_pair};
use serde_json::{Value, json};

#[cfg(unix)]
use super::unix::TheirEnd;
#[cfg(windows)]
use super::windows::TheirEnd;

/// The ends for children that run, and for some that have exited. They close with this process, however it goes.
static KEPT: Mutex<Vec<Transport>> = Mutex::new(Vec::new());

#[derive(Debug)]
pub(crate) struct Lifeline {
    ours: Transport,
    /// The child's descriptor.
    fd: i32,
    grace: Duration,
}

impl Lifeline {
    /// Adds a descriptor to what a child inherits.
    ///
    /// # Errors
    /// The child could not know of it on Node's wire, or no descriptors are left.
    pub(crate) fn new(native: bool, grace: Duration, theirs: &mut TheirEnd) -> io::Result<Self> {
        if !native {
            let why = "end_with_parent needs the native wire, and this child gets Node's (see WireChoice)";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let (ours, end) = create_pair()?;
        Ok(Self {
            ours: Transport::from_port(ours, None)?,
            fd: theirs.add_lifeline(end),
            grace,
        })
    }

    /// What the child has to know. `src/start/handoff.ts` of the npm package reads it, and `Handoff`.
    pub(crate) fn told(&self) -> [(&'static str, Value); 2] {
        let grace = u64::try_from(self.grace.as_millis()).unwrap_or(u64::MAX);
        [("lifeline", json!(self.fd)), ("graceMs", json!(grace))]
    }

    /// The child has started. Its end closes when it exits, which is looked at when the next one starts.
    pub(crate) fn keep(self) {
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|ours| !ours.is_hung_up());
        kept.push(self.ours);
    }
}
