//! A channel driven by tokio.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use forkwire_proto::{Format, RefuseReason, Wire};
use forkwire_sys::unix::{Socket, watch};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::error::{Error, SendError};
use crate::link::{Filled, Flushed, Link};
use crate::message::Message;

/// Received bytes that may wait for [`Channel::recv`] while [`Channel::send`] needs the socket.
const HELD: usize = 1024 * 1024;

/// One end of a channel, on the native wire or on Node's own.
#[derive(Debug)]
pub struct Channel {
    pub(crate) link: Link,
    ready: AsyncFd<Arc<Socket>>,
    pub(crate) inbox: VecDeque<Message>,
    /// Payload bytes in `inbox`.
    pub(crate) held: usize,
    /// The peer will send nothing more.
    pub(crate) ended: bool,
    pub(crate) refused: Vec<(u64, RefuseReason)>,
    /// Whether the wire is Node's.
    pub(crate) node: bool,
    pub(crate) format: Format,
}

impl Channel {
    pub(crate) fn new(socket: Socket, wire: Wire<OwnedFd>, format: Format) -> io::Result<Self> {
        let node = matches!(wire, Wire::Node(_));
        let link = Link::new(socket, wire);
        let ready = watch(Arc::clone(link.socket()))?;
        let (inbox, refused) = (VecDeque::new(), Vec::new());
        Ok(Self {
            link,
            ready,
            inbox,
            held: 0,
            ended: false,
            refused,
            node,
            format,
        })
    }

    /// How messages are to be written: [`Format::Clone`] if the parent chose `serialization: 'advanced'`. On Node's wire
    /// all must be; on the native wire either is understood.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Sends a message: returns when the kernel has its last byte. Waits while the socket is full and, on Node's wire,
    /// while the peer has not answered for the handle before.
    ///
    /// Cancel safe in this sense: a message is queued whole at the first poll, or not at all; dropping the future
    /// leaves it queued, and the next call goes on with it.
    ///
    /// # Errors
    /// The message is too large or has no place on this wire, or the peer is gone.
    pub async fn send(&mut self, message: Message) -> Result<(), SendError<Message>> {
        self.queue(message)?;
        self.flush().await.map_err(|error| SendError {
            reason: format!("the message may not have reached the peer: {error}"),
            source: Some(error),
            message: None,
        })
    }

    /// Sends a value in the channel's [`format`](Channel::format), as [`Message::from_value`] makes it.
    ///
    /// # Errors
    /// As [`Channel::send`], and if the value has no such form.
    pub async fn send_json<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError<Message>> {
        let message = Message::from_value(self.format, value).map_err(|error| SendError {
            reason: error.to_string(),
            source: Some(error),
            message: None,
        })?;
        self.send(message).await
    }

    /// Waits until the kernel has everything that was sent.
    ///
    /// # Errors
    /// The peer is gone, or sent what is no valid frame.
    pub async fn flush(&mut self) -> Result<(), Error> {
        loop {
            let reading = self.held < HELD && !self.ended;
            let interest = match self.link.flush()? {
                Flushed::Empty => return Ok(()),
                // The peer may wait for us to read before it reads: keep reading while there is room.
                Flushed::Full if reading => Interest::READABLE | Interest::WRITABLE,
                Flushed::Full | Flushed::Shortage => Interest::WRITABLE,
                // The answers that the rest waits for will not come.
                Flushed::Window if self.ended => {
                    return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
                }
                Flushed::Window => Interest::READABLE,
            };
            let mut guard = self.ready.ready(interest).await?;
            let ready = guard.ready();
            if ready.is_writable() && self.link.flush()? == Flushed::Full {
                guard.clear_ready_matching(tokio::io::Ready::WRITABLE);
            }
            if ready.is_readable() && interest.is_readable() {
                match self.link.fill()? {
                    Filled::Read { .. } => drop(guard),
                    Filled::Empty => guard.clear_ready_matching(tokio::io::Ready::READABLE),
                    Filled::End => self.ended = true,
                }
                self.take_events()?;
            }
        }
    }

    /// The next message, or `None` when the peer has closed the channel and everything was delivered.
    ///
    /// Node's internal messages (`meta.internal`) are among them: those of `node:cluster`, say. What a parent's
    /// `net.Server` asks about sockets that it passed on is answered here and not delivered.
    ///
    /// Cancel safe: a message is either returned or stays for the next call.
    ///
    /// # Errors
    /// The peer sent what is no valid frame, or the system failed; the channel is of no further use then.
    pub async fn recv(&mut self) -> Result<Option<Message>, Error> {
        loop {
            if let Some(message) = self.inbox.pop_front() {
                self.held -= message.payload.len();
                return Ok(Some(message));
            }
            if self.ended {
                return Ok(None);
            }
            let mut guard = self.ready.ready(Interest::READABLE).await?;
            match self.link.fill()? {
                Filled::Read { .. } => drop(guard),
                Filled::Empty => guard.clear_ready(),
                Filled::End => {
                    self.ended = true;
                    self.link.end()?;
                }
            }
            self.take_events()?;
        }
    }

    /// The next message that is not internal, as a Rust value; its handles, if it has any, are closed.
    ///
    /// # Errors
    /// As [`Channel::recv`]; and [`Error::Json`] or [`Error::Decode`] if the message is not what `T` expects: it is
    /// dropped then, and the channel goes on.
    pub async fn recv_json<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        while let Some(message) = self.recv().await? {
            if !message.meta.internal {
                return message.json().map(Some);
            }
        }
        Ok(None)
    }

    /// Parcels (messages with handles, counted from 1 in the order of sending) that the peer refused since the last
    /// call, with the reasons.
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        std::mem::take(&mut self.refused)
    }

    /// Sends what is queued, waits until the peer has answered for every handle, and closes the channel: the peer, if it
    /// is Node, emits `'disconnect'`. A peer that has closed its end before is no error, as long as nothing was left to
    /// send.
    ///
    /// # Errors
    /// As [`Channel::flush`].
    pub async fn close(mut self) -> Result<(), Error> {
        self.flush_messages().await?;
        while self.link.state().unanswered() > 0 && !self.ended {
            let mut guard = self.ready.ready(Interest::READABLE).await?;
            match self.link.fill()? {
                Filled::Read { .. } => drop(guard),
                Filled::Empty => guard.clear_ready(),
                Filled::End => self.ended = true,
            }
            self.take_events()?;
        }
        self.link.connection().close();
        self.flush_messages().await
    }

    /// As [`Channel::flush`]; a peer that is gone need not have what the channel itself has to say.
    async fn flush_messages(&mut self) -> Result<(), Error> {
        match self.flush().await {
            Err(Error::Io(_)) if self.link.state().unsettled() == 0 => Ok(()),
            result => result,
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.link.socket().shut_down();
    }
}
