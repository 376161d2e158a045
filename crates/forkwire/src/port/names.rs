//! Which socket pair a port with a name is: either side may have asked first, or both at the same moment. `src/ports/names.ts`
//! has the other copy of these rules.
//!
//! Both sides count the ports that they have opened under a name, and an offer says which of them it is for. If both made a
//! pair for the same port, each goes on to write into the one it knows, and reads the other one first.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;

use forkwire_proto::HandleKind;
use forkwire_sys::os;

use crate::handle::Handle;

/// Offers that may wait.
const LIMIT: usize = 1024;

/// Bytes of a name: 255 characters in JavaScript.
pub(crate) const MAX_NAME: usize = 765;

/// What a port learns of its name from the channel.
#[derive(Debug, Default)]
pub(crate) struct Slot(Mutex<SlotState>);

#[derive(Debug, Default)]
pub(crate) struct SlotState {
    /// The pair that the other side has made for the same port.
    pub(crate) crossed: Option<os::Handle>,
    /// The channel has ended: no other pair will come.
    pub(crate) over: bool,
    pub(crate) waker: Option<Waker>,
}

impl Slot {
    pub(crate) fn lock(&self) -> MutexGuard<'_, SlotState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, change: impl FnOnce(&mut SlotState)) {
        let waker = {
            let mut state = self.lock();
            change(&mut state);
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

/// What happened under one name.
#[derive(Debug, Default)]
struct Named {
    /// Ports opened here so far.
    opened: u64,
    /// The last one. It is gone when its port is.
    slot: Weak<Slot>,
    /// Its pair was made here.
    made: bool,
    /// The number of the last offer.
    offered: u64,
    waiting: BTreeMap<u64, os::Handle>,
}

/// The names of one channel.
#[derive(Debug, Default)]
pub(crate) struct Names {
    named: HashMap<String, Named>,
    waiting: usize,
    over: bool,
}

/// A port that is being opened.
pub(crate) struct Opening {
    pub(crate) number: u64,
    pub(crate) slot: Arc<Slot>,
    /// What the other side has offered. `None`: make a pair, and offer one end with this number.
    pub(crate) end: Option<os::Handle>,
}

impl Names {
    /// `None` if the port with this name is open.
    pub(crate) fn open(&mut self, name: &str) -> Option<Opening> {
        let named = self.named.entry(name.to_owned()).or_default();
        if named.slot.strong_count() > 0 {
            return None;
        }
        let slot = Arc::new(Slot::default());
        slot.lock().over = self.over;
        named.opened += 1;
        named.slot = Arc::downgrade(&slot);
        let end = named.waiting.remove(&named.opened);
        self.waiting -= usize::from(end.is_some());
        named.made = end.is_none();
        let number = named.opened;
        Some(Opening { number, slot, end })
    }

    /// Takes the handle of an internal message if it is an offer. One that breaks the rules is closed.
    pub(crate) fn offer(&mut self, handles: &mut Vec<Handle>) -> bool {
        let [handle] = handles.as_slice() else {
            return false;
        };
        if handle.kind() != Some(HandleKind::Port) {
            return false;
        }
        let Some((number, name)) = handle.note().split_once(':') else {
            return false;
        };
        let (Ok(number), true) = (number.parse::<u64>(), name.len() <= MAX_NAME) else {
            return false;
        };
        let name = name.to_owned();
        if let (Some(handle), true) = (handles.pop(), number > 0 && self.waiting < LIMIT) {
            self.take(name, number, handle.fd);
        }
        true
    }

    fn take(&mut self, name: String, number: u64, end: os::Handle) {
        let named = self.named.entry(name).or_default();
        if number <= named.offered || (number == named.opened && !named.made) {
            return;
        }
        named.offered = number;
        if number > named.opened {
            named.waiting.insert(number, end);
            self.waiting += 1;
        } else if number == named.opened
            && let Some(slot) = named.slot.upgrade()
        {
            slot.change(|state| state.crossed = Some(end));
        }
    }

    /// The channel has ended.
    pub(crate) fn end(&mut self) {
        self.over = true;
        self.waiting = 0;
        for named in self.named.values_mut() {
            named.waiting.clear();
            if let Some(slot) = named.slot.upgrade() {
                slot.change(|state| state.over = true);
            }
        }
    }
}
