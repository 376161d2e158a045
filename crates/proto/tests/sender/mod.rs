//! An end that only sends, on either wire: a driver that calls back as a binding does, a transport that keeps all the
//! bytes it took, and the oracle that looks at these alone.

use std::io::IoSlice;
use std::rc::Rc;

use forkwire_proto::{
    Config, Connection, Format, HandleInfo, HandleKind, Meta, NodeConnection, PushError, Wire,
};

use crate::node_support::{Kind, frame, payload, split};
use crate::support::{naive, wire};

/// One thing that happens.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Push(usize),
    /// With the bytes that the transport takes at once.
    PushBorrowed(usize, Taken),
    PushWithHandles(usize),
    /// With the slices offered and the bytes that are taken; none is a full socket.
    Write(usize, Taken),
    /// The peer answers for the oldest handle group that it has whole: whether it takes it.
    Answer(bool),
    /// Nothing more may be sent; what is queued still goes.
    Close,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Null,
    Error,
}

pub(crate) struct Sender {
    pub(crate) wire: Wire<Rc<()>>,
    node: Option<Format>,
    pub(crate) handle: Rc<()>,
    /// All that the transport has taken.
    taken: Vec<u8>,
    pub(crate) broken: bool,
    closed: bool,
    payloads: Vec<Vec<u8>>,
    outcomes: Vec<Outcome>,
    groups: u8,
    answers: usize,
}

impl Sender {
    pub(crate) fn new(node: Option<Format>) -> Self {
        let mut wire = match node {
            None => Wire::Native(Connection::new(Config::default())),
            Some(format) => Wire::Node(NodeConnection::new(format, Config::default())),
        };
        if node.is_none() {
            receive(&mut wire, &wire::hello(wire::VERSION));
        }
        Self {
            wire,
            node,
            handle: Rc::new(()),
            taken: Vec::new(),
            broken: false,
            closed: false,
            payloads: Vec::new(),
            outcomes: Vec::new(),
            groups: 0,
            answers: 0,
        }
    }

    pub(crate) fn step(&mut self, step: &Step) {
        match *step {
            Step::Push(size) => self.push(Kind::Plain, size, |wire, meta, bytes, _| {
                wire.push(meta, bytes.len(), |out| out.extend_from_slice(bytes))
            }),
            Step::PushBorrowed(size, most) => {
                let most = if self.broken { Taken::AtMost(0) } else { most };
                self.push(Kind::Plain, size, |wire, meta, bytes, taken| {
                    wire.push_borrowed(meta, &[bytes], |slices| take(taken, slices, most))
                });
            }
            Step::PushWithHandles(size) => {
                let handles = vec![(HandleInfo::new(HandleKind::NetServer), Rc::clone(&self.handle))];
                self.push(Kind::Handle, size, |wire, meta, bytes, _| {
                    let fill = |out: &mut Vec<u8>| out.extend_from_slice(bytes);
                    wire.push_with_handles(meta, handles, bytes.len(), fill).map(drop)
                });
            }
            Step::Write(slices, most) => self.write(slices, most),
            Step::Answer(accepts) => self.answer(accepts),
            Step::Close => {
                self.closed = true;
                self.wire.close();
            }
        }
        self.call_back();
    }

    fn push<F>(&mut self, kind: Kind, size: usize, push: F)
    where
        F: FnOnce(&mut Wire<Rc<()>>, Meta, &[u8], &mut Vec<u8>) -> Result<(), PushError<Rc<()>>>,
    {
        let format = self.node.unwrap_or(Format::Json);
        let id = u32::try_from(self.payloads.len()).unwrap();
        let bytes = payload(format, kind, id, size);
        match push(&mut self.wire, Meta::new(format), &bytes, &mut self.taken) {
            Ok(()) => {
                self.payloads.push(bytes);
                self.groups += u8::from(kind == Kind::Handle);
            }
            Err(error) => {
                assert!(self.closed, "only a closed end refuses");
                assert_eq!(error.into_handles().len(), usize::from(kind == Kind::Handle));
            }
        }
    }

