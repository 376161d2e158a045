//! The envelope that the npm package puts around a message with an array of handles, on the native wire:
//! `{cmd: 'NODE_HANDLES', at, of, msg}`, where `at` are the places in an array of `of` things of those that travel
//! (`docs/protocol.md`). Here the handles are a list without gaps, so only the message counts.

use std::collections::BTreeMap;

use forkwire_proto::v8::{Cursor, Document};
use forkwire_proto::{Format, Meta, is_internal};
use serde_json::value::RawValue;

use super::encode;

const COMMAND: &str = "NODE_HANDLES";

/// The message of a parcel of the native wire, out of its envelope if it has one. `None`: an envelope without a message.
pub(crate) fn open_several(meta: Meta, payload: Vec<u8>) -> Option<(Meta, Vec<u8>)> {
    if !is_internal(meta.format, &payload) {
        return Some((meta, payload));
    }
    let opened = match meta.format {
        Format::Json => open_json(&payload),
        Format::Clone => open_clone(&payload),
    };
    match opened {
        Inside::Other => Some((meta, payload)),
        Inside::Nothing => None,
        Inside::Message(payload) => {
            let meta = Meta {
                internal: meta.internal || is_internal(meta.format, &payload),
                ..meta
            };
            Some((meta, payload))
        }
    }
}

enum Inside {
    /// It is no such envelope.
    Other,
    Nothing,
    Message(Vec<u8>),
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
    entries.get("msg").map_or(Inside::Nothing, |message| {
        Inside::Message(message.get().as_bytes().to_vec())
    })
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
    document.set_root(message);
    encode(&document).map_or(Inside::Nothing, Inside::Message)
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
    fn the_message_comes_out_and_others_stay_as_they_are() {
        for format in [Format::Json, Format::Clone] {
            let inside = json!({"a": [1, "NODE_HANDLES"]});
            let envelope = json!({"cmd": "NODE_HANDLES", "at": [0], "of": 1, "msg": inside});
            let (meta, opened) = open_several(Meta::new(format), bytes(format, &envelope)).unwrap();
            assert_eq!((meta.internal, opened), (false, bytes(format, &inside)));
            for other in [
                inside,
                json!({"cmd": "NODE_X"}),
                json!({"in": envelope}),
                json!("NODE_HANDLES"),
            ] {
                let payload = bytes(format, &other);
                assert_eq!(
                    open_several(Meta::new(format), payload.clone()).unwrap().1,
                    payload
                );
            }
        }
    }

    #[test]
    fn an_envelope_without_a_message_is_none() {
        for format in [Format::Json, Format::Clone] {
            let payload = bytes(format, &json!({"cmd": "NODE_HANDLES", "at": [0], "of": 1}));
            assert!(open_several(Meta::new(format), payload).is_none());
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
