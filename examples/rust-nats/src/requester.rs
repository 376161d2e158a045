//! Asks, and waits as long as a worker says that it is alive.

use crate::{Anything, STATUS};
use async_nats::{Client, Message, StatusCode, Subscriber};
use bytes::Bytes;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Between two heartbeats. The worker reads it in the reply subject.
const HEARTBEAT: Duration = Duration::from_millis(500);
/// Heartbeats that may be missing.
const PATIENCE: u32 = 3;

/// How a request came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("nobody serves the subject: the request was not delivered")]
    NobodyServes,
    #[error("the worker is gone: whether it has acted on the request is unknown")]
    WorkerGone,
    /// What the handler threw, as JSON.
    #[error("the handler failed: {0}")]
    Handler(String),
    #[error(transparent)]
    Nats(#[from] Anything),
}

/// Returns the answer as JSON. Dropped before its end, it should publish the reply subject on `SUBJECT._cancel`.
pub async fn request(client: &Client, subject: &str, message: &str) -> Result<String, Failure> {
    let inbox = format!("{}.fw1.{}", client.new_inbox(), HEARTBEAT.as_millis());
    let mut asking = Asking {
        messages: subscribe(client, format!("{inbox}.>")).await?,
        room: subscribe(client, format!("{subject}._room")).await?,
        client,
        subject,
        reply: format!("{inbox}.1"),
        probe: format!("{inbox}.2"),
        payload: Bytes::copy_from_slice(message.as_bytes()),
    };
    loop {
        asking.send().await?;
        if let Some(answer) = asking.answer().await? {
            return Ok(answer);
        }
        asking.wait_for_room().await?;
    }
}

struct Asking<'a> {
    client: &'a Client,
    subject: &'a str,
    messages: Subscriber,
    room: Subscriber,
    reply: String,
    probe: String,
    payload: Bytes,
}

impl Asking<'_> {
    async fn send(&self) -> Result<(), Failure> {
        let (subject, reply) = (self.subject.to_owned(), self.reply.clone());
        let sent = self
            .client
            .publish_with_reply(subject, reply, self.payload.clone())
            .await;
        sent.map_err(|error| Failure::Nats(error.into()))
    }

    /// `None`: no worker has begun it.
    async fn answer(&mut self) -> Result<Option<String>, Failure> {
        let mut deadline = Instant::now() + HEARTBEAT * PATIENCE;
        loop {
            let message = tokio::select! {
                message = self.messages.next() => message.ok_or(Failure::WorkerGone)?,
                () = sleep_until(deadline) => return Err(Failure::WorkerGone),
            };
            if message.subject.ends_with(".alive") {
                deadline = Instant::now() + HEARTBEAT * PATIENCE;
            } else if message.subject.as_str() == self.reply {
                return read(&message);
            }
        }
    }

    /// Asks who has room, and waits for the first one that has.
    async fn wait_for_room(&mut self) -> Result<(), Failure> {
        let (subject, reply) = (format!("{}._probe", self.subject), self.probe.clone());
        let asked = self.client.publish_with_reply(subject, reply, Bytes::new()).await;
        asked.map_err(|error| Failure::Nats(error.into()))?;
        // Asked again after a heartbeat: the workers may all have gone.
        let deadline = Instant::now() + HEARTBEAT;
        loop {
            let message = tokio::select! {
                message = self.messages.next() => message,
                message = self.room.next() => message,
                () = sleep_until(deadline) => return Ok(()),
            };
            let message = message.ok_or(Failure::WorkerGone)?;
            if message.status == Some(StatusCode::NO_RESPONDERS) {
                return Err(Failure::NobodyServes);
            }
            if text(&message).parse::<u32>().is_ok_and(|slots| slots > 0) {
                return Ok(());
            }
        }
    }
}

fn read(message: &Message) -> Result<Option<String>, Failure> {
    if message.status == Some(StatusCode::NO_RESPONDERS) {
        return Ok(None);
    }
    let status = message.headers.as_ref().and_then(|headers| headers.get(STATUS));
    match status.map(|status| status.as_str()) {
        None => Ok(Some(text(message))),
        Some("declined") => Ok(None),
        Some(_) => Err(Failure::Handler(text(message))),
    }
}

async fn subscribe(client: &Client, subject: String) -> Result<Subscriber, Failure> {
    let subscribed = client.subscribe(subject).await;
    subscribed.map_err(|error| Failure::Nats(error.into()))
}

/// JSON. A structured clone, which begins with 0xFF, is not for Rust: JavaScript sends none unless it is told to.
fn text(message: &Message) -> String {
    String::from_utf8_lossy(&message.payload).into_owned()
}
