//! The sending half of a channel.

mod deliver;
mod end;
mod gather;
mod permit;

use std::sync::Arc;

use forkwire_proto::{Format, Meta, RefuseReason};
use serde::Serialize;

pub use self::permit::Permit;
use crate::config::Config;
use crate::coop::{Steps, take_budget};
use crate::error::SendError;
use crate::handle::Handle;
use crate::handle::convert::collect;
use crate::message::{Message, encode_into};
use crate::shared::Shared;
use crate::state::{Outgoing, State};

/// The most memory that is kept for the next value, in bytes.
const KEPT: usize = 64 * 1024;

/// The sending half of a [`Channel`](crate::Channel), from [`into_split`](crate::Channel::into_split).
///
/// Clones of it send on the same channel, each in its own task. Their messages do not mix, and those of one sender arrive
/// in their order.
///
/// Dropping the last sender ends this direction: the peer receives what is queued, and then the end. What is queued is
/// written by the [`Receiver`](crate::Receiver) as far as that is used; [`close`](Sender::close) waits for it. Node's own
/// wire cannot say that one direction ends, so that there the socket is shut down for writing, once everything is written
/// and the peer has acknowledged every handle. Node takes that as the end of the whole channel: it emits `'disconnect'`, and
/// sends nothing more. A Rust peer can go on sending messages on that wire, but no handles, which would have to be
/// acknowledged.
#[derive(Debug)]
pub struct Sender {
    pub(crate) shared: Arc<Shared>,
    /// Which sender of its channel this is.
    pub(crate) id: u64,
    format: Format,
    /// Bytes of the backlog from which on nothing is added.
    mark: usize,
    /// Memory for the next value.
    scratch: Vec<u8>,
    /// Bytes that may be gathered before the backlog has to be looked at again.
    room: usize,
    steps: Steps,
}

impl Sender {
    pub(crate) fn new(shared: Arc<Shared>, config: &Config) -> Self {
        let id = shared.lock().add_sender();
        Self {
            shared,
            id,
            format: config.format,
            mark: config.high_water_mark,
            scratch: Vec::new(),
            room: 0,
            steps: Steps::default(),
        }
    }

    /// The format in which values are sent: see [`Channel::format`](crate::Channel::format).
    pub fn format(&self) -> Format {
        self.format
    }

