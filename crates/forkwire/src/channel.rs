//! A channel driven by tokio.

mod receiving;
mod sending;

use std::io;
use std::sync::Arc;

use forkwire_proto::{Format, RefuseReason};
use forkwire_sys::os::Transport;

use crate::config::Config;
use crate::error::Error;
use crate::receiver::Receiver;
use crate::sender::Sender;
use crate::shared::Shared;

/// One end of a channel, on the native wire or on Node's own.
///
/// The channel spawns no task. What a call leaves in the backlog (a [`try_send`](Channel::try_send), or a `send` that was
/// cancelled) is written by the next call of any method that waits.
///
/// Both ends may send more than the socket holds at the same time: an end that waits for the socket reads meanwhile, and
/// keeps what it reads to be received. A whole channel cannot receive while it sends. When
/// [64 MiB](crate::Config::read_ahead) or 1,024 handles are kept, and the peer still does not read, `send` therefore fails
/// with [`SendErrorKind::Unread`](crate::SendErrorKind::Unread). [Split](Channel::into_split) the channel to send and
/// receive in two tasks: a sender then waits for the receiver, and reads no more than 1 MiB ahead.
///
/// Dropping a channel ends it at once in both directions. [`Channel::close`] is the orderly end.
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
///     Err(Error::Unexpected { message, .. }) => assert_eq!(message.payload, r#""no pair""#),
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
    pub(crate) fn new(socket: Transport, config: &Config) -> io::Result<Self> {
        Ok(Self::over(Shared::new(socket, config)?, config))
    }

    pub(crate) fn over(shared: Shared, config: &Config) -> Self {
        let shared = Arc::new(shared);
        Self {
            sender: Sender::new(Arc::clone(&shared), config),
            receiver: Receiver::new(shared, config),
        }
    }

    /// The format in which values are sent: [`Format::Clone`] if the parent chose `serialization: 'advanced'`. On Node's
    /// wire, the peer's messages have it as well. On the native wire each message says its own.
    pub fn format(&self) -> Format {
        self.sender.format()
    }

    /// Messages with handles that the peer refused since the last call: their numbers, counted from 1 in the order of
    /// sending, and the reasons. Their handles are closed. The peer's answers are read when this end receives, flushes or
    /// closes.
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        self.sender.take_refused()
    }

    /// Sends what is queued, waits until the peer has acknowledged every handle, and closes the channel. Node emits
    /// `'disconnect'` then.
    ///
    /// What the peer sent and nobody received is lost: its handles are refused or closed. To close one direction and
    /// receive to the end of the other, [split](Channel::into_split) the channel.
    ///
    /// # Errors
    /// The peer is gone, or sent malformed data, before it had everything. It is not an error if the peer went when
    /// nothing was left to send, or if every message that it did not get has come back with the error of its own call.
    ///
    /// # Cancel safety
    /// The channel is dropped with the future.
    pub async fn close(self) -> Result<(), Error> {
        let (sender, receiver) = self.into_split();
        // Nobody will receive what comes from now on: its handles go back.
        drop(receiver);
        sender.close().await
    }

    /// Splits the channel into two halves, for two tasks. A sender waits for the receiver when much waits to be received:
    /// one task that uses both halves in turn should use the whole channel.
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
        self.sender.shared.lock().whole = false;
        (self.sender, self.receiver)
    }
}
