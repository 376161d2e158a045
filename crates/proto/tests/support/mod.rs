//! What the test files share: the wire written by hand, a naive decoder, handles that count themselves, a simulated
//! link, and two connections joined by it.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::expect_used, reason = "a helper that fails is a test that fails")]

pub(crate) mod end;
pub(crate) mod link;
pub(crate) mod naive;
pub(crate) mod pair;
pub(crate) mod schedule;
pub(crate) mod stream;
pub(crate) mod token;
pub(crate) mod wire;

use forkwire_proto::{Connection, Event, Format, Meta};
use proptest::test_runner::Config;

/// As many cases as keep the whole crate quick; `PROPTEST_CASES` asks for more.
pub(crate) fn cases(usual: u32) -> Config {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if asked {
        config
    } else {
        Config {
            cases: usual,
            ..config
        }
    }
}

pub(crate) fn json() -> Meta {
    Meta::new(Format::Json)
}

/// A payload in which a lost, doubled or displaced byte shows: ASCII, so that it may be a json message's.
pub(crate) fn payload(size: usize, seed: u8) -> Vec<u8> {
    let block: Vec<u8> = (0..=126).map(|n: u8| n ^ (seed & 0x7f)).collect();
    let mut all = block.repeat(size / block.len() + 1);
    all.truncate(size);
    all
}

/// Everything that `connection` would write to a transport that takes all. Handles are let go.
pub(crate) fn drain<H>(connection: &mut Connection<H>) -> Vec<u8> {
    let mut out = Vec::new();
    loop {
        let mut slices = [std::io::IoSlice::new(&[]); 8];
        let offer = connection.transmit(&mut slices);
        let (count, bytes) = (offer.slices, offer.bytes);
        if bytes == 0 {
            return out;
        }
        slices[..count]
            .iter()
            .for_each(|slice| out.extend_from_slice(slice));
        drop(connection.transmitted(bytes));
    }
}

/// Puts `bytes` and one ancillary batch into `connection`, as one read; they must fit.
pub(crate) fn read_into<H>(
    connection: &mut Connection<H>,
    bytes: &[u8],
    handles: Vec<H>,
    cut: bool,
) -> Result<(), forkwire_proto::WireError> {
    connection.spare()[..bytes.len()].copy_from_slice(bytes);
    connection.handle_read(bytes.len(), handles, cut)
}

/// An event as the naive decoder would report it. Handle groups are for the caller to answer.
pub(crate) fn item<H>(event: Event<'_, H>, id: impl Fn(H) -> u32) -> naive::Item {
    match event {
        Event::Message { meta, payload, .. } => naive::Item::Message {
            meta,
            payload: payload.into_vec(),
        },
        Event::Several { payload, .. } => naive::Item::Several {
            payload: payload.into_vec(),
        },
        Event::MessageWithHandles {
            number,
            meta,
            payload,
            handles,
            ..
        } => {
            let handles = handles
                .into_iter()
                .map(|(info, handle)| (info, id(handle)))
                .collect();
            naive::Item::Group {
                number,
                meta,
                payload,
                handles,
            }
        }
        Event::Acknowledged { through } => naive::Item::Acknowledged(through),
        Event::Refused { group, reason } => naive::Item::Refused(group, reason),
        Event::Closed => naive::Item::Closed,
        other => panic!(
            "an event that the tests do not know: {}",
            std::any::type_name_of_val(&other)
        ),
    }
}
