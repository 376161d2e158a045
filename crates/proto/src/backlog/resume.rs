//! A backlog that moves to another process, which writes it.

use super::{Backlog, as_len};

/// No offset is this large. The first byte of a resumed backlog may be in the middle of a frame, so that no control frame
/// may come before it.
const INSIDE: u64 = u64::MAX;

impl<H> Backlog<H> {
    /// Whether handles wait. Only this process has them.
    pub(crate) fn has_handles(&self) -> bool {
        !self.batches.is_empty()
    }

    /// Takes all unsent bytes, in the order in which they would have left: the rest of the message under way, the control
    /// frames, and the other messages. No handles may wait.
    pub(crate) fn take_unsent(&mut self) -> Vec<u8> {
        debug_assert!(!self.has_handles(), "handles have their places in the bytes");
        let under_way = match self.ends.front() {
            Some(end) if self.written != self.settled_end => as_len(end - self.written),
            _ => 0,
        };
        let control = self.control.split_off(self.control_sent);
        let mut unsent = Vec::with_capacity(self.bytes + control.len());
        let mut skip = self.head;
        for chunk in self.chunks.drain(..) {
            unsent.extend_from_slice(&chunk[skip..]);
            skip = 0;
        }
        unsent.splice(under_way..under_way, control);
        self.control.clear();
        (self.head, self.bytes, self.control_sent) = (0, 0, 0);
        self.ends.clear();
        self.several.clear();
        self.settled_end = self.written;
        unsent
    }

    /// A backlog that begins with what another one had left. Its messages were counted there.
    pub(crate) fn resume(unsent: Vec<u8>) -> Self {
        let mut backlog = Self::new();
        if !unsent.is_empty() {
            let len = unsent.len();
            backlog.chunks.push_back(unsent);
            backlog.commit_again(len);
            backlog.settled_end = INSIDE;
        }
        backlog
    }
}
