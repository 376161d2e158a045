//! The mappings of this process, so that each memory is mapped once, and their descriptors, so that they are not too many.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Id, Segment, system};
use crate::os;

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    by_id: BTreeMap::new(),
    by_address: BTreeMap::new(),
});

/// Descriptors that [`Kept`] values hold.
static KEPT: AtomicUsize = AtomicUsize::new(0);

pub(super) struct Registry {
    by_id: BTreeMap<Id, Weak<Segment>>,
    by_address: BTreeMap<usize, Weak<Segment>>,
}

pub(super) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    pub(super) fn find(&self, id: Id) -> Option<Arc<Segment>> {
        self.by_id.get(&id)?.upgrade()
    }

    pub(super) fn at(&self, address: usize) -> Option<Arc<Segment>> {
        self.by_address.get(&address)?.upgrade()
    }

    pub(super) fn add(&mut self, segment: &Arc<Segment>) {
        self.by_id.insert(segment.id, Arc::downgrade(segment));
        self.by_address
            .insert(segment.as_ptr() as usize, Arc::downgrade(segment));
    }

    /// Forgets a segment that is being dropped. Its memory may have been mapped again meanwhile.
    pub(super) fn remove(&mut self, segment: &Segment) {
        self.by_address.remove(&(segment.as_ptr() as usize));
        if self
            .by_id
            .get(&segment.id)
            .is_some_and(|other| other.strong_count() == 0)
        {
            self.by_id.remove(&segment.id);
        }
    }
}

/// A descriptor that stays open as long as its mapping, so that the memory can be sent on.
#[derive(Debug)]
pub(super) struct Kept {
    handle: os::Handle,
    /// Made here: it is kept whatever the limit is.
    own: bool,
}

impl Kept {
    pub(super) fn own(handle: os::Handle) -> Self {
        KEPT.fetch_add(1, Ordering::Relaxed);
        Self { handle, own: true }
    }

    pub(super) fn as_handle(&self) -> &os::Handle {
        &self.handle
    }

    /// `None`, with the descriptor closed, if this process keeps so many that others might lack one.
    pub(super) fn within_limit(self) -> Option<Self> {
        (self.own || KEPT.load(Ordering::Relaxed) <= system::most_kept()).then_some(self)
    }
}

impl From<os::Handle> for Kept {
    fn from(handle: os::Handle) -> Self {
        KEPT.fetch_add(1, Ordering::Relaxed);
        Self { handle, own: false }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        KEPT.fetch_sub(1, Ordering::Relaxed);
    }
}
