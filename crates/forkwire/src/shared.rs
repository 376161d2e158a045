//! Waiting for the socket, for either half.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use forkwire_proto::{Meta, Payload, RefuseReason, Run};
use forkwire_sys::os::{Transport, Watch};

use crate::config::Config;
use crate::error::Error;
use crate::handle::Handle;
use crate::link::{Filled, Flushed, Link};
use crate::message::Message;
use crate::requests::Next;
use crate::spin::{Turn, Turns, after_others};
use crate::state::{Ahead, Answer, State};
use crate::wake::Wakers;

/// What may wait for the receiver while a sender waits for room in the socket.
const WHILE_FULL: Ahead = Ahead {
    bytes: 1024 * 1024,
    handles: 256,
};

/// The same while it waits for acknowledgements. They come after what the peer has sent before (a window of handles, on the
/// native wire), so that a program that sends handles and does not receive would otherwise wait forever.
const FOR_ANSWERS: Ahead = Ahead {
    bytes: 64 * 1024 * 1024,
    handles: 1024,
};

/// The number of the receiver. Senders are counted from 1.
const RECEIVER: u64 = 0;

/// A channel that its halves share. The last of them shuts the socket down.
#[derive(Debug)]
pub(crate) struct Shared {
    state: Mutex<State>,
    io: Watch,
    wakers: Arc<Wakers>,
    /// Wakes all waiting tasks. tokio remembers one waker for reading and one for writing, and either half may need both.
    both: Waker,
    /// What may be read ahead while the owner of both halves sends.
    while_whole: Ahead,
}

impl Shared {
    pub(crate) fn new(socket: Transport, config: &Config) -> io::Result<Self> {
        Self::with_link(Link::new(socket, config.wire()), config)
    }

    pub(crate) fn with_link(link: Link, config: &Config) -> io::Result<Self> {
        let io = Watch::new(Arc::clone(link.socket()))?;
        let wakers = Arc::new(Wakers::default());
        Ok(Self {
            state: Mutex::new(State::new(link, config)),
            io,
            both: Waker::from(Arc::clone(&wakers)),
            wakers,
            while_whole: Ahead {
                bytes: config.read_ahead,
                ..FOR_ANSWERS
            },
        })
    }

    /// The state is whole even if a panic poisoned the lock.
    #[inline]
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn wakers(&self) -> &Wakers {
        &self.wakers
    }

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

    /// Whether there is something to receive now, whatever the reactor knows. For the receiver, which has taken all events.
    fn look(&self) -> bool {
        let mut state = self.lock();
        state.has_kept() || state.finished || state.fill() != Filled::Empty
    }

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

    /// Reads ahead as far as it may, while this end waits for something else than the peer: what the peer gives up is noticed.
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

    /// Reads once. Ready when there is something new, the end included.
    fn poll_fill(&self, state: &mut State) -> Poll<Result<(), Error>> {
        if state.link.has_early() {
            state.fill();
            return Poll::Ready(Ok(()));
        }
        loop {
            let cx = &mut Context::from_waker(&self.both);
            let mut guard = ready!(self.io.poll_readable(cx))?;
            match state.fill() {
                Filled::Read { more } => {
                    if !more {
                        guard.clear();
                    }
                    return Poll::Ready(Ok(()));
                }
                Filled::Empty => guard.clear(),
                Filled::End => return Poll::Ready(Ok(())),
            }
        }
    }

    /// Continues to write. Ready when the socket is no longer full, or has failed.
    fn poll_writable(&self, state: &mut State) -> Poll<io::Result<()>> {
        loop {
            let cx = &mut Context::from_waker(&self.both);
            // The guard comes before the attempt, so that readiness that arrives in between is not cleared.
            let mut guard = ready!(self.io.poll_writable(cx))?;
            match state.flush() {
                Ok(Flushed::Full) => guard.clear(),
                _ => return Poll::Ready(Ok(())),
            }
        }
    }

    /// Wakes the senders if the receiver read acknowledgements, or made room to read ahead.
    fn pass_on(&self, state: &mut State) {
        if state.answered || state.starved || state.eof {
            (state.answered, state.starved) = (false, false);
            self.wakers.senders.wake();
        }
    }

    pub(crate) fn take_refused(&self) -> Vec<(u64, RefuseReason)> {
        self.lock().take_refused()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let state = self.lock();
        if !state.moved {
            state.link.socket().shut_down();
        }
    }
}
