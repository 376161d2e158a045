//! The sending side of a channel: when queued messages are written.

use std::time::{Duration, Instant};

use forkwire::link::{Flushed, Link};
use forkwire_sys::os::EPIPE;

use super::{Core, status};

/// How long after a write another send still counts as part of the same burst.
const BURST: Duration = Duration::from_millis(1);

/// The state of writing.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// The errno that ended writing.
    pub(crate) error: Option<i32>,
    /// The socket was full at the last attempt. Writing waits until it is writable.
    pub(crate) blocked: bool,
    /// Something of this burst was written. Later sends are gathered.
    gathering: bool,
    last_write: Option<Instant>,
    /// Messages settled so far. Kept when the link is gone.
    pub(crate) settled: u64,
    /// JavaScript has sent something in this turn, and it was written.
    pub(super) wrote: bool,
}

impl Writer {
    pub(super) fn new_turn(&mut self) {
        self.gathering = false;
        self.wrote = false;
    }

    /// The next send is written at once.
    pub(crate) fn end_burst(&mut self) {
        self.gathering = false;
    }

    /// Whether a send now belongs to a burst of which something was written. `watched`: a background writer runs, which ends
    /// the burst in time, so that no clock has to be read for each message.
    fn is_gathering(&self, watched: bool) -> bool {
        self.gathering && (watched || self.last_write.is_some_and(|at| at.elapsed() < BURST))
    }
}

impl Core {
    /// Called after a message was queued. Writes it, or gathers it with others of the same burst.
    pub(crate) fn pushed(&mut self) -> u32 {
        let Some(link) = &self.link else {
            return status::BROKEN;
        };
        let watched = self.background.schedule.is_running();
        let gather = || self.writer.is_gathering(watched) && link.backlog_bytes() < self.sizes.gather;
        if !self.writer.blocked && !gather() {
            self.writer.gathering = true;
            self.writer.last_write = Some(Instant::now());
            self.write();
            self.writer.wrote = true;
        }
        self.status()
    }

    /// Writes what is queued, as far as the socket takes it.
    pub(crate) fn write(&mut self) {
        let Some(link) = &mut self.link else { return };
        match link.flush() {
            Ok(flushed) => self.writer.blocked = matches!(flushed, Flushed::Full | Flushed::Shortage),
            Err(error) => {
                self.writer.blocked = false;
                self.writer
                    .error
                    .get_or_insert(error.raw_os_error().unwrap_or(EPIPE));
            }
        }
        self.writer.settled = link.settled();
    }

    /// Writes on behalf of a loop that does not return.
    pub(crate) fn write_in_background(&mut self) {
        self.writer.blocked = false;
        self.write();
        self.background.unreported = true;
        if let Some(notifier) = &self.background.notifier {
            notifier.notify();
        }
    }

    /// Whether writing waits for the socket.
    pub(crate) fn wants_write(&self) -> bool {
        self.writer.blocked && self.writer.error.is_none() && self.link.is_some()
    }

    /// The peer is gone. What it has not taken will never be sent.
    pub(super) fn fail_backlog(&mut self) {
        let is_unsettled = |core: &Self| core.link.as_ref().map_or(0, Link::unsettled) > 0;
        if is_unsettled(self) {
            self.write();
            if is_unsettled(self) {
                self.writer.error.get_or_insert(EPIPE);
            }
        }
        self.writer.blocked = false;
    }
}
