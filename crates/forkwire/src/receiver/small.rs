//! Small messages that were read together, and that the receiver takes one by one.

use std::collections::VecDeque;
use std::iter;

use bytes::{Buf, Bytes};
use forkwire_proto::{Meta, Run};

use crate::message::Message;

/// The most messages that are made at a time.
const LOT: usize = 32;

/// The most bytes of messages that share memory. A program that keeps one of these messages keeps all of that.
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
        self.run.skip(frame_len(&message));
        Some(message)
    }

    /// Appends the next messages, up to so many.
    pub(crate) fn take(&mut self, most: usize, messages: &mut Vec<Message>) {
        let made = self.made.len().min(most);
        for message in self.made.drain(..made) {
            self.run.skip(frame_len(&message));
            messages.push(message);
        }
        let mut left = most - made;
        while left > 0 {
            let before = messages.len();
            let bytes = make(&self.run, LOT.min(left), messages);
            if bytes == 0 {
                return;
            }
            self.run.skip(bytes);
            left -= messages.len() - before;
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

/// Makes the next messages, up to `most`, and leaves them in the run. Returns the length of their frames.
#[inline(never)]
fn make(run: &Run, most: usize, messages: &mut impl Extend<Message>) -> usize {
    let frames = run.peek(most, SHARED);
    let mut memory = Bytes::copy_from_slice(frames);
    messages.extend(iter::from_fn(|| {
        let (meta, len) = Run::first_of(&memory)?;
        memory.advance(Run::HEADER);
        Some(Message {
            meta,
            payload: memory.split_to(len),
            handles: Vec::new(),
        })
    }));
    frames.len()
}

/// What a message takes in a run.
fn frame_len(message: &Message) -> usize {
    Run::HEADER + message.payload.len()
}
