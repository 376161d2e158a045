//! Two ends on Node's wire joined by a simulated stream, and the model that they are held to.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::rc::Rc;

use forkwire_proto::{Config, Format, HandleInfo, HandleKind, Meta, NodeConnection, RefuseReason};
use proptest::prelude::*;

use super::end::{End, Sent};
use super::stream::Stream;
use super::{Item, Kind, item, payload};

/// A handle; each copy of it is one more open descriptor.
pub(crate) type Token = Rc<u32>;

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Push(usize, usize),
    /// With the bytes that the stream takes at once.
    PushBorrowed(usize, usize, usize),
    PushWithHandles(usize, usize),
    /// With the most bytes that the stream takes.
    Transmit(usize, usize),
    /// With the most bytes that come; and whether a handle among them is lost.
    Receive(usize, usize, bool),
    /// Whether the handle group is taken.
    Answer(usize, bool),
}

pub(crate) fn step() -> impl Strategy<Value = Step> {
    let side = || 0..2_usize;
    let size = || prop_oneof![8 => 0..200_usize, 1 => 60_000..140_000_usize];
    let some = || prop_oneof![2 => 0..60_usize, 2 => 0..2_000_usize, 1 => Just(usize::MAX)];
    prop_oneof![
        3 => (side(), size()).prop_map(|(side, size)| Step::Push(side, size)),
        2 => (side(), size(), some()).prop_map(|(side, size, some)| Step::PushBorrowed(side, size, some)),
        3 => (side(), size()).prop_map(|(side, size)| Step::PushWithHandles(side, size)),
        8 => (side(), some()).prop_map(|(side, some)| Step::Transmit(side, some)),
        8 => (side(), some(), prop::bool::weighted(0.3)).prop_map(|(side, some, lost)| Step::Receive(side, some, lost)),
        6 => (side(), prop::bool::weighted(0.6)).prop_map(|(side, taken)| Step::Answer(side, taken)),
    ]
}

pub(crate) struct Pair {
    format: Format,
    pub(crate) ends: [End; 2],
    pub(crate) tokens: Vec<Token>,
    next: u32,
}

impl Pair {
    pub(crate) fn new(format: Format) -> Self {
        let end = || End {
            connection: NodeConnection::new(format, Config::default()),
            out: Stream::default(),
            expected: VecDeque::new(),
            asked: None,
            pushed: 0,
            groups: 0,
            answered: 0,
            refused: Vec::new(),
            owed: 0,
        };
        Self {
            format,
            ends: [end(), end()],
            tokens: Vec::new(),
            next: 0,
        }
    }

    pub(crate) fn step(&mut self, step: Step) -> bool {
        let moved = match step {
            Step::Push(side, size) => self.push(side, size, None),
            Step::PushBorrowed(side, size, take) => self.push(side, size, Some(take)),
            Step::PushWithHandles(side, size) => self.push_with_handles(side, size),
            Step::Transmit(side, most) => self.transmit(side, most),
            Step::Receive(side, most, lost) => self.receive(side, most, lost),
            Step::Answer(side, taken) => self.answer(side, taken),
        };
        self.ends.iter().for_each(End::check);
        moved
    }

    fn message(&mut self, kind: Kind, size: usize) -> Vec<u8> {
        self.next += 1;
        payload(self.format, kind, self.next, size)
    }

    fn push(&mut self, side: usize, size: usize, take: Option<usize>) -> bool {
        let kind = if size.is_multiple_of(5) {
            Kind::Internal
        } else {
            Kind::Plain
        };
        let payload = self.message(kind, size);
        let (format, end) = (self.format, &mut self.ends[side]);
        let out = &mut end.out;
        let result = match take {
            None => end
                .connection
                .push(Meta::new(format), size, |out| out.extend_from_slice(&payload)),
            Some(most) => end
                .connection
                .push_borrowed(Meta::new(format), &[&payload], |slices| {
                    out.write(format, &joined(slices), most, None)
                }),
        };
        result.unwrap();
        end.pushed += 1;
        end.expected.push_back(Sent {
            payload,
            handle: None,
            failures: 0,
        });
        true
    }

