//! The protocol without a transport: frames of either wire, written and read; the backlog that waits; the book of handles.

use std::hint::black_box;
use std::io::IoSlice;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use forkwire_proto::{Config, Connection, Descriptor, Event, Format, HandleKind, Meta, NodeConnection, Wire};

type End = Wire<u32>;

/// Messages of one measurement.
const BATCH: usize = 256;

fn native() -> End {
    Wire::Native(Connection::new(Config::default()))
}

fn node(format: Format) -> End {
    Wire::Node(NodeConnection::new(format, Config::default()))
}

/// Both ends of each wire, and the format of its messages.
fn wires() -> [(&'static str, fn() -> End, Format); 3] {
    [
        ("native", native, Format::Json),
        ("node json", || node(Format::Json), Format::Json),
        ("node advanced", || node(Format::Clone), Format::Clone),
    ]
}

/// A payload that ends no line and begins as a clone does.
fn payload(size: usize) -> Vec<u8> {
    let mut bytes = vec![b'1'; size];
    bytes[..2].copy_from_slice(&[0xff, 0x0f]);
    bytes
}

/// Everything that waits, as a transport that takes all of it.
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

/// Reads bytes as they come in buffers of the connection's choice; says how many messages they were.
fn give(to: &mut End, mut bytes: &[u8], mut handles: Vec<u32>) -> usize {
    let mut messages = 0;
    while !bytes.is_empty() {
        let spare = to.spare();
        let count = spare.len().min(bytes.len());
        spare[..count].copy_from_slice(&bytes[..count]);
        bytes = &bytes[count..];
        to.handle_read(count, std::mem::take(&mut handles), false)
            .expect("sound bytes");
        loop {
            let number = match to.poll_event().expect("sound bytes") {
                None => break,
                Some(Event::Message { payload, .. }) => {
                    black_box(payload.as_slice());
                    messages += 1;
                    None
                }
                Some(Event::Parcel { number, .. }) => Some(number),
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
        out.extend_from_slice(payload)
    })
    .expect("an open end");
}

fn frames(c: &mut Criterion) {
    for size in [100, 1_024, 65_536] {
        let bytes = payload(size);
        let mut group = c.benchmark_group("write");
        group.throughput(Throughput::Elements(BATCH as u64));
        for (name, make, format) in wires() {
            let mut end = make();
            group.bench_function(BenchmarkId::new(name, size), |b| {
                b.iter(|| {
                    for _ in 0..BATCH {
                        push(&mut end, format, &bytes);
                    }
                    // What a socket takes is not copied.
                    while end.backlog_bytes() > 0 {
                        let mut slices = [IoSlice::new(&[]); 16];
                        let taken = end.transmit(&mut slices).bytes;
                        end.transmitted(black_box(taken));
                    }
                });
            });
        }
        group.finish();
        let mut group = c.benchmark_group("read");
        group.throughput(Throughput::Elements(BATCH as u64));
        for (name, make, format) in wires() {
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

/// A backlog that grows and is never taken: the cost of a message must not depend on how many wait.
fn backlog(c: &mut Criterion) {
    let mut group = c.benchmark_group("backlog");
    let bytes = payload(100);
    for waiting in [1_000, 100_000] {
        group.throughput(Throughput::Elements(waiting as u64));
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

/// Messages with one handle each, to the acknowledgement.
fn ledger(c: &mut Criterion) {
    let mut group = c.benchmark_group("handles");
    group.throughput(Throughput::Elements(BATCH as u64));
    let (mut from, mut to) = (native(), native());
    group.bench_function("sent and answered", |b| {
        b.iter(|| {
            for handle in 0..BATCH {
                let handle = u32::try_from(handle).expect("a small number");
                let parcel = vec![(Descriptor::new(HandleKind::NetSocket), handle)];
                from.push_parcel(Meta::new(Format::Json), parcel, 2, |out| {
                    out.extend_from_slice(b"{}")
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

/// One transfer there, and the answers back.
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
