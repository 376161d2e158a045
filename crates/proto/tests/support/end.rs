//! One end of a simulated channel, and the model that it is held to.

use std::collections::{BTreeMap, VecDeque};
use std::io::IoSlice;
use std::rc::Rc;

use forkwire_proto::{Connection, HandleInfo, Meta, PushError, RefuseReason};

use super::link::Link;
use super::naive::Item;
use super::token::{Book, Token};
use super::{item, wire};

/// Refused handle groups, and why.
pub(crate) type Refusals = BTreeMap<u64, RefuseReason>;

/// A message as it was pushed; `handles` is empty for a plain one.
#[derive(Debug)]
pub(crate) struct Sent {
    /// Of several messages in one frame, which says nothing about them: `None`.
    pub(crate) meta: Option<Meta>,
    pub(crate) payload: Vec<u8>,
    pub(crate) handles: Vec<(HandleInfo, u32)>,
}

/// How many messages a payload of several is said to have: its length says it, so that a frame does too.
pub(crate) fn messages_in(len: usize) -> u32 {
    u32::try_from(len % 5).expect("a small number") + 1
}

#[derive(Debug)]
pub(crate) struct End {
    pub(crate) connection: Connection<Token>,
    book: Rc<Book>,
    pub(crate) pushed: u64,
    pub(crate) closed: bool,
    /// Handle counts of our handle groups, the first one first.
    groups: Vec<usize>,
    acknowledged: usize,
    /// The handles of those.
    returned: usize,
    /// Our handle groups that the peer refused, as it told us.
    pub(crate) refused: Refusals,
    /// Handle groups received and not answered.
    pub(crate) unanswered: VecDeque<u64>,
    /// Handle groups received, lost ones included.
    received: u64,
    pub(crate) peer_closed: bool,
}

impl End {
    pub(crate) fn new(connection: Connection<Token>, book: &Rc<Book>) -> Self {
        Self {
            connection,
            book: Rc::clone(book),
            pushed: 0,
            closed: false,
            groups: Vec::new(),
            acknowledged: 0,
            returned: 0,
            refused: BTreeMap::new(),
            unanswered: VecDeque::new(),
            received: 0,
            peer_closed: false,
        }
    }

    /// Pushes by copying, or by `take` bytes straight into `link` if that is asked and nothing waits.
    pub(crate) fn push(&mut self, sent: Sent, link: &mut Link, take: Option<usize>) -> Option<Sent> {
        let Sent { meta, payload, .. } = &sent;
        let result = match (*meta, take) {
            (None, _) => self
                .connection
                .push_several(messages_in(payload.len()), payload.len(), |out| {
                    out.extend_from_slice(payload);
                }),
            (Some(meta), None) => self
                .connection
                .push(meta, payload.len(), |out| out.extend_from_slice(payload)),
            (Some(meta), Some(most)) => self
                .connection
                .push_borrowed(meta, &[payload], |slices| link.send(slices, most, &[])),
        };
        assert_eq!(result.is_err(), self.closed, "only a closed end refuses");
        let messages = meta.map_or(u64::from(messages_in(payload.len())), |_| 1);
        self.pushed += if result.is_ok() { messages } else { 0 };
        result.is_ok().then_some(sent)
    }

    pub(crate) fn push_with_handles(&mut self, mut sent: Sent, kinds: &[HandleInfo]) -> Option<Sent> {
        let meta = sent.meta.expect("one message");
        let handles: Vec<_> = kinds
            .iter()
            .map(|kind| (kind.clone(), Token::new(&self.book)))
            .collect();
        sent.handles = handles
            .iter()
            .map(|(kind, token)| (kind.clone(), token.id))
            .collect();
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(&sent.payload);
        match self
            .connection
            .push_with_handles(meta, handles, sent.payload.len(), fill)
        {
            Ok(number) => {
                self.pushed += 1;
                self.groups.push(kinds.len());
                assert_eq!(
                    number,
                    self.groups.len() as u64,
                    "handle groups are counted from 1"
                );
                Some(sent)
            }
            Err(error) => {
                assert!(matches!(error, PushError::Closed { .. }) && self.closed);
                let back: Vec<u32> = error.into_handles().iter().map(|token| token.id).collect();
                assert!(
                    back.iter().eq(sent.handles.iter().map(|(_, id)| id)),
                    "all are given back, in order"
                );
                None
            }
        }
    }

