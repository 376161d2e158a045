//! What a channel receives.

use serde::de::DeserializeOwned;

use super::Channel;
use crate::error::Error;
use crate::handle::Handle;
use crate::message::Message;

impl Channel {
    /// The next message as a Rust value, or `None` when the peer has closed the channel and everything was delivered.
    /// Handles that come with it are closed; Node's internal messages are passed over.
    ///
    /// Cancel safety: a message is either returned or stays for the next call.
    ///
    /// # Errors
    /// [`Error::Unexpected`], with the message, if it is not what `T` expects: the channel goes on. Anything else is the
    /// end of the channel: the peer sent what is no valid frame, or the system failed. It is told once, and behind every
    /// message that came before it.
    pub async fn recv<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        self.receiver.recv().await
    }

    /// As [`Channel::recv`], with the message's handles.
    ///
    /// # Errors
    /// As [`Channel::recv`].
    pub async fn recv_with<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<Handle>)>, Error> {
        self.receiver.recv_with().await
    }

    /// As [`Channel::recv`], the message as it came. Node's internal messages (`meta.internal`) are among them: those of
    /// `node:cluster`, say. What a parent's `net.Server` asks about sockets that it passed on is answered here and not
    /// delivered.
    ///
    /// # Errors
    /// As [`Channel::recv`], but never [`Error::Unexpected`].
    pub async fn recv_message(&mut self) -> Result<Option<Message>, Error> {
        self.receiver.recv_message().await
    }
}
