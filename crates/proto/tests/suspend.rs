//! A connection that is suspended at any moment and resumed elsewhere loses nothing and doubles nothing, in either
//! direction.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use std::collections::VecDeque;
use std::io::IoSlice;

use forkwire_proto::{Config, Connection, Event, HandleInfo, HandleKind};
use proptest::prelude::*;
use support::{cases, json, payload};

const CONFIG: usize = 1 << 20;

fn memory(len: usize) -> Vec<u8> {
    vec![0; len]
}

/// One end with what is on its way to it.
struct End {
    connection: Connection<u32>,
    /// Read by an earlier connection, and not used.
    early: Vec<u8>,
    /// What each write of the peer took. A read takes bytes of one of them, with the handles that came with the first.
    incoming: VecDeque<(VecDeque<u8>, Vec<u32>)>,
    received: Vec<Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Step {
    Push(usize, usize),
    PushHandle(usize),
    Transmit(usize, usize),
    Receive(usize, usize),
    Suspend(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let side = || 0..2_usize;
    prop_oneof![
        3 => (side(), prop_oneof![0..40_usize, 15_000..70_000_usize]).prop_map(|(side, size)| Step::Push(side, size)),
        1 => side().prop_map(Step::PushHandle),
        4 => (side(), 1..40_000_usize).prop_map(|(side, most)| Step::Transmit(side, most)),
        4 => (side(), 1..40_000_usize).prop_map(|(side, most)| Step::Receive(side, most)),
        3 => side().prop_map(Step::Suspend),
    ]
}

impl End {
    fn new() -> Self {
        Self {
            connection: Connection::new(Config::new(CONFIG)),
            early: Vec::new(),
            incoming: VecDeque::new(),
            received: Vec::new(),
        }
    }

    fn read(&mut self, most: usize) {
        let room = self.connection.spare().len().min(most);
        let mut handles = Vec::new();
        let bytes: Vec<u8> = if !self.early.is_empty() {
            self.early.drain(..room.min(self.early.len())).collect()
        } else if let Some((bytes, carried)) = self.incoming.front_mut() {
            handles.append(carried);
            bytes.drain(..room.min(bytes.len())).collect()
        } else {
            return;
        };
        if self.incoming.front().is_some_and(|(bytes, _)| bytes.is_empty()) {
            self.incoming.pop_front();
        }
        support::read_into(&mut self.connection, &bytes, handles, false).unwrap();
        while let Some(event) = self.connection.poll_event().unwrap() {
            let group = match event {
                Event::Message { payload, .. } => {
                    self.received.push(payload.into_vec());
                    None
                }
                Event::MessageWithHandles { number, payload, .. } => {
                    self.received.push(payload);
                    Some(number)
                }
                _ => None,
            };
            if let Some(number) = group {
                self.connection.accept(number);
            }
        }
    }

    /// Whether it could be suspended.
    fn suspend(&mut self) -> bool {
        let Some(mut state) = self.connection.suspend() else {
            return false;
        };
        // As a link does with what it was given and its connection has not read.
        state.append(&mut self.early);
        let resumed = Connection::resume(Config::new(CONFIG), memory, &state).unwrap();
        (self.connection, self.early) = resumed;
        true
    }
}

struct Pair {
    ends: [End; 2],
    sent: [Vec<Vec<u8>>; 2],
}

impl Pair {
    fn push(&mut self, side: usize, payload: Vec<u8>, handle: bool) {
        let connection = &mut self.ends[side].connection;
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(&payload);
        if handle {
            let handles = vec![(HandleInfo::new(HandleKind::Port), 7)];
            connection
                .push_with_handles(json(), handles, payload.len(), fill)
                .unwrap();
        } else {
            connection.push(json(), payload.len(), fill).unwrap();
        }
        self.sent[side].push(payload);
    }

    /// Whether something was written.
    fn transmit(&mut self, side: usize, most: usize) -> bool {
        let mut slices = [IoSlice::new(&[]); 4];
        let offer = self.ends[side].connection.transmit(&mut slices);
        let (count, handles) = (offer.slices, offer.handles.to_vec());
        let bytes: Vec<u8> = slices[..count]
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .take(most)
            .collect();
        if bytes.is_empty() {
            return false;
        }
        self.ends[side].connection.transmitted(bytes.len());
        self.ends[1 - side].incoming.push_back((bytes.into(), handles));
        true
    }

    fn settle(&mut self) {
        loop {
            let written = (0..2).any(|side| self.transmit(side, usize::MAX));
            let mut read = false;
            for end in &mut self.ends {
                while !end.early.is_empty() || !end.incoming.is_empty() {
                    end.read(usize::MAX);
                    read = true;
                }
            }
            if !written && !read {
                return;
            }
        }
    }
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn an_end_that_moves_between_any_two_bytes_loses_nothing(steps in prop::collection::vec(step(), 0..80)) {
        let mut pair = Pair { ends: [End::new(), End::new()], sent: [Vec::new(), Vec::new()] };
        for (n, step) in steps.into_iter().enumerate() {
            let seed = u8::try_from(n).unwrap();
            match step {
                Step::Push(side, size) => pair.push(side, payload(size, seed), false),
                Step::PushHandle(side) => pair.push(side, payload(3, seed), true),
                Step::Transmit(side, most) => { pair.transmit(side, most); }
                Step::Receive(side, most) => pair.ends[side].read(most),
                Step::Suspend(side) => {
                    let busy = pair.ends[side].connection.unanswered() > 0;
                    let moved = pair.ends[side].suspend();
                    prop_assert!(!(busy && moved), "handles are on their way");
                }
            }
        }
        pair.settle();
        prop_assert!(pair.ends[0].suspend() && pair.ends[1].suspend(), "nothing is on its way");
        prop_assert!(pair.ends[1].received == pair.sent[0]);
        prop_assert!(pair.ends[0].received == pair.sent[1]);
    }

    #[test]
    fn a_state_may_be_anything(state in prop::collection::vec(any::<u8>(), 0..80), good in any::<bool>()) {
        let mut state = state;
        if good && state.len() > 2 {
            (state[0], state[1]) = (1, state[1] & 1);
        }
        if let Ok((mut connection, unread)) = Connection::<u32>::resume(Config::new(100), memory, &state) {
            support::read_into(&mut connection, &unread, Vec::new(), false).unwrap();
            while let Ok(Some(_)) = connection.poll_event() {}
            support::drain(&mut connection);
        }
    }
}

#[test]
fn a_state_that_is_cut_short_or_of_another_version_is_refused() {
    let mut connection = Connection::<u32>::new(Config::new(100));
    let state = connection.suspend().unwrap();
    for cut in 0..46 {
        assert!(Connection::<u32>::resume(Config::new(100), memory, &state[..cut]).is_err());
    }
    let mut other = state.clone();
    other[0] = 9;
    assert!(Connection::<u32>::resume(Config::new(100), memory, &other).is_err());
    let (mut resumed, _) = Connection::<u32>::resume(Config::new(100), memory, &state).unwrap();
    assert_eq!(
        support::drain(&mut resumed),
        support::wire::hello(support::wire::VERSION)
    );
}

#[test]
fn an_end_that_said_goodbye_stays() {
    let mut connection = Connection::<u32>::new(Config::new(100));
    connection.close();
    assert_eq!(connection.suspend(), None);
}
