//! What the receiver waits for.

use std::task::{Context, Poll};

use forkwire_proto::{Meta, Payload, Run};

use super::Shared;
use crate::error::Error;
use crate::handle::Handle;
use crate::link::{Filled, Flushed};
use crate::message::Message;
use crate::requests::Next;
use crate::spin::{Turn, Turns, after_others};

/// The number of the receiver. Senders are counted from 1.
const RECEIVER: u64 = 0;

impl Shared {
    /// The next message that `take` takes; `None` at the end of the channel. `run`, which is empty, gets the small messages
    /// that come right after it, so that each of them need not come here.
    pub(crate) fn poll_next<R>(
        &self,
        cx: &mut Context<'_>,
        run: &mut Run,
        turns: &mut Turns,
        mut take: impl FnMut(Meta, Payload<'_>, Vec<Handle>) -> Option<R>,
    ) -> Poll<Result<Option<R>, Error>> {
        let mut state = self.lock();
        state.decide_on_requests();
        loop {
            let taken = state.pull(run, &mut take);
            self.pass_on(&mut state);
            if taken.is_some() {
                turns.received();
                return Poll::Ready(Ok(taken));
            }
            // Messages that an earlier call left, or acknowledgements that did not fit.
            let flushed = state.flush();
            if state.finished {
                return Poll::Ready(state.tell_fault().map_or(Ok(None), Err));
            }
            self.wakers.receiver.register(RECEIVER, cx.waker());
            if matches!(flushed, Ok(Flushed::Full)) && self.poll_writable(&mut state)?.is_ready() {
                continue;
            }
            if self.poll_fill(&mut state)?.is_ready() {
                continue;
            }
            let sent = state.pushed();
            drop(state);
            match turns.next(sent, || self.look()) {
                Turn::Read => {}
                Turn::Yield => {
                    after_others(cx);
                    return Poll::Pending;
                }
                Turn::Sleep => return Poll::Pending,
            }
            // The reactor has yet to learn of what was read, and need not wake anybody for it.
            self.wakers.receiver.forget(RECEIVER);
            state = self.lock();
        }
    }

    /// Appends messages that were read before the receiver asked, up to so many, and returns how many. They come after the
    /// receiver's run.
    pub(crate) fn take_kept(&self, most: usize, messages: &mut Vec<Message>) -> usize {
        let mut state = self.lock();
        let before = messages.len();
        messages.extend(std::iter::from_fn(|| state.unkeep()).take(most));
        if messages.len() > before {
            self.pass_on(&mut state);
        }
        messages.len() - before
    }

    /// Whether there is something to receive now, whatever the reactor knows. For the receiver, which has taken all events.
    fn look(&self) -> bool {
        let mut state = self.lock();
        state.has_kept() || state.finished || state.fill() != Filled::Empty
    }

    /// The next message or request; `None` at the end of the channel.
    pub(crate) fn poll_incoming(
        &self,
        cx: &mut Context<'_>,
        run: &mut Run,
        turns: &mut Turns,
    ) -> Poll<Result<Option<Next>, Error>> {
        {
            let mut state = self.lock();
            state.take_requests();
            if let Some(asked) = state.take_asked() {
                return Poll::Ready(Ok(Some(Next::Asked(asked))));
            }
        }
        let next = self.poll_next(cx, run, turns, |meta, payload, handles| {
            Some(Next::Message(Message {
                meta,
                payload: payload.into_vec().into(),
                handles,
            }))
        });
        // What came before the end, or with nothing else.
        if !matches!(next, Poll::Ready(Ok(Some(_))))
            && let Some(asked) = self.lock().take_asked()
        {
            return Poll::Ready(Ok(Some(Next::Asked(asked))));
        }
        next
    }
}
