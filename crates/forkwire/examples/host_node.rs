//! A pool of Node workers under a Rust program: jobs and results are typed, a worker that crashes is replaced, and its
//! job is done by another one.
//!
//! ```sh
//! cargo run --example host_node -- 4 1000     # workers, jobs
//! ```
#![allow(clippy::print_stdout)] // a program
use std::cell::RefCell;
use std::error::Error;
use std::path::Path;

use forkwire::{Command, RequestError};
use futures_util::future::try_join_all;
use serde::Deserialize;

/// What a worker makes of a text.
#[derive(Deserialize)]
struct Digest {
    length: usize,
    sha256: String,
}

struct Work {
    /// Numbers of jobs.
    open: RefCell<Vec<usize>>,
    done: RefCell<Vec<Option<Digest>>>,
}

/// One place in the pool: a worker after the other, until there are no jobs. Says how many workers it took.
async fn run(work: &Work, text: &str) -> Result<usize, Box<dyn Error>> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::node(package.join("examples/scripts/worker.cjs"));
    // This checkout is the npm package.
    command.package(package.join("../.."));
    let mut started = 0;
    while !work.open.borrow().is_empty() {
        let mut worker = command.spawn()?;
        started += 1;
        loop {
            let Some(job) = work.open.borrow_mut().pop() else {
                break;
            };
            match worker.channel.request(text).await {
                Ok(digest) => work.done.borrow_mut()[job] = Some(digest),
                Err(RequestError::PeerGone { .. }) => {
                    work.open.borrow_mut().push(job);
                    break;
                }
                Err(error) => return Err(error.into()),
            }
        }
        drop(worker.channel); // the worker ends with it
        worker.process.wait().await?;
    }
    Ok(started)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let workers = numbers.next().transpose()?.unwrap_or(4);
    let jobs = numbers.next().transpose()?.unwrap_or(1_000);
    let text = "forkwire ".repeat(100);
    let work = Work {
        open: RefCell::new((0..jobs).collect()),
        done: RefCell::new((0..jobs).map(|_| None).collect()),
    };
    let places = (0..workers).map(|_| run(&work, &text));
    let started: usize = try_join_all(places).await?.iter().sum();
    let done: Vec<Digest> = work.done.into_inner().into_iter().flatten().collect();
    let count = done.len();
    println!("{count} jobs done, {started} workers started for {workers} places");
    let sound = done
        .iter()
        .all(|done| done.length == text.len() && done.sha256.len() == 64);
    if count == jobs && sound {
        Ok(())
    } else {
        Err("a job was lost".into())
    }
}
