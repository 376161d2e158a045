//! Requests: messages that are answered.

mod asking;
mod failure;
mod request;
mod serve;
#[cfg(feature = "tower")]
mod service;

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::failure::{Failure, RequestError};
pub use self::request::Request;
pub(crate) use self::serve::serve;
#[cfg(feature = "tower")]
pub use self::service::RequestService;
use crate::channel::Channel;
use crate::coop::poll_within_budget;
use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::message::Message;
use crate::receiver::Receiver;
use crate::sender::Sender;
use crate::state::Asked;

/// What [`Channel::recv_incoming`] returns.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// A request, to be answered.
    Request(Request),
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

    /// As [`Sender::request_with`].
    ///
    /// # Errors
    /// Those of [`Sender::request_with`].
    ///
    /// # Cancel safety
    /// As for [`Sender::request_with`].
    pub async fn request_with<Req, Res>(
        &mut self,
        request: &Req,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(Res, Vec<Handle>), RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.sender.request_with(request, handles).await
    }

    /// Receives the next message or request. `None` when the peer has closed the channel and everything was received.
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

/// What two halves receive together: the sender is for the answers.
pub(crate) async fn recv_incoming(
    receiver: &mut Receiver,
    sender: &Sender,
) -> Result<Option<Incoming>, Error> {
    if let Some(message) = receiver.next_in_run() {
        return Ok(Some(Incoming::Message(message)));
    }
    poll_fn(|cx| poll_incoming(receiver, sender, cx)).await
}

pub(crate) fn poll_incoming(
    receiver: &mut Receiver,
    sender: &Sender,
    cx: &mut Context<'_>,
) -> Poll<Result<Option<Incoming>, Error>> {
    let next = ready!(poll_within_budget(cx, |cx| receiver.poll_incoming(cx)))?;
    Poll::Ready(Ok(next.map(|next| match next {
        Next::Message(message) => Incoming::Message(message),
        Next::Asked(asked) => Incoming::Request(Request::new(asked, &sender.shared, sender.clone())),
    })))
}

/// A message, or a request.
#[derive(Debug)]
pub(crate) enum Next {
    Message(Message),
    Asked(Asked),
}
