//! The sending half of a channel.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use forkwire_proto::{Format, RefuseReason};
use serde::Serialize;

use crate::HIGH_WATER_MARK;
use crate::error::{Error, SendError, SendErrorKind};
use crate::handle::Handle;
use crate::link::Flushed;
use crate::message::{Message, encode_into};
use crate::shared::Shared;
use crate::state::State;

/// The sending half of a [`Channel`](crate::Channel), from [`into_split`](crate::Channel::into_split).
///
/// Dropping it closes the channel for sending behind what is queued, which the [`Receiver`](crate::Receiver) writes as
/// far as it is used; [`close`](Sender::close) waits for all of that.
#[derive(Debug)]
pub struct Sender {
    pub(crate) shared: Arc<Shared>,
    format: Format,
    /// Memory for the next value.
    scratch: Vec<u8>,
    /// Bytes that a sink may queue before it has to look at the backlog again: nobody else adds to it.
    pub(crate) room: usize,
}

impl Sender {
    pub(crate) fn new(shared: Arc<Shared>, format: Format) -> Self {
        Self {
            shared,
            format,
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
        self.scratch = self.deliver(message).await?;
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
        let message = self.encode(value);
        let handles: Vec<_> = handles.into_iter().map(Into::into).collect();
        let message = message?.with_handles(handles);
        self.scratch = self.deliver(message).await?;
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
        if !has_room(&state) {
            // Perhaps there is room by now.
            let _ = state.link.flush();
        }
        if !has_room(&state) {
            let reason =
                format!("{HIGH_WATER_MARK} bytes wait for the peer: flush, or use send, which waits");
            return Err(SendError::new(SendErrorKind::Full, reason).with(message));
        }
        state.queue(message, true)?;
        // A failure shows in the next call.
        let _ = state.link.flush();
        Ok(())
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

    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        std::task::ready!(self.poll_flush_messages(cx))?;
        std::task::ready!(self.shared.poll_answered(cx))?;
        self.shared.lock().link.connection().close();
        std::task::ready!(self.poll_flush_messages(cx))?;
        let state = self.shared.lock();
        if state.node {
            // This wire has no word for it.
            state.link.socket().finish_sending();
        }
        Poll::Ready(Ok(()))
    }

    /// As [`Channel::take_refused`](crate::Channel::take_refused).
    pub fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        self.shared.take_refused()
    }

    /// Ready when the backlog is below its mark.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll_flush(cx, has_room)
    }

    /// As [`Sender::flush`]; a peer that is gone need not have what the channel itself has to say.
    fn poll_flush_messages(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll_flush(cx, |_| false).map(|result| match result {
            Err(Error::Io(_)) if self.shared.lock().link.state().unsettled() == 0 => Ok(()),
            result => result,
        })
    }

    fn encode<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<Message, SendError> {
        let mut payload = std::mem::take(&mut self.scratch);
        payload.clear();
        encode_into(self.format, value, &mut payload)?;
        Ok(Message::new(self.format, payload))
    }

    /// Queues a message when there is room, and waits until the kernel has it. Gives its memory back.
    async fn deliver(&mut self, message: Message) -> Result<Vec<u8>, SendError> {
        self.room = 0;
        let queued = loop {
            {
                let mut state = self.shared.lock();
                if has_room(&state) {
                    let queued = state.queue(message, true)?;
                    // The usual case: the socket takes it at once.
                    if matches!(state.link.flush(), Ok(Flushed::Empty)) {
                        return Ok(queued.message.payload);
                    }
                    break queued;
                }
            }
            if let Err(error) = poll_fn(|cx| self.poll_room(cx)).await {
                return Err(SendError::closed(error).with(message));
            }
        };
        match poll_fn(|cx| self.shared.poll_flush(cx, |_| false)).await {
            Ok(()) => Ok(queued.message.payload),
            Err(error) => {
                let error = SendError::closed(error);
                match self.shared.lock().unqueue(queued) {
                    Some(message) => Err(error.with(message)),
                    None => Err(error),
                }
            }
        }
    }
}

/// Whether one more message may be queued.
fn has_room(state: &State) -> bool {
    state.link.state().backlog_bytes() < HIGH_WATER_MARK
}

impl Drop for Sender {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.link.connection().close();
        let _ = state.link.flush();
        drop(state);
        // It has to write what is left.
        self.shared.wakers().receiver.wake();
    }
}
