//! The transport in memory, with a counted reference as a handle.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};

use forkwire_sys::memory::{Faults, Pipe};

use super::Fixture;

pub(crate) struct Memory;

static TOKENS: Mutex<Option<HashMap<u64, Weak<u64>>>> = Mutex::new(None);

impl Fixture for Memory {
    type End = Pipe<Arc<u64>>;
    type Handle = Arc<u64>;
    type Identity = u64;

    fn pair() -> (Self::End, Self::End) {
        Pipe::pair(Faults::default())
    }

    fn handle() -> (Arc<u64>, u64) {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let token = Arc::new(NEXT.fetch_add(1, Ordering::Relaxed));
        TOKENS
            .lock()
            .unwrap()
            .get_or_insert_default()
            .insert(*token, Arc::downgrade(&token));
        let identity = *token;
        (token, identity)
    }

    fn identity(handle: &Arc<u64>) -> u64 {
        **handle
    }

    fn is_open(identity: u64) -> bool {
        TOKENS
            .lock()
            .unwrap()
            .as_ref()
            .and_then(|all| all.get(&identity))
            .unwrap()
            .strong_count()
            > 0
    }
}
