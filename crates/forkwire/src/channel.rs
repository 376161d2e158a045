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
    pub(crate) fn new(socket: Transport, config: &Config) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(socket, config.wire(), config.format)?);
        Ok(Self {
            sender: Sender::new(Arc::clone(&shared), config),
            receiver: Receiver::new(shared, config.format),
        })
    }

    /// How values are written: [`Format::Clone`] if the parent chose `serialization: 'advanced'`. On Node's wire all
    /// messages are; on the native wire either is understood, and the parent's choice is what values are sent in.
    pub fn format(&self) -> Format {
        self.sender.format()
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
