//! Memory of large received messages, used again: fresh memory has to be zeroed, and each of its pages costs a fault,
//! which together take longer than receiving.
//!
//! One pool a process, since messages are freed wherever the garbage collector finds them. It is emptied when nothing
//! was received for a second.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use forkwire_sys::os::give_back_freed_memory;

use crate::io_thread;

/// Bytes that the pool holds at most: about what V8 lets pile up outside of its heap before it collects.
const CAPACITY: usize = 64 << 20;

/// Smaller pieces are left to the allocator, and one larger than this would push out everything else.
const PIECE: std::ops::RangeInclusive<usize> = 16 * 1024..=CAPACITY / 2;

/// From this size on, glibc takes memory from the system for each piece, and gives it back (`mallopt(3)`, `M_MMAP_THRESHOLD`).
const LARGE: usize = 128 * 1024;

/// How long the pool keeps what nobody uses.
const IDLE: Duration = Duration::from_secs(1);

static POOL: Mutex<Pool> = Mutex::new(Pool::new());

/// Pieces by their length. All of a piece is initialised, by what it held before.
#[derive(Debug)]
struct Pool {
    pieces: BTreeMap<usize, Vec<Vec<u8>>>,
    bytes: usize,
    /// Counts what is taken and given.
    uses: u64,
    /// A task waits to empty the pool.
    watched: bool,
}

impl Pool {
    const fn new() -> Self {
        Self {
            pieces: BTreeMap::new(),
            bytes: 0,
            uses: 0,
            watched: false,
        }
    }

    /// A piece of `len` bytes, if there is one of that size or not much larger.
    fn take(&mut self, len: usize) -> Option<Vec<u8>> {
        self.uses += 1;
        let (&size, _) = self.pieces.range(len..=len + len / 4).next()?;
        let pieces = self.pieces.get_mut(&size)?;
        let mut piece = pieces.pop();
        if pieces.is_empty() {
            self.pieces.remove(&size);
        }
        self.bytes -= size;
        if let Some(piece) = &mut piece {
            piece.truncate(len);
        }
        piece
    }

    /// False: there is no room for it.
    fn give(&mut self, piece: Vec<u8>) -> bool {
        self.uses += 1;
        if !PIECE.contains(&piece.len()) || self.bytes + piece.len() > CAPACITY {
            return false;
        }
        self.bytes += piece.len();
        self.pieces.entry(piece.len()).or_default().push(piece);
        true
    }

    fn empty(&mut self) -> BTreeMap<usize, Vec<Vec<u8>>> {
        self.bytes = 0;
        std::mem::take(&mut self.pieces)
    }
}

fn pool() -> MutexGuard<'static, Pool> {
    POOL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// `len` bytes, all initialised: by zeros, or by a message that was received before.
pub(crate) fn take(len: usize) -> Vec<u8> {
    let piece = if PIECE.contains(&len) {
        pool().take(len)
    } else {
        None
    };
    piece.unwrap_or_else(|| vec![0; len])
}

/// Gives memory back that nobody looks at any more.
pub(crate) fn give(piece: Vec<u8>) {
    let mut pool = pool();
    if pool.give(piece) {
        watch_over(pool);
    }
}

/// So many bytes were sent, and what was not written at once will be copied to memory that is freed soon after, as that of the
/// next message will be. If they are many, the allocator keeps the pages while this goes on.
pub(crate) fn sent(bytes: usize) {
    if bytes >= LARGE {
        let mut pool = pool();
        pool.uses += 1;
        watch_over(pool);
    }
}

fn watch_over(mut pool: MutexGuard<'static, Pool>) {
    if std::mem::replace(&mut pool.watched, true) {
        return;
    }
    drop(pool);
    keep_freed_memory();
    if !io_thread::spawn(watch()) {
        // No thread that could empty it later.
        let mut pool = self::pool();
        pool.watched = false;
        let pieces = pool.empty();
        drop(pool);
        drop(pieces);
    }
}

/// Has glibc keep up to 64 MiB that were freed, as it does by itself in a program that has freed 32 MiB at once (`mallopt(3)`,
/// `M_MMAP_THRESHOLD`). V8 frees many Buffers in each collection. By default, their pages would go back to the system then, and
/// the next Buffers would fault each of them in again. [`watch`] gives them back. Without an effect if the user has set a limit.
fn keep_freed_memory() {
    const MOST: usize = (32 << 20) - (64 << 10);
    drop(black_box(Vec::<u8>::with_capacity(black_box(MOST))));
}

/// Empties the pool when it has not been used for a while.
async fn watch() {
    let mut seen = pool().uses;
    loop {
        tokio::time::sleep(IDLE).await;
        let mut pool = pool();
        if std::mem::replace(&mut seen, pool.uses) != seen {
            continue;
        }
        pool.watched = false;
        let pieces = pool.empty();
        drop(pool);
        drop(pieces);
        give_back_freed_memory();
        return;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;

    #[test]
    fn returned_memory_serves_the_same_size_or_a_little_less() {
        let mut pool = Pool::new();
        assert!(pool.give(vec![7; 100 * KIB]));
        assert_eq!(pool.take(101 * KIB), None);
        assert_eq!(pool.take(70 * KIB), None, "it would waste much of it");
        assert_eq!(pool.take(90 * KIB), Some(vec![7; 90 * KIB]));
        assert_eq!((pool.take(90 * KIB), pool.bytes), (None, 0));
    }

    #[test]
    fn a_pool_holds_no_more_than_its_capacity_and_no_small_pieces() {
        let mut pool = Pool::new();
        assert!(!pool.give(vec![0; KIB]));
        assert!(!pool.give(vec![0; CAPACITY]));
        let given = (0..100).filter(|_| pool.give(vec![0; 1024 * KIB])).count();
        assert_eq!((given, pool.bytes), (64, CAPACITY));
        assert_eq!(pool.empty().into_values().flatten().count(), 64);
        assert!(pool.bytes == 0 && pool.give(vec![0; 1024 * KIB]));
    }
}
