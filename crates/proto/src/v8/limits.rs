//! The limits of a payload.

/// Limits for reading and writing. The size has no limit of its own: nothing is allocated that the payload's length does not
/// account for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Most levels of objects inside of objects in a payload that is read: 10,000 by default. Stock Node can write
    /// about 3,700 before its stack is used up.
    pub read_depth: usize,
    /// Most levels of objects inside of objects in a payload that is written: 2,500 by default. Stock Node can read
    /// about 3,200 (Node 20) before its stack is used up, and then throws.
    pub write_depth: usize,
}

impl Limits {
    /// The same limit for reading and writing.
    pub fn depth(levels: usize) -> Self {
        Self {
            read_depth: levels,
            write_depth: levels,
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            read_depth: 10_000,
            write_depth: 2_500,
        }
    }
}
