//! The envelope that the npm package puts around a message with an array of handles, or with a socket that was read
//! before, on the native wire: `{cmd: 'NODE_HANDLES', at, of, early, msg}`, where `at` are the places of the handles in
//! an array of length `of`, and `early` is what was read from each (`docs/protocol.md`). In Rust the handles are a list
//! without gaps, so that `at` and `of` have no meaning here.

use std::collections::BTreeMap;

use forkwire_proto::v8::{Cursor, Document, Object, Value};
use forkwire_proto::{Format, Meta, is_internal};
use serde_json::value::RawValue;

use super::encode;
use crate::handle::Handle;
use crate::value_error::ValueError;

const COMMAND: &str = "NODE_HANDLES";

/// The contents of an envelope.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Contents {
    pub(crate) payload: Vec<u8>,
    /// What the sender had read from each handle. Empty if it had read nothing from any.
    pub(crate) buffered: Vec<Vec<u8>>,
}

/// Puts a message into an envelope with what was read from its handles. `Ok(None)` if nothing was read from any.
pub(crate) fn wrap_several(
    format: Format,
    payload: &[u8],
    handles: &[Handle],
) -> Result<Option<Vec<u8>>, ValueError> {
    if handles.iter().all(|handle| handle.buffered().is_empty()) {
        return Ok(None);
    }
    // In Node, a single handle is not an array.
    let of = if handles.len() == 1 { 0 } else { handles.len() };
    let at: Vec<usize> = (0..handles.len()).collect();
    let buffered: Vec<String> = handles.iter().map(|handle| text_of(handle.buffered())).collect();
    if format == Format::Json {
        let (at, buffered) = (serde_json::to_string(&at)?, serde_json::to_string(&buffered)?);
        let head = format!("{{\"cmd\":\"{COMMAND}\",\"at\":{at},\"of\":{of},\"early\":{buffered},\"msg\":");
        return Ok(Some([head.as_bytes(), payload, b"}"].concat()));
    }
    let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
    let mut document = Document::decode(payload)?;
    let at = document.insert(Object::array(at.into_iter().map(number)));
    let buffered = document.insert(Object::array(buffered));
    let entries: [(&str, Value); 5] = [
        ("cmd", COMMAND.into()),
        ("at", at.into()),
        ("of", number(of).into()),
        ("early", buffered.into()),
        ("msg", document.root().clone()),
    ];
    let envelope = document.insert(Object::plain(entries));
    document.set_root(envelope);
    Ok(Some(encode(&document)?))
}

/// Takes the message of a handle group of the native wire out of its envelope, if it has one. `None` if the envelope has no
/// message.
pub(crate) fn open_several(meta: Meta, payload: Vec<u8>) -> Option<(Meta, Contents)> {
    let buffered = Vec::new();
    if !is_internal(meta.format, &payload) {
        return Some((meta, Contents { payload, buffered }));
    }
    let opened = match meta.format {
        Format::Json => open_json(&payload),
        Format::Clone => open_clone(&payload),
    };
    match opened {
        Inside::Other => Some((meta, Contents { payload, buffered })),
        Inside::Nothing => None,
        Inside::Message(contents) => {
            let meta = meta.with_internal(meta.internal || is_internal(meta.format, &contents.payload));
            Some((meta, contents))
        }
    }
}

enum Inside {
    /// It is not such an envelope.
    Other,
    Nothing,
    Message(Contents),
}

fn open_json(payload: &[u8]) -> Inside {
    let Ok(entries) = serde_json::from_slice::<BTreeMap<String, &RawValue>>(payload) else {
        return Inside::Other;
    };
    let command = entries
        .get("cmd")
        .and_then(|text| serde_json::from_str::<String>(text.get()).ok());
    if command.as_deref() != Some(COMMAND) {
        return Inside::Other;
    }
    let buffered = entries
        .get("early")
        .and_then(|texts| serde_json::from_str::<Vec<String>>(texts.get()).ok());
    entries.get("msg").map_or(Inside::Nothing, |message| {
        Inside::Message(Contents {
            payload: message.get().as_bytes().to_vec(),
            buffered: buffered
                .unwrap_or_default()
                .iter()
                .map(|text| bytes_of(text))
                .collect(),
        })
    })
}

/// A text with one character for each byte.
fn text_of(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// The bytes of a text with one character for each.
fn bytes_of(text: &str) -> Vec<u8> {
    text.chars()
        .map(|byte| u8::try_from(byte).unwrap_or(b'?'))
        .collect()
}

fn open_clone(payload: &[u8]) -> Inside {
    let Ok(mut document) = Document::decode(payload) else {
        return Inside::Other;
    };
    let envelope = document.cursor();
    if envelope.get("cmd").and_then(Cursor::as_str) != Some(COMMAND) {
        return Inside::Other;
    }
    let Some(message) = envelope.get("msg").map(|message| message.value().clone()) else {
        return Inside::Nothing;
    };
    let texts = |list: Cursor<'_>| {
        let text = |index| Some(bytes_of(list.index(index)?.as_str()?));
        (0..).map_while(text).collect()
    };
    let buffered = envelope.get("early").map(texts).unwrap_or_default();
    document.set_root(message);
    encode(&document).map_or(Inside::Nothing, |payload| {
        Inside::Message(Contents { payload, buffered })
    })
}

#[cfg(test)]
mod tests {
    use forkwire_proto::v8;
    use serde_json::{Value, json};

    use super::*;

    fn bytes(format: Format, message: &Value) -> Vec<u8> {
        match format {
            Format::Json => message.to_string().into_bytes(),
            Format::Clone => v8::to_bytes(message).unwrap(),
        }
    }

    #[test]
    fn an_envelope_returns_its_message_and_others_are_left_alone() {
        for format in [Format::Json, Format::Clone] {
            let inside = json!({"a": [1, "NODE_HANDLES"]});
            let envelope = json!({"cmd": "NODE_HANDLES", "at": [0], "of": 1, "msg": inside});
            let (meta, opened) = open_several(Meta::new(format), bytes(format, &envelope)).unwrap();
            assert_eq!((meta.internal, opened.payload), (false, bytes(format, &inside)));
            for other in [
                inside,
                json!({"cmd": "NODE_X"}),
                json!({"in": envelope}),
                json!("NODE_HANDLES"),
            ] {
                let payload = bytes(format, &other);
                assert_eq!(
                    open_several(Meta::new(format), payload.clone())
                        .unwrap()
                        .1
                        .payload,
                    payload
                );
            }
        }
    }

    #[test]
    fn an_envelope_without_a_message_is_refused() {
        for format in [Format::Json, Format::Clone] {
            let payload = bytes(format, &json!({"cmd": "NODE_HANDLES", "at": [0], "of": 1}));
            assert!(open_several(Meta::new(format), payload).is_none());
        }
    }

    #[test]
    fn an_envelope_returns_buffered_bytes() {
        let envelope =
            json!({"cmd": "NODE_HANDLES", "at": [0, 1], "of": 2, "early": ["a\u{ff}\0", ""], "msg": 1});
        for format in [Format::Json, Format::Clone] {
            let (_, contents) = open_several(Meta::new(format), bytes(format, &envelope)).unwrap();
            assert_eq!(contents.buffered, [&b"a\xff\0"[..], b""]);
        }
    }

    #[test]
    fn a_message_of_nodes_own_inside_is_internal() {
        let payload = bytes(
            Format::Json,
            &json!({"cmd": "NODE_HANDLES", "at": [0], "of": 1, "msg": {"cmd": "NODE_X"}}),
        );
        assert!(open_several(Meta::new(Format::Json), payload).unwrap().0.internal);
    }
}
