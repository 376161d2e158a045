//! Serves a subject, with a limit of what it works on at once.

use crate::{Anything, STATUS};
use async_nats::{Client, HeaderMap, Message, Subject};
use bytes::Bytes;
use futures_util::StreamExt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::future::pending;
use std::time::Duration;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::{Instant, Interval, interval_at, sleep};

/// Processes with the same queue share the requests.
const QUEUE: &str = "forkwire";

/// Never returns, unless the connection ends.
pub async fn run(client: Client, subject: &str, limit: usize) -> Result<(), Anything> {
    let mut requests = client.queue_subscribe(subject.to_owned(), QUEUE.into()).await?;
    let mut cancels = client.subscribe(format!("{subject}._cancel")).await?;
    let mut probes = client.subscribe(format!("{subject}._probe")).await?;
    client.flush().await?;
    println!("ready");
    let mut running: HashMap<String, AbortHandle> = HashMap::new();
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            request = requests.next() => {
                let Some(request) = request else { return Ok(()) };
                let Some(reply) = request.reply.clone() else { continue };
                if running.len() < limit {
                    running.insert(reply.to_string(), tasks.spawn(serve(client.clone(), request, reply)));
                } else {
                    client.publish_with_headers(reply, status("declined"), Bytes::new()).await?;
                }
            }
            Some(cancel) = cancels.next() => {
                if let Some(task) = running.get(&*String::from_utf8_lossy(&cancel.payload)) {
                    task.abort();
                }
            }
            Some(probe) = probes.next() => {
                let Some(reply) = probe.reply else { continue };
                client.publish(reply, (limit - running.len()).to_string().into()).await?;
            }
            Some(_) = tasks.join_next() => {
                let before = running.len();
                running.retain(|_, task| !task.is_finished());
                let slots = before - running.len();
                client.publish(format!("{subject}._room"), slots.to_string().into()).await?;
            }
        }
    }
}

/// Works on a request, and says that it does.
async fn serve(client: Client, request: Message, reply: Subject) -> Result<(), Anything> {
    let mut heartbeats = Heartbeats::of(&reply);
    let work = work(&request.payload);
    tokio::pin!(work);
    let result = loop {
        tokio::select! {
            result = &mut work => break result,
            (subject, payload) = heartbeats.next() => client.publish(subject, payload.into()).await?,
        }
    };
    match result {
        Ok(value) => client.publish(reply, value.to_string().into()).await?,
        Err(failure) => {
            client
                .publish_with_headers(reply, status("failed"), failure.to_string().into())
                .await?
        }
    }
    Ok(())
}

/// The handler. An `Err` is what JavaScript gets as an error: see "Failures" in docs/protocol.md.
async fn work(payload: &[u8]) -> Result<Value, Value> {
    let message: Value = serde_json::from_slice(payload).map_err(
        |error| json!({ "name": "SyntaxError", "class": "SyntaxError", "message": error.to_string() }),
    )?;
    match message["op"].as_str() {
        Some("add") => Ok(json!(
            message["a"].as_f64().unwrap_or(0.0) + message["b"].as_f64().unwrap_or(0.0)
        )),
        Some("sleep") => {
            sleep(Duration::from_millis(message["ms"].as_u64().unwrap_or(0))).await;
            Ok(json!("slept"))
        }
        op => Err(json!({
            "name": "RangeError", "class": "RangeError", "message": format!("no operation {op:?}"),
            "own": { "code": "E_OPERATION" },
        })),
    }
}

fn status(status: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(STATUS, status);
    headers
}

/// Those of one request, if its requester wants any: `_INBOX.(...).fw1.(milliseconds).(number)`.
struct Heartbeats(Option<(String, String, Interval)>);

impl Heartbeats {
    fn of(reply: &str) -> Heartbeats {
        Heartbeats(Self::parse(reply))
    }

    fn parse(reply: &str) -> Option<(String, String, Interval)> {
        let (inbox, id) = reply.rsplit_once('.')?;
        let (rest, milliseconds) = inbox.rsplit_once('.')?;
        let milliseconds: u64 = milliseconds
            .parse()
            .ok()
            .filter(|one| (100..=3_600_000).contains(one))?;
        let id: u64 = id.parse().ok()?;
        let every = Duration::from_millis(milliseconds);
        let every = interval_at(Instant::now() + every, every);
        rest.ends_with(".fw1")
            .then(|| (format!("{inbox}.alive"), format!("[{id}]"), every))
    }

    async fn next(&mut self) -> (String, String) {
        match &mut self.0 {
            None => pending().await,
            Some((subject, payload, every)) => {
                every.tick().await;
                (subject.clone(), payload.clone())
            }
        }
    }
}
