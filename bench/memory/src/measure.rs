//! One measurement.

use std::time::{Duration, Instant};

use crate::child::{End, number};
use crate::task::{MESSAGE, Task};
use crate::{Outcome, copies, forkwire_end, iceoryx_end, ipc_end};

/// The columns of the table.
pub const NAMES: [&str; 6] = [
    "forkwire",
    "iceoryx2",
    "iceoryx2, polled",
    "ipc-channel",
    "memcpy",
    "memcpy out of cache",
];

/// A slow one hands over fewer.
const ENOUGH: Duration = Duration::from_millis(700);
const LEAST: usize = 3;
const WARM_UP: usize = 3;

/// `None`: it has no such thing.
pub fn measure(who: usize, task: Task) -> Outcome<Option<f64>> {
    let turns = match task {
        Task::HandOver { .. } => 2_000,
        Task::Queue { .. } => 20_000,
        Task::Wake => 10_000,
    };
    let all = WARM_UP + turns;
    let Some(mut end) = begin(who, task, all)? else {
        return Ok(None);
    };
    for turn in 0..WARM_UP {
        end.turn(number(turn))?;
    }
    let value = match task {
        Task::Queue { .. } => rate(&mut *end, turns)?,
        // Half of the time there and back.
        Task::Wake => median(&mut *end, turns)? / 2.0,
        Task::HandOver { .. } => median(&mut *end, turns)?,
    };
    Ok(Some(value))
}

fn begin(who: usize, task: Task, turns: usize) -> Outcome<Option<Box<dyn End>>> {
    let is_queue = matches!(task, Task::Queue { .. });
    Ok(match who {
        0 => Some(forkwire_end::begin(task, turns)?),
        1 => Some(iceoryx_end::begin(task, turns, false)?),
        2 if task != Task::Wake => Some(iceoryx_end::begin(task, turns, true)?),
        3 => Some(ipc_end::begin(task, turns)?),
        4 if is_queue => Some(copies::begin(task, false)),
        5 if is_queue => Some(copies::begin(task, true)),
        _ => None,
    })
}

/// GB/s.
fn rate(end: &mut dyn End, turns: usize) -> Outcome<f64> {
    let begun = Instant::now();
    for turn in 0..turns {
        end.turn(number(WARM_UP + turn))?;
    }
    end.finish(turns)?;
    Ok((turns * MESSAGE) as f64 / begun.elapsed().as_secs_f64() / 1e9)
}

/// Microseconds.
fn median(end: &mut dyn End, turns: usize) -> Outcome<f64> {
    let mut times = Vec::new();
    let begun = Instant::now();
    while times.len() < turns && (times.len() < LEAST || begun.elapsed() < ENOUGH) {
        let from = Instant::now();
        end.turn(number(WARM_UP + times.len()))?;
        times.push(from.elapsed());
    }
    times.sort();
    Ok(times[times.len() / 2].as_secs_f64() * 1e6)
}
