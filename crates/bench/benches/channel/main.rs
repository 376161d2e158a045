//! Messages between two ends, each on a thread with its own tokio runtime: over forkwire's native wire, over the same
//! frames on a bare Unix socket, over interprocess and ipc-channel, and between Rust and Node on either wire.
//!
//! The checkout is the npm package for Node on the native wire, if it is built.

#![allow(clippy::expect_used, clippy::print_stdout)] // a bench may fail anywhere, and prints its figures

#[cfg(unix)]
mod ends;
#[cfg(unix)]
mod measure;
#[cfg(unix)]
mod node;
#[cfg(unix)]
mod paired;

/// With `--paired ROUNDS [FILTER]` the comparison in interleaved rounds, and otherwise criterion's benchmarks.
#[cfg(unix)]
fn main() {
    let arguments: Vec<_> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    if let [first, rest @ ..] = &arguments[..]
        && first == "--paired"
    {
        let rounds = rest.first().and_then(|rounds| rounds.parse().ok());
        let rounds = rounds.expect("--paired takes the number of rounds, such as 11");
        paired::run(rounds, rest.get(1).map_or("", String::as_str));
        return;
    }
    let mut criterion = criterion::Criterion::default().configure_from_args();
    measure::all(&mut criterion);
    criterion.final_summary();
}

/// The ends that are compared are Unix sockets.
#[cfg(not(unix))]
fn main() {}
