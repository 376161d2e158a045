//! What the senders wait for.

use std::io;
use std::task::{Context, Poll, ready};

use super::Shared;
use crate::error::Error;
use crate::link::Flushed;
use crate::state::{Ahead, Answer, State};

/// What may wait for the receiver while a sender waits for room in the socket.
const WHILE_FULL: Ahead = Ahead {
    bytes: 1024 * 1024,
    handles: 256,
};

/// The same while it waits for acknowledgements. They come after what the peer has sent before (a window of handles, on the
/// native wire), so that a program that sends handles and does not receive would otherwise wait forever.
pub(super) const FOR_ANSWERS: Ahead = Ahead {
    bytes: 64 * 1024 * 1024,
    handles: 1024,
};

impl Shared {
    /// Ready when `enough` of what is queued is written.
    pub(crate) fn poll_flush(
        &self,
        sender: u64,
        cx: &mut Context<'_>,
        enough: impl Fn(&State) -> bool,
    ) -> Poll<Result<(), Error>> {
        let mut state = self.lock();
        loop {
            if enough(&state) {
                return Poll::Ready(Ok(()));
            }
            let flushed = state.flush()?;
            if flushed == Flushed::Empty {
                return Poll::Ready(Ok(()));
            }
            if let Some(fault) = state.fault() {
                return Poll::Ready(Err(fault));
            }
            if flushed == Flushed::Window && state.eof {
                // The acknowledgements that the rest waits for will not come.
                return Poll::Ready(Err(io::Error::from(io::ErrorKind::BrokenPipe).into()));
            }
            self.wakers.senders.register(sender, cx.waker());
            if flushed == Flushed::Shortage {
                // Nothing signals when the system has more. Other tasks run meanwhile.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if flushed == Flushed::Full && self.poll_writable(&mut state)?.is_ready() {
                continue;
            }
            let most = match flushed {
                _ if state.whole => self.while_whole,
                Flushed::Full => WHILE_FULL,
                _ => FOR_ANSWERS,
            };
            ready!(self.poll_read_ahead(&mut state, most))?;
        }
    }

    /// Ready when the peer has acknowledged all handles, or cannot any more.
    pub(crate) fn poll_answered(&self, sender: u64, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        let mut state = self.lock();
        loop {
            if state.is_answered() {
                return Poll::Ready(Ok(()));
            }
            self.wakers.senders.register(sender, cx.waker());
            ready!(self.poll_for_answers(&mut state))?;
        }
    }

    /// Reads ahead as far as it may, while this end waits for something other than the peer, so that it notices what the peer gives up.
    #[cfg(feature = "tower")]
    pub(crate) fn poll_meanwhile(&self, sender: u64, cx: &Context<'_>) {
        let mut state = self.lock();
        self.wakers.senders.register(sender, cx.waker());
        while state.may_read_ahead(WHILE_FULL)
            && matches!(self.poll_read_ahead(&mut state, WHILE_FULL), Poll::Ready(Ok(())))
        {}
        self.pass_on(&mut state);
    }

    /// Ready when the peer has closed its end, or is gone.
    pub(crate) fn poll_closed(&self, sender: u64, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = self.lock();
        loop {
            if state.eof || state.link.is_broken() {
                return Poll::Ready(());
            }
            self.wakers.senders.register(sender, cx.waker());
            if ready!(self.poll_read_ahead(&mut state, WHILE_FULL)).is_err() {
                return Poll::Ready(());
            }
        }
    }

    /// Reads for a sender that waits for what the peer says.
    pub(crate) fn poll_for_answers(&self, state: &mut State) -> Poll<Result<(), Error>> {
        let most = if state.whole {
            self.while_whole
        } else {
            FOR_ANSWERS
        };
        self.poll_read_ahead(state, most)
    }

    /// Reads for a sender, because the peer may wait for this end to read before it reads itself. Pending as well while the
    /// receiver has to take something first.
    fn poll_read_ahead(&self, state: &mut State, most: Ahead) -> Poll<Result<(), Error>> {
        if !state.may_read_ahead(most) {
            if state.whole && !state.eof {
                return Poll::Ready(Err(Error::Unread));
            }
            state.starved = true;
            return Poll::Pending;
        }
        state.stash();
        let read = self.poll_fill(state);
        if matches!(read, Poll::Ready(Ok(()))) {
            state.stash();
        }
        if state.has_kept() || state.finished {
            self.wakers.receiver.wake();
        }
        // The acknowledgements may have been read already.
        if state.answered {
            state.answered = false;
            return Poll::Ready(Ok(()));
        }
        read
    }

    /// Ready with the answer to a request of this end. `Err`: the peer is gone; whether it may have got the request.
    pub(crate) fn poll_answer(
        &self,
        sender: u64,
        id: u64,
        cx: &mut Context<'_>,
    ) -> Poll<Result<std::result::Result<Answer, bool>, Error>> {
        let mut state = self.lock();
        loop {
            if let Some(answer) = state.take_answer(id) {
                return Poll::Ready(Ok(Ok(answer)));
            }
            let flushed = state.flush();
            if state.finished || flushed.is_err() && state.eof {
                let delivered = state.abandon_request(id);
                return Poll::Ready(state.fault().map_or(Ok(Err(delivered)), Err));
            }
            self.wakers.senders.register(sender, cx.waker());
            if matches!(flushed, Ok(Flushed::Full)) && self.poll_writable(&mut state)?.is_ready() {
                continue;
            }
            ready!(self.poll_for_answers(&mut state))?;
        }
    }
}
