//! The state of one channel, shared by the JavaScript thread and the background tasks under one lock.

#[cfg(test)]
#[cfg(unix)]
mod tests;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use forkwire::link::{Filled, Flushed, Link};
use forkwire::{Error, WireError};
use forkwire_proto::Event;
use forkwire_sys::os::EPIPE;
use tokio::sync::Notify;

use crate::batch::{Batch, Item};
use crate::sizes::{Sizes, sizes};
use crate::stats::ChannelStats;
use crate::watch::Watch;

/// How long after a write another send still counts as part of the same burst.
const BURST: Duration = Duration::from_millis(1);

/// Handles that may wait for a listener before reading stops.
const HELD_HANDLES: usize = 256;

/// The answer to a send or a flush: bits, as `index.d.ts` documents them.
pub(crate) mod status {
    pub(crate) const FULL: u32 = 1;
    pub(crate) const PENDING: u32 = 2;
    pub(crate) const GATHERED: u32 = 4;
    pub(crate) const BROKEN: u32 = 8;
}

/// How the receiving side ended.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// The peer closed its end, and everything was read.
    Eof,
    /// The peer sent what is no valid frame.
    Fault(WireError),
}

impl End {
    /// Nothing more will come: a fault if that cuts a frame short.
    fn of(link: &Link) -> Self {
        link.end().map_or_else(Self::Fault, |()| Self::Eof)
    }
}

/// The lock around a [`Core`]. A panic while it was held has been turned into an error; the state is still whole
/// enough to be closed.
#[derive(Debug)]
pub(crate) struct Shared(Mutex<Core>);

impl Shared {
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

#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not a state machine
pub(crate) struct Core {
    /// `None` once the channel is closed.
    pub(crate) link: Option<Link>,
    limits: Limits,
    sizes: Sizes,
    /// For JavaScript, now.
    pub(crate) ready: Batch,
    /// Messages that wait for a listener.
    pub(crate) held: Batch,
    pub(crate) flowing: bool,
    /// The event loop has turned: until then nothing is read, so that the program's listeners are there for the first message.
    pub(crate) begun: bool,
    pub(crate) end: Option<End>,
    /// The peer has hung up: what the kernel still has is read, whatever the limits say.
    pub(crate) hung_up: bool,
    pub(crate) write_error: Option<i32>,
    /// The socket was full at the last try: writing waits until it is writable.
    pub(crate) blocked: bool,
    /// A write of this burst was done: later sends are gathered.
    gathering: bool,
    last_write: Option<Instant>,
    /// Messages settled so far; kept when the link is gone.
    pub(crate) settled: u64,
    /// What the link had counted when it was closed.
    pub(crate) at_close: ChannelStats,
    pub(crate) finishing: bool,
    /// Whether a relief watches over the backlog.
    pub(crate) watch: Watch,
    /// The relief has written, and JavaScript was not told.
    pub(crate) untold: bool,
    /// Who tells JavaScript on the relief's behalf, where the loop does not do it by itself.
    pub(crate) messenger: Option<Arc<Notify>>,
    /// The last read found nothing more.
    pub(crate) read_dry: bool,
    /// JavaScript has sent something in this turn, and it is written.
    wrote: bool,
}

impl Core {
    pub(crate) fn new(link: Link, limits: Limits) -> Self {
        Self {
            link: Some(link),
            limits,
            sizes: sizes(),
            ready: Batch::default(),
            held: Batch::default(),
            flowing: false,
            begun: true,
            end: None,
            hung_up: false,
            write_error: None,
            blocked: false,
            gathering: false,
            last_write: None,
            settled: 0,
            at_close: ChannelStats::default(),
            finishing: false,
            watch: Watch::default(),
            untold: false,
            messenger: None,
            read_dry: false,
            wrote: false,
        }
    }

    pub(crate) fn backlog_bytes(&self) -> usize {
        self.link.as_ref().map_or(0, Link::backlog_bytes)
    }

