//! Requests: messages that are answered.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use forkwire_proto::{DeclineReason, Format, PushError};
use forkwire_sys::os;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use thiserror::Error;

use crate::channel::Channel;
use crate::coop::{poll_within_budget, take_budget};
use crate::error::{Error, SendError};
use crate::message::{Message, decode, encode_into};
use crate::receiver::Receiver;
use crate::sender::Sender;
use crate::shared::Shared;
use crate::state::{Answer, Asked, describe};
use crate::value_error::ValueError;

/// Why a request was not answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The peer's handler failed.
    #[error("the peer's handler failed: {0}")]
    Failed(Box<Failure>),
    /// The peer is gone, or is closing the channel. With `delivered: false` it never got the whole request, which can be
    /// tried elsewhere. Otherwise it may have acted on it.
    #[error("the peer is gone before it answered")]
    PeerGone {
        /// Whether the peer may have got the request.
        delivered: bool,
    },
    /// Nobody serves requests there.
    #[error("the peer serves no requests")]
    NoHandler,
    /// The peer did not answer, for another reason: it could not read the request, or its answer has handles.
    #[error("the request was not answered")]
    Unanswered,
    /// The answer is not of the type that was asked for.
    #[error("the answer is not of the expected type")]
    Unexpected(#[source] ValueError),
    /// The request was not sent: its value has no form in the channel's format, it is too large, too many requests are under
    /// way, or the channel is on Node's own wire.
    #[error("the request was not sent: {0}")]
    NotSent(String),
    /// The channel failed.
    #[error(transparent)]
    Channel(Error),
}

/// What a handler has thrown, as Node describes it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Failure {
    /// The name of the error, such as `TypeError`.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its stack.
    pub stack: Option<String>,
    /// Its own properties, such as `code`.
    pub own: BTreeMap<String, Value>,
    /// A value that is not an error.
    pub thrown: Option<Value>,
}

