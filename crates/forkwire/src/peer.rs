//! Whether the other end of a channel has requests.

use std::sync::{Arc, Weak};
use std::task::{Context, Poll, ready};
use std::thread;
use std::time::Duration;

use crate::error::{Error, SendError, SendErrorKind};
use crate::shared::Shared;

/// How long a request waits for the program at the other end to say that it has forkwire. A Node program says so when it has
/// loaded `forkwire/child`, and another one never does.
const PATIENCE: Duration = Duration::from_secs(5);

/// The program at the other end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Peer {
    /// On Node's wire, where any program may be.
    #[default]
    Unknown,
    /// Like `Unknown`, and a request waits already.
    Awaited,
    /// It has forkwire.
    Forkwire,
    /// It has sent a message, or let time pass, without a word of forkwire.
    Stock,
}

impl Peer {
    pub(crate) fn is_unknown(self) -> bool {
        matches!(self, Self::Unknown | Self::Awaited)
    }
}

impl Shared {
    /// Ready when it is known whether the peer has requests. A channel that has ended is ready too.
    pub(crate) fn poll_peer(
        self: &Arc<Self>,
        sender: u64,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Peer, Error>> {
        let mut state = self.lock();
        loop {
            if !state.peer.is_unknown() || state.finished {
                return Poll::Ready(Ok(state.peer));
            }
            if state.peer == Peer::Unknown {
                state.peer = Peer::Awaited;
                give_up_later(Arc::downgrade(self));
            }
            self.wakers().senders.register(sender, cx.waker());
            ready!(self.poll_for_answers(&mut state))?;
        }
    }
}

/// A thread of its own, because a runtime may have no timers. It exists only while a request waits for a peer's first word.
fn give_up_later(shared: Weak<Shared>) {
    let give_up = move || {
        thread::sleep(PATIENCE);
        let Some(shared) = shared.upgrade() else { return };
        let mut state = shared.lock();
        if state.peer.is_unknown() {
            state.peer = Peer::Stock;
        }
        drop(state);
        shared.wakers().senders.wake();
    };
    // Without a thread, the request waits until it is dropped.
    let _ = thread::Builder::new().name("forkwire-peer".into()).spawn(give_up);
}

/// The error of a request to a peer that has none.
pub(crate) fn no_requests() -> SendError {
    SendError::new(
        SendErrorKind::Wire,
        "the peer has no requests: it uses Node's own channel and has not announced forkwire. A Node program announces it when it loads \
         'forkwire/child', before it sends a message; or use the native wire",
    )
}
