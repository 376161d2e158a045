//! What the tests of Node's wire share: messages in both modes, a naive decoder, and a connection to feed.
#![allow(dead_code, reason = "each test file uses its own part")]
#![allow(clippy::similar_names, reason = "side and size, most and lost")]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

pub(crate) mod end;
pub(crate) mod pair;
pub(crate) mod stream;

use forkwire_proto::v8::{Document, Object, Value};
use forkwire_proto::{Event, Format, NodeConnection, WireError};
use proptest::prelude::*;
use proptest::test_runner::Config;

/// As many cases as keep the whole crate quick; `PROPTEST_CASES` asks for more.
pub(crate) fn cases(usual: u32) -> Config {
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_some() {
        config
    } else {
        Config {
            cases: usual,
            ..config
        }
    }
}

pub(crate) fn format() -> impl Strategy<Value = Format> {
    prop_oneof![Just(Format::Json), Just(Format::Clone)]
}

/// What a message is to the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Internal,
    Handle,
    Ack,
    Nack,
}

impl Kind {
    fn cmd(self) -> &'static str {
        match self {
            Self::Plain => "NODE_",
            Self::Internal => "NODE_CLUSTER",
            Self::Handle => "NODE_HANDLE",
            Self::Ack => "NODE_HANDLE_ACK",
            Self::Nack => "NODE_HANDLE_NACK",
        }
    }
}

/// A payload with a number and about `size` bytes more.
pub(crate) fn payload(format: Format, kind: Kind, id: u32, size: usize) -> Vec<u8> {
    let pad = "x{\"NODE_,".repeat(size / 9 + 1)[..size].to_owned();
    match format {
        Format::Json => {
            let pad = pad.replace('"', "\\\"");
            format!("{{\"id\":{id},\"pad\":\"{pad}\",\"cmd\":\"{}\"}}", kind.cmd()).into_bytes()
        }
        Format::Clone => {
            let mut document = Document::new();
            let inner = document.insert(Object::plain([("cmd", "NODE_HANDLE")]));
            let entries: [(&str, Value); 4] = [
                ("id", id.into()),
                ("pad", pad.into()),
                ("in", inner.into()),
                ("cmd", kind.cmd().into()),
            ];
            let root = document.insert(Object::plain(entries));
            document.set_root(root);
            document.encode().unwrap()
        }
    }
}

pub(crate) fn frame(format: Format, payload: &[u8]) -> Vec<u8> {
    match format {
        Format::Json => [payload, b"\n"].concat(),
        Format::Clone => [&u32::try_from(payload.len()).unwrap().to_be_bytes(), payload].concat(),
    }
}

/// The whole frames at the front of `bytes`, in the simplest way, and how long they are.
pub(crate) fn split(format: Format, bytes: &[u8]) -> (Vec<Vec<u8>>, usize) {
    let (mut all, mut at) = (Vec::new(), 0);
    loop {
        let rest = &bytes[at..];
        let body = match format {
            Format::Json => rest
                .iter()
                .position(|&byte| byte == b'\n')
                .map(|end| (0, end, end + 1)),
            Format::Clone => rest.first_chunk::<4>().and_then(|length| {
                let end = 4 + u32::from_be_bytes(*length) as usize;
                (rest.len() >= end).then_some((4, end, end))
            }),
        };
        let Some((start, end, next)) = body else {
            return (all, at);
        };
        all.push(rest[start..end].to_vec());
        at += next;
    }
}

/// What the channel reports, in memory of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item<H> {
    Message {
        internal: bool,
        payload: Vec<u8>,
    },
    Group {
        number: u64,
        payload: Vec<u8>,
        handle: H,
    },
    Unreadable(WireError),
    Acknowledged(u64),
    Refused(u64),
}

pub(crate) fn item<H>(event: Event<'_, H>) -> Item<H> {
    match event {
        Event::Message { meta, payload, .. } => Item::Message {
            internal: meta.internal,
            payload: payload.into_vec(),
        },
        Event::MessageWithHandles {
            number,
            payload,
            mut handles,
            ..
        } => {
            assert_eq!(handles.len(), 1);
            Item::Group {
                number,
                payload,
                handle: handles.pop().unwrap().1,
            }
        }
        Event::Unreadable { fault, .. } => Item::Unreadable(fault),
        Event::Acknowledged { through } => Item::Acknowledged(through),
        Event::Refused { group, .. } => Item::Refused(group),
        _ => panic!("an event that this wire has not"),
    }
}

/// One read of any size, cut to what the connection has room for; all events after each part.
pub(crate) fn read<H>(
    connection: &mut NodeConnection<H>,
    mut bytes: &[u8],
    mut handles: Vec<H>,
    told: &mut Vec<Item<H>>,
) -> Result<(), WireError> {
    loop {
        let room = connection.spare();
        let taken = bytes.len().min(room.len());
        assert!(!room.is_empty(), "there is always room");
        room[..taken].copy_from_slice(&bytes[..taken]);
        bytes = &bytes[taken..];
        connection.handle_read(taken, std::mem::take(&mut handles), false)?;
        while let Some(event) = connection.poll_event()? {
            told.push(item(event));
        }
        if bytes.is_empty() {
            return Ok(());
        }
    }
}

/// Everything that `connection` would write to a transport that takes all.
pub(crate) fn drain<H>(connection: &mut NodeConnection<H>) -> Vec<u8> {
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
        connection.transmitted(bytes);
    }
}
