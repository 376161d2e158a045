//! The senders of a channel, and the end of their direction.

use std::io;

use super::State;
use crate::link::Flushed;

#[derive(Debug, Default)]
pub(super) struct Senders {
    /// How many there are.
    count: usize,
    /// The number of the next one.
    next: u64,
    /// On Node's wire: the socket is to be shut down for writing when everything is written.
    ending: bool,
}

impl State {
    /// One more sender. Returns its number.
    pub(crate) fn add_sender(&mut self) -> u64 {
        self.senders.count += 1;
        self.senders.next += 1;
        self.senders.next
    }

    /// One sender less. Returns whether it was the last.
    pub(crate) fn remove_sender(&mut self) -> bool {
        self.senders.count -= 1;
        self.senders.count == 0
    }

    /// Whether more than one sender adds to the backlog.
    pub(crate) fn has_several_senders(&self) -> bool {
        self.senders.count > 1
    }

    /// Nothing will be sent any more. The peer learns of it after what is queued.
    pub(crate) fn end_sending(&mut self) {
        self.link.wire_mut().close();
        self.senders.ending = self.node;
        let _ = self.flush();
    }

    /// Writes as much as the socket takes.
    pub(crate) fn flush(&mut self) -> io::Result<Flushed> {
        let flushed = self.link.flush()?;
        if self.senders.ending && flushed == Flushed::Empty && self.is_answered() {
            self.senders.ending = false;
            self.link.socket().finish_sending();
        }
        Ok(flushed)
    }

    /// Whether the peer has acknowledged all handles, or cannot any more. One that it did not get would have to be sent
    /// again.
    pub(crate) fn is_answered(&self) -> bool {
        self.eof || self.link.wire().unanswered() == 0
    }
}
