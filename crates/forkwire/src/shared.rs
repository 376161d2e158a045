//! What the halves of a channel share, and what they wait for.

mod receiving;
mod sending;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use forkwire_proto::RefuseReason;
use forkwire_sys::os::{Transport, Watch};

use self::sending::FOR_ANSWERS;
use crate::config::Config;
use crate::error::Error;
use crate::link::{Filled, Flushed, Link};
use crate::state::{Ahead, State};
use crate::wake::Wakers;

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
