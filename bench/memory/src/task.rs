//! What is measured.

use std::str::FromStr;

use crate::Outcome;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// So many bytes are handed over, looked at, and answered for. `whole`: every byte is read.
    HandOver { bytes: usize, whole: bool },
    /// A message in a queue.
    Queue { whole: bool },
    /// The other end is woken, and wakes this one.
    Wake,
}

/// Bytes of a message in a queue.
pub const MESSAGE: usize = 64 * 1024;

/// Messages that a queue holds.
pub const SLOTS: usize = 16;

impl Task {
    /// Whether every byte is read.
    pub fn is_whole(self) -> bool {
        match self {
            Self::HandOver { whole, .. } | Self::Queue { whole } => whole,
            Self::Wake => false,
        }
    }

    /// For the command line of the child.
    pub fn words(self) -> [String; 3] {
        let (kind, bytes) = match self {
            Self::HandOver { bytes, .. } => ("hand-over", bytes),
            Self::Queue { .. } => ("queue", MESSAGE),
            Self::Wake => ("wake", 0),
        };
        [kind.to_owned(), bytes.to_string(), self.is_whole().to_string()]
    }

    pub fn parse(words: &[String]) -> Outcome<Self> {
        let [kind, bytes, whole] = words else {
            return Err("a task has three words".into());
        };
        let (bytes, whole) = (usize::from_str(bytes)?, bool::from_str(whole)?);
        match kind.as_str() {
            "hand-over" => Ok(Self::HandOver { bytes, whole }),
            "queue" => Ok(Self::Queue { whole }),
            "wake" => Ok(Self::Wake),
            _ => Err(format!("no task is called {kind}").into()),
        }
    }
}
