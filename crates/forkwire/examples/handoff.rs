//! A Rust program accepts TCP connections and hands each to the Node worker with the fewest open ones; the workers
//! answer HTTP. They are replaced one after the other while clients go on asking, and no request fails.
//!
//! ```sh
//! cargo run --example handoff -- 2 1000     # workers, requests
//! ```
#![allow(clippy::print_stdout)] // a program
use std::error::Error;
use std::net::SocketAddr;
use std::path::Path;

use forkwire::{Child, Command};
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const REQUEST: &[u8] = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

struct Worker {
    child: Child,
    /// Connections that it was handed and that have not ended.
    open: usize,
}

impl Worker {
    fn start() -> Result<Self> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/scripts/http.cjs");
        let child = Command::node(script).spawn()?;
        Ok(Self { child, open: 0 })
    }

    /// Takes what it has told of connections that ended; waiting for more would keep a client waiting.
    fn catch_up(&mut self) -> Result<()> {
        while let Some(told) = self.child.channel.recv::<()>().now_or_never() {
            told?.ok_or("a worker disconnected")?;
            self.open -= 1;
        }
        Ok(())
    }

    async fn hand(&mut self, stream: TcpStream) -> Result<()> {
        self.open += 1;
        let sent = self.child.channel.send_with("connection", [stream.into_std()?]);
        Ok(sent.await?)
    }

    /// No more connections: the worker answers those it has, and ends.
    async fn retire(mut self) -> Result<()> {
        self.child.channel.close().await?;
        let status = self.child.process.wait().await?;
        ensure(status.success(), "a worker failed")
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut numbers = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let count = numbers.next().transpose()?.unwrap_or(2).max(1);
    let requests = numbers.next().transpose()?.unwrap_or(1_000);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let clients = stream::iter((0..requests).map(move |_| ask(address))).buffer_unordered(16);
    let clients = tokio::spawn(clients.try_collect::<()>());
    let mut workers = (0..count).map(|_| Worker::start()).collect::<Result<Vec<_>>>()?;
    let mut retired = Vec::new();
    for handed in 1..=requests {
        let (stream, _) = listener.accept().await?;
        workers.iter_mut().try_for_each(Worker::catch_up)?;
        workers.sort_by_key(|worker| worker.open);
        workers[0].hand(stream).await?;
        if handed % requests.div_ceil(5) == 0 {
            let old = std::mem::replace(&mut workers[0], Worker::start()?);
            retired.push(tokio::spawn(old.retire()));
        }
    }
    clients.await??;
    let replaced = retired.len();
    println!("{requests} requests answered, {replaced} workers replaced, none failed");
    retired.extend(workers.into_iter().map(|worker| tokio::spawn(worker.retire())));
    for worker in retired {
        worker.await??;
    }
    Ok(())
}

fn ensure(good: bool, what: &str) -> Result<()> {
    if good { Ok(()) } else { Err(what.into()) }
}

/// A client. Any request that fails is an error.
async fn ask(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(REQUEST).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    ensure(answer.starts_with("HTTP/1.1 200"), "a request failed")
}
