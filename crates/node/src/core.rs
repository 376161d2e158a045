//! The state of one channel, shared by the JavaScript thread and the background tasks under one lock.

pub(crate) mod reader;
pub(crate) mod requests;
#[cfg(test)]
#[cfg(unix)]
mod tests;
pub(crate) mod writer;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use forkwire::WireError;
use forkwire::link::Link;

use self::reader::Reader;
use self::writer::Writer;
use crate::background::notifier::Notifier;
use crate::background::schedule::Schedule;
use crate::exit::AtExit;
use crate::sizes::{Sizes, sizes};

/// The answer to a send or a flush: bits, as `index.d.ts` documents them.
pub(crate) mod status {
    pub(crate) const FULL: u32 = 1;
    pub(crate) const PENDING: u32 = 2;
    pub(crate) const GATHERED: u32 = 4;
    pub(crate) const BROKEN: u32 = 8;
    /// The response was not sent, because nothing waits for it.
    pub(crate) const LATE: u32 = 16;
    /// The message was not sent: a string in it looks like the addon's own placeholders.
    pub(crate) const NOT_SENT: u32 = 32;
}

/// How the receiving side ended.
#[derive(Clone, Debug)]
pub(crate) enum StreamEnd {
    /// The peer closed its end, and everything was read.
    Eof,
    /// The peer sent malformed data.
    Fault(WireError),
    /// The addon itself is at fault.
    Panic,
}

impl StreamEnd {
    /// Nothing more will arrive. A fault if that cuts a frame short.
    fn of(link: &Link) -> Self {
        link.end().map_or_else(Self::Fault, |()| Self::Eof)
    }
}

/// The lock around a [`Core`]. A panic while it was held has been turned into an error; the state is still whole
/// enough to be closed.
#[derive(Debug)]
pub(crate) struct SharedCore(Mutex<Core>);

impl SharedCore {
    pub(crate) fn new(core: Core) -> Self {
        Self(Mutex::new(core))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Core> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sizes, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) high_water_mark: usize,
    pub(crate) receive: usize,
}

/// How the channel ends, and what remains of it.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    /// How the receiving side ended, once it has.
    pub(crate) received: Option<StreamEnd>,
    /// JavaScript will send nothing more.
    pub(crate) finishing: bool,
    /// The link's counts when it was closed.
    pub(crate) traffic: Traffic,
    /// What may still be done for it at exit.
    pub(crate) at_exit: AtExit,
}

/// Bytes that have passed the socket since the start, those of the wire included.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) sent: u64,
    pub(crate) received: u64,
}

impl Traffic {
    pub(crate) fn of(link: &Link) -> Self {
        Self {
            sent: link.bytes_sent(),
            received: link.bytes_received(),
        }
    }
}

/// The background writer's side.
#[derive(Debug, Default)]
pub(crate) struct Background {
    /// Whether a background writer looks after the backlog.
    pub(crate) schedule: Schedule,
    /// It has written, and JavaScript does not know yet.
    pub(crate) unreported: bool,
    /// Whom it notifies then.
    pub(crate) notifier: Option<Notifier>,
}

#[derive(Debug)]
pub(crate) struct Core {
    /// `None` once the channel is closed.
    pub(crate) link: Option<Link>,
    limits: Limits,
    sizes: Sizes,
    pub(crate) writer: Writer,
    pub(crate) reader: Reader,
    pub(crate) ends: Ends,
    pub(crate) background: Background,
}

impl Core {
    pub(crate) fn new(link: Link, limits: Limits) -> Self {
        Self {
            link: Some(link),
            limits,
            sizes: sizes(),
            writer: Writer::default(),
            reader: Reader::default(),
            ends: Ends::default(),
            background: Background::default(),
        }
    }

    pub(crate) fn backlog_bytes(&self) -> usize {
        self.link.as_ref().map_or(0, Link::backlog_bytes)
    }

