//! All measurements, in turns.

use serde_json::{Value, json};

use crate::Outcome;
use crate::measure::{NAMES, measure};
use crate::task::Task;

const MIB: usize = 1 << 20;

fn tasks() -> Vec<(String, &'static str, Task)> {
    let looks = [(false, "both ends looked at"), (true, "every byte read")];
    let sizes = [1, 16, 256]
        .into_iter()
        .flat_map(|mib| looks.map(|look| (mib, look)));
    let hand_over = sizes.map(|(mib, (whole, how))| {
        let bytes = mib * MIB;
        (
            format!("{mib} MiB handed over, {how}"),
            "us",
            Task::HandOver { bytes, whole },
        )
    });
    let queue = looks.map(|(whole, how)| {
        (
            format!("messages of 64 KiB in a queue, {how}"),
            "GB/s",
            Task::Queue { whole },
        )
    });
    let wake = ("waking the other end".to_owned(), "us", Task::Wake);
    hand_over.chain(queue).chain([wake]).collect()
}

/// `{ heads, rows: [{ title, unit, values }] }`, where the values are medians of the rounds.
pub fn measure_all(rounds: usize) -> Outcome<Value> {
    let tasks = tasks();
    let mut values = vec![[const { Vec::new() }; NAMES.len()]; tasks.len()];
    for round in 0..rounds {
        for (row, &(ref title, _, task)) in tasks.iter().enumerate() {
            eprintln!("round {} of {rounds}: {title}", round + 1);
            for (who, name) in NAMES.iter().enumerate() {
                let value = measure(who, task).map_err(|error| format!("{title}, {name}: {error}"))?;
                values[row][who].extend(value);
            }
        }
    }
    let rows = tasks.iter().zip(&mut values).map(|((title, unit, _), row)| {
        let medians: Vec<_> = row.iter_mut().map(|some| median(some)).collect();
        json!({ "title": title, "unit": unit, "values": medians })
    });
    Ok(json!({ "heads": NAMES, "rows": rows.collect::<Vec<_>>() }))
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
