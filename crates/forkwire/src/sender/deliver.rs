//! How a message leaves, and the end of all.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use super::{Sender, has_room};
use crate::error::{Error, SendError};
use crate::link::Flushed;
use crate::message::Message;

impl Sender {
    /// Queues a message when there is room, and waits until the kernel has it. Gives its memory back.
    pub(super) async fn deliver(&mut self, message: Message) -> Result<Vec<u8>, SendError> {
        self.room = 0;
        let queued = loop {
            {
                let mut state = self.shared.lock();
                if has_room(&state, self.mark) {
                    let queued = state.queue(message, true)?;
                    // The usual case: the socket takes it at once.
                    if matches!(state.link.flush(), Ok(Flushed::Empty)) {
                        return Ok(queued.message.payload);
                    }
                    break queued;
                }
            }
            if let Err(error) = poll_fn(|cx| self.poll_room(cx)).await {
                return Err(SendError::channel(error).with(message));
            }
        };
        match poll_fn(|cx| self.shared.poll_flush(cx, |_| false)).await {
            Ok(()) => Ok(queued.message.payload),
            Err(error) => {
                let error = SendError::channel(error);
                match self.shared.lock().unqueue(queued) {
                    Some(message) => Err(error.with(message)),
                    None => Err(error),
                }
            }
        }
    }

    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_flush_messages(cx))?;
        ready!(self.shared.poll_answered(cx))?;
        self.shared.lock().link.wire_mut().close();
        ready!(self.poll_flush_messages(cx))?;
        let state = self.shared.lock();
        if state.node {
            // This wire has no word for it.
            state.link.socket().finish_sending();
        }
        Poll::Ready(Ok(()))
    }

    /// Ready when the backlog is below its mark.
    pub(crate) fn poll_room(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll_flush(cx, |state| has_room(state, self.mark))
    }

    /// As [`Sender::flush`]; a peer that is gone need not have what the channel itself has to say.
    fn poll_flush_messages(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared.poll_flush(cx, |_| false).map(|result| match result {
            Err(Error::Io(_)) if self.shared.lock().link.unsettled() == 0 => Ok(()),
            result => result,
        })
    }
}
