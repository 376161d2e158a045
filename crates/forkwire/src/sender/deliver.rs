//! How a message leaves.

use std::future::poll_fn;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::{Sender, has_room};
use crate::error::{Error, SendError, SendErrorKind};
use crate::link::Flushed;
use crate::message::Message;
use crate::state::{Outgoing, Queued};

impl Sender {
    /// Queues a message when there is room, waits until the kernel has it, and returns its payload.
    pub(super) async fn deliver<B>(&mut self, outgoing: Outgoing<B>) -> Result<B, SendError>
    where
        B: AsRef<[u8]> + Into<Bytes>,
    {
        self.room = 0;
        let mut outgoing = outgoing;
        let queued = loop {
            {
                let mut state = self.shared.lock();
                if has_room(&state, self.mark) {
                    let queued = match state.queue(&mut outgoing, true) {
                        Ok(queued) => queued,
                        Err(error) => return Err(error.with(outgoing.into_message())),
                    };
                    // The usual case: the socket takes it at once.
                    if matches!(state.flush(), Ok(Flushed::Empty)) {
                        return Ok(outgoing.payload);
                    }
                    break queued;
                }
            }
            if let Err(error) = self.wait_for_room().await {
                return Err(error.with(outgoing.into_message()));
            }
        };
        match poll_fn(|cx| self.shared.poll_flush(self.id, cx, |_| false)).await {
            Ok(()) => Ok(outgoing.payload),
            Err(error) => Err(self.take_back(error, queued, outgoing)),
        }
    }

    /// Sends a value, although the backlog may be at its mark.
    pub(super) fn put_value(&mut self, outgoing: Outgoing<Vec<u8>>) -> Result<(), SendError> {
        let memory = self.put(outgoing)?;
        self.keep(memory);
        Ok(())
    }

    /// Sends a message, although the backlog may be at its mark.
    pub(super) fn put_message(&mut self, message: Message) -> Result<(), SendError> {
        self.put(message.into()).map(drop)
    }

    fn put<B>(&mut self, mut outgoing: Outgoing<B>) -> Result<B, SendError>
    where
        B: AsRef<[u8]> + Into<Bytes>,
    {
        self.room = 0;
        let mut state = self.shared.lock();
        let queued = match state.queue(&mut outgoing, true) {
            Ok(queued) => queued,
            Err(error) => return Err(error.with(outgoing.into_message())),
        };
        let flushed = state.flush();
        drop(state);
        match flushed {
            Ok(_) => Ok(outgoing.payload),
            Err(error) => Err(self.take_back(error.into(), queued, outgoing)),
        }
    }

    /// The channel failed with a message in it: gives the message back if none of it has left.
    fn take_back<B>(&self, error: Error, queued: Queued, mut outgoing: Outgoing<B>) -> SendError
    where
        B: AsRef<[u8]> + Into<Bytes>,
    {
        // The channel goes on, and the message with it.
        if matches!(error, Error::Unread) {
            return SendError::channel(error);
        }
        let error = SendError::channel(error);
        match self.shared.lock().unqueue(queued) {
            Some(handles) => {
                outgoing.handles = handles;
                error.with(outgoing.into_message())
            }
            None => error,
        }
    }

    /// Fails if the backlog is at its mark and the socket takes nothing of it.
    pub(super) fn check_room(&mut self) -> Result<(), SendError> {
        let mut state = self.shared.lock();
        if has_room(&state, self.mark) {
            return Ok(());
        }
        // A failure shows when the message is queued.
        let _ = state.flush();
        if has_room(&state, self.mark) || state.link.is_broken() {
            return Ok(());
        }
        let reason = format!(
            "{} bytes wait for the peer to read: call flush, or use send, which waits",
            state.link.backlog_bytes()
        );
        Err(SendError::new(SendErrorKind::Full, reason))
    }

    pub(crate) async fn wait_for_room(&self) -> Result<(), SendError> {
        poll_fn(|cx| self.poll_room(cx)).await.map_err(SendError::channel)
    }

    /// Ready when the backlog is below its mark.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared
            .poll_flush(self.id, cx, |state| has_room(state, self.mark))
    }
}
