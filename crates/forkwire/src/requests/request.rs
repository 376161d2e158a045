//! A request of the peer.

use std::fmt::Display;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use bytes::Bytes;
use forkwire_proto::{DeclineReason, Format};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::SendError;
use crate::handle::Handle;
use crate::handle::convert::collect;
use crate::message::{Message, decode, encode_into};
use crate::sender::Sender;
use crate::shared::Shared;
use crate::state::Asked;
use crate::value_error::ValueError;

/// A request of the peer. Dropping it answers that nobody serves it.
#[derive(Debug)]
pub struct Request {
    id: u64,
    format: Format,
    payload: Bytes,
    handles: Vec<Handle>,
    /// It keeps this direction open until there is an answer.
    sender: Sender,
    done: bool,
}

impl Request {
    pub(super) fn new(asked: Asked, shared: &Arc<Shared>, sender: Sender) -> Self {
        debug_assert!(Arc::ptr_eq(shared, &sender.shared), "one channel");
        let Asked {
            id,
            format,
            payload,
            handles,
        } = asked;
        Self {
            id,
            format,
            payload,
            handles,
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

    /// The handles that came with it. [`Request::take_handles`] gives them away.
    pub fn handles(&self) -> &[Handle] {
        &self.handles
    }

    /// The handles that came with it, which are closed with the request otherwise.
    pub fn take_handles(&mut self) -> Vec<Handle> {
        std::mem::take(&mut self.handles)
    }

    /// Answers. What the socket does not take at once leaves with the next call that waits. An answer that nothing waits for
    /// any more is dropped.
    ///
    /// # Errors
    /// Those of [`Sender::try_send`], but for a full backlog.
    pub fn reply<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SendError> {
        self.answer(value, Vec::new())
    }

    /// As [`Request::reply`], with handles, as for [`Sender::send_with`]. They are closed in this process when they have left, or if
    /// nothing waits for the answer any more.
    ///
    /// # Errors
    /// Those of [`Request::reply`] and of [`Sender::send_with`]. The handles are in the error, and the requester gets a failure.
    pub fn reply_with<T: Serialize + ?Sized>(
        self,
        value: &T,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(), SendError> {
        let handles = collect(self.sender.format(), handles)?;
        self.answer(value, handles)
    }

    fn answer<T: Serialize + ?Sized>(mut self, value: &T, handles: Vec<Handle>) -> Result<(), SendError> {
        let format = self.sender.format();
        let mut payload = Vec::new();
        if let Err(error) = encode_into(format, value, &mut payload) {
            let message = Message::new(format, Vec::new()).with_handles(handles);
            return Err(SendError::from(error).with(message));
        }
        self.respond(false, format, &payload, handles)
    }

    /// Answers that the request failed. The requester in Node gets an `Error` with this message.
    ///
    /// # Errors
    /// Those of [`Request::reply`].
    pub fn fail(mut self, error: impl Display) -> Result<(), SendError> {
        let failure = serde_json::json!({"name": "Error", "message": error.to_string()});
        // Node's wire has one format.
        let format = if self.sender.shared.lock().node {
            self.sender.format()
        } else {
            Format::Json
        };
        let mut payload = Vec::new();
        encode_into(format, &failure, &mut payload)?;
        self.respond(true, format, &payload, Vec::new())
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

    fn respond(
        &mut self,
        failed: bool,
        format: Format,
        payload: &[u8],
        handles: Vec<Handle>,
    ) -> Result<(), SendError> {
        self.done = true;
        let mut state = self.sender.shared.lock();
        let queued = state.queue_response(self.id, failed, format, payload, handles);
        if queued.is_err() {
            state.link.decline(self.id, DeclineReason::Unreadable);
        }
        // A peer that is gone does not need it.
        let _ = state.flush();
        queued
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
