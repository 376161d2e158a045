//! The queues that get the connections of a listening socket in turn.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::rc::Rc;

use crate::connections::{Queue, Sent, Source};

#[derive(Default)]
pub(super) struct Rotation {
    /// Each with the number that the socket has in it.
    queues: RefCell<Vec<(Queue, u32)>>,
    next: Cell<usize>,
    /// For which no queue had room.
    pending: RefCell<VecDeque<OwnedFd>>,
}

impl Rotation {
    pub(super) fn add(&self, queue: &Queue, index: u32) {
        self.queues.borrow_mut().push((queue.clone(), index));
    }

    pub(super) fn remove(&self, queue: &Queue) {
        self.queues.borrow_mut().retain(|(one, _)| !one.is_same(queue));
    }

    /// Gives a connection to the next queue that has room, or keeps it until one has. Returns it if there are none that take any.
    pub(super) fn give(&self, connection: OwnedFd, source: &Rc<dyn Source>) -> Option<OwnedFd> {
        if self.pending.borrow().is_empty() {
            match self.send(&connection, source) {
                Sent::Taken => return None,
                Sent::Failed => return Some(connection),
                Sent::Full => {}
            }
        }
        self.pending.borrow_mut().push_back(connection);
        None
    }

    /// Sends what has waited for room. Returns what no queue takes.
    pub(super) fn continue_sending(&self, source: &Rc<dyn Source>) -> Vec<OwnedFd> {
        let mut left = Vec::new();
        loop {
            let Some(connection) = self.pending.borrow_mut().pop_front() else {
                return left;
            };
            match self.send(&connection, source) {
                Sent::Taken => {}
                Sent::Failed => left.push(connection),
                Sent::Full => {
                    self.pending.borrow_mut().push_front(connection);
                    return left;
                }
            }
        }
    }

    pub(super) fn clear(&self) {
        self.queues.take();
        self.pending.take();
    }

    fn send(&self, connection: &OwnedFd, source: &Rc<dyn Source>) -> Sent {
        let queues = self.queues.borrow();
        let mut full = false;
        for _ in 0..queues.len() {
            let at = self.next.get() % queues.len();
            self.next.set(at + 1);
            let (queue, index) = &queues[at];
            match queue.send(*index, connection, source) {
                Sent::Taken => return Sent::Taken,
                Sent::Full => full = true,
                Sent::Failed => {}
            }
        }
        if full { Sent::Full } else { Sent::Failed }
    }
}