    fn write(&mut self, slices: usize, most: Taken) {
        if self.broken {
            return;
        }
        let mut places = [IoSlice::new(&[]); 8];
        let offer = self.wire.transmit(&mut places[..slices]);
        let count = offer.slices;
        let taken = take(&mut self.taken, &places[..count], most);
        if taken > 0 {
            self.wire.transmitted(taken);
        }
    }

    /// An honest peer answers for what it has.
    fn answer(&mut self, accepts: bool) {
        let whole = self.frames().iter().filter(|(group, _)| *group).count();
        if self.answers == whole {
            return;
        }
        self.answers += 1;
        let bytes = match self.node {
            None => {
                let number = u8::try_from(self.answers).unwrap();
                let refusal = if accepts {
                    Vec::new()
                } else {
                    wire::refuse(number, 1)
                };
                [refusal, wire::ack(number)].concat()
            }
            Some(format) => {
                let kind = if accepts { Kind::Ack } else { Kind::Nack };
                frame(format, &payload(format, kind, 0, 0))
            }
        };
        receive(&mut self.wire, &bytes);
    }

    /// Nulls for what is settled, in order.
    fn call_back(&mut self) {
        assert_eq!(
            self.wire.settled() + self.wire.unsettled() as u64,
            self.payloads.len() as u64
        );
        let settled = usize::try_from(self.wire.settled()).unwrap();
        assert!(settled >= self.outcomes.len(), "what is settled stays so");
        self.outcomes.resize(settled, Outcome::Null);
    }

    /// The channel is over: errors for the rest.
    pub(crate) fn end(&mut self) {
        self.outcomes.resize(self.payloads.len(), Outcome::Error);
    }

    /// The whole messages among the taken bytes, with whether each is a handle group; those sent again are there again.
    fn frames(&self) -> Vec<(bool, Vec<u8>)> {
        match self.node {
            None => naive::frames(&self.taken)
                .iter()
                .filter(|frame| frame.is_message())
                .map(|frame| {
                    (
                        frame.handles > 0,
                        frame.body[3 * usize::from(frame.handles)..].to_vec(),
                    )
                })
                .collect(),
            Some(format) => split(format, &self.taken)
                .0
                .into_iter()
                .map(|payload| (self.is_group(&payload), payload))
                .collect(),
        }
    }

    fn is_group(&self, payload: &[u8]) -> bool {
        let format = self.node.unwrap_or(Format::Json);
        let end: &[u8] = match format {
            Format::Json => b"\"cmd\":\"NODE_HANDLE\"}",
            Format::Clone => b"\"\x03cmd\"\x0bNODE_HANDLE{\x04",
        };
        payload.ends_with(end)
    }

    /// The oracle: the sends whose bytes are all there are the first ones, and exactly those that ended with null.
    pub(crate) fn check(&self) {
        let mut whole: Vec<Vec<u8>> = Vec::new();
        for (_, payload) in self.frames() {
            if !whole.contains(&payload) {
                whole.push(payload);
            }
        }
        assert!(
            whole.iter().eq(&self.payloads[..whole.len()]),
            "taken in the order of sending"
        );
        let nulls = self
            .outcomes
            .iter()
            .filter(|outcome| **outcome == Outcome::Null)
            .count();
        assert_eq!(nulls, whole.len(), "null means that the last byte was taken");
        assert_eq!(
            self.outcomes.len(),
            self.payloads.len(),
            "every send has ended once"
        );
    }
}

/// As many bytes as are taken: so many at most, or all but so many.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taken {
    AtMost(usize),
    AllBut(usize),
}

fn take(taken: &mut Vec<u8>, slices: &[IoSlice<'_>], most: Taken) -> usize {
    let offered: usize = slices.iter().map(|slice| slice.len()).sum();
    let count = match most {
        Taken::AtMost(count) => count.min(offered),
        Taken::AllBut(rest) => offered.saturating_sub(rest),
    };
    taken.extend(slices.iter().flat_map(|slice| slice.iter().copied()).take(count));
    count
}

fn receive(wire: &mut Wire<Rc<()>>, bytes: &[u8]) {
    wire.spare()[..bytes.len()].copy_from_slice(bytes);
    wire.handle_read(bytes.len(), Vec::new(), false).unwrap();
    while wire.poll_event().unwrap().is_some() {}
}
