//! What a channel sends.

use serde::Serialize;

use super::Channel;
use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::message::Message;

impl Channel {
    /// Sends a value in the channel's [`format`](Channel::format), as [`Message::encode`] makes it: returns when the
    /// kernel has its last byte. Waits while the socket is full and, on Node's wire, while the peer has not answered for
    /// the handle before.
    ///
    /// Cancel safety: a message leaves whole or not at all. Dropped while [`HIGH_WATER_MARK`](crate::HIGH_WATER_MARK)
    /// bytes wait in the backlog, the future has sent nothing; later, the message is queued, and goes out with what is
    /// called next. Where this makes a difference, use [`try_send`](Channel::try_send) and [`flush`](Channel::flush).
    ///
    /// # Errors
    /// The value cannot be written, is too large, or the peer is gone. What can be given back is in
    /// [`SendError::message`].
    pub async fn send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.sender.send(value).await
    }

    /// As [`Channel::send`], with handles: at most [`MAX_HANDLES`](crate::MAX_HANDLES) on the native wire, one on
    /// Node's. They are closed here when they have left.
    ///
    /// ```
    /// # use std::net::TcpListener;
    /// # use forkwire::Channel;
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// let listener = TcpListener::bind("127.0.0.1:0")?;
    /// ours.send_with("a server", [listener]).await?;
    ///
    /// let (word, mut handles) = theirs.recv_with::<String>().await?.ok_or("nothing came")?;
    /// let listener: TcpListener = handles.remove(0).try_into()?;
    /// # drop(listener);
    /// # assert_eq!(word, "a server");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Channel::send`], and [`SendErrorKind::Handles`](crate::SendErrorKind::Handles). If the value
    /// cannot be written, the handles come back with an empty message.
    pub async fn send_with<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: impl IntoIterator<Item = impl Into<Handle>>,
    ) -> Result<(), SendError> {
        self.sender.send_with(value, handles).await
    }

    /// As [`Channel::send`], for a message that is made already.
    ///
    /// # Errors
    /// As [`Channel::send_with`]; on Node's wire [`SendErrorKind::Format`](crate::SendErrorKind::Format) for a message
    /// that is not in the channel's format.
    pub async fn send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.sender.send_message(message).await
    }

    /// Sends a value without waiting: as much of it as the socket takes at once leaves, the rest waits in the backlog for
    /// the next call that waits.
    ///
    /// ```
    /// use forkwire::{Channel, SendErrorKind};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, _theirs) = Channel::pair()?;
    /// loop {
    ///     match ours.try_send("and one more") {
    ///         Ok(()) => {}
    ///         Err(error) if error.kind == SendErrorKind::Full => break, // the rest another time
    ///         Err(error) => return Err(error.into()),
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Channel::send`]; and [`SendErrorKind::Full`](crate::SendErrorKind::Full) if the backlog is at its mark:
    /// nothing was sent then.
    pub fn try_send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.sender.try_send(value)
    }

    /// As [`Channel::try_send`], for a message that is made already, with or without handles.
    ///
    /// # Errors
    /// As [`Channel::try_send`] and [`Channel::send_message`].
    pub fn try_send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.sender.try_send_message(message)
    }

    /// Waits until the kernel has everything that was sent.
    ///
    /// Cancel safety: nothing is lost by dropping it; the next call goes on.
    ///
    /// # Errors
    /// The peer is gone, or sent what is no valid frame.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.sender.flush().await
    }
}
