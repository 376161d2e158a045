//! The protocol without a transport: writing and reading the frames of both wires, queueing a backlog, and keeping the
//! ledger of handles.

#![allow(clippy::expect_used)] // a bench may fail anywhere

use std::hint::black_box;
use std::io::IoSlice;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use forkwire_proto::{Config, Connection, Event, Format, HandleInfo, HandleKind, Meta, NodeConnection, Wire};

type End = Wire<u32>;

/// Messages of one measurement.
const BATCH: usize = 256;

fn native() -> End {
    Wire::Native(Connection::new(Config::default()))
}

fn node(format: Format) -> End {
    Wire::Node(NodeConnection::new(format, Config::default()))
}

/// A name, how an end of this wire is made, and the format of its messages.
type Case = (&'static str, fn() -> End, Format);

fn wires() -> [Case; 3] {
    [
        ("native", native, Format::Json),
        ("node json", || node(Format::Json), Format::Json),
        ("node advanced", || node(Format::Clone), Format::Clone),
    ]
}

/// A payload without a line end. A decoder checks that JSON is UTF-8, and that a clone begins with V8's version tag.
fn payload(format: Format, size: usize) -> Vec<u8> {
    let mut bytes = vec![b'1'; size];
    if format == Format::Clone {
        bytes[..2].copy_from_slice(&[0xff, 0x0f]);
    }
    bytes
}

/// Takes everything that is queued, like a transport that never fills up.
fn take(from: &mut End) -> (Vec<u8>, Vec<u32>) {
    let (mut bytes, mut handles) = (Vec::new(), Vec::new());
    loop {
        let mut slices = [IoSlice::new(&[]); 16];
        let offer = from.transmit(&mut slices);
        let (count, taken) = (offer.slices, offer.bytes);
        handles.extend_from_slice(offer.handles);
        if count == 0 {
            return (bytes, handles);
        }
        for slice in &slices[..count] {
            bytes.extend_from_slice(slice);
        }
        from.transmitted(taken);
    }
}

/// Reads `bytes` through the connection's own buffers. Returns the number of messages.
fn give(to: &mut End, mut bytes: &[u8], mut handles: Vec<u32>) -> usize {
    let mut messages = 0;
    while !bytes.is_empty() {
        let spare = to.spare();
        let count = spare.len().min(bytes.len());
        spare[..count].copy_from_slice(&bytes[..count]);
        bytes = &bytes[count..];
        to.handle_read(count, std::mem::take(&mut handles), false)
            .expect("well-formed bytes");
        loop {
            let number = match to.poll_event().expect("well-formed bytes") {
                None => break,
                Some(Event::Message { payload, .. }) => {
                    black_box(payload.as_slice());
                    messages += 1;
                    None
                }
                Some(Event::MessageWithHandles { number, .. }) => Some(number),
                Some(_) => None,
            };
            if let Some(number) = number {
                to.accept(number);
                messages += 1;
            }
        }
    }
    messages
}

fn push(end: &mut End, format: Format, payload: &[u8]) {
    end.push(Meta::new(format), payload.len(), |out| {
        out.extend_from_slice(payload);
    })
    .expect("an open end");
}

fn frames(c: &mut Criterion) {
    for size in [100, 1_024, 65_536] {
        let mut group = c.benchmark_group("codec, write");
        group.throughput(Throughput::Elements(BATCH as u64));
        for (name, make, format) in wires() {
            let bytes = payload(format, size);
            let mut end = make();
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| {
                    for _ in 0..BATCH {
                        push(&mut end, format, &bytes);
                    }
                    // A socket takes the bytes from where they are: no copy is part of writing.
                    while end.backlog_bytes() > 0 {
                        let mut slices = [IoSlice::new(&[]); 16];
                        let taken = end.transmit(&mut slices).bytes;
                        end.transmitted(black_box(taken));
                    }
                });
            });
        }
        group.finish();
        let mut group = c.benchmark_group("codec, read");
        group.throughput(Throughput::Elements(BATCH as u64));
        for (name, make, format) in wires() {
            let bytes = payload(format, size);
            let (mut from, mut to) = (make(), make());
            let (hello, _) = take(&mut from);
            give(&mut to, &hello, Vec::new());
            for _ in 0..BATCH {
                push(&mut from, format, &bytes);
            }
            let (stream, _) = take(&mut from);
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| assert_eq!(give(&mut to, &stream, Vec::new()), BATCH));
            });
        }
        group.finish();
    }
}

/// A backlog that only grows: the cost of a message must not depend on how many are queued already.
fn backlog(c: &mut Criterion) {
    let mut group = c.benchmark_group("backlog");
    let bytes = payload(Format::Json, 100);
    for waiting in [1_000_u32, 100_000] {
        group.throughput(Throughput::Elements(waiting.into()));
        group.bench_function(BenchmarkId::new("push", waiting), |b| {
            b.iter_with_large_drop(|| {
                let mut end = native();
                for _ in 0..waiting {
                    push(&mut end, Format::Json, &bytes);
                }
                end
            });
        });
    }
    group.finish();
}

/// Messages with one handle each, up to their acknowledgement.
fn ledger(c: &mut Criterion) {
    let mut group = c.benchmark_group("ledger");
    group.throughput(Throughput::Elements(BATCH as u64));
    let (mut from, mut to) = (native(), native());
    group.bench_function("handles sent and acknowledged", |b| {
        b.iter(|| {
            for handle in 0..BATCH {
                let handle = u32::try_from(handle).expect("a small number");
                let group = vec![(HandleInfo::new(HandleKind::NetSocket), handle)];
                from.push_with_handles(Meta::new(Format::Json), group, 2, |out| {
                    out.extend_from_slice(b"{}");
                })
                .expect("an open end");
            }
            let mut delivered = 0;
            while from.unanswered() > 0 {
                delivered += exchange(&mut from, &mut to);
            }
            assert_eq!(delivered, BATCH);
        });
    });
    group.finish();
}

/// Makes one transfer, and returns the answers.
fn exchange(from: &mut End, to: &mut End) -> usize {
    let mut slices = [IoSlice::new(&[]); 16];
    let offer = from.transmit(&mut slices);
    let (count, taken, handles) = (offer.slices, offer.bytes, offer.handles.to_vec());
    let bytes: Vec<u8> = slices[..count]
        .iter()
        .flat_map(|slice| slice.iter().copied())
        .collect();
    from.transmitted(taken);
    let messages = give(to, &bytes, handles);
    let (answers, _) = take(to);
    give(from, &answers, Vec::new());
    messages
}

criterion_group!(benches, frames, backlog, ledger);
criterion_main!(benches);
