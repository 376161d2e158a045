//! Requests on Node's wire: each step of one is an internal message, which a stock end ignores.
//!
//! `{cmd, id, msg}` is a request or a response, and `{cmd, id, reason}` ends a request without a response. In the advanced mode,
//! `msg` is a `Buffer` with the payload, so that neither end has to look into it.

use super::command::json_member;
use crate::event::{Call, Format};
use crate::v8::Document;

/// The `cmd` of each step. That of a request and of a response begin as [`STEM`].
pub(super) const REQUEST: &str = "NODE_FORKWIRE_REQUEST";
pub(super) const RESPONSE: &str = "NODE_FORKWIRE_RESPONSE";
pub(super) const FAILURE: &str = "NODE_FORKWIRE_FAILURE";
pub(super) const CANCEL: &str = "NODE_FORKWIRE_CANCEL";
pub(super) const HELLO: &str = "NODE_FORKWIRE_HELLO";

/// The version that a hello names.
const VERSION: u32 = 1;

/// The most bytes of a message beside the payload of a request or a response.
pub(super) const MOST_AROUND: usize = 96;

/// V8's beginning of a payload: a version, and an object with properties.
const CLONE_OBJECT: &[u8] = b"\xff\x0fo";
/// Node's form of a `Buffer`, up to its length.
const CLONE_BUFFER: &[u8] = b"\\\0\x0a";

/// A step of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Request,
    Response { failed: bool },
    Cancel,
}

impl Step {
    pub(super) fn of(command: &[u8]) -> Option<Self> {
        let all = [
            (REQUEST, Self::Request),
            (RESPONSE, Self::Response { failed: false }),
            (FAILURE, Self::Response { failed: true }),
            (CANCEL, Self::Cancel),
        ];
        let found = all.into_iter().find(|(name, _)| name.as_bytes() == command);
        found.map(|(_, step)| step)
    }
}

/// What a message about a request contains.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) id: u64,
    /// `None` is `undefined`.
    pub(super) payload: Option<Vec<u8>>,
    pub(super) reason: Option<u8>,
}

/// Reads a message about a request. `None` if it is not one.
pub(super) fn read(format: Format, message: &[u8]) -> Option<Contents> {
    match format {
        Format::Json => {
            let number = |name: &str| -> Option<u64> {
                let text = json_member(message, name.as_bytes())?;
                std::str::from_utf8(text).ok()?.trim_ascii().parse().ok()
            };
            Some(Contents {
                id: number("id")?,
                payload: json_member(message, b"msg").map(<[u8]>::to_vec),
                reason: number("reason").and_then(|reason| u8::try_from(reason).ok()),
            })
        }
        Format::Clone => {
            let document = Document::decode(message).ok()?;
            let number = |name: &str| u64::try_from(document.cursor().get(name)?.as_i128()?).ok();
            Some(Contents {
                id: number("id")?,
                payload: match document.cursor().get("msg") {
                    Some(payload) if !payload.is_undefined() => Some(payload.as_bytes()?.to_vec()),
                    _ => None,
                },
                reason: number("reason").and_then(|reason| u8::try_from(reason).ok()),
            })
        }
    }
}

/// Writes a request or a response. `fill` appends the payload; if it appends nothing, that is `undefined`.
pub(super) fn write(format: Format, call: Call, out: &mut Vec<u8>, fill: impl FnOnce(&mut Vec<u8>)) {
    let command = match call {
        Call::Request(_) => REQUEST,
        Call::Response { failed: false, .. } => RESPONSE,
        Call::Response { failed: true, .. } => FAILURE,
    };
    match format {
        Format::Json => {
            out.extend_from_slice(format!("{{\"cmd\":\"{command}\",\"id\":{}", call.id()).as_bytes());
            let before = out.len();
            out.extend_from_slice(b",\"msg\":");
            let start = out.len();
            fill(out);
            if out.len() == start {
                out.truncate(before);
            }
            out.push(b'}');
        }
        Format::Clone => {
            write_head(out, command, call.id());
            let before = out.len();
            write_text(out, "msg");
            out.extend_from_slice(CLONE_BUFFER);
            let place = out.len();
            out.extend_from_slice(&[0; PADDED]);
            let start = out.len();
            fill(out);
            let len = out.len() - start;
            if len == 0 {
                out.truncate(before);
                out.extend_from_slice(b"{\x02");
                return;
            }
            // A length that does not fit is one that the frame does not take either.
            let length = padded(u32::try_from(len).unwrap_or(u32::MAX));
            out[place..start].copy_from_slice(&length);
            out.extend_from_slice(b"{\x03");
        }
    }
}

/// Writes the end of a request without a response.
pub(super) fn write_cancel(format: Format, id: u64, reason: u8, out: &mut Vec<u8>) {
    match format {
        Format::Json => {
            let text = format!("{{\"cmd\":\"{CANCEL}\",\"id\":{id},\"reason\":{reason}}}");
            out.extend_from_slice(text.as_bytes());
        }
        Format::Clone => {
            write_head(out, CANCEL, id);
            write_property(out, "reason", u64::from(reason));
            out.extend_from_slice(b"{\x03");
        }
    }
}

/// Writes what an end says that has requests.
pub(super) fn write_hello(format: Format, out: &mut Vec<u8>) {
    match format {
        Format::Json => {
            out.extend_from_slice(format!("{{\"cmd\":\"{HELLO}\",\"version\":{VERSION}}}").as_bytes());
        }
        Format::Clone => {
            out.extend_from_slice(CLONE_OBJECT);
            write_text(out, "cmd");
            write_text(out, HELLO);
            write_property(out, "version", u64::from(VERSION));
            out.extend_from_slice(b"{\x02");
        }
    }
}

