//! The receiving half of a channel.

mod small;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use forkwire_proto::{Format, Meta, Payload};
use serde::de::DeserializeOwned;

use self::small::Small;
use crate::config::Config;
use crate::coop::{Steps, poll_within_budget};
use crate::error::Error;
use crate::handle::Handle;
use crate::message::{Message, decode};
use crate::requests::Next;
use crate::shared::Shared;
use crate::spin::Turns;

/// Something received, `None` at the end of the channel.
type Received<T> = Result<Option<T>, Error>;

/// The most memory that is kept for the next value, in bytes.
const KEPT: usize = 64 * 1024;

/// The receiving half of a [`Channel`](crate::Channel), from [`into_split`](crate::Channel::into_split).
///
/// Dropping it closes the handles of messages that were not received. What the peer sends afterwards is read for its
/// acknowledgements alone, and messages with handles are refused, so that the peer gets the handles back.
#[derive(Debug)]
pub struct Receiver {
    shared: Arc<Shared>,
    format: Format,
    /// Messages that come before everything in `shared`.
    pub(crate) small: Small,
    steps: Steps,
    turns: Turns,
    /// The payload of the value that is being decoded, and memory for the next.
    scratch: Vec<u8>,
}

impl Receiver {
    pub(crate) fn new(shared: Arc<Shared>, config: &Config) -> Self {
        Self {
            shared,
            format: config.format,
            small: Small::default(),
            steps: Steps::default(),
            turns: Turns::new(config.latency),
            scratch: Vec::new(),
        }
    }

    /// The format in which values are sent: see [`Channel::format`](crate::Channel::format).
    pub fn format(&self) -> Format {
        self.format
    }

