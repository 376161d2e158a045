//! Two ends joined by a simulated link, driven step by step.

use std::collections::VecDeque;
use std::rc::Rc;

use forkwire_proto::{Config, Connection, HandleInfo, Meta, RefuseReason};

use super::end::{End, Refusals, Sent};
use super::link::{Link, Shape};
use super::payload;
use super::token::Book;

/// Which end does it: 0 or 1.
pub(crate) type Side = usize;

/// One step of a schedule.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Push(Side, Meta, usize),
    PushSeveral(Side, usize),
    /// With the bytes that the link takes at once.
    PushBorrowed(Side, Meta, usize, usize),
    PushWithHandles(Side, Meta, usize, Vec<HandleInfo>),
    /// With the number of slices and the most bytes that the link takes.
    Transmit(Side, usize, usize),
    /// With the most bytes and the most handles that come.
    Receive(Side, usize, usize),
    Answer(Side, Option<RefuseReason>),
    Close(Side),
}

#[derive(Debug)]
pub(crate) struct Pair {
    pub(crate) book: Rc<Book>,
    pub(crate) ends: [End; 2],
    /// What each end writes.
    pub(crate) links: [Link; 2],
    /// What each end has sent and the other not yet received.
    expected: [VecDeque<Sent>; 2],
    /// Refusals that each end must hear of.
    owed: [Refusals; 2],
    seed: u8,
}

impl Pair {
    pub(crate) fn new(shape: Shape) -> Self {
        let book = Rc::new(Book::default());
        let end = || End::new(Connection::new(Config::default()), &book);
        Self {
            ends: [end(), end()],
            links: [Link::new(shape), Link::new(shape)],
            expected: [VecDeque::new(), VecDeque::new()],
            owed: [Refusals::new(), Refusals::new()],
            seed: 0,
            book,
        }
    }

    pub(crate) fn run(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    /// Takes one step and checks what must hold. Whether something moved.
    pub(crate) fn step(&mut self, step: &Step) -> bool {
        let moved = match *step {
            Step::Push(side, meta, len) => self.push(side, Some(meta), len, None),
            Step::PushSeveral(side, len) => self.push(side, None, len, None),
            Step::PushBorrowed(side, meta, len, take) => self.push(side, Some(meta), len, Some(take)),
            Step::PushWithHandles(side, meta, len, ref kinds) => {
                let sent = self.message(Some(meta), len);
                let sent = self.ends[side].push_with_handles(sent, kinds);
                self.expected[side].extend(sent);
                true
            }
            Step::Transmit(side, slices, most) => {
                self.ends[side].transmit(&mut self.links[side], slices, most)
            }
            Step::Receive(side, most, limit) => {
                self.receive(side, most, limit).is_some_and(|bytes| bytes > 0)
            }
            Step::Answer(side, refusal) => self.ends[side].answer(refusal, &mut self.owed[1 - side]),
            Step::Close(side) => {
                self.ends[side].closed = true;
                self.ends[side].connection.close();
                true
            }
        };
        self.check();
        moved
    }

    /// Reads once; `Some(0)` is the end of the stream.
    pub(crate) fn receive(&mut self, side: Side, most: usize, limit: usize) -> Option<usize> {
        let peer = 1 - side;
        self.ends[side].receive(
            &mut self.links[peer],
            &mut self.expected[peer],
            &mut self.owed[peer],
            (most, limit),
        )
    }

    /// `dead` is killed: its descriptors are closed, what it wrote can be read.
    pub(crate) fn kill(&mut self, dead: Side) {
        self.links[dead].end();
        self.links[1 - dead].break_off();
    }

    pub(crate) fn check(&self) {
        for (end, link) in self.ends.iter().zip(&self.links) {
            end.check(link);
        }
    }

    /// Lets both ends write, read and answer until nothing moves, and checks that all arrived and was answered.
    pub(crate) fn settle(&mut self) {
        let mut rounds = 0;
        let mut moved = true;
        while moved {
            moved = false;
            rounds += 1;
            assert!(rounds < 1_000_000, "it comes to rest");
            for side in [0, 1] {
                moved |= self.step(&Step::Transmit(side, 8, usize::MAX));
                moved |= self.step(&Step::Receive(side, usize::MAX, usize::MAX));
                moved |= self.step(&Step::Answer(side, None));
            }
        }
        self.check_complete();
    }

    /// Messages that `side` pushed and that the other end has neither received nor, for lost handles, refused.
    pub(crate) fn undelivered(&mut self, side: Side) -> usize {
        let (expected, owed) = (&mut self.expected[side], &mut self.owed[side]);
        self.ends[1 - side].skip_lost(expected, &self.links[side], owed);
        expected.len()
    }

    fn check_complete(&mut self) {
        for side in [0, 1] {
            assert_eq!(self.undelivered(side), 0, "everything arrives");
            let (end, peer) = (&self.ends[side], &self.ends[1 - side]);
            assert!(!end.connection.wants_write(), "everything is written");
            assert_eq!(end.connection.unsettled(), 0);
            assert_eq!(end.connection.unanswered(), 0, "every handle group is answered");
            assert_eq!(
                peer.peer_closed, end.closed,
                "the goodbye arrives, and only if it was said"
            );
            assert_eq!(
                end.refused, self.owed[side],
                "refusals are told, with their reasons"
            );
        }
    }

    fn push(&mut self, side: Side, meta: Option<Meta>, len: usize, take: Option<usize>) -> bool {
        let sent = self.message(meta, len);
        let sent = self.ends[side].push(sent, &mut self.links[side], take);
        self.expected[side].extend(sent);
        true
    }

    fn message(&mut self, meta: Option<Meta>, len: usize) -> Sent {
        self.seed = self.seed.wrapping_add(1);
        Sent {
            meta,
            payload: payload(len, self.seed),
            handles: Vec::new(),
        }
    }
}
