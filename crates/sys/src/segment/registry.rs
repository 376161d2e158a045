//! The mappings of this process, so that each memory is mapped once, and their descriptors, so that they are not too many.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::{Checked, Segment, system};
use crate::os;

static REGISTRY: Mutex<Registry> = Mutex::new(Registry {
    by_id: BTreeMap::new(),
    by_address: BTreeMap::new(),
});

/// Descriptors that [`Kept`] values hold.
static KEPT: AtomicUsize = AtomicUsize::new(0);

pub(super) struct Registry {
    /// Several memories may have one id, where the system does not have better ones.
    by_id: BTreeMap<system::Id, Vec<Weak<Segment>>>,
    by_address: BTreeMap<usize, Weak<Segment>>,
}

pub(super) fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// The mapping of the memory with this id, where an id says which memory it is.
    pub(super) fn with_id(&self, id: system::Id) -> Option<Arc<Segment>> {
        self.by_id.get(&id)?.iter().find_map(Weak::upgrade)
    }

    /// The mapping of the memory that a handle refers to. Others that were compared are put into `others`: they are to be dropped
    /// after the lock, which the last reference of a segment takes.
    pub(super) fn find(
        &self,
        checked: &Checked,
        handle: &os::Handle,
        others: &mut Vec<Arc<Segment>>,
    ) -> Option<Arc<Segment>> {
        for segment in self.by_id.get(&checked.id)?.iter().filter_map(Weak::upgrade) {
            if segment.is_same(handle) {
                return Some(segment);
            }
            others.push(segment);
        }
        None
    }

    pub(super) fn at(&self, address: usize) -> Option<Arc<Segment>> {
        self.by_address.get(&address)?.upgrade()
    }

    pub(super) fn add(&mut self, segment: &Arc<Segment>) {
        let same_id = self.by_id.entry(segment.id).or_default();
        same_id.push(Arc::downgrade(segment));
        self.by_address
            .insert(segment.as_ptr() as usize, Arc::downgrade(segment));
    }

    /// Forgets a segment that is being dropped. Its memory may have been mapped again meanwhile.
    pub(super) fn remove(&mut self, segment: &Segment) {
        self.by_address.remove(&(segment.as_ptr() as usize));
        if let Some(same_id) = self.by_id.get_mut(&segment.id) {
            same_id.retain(|other| other.strong_count() > 0);
            if same_id.is_empty() {
                self.by_id.remove(&segment.id);
            }
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
