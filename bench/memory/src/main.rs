//! Measures shared memory between two Rust processes: forkwire's, iceoryx2's and ipc-channel's, in turns. Prints a table as JSON.
//!
//! ```sh
//! cargo run --release --manifest-path bench/memory/Cargo.toml -- 3      # rounds
//! ```
#![allow(clippy::print_stdout)] // a program

mod child;
mod copies;
mod forkwire_end;
mod iceoryx_end;
mod ipc_end;
mod mark;
mod measure;
mod table;
mod task;

use std::error::Error;

/// What goes wrong ends the program.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const ROUNDS: usize = 3;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = &arguments[..]
        && first == child::WORD
    {
        return child::serve(rest);
    }
    let rounds = arguments.first().map_or(Ok(ROUNDS), |rounds| rounds.parse())?;
    let table = table::measure_all(rounds.max(1))?;
    println!("{table}");
    Ok(())
}
