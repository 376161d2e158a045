//! A connection that moves to another process together with its transport. What this end knows of the stream becomes a few
//! bytes, and the connection continues from them elsewhere, even in the middle of a frame.

use std::collections::VecDeque;

use super::{Closing, Config, Connection};
use crate::arrivals::Arrivals;
use crate::backlog::Backlog;
use crate::body::Memory;
use crate::decoder::Decoder;
use crate::error::WireError;
use crate::ledger::Ledger;
use crate::requests::{Outstanding, Requests, Serving};
use crate::run::Run;

/// The first byte of a state: its version.
const STATE: u8 = 1;

/// Numbers in a state: handle groups and requests, each sent and received, and the position in the received stream.
const COUNTS: usize = 5;

/// Bytes of a state before the unsent ones: version, whether the peer's hello was read, the counts, and a length.
const HEAD: usize = 2 + COUNTS * 8 + 4;

/// No count of an honest end reaches this, and sums of two do not overflow.
const MOST: u64 = 1 << 53;

impl<H> Connection<H> {
    /// Turns this end into bytes from which [`Self::resume`] continues, in the process to which the transport moves. Every
    /// event must have been polled. This connection is of no further use.
    ///
    /// `None`, with nothing changed, if it cannot move now: handles or requests are under way in either direction, or one side
    /// has closed.
    pub fn suspend(&mut self) -> Option<Vec<u8>> {
        self.suspend_after(&Run::default())
    }

    /// As [`Self::suspend`], with the messages that are left in a run that was taken out of this connection.
    pub fn suspend_after(&mut self, run: &Run) -> Option<Vec<u8>> {
        let handles = self.ledger.unanswered() > 0
            || self.backlog.has_handles()
            || !self.arrivals.is_empty()
            || self.answered < self.received_groups();
        let requests = !self.requests.is_idle();
        if handles || requests || self.closing != Closing::Open || self.peer_closed {
            return None;
        }
        let unread = self.decoder.unfinished()?;
        let mut unsent = self.backlog.take_unsent();
        // The answers for which there was no place among those control frames.
        self.queue_answers();
        unsent.append(self.backlog.control());
        let mut state = Vec::with_capacity(HEAD + unsent.len() + unread.len());
        state.extend_from_slice(&[STATE, u8::from(self.greeted)]);
        for count in [
            self.ledger.answered(),
            self.inbound.answered(),
            self.requests.ours.begun(),
            self.requests.theirs.received(),
            self.decoder.position().saturating_sub(run.rest().len() as u64),
        ] {
            state.extend_from_slice(&count.to_le_bytes());
        }
        state.extend_from_slice(&u32::try_from(unsent.len()).ok()?.to_le_bytes());
        state.append(&mut unsent);
        state.extend_from_slice(run.rest());
        state.extend_from_slice(&unread);
        Some(state)
    }

    /// Continues where another connection was suspended. Also returns the bytes of the stream that it had read and not used.
    /// Read them first.
    ///
    /// # Errors
    /// [`WireError::Malformed`] for bytes that are not a state. They come from another process.
    pub fn resume(config: Config, memory: Memory, state: &[u8]) -> Result<(Self, Vec<u8>), WireError> {
        let wrong = || WireError::malformed("the state of a port is wrong", 0);
        let (head, rest) = state.split_first_chunk::<HEAD>().ok_or_else(wrong)?;
        let (&[version, greeted], counts) = head.split_first_chunk::<2>().ok_or_else(wrong)?;
        let count = |index: usize| {
            let bytes = counts.get(index * 8..).and_then(|bytes| bytes.first_chunk());
            bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes))
        };
        let unsent = counts.last_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
        let counted = (0..COUNTS).all(|index| count(index) < MOST);
        let begun = greeted == 1 || count(4) == 0;
        if version != STATE || greeted > 1 || unsent > rest.len() || !counted || !begun {
            return Err(wrong());
        }
        let (unsent, unread) = rest.split_at(unsent);
        let connection = Self {
            decoder: Decoder::resume(config.max_message, memory, count(4)),
            config,
            backlog: Backlog::resume(unsent.to_vec()),
            ledger: Ledger::resume(count(0)),
            arrivals: Arrivals::default(),
            inbound: Ledger::resume(count(1)),
            answered: count(1),
            lost: VecDeque::new(),
            refusals: Vec::new(),
            requests: Requests {
                ours: Outstanding::resume(count(2)),
                theirs: Serving::resume(count(3)),
            },
            greeted: greeted == 1,
            closing: Closing::Open,
            peer_closed: false,
        };
        Ok((connection, unread.to_vec()))
    }

    /// Handle groups of the peer of which the frame was read.
    fn received_groups(&self) -> u64 {
        self.inbound.answered() + self.inbound.unanswered() as u64
    }
}