fn write_head(out: &mut Vec<u8>, command: &str, id: u64) {
    out.extend_from_slice(CLONE_OBJECT);
    write_text(out, "cmd");
    write_text(out, command);
    write_property(out, "id", id);
}

#[allow(clippy::cast_precision_loss)] // below 2^53, as all numbers of JavaScript that count something
fn write_property(out: &mut Vec<u8>, name: &str, value: u64) {
    write_text(out, name);
    out.push(b'N');
    out.extend_from_slice(&(value as f64).to_le_bytes());
}

/// A string of at most 127 characters, all of them ASCII.
fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(b'"');
    out.push(u8::try_from(text.len()).unwrap_or(0));
    out.extend_from_slice(text.as_bytes());
}

/// Bytes of a length whose place is filled in later.
const PADDED: usize = 5;

/// A base-128 number in all its bytes, which every reader takes.
fn padded(value: u32) -> [u8; PADDED] {
    let mut bytes = [0; PADDED];
    for (index, byte) in bytes.iter_mut().enumerate() {
        let [low, ..] = (u64::from(value) >> (7 * index)).to_le_bytes();
        *byte = low & 0x7f | if index < PADDED - 1 { 0x80 } else { 0 };
    }
    bytes
}

/// What a message that has not arrived whole is, by its first bytes as forkwire writes them. Its number is not read.
pub(super) fn partial(begun: &[u8]) -> Option<Call> {
    let head = &begun[..begun.len().min(MOST_AROUND)];
    let has = |name: &str| memchr::memmem::find(head, name.as_bytes()).is_some();
    if has(REQUEST) {
        return Some(Call::Request(0));
    }
    let failed = has(FAILURE);
    (failed || has(RESPONSE)).then_some(Call::Response { id: 0, failed })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMATS: [Format; 2] = [Format::Json, Format::Clone];

    fn written(format: Format, call: Call, payload: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        write(format, call, &mut out, |out| out.extend_from_slice(payload));
        out
    }

    #[test]
    fn json_is_what_a_program_in_javascript_writes() {
        let text = |call, payload: &str| {
            String::from_utf8(written(Format::Json, call, payload.as_bytes())).unwrap_or_default()
        };
        assert_eq!(
            text(Call::Request(7), "[1]"),
            r#"{"cmd":"NODE_FORKWIRE_REQUEST","id":7,"msg":[1]}"#
        );
        let response = |failed| Call::Response { id: 8, failed };
        assert_eq!(
            text(response(false), ""),
            r#"{"cmd":"NODE_FORKWIRE_RESPONSE","id":8}"#
        );
        assert_eq!(
            text(response(true), "{}"),
            r#"{"cmd":"NODE_FORKWIRE_FAILURE","id":8,"msg":{}}"#
        );
        let mut out = Vec::new();
        write_cancel(Format::Json, 9, 2, &mut out);
        assert_eq!(out, br#"{"cmd":"NODE_FORKWIRE_CANCEL","id":9,"reason":2}"#);
        out.clear();
        write_hello(Format::Json, &mut out);
        assert_eq!(out, br#"{"cmd":"NODE_FORKWIRE_HELLO","version":1}"#);
    }

    #[test]
    fn what_is_written_is_read_in_both_modes() {
        for format in FORMATS {
            let large = vec![b'7'; 70_000];
            for payload in [&b""[..], b"\"x\"", &large] {
                for id in [1, 200, 1 << 40] {
                    let call = Call::Response { id, failed: true };
                    let message = written(format, call, payload);
                    assert!(message.len() <= payload.len() + MOST_AROUND);
                    let payload = (!payload.is_empty()).then(|| payload.to_vec());
                    let reason = None;
                    assert_eq!(read(format, &message), Some(Contents { id, payload, reason }));
                }
            }
            let mut out = Vec::new();
            write_cancel(format, 5, 255, &mut out);
            let reason = Some(255);
            let (id, payload) = (5, None);
            assert_eq!(read(format, &out), Some(Contents { id, payload, reason }));
        }
    }

    #[test]
    fn undefined_may_be_written_out() {
        let message = b"\xff\x0fo\"\x02idI\x04\"\x03msg_{\x02";
        let (id, payload, reason) = (2, None, None);
        assert_eq!(
            read(Format::Clone, message),
            Some(Contents { id, payload, reason })
        );
    }

    #[test]
    fn what_has_not_arrived_whole_is_recognised_by_its_beginning() {
        for format in FORMATS {
            let request = written(format, Call::Request(3), &[b'1'; 100]);
            assert_eq!(partial(&request[..60]), Some(Call::Request(0)));
            let response = written(format, Call::Response { id: 3, failed: false }, &[b'1'; 100]);
            let id = 0;
            assert_eq!(
                partial(&response[..60]),
                Some(Call::Response { id, failed: false })
            );
            assert_eq!(partial(&response[..8]), None);
        }
        assert_eq!(partial(b"[1,2"), None);
    }

    #[test]
    fn messages_that_are_not_about_a_request_are_not_read() {
        for text in [
            "{}",
            r#"{"id":"1"}"#,
            r#"{"id":-1}"#,
            r#"{"id":1.5}"#,
            r#"{"id":1e3}"#,
            "[]",
            "",
        ] {
            assert_eq!(read(Format::Json, text.as_bytes()), None, "{text}");
        }
        for bytes in [
            &b""[..],
            b"\xff\x0f0",
            b"\xff\x0fo{\0",
            b"\xff\x0fo\"\x02idI\x01{\x01",
        ] {
            assert_eq!(read(Format::Clone, bytes), None);
        }
    }
}
