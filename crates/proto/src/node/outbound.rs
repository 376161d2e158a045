//! The record of the sending half: one handle in flight at a time, and what waits for its answer.

use std::collections::VecDeque;

/// How often a handle is sent again when the receiver says that it did not arrive (`MAX_HANDLE_RETRANSMISSIONS`).
const RETRIES: u8 = 3;

/// One message, framed.
#[derive(Debug)]
pub(crate) struct Framed<H> {
    pub(crate) bytes: Vec<u8>,
    pub(crate) handle: Option<H>,
}

/// The handle group that the receiver has not answered for.
#[derive(Debug)]
pub(crate) struct UnderWay<H> {
    /// Kept to be sent again.
    bytes: Vec<u8>,
    handle: Option<H>,
    sent_again: u8,
}

/// What to do with a handle group whose handle did not arrive.
pub(crate) enum Retry<H> {
    Again(Framed<H>),
    GivenUp,
}

#[derive(Debug)]
pub(crate) struct Outbound<H> {
    under_way: Option<UnderWay<H>>,
    parked: VecDeque<Framed<H>>,
    parked_bytes: usize,
    parked_groups: usize,
    /// Handle groups answered for.
    answered: u64,
}

impl<H> Outbound<H> {
    pub(crate) fn new() -> Self {
        Self {
            under_way: None,
            parked: VecDeque::new(),
            parked_bytes: 0,
            parked_groups: 0,
            answered: 0,
        }
    }

    /// Whether messages must be parked.
    pub(crate) fn is_waiting(&self) -> bool {
        self.under_way.is_some()
    }

    pub(crate) fn park(&mut self, framed: Framed<H>) {
        self.parked_bytes += framed.bytes.len();
        self.parked_groups += usize::from(framed.handle.is_some());
        self.parked.push_back(framed);
    }

    /// Takes the handles of the parked messages.
    pub(crate) fn take_handles(&mut self) -> Vec<H> {
        self.parked
            .iter_mut()
            .filter_map(|framed| framed.handle.take())
            .collect()
    }

    /// The next parked message that may go now.
    pub(crate) fn unpark(&mut self) -> Option<Framed<H>> {
        if self.is_waiting() {
            return None;
        }
        let framed = self.parked.pop_front()?;
        self.parked_bytes -= framed.bytes.len();
        self.parked_groups -= usize::from(framed.handle.is_some());
        Some(framed)
    }

    /// A handle group was added to the backlog. `bytes` are kept to be sent again.
    pub(crate) fn start(&mut self, bytes: Vec<u8>) {
        self.under_way = Some(UnderWay {
            bytes,
            handle: None,
            sent_again: 0,
        });
    }

    /// Its handle has left with the first byte. It is kept until the receiver has it.
    pub(crate) fn handle_left(&mut self, handle: H) {
        if let Some(under_way) = &mut self.under_way {
            under_way.handle = Some(handle);
        }
    }

    /// The receiver has the handle. The handle group's number, or `None` if there was nothing to answer for.
    pub(crate) fn acknowledged(&mut self) -> Option<u64> {
        self.under_way.take_if(|under_way| under_way.handle.is_some())?;
        self.answered += 1;
        Some(self.answered)
    }

    /// The handle did not arrive. `None` if there was nothing to answer for.
    pub(crate) fn refused(&mut self) -> Option<(u64, Retry<H>)> {
        let under_way = self.under_way.as_mut()?;
        let handle = under_way.handle.take()?;
        if under_way.sent_again < RETRIES {
            under_way.sent_again += 1;
            let framed = Framed {
                bytes: under_way.bytes.clone(),
                handle: Some(handle),
            };
            return Some((self.answered + 1, Retry::Again(framed)));
        }
        self.under_way = None;
        self.answered += 1;
        Some((self.answered, Retry::GivenUp))
    }

    pub(crate) fn parked_bytes(&self) -> usize {
        self.parked_bytes
    }

    pub(crate) fn parked(&self) -> usize {
        self.parked.len()
    }

    /// Handle groups that were pushed and not answered.
    pub(crate) fn unanswered(&self) -> usize {
        self.parked_groups + usize::from(self.under_way.is_some())
    }

    /// Handles that have left and are not answered.
    pub(crate) fn in_flight(&self) -> usize {
        usize::from(
            self.under_way
                .as_ref()
                .is_some_and(|under_way| under_way.handle.is_some()),
        )
    }

    /// The number that the next handle group gets.
    pub(crate) fn next_number(&self) -> u64 {
        self.answered + self.unanswered() as u64 + 1
    }
}
