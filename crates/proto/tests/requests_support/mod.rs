//! Two ends that send each other requests over a simulated link, and the model that they are held to.
#![allow(clippy::expect_used, reason = "a helper that fails is a test that fails")]
#![allow(
    unreachable_pub,
    dead_code,
    reason = "a part of two test files, each of one wire"
)]

use std::collections::BTreeMap;
use std::io::IoSlice;
use std::rc::Rc;

use forkwire_proto::{
    Call, Config, Connection, DeclineReason, Event, Format, HandleInfo, HandleKind, Meta, NodeConnection,
    PushError, RefuseReason, RequestEvent, Wire,
};
use proptest::prelude::*;

use crate::support::link::{Link, Shape};
use crate::support::payload;
use crate::support::token::{Book, Token};

pub type Side = usize;

#[derive(Clone, Debug)]
pub enum Step {
    Message(Side, usize),
    /// With the number of its handles.
    Request(Side, Format, usize, usize),
    /// For one of the open requests. With whether it failed.
    Respond(Side, usize, bool, usize, usize),
    Decline(Side, usize),
    Cancel(Side, usize),
    Transmit(Side, usize),
    Receive(Side, usize),
    /// Whether handles are taken from now on.
    Refuse(Side, bool),
    Close(Side),
}

/// How a request ended for its sender.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    Declined,
    Cancelled,
    /// Its handles were refused, or those of its response.
    Refused,
}

#[derive(Debug)]
pub struct Request {
    pub message: u64,
    group: Option<u64>,
    payload: Vec<u8>,
    pub outcome: Option<Outcome>,
    /// The response that the peer has sent.
    response: Option<(bool, Vec<u8>)>,
}

#[derive(Debug)]
pub struct End {
    pub connection: Wire<Token>,
    book: Rc<Book>,
    pub requests: BTreeMap<u64, Request>,
    /// Requests of the peer that this end may answer.
    open: Vec<u64>,
    /// Requests of the peer that this end has read.
    pub begun: Vec<u64>,
    closed: bool,
    refuses: bool,
    pushed: u64,
}

impl End {
    fn new(book: &Rc<Book>, connection: Wire<Token>) -> Self {
        Self {
            connection,
            book: Rc::clone(book),
            requests: BTreeMap::new(),
            open: Vec::new(),
            begun: Vec::new(),
            closed: false,
            refuses: false,
            pushed: 0,
        }
    }

    fn handles(&self, count: usize) -> Vec<(HandleInfo, Token)> {
        let info = HandleInfo::new(HandleKind::NetSocket);
        (0..count)
            .map(|_| (info.clone(), Token::new(&self.book)))
            .collect()
    }

    fn request(&mut self, format: Format, len: usize, handles: usize) {
        let payload = payload(len, u8::try_from(len % 100).expect("a byte"));
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(&payload);
        let pushed = if handles == 0 {
            let pushed = self.connection.push_request(format, len, fill);
            pushed.map(|id| (id, None))
        } else {
            let handles = self.handles(handles);
            let pushed = self
                .connection
                .push_request_with_handles(format, handles, len, fill);
            pushed.map(|(id, group)| (id, Some(group)))
        };
        let Ok((id, group)) = pushed else {
            assert!(self.closed, "only a closed end refuses");
            return;
        };
        self.pushed += 1;
        assert_eq!(id, self.requests.len() as u64 + 1, "requests are counted from 1");
        let request = Request {
            message: self.pushed,
            group,
            payload,
            outcome: None,
            response: None,
        };
        self.requests.insert(id, request);
    }

    /// The payload of the response, if one was sent.
    fn respond(&mut self, id: u64, failed: bool, len: usize, handles: usize) -> Option<Vec<u8>> {
        let payload = payload(len, 7);
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(&payload);
        let connection = &mut self.connection;
        let pushed = if handles == 0 || failed {
            connection.push_response(id, failed, Format::Json, len, fill)
        } else {
            let info = HandleInfo::new(HandleKind::NetServer);
            let book = &self.book;
            let handles = (0..handles).map(|_| (info.clone(), Token::new(book))).collect();
            let pushed = connection.push_response_with_handles(id, Format::Json, handles, len, fill);
            pushed.map(drop)
        };
        match pushed {
            Ok(()) => {
                self.pushed += 1;
                Some(payload)
            }
            Err(PushError::NotAwaited { .. }) => panic!("it was open"),
            Err(_) => {
                assert!(self.closed, "only a closed end refuses");
                None
            }
        }
    }

