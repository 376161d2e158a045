//! What a schedule is made of.

use arbitrary::Arbitrary;

/// One thing that happens. `side` is 0 or 1 by its lowest bit.
#[derive(Arbitrary, Debug)]
pub enum Op {
    Push { side: bool, size: u16 },
    PushBorrowed { side: bool, size: u16, takes: Taken },
    PushWithHandles { side: bool, size: u8, handles: u8 },
    Transmit { side: bool, slices: u8, most: Taken },
    Receive { side: bool, most: u16 },
    ReceiveAll { side: bool },
    Answer { side: bool, takes: bool },
    Close { side: bool },
    Kill { side: bool },
}

/// How much of what is offered a transport takes.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Taken {
    AtMost(u16),
    /// So many bytes, of the lowest two bits, are left: a message that lacks one byte is not settled.
    AllBut(u8),
}

impl Taken {
    pub(super) const ALL: Self = Self::AllBut(0);

    pub(super) fn of(self, offered: usize) -> usize {
        match self {
            Self::AtMost(count) => offered.min(count.into()),
            Self::AllBut(rest) => offered.saturating_sub(usize::from(rest) % 4),
        }
    }
}
