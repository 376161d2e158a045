//! Small messages that were read together, and that the receiver takes one by one.

use std::collections::VecDeque;

use bytes::Bytes;
use forkwire_proto::{Meta, Run};

use crate::message::Message;

/// The most messages that are made at a time.
const LOT: usize = 32;

/// The most bytes of payloads that share memory. A program that keeps one of these messages keeps all of that.
const SHARED: usize = 4 * 1024;

/// A run of messages. The next few may be made already, with payloads that share memory: allocating and freeing memory for
/// each message takes longer than counting who refers to it.
#[derive(Debug, Default)]
pub(crate) struct Small {
    run: Run,
    /// The messages that `run` begins with.
    made: VecDeque<Message>,
}

impl Small {
    /// The next message.
    #[inline]
    pub(crate) fn next_message(&mut self) -> Option<Message> {
        if self.made.is_empty() {
            make(&self.run, LOT, &mut self.made);
        }
        let message = self.made.pop_front()?;
        self.run.skip(1);
        Some(message)
    }

    /// Appends the next messages, up to so many.
    pub(crate) fn take(&mut self, most: usize, messages: &mut Vec<Message>) {
        let mut taken = self.made.len().min(most);
        messages.extend(self.made.drain(..taken));
        self.run.skip(taken);
        while taken < most {
            let made = make(&self.run, LOT.min(most - taken), messages);
            if made == 0 {
                return;
            }
            self.run.skip(made);
            taken += made;
        }
    }

    /// The next message, which need not be made for that.
    #[inline]
    pub(crate) fn next_payload(&mut self) -> Option<(Meta, &[u8])> {
        self.made.pop_front();
        self.run.next_message()
    }

    /// The messages that were not taken.
    pub(crate) fn run(&self) -> &Run {
        &self.run
    }

    /// Where the next messages go, once all of these were taken.
    pub(crate) fn run_mut(&mut self) -> &mut Run {
        debug_assert!(self.made.is_empty(), "messages that were not taken");
        &mut self.run
    }
}

/// Makes the next messages, up to `most`, and leaves them in the run. Returns how many.
#[inline(never)]
fn make(run: &Run, most: usize, messages: &mut impl Extend<Message>) -> usize {
    let (mut count, mut len) = (0, 0);
    for (_, payload) in run.messages().take(most) {
        if count > 0 && len + payload.len() > SHARED {
            break;
        }
        len += payload.len();
        count += 1;
    }
    let mut memory = Vec::with_capacity(len);
    for (_, payload) in run.messages().take(count) {
        memory.extend_from_slice(payload);
    }
    let mut memory = Bytes::from(memory);
    messages.extend(run.messages().take(count).map(|(meta, payload)| Message {
        meta,
        payload: memory.split_to(payload.len()),
        handles: Vec::new(),
    }));
    count
}