    fn transmit(&mut self, link: &mut Link, most: usize) -> bool {
        let mut places = [IoSlice::new(&[]); 8];
        let offer = self.connection.transmit(&mut places);
        let taken = link.send(&places[..offer.slices], most, offer.handles);
        if taken > 0 {
            drop(self.connection.transmitted(taken));
        }
        taken > 0
    }
}

#[derive(Debug)]
pub struct Pair {
    pub book: Rc<Book>,
    pub ends: [End; 2],
    links: [Link; 2],
}

impl Pair {
    pub fn new(shape: Shape) -> Self {
        Self::over(shape, || Wire::Native(Connection::new(Config::default())))
    }

    /// On Node's wire, where requests have no handles.
    pub fn on_node_wire(shape: Shape, format: Format) -> Self {
        Self::over(shape, || {
            Wire::Node(NodeConnection::new(format, Config::default()))
        })
    }

    fn over(shape: Shape, wire: impl Fn() -> Wire<Token>) -> Self {
        let book = Rc::new(Book::default());
        Self {
            ends: [End::new(&book, wire()), End::new(&book, wire())],
            links: [Link::new(shape), Link::new(shape)],
            book,
        }
    }

    pub fn run(&mut self, steps: &[Step]) {
        for step in steps {
            self.step(step);
        }
    }

    pub fn step(&mut self, step: &Step) -> bool {
        let moved = match *step {
            Step::Message(side, len) => {
                let (end, body) = (&mut self.ends[side], payload(len, 1));
                let fill = |out: &mut Vec<u8>| out.extend_from_slice(&body);
                let pushed = end.connection.push(Meta::new(Format::Json), len, fill);
                end.pushed += u64::from(pushed.is_ok());
                true
            }
            Step::Request(side, format, len, handles) => {
                self.ends[side].request(format, len, handles);
                true
            }
            Step::Respond(side, which, failed, len, handles) => {
                self.respond(side, which, failed, len, handles)
            }
            Step::Decline(side, which) => self.decline(side, which),
            Step::Cancel(side, which) => self.cancel(side, which),
            Step::Transmit(side, most) => self.ends[side].transmit(&mut self.links[side], most),
            Step::Receive(side, most) => self.receive(side, most),
            Step::Refuse(side, refuses) => {
                self.ends[side].refuses = refuses;
                true
            }
            Step::Close(side) => {
                self.ends[side].closed = true;
                self.ends[side].connection.close();
                true
            }
        };
        for end in &self.ends {
            let awaited = end.requests.values().filter(|request| request.outcome.is_none());
            assert_eq!(end.connection.awaited(), awaited.count());
            assert_eq!(end.connection.serving(), end.open.len());
            let (settled, unsettled) = (end.connection.settled(), end.connection.unsettled());
            assert_eq!(settled + unsettled as u64, end.pushed);
        }
        moved
    }

    fn respond(&mut self, side: Side, which: usize, failed: bool, len: usize, handles: usize) -> bool {
        let end = &mut self.ends[side];
        if end.open.is_empty() {
            return false;
        }
        let at = which % end.open.len();
        let id = end.open[at];
        let Some(payload) = end.respond(id, failed, len, handles) else {
            return false;
        };
        end.open.remove(at);
        let request = self.ends[1 - side]
            .requests
            .get_mut(&id)
            .expect("a request of the peer");
        assert!(request.response.is_none());
        request.response = Some((failed, payload));
        true
    }

    fn decline(&mut self, side: Side, which: usize) -> bool {
        let end = &mut self.ends[side];
        if end.open.is_empty() {
            return false;
        }
        let id = end.open.remove(which % end.open.len());
        assert!(end.connection.decline(id, DeclineReason::NoHandler));
        assert!(!end.connection.decline(id, DeclineReason::NoHandler), "once");
        true
    }

    fn cancel(&mut self, side: Side, which: usize) -> bool {
        let end = &mut self.ends[side];
        if end.requests.is_empty() {
            return false;
        }
        let id = (which % end.requests.len()) as u64 + 1;
        let request = end.requests.get_mut(&id).expect("one of them");
        assert_eq!(end.connection.cancel(id), request.outcome.is_none());
        request.outcome.get_or_insert(Outcome::Cancelled);
        true
    }

