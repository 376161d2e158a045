//! Receiving on a whole channel.

use serde::de::DeserializeOwned;

use super::Channel;
use crate::error::Error;
use crate::handle::Handle;
use crate::message::Message;

impl Channel {
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
        self.receiver.recv().await
    }

    /// Receives the next message as a value and its handles. `None` when the peer has closed the channel and everything
    /// was received. Node's internal messages are skipped.
    ///
    /// # Errors
    /// Those of [`recv`](Channel::recv).
    ///
    /// # Cancel safety
    /// As for [`recv`](Channel::recv).
    pub async fn recv_with<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<Handle>)>, Error> {
        self.receiver.recv_with().await
    }

    /// Receives the next message undecoded. `None` when the peer has closed the channel and everything was received.
    ///
    /// Node's internal messages (`meta.internal`), such as those of `node:cluster`, are among them. The exception is what
    /// a `net.Server` of a parent asks about sockets that it passed on: the channel answers that itself.
    ///
    /// # Errors
    /// Those of [`recv`](Channel::recv), except for [`Error::Unexpected`].
    ///
    /// # Cancel safety
    /// As for [`recv`](Channel::recv).
    pub async fn recv_message(&mut self) -> Result<Option<Message>, Error> {
        // Each level of a future costs a copy of what it returns.
        if let Some(message) = self.receiver.next_in_run() {
            return Ok(Some(message));
        }
        self.receiver.recv_message().await
    }

    /// Receives up to `limit` messages undecoded: waits for the next one, and appends it and those that were read with it to
    /// `messages`. Returns how many they are: 0 when the peer has closed the channel and everything was received, or if
    /// `limit` is 0. See [`Receiver::recv_many`](crate::Receiver::recv_many).
    ///
    /// # Errors
    /// Those of [`recv_message`](Channel::recv_message). Nothing was appended then.
    ///
    /// # Cancel safety
    /// As for [`recv_message`](Channel::recv_message), with nothing appended.
    pub async fn recv_many(&mut self, messages: &mut Vec<Message>, limit: usize) -> Result<usize, Error> {
        self.receiver.recv_many(messages, limit).await
    }
}
