//! The sending half of a channel.

mod deliver;

use std::future::poll_fn;
use std::sync::Arc;

use forkwire_proto::{Format, RefuseReason};
use serde::Serialize;

use crate::config::Config;
use crate::error::{Error, SendError, SendErrorKind};
use crate::handle::Handle;
use crate::message::{Message, encode_into};
use crate::shared::Shared;
use crate::state::State;

/// Bytes of memory that are kept for the next value, at most.
const KEPT: usize = 64 * 1024;

/// The sending half of a [`Channel`](crate::Channel), from [`into_split`](crate::Channel::into_split).
///
/// Dropping it closes the channel for sending behind what is queued, which the [`Receiver`](crate::Receiver) writes as
/// far as it is used; [`close`](Sender::close) waits for all of that.
#[derive(Debug)]
pub struct Sender {
    pub(crate) shared: Arc<Shared>,
    format: Format,
    /// Bytes of the backlog from which on nothing is added.
    pub(crate) mark: usize,
    /// Memory for the next value.
    scratch: Vec<u8>,
    /// Bytes that a sink may queue before it has to look at the backlog again: nobody else adds to it.
    pub(crate) room: usize,
}

impl Sender {
    pub(crate) fn new(shared: Arc<Shared>, config: &Config) -> Self {
        Self {
            shared,
            format: config.format,
            mark: config.high_water_mark,
            scratch: Vec::new(),
            room: 0,
        }
    }

    /// As [`Channel::format`](crate::Channel::format).
    pub fn format(&self) -> Format {
        self.format
    }

    /// As [`Channel::send`](crate::Channel::send).
    ///
    /// # Errors
    /// As there.
    pub async fn send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        let message = self.encode(value)?;
        let memory = self.deliver(message).await?;
        self.keep(memory);
        Ok(())
    }

    /// As [`Channel::send_with`](crate::Channel::send_with).
    ///
    /// # Errors
    /// As there.
    pub async fn send_with<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: impl IntoIterator<Item = impl Into<Handle>>,
    ) -> Result<(), SendError> {
        let handles = handles.into_iter().map(Into::into);
        let message = match self.encode(value) {
            Ok(message) => message.with_handles(handles),
            Err(error) => return Err(error.with(Message::new(self.format, []).with_handles(handles))),
        };
        let memory = self.deliver(message).await?;
        self.keep(memory);
        Ok(())
    }

    /// As [`Channel::send_message`](crate::Channel::send_message).
    ///
    /// # Errors
    /// As there.
    pub async fn send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.deliver(message).await.map(drop)
    }

    /// As [`Channel::try_send`](crate::Channel::try_send).
    ///
    /// # Errors
    /// As there.
    pub fn try_send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        let message = self.encode(value)?;
        self.try_send_message(message)
    }

    /// As [`Channel::try_send_message`](crate::Channel::try_send_message).
    ///
    /// # Errors
    /// As there.
    pub fn try_send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.room = 0;
        let mut state = self.shared.lock();
        if !has_room(&state, self.mark) {
            // Perhaps there is room by now.
            let _ = state.link.flush();
        }
        if !has_room(&state, self.mark) {
            let reason = format!(
                "{} bytes wait for the peer: flush, or use send, which waits",
                self.mark
            );
            return Err(SendError::new(SendErrorKind::Full, reason).with(message));
        }
        let queued = state.queue(message, true)?;
        let Err(error) = state.link.flush() else {
            return Ok(());
        };
        let error = SendError::channel(error.into());
        Err(match state.unqueue(queued) {
            Some(message) => error.with(message),
            None => error,
        })
    }

    /// As [`Channel::flush`](crate::Channel::flush).
    ///
    /// # Errors
    /// As there.
    pub async fn flush(&mut self) -> Result<(), Error> {
        poll_fn(|cx| self.shared.poll_flush(cx, |_| false)).await
    }

    /// Sends what is queued, waits until the peer has answered for every handle, and says that nothing more will be sent:
    /// the peer, if it is Node, emits `'disconnect'`. What it has sent until then can still be received by the
    /// [`Receiver`](crate::Receiver), to its end.
    ///
    /// Cancel safety: dropped before it is ready, the sender is dropped.
    ///
    /// # Errors
    /// As [`Sender::flush`]. A peer that has closed its end before is no error, as long as nothing was left to send.
    pub async fn close(mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_close(cx)).await
    }

    /// As [`Channel::take_refused`](crate::Channel::take_refused).
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        self.shared.take_refused()
    }

    #[cfg(windows)]
    pub(crate) fn set_peer(&self, process: u32) {
        self.shared.lock().link.socket().set_peer(process);
    }

    fn encode<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<Message, SendError> {
        let mut payload = std::mem::take(&mut self.scratch);
        encode_into(self.format, value, &mut payload)?;
        Ok(Message::new(self.format, payload))
    }

    fn keep(&mut self, mut memory: Vec<u8>) {
        memory.clear();
        memory.shrink_to(KEPT);
        self.scratch = memory;
    }
}

/// Whether one more message may be queued.
fn has_room(state: &State, mark: usize) -> bool {
    state.link.backlog_bytes() < mark
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.link.wire_mut().close();
        let _ = state.link.flush();
        drop(state);
        // It has to write what is left.
        self.shared.wakers().receiver.wake();
    }
}
