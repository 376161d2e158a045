//! One end of the simulated channel, and what is known of it.

use std::collections::VecDeque;

use forkwire_proto::NodeConnection;

use super::pair::Token;
use super::stream::Stream;

/// A message that was sent and has not arrived.
pub(crate) struct Sent {
    pub(crate) payload: Vec<u8>,
    pub(crate) handle: Option<u32>,
    /// Times that its handle did not come or was not taken.
    pub(crate) failures: u8,
}

pub(crate) struct End {
    pub(crate) connection: NodeConnection<Token>,
    pub(crate) out: Stream,
    /// Sent and not yet arrived at the other end.
    pub(crate) expected: VecDeque<Sent>,
    /// Received, and not answered.
    pub(crate) asked: Option<Sent>,
    pub(crate) pushed: u64,
    pub(crate) groups: u64,
    /// Handle groups of ours that are answered for, and those among them that were refused.
    pub(crate) answered: u64,
    pub(crate) refused: Vec<u64>,
    /// Handle groups of the other end that were refused for good.
    pub(crate) owed: u64,
}

impl End {
    /// The first handle group that is under way has failed once more.
    pub(crate) fn failed(&mut self) {
        let at = self
            .expected
            .iter()
            .position(|sent| sent.handle.is_some())
            .unwrap();
        self.expected[at].failures += 1;
        if self.expected[at].failures > 3 {
            self.expected.remove(at);
            self.owed += 1;
        }
    }

    pub(crate) fn arrived(&mut self) -> Sent {
        self.expected.pop_front().unwrap()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.expected.is_empty() && self.out.bytes.is_empty()
    }

    pub(crate) fn check(&self) {
        let connection = &self.connection;
        assert_eq!(
            connection.settled(),
            self.out.whole.len() as u64,
            "a message is settled with its last byte"
        );
        assert_eq!(connection.settled() + connection.unsettled() as u64, self.pushed);
        assert_eq!(
            connection.unanswered() as u64,
            self.groups - self.answered.max(self.refused.last().copied().unwrap_or(0))
        );
        assert!(connection.in_flight() <= 1);
        assert!(connection.wants_write() || connection.unsettled() == 0);
    }
}
