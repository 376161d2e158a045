//! Sending on a whole channel.

use serde::Serialize;

use super::Channel;
use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::message::Message;
use crate::sender::Permit;

impl Channel {
    /// Sends a value, and returns when the kernel has the last byte of it. Waits while the backlog is at its mark, while
    /// the socket is full, and on Node's wire while the peer has not acknowledged the handle before.
    ///
    /// # Errors
    /// The value has no form in the channel's [`format`](Channel::format), the message is too large, or the peer is gone.
    /// [`SendError::message`] is what comes back. [`SendErrorKind::Unread`](crate::SendErrorKind::Unread) if neither end
    /// receives what the other one sends.
    ///
    /// # Cancel safety
    /// A message leaves whole or not at all. A future that is dropped while it waits for the backlog has sent nothing.
    /// Dropped later, the message is queued and leaves with the next call that waits. Where the difference matters, use
    /// [`reserve`](Channel::reserve), or [`try_send`](Channel::try_send) and [`flush`](Channel::flush).
    pub async fn send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.sender.send(value).await
    }

    /// Sends a value with handles: at most [`MAX_HANDLES`](crate::MAX_HANDLES) on the native wire, and one on Node's. A
    /// handle is a [`Handle`], or any socket of `std` or tokio. It is closed in this process when it has left.
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
    /// What a listener of tokio accepts can be sent at once:
    ///
    /// ```
    /// # use forkwire::Channel;
    /// # use tokio::net::{TcpListener, TcpStream};
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let (mut ours, mut theirs) = Channel::pair()?;
    /// # let listener = TcpListener::bind("127.0.0.1:0").await?;
    /// # let _client = TcpStream::connect(listener.local_addr()?).await?;
    /// let (connection, address) = listener.accept().await?;
    /// ours.send_with(&address, [connection]).await?;
    /// # let (_, mut handles) = theirs.recv_with::<std::net::SocketAddr>().await?.ok_or("nothing came")?;
    /// # TcpStream::try_from(handles.remove(0))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`send`](Channel::send), and [`SendErrorKind::Handles`](crate::SendErrorKind::Handles). If the value has
    /// no form in the channel's format, the handles come back with an empty payload.
    ///
    /// # Cancel safety
    /// As for [`send`](Channel::send). A future that is dropped before the message is queued closes the handles.
    pub async fn send_with<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(), SendError> {
        self.sender.send_with(value, handles).await
    }

    /// Sends a message that is encoded already, like [`send`](Channel::send).
    ///
    /// # Errors
    /// Those of [`send_with`](Channel::send_with). On Node's wire also
    /// [`SendErrorKind::Format`](crate::SendErrorKind::Format), for a message that is not in the channel's format.
    ///
    /// # Cancel safety
    /// As for [`send_with`](Channel::send_with).
    pub async fn send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.sender.send_message(message).await
    }

    /// Waits until the backlog has room for a message, which the [`Permit`] then sends without waiting.
    ///
    /// # Errors
    /// The peer is gone. [`SendErrorKind::Unread`](crate::SendErrorKind::Unread) if neither end receives what the other
    /// one sends.
    ///
    /// # Cancel safety
    /// Nothing was sent when the future is dropped.
    pub async fn reserve(&mut self) -> Result<Permit<'_>, SendError> {
        self.sender.reserve().await
    }

    /// Sends a value without waiting. The socket takes as much as it has room for, and the rest waits in the backlog for
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
    /// Those of [`send`](Channel::send); and [`SendErrorKind::Full`](crate::SendErrorKind::Full) if the backlog is at its
    /// mark. Nothing was sent then.
    pub fn try_send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.sender.try_send(value)
    }

    /// Sends a message that is encoded already, like [`try_send`](Channel::try_send).
    ///
    /// # Errors
    /// Those of [`try_send`](Channel::try_send) and [`send_message`](Channel::send_message).
    pub fn try_send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.sender.try_send_message(message)
    }

    /// Queues a value, and lets the socket have it later, together with others: `queue` many, then
    /// [`flush`](Channel::flush). For many small values this takes a fraction of the time that [`send`](Channel::send)
    /// takes: see [`Sender::queue`](crate::Sender::queue).
    ///
    /// # Errors
    /// Those of [`send`](Channel::send). A peer that goes before it has everything is an error of a later call.
    ///
    /// # Cancel safety
    /// Nothing was queued when the future is dropped.
    #[inline]
    pub fn queue<'a, T: Serialize + ?Sized>(
        &'a mut self,
        value: &'a T,
    ) -> impl Future<Output = Result<(), SendError>> + 'a {
        self.sender.queue(value)
    }

    /// Waits until the kernel has everything that was sent.
    ///
    /// # Errors
    /// The peer is gone, or sent malformed data. [`Error::Unread`] if neither end receives what the other one sends.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped: the next call that waits goes on.
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.sender.flush().await
    }
}