    /// What has passed the socket, even if the channel is closed.
    pub(crate) fn traffic(&self) -> Traffic {
        self.link.as_ref().map_or(self.ends.traffic, Traffic::of)
    }

    /// A new turn of the loop begins. Its first send is written at once.
    pub(crate) fn new_turn(&mut self) {
        self.writer.new_turn();
        self.background.schedule.visit();
    }

    /// The same where something has arrived. After no more than a receipt for handles, the peer still owes its answer.
    pub(crate) fn begin_turn(&mut self, receipt: bool) {
        let awaits = receipt && self.writer.wrote;
        self.new_turn();
        self.writer.wrote = awaits;
    }

    pub(crate) fn status(&self) -> u32 {
        let bytes = self.backlog_bytes();
        let mut bits = 0;
        if bytes >= self.limits.high_water_mark {
            bits |= status::FULL;
        }
        if bytes > 0 {
            bits |= status::PENDING;
            if !self.writer.blocked {
                bits |= status::GATHERED;
            }
        }
        if self.writer.error.is_some() || self.link.is_none() {
            bits |= status::BROKEN;
        }
        bits
    }

    /// Whether the peer may answer any moment: it has all that was sent in this turn, and nothing else is to be done.
    #[cfg(unix)]
    pub(crate) fn awaits_answer(&self) -> bool {
        self.writer.wrote
            && (self.reader.flowing || self.takes_calls())
            && self.reader.dry
            && self.backlog_bytes() == 0
            && self.writer.error.is_none()
            && !self.ends.finishing
            && self.wants_read()
    }

    /// Whether there is something to report to JavaScript.
    #[cfg(unix)]
    pub(crate) fn has_news(&self) -> bool {
        !self.reader.ready.is_empty() || self.ends.received.is_some()
    }

    /// Whether a finishing channel has nothing left to do.
    pub(crate) fn is_finished(&self) -> bool {
        let idle = |link: &Link| {
            let wire = link.wire();
            wire.unanswered() == 0 && wire.awaited() == 0 && wire.serving() == 0 && !link.wants_write()
        };
        self.ends.finishing && self.link.as_ref().is_none_or(idle)
    }

    /// From now on what comes is read and dropped: this process exits, and delivers nothing more.
    pub(crate) fn discard_received(&mut self) {
        self.reader.discarding = true;
    }

    /// Writes until everything is written or the time is over, blocking the thread. Reads meanwhile: handles may wait for
    /// answers, and the peer may wait for us in the same way. Returns the bytes that are left and could still be written;
    /// none if writing has failed for good.
    pub(crate) fn flush_within(&mut self, time: Duration) -> usize {
        let deadline = Instant::now() + time;
        loop {
            self.write();
            if self.reader.discarding {
                self.read();
            }
            let wants_read = self.wants_read();
            let Some(link) = &self.link else { return 0 };
            if self.writer.error.is_some() || !link.wants_write() {
                return 0;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            // Nothing signals the end of a shortage, so look again soon.
            let wait = left.min(Duration::from_millis(10));
            if left.is_zero() || link.socket().wait(wants_read, self.writer.blocked, wait).is_err() {
                return self.backlog_bytes();
            }
            if wants_read {
                self.read();
            }
        }
    }

    /// Closes this direction: the last thing that a finished channel writes.
    pub(crate) fn write_goodbye(&mut self) {
        if let Some(link) = &mut self.link {
            link.wire_mut().close();
        }
        self.write();
    }

    /// Takes the link out: from here on the background reads and writes nothing more. What is held for a listener stays.
    /// `None`: the channel is closed already.
    pub(crate) fn detach(&mut self) -> Option<Link> {
        let link = self.link.take()?;
        self.background.notifier = None;
        self.writer.settled = link.settled();
        self.writer.blocked = false;
        self.ends.traffic = Traffic::of(&link);
        Some(link)
    }
}
