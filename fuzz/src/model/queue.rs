//! One direction of a stream that can pass handles.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::IoSlice;
use std::rc::Rc;

use super::op::Taken;

/// A handle that is closed when it is dropped.
#[derive(Debug)]
pub struct Handle {
    pub(super) id: u64,
    open: Rc<Cell<u64>>,
}

impl Handle {
    pub(super) fn new(id: u64, open: &Rc<Cell<u64>>) -> Self {
        open.set(open.get() + 1);
        Self {
            id,
            open: Rc::clone(open),
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.open.set(self.open.get() - 1);
    }
}

/// Bytes under way, and the handles that go with some of them.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) bytes: VecDeque<u8>,
    pub(super) handles: VecDeque<(usize, Vec<Handle>)>,
    pub(super) ended: bool,
    pub(super) broken: bool,
}

impl Queue {
    pub(super) fn take(&mut self, slices: &[IoSlice<'_>], most: Taken, taken: &mut Vec<u8>) -> usize {
        if self.broken || self.ended {
            return 0;
        }
        let mut all: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
        all.truncate(most.of(all.len()));
        self.bytes.extend(&all);
        taken.extend_from_slice(&all);
        all.len()
    }

    /// A read ends in front of the next handles, and begins with some at most.
    pub(super) fn read(&mut self, most: usize) -> (Vec<u8>, Vec<Handle>) {
        let most = most.min(self.bytes.len());
        if most == 0 {
            return (Vec::new(), Vec::new());
        }
        let handles = match self.handles.front() {
            Some((0, _)) => self.handles.pop_front().map(|(_, handles)| handles),
            _ => None,
        };
        let until = self.handles.front().map_or(most, |(at, _)| most.min(*at));
        for (at, _) in &mut self.handles {
            *at -= until;
        }
        (self.bytes.drain(..until).collect(), handles.unwrap_or_default())
    }
}
