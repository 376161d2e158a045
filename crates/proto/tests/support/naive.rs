//! The receiving side of the wire in the plainest way: the whole stream at once, an index, no state. It trusts what it
//! reads; it exists to be compared with.

use forkwire_proto::{Format, HandleInfo, Meta, RefuseReason};

use super::end::messages_in;
use super::wire;

/// What the stream says, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Item {
    Message {
        meta: Meta,
        payload: Vec<u8>,
    },
    Several {
        payload: Vec<u8>,
    },
    Group {
        number: u64,
        meta: Meta,
        payload: Vec<u8>,
        handles: Vec<(HandleInfo, u32)>,
    },
    Acknowledged(u64),
    Refused(u64, RefuseReason),
    Closed,
}

/// One whole frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Raw<'a> {
    /// Where it begins in the stream.
    pub(crate) start: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) handles: u8,
    pub(crate) body: &'a [u8],
}

impl Raw<'_> {
    pub(crate) fn end(&self) -> usize {
        self.start + 8 + self.body.len()
    }

    /// How many messages it carries.
    pub(crate) fn messages(&self) -> u64 {
        match self.kind {
            wire::SEVERAL => messages_in(self.body.len()).into(),
            _ => u64::from(self.is_message()),
        }
    }

    pub(crate) fn is_message(&self) -> bool {
        [
            wire::JSON,
            wire::CLONE,
            wire::SEVERAL,
            wire::REQUEST,
            wire::RESPONSE,
        ]
        .contains(&self.kind)
    }
}

/// The whole frames at the front of `stream`.
pub(crate) fn frames(stream: &[u8]) -> Vec<Raw<'_>> {
    let mut all = Vec::new();
    let mut at = 0;
    while at + 8 <= stream.len() {
        let len = length(&stream[at..]);
        if at + 8 + len > stream.len() {
            break;
        }
        let body = &stream[at + 8..at + 8 + len];
        all.push(Raw {
            start: at,
            kind: stream[at],
            flags: stream[at + 1],
            handles: stream[at + 2],
            body,
        });
        at += 8 + len;
    }
    all
}

/// Where the last, unfinished frame begins and how many of its bytes are missing, as far as its bytes show.
pub(crate) fn unfinished(stream: &[u8]) -> Option<(usize, usize)> {
    let start = frames(stream).last().map_or(0, Raw::end);
    let rest = &stream[start..];
    match rest.len() {
        0 => None,
        1..8 => Some((start, 8 - rest.len())),
        _ => Some((start, 8 + length(rest) - rest.len())),
    }
}

/// What the whole frames of `stream` say. `batches` are the handles in the order of their frames; `None` is one that
/// was lost on the way.
pub(crate) fn decode(stream: &[u8], batches: &[Vec<Option<u32>>]) -> Vec<Item> {
    let mut batches = batches.iter();
    let mut announced = Vec::new();
    let mut groups = 0;
    let mut items = Vec::new();
    for frame in frames(stream) {
        match frame.kind {
            wire::JSON | wire::CLONE if frame.handles == 0 => {
                items.push(Item::Message {
                    meta: meta(frame),
                    payload: frame.body.to_vec(),
                });
            }
            wire::JSON | wire::CLONE => {
                groups += 1;
                let (infos, payload) = infos(frame);
                let drawn: Vec<Option<u32>> = announced.drain(..infos.len()).collect();
                // A handle group of which a handle is missing is refused, and not delivered.
                if drawn.iter().all(Option::is_some) {
                    let handles = infos.into_iter().zip(drawn.into_iter().flatten()).collect();
                    items.push(Item::Group {
                        number: groups,
                        meta: meta(frame),
                        payload,
                        handles,
                    });
                }
            }
            wire::SEVERAL => items.push(Item::Several {
                payload: frame.body.to_vec(),
            }),
            wire::HANDLES => announced.extend(batches.next().expect("a batch for each handles frame")),
            wire::ACK => items.push(Item::Acknowledged(number(frame))),
            wire::REFUSE => items.push(Item::Refused(number(frame), reason(frame.body[8]))),
            wire::CLOSE => items.push(Item::Closed),
            _ => {}
        }
    }
    items
}

fn length(header: &[u8]) -> usize {
    (0..4).map(|n| usize::from(header[4 + n]) << (8 * n)).sum()
}

fn number(frame: Raw<'_>) -> u64 {
    (0..8).map(|n| u64::from(frame.body[n]) << (8 * n)).sum()
}

fn reason(byte: u8) -> RefuseReason {
    match byte {
        1 => RefuseReason::Limit,
        2 => RefuseReason::Kind,
        3 => RefuseReason::Exit,
        4 => RefuseReason::Unserved,
        _ => RefuseReason::Other,
    }
}

fn meta(frame: Raw<'_>) -> Meta {
    let format = if frame.kind == wire::JSON {
        Format::Json
    } else {
        Format::Clone
    };
    Meta::new(format).with_internal(frame.flags == 1)
}

fn infos(frame: Raw<'_>) -> (Vec<HandleInfo>, Vec<u8>) {
    let mut rest = frame.body;
    let mut all = Vec::new();
    for _ in 0..frame.handles {
        let len = usize::from(rest[1]) + 256 * usize::from(rest[2]);
        let note = String::from_utf8(rest[3..3 + len].to_vec()).expect("a note in UTF-8");
        all.push(HandleInfo::from_wire(rest[0], note));
        rest = &rest[3 + len..];
    }
    (all, rest.to_vec())
}