impl Failure {
    /// What the peer says may be anything.
    fn from_value(mut described: Value) -> Self {
        let mut take = |name: &str| described.get_mut(name).map(Value::take);
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        Self {
            name: text(take("name")).unwrap_or_default(),
            message: text(take("message")).unwrap_or_default(),
            stack: text(take("stack")),
            own: match take("own") {
                Some(Value::Object(own)) => own.into_iter().collect(),
                _ => BTreeMap::new(),
            },
            thrown: take("thrown"),
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.thrown {
            Some(value) => write!(f, "{value}"),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

/// What [`Channel::recv_incoming`] returns.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// A request, to be answered.
    Request(Request),
}

/// A request of the peer. Dropping it answers that nobody serves it.
#[derive(Debug)]
pub struct Request {
    id: u64,
    format: Format,
    payload: Bytes,
    /// It keeps this direction open until there is an answer.
    sender: Sender,
    done: bool,
}

impl Request {
    fn new(asked: Asked, shared: &Arc<Shared>, sender: Sender) -> Self {
        debug_assert!(Arc::ptr_eq(shared, &sender.shared), "one channel");
        let Asked { id, format, payload } = asked;
        Self {
            id,
            format,
            payload,
            sender,
            done: false,
        }
    }

    /// The request as a value.
    ///
    /// # Errors
    /// It is not of the type `T`.
    pub fn decode<T: DeserializeOwned>(&self) -> Result<T, ValueError> {
        decode(self.format, &self.payload)
    }

    /// Answers. What the socket does not take at once leaves with the next call that waits. An answer that nothing waits for
    /// any more is dropped.
    ///
    /// # Errors
    /// Those of [`Sender::try_send`], but for a full backlog.
    pub fn reply<T: Serialize + ?Sized>(mut self, value: &T) -> Result<(), SendError> {
        let format = self.sender.format();
        let mut payload = Vec::new();
        encode_into(format, value, &mut payload)?;
        self.respond(false, format, &payload)
    }

    /// Answers that the request failed. The requester in Node gets an `Error` with this message.
    ///
    /// # Errors
    /// Those of [`Request::reply`].
    pub fn fail(mut self, error: impl Display) -> Result<(), SendError> {
        let failure = serde_json::json!({"name": "Error", "message": error.to_string()});
        self.respond(true, Format::Json, failure.to_string().as_bytes())
    }

    /// Waits until the requester gives the request up, or is gone. Somebody has to receive meanwhile.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn cancelled(&self) {
        let shared = &self.sender.shared;
        poll_fn(|cx| {
            shared.wakers().senders.register(self.sender.id, cx.waker());
            let state = shared.lock();
            if state.eof || !state.is_asked(self.id) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
        .await;
    }

    fn respond(&mut self, failed: bool, format: Format, payload: &[u8]) -> Result<(), SendError> {
        self.done = true;
        let mut state = self.sender.shared.lock();
        let Some(connection) = state.link.wire_mut().native_mut() else {
            return Ok(());
        };
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(payload);
        match connection.push_response(self.id, failed, format, payload.len(), fill) {
            Ok(()) | Err(PushError::NotAwaited { .. }) => {}
            Err(error) => {
                connection.decline(self.id, DeclineReason::Unreadable);
                let _ = state.flush();
                return Err(describe(&error));
            }
        }
        // A peer that is gone does not need it.
        let _ = state.flush();
        Ok(())
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        if !self.done {
            let mut state = self.sender.shared.lock();
            state.link.decline(self.id, DeclineReason::NoHandler);
            let _ = state.flush();
        }
    }
}

impl Channel {
    /// As [`Sender::request`]. Messages that come meanwhile are kept to be received.
    ///
    /// # Errors
    /// Those of [`Sender::request`].
    ///
    /// # Cancel safety
    /// As for [`Sender::request`].
    pub async fn request<Req, Res>(&mut self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.sender.request(request).await
    }

    /// Receives the next message or request. `None` when the peer has closed the channel and everything was received.
    /// Handles of requests are refused.
    ///
    /// # Errors
    /// Those of [`Channel::recv_message`].
    ///
    /// # Cancel safety
    /// As for [`Channel::recv_message`].
    pub async fn recv_incoming(&mut self) -> Result<Option<Incoming>, Error> {
        recv_incoming(&mut self.receiver, &self.sender).await
    }
}

impl Receiver {
    /// As [`Channel::recv_incoming`]. Requests are answered through clones of `sender`, which must be of the same channel.
    ///
    /// # Errors
    /// Those of [`Receiver::recv_message`].
    ///
    /// # Panics
    /// `sender` is of another channel.
    ///
    /// # Cancel safety
    /// As for [`Receiver::recv_message`].
    pub async fn recv_incoming(&mut self, sender: &Sender) -> Result<Option<Incoming>, Error> {
        assert!(self.belongs_to(&sender.shared), "the sender of the same channel");
        recv_incoming(self, sender).await
    }
}

impl Sender {
    /// Sends a request and waits for its answer: what the handler of `serve()` returns in Node, or [`Request::reply`] in
    /// Rust. A clone of the sender can have its own request under way at the same time.
    ///
    /// ```
    /// use forkwire::{Channel, Incoming};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// let serve = async {
    ///     while let Some(Incoming::Request(request)) = theirs.recv_incoming().await? {
    ///         let (a, b): (i32, i32) = request.decode()?;
    ///         request.reply(&(a + b))?;
    ///     }
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let ask = async {
    ///     let sum: i32 = ours.request(&(1, 2)).await?;
    ///     assert_eq!(sum, 3);
    ///     ours.close().await?;
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let (served, asked) = tokio::join!(serve, ask);
    /// served.and(asked)
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`RequestError`].
    ///
    /// # Cancel safety
    /// A future that is dropped cancels the request: a handler in Node sees its signal aborted, and a late answer is
    /// dropped.
    pub async fn request<Req, Res>(&mut self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        take_budget().await;
        let mut payload = Vec::new();
        encode_into(self.format(), request, &mut payload)
            .map_err(|error| RequestError::NotSent(error.to_string()))?;
        self.wait_for_room().await.map_err(|_| GONE)?;
        let mut awaited = Awaited {
            shared: Arc::clone(&self.shared),
            id: self.start(&payload)?,
            over: false,
        };
        let answer = poll_fn(|cx| self.shared.poll_answer(self.id, awaited.id, cx)).await;
        awaited.over = true;
        match answer.map_err(RequestError::Channel)? {
            Ok(answer) => result(answer),
            Err(delivered) => Err(RequestError::PeerGone { delivered }),
        }
    }

    fn start(&mut self, payload: &[u8]) -> Result<u64, RequestError> {
        let format = self.format();
        let mut state = self.shared.lock();
        if state.node {
            let reason = "Node's own wire has no requests; start the peer with the native wire";
            return Err(RequestError::NotSent(reason.to_owned()));
        }
        if state.eof || state.link.is_broken() {
            return Err(GONE);
        }
        state.queue_request(format, payload).map_err(not_sent)
    }
}

const GONE: RequestError = RequestError::PeerGone { delivered: false };

#[allow(clippy::needless_pass_by_value)] // the shape of map_err()
fn not_sent(error: PushError<os::Handle>) -> RequestError {
    RequestError::NotSent(error.to_string())
}

/// Cancels the request when its future is dropped.
struct Awaited {
    shared: Arc<Shared>,
    id: u64,
    over: bool,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if !self.over {
            self.shared.lock().cancel_request(self.id);
        }
    }
}

fn result<Res: DeserializeOwned>(answer: Answer) -> Result<Res, RequestError> {
    match answer {
        Answer::Response {
            format,
            failed: false,
            payload,
        } => {
            // A clone of no bytes is undefined.
            let undefined = format == Format::Clone && payload.is_empty();
            let (format, payload) = if undefined {
                (Format::Json, &b"null"[..])
            } else {
                (format, &payload[..])
            };
            decode(format, payload).map_err(RequestError::Unexpected)
        }
        Answer::Response { format, payload, .. } => match decode(format, &payload) {
            Ok(failure) => Err(RequestError::Failed(Box::new(Failure::from_value(failure)))),
            Err(error) => Err(RequestError::Unexpected(error)),
        },
        Answer::Declined(DeclineReason::NoHandler) => Err(RequestError::NoHandler),
        Answer::Declined(DeclineReason::Closing) => Err(GONE),
        Answer::Declined(_) | Answer::Lost => Err(RequestError::Unanswered),
    }
}

/// What two halves receive together: the sender is for the answers.
pub(crate) async fn recv_incoming(
    receiver: &mut Receiver,
    sender: &Sender,
) -> Result<Option<Incoming>, Error> {
    if let Some(message) = receiver.next_in_run() {
        return Ok(Some(Incoming::Message(message)));
    }
    let next = poll_fn(|cx| poll_within_budget(cx, |cx| receiver.poll_incoming(cx))).await?;
    Ok(next.map(|next| match next {
        Next::Message(message) => Incoming::Message(message),
        Next::Asked(asked) => Incoming::Request(Request::new(asked, &sender.shared, sender.clone())),
    }))
}

/// A message, or a request.
#[derive(Debug)]
pub(crate) enum Next {
    Message(Message),
    Asked(Asked),
}
