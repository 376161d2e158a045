//! Moves frames from one connection to another, for counting instructions: `frames CASE COUNT`.
//!
//! The difference between two values of COUNT is the cost of the frames alone: starting the program costs the same in
//! both. `bench/costs/core.mjs` counts it under valgrind, which does not see other load on the machine.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::env::args;
use std::hint::black_box;
use std::io::IoSlice;
use std::process::ExitCode;

use forkwire_proto::{Config, Connection, Event, Format, HandleInfo, HandleKind, Meta};

/// Messages that wait together, like those of one tick. `COUNT` is a multiple of it.
const GATHERED: usize = 64;

fn main() -> ExitCode {
    let mut args = args().skip(1);
    let (Some(case), Some(count)) = (args.next(), args.next().and_then(|count| count.parse().ok())) else {
        eprintln!("usage: frames small|medium|handles COUNT");
        return ExitCode::from(2);
    };
    match case.as_str() {
        "small" => messages(100, count, GATHERED),
        "medium" => messages(1_000, count, GATHERED),
        "handles" => groups(count),
        _ => return ExitCode::from(2),
    }
    ExitCode::SUCCESS
}

/// `count` messages of `size` bytes, encoded, moved and decoded.
fn messages(size: usize, count: usize, gathered: usize) {
    let text = vec![b'x'; size];
    let (mut parent, mut child) = pair();
    let mut arrived = 0;
    for _ in 0..count / gathered {
        for _ in 0..gathered {
            parent
                .push(Meta::new(Format::Json), size, |out| out.extend_from_slice(&text))
                .unwrap();
        }
        arrived += carry(&mut parent, &mut child);
    }
    assert_eq!(arrived, count / gathered * gathered);
}

/// `count` messages with a handle each, accepted and acknowledged.
fn groups(count: usize) {
    let (mut parent, mut child) = pair();
    let mut arrived = 0;
    for handle in 0..count {
        let info = HandleInfo::new(HandleKind::NetSocket);
        parent
            .push_with_handles(Meta::new(Format::Json), vec![(info, handle)], 2, |out| {
                out.extend_from_slice(b"{}");
            })
            .unwrap();
        arrived += carry(&mut parent, &mut child);
        carry(&mut child, &mut parent);
    }
    assert_eq!(arrived, count);
}

fn pair() -> (Connection<usize>, Connection<usize>) {
    (
        Connection::new(Config::default()),
        Connection::new(Config::default()),
    )
}

/// Moves what waits in `from` to `to`, and returns how many messages arrived there; handle groups are accepted.
fn carry(from: &mut Connection<usize>, to: &mut Connection<usize>) -> usize {
    let mut arrived = 0;
    while from.wants_write() {
        let mut slices = [IoSlice::new(&[]); 16];
        let offer = from.transmit(&mut slices);
        let (count, handles) = (offer.slices, offer.handles.to_vec());
        let spare = to.spare();
        let mut taken = 0;
        for slice in &slices[..count] {
            let part = slice.len().min(spare.len() - taken);
            spare[taken..taken + part].copy_from_slice(&slice[..part]);
            taken += part;
        }
        from.transmitted(taken);
        to.handle_read(taken, handles, false).unwrap();
        arrived += receive(to);
    }
    arrived
}

fn receive(end: &mut Connection<usize>) -> usize {
    let mut arrived = 0;
    while let Some(event) = end.poll_event().unwrap() {
        match event {
            Event::Message { payload, .. } => {
                black_box(payload.as_slice());
                arrived += 1;
            }
            Event::MessageWithHandles { number, .. } => {
                end.accept(number);
                arrived += 1;
            }
            _ => {}
        }
    }
    arrived
}
