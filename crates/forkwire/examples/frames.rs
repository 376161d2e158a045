//! Frames of 4K from a Rust program to a Node child and back, in two rings of shared memory. Nothing but the rings themselves goes
//! over the channel. Prints how many came back a second, how long each took, and what that cost of the processors.
//!
//! ```sh
//! cargo run --release --example frames -- 60 300      # frames a second, frames
//! ```
//!
//! The child needs a Node that can make buffers of shared memory: 22.23, 24.22, 26.12 or later. `FORKWIRE_NODE` names it.
#![allow(clippy::print_stdout)] // a program

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use forkwire::{Command, Format, Message, SharedRing};

/// 3840 x 2160, with 4 bytes for each pixel.
const FRAME: u32 = 3840 * 2160 * 4;

/// Frames that may be on their way in one direction.
const SLOTS: u32 = 4;

/// A frame that does not come within this time is lost.
const PATIENCE: Option<Duration> = Some(Duration::from_secs(30));

struct Report {
    took: Vec<Duration>,
    time: Duration,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let rate = numbers.next().transpose()?.unwrap_or(60);
    let frames = numbers.next().transpose()?.unwrap_or(300);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scripts/frames.cjs");
    let node = std::env::var_os("FORKWIRE_NODE").unwrap_or_else(|| "node".into());
    let mut command = Command::node_at(node, script);
    // This checkout is the npm package.
    command.package(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    let mut child = command.spawn()?;
    let rings = (
        SharedRing::create(SLOTS, FRAME)?,
        SharedRing::create(SLOTS, FRAME)?,
    );
    let handles = [rings.0.memory().to_handle()?, rings.1.memory().to_handle()?];
    let message = Message::new(Format::Json, r#""rings""#).with_handles(handles);
    child.channel.send_message(message).await?;
    let started: String = child.channel.recv().await?.ok_or("the child has ended")?;
    if started != "ready" {
        return Err(started.into());
    }
    let pid = child.process.id().unwrap_or_default();
    let before = (cpu("self"), cpu(&pid.to_string()));
    let exchange = tokio::task::spawn_blocking(move || exchange(rings, rate, frames));
    let report = exchange.await?.map_err(|error| error.to_string())?;
    let after = (cpu("self"), cpu(&pid.to_string()));
    let share = |from: f64, to: f64| (to - from) / report.time.as_secs_f64() * 100.0;
    let mut took = report.took;
    took.sort();
    println!(
        "{frames} frames of {FRAME} bytes there and back, {:.1} a second; p50 {:.1} ms, p99 {:.1} ms; \
         CPU: Rust {:.0} %, Node {:.0} %",
        f64::from(frames) / report.time.as_secs_f64(),
        took[took.len() / 2].as_secs_f64() * 1e3,
        took[took.len() * 99 / 100].as_secs_f64() * 1e3,
        share(before.0, after.0),
        share(before.1, after.1),
    );
    drop(child.channel);
    child.process.wait().await?;
    Ok(())
}

/// Writes frames at the rate, and reads those that come back.
fn exchange(
    rings: (SharedRing, SharedRing),
    rate: u32,
    frames: u32,
) -> Result<Report, Box<dyn Error + Send + Sync>> {
    let (mut writer, mut reader) = (rings.0.into_writer()?, rings.1.into_reader()?);
    let mut frame = vec![0_u8; FRAME as usize];
    let mut back = Vec::new();
    let mut took = Vec::new();
    // The first frames touch pages for the first time.
    for _ in 0..SLOTS {
        writer.write(&frame, PATIENCE)?;
        reader.read(&mut back, PATIENCE)?;
    }
    let start = Instant::now();
    for number in 0..frames {
        let due = start + Duration::from_secs(1) / rate * number;
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        frame[..4].copy_from_slice(&number.to_le_bytes());
        let sent = Instant::now();
        writer.write(&frame, PATIENCE)?;
        if !reader.read(&mut back, PATIENCE)? || back[..4] != frame[..4] {
            return Err("a frame was lost".into());
        }
        took.push(sent.elapsed());
    }
    Ok(Report {
        took,
        time: start.elapsed(),
    })
}

/// Seconds of processor time that a process has used: proc(5), in hundredths.
fn cpu(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let fields: Vec<f64> = after_name
        .split_whitespace()
        .map(|field| field.parse().unwrap_or_default())
        .collect();
    fields
        .get(11..13)
        .map_or(0.0, |times| times.iter().sum::<f64>() / 100.0)
}