    /// After a message was queued: writes it, or gathers it with others of the same burst.
    pub(crate) fn pushed(&mut self) -> u32 {
        let Some(link) = &self.link else {
            return status::BROKEN;
        };
        if !self.blocked {
            let burst = self.gathering && self.last_write.is_some_and(|at| at.elapsed() < BURST);
            if !burst || link.backlog_bytes() >= self.sizes.gather {
                self.gathering = true;
                self.last_write = Some(Instant::now());
                self.write();
                self.wrote = true;
            }
        }
        self.status()
    }

    /// A new turn of the loop begins: its first send is written at once.
    pub(crate) fn new_turn(&mut self) {
        self.gathering = false;
        self.wrote = false;
        self.watch.visit();
    }

    /// Writes what is queued, as far as the socket takes it.
    pub(crate) fn write(&mut self) {
        let Some(link) = &mut self.link else { return };
        match link.flush() {
            Ok(flushed) => self.blocked = matches!(flushed, Flushed::Full | Flushed::Shortage),
            Err(error) => {
                self.blocked = false;
                self.write_error
                    .get_or_insert(error.raw_os_error().unwrap_or(EPIPE));
            }
        }
        self.settled = link.settled();
    }

    pub(crate) fn status(&self) -> u32 {
        let bytes = self.backlog_bytes();
        let mut bits = 0;
        if bytes >= self.limits.high_water_mark {
            bits |= status::FULL;
        }
        if bytes > 0 {
            bits |= status::PENDING;
            if !self.blocked {
                bits |= status::GATHERED;
            }
        }
        if self.write_error.is_some() || self.link.is_none() {
            bits |= status::BROKEN;
        }
        bits
    }

    /// Writes on behalf of a loop that does not come back.
    pub(crate) fn relieve(&mut self) {
        self.blocked = false;
        self.write();
        self.untold = true;
        if let Some(messenger) = &self.messenger {
            messenger.notify_one();
        }
    }

    /// Whether reading should go on: not past the end, and not while too much waits for JavaScript.
    pub(crate) fn wants_read(&self) -> bool {
        let Some(link) = &self.link else { return false };
        if self.end.is_some() || !self.begun {
            return false;
        }
        let waiting = self.held.bytes() + self.ready.bytes();
        let partial = if self.flowing { 0 } else { link.state().buffered() };
        self.hung_up
            || (waiting + partial < self.limits.receive
                && self.held.handles() + self.ready.handles() < HELD_HANDLES)
    }

    /// Whether the peer may answer any moment: it has all that was sent in this turn, and nothing else is to be done.
    #[cfg(unix)]
    pub(crate) fn awaits_answer(&self) -> bool {
        self.wrote
            && self.flowing
            && self.read_dry
            && self.backlog_bytes() == 0
            && self.write_error.is_none()
            && !self.finishing
            && self.wants_read()
    }

    /// Whether there is something to tell JavaScript.
    #[cfg(unix)]
    pub(crate) fn has_news(&self) -> bool {
        !self.ready.is_empty() || self.end.is_some()
    }

    /// Whether writing waits for the socket.
    pub(crate) fn wants_write(&self) -> bool {
        self.blocked && self.write_error.is_none() && self.link.is_some()
    }

    /// Reads what the socket has, within the limits.
    pub(crate) fn read(&mut self) {
        self.read_dry = false;
        for _ in 0..self.sizes.reads {
            if !self.wants_read() {
                break;
            }
            let Some(link) = &mut self.link else { return };
            match link.fill() {
                Ok(Filled::Read { more }) => {
                    if let Err(error) = self.take_events() {
                        self.end = Some(End::Fault(error));
                    }
                    // A peer that has hung up sends no more: then a short read is no sign of an empty socket.
                    if !more && !self.hung_up {
                        self.read_dry = true;
                        break;
                    }
                }
                Ok(Filled::Empty) => {
                    self.read_dry = true;
                    break;
                }
                Err(Error::Wire(error)) => self.end = Some(End::Fault(error)),
                // A socket that cannot be read any more has no more to say.
                Ok(Filled::End) | Err(_) => self.end = Some(End::of(link)),
            }
        }
        // Acknowledgements, and handles that waited for some.
        if self.link.as_ref().is_some_and(Link::wants_write) && !self.blocked {
            self.write();
        }
        if self.end.is_some() {
            self.fail_backlog();
        }
    }