    fn push_with_handles(&mut self, side: usize, size: usize) -> bool {
        let payload = self.message(Kind::Handle, size);
        let token = Rc::new(self.next);
        self.tokens.push(Rc::clone(&token));
        let end = &mut self.ends[side];
        let handles = vec![(HandleInfo::new(HandleKind::NetServer), token)];
        let number = end
            .connection
            .push_with_handles(handles, size, |out| out.extend_from_slice(&payload))
            .unwrap();
        end.pushed += 1;
        end.groups += 1;
        assert_eq!(number, end.groups, "handle groups are counted from 1");
        end.expected.push_back(Sent {
            payload,
            handle: Some(self.next),
            failures: 0,
        });
        true
    }

    fn transmit(&mut self, side: usize, most: usize) -> bool {
        let end = &mut self.ends[side];
        let mut slices = [IoSlice::new(&[]); 4];
        let offer = end.connection.transmit(&mut slices);
        assert!(offer.handles.len() <= 1 && (offer.handles.is_empty() || offer.bytes > 0));
        let bytes = joined(&slices[..offer.slices]);
        let taken = end.out.write(self.format, &bytes, most, offer.handles.first());
        if taken > 0 {
            end.connection.transmitted(taken);
        }
        taken > 0
    }

    fn receive(&mut self, side: usize, most: usize, lost: bool) -> bool {
        let (end, peer) = two(&mut self.ends, side);
        let room = end.connection.spare();
        let (bytes, handle) = peer.out.read(most.min(room.len()));
        room[..bytes.len()].copy_from_slice(&bytes);
        if handle.is_some() && lost {
            peer.failed();
        }
        let handles = handle.filter(|_| !lost).into_iter().collect();
        end.connection.handle_read(bytes.len(), handles, lost).unwrap();
        while let Some(event) = end.connection.poll_event().unwrap() {
            match item(event) {
                Item::Message { internal, payload } => {
                    let sent = peer.arrived();
                    assert!(sent.payload == payload && sent.handle.is_none(), "in order");
                    assert_eq!(
                        internal,
                        String::from_utf8_lossy(&payload).contains("NODE_CLUSTER")
                    );
                }
                Item::Group { payload, handle, .. } => {
                    let sent = peer.arrived();
                    assert!(
                        sent.payload == payload && sent.handle == Some(*handle),
                        "in order, with its handle"
                    );
                    assert!(end.asked.replace(sent).is_none(), "one at a time");
                }
                Item::Unreadable(fault) => panic!("an honest peer: {fault}"),
                Item::Acknowledged(through) => {
                    assert_eq!(through, end.answered + 1);
                    end.answered = through;
                    end.out.open = None;
                }
                Item::Refused(group) => {
                    assert_eq!(group, end.answered + 1);
                    end.refused.push(group);
                }
            }
        }
        !bytes.is_empty()
    }

    fn answer(&mut self, side: usize, taken: bool) -> bool {
        let (end, peer) = two(&mut self.ends, side);
        let Some(sent) = end.asked.take() else {
            return false;
        };
        if taken {
            end.connection.accept(0);
        } else {
            end.connection.refuse(0, RefuseReason::Limit);
            peer.expected.push_front(sent);
            peer.failed();
        }
        true
    }

    /// Lets both ends write, read and answer until nothing moves.
    pub(crate) fn settle(&mut self) {
        let mut moved = true;
        while moved {
            moved = false;
            for side in [0, 1] {
                moved |= self.step(Step::Transmit(side, usize::MAX));
                moved |= self.step(Step::Receive(side, usize::MAX, false));
                moved |= self.step(Step::Answer(side, true));
            }
        }
    }
}

fn two(ends: &mut [End; 2], side: usize) -> (&mut End, &mut End) {
    let [a, b] = ends;
    if side == 0 { (a, b) } else { (b, a) }
}

fn joined(slices: &[IoSlice<'_>]) -> Vec<u8> {
    slices.iter().flat_map(|slice| slice.iter().copied()).collect()
}
