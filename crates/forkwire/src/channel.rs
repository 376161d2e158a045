//! A channel driven by tokio.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use forkwire_proto::{Format, RefuseReason, Wire};
use forkwire_sys::unix::Socket;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::message::Message;
use crate::receiver::Receiver;
use crate::sender::Sender;
use crate::shared::Shared;

/// One end of a channel, on the native wire or on Node's own.
///
/// Nothing happens in the background: what a call leaves in the backlog (a [`try_send`](Channel::try_send), a `send`
/// that was cancelled) goes on with the next call of any method that waits.
///
/// Dropping a channel ends it at once, both ways; [`Channel::close`] is the orderly end.
///
/// ```
/// use forkwire::{Channel, Error};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (mut ours, mut theirs) = Channel::pair()?;
/// ours.send(&(1, "one")).await?;
/// ours.send("no pair").await?;
/// ours.close().await?;
///
/// assert_eq!(theirs.recv().await?, Some((1, String::from("one"))));
/// // A message of another type comes back in the error, and the channel goes on.
/// match theirs.recv::<(i32, String)>().await {
///     Err(Error::Unexpected { message, .. }) => assert_eq!(message.payload, br#""no pair""#),
///     other => panic!("{other:?}"),
/// }
/// assert_eq!(theirs.recv::<()>().await?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Channel {
    pub(crate) sender: Sender,
    pub(crate) receiver: Receiver,
}

impl Channel {
    pub(crate) fn new(socket: Socket, wire: Wire<OwnedFd>, format: Format) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(socket, wire, format)?);
        Ok(Self {
            sender: Sender::new(Arc::clone(&shared), format),
            receiver: Receiver::new(shared, format),
        })
    }

    /// How values are written: [`Format::Clone`] if the parent chose `serialization: 'advanced'`. On Node's wire all
    /// messages are; on the native wire either is understood, and the parent's choice is what values are sent in.
    pub fn format(&self) -> Format {
        self.sender.format()
    }

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
    /// As [`Channel::send`], and [`SendErrorKind::Handles`](crate::SendErrorKind::Handles). A value that cannot be
    /// written costs its handles: they are closed.
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

    /// Messages with handles, counted from 1 in the order of sending, that the peer refused since the last call, with the
    /// reasons. Their handles are closed. The answers are seen as this end receives, flushes or closes.
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        self.sender.take_refused()
    }

    /// Sends what is queued, waits until the peer has answered for every handle, and closes the channel: the peer, if it
    /// is Node, emits `'disconnect'`. A peer that has closed its end before is no error, as long as nothing was left to
    /// send. What the peer sent and nobody received is lost, and its handles are refused or closed:
    /// [split](Channel::into_split) the channel to close one direction and receive to the end.
    ///
    /// Cancel safety: dropped before it is ready, the channel is dropped.
    ///
    /// # Errors
    /// As [`Channel::flush`].
    pub async fn close(self) -> Result<(), Error> {
        // What comes from now on must not be waited for: its handles go back.
        drop(self.receiver);
        self.sender.close().await
    }

    /// Two halves, for two tasks.
    ///
    /// ```
    /// use forkwire::Channel;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (ours, mut theirs) = Channel::pair()?;
    /// let (mut sender, mut receiver) = ours.into_split();
    /// let answers = tokio::spawn(async move { receiver.recv::<String>().await });
    /// sender.send("a question").await?;
    /// assert_eq!(theirs.recv::<String>().await?.as_deref(), Some("a question"));
    /// theirs.send("an answer").await?;
    /// assert_eq!(answers.await??.as_deref(), Some("an answer"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_split(self) -> (Sender, Receiver) {
        (self.sender, self.receiver)
    }
}
