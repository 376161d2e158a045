//! The state that the two halves of a channel share under one lock: the link, and messages that were received ahead.

mod calls;
mod incoming;
mod outgoing;
mod requests;
mod returns;
mod senders;

use std::collections::VecDeque;
use std::io;

use forkwire_proto::{Format, RefuseReason, WireError};
use forkwire_sys::os;

pub(crate) use self::outgoing::{Outgoing, Queued, describe};
use self::requests::Requests;
pub(crate) use self::requests::{Answer, Asked};
use self::returns::Returns;
use self::senders::Senders;

use crate::config::Config;
use crate::error::Error;
use crate::link::{Filled, Link};
use crate::message::Message;
use crate::peer::Peer;
use crate::port::names::Names;

/// Bytes that a kept message counts beyond its payload, so that many small ones are bounded too.
const OVERHEAD: usize = size_of::<Message>() + 16;

/// The limits of receiving ahead.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ahead {
    /// Bytes of payloads, and an allowance for each message.
    pub(crate) bytes: usize,
    pub(crate) handles: usize,
}

/// What ended the channel early.
#[derive(Clone, Debug)]
enum Fault {
    Wire(WireError),
    /// An errno.
    System(i32),
}

#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct State {
    pub(crate) link: Link,
    /// Whether the wire is Node's.
    pub(crate) node: bool,
    pub(crate) format: Format,
    /// Whether the peer has requests.
    pub(crate) peer: Peer,
    /// Messages that were read before the receiver asked, for the sender or for the handles of an earlier message.
    inbox: VecDeque<Message>,
    /// Bytes and handles in `inbox`, as `Ahead` counts them.
    held: usize,
    held_handles: usize,
    /// The peer will send no more messages.
    pub(crate) finished: bool,
    /// The stream has ended.
    pub(crate) eof: bool,
    /// Kept for every sender. The receiver gets it once.
    fault: Option<Fault>,
    told: bool,
    /// There is no receiver any more.
    pub(crate) receiver_gone: bool,
    refused: Vec<(u64, RefuseReason)>,
    requests: Requests,
    returns: Returns<os::Handle>,
    /// Messages that were queued, and given back when the peer was gone.
    returned: u64,
    senders: Senders,
    /// Both halves belong to one owner, which cannot receive while it sends.
    pub(crate) whole: bool,
    /// The peer has answered for handles since this was last set to false.
    pub(crate) answered: bool,
    /// The sender waits until there is room to read ahead.
    pub(crate) starved: bool,
    /// The socket goes on in another process, so that it is not shut down here.
    pub(crate) moved: bool,
    /// Ports with names.
    pub(crate) names: Names,
}

impl State {
    pub(crate) fn new(link: Link, config: &Config) -> Self {
        Self {
            link,
            node: config.node,
            format: config.format,
            peer: config.peer,
            inbox: VecDeque::new(),
            held: 0,
            held_handles: 0,
            finished: false,
            eof: false,
            fault: None,
            told: false,
            receiver_gone: false,
            refused: Vec::new(),
            requests: Requests::default(),
            returns: Returns::new(),
            returned: 0,
            senders: Senders::default(),
            whole: true,
            answered: false,
            starved: false,
            moved: false,
            names: Names::default(),
        }
    }

    /// Whether a sender may read ahead. What nobody receives must not pile up.
    pub(crate) fn may_read_ahead(&self, most: Ahead) -> bool {
        !self.eof && self.held < most.bytes && self.held_handles < most.handles
    }

    /// Reads once. All events must have been taken before.
    pub(crate) fn fill(&mut self) -> Filled {
        match self.link.fill() {
            Ok(Filled::End) => {
                (self.eof, self.finished) = (true, true);
                self.names.end();
                Filled::End
            }
            Ok(filled) => filled,
            Err(error) => {
                self.fail(error);
                Filled::End
            }
        }
    }

    /// Ends the channel for both sides.
    fn fail(&mut self, error: Error) {
        self.fault.get_or_insert(match error {
            Error::Wire(error) => Fault::Wire(error),
            Error::Io(error) => Fault::System(error.raw_os_error().unwrap_or_default()),
            Error::Unexpected { .. } | Error::Unread => return,
        });
        (self.eof, self.finished) = (true, true);
        self.names.end();
        self.link.socket().shut_down();
    }

    /// The fault, for a sender.
    pub(crate) fn fault(&self) -> Option<Error> {
        self.fault.clone().map(Into::into)
    }

    /// The fault, for the receiver: once, after everything that came before it.
    pub(crate) fn tell_fault(&mut self) -> Option<Error> {
        let first = !std::mem::replace(&mut self.told, true);
        self.fault().filter(|_| first)
    }

    pub(crate) fn take_refused(&mut self) -> Vec<(u64, RefuseReason)> {
        std::mem::take(&mut self.refused)
    }

    /// Records that the receiver is gone.
    pub(crate) fn drop_receiver(&mut self) {
        self.receiver_gone = true;
        self.decline_all();
        while self.unkeep().is_some() {}
    }

    fn keep(&mut self, message: Message) {
        if self.receiver_gone {
            return;
        }
        self.held += message.payload.len() + OVERHEAD;
        self.held_handles += message.handles.len();
        self.inbox.push_back(message);
    }

    pub(crate) fn unkeep(&mut self) -> Option<Message> {
        let message = self.inbox.pop_front()?;
        self.held -= message.payload.len() + OVERHEAD;
        self.held_handles -= message.handles.len();
        Some(message)
    }

    pub(crate) fn has_kept(&self) -> bool {
        !self.inbox.is_empty()
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Wire(error) => Self::Wire(error),
            Fault::System(errno) => Self::Io(io::Error::from_raw_os_error(errno)),
        }
    }
}