    /// Reads to the end, after the socket failed: nothing will tell when there is more.
    #[cfg(unix)]
    pub(crate) fn read_to_end(&mut self) {
        self.hung_up = true;
        while self.wants_read() {
            self.read();
            if let (true, Some(link)) = (self.read_dry, &self.link) {
                self.end = Some(End::of(link));
                self.fail_backlog();
            }
        }
    }

    fn take_events(&mut self) -> Result<(), WireError> {
        let Some(link) = &mut self.link else { return Ok(()) };
        while let Some(event) = link.connection().poll_event()? {
            match event {
                Event::Message {
                    meta,
                    payload,
                    position,
                } => {
                    let sink = if self.flowing || meta.internal {
                        &mut self.ready
                    } else {
                        &mut self.held
                    };
                    sink.message(meta, payload, position);
                }
                Event::Spoiled { fault, .. } => {
                    let sink = if self.flowing {
                        &mut self.ready
                    } else {
                        &mut self.held
                    };
                    sink.spoiled(&fault);
                }
                Event::Parcel {
                    number,
                    meta,
                    payload,
                    handles,
                    position,
                } => {
                    if let Some(handles) = link.answer(number, handles) {
                        let sink = if self.flowing || meta.internal {
                            &mut self.ready
                        } else {
                            &mut self.held
                        };
                        sink.parcel(meta, payload, handles, position);
                    }
                }
                Event::Acknowledged { through } => {
                    link.release_answered();
                    self.ready.push(Item::Acknowledged(through));
                }
                Event::Refused { parcel, reason } => self.ready.push(Item::Refused(parcel, reason)),
                Event::Closed => self.end = Some(End::Eof),
                _ => {}
            }
        }
        Ok(())
    }

    /// The peer is gone: what it has not taken will never be sent.
    fn fail_backlog(&mut self) {
        if self.link.as_ref().is_some_and(|link| link.unsettled() > 0) {
            self.write();
            if self.link.as_ref().is_some_and(|link| link.unsettled() > 0) {
                self.write_error.get_or_insert(EPIPE);
            }
        }
        self.blocked = false;
    }

    /// Whether a finishing channel has nothing left to do.
    pub(crate) fn is_finished(&self) -> bool {
        let idle = |link: &Link| link.state().unanswered() == 0 && !link.wants_write();
        self.finishing && self.link.as_ref().is_none_or(idle)
    }

    /// Writes until everything is written or the time is over, blocking the thread. Reads meanwhile, within the limits:
    /// handles may wait for answers, and the peer may wait for us in the same way. Returns the bytes that are left and
    /// could still be written; none if writing has failed for good.
    pub(crate) fn flush_within(&mut self, time: Duration) -> usize {
        let deadline = Instant::now() + time;
        loop {
            self.write();
            let wants_read = self.wants_read();
            let Some(link) = &self.link else { return 0 };
            if self.write_error.is_some() || !link.wants_write() {
                return 0;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            // A shortage of the system passes without a sign: look again soon.
            let wait = left.min(Duration::from_millis(10));
            if left.is_zero() || link.socket().wait(wants_read, self.blocked, wait).is_err() {
                return self.backlog_bytes();
            }
            if wants_read {
                self.read();
            }
        }
    }

    /// Closes the socket at once. What is held for a listener stays.
    pub(crate) fn close(&mut self) {
        if let Some(link) = self.link.take() {
            self.settled = link.settled();
            self.at_close = ChannelStats::of_link(&link);
            link.socket().shut_down();
        }
        self.blocked = false;
    }
}
