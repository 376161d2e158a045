//! The measurements.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use tokio::runtime::{Builder, Runtime};

use crate::ends::{Bare, End, Forkwire, Interprocess, Ipc};
use crate::node;

/// Bytes of a payload.
pub(crate) const SIZES: [usize; 3] = [100, 1_024, 65_536];

/// Messages that are sent before one answer is waited for.
pub(crate) const BATCH: u32 = 512;

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread()
        .enable_io()
        .build()
        .expect("a runtime")
}

/// An end whose peer sends everything back.
pub(crate) fn with_echo<E: End>(make: fn() -> (E::Seed, E::Seed)) -> (Runtime, E) {
    with_peer(
        make,
        |mut end: E| async move { while end.echo().await.is_some() {} },
    )
}

/// An end whose peer answers each batch with one message.
pub(crate) fn with_counter<E: End>(make: fn() -> (E::Seed, E::Seed)) -> (Runtime, E) {
    with_peer(make, |mut end: E| async move {
        let answer = E::payload("1".to_owned());
        loop {
            let mut missing = BATCH as usize;
            while missing > 0 {
                match end.take(missing).await {
                    Some(count) => missing -= count,
                    None => return,
                }
            }
            end.send(&answer).await;
        }
    })
}

fn with_peer<E: End, F: Future<Output = ()>>(
    make: fn() -> (E::Seed, E::Seed),
    peer: impl FnOnce(E) -> F + Send + 'static,
) -> (Runtime, E) {
    let (ours, theirs) = make();
    std::thread::spawn(move || {
        runtime().block_on(async { peer(E::start(theirs)).await });
    });
    let runtime = runtime();
    let end = runtime.block_on(async { E::start(ours) });
    (runtime, end)
}

pub(crate) fn round_trips<E: End>(
    runtime: &Runtime,
    end: &mut E,
    payload: &E::Payload,
    count: u64,
) -> Duration {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..count {
            end.send(payload).await;
            black_box(end.recv().await);
        }
        start.elapsed()
    })
}

fn round_trip<E: End>(c: &mut Criterion, make: fn() -> (E::Seed, E::Seed)) {
    let mut group = c.benchmark_group("round trip");
    for size in SIZES {
        let payload = E::payload("1".repeat(size));
        let (runtime, mut end) = with_echo::<E>(make);
        group.bench_function(BenchmarkId::new(E::NAME, size), |b| {
            b.iter_custom(|count| round_trips(&runtime, &mut end, &payload, count));
        });
    }
    group.finish();
}

/// Sends so many batches, each after the answer to the one before.
pub(crate) fn batches<E: End>(
    runtime: &Runtime,
    end: &mut E,
    payload: &E::Payload,
    count: u64,
    gather: bool,
) -> Duration {
    runtime.block_on(async {
        let start = Instant::now();
        for _ in 0..count {
            for _ in 0..BATCH {
                if gather {
                    end.feed(payload).await;
                } else {
                    end.send(payload).await;
                }
            }
            end.flush().await;
            black_box(end.recv().await);
        }
        start.elapsed()
    })
}

/// `gather`: several messages may leave with one write.
fn throughput<E: End>(c: &mut Criterion, make: fn() -> (E::Seed, E::Seed), gather: bool) {
    let name = if gather {
        "throughput, gathered"
    } else {
        "throughput, one by one"
    };
    let mut group = c.benchmark_group(name);
    for size in SIZES {
        let payload = E::payload("1".repeat(size));
        let (runtime, mut end) = with_counter::<E>(make);
        group.throughput(Throughput::Elements(BATCH.into()));
        group.bench_function(BenchmarkId::new(E::NAME, size), |b| {
            b.iter_custom(|count| batches(&runtime, &mut end, &payload, count, gather));
        });
    }
    group.finish();
}

pub(crate) fn all(c: &mut Criterion) {
    round_trip::<Forkwire<false>>(c, Forkwire::<false>::pair);
    round_trip::<Forkwire<true>>(c, Forkwire::<true>::pair);
    round_trip::<Bare>(c, Bare::pair);
    round_trip::<Interprocess>(c, Interprocess::pair);
    round_trip::<Ipc>(c, Ipc::pair);
    for gather in [false, true] {
        throughput::<Forkwire<false>>(c, Forkwire::<false>::pair, gather);
        throughput::<Bare>(c, Bare::pair, gather);
    }
    throughput::<Interprocess>(c, Interprocess::pair, false);
    throughput::<Ipc>(c, Ipc::pair, false);
    node::round_trip(c);
    node::throughput(c);
}
