//! How much is done in one go. The variable `FORKWIRE_BATCH` forces it to its extremes for tests: whatever the sizes,
//! the program must see the same.

use std::sync::OnceLock;

/// Sizes of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Gathered bytes that are written without waiting for the end of the tick.
    pub(crate) gather: usize,
    /// Reads of one turn of the loop, so that one busy channel does not starve the others.
    pub(crate) reads: usize,
    /// A run of json texts has at most so many bytes, and a few for its brackets. V8 gives each string of 128 KiB or more memory
    /// of its own (`kMaxRegularHeapObjectSize`), fresh from the system, and one that is parsed soon after is still in the cache.
    pub(crate) run: usize,
}

const USUAL: Sizes = Sizes {
    gather: 64 * 1024,
    reads: 8,
    run: 96 * 1024,
};

/// One message is a batch.
const ONE: Sizes = Sizes {
    gather: 0,
    reads: 1,
    run: 0,
};

/// Everything is one batch.
const HUGE: Sizes = Sizes {
    gather: 16 << 20,
    reads: 1024,
    run: 64 << 20,
};

/// The sizes of this process.
pub(crate) fn sizes() -> Sizes {
    static SIZES: OnceLock<Sizes> = OnceLock::new();
    *SIZES.get_or_init(|| of(std::env::var("FORKWIRE_BATCH").ok().as_deref()))
}

fn of(word: Option<&str>) -> Sizes {
    match word {
        Some("one") => ONE,
        Some("huge") => HUGE,
        _ => USUAL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_sizes_are_those_of_everybody_who_says_nothing() {
        assert_eq!([of(None), of(Some("")), of(Some("two"))], [USUAL; 3]);
        assert_eq!([of(Some("one")), of(Some("huge"))], [ONE, HUGE]);
    }
}