    fn receive(&mut self, side: Side, most: usize) -> bool {
        let (end, link) = (&mut self.ends[side], &mut self.links[1 - side]);
        let Some(received) = link.recv(end.connection.spare(), most, usize::MAX) else {
            return false;
        };
        let moved = received.bytes > 0;
        end.connection
            .handle_read(received.bytes, received.handles, received.cut)
            .expect("an honest peer");
        loop {
            let end = &mut self.ends[side];
            let Some(event) = end.connection.poll_event().expect("an honest peer") else {
                return moved;
            };
            match event {
                Event::Call { call, payload, .. } => {
                    let payload = payload.into_vec();
                    self.arrived(side, call, &payload);
                }
                Event::Requests(RequestEvent::WithHandles {
                    number,
                    call,
                    payload,
                    handles,
                    ..
                }) => {
                    for (_, token) in handles {
                        token.deliver();
                    }
                    if end.refuses {
                        end.connection.refuse(number, RefuseReason::Kind);
                        if let Call::Response { id, .. } = call {
                            end.end(id, Outcome::Refused);
                        } else {
                            end.begun.push(call.id());
                        }
                    } else {
                        end.connection.accept(number);
                        self.arrived(side, call, &payload);
                    }
                }
                Event::Requests(RequestEvent::Late { number, handles }) => {
                    for (_, token) in handles {
                        token.deliver();
                    }
                    end.connection.accept(number);
                }
                Event::Requests(RequestEvent::Cancelled { id }) => end.open.retain(|open| *open != id),
                Event::Requests(RequestEvent::Declined { id, .. }) => end.end(id, Outcome::Declined),
                Event::Refused { group, .. } => {
                    let request = end
                        .requests
                        .values_mut()
                        .find(|request| request.group == Some(group));
                    if let Some(request) = request {
                        request.outcome.get_or_insert(Outcome::Refused);
                    }
                }
                _ => {}
            }
        }
    }

    fn arrived(&mut self, side: Side, call: Call, payload: &[u8]) {
        match call {
            Call::Request(id) => {
                assert_eq!(self.ends[1 - side].requests[&id].payload, payload);
                let end = &mut self.ends[side];
                end.begun.push(id);
                end.open.push(id);
            }
            Call::Response { id, failed } => {
                let end = &mut self.ends[side];
                let response = end.requests[&id].response.as_ref().expect("it was sent");
                assert_eq!((response.0, &response.1[..]), (failed, payload));
                end.end(id, Outcome::Answered);
            }
        }
    }

    pub fn kill(&mut self, dead: Side) {
        self.links[dead].end();
        self.links[1 - dead].break_off();
    }

    /// Answers all and moves all until nothing moves.
    pub fn settle(&mut self) {
        let mut moved = true;
        while moved {
            moved = false;
            for side in [0, 1] {
                moved |= self.step(&Step::Transmit(side, usize::MAX));
                moved |= self.step(&Step::Receive(side, usize::MAX));
                let closed = self.ends[side].closed;
                moved |= if closed {
                    self.step(&Step::Decline(side, 0))
                } else {
                    self.step(&Step::Respond(side, 0, false, 3, 0))
                };
            }
        }
        for end in &self.ends {
            assert!(!end.connection.wants_write(), "everything is written");
            assert_eq!(end.connection.unanswered(), 0);
        }
    }
}

impl End {
    /// A request ends for its sender.
    fn end(&mut self, id: u64, outcome: Outcome) {
        let request = self.requests.get_mut(&id).expect("a request of this end");
        assert_eq!(request.outcome, None, "once");
        request.outcome = Some(outcome);
    }
}

pub fn step() -> impl Strategy<Value = Step> {
    let side = || 0..2_usize;
    let len = || prop_oneof![8 => 0..300_usize, 1 => 16_370..16_400_usize, 1 => 60_000..100_000_usize];
    let some = || prop_oneof![2 => 0..40_usize, 2 => 0..2_000_usize, 2 => Just(usize::MAX)];
    let handles = || prop_oneof![3 => Just(0_usize), 1 => 1..4_usize];
    let format = prop_oneof![Just(Format::Json), Just(Format::Clone)];
    let which = any::<usize>;
    prop_oneof![
        2 => (side(), len()).prop_map(|(side, len)| Step::Message(side, len)),
        6 => (side(), format, len(), handles())
            .prop_map(|(side, format, len, handles)| Step::Request(side, format, len, handles)),
        5 => (side(), which(), any::<bool>(), len(), handles())
            .prop_map(|(side, at, failed, len, handles)| Step::Respond(side, at, failed, len, handles)),
        1 => (side(), which()).prop_map(|(side, at)| Step::Decline(side, at)),
        3 => (side(), which()).prop_map(|(side, at)| Step::Cancel(side, at)),
        7 => (side(), some()).prop_map(|(side, most)| Step::Transmit(side, most)),
        7 => (side(), some()).prop_map(|(side, most)| Step::Receive(side, most)),
        1 => (side(), any::<bool>()).prop_map(|(side, refuses)| Step::Refuse(side, refuses)),
    ]
}
