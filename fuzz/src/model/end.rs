//! One end, and what is known of it.

use std::collections::VecDeque;

use forkwire_proto::{Format, Wire};

use super::queue::{Handle, Queue};

/// A message that was sent and has not arrived.
pub(super) struct Sent {
    pub(super) id: u64,
    pub(super) size: usize,
    pub(super) handles: Vec<u64>,
}

pub(super) struct End {
    pub(super) wire: Wire<Handle>,
    pub(super) out: Queue,
    pub(super) sent: VecDeque<Sent>,
    pub(super) pushed: u64,
    pub(super) groups: u64,
    pub(super) answered: u64,
    /// Handle groups received and not answered.
    pub(super) asked: VecDeque<u64>,
    /// Bytes taken by the transport of the frame that is not whole, and the user's messages before it.
    pub(super) taken: Vec<u8>,
    pub(super) settled: u64,
    pub(super) closed: bool,
    pub(super) dead: bool,
}

impl End {
    pub(super) fn new(wire: Wire<Handle>) -> Self {
        Self {
            wire,
            out: Queue::default(),
            sent: VecDeque::new(),
            pushed: 0,
            groups: 0,
            answered: 0,
            asked: VecDeque::new(),
            taken: Vec::new(),
            settled: 0,
            closed: false,
            dead: false,
        }
    }

    pub(super) fn arrived(&mut self, payload: &[u8], handles: &[u64]) {
        let sent = self.sent.pop_front().expect("a message that was sent");
        let id = sent.id.to_string();
        assert!(
            payload.len() == sent.size && payload.windows(id.len()).any(|part| part == id.as_bytes()),
            "in order"
        );
        assert_eq!(handles, sent.handles, "with its handles");
    }

    /// What must hold at any time.
    pub(super) fn check(&mut self, node: bool, format: Format) {
        self.settled += whole(&mut self.taken, node, format);
        let wire = &self.wire;
        assert_eq!(wire.settled() + wire.unsettled() as u64, self.pushed);
        assert_eq!(
            wire.settled(),
            self.settled,
            "a message is settled with its last byte"
        );
        assert_eq!(wire.unanswered() as u64, self.groups - self.answered);
        assert!(wire.wants_write() || wire.unsettled() == 0);
    }
}

/// Takes the whole frames off `taken`, and counts the user's messages among them in the simplest way.
fn whole(taken: &mut Vec<u8>, node: bool, format: Format) -> u64 {
    let (mut count, mut at) = (0, 0);
    loop {
        let rest = &taken[at..];
        let frame = match (node, format) {
            (false, _) => rest.first_chunk::<8>().map(|header| {
                let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
                (8 + len, header[0] == 2 || header[0] == 3)
            }),
            (true, Format::Json) => rest
                .iter()
                .position(|&byte| byte == b'\n')
                .map(|end| (end + 1, !rest.starts_with(b"{\"cmd\":\"NODE_HANDLE_"))),
            (true, Format::Clone) => rest.first_chunk::<4>().map(|len| {
                let own = rest
                    .get(12..)
                    .is_some_and(|rest| rest.starts_with(b"\"\x0fNODE_HANDLE_ACK"));
                (4 + u32::from_be_bytes(*len) as usize, !own)
            }),
        };
        let Some((len, counts)) = frame.filter(|(len, _)| *len <= rest.len()) else {
            taken.drain(..at);
            return count;
        };
        at += len;
        count += u64::from(counts);
    }
}