    /// Offers what waits to `link` once. Whether it took something.
    pub(crate) fn transmit(&mut self, link: &mut Link, slices: usize, most: usize) -> bool {
        let mut places = [IoSlice::new(&[]); 8];
        let offer = self.connection.transmit(&mut places[..slices]);
        assert_eq!(offer.bytes == 0, offer.slices == 0);
        assert!(
            offer.handles.is_empty() || offer.bytes > 0,
            "handles travel with bytes"
        );
        let (count, carried) = (offer.slices, offer.handles.len());
        let taken = link.send(&places[..count], most, offer.handles);
        if taken > 0 {
            assert_eq!(
                self.connection.transmitted(taken).len(),
                carried,
                "what left is what was offered"
            );
        }
        taken > 0
    }

    /// Reads once from `link`. `None`: nothing to read. What arrived is checked against `expected`, the peer's sends.
    pub(crate) fn receive(
        &mut self,
        link: &mut Link,
        expected: &mut VecDeque<Sent>,
        owed: &mut Refusals,
        (most, limit): (usize, usize),
    ) -> Option<usize> {
        let (buffer, rest) = self.connection.spares();
        let mut read = vec![0; buffer.len() + rest.len()];
        let received = link.recv(&mut read, most, limit)?;
        let (first, second) = read.split_at(buffer.len());
        buffer.copy_from_slice(first);
        rest.copy_from_slice(second);
        self.connection
            .handle_read(received.bytes, received.handles, received.cut)
            .expect("an honest peer");
        while let Some(event) = self.connection.poll_event().expect("an honest peer") {
            let item = item(event, Token::deliver);
            if matches!(
                item,
                Item::Message { .. } | Item::Several { .. } | Item::Group { .. }
            ) {
                self.skip_lost(expected, link, owed);
            }
            match item {
                Item::Message { meta, payload } => {
                    let sent = expected.pop_front().expect("a message that was sent");
                    assert!(sent.handles.is_empty() && sent.meta == Some(meta) && sent.payload == payload);
                }
                Item::Several { payload } => {
                    let sent = expected.pop_front().expect("messages that were sent");
                    assert!(sent.meta.is_none() && sent.payload == payload);
                }
                Item::Group {
                    number,
                    meta,
                    payload,
                    handles,
                } => {
                    let sent = expected.pop_front().expect("a handle group that was sent");
                    assert_eq!(sent.handles, handles);
                    assert!(sent.meta == Some(meta) && sent.payload == payload);
                    self.received += 1;
                    assert_eq!(number, self.received);
                    self.unanswered.push_back(number);
                }
                Item::Acknowledged(through) => self.acknowledged(through),
                Item::Refused(group, reason) => {
                    assert!(
                        group > self.acknowledged as u64,
                        "a refusal comes before its acknowledgement"
                    );
                    assert!(
                        self.refused
                            .last_key_value()
                            .is_none_or(|(&last, _)| last < group),
                        "in order"
                    );
                    self.refused.insert(group, reason);
                }
                Item::Closed => self.peer_closed = true,
            }
        }
        Some(received.bytes)
    }

    /// Takes the handle groups that lost a handle on the way off the front: they are not delivered, and refused instead.
    pub(crate) fn skip_lost(&mut self, expected: &mut VecDeque<Sent>, link: &Link, owed: &mut Refusals) {
        while let Some(sent) = expected.front() {
            if !sent.handles.iter().any(|(_, id)| link.lost.contains(id)) {
                return;
            }
            expected.pop_front();
            self.received += 1;
            owed.insert(self.received, RefuseReason::Limit);
        }
    }

    fn acknowledged(&mut self, through: u64) {
        let through = usize::try_from(through).expect("a small number");
        assert!(through > self.acknowledged && through <= self.groups.len());
        self.returned += self.groups[self.acknowledged..through].iter().sum::<usize>();
        self.acknowledged = through;
    }

    /// Answers for the oldest handle group that is not answered. Whether there was one.
    pub(crate) fn answer(&mut self, refusal: Option<RefuseReason>, owed: &mut Refusals) -> bool {
        let Some(number) = self.unanswered.pop_front() else {
            return false;
        };
        match refusal {
            None => self.connection.accept(number),
            Some(reason) => {
                owed.insert(number, reason);
                self.connection.refuse(number, reason);
            }
        }
        true
    }

    /// What must hold at any time.
    pub(crate) fn check(&self, link: &Link) {
        let connection = &self.connection;
        assert_eq!(
            connection.settled(),
            link.messages,
            "a message is settled with its last byte"
        );
        assert_eq!(connection.settled() + connection.unsettled() as u64, self.pushed);
        assert_eq!(connection.backlog_bytes() == 0, connection.unsettled() == 0);
        assert!(connection.wants_write() || connection.unsettled() == 0);
        assert_eq!(connection.unanswered(), self.groups.len() - self.acknowledged);
        assert_eq!(connection.in_flight(), link.handles - self.returned);
        assert!(connection.in_flight() <= wire::WINDOW, "the window is kept");
    }
}
