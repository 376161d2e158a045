//! A Node child that sends every message back, on either wire.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use forkwire::{Child, Command, Format, Latency, Message, WireChoice};
use futures_util::SinkExt;

use crate::measure::{BATCH, runtime};

/// Starts the child. An error if there is no Node, or no package for the native wire.
pub(crate) fn start(wire: WireChoice, latency: Latency) -> std::io::Result<Child> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut command = Command::node(root.join("crates/forkwire/tests/matrix/child.cjs"));
    command.wire(wire).latency(latency).package(root).spawn()
}

const WIRES: [(WireChoice, &str); 2] = [
    (WireChoice::Native, "Node, native wire"),
    (WireChoice::Node, "Node, its own wire"),
];

/// JSON text of 100 bytes.
pub(crate) fn message() -> Message {
    Message::new(Format::Json, format!("\"{}\"", "1".repeat(98)))
}

pub(crate) async fn round_trips(child: &mut Child, count: u64) -> Duration {
    let start = Instant::now();
    for _ in 0..count {
        child.channel.send_message(message()).await.expect("a child");
        black_box(child.channel.recv_message().await.expect("a child"));
    }
    start.elapsed()
}

pub(crate) fn round_trip(c: &mut Criterion) {
    let mut group = c.benchmark_group("round trip");
    for (wire, name) in WIRES {
        let runtime = runtime();
        let Ok(mut child) = runtime.block_on(async { start(wire, Latency::default()) }) else {
            continue;
        };
        group.bench_function(BenchmarkId::new(name, 100), |b| {
            b.iter_custom(|count| runtime.block_on(round_trips(&mut child, count)));
        });
    }
    group.finish();
}

pub(crate) fn throughput(c: &mut Criterion) {
    let mut group = c.benchmark_group("throughput, gathered");
    group.throughput(Throughput::Elements(BATCH.into()));
    for (wire, name) in WIRES {
        let runtime = runtime();
        let Ok(mut child) = runtime.block_on(async { start(wire, Latency::default()) }) else {
            continue;
        };
        group.bench_function(BenchmarkId::new(format!("{name}, there and back"), 100), |b| {
            b.iter_custom(|count| {
                runtime.block_on(async {
                    let start = Instant::now();
                    for _ in 0..count {
                        for _ in 0..BATCH {
                            child.channel.feed(message()).await.expect("a child");
                        }
                        child.channel.flush().await.expect("a child");
                        for _ in 0..BATCH {
                            black_box(child.channel.recv_message().await.expect("a child"));
                        }
                    }
                    start.elapsed()
                })
            });
        });
    }
    group.finish();
}