    /// Sends a value, and returns when the kernel has the last byte of it. Waits while the backlog is at its mark, while
    /// the socket is full, and on Node's wire while the peer has not acknowledged the handle before.
    ///
    /// # Errors
    /// The value has no form in the channel's format, the message is too large, or the peer is gone.
    /// [`SendError::message`] is what comes back.
    ///
    /// # Cancel safety
    /// A message leaves whole or not at all. A future that is dropped while it waits for the backlog has sent nothing.
    /// Dropped later, the message is queued and leaves with the next call that waits. Where the difference matters, use
    /// [`reserve`](Sender::reserve), or [`try_send`](Sender::try_send) and [`flush`](Sender::flush).
    pub async fn send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.send_value(value, Vec::new()).await
    }

    /// Sends a value with handles: at most [`MAX_HANDLES`](crate::MAX_HANDLES) on the native wire, and one on Node's. A
    /// handle is a [`Handle`], or any socket of `std` or tokio. It is closed in this process when it has left.
    ///
    /// # Errors
    /// Those of [`send`](Sender::send), and [`SendErrorKind::Handles`](crate::SendErrorKind::Handles). If the value has no
    /// form in the channel's format, the handles come back with an empty payload.
    ///
    /// # Cancel safety
    /// As for [`send`](Sender::send). A future that is dropped before the message is queued closes the handles.
    pub async fn send_with<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(), SendError> {
        let handles = collect(self.format, handles)?;
        self.send_value(value, handles).await
    }

    /// Sends a message that is encoded already, like [`send`](Sender::send).
    ///
    /// # Errors
    /// Those of [`send_with`](Sender::send_with). On Node's wire also
    /// [`SendErrorKind::Format`](crate::SendErrorKind::Format), for a message that is not in the channel's format.
    ///
    /// # Cancel safety
    /// As for [`send_with`](Sender::send_with).
    pub async fn send_message(&mut self, message: Message) -> Result<(), SendError> {
        take_budget().await;
        self.deliver(message.into()).await.map(drop)
    }

    /// Waits until the backlog has room for a message, which the [`Permit`] then sends without waiting. Nothing is sent,
    /// and no message need exist, before that.
    ///
    /// # Errors
    /// The peer is gone, or this end was closed for sending.
    ///
    /// # Cancel safety
    /// Nothing was sent when the future is dropped.
    pub async fn reserve(&mut self) -> Result<Permit<'_>, SendError> {
        take_budget().await;
        self.wait_for_room().await?;
        Ok(Permit::new(self))
    }

    /// Sends a value without waiting. The socket takes as much as it has room for, and the rest waits in the backlog for
    /// the next call that waits.
    ///
    /// # Errors
    /// Those of [`send`](Sender::send); and [`SendErrorKind::Full`](crate::SendErrorKind::Full) if the backlog is at its
    /// mark. Nothing was sent then.
    pub fn try_send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        let outgoing = self.encode(value, Vec::new())?;
        match self.check_room() {
            Ok(()) => self.put_value(outgoing),
            Err(error) => Err(error.with(outgoing.into_message())),
        }
    }

    /// Sends a message that is encoded already, like [`try_send`](Sender::try_send).
    ///
    /// # Errors
    /// Those of [`try_send`](Sender::try_send) and [`send_message`](Sender::send_message).
    pub fn try_send_message(&mut self, message: Message) -> Result<(), SendError> {
        match self.check_room() {
            Ok(()) => self.put_message(message),
            Err(error) => Err(error.with(message)),
        }
    }

    /// Messages with handles that the peer refused since the last call: their numbers, counted from 1 in the order of
    /// sending, and the reasons. Their handles are closed. The peer's answers are read when this end receives, flushes or
    /// closes.
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        self.shared.take_refused()
    }

    #[cfg(windows)]
    pub(crate) fn set_peer(&self, process: u32) {
        self.shared.lock().link.socket().set_peer(process);
    }

    /// Tells a parent on Node's wire that this end has requests. If the parent is gone, the next call finds out.
    pub(crate) fn announce(&self) {
        let mut state = self.shared.lock();
        let _ = state.link.wire_mut().push_hello();
        let _ = state.flush();
    }

    #[cfg(all(unix, feature = "process"))]
    pub(crate) fn set_peer_inode(&self, inode: Option<u64>) {
        self.shared.lock().link.set_peer_inode(inode);
    }

    async fn send_value<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: Vec<Handle>,
    ) -> Result<(), SendError> {
        take_budget().await;
        let outgoing = self.encode(value, handles)?;
        let memory = self.deliver(outgoing).await?;
        self.keep(memory);
        Ok(())
    }

    fn encode<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: Vec<Handle>,
    ) -> Result<Outgoing<Vec<u8>>, SendError> {
        let mut payload = std::mem::take(&mut self.scratch);
        // What was gathered from it is still there.
        payload.clear();
        match encode_into(self.format, value, &mut payload) {
            Ok(()) => Ok(Outgoing::encoded(Meta::new(self.format), payload, handles)),
            Err(error) if handles.is_empty() => Err(error.into()),
            Err(error) => {
                let message = Message::new(self.format, Vec::new()).with_handles(handles);
                Err(SendError::from(error).with(message))
            }
        }
    }

    fn keep(&mut self, memory: Vec<u8>) {
        self.scratch = memory;
        self.tidy();
    }

    /// Makes the memory ready for the next value.
    #[inline]
    fn tidy(&mut self) {
        self.scratch.clear();
        self.scratch.shrink_to(KEPT);
    }
}

/// Whether one more message may be queued.
pub(crate) fn has_room(state: &State, mark: usize) -> bool {
    state.link.backlog_bytes() < mark
}

/// Another sender on the same channel.
impl Clone for Sender {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            id: self.shared.lock().add_sender(),
            scratch: Vec::new(),
            room: 0,
            steps: Steps::default(),
            ..*self
        }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        let last = state.remove_sender();
        if last && !state.moved {
            state.end_sending();
        }
        drop(state);
        self.shared.wakers().senders.forget(self.id);
        if last {
            // It has to write what is left.
            self.shared.wakers().receiver.wake();
        }
    }
}
