//! What a schedule is made of.

use arbitrary::Arbitrary;

/// One thing that happens. `side` is 0 or 1 by its lowest bit.
#[derive(Arbitrary, Debug)]
pub enum Op {
    Push { side: bool, size: u16 },
    PushBorrowed { side: bool, size: u16, takes: u16 },
    PushParcel { side: bool, size: u8, handles: u8 },
    Transmit { side: bool, slices: u8, most: u16 },
    TransmitAll { side: bool },
    Receive { side: bool, most: u16 },
    ReceiveAll { side: bool },
    Answer { side: bool, takes: bool },
    Close { side: bool },
    Kill { side: bool },
}
