//! The channels of one port, in the order in which they are read. What is sent goes to the last one, and the port ends with it.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use forkwire_proto::{Format, Meta};
use forkwire_sys::os::{self, Transport};

use super::config;
use super::names::Slot;
use crate::channel::Channel;
use crate::error::Error;
use crate::message::Message;
use crate::requests::{Incoming, poll_incoming};

/// The message by which the end of a pair says that its port has another one, which is offered under the port's name.
const CROSSED: &str = r#"{"cmd":"NODE_FORKWIRE_CROSSED"}"#;

#[derive(Debug)]
pub(super) struct Lanes {
    /// What is read before the main channel.
    first: VecDeque<Channel>,
    main: Channel,
    slot: Option<Arc<Slot>>,
    /// The pair was made here, so that the other side may have made one too and not know of this one.
    may_cross: bool,
    /// The other pair is to be waited for.
    expecting: bool,
    main_ended: bool,
}

impl Lanes {
    /// `made`: the port has a name, and its pair was made here.
    pub(super) fn new(main: Channel, slot: Option<Arc<Slot>>, made: bool) -> Self {
        Self {
            first: VecDeque::new(),
            main,
            slot,
            may_cross: made,
            expecting: false,
            main_ended: false,
        }
    }

    pub(super) fn with_first(first: VecDeque<Channel>, main: Channel) -> Self {
        Self {
            first,
            ..Self::new(main, None, false)
        }
    }

    pub(super) fn main(&mut self) -> &mut Channel {
        &mut self.main
    }

    pub(super) fn into_main(self) -> Channel {
        self.main
    }

    /// Whether the port is one channel, so that it can be sent.
    pub(super) fn is_single(&self) -> bool {
        self.first.is_empty() && self.slot.is_none()
    }

    pub(super) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Message>, Error>> {
        self.poll_next(cx, |lane, cx| lane.receiver.poll_message(cx), is_crossed)
    }

    pub(super) fn poll_incoming(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Incoming>, Error>> {
        let is_crossed = |incoming: &Incoming| match incoming {
            Incoming::Message(message) => is_crossed(message),
            Incoming::Request(_) => false,
        };
        let poll =
            |lane: &mut Channel, cx: &mut Context<'_>| poll_incoming(&mut lane.receiver, &lane.sender, cx);
        self.poll_next(cx, poll, is_crossed)
    }

    /// The next of what `poll` receives from one channel.
    fn poll_next<T>(
        &mut self,
        cx: &mut Context<'_>,
        poll: impl Fn(&mut Channel, &mut Context<'_>) -> Poll<Result<Option<T>, Error>>,
        is_crossed: impl Fn(&T) -> bool,
    ) -> Poll<Result<Option<T>, Error>> {
        loop {
            self.meet(cx)?;
            if let Some(first) = self.first.front_mut() {
                match ready!(poll(first, cx))? {
                    Some(message) if is_crossed(&message) => {}
                    Some(message) => return Poll::Ready(Ok(Some(message))),
                    None => {
                        self.first.pop_front();
                    }
                }
                continue;
            }
            if self.expecting {
                return Poll::Pending;
            }
            if self.main_ended {
                return Poll::Ready(Ok(None));
            }
            match ready!(poll(&mut self.main, cx))? {
                Some(message) if is_crossed(&message) => self.expecting = self.may_cross,
                Some(message) => return Poll::Ready(Ok(Some(message))),
                None => {
                    self.main_ended = true;
                    // Never heard of: it did not reach the port, or the other side has made a pair as well.
                    self.expecting =
                        self.may_cross && self.main.sender.shared.lock().link.bytes_received() == 0;
                }
            }
        }
    }

    /// Learns whether the other side has made a pair too. Registers to be woken when that changes.
    fn meet(&mut self, cx: &Context<'_>) -> io::Result<()> {
        let Some(slot) = self.slot.as_ref().filter(|_| self.may_cross) else {
            return Ok(());
        };
        let (crossed, over) = {
            let mut state = slot.lock();
            state.waker = Some(cx.waker().clone());
            (state.crossed.take(), state.over)
        };
        if let Some(end) = crossed {
            let beside = Arc::clone(self.main.sender.shared.lock().link.socket());
            self.first.push_front(read_first(end, &beside)?);
        } else if !over {
            return Ok(());
        }
        (self.may_cross, self.expecting) = (false, false);
        Ok(())
    }
}

/// The other side wrote to this end before it knew of the pair that was made here.
fn read_first(end: os::Handle, beside: &Transport) -> io::Result<Channel> {
    let mut channel = Channel::new(Transport::from_port(end, Some(beside))?, &config())?;
    let meta = Meta::new(Format::Json).with_internal(true);
    let mut message = Message::new(Format::Json, CROSSED);
    message.meta = meta;
    // It fails if the other side is gone, and then nobody needs it.
    let _ = channel.try_send_message(message);
    Ok(channel)
}

fn is_crossed(message: &Message) -> bool {
    message.meta.internal && message.payload.as_ref() == CROSSED.as_bytes()
}
