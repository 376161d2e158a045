//! Frames written by hand, so that encoder and decoder are not only compared with each other.

use forkwire_proto::HandleInfo;

pub(crate) const HELLO: u8 = 1;
pub(crate) const JSON: u8 = 2;
pub(crate) const CLONE: u8 = 3;
pub(crate) const HANDLES: u8 = 4;
pub(crate) const ACK: u8 = 5;
pub(crate) const REFUSE: u8 = 6;
pub(crate) const CLOSE: u8 = 7;
pub(crate) const SEVERAL: u8 = 8;
pub(crate) const REQUEST: u8 = 9;
pub(crate) const RESPONSE: u8 = 10;
pub(crate) const CANCEL: u8 = 11;

pub(crate) const VERSION: u8 = 2;

/// Handles that may be unanswered in one direction.
pub(crate) const WINDOW: usize = 512;

pub(crate) fn header(kind: u8, flags: u8, handles: u8, len: u32) -> Vec<u8> {
    let mut out = vec![kind, flags, handles, 0];
    out.extend((0..4).map(|n| u8::try_from((len >> (8 * n)) & 0xff).expect("a byte")));
    out
}

pub(crate) fn frame(kind: u8, flags: u8, handles: u8, body: &[u8]) -> Vec<u8> {
    let mut out = header(kind, flags, handles, u32::try_from(body.len()).expect("a length"));
    out.extend_from_slice(body);
    out
}

pub(crate) fn hello(version: u8) -> Vec<u8> {
    frame(HELLO, 0, 0, &[b'F', b'K', b'W', b'R', version, 0])
}

pub(crate) fn json(payload: &[u8]) -> Vec<u8> {
    frame(JSON, 0, 0, payload)
}

pub(crate) fn several(payload: &[u8]) -> Vec<u8> {
    frame(SEVERAL, 0, 0, payload)
}

pub(crate) fn handles(count: u8) -> Vec<u8> {
    frame(HANDLES, 0, count, &[])
}

pub(crate) fn ack(through: u8) -> Vec<u8> {
    frame(ACK, 0, 0, &[through, 0, 0, 0, 0, 0, 0, 0])
}

pub(crate) fn refuse(group: u8, reason: u8) -> Vec<u8> {
    frame(REFUSE, 0, 0, &[group, 0, 0, 0, 0, 0, 0, 0, reason])
}

/// A request or a response.
pub(crate) fn call(kind: u8, flags: u8, id: u8, payload: &[u8]) -> Vec<u8> {
    frame(kind, flags, 0, &[&[id, 0, 0, 0, 0, 0, 0, 0], payload].concat())
}

pub(crate) fn cancel(id: u8, reason: u8) -> Vec<u8> {
    frame(CANCEL, 0, 0, &[id, 0, 0, 0, 0, 0, 0, 0, reason])
}

pub(crate) fn close() -> Vec<u8> {
    frame(CLOSE, 0, 0, &[])
}

/// The frame of a message with handles, whose announcement is for the caller to write.
pub(crate) fn group(kind: u8, flags: u8, infos: &[HandleInfo], payload: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for info in infos {
        let len = u16::try_from(info.note.len()).expect("a short note");
        body.extend_from_slice(&[
            info.kind,
            u8::try_from(len & 0xff).expect("a byte"),
            u8::try_from(len >> 8).expect("a byte"),
        ]);
        body.extend_from_slice(info.note.as_bytes());
    }
    body.extend_from_slice(payload);
    frame(
        kind,
        flags,
        u8::try_from(infos.len()).expect("at most 255"),
        &body,
    )
}
