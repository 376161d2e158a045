//! A channel driven by tokio.

use std::collections::VecDeque;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use forkwire_proto::{Config, Connection, Descriptor, Event, Format, Meta, PushError, RefuseReason, Wire};
use forkwire_sys::unix::{Socket, watch};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use crate::error::{Error, SendError};
use crate::link::{Arrived, Filled, Flushed, Link};

/// Received bytes that may wait for [`Channel::recv`] while [`Channel::send`] needs the socket.
const HELD: usize = 1024 * 1024;

/// One message: its bytes, and the handles that travel with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Message {
    /// How the payload is written, and whether Node would call the message internal.
    pub meta: Meta,
    /// The payload: JSON text or structured clone bytes, as `meta` says.
    pub payload: Vec<u8>,
    /// At most [`crate::MAX_HANDLES`] handles, in order.
    pub handles: Vec<(Descriptor, OwnedFd)>,
}

impl Message {
    /// A message without handles.
    pub fn new(format: Format, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            meta: Meta::new(format),
            payload: payload.into(),
            handles: Vec::new(),
        }
    }

    /// The message with one more handle.
    #[must_use]
    pub fn with_handle(mut self, descriptor: Descriptor, handle: OwnedFd) -> Self {
        self.handles.push((descriptor, handle));
        self
    }
}

/// One end of a channel on the native wire.
#[derive(Debug)]
pub struct Channel {
    link: Link,
    ready: AsyncFd<Arc<Socket>>,
    inbox: VecDeque<Message>,
    held: usize,
    ended: bool,
    refused: Vec<(u64, RefuseReason)>,
}

impl Channel {
    /// Two connected channels in this process.
    ///
    /// # Errors
    /// No descriptors left, or no tokio runtime with I/O enabled.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (a, b) = Socket::pair()?;
        Ok((Self::from_socket(a)?, Self::from_socket(b)?))
    }

    /// A channel over a connected Unix stream socket whose other end is a forkwire peer.
    ///
    /// # Errors
    /// No tokio runtime with I/O enabled, or the descriptor is no socket.
    pub fn from_fd(fd: OwnedFd) -> io::Result<Self> {
        Self::from_socket(Socket::from_fd(fd)?)
    }

    fn from_socket(socket: Socket) -> io::Result<Self> {
        let link = Link::new(socket, Wire::Native(Connection::new(Config::default())));
        let ready = watch(Arc::clone(link.socket()))?;
        Ok(Self {
            link,
            ready,
            inbox: VecDeque::new(),
            held: 0,
            ended: false,
            refused: Vec::new(),
        })
    }

    /// Sends a message: returns when the kernel has its last byte. Waits while the socket is full.
    ///
    /// Cancel safe in this sense: a message is queued whole at the first poll, or not at all; dropping the future
    /// leaves it queued, and the next call goes on with it.
    ///
    /// # Errors
    /// The message is too large, or the peer is gone.
    pub async fn send(&mut self, message: Message) -> Result<(), SendError<Message>> {
        let Message {
            meta,
            payload,
            handles,
        } = message;
        if handles.is_empty() {
            self.link
                .push_borrowed(meta, &payload)
                .map_err(|error| not_sent(&error, meta, payload, Vec::new()))?;
        } else {
            let descriptors: Vec<_> = handles.iter().map(|(descriptor, _)| descriptor.clone()).collect();
            let pushed = self
                .link
                .connection()
                .push_parcel(meta, handles, payload.len(), |out| {
                    out.extend_from_slice(&payload);
                });
            if let Err(error) = pushed {
                let reason = error.to_string();
                let handles = descriptors.into_iter().zip(error.into_handles()).collect();
                let message = Some(Message {
                    meta,
                    payload,
                    handles,
                });
                return Err(SendError {
                    reason,
                    source: None,
                    message,
                });
            }
        }
        self.flush().await.map_err(|error| SendError {
            reason: format!("the message may not have reached the peer: {error}"),
            source: Some(error),
            message: None,
        })
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
                Flushed::Window => Interest::READABLE,
            };
            let mut guard = self.ready.ready(interest).await?;
            let ready = guard.ready();
            if ready.is_writable() && self.link.flush()? == Flushed::Full {
                guard.clear_ready_matching(tokio::io::Ready::WRITABLE);
            }
            if ready.is_readable() && interest.is_readable() {
                if let Filled::Empty = self.link.fill()? {
                    guard.clear_ready_matching(tokio::io::Ready::READABLE);
                }
                drop(guard);
                self.take_events()?;
            }
        }
    }

    /// The next message, or `None` when the peer has closed the channel and everything was delivered.
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

    /// Parcels (messages with handles, counted from 1 in the order of sending) that the peer refused since the last
    /// call, with the reasons.
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        std::mem::take(&mut self.refused)
    }

    /// Sends what is queued, waits until the peer has answered for every handle, and closes the channel.
    ///
    /// # Errors
    /// As [`Channel::flush`].
    pub async fn close(mut self) -> Result<(), Error> {
        self.flush().await?;
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
        self.flush().await
    }

    fn take_events(&mut self) -> Result<(), Error> {
        loop {
            let Some(event) = self.link.connection().poll_event()? else {
                break;
            };
            match event {
                Event::Message { meta, payload } => {
                    let payload = payload.into_vec();
                    self.held += payload.len();
                    self.inbox.push_back(Message {
                        meta,
                        payload,
                        handles: Vec::new(),
                    });
                }
                Event::Parcel {
                    number,
                    meta,
                    payload,
                    handles,
                } => {
                    if let Some(arrived) = self.link.answer(number, handles) {
                        self.held += payload.len();
                        let handles = arrived.into_iter().map(Arrived::into_pair).collect();
                        self.inbox.push_back(Message {
                            meta,
                            payload,
                            handles,
                        });
                    }
                }
                Event::Refused { parcel, reason } => self.refused.push((parcel, reason)),
                Event::Acknowledged { .. } => self.link.release_answered(),
                Event::Closed => self.ended = true,
                _ => {}
            }
        }
        // Acknowledgements go out as soon as they fit; a peer that is gone does not need them.
        let _ = self.link.flush();
        Ok(())
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.link.socket().shut_down();
    }
}

impl Arrived {
    fn into_pair(self) -> (Descriptor, OwnedFd) {
        (
            Descriptor {
                kind: self.kind as u8,
                note: self.note,
            },
            self.fd,
        )
    }
}

fn not_sent(
    error: &PushError<OwnedFd>,
    meta: Meta,
    payload: Vec<u8>,
    handles: Vec<(Descriptor, OwnedFd)>,
) -> SendError<Message> {
    SendError {
        reason: error.to_string(),
        source: None,
        message: Some(Message {
            meta,
            payload,
            handles,
        }),
    }
}
