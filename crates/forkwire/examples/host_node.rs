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

use forkwire::Command;
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};

/// What a worker is asked.
#[derive(Serialize)]
struct Job {
    id: u64,
    text: String,
}

/// What it answers.
#[derive(Deserialize)]
struct Done {
    id: u64,
    length: usize,
    sha256: String,
}

struct Work {
    open: RefCell<Vec<Job>>,
    done: RefCell<Vec<Done>>,
}

fn take(work: &Work) -> Option<Job> {
    work.open.borrow_mut().pop()
}

/// One place in the pool: a worker after the other, until there are no jobs. Says how many workers it took.
async fn run(work: &Work) -> std::io::Result<usize> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scripts/worker.cjs");
    let mut command = Command::node(script);
    let mut started = 0;
    while let Some(mut job) = take(work) {
        let mut worker = command.spawn()?;
        started += 1;
        loop {
            let answer = match worker.channel.send(&job).await {
                Ok(()) => worker.channel.recv::<Done>().await,
                Err(_) => Ok(None),
            };
            // Nothing came: the worker has died. Another one does the job.
            let Ok(Some(done)) = answer else {
                work.open.borrow_mut().push(job);
                break;
            };
            work.done.borrow_mut().push(done);
            let Some(next) = take(work) else { break };
            job = next;
        }
        drop(worker.channel); // the worker ends with it
        worker.process.wait().await?;
    }
    Ok(started)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let workers = numbers.next().transpose()?.unwrap_or(4);
    let jobs = numbers.next().transpose()?.unwrap_or(1_000);
    let text = "forkwire ".repeat(100);
    let open = (0..jobs)
        .map(|id| Job {
            id,
            text: text.clone(),
        })
        .collect();
    let work = Work {
        open: RefCell::new(open),
        done: RefCell::default(),
    };
    let started: usize = try_join_all((0..workers).map(|_| run(&work))).await?.iter().sum();
    let mut done = work.done.into_inner();
    done.sort_by_key(|done| done.id);
    let count = done.len();
    println!("{count} jobs done, {started} workers started for {workers} places");
    let complete = done.iter().map(|done| done.id).eq(0..jobs);
    let sound = done
        .iter()
        .all(|done| done.length == text.len() && done.sha256.len() == 64);
    if complete && sound {
        Ok(())
    } else {
        Err("a job was lost".into())
    }
}
