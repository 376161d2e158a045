//! Round trips with a Node child.

use std::fs;
use std::time::Duration;

use forkwire::{Latency, WireChoice};

use super::report::{Row, head};
use super::sample::{Sample, processor_time};
use crate::measure::runtime;
use crate::node::{round_trips, start};

const CASE: &str = "round trip with Node, 100 B";

/// Round trips of a measurement.
const COUNT: u32 = 8_000;

/// The first is what the others are compared with.
const WAYS: [(&str, WireChoice, Latency); 3] = [
    ("Node's own wire", WireChoice::Node, Latency::Balanced),
    ("native wire", WireChoice::Native, Latency::Balanced),
    ("native wire, idle", WireChoice::Native, Latency::Idle),
];

/// Prints a table of its own. Nothing without Node, or if the npm package is not built.
pub(super) fn run(rounds: usize, filter: &str) {
    if !CASE.contains(filter) {
        return;
    }
    let round = |_| {
        let samples = WAYS.map(|(_, wire, latency)| measure(wire, latency));
        let [Some(first), Some(second), Some(third)] = samples else {
            return None;
        };
        Some([first, second, third])
    };
    if let Some(samples) = (0..rounds).map(round).collect() {
        println!();
        head(&WAYS.map(|(name, ..)| name));
        Row::new(&CASE, samples).print();
    }
}

fn measure(wire: WireChoice, latency: Latency) -> Option<Sample> {
    runtime().block_on(async {
        let mut child = start(wire, latency).ok()?;
        let pid = child.process.id()?;
        round_trips(&mut child, u64::from(COUNT / 10)).await;
        let before = processor_time() + processor_time_of(pid);
        let elapsed = round_trips(&mut child, u64::from(COUNT)).await;
        let after = processor_time() + processor_time_of(pid);
        drop(child.channel); // the child ends with it
        child.process.wait().await.ok()?;
        Some(Sample {
            elapsed: elapsed / COUNT,
            processor: after.saturating_sub(before) / COUNT,
        })
    })
}

/// Processor time of all threads of another process: the first figure of each `schedstat` (proc(5)), on Linux.
fn processor_time_of(pid: u32) -> Duration {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten();
    let nanoseconds = threads.flatten().filter_map(|thread| {
        let figures = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        figures.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanoseconds.sum())
}