    /// Receives the next message as a value. `None` when the peer has closed the channel and everything was received.
    /// Handles that come with the message are closed. Node's internal messages are skipped.
    ///
    /// # Errors
    /// - [`Error::Unexpected`], with the message, if it is not of the type `T`. The channel goes on.
    /// - Any other error is the end of the channel: the peer sent malformed data, or the system failed. It is returned
    ///   once, after every message that came before it.
    ///
    /// # Cancel safety
    /// A message that a dropped future did not return is returned by the next call.
    pub async fn recv<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let received = self.recv_with().await?;
        Ok(received.map(|(value, _)| value))
    }

    /// Receives the next message as a value and its handles. `None` when the peer has closed the channel and everything
    /// was received. Node's internal messages are skipped.
    ///
    /// # Errors
    /// Those of [`recv`](Receiver::recv).
    ///
    /// # Cancel safety
    /// As for [`recv`](Receiver::recv).
    pub async fn recv_with<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<Handle>)>, Error> {
        let (meta, handles) = match self.next_value_in_run() {
            Some(meta) => (meta, Vec::new()),
            None => match poll_fn(|cx| self.poll_value(cx)).await? {
                Some(received) => received,
                None => return Ok(None),
            },
        };
        // After the lock was released: the program's code may take its time, and may send on the other half.
        match decode(meta.format, &self.scratch) {
            Ok(value) => {
                self.scratch.clear();
                self.scratch.shrink_to(KEPT);
                Ok(Some((value, handles)))
            }
            Err(source) => {
                let payload = std::mem::take(&mut self.scratch).into();
                let message = Box::new(Message {
                    meta,
                    payload,
                    handles,
                });
                Err(Error::Unexpected { message, source })
            }
        }
    }

    /// Receives the next message undecoded. `None` when the peer has closed the channel and everything was received.
    ///
    /// Node's internal messages (`meta.internal`), such as those of `node:cluster`, are among them. The exception is what
    /// a `net.Server` of a parent asks about sockets that it passed on: the channel answers that itself.
    ///
    /// # Errors
    /// Those of [`recv`](Receiver::recv), except for [`Error::Unexpected`].
    ///
    /// # Cancel safety
    /// As for [`recv`](Receiver::recv).
    pub async fn recv_message(&mut self) -> Result<Option<Message>, Error> {
        if let Some(message) = self.next_in_run() {
            return Ok(Some(message));
        }
        poll_fn(|cx| self.poll_message(cx)).await
    }

    /// Receives up to `limit` messages undecoded: waits for the next one, and appends it and those that were read with it to
    /// `messages`. Returns how many they are: 0 when the peer has closed the channel and everything was received, or if
    /// `limit` is 0. For many small messages this takes less time than [`recv_message`](Receiver::recv_message).
    ///
    /// ```
    /// use forkwire::Channel;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// for number in 0..1_000 {
    ///     ours.queue(&number).await?;
    /// }
    /// ours.close().await?;
    ///
    /// let mut messages = Vec::new();
    /// let mut sum = 0;
    /// while theirs.recv_many(&mut messages, 100).await? > 0 {
    ///     for message in messages.drain(..) {
    ///         sum += message.decode::<u32>()?;
    ///     }
    /// }
    /// assert_eq!(sum, 499_500);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`recv_message`](Receiver::recv_message). Nothing was appended then.
    ///
    /// # Cancel safety
    /// A future that is dropped before it is ready has appended nothing, and no message is lost.
    pub async fn recv_many(&mut self, messages: &mut Vec<Message>, limit: usize) -> Result<usize, Error> {
        if limit == 0 {
            return Ok(0);
        }
        let before = messages.len();
        let Some(first) = poll_fn(|cx| self.poll_message(cx)).await? else {
            return Ok(0);
        };
        messages.push(first);
        self.small.take(limit - 1, messages);
        let received = messages.len() - before;
        Ok(received + self.shared.take_kept(limit - received, messages))
    }

    /// The next message, if it is there and this task has time for it.
    #[inline]
    pub(crate) fn next_in_run(&mut self) -> Option<Message> {
        if self.steps.take() {
            self.small.next_message()
        } else {
            None
        }
    }

    /// Apart from the path of messages that are there already, which it would make longer.
    #[inline(never)]
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Received<Message>> {
        self.steps.renew();
        let Self {
            shared, small, turns, ..
        } = self;
        poll_within_budget(cx, |cx| {
            if let Some(message) = small.next_message() {
                return Poll::Ready(Ok(Some(message)));
            }
            shared.poll_next(cx, small.run_mut(), turns, |meta, payload, handles| {
                Some(Message {
                    meta,
                    payload: payload.into_vec().into(),
                    handles,
                })
            })
        })
    }

    pub(crate) fn belongs_to(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    pub(crate) fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Received<Next>> {
        self.steps.renew();
        let Self {
            shared, small, turns, ..
        } = self;
        if let Some(message) = small.next_message() {
            return Poll::Ready(Ok(Some(Next::Message(message))));
        }
        shared.poll_incoming(cx, small.run_mut(), turns)
    }

    /// The next message, if it is there and this task has time for it. Its payload is in `scratch` then.
    #[inline]
    fn next_value_in_run(&mut self) -> Option<Meta> {
        if !self.steps.take() {
            return None;
        }
        let (meta, payload) = self.small.next_payload()?;
        self.scratch.clear();
        self.scratch.extend_from_slice(payload);
        Some(meta)
    }

    /// Ready with a message that is not internal, whose payload is in `scratch` then.
    fn poll_value(&mut self, cx: &mut Context<'_>) -> Poll<Received<(Meta, Vec<Handle>)>> {
        self.steps.renew();
        let Self {
            shared,
            small,
            turns,
            scratch,
            ..
        } = self;
        poll_within_budget(cx, |cx| {
            if let Some((meta, payload)) = small.next_payload() {
                scratch.clear();
                scratch.extend_from_slice(payload);
                return Poll::Ready(Ok(Some((meta, Vec::new()))));
            }
            shared.poll_next(cx, small.run_mut(), turns, |meta, payload, handles| {
                if meta.internal {
                    return None;
                }
                match payload {
                    Payload::Owned(bytes) => *scratch = bytes,
                    Payload::Borrowed(bytes) => {
                        scratch.clear();
                        scratch.extend_from_slice(bytes);
                    }
                }
                Some((meta, handles))
            })
        })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.lock().drop_receiver();
        self.shared.wakers().senders.wake();
    }
}
