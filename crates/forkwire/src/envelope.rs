//! The envelope that a message with a handle has on Node's own wire: `{cmd: 'NODE_HANDLE', type, msg}`, with a `key` for a
//! `net.Socket` that a server accepted, and a `dgramType` for a `dgram.Socket`.
//!
//! Source: `handleConversion` in `lib/internal/child_process.js`.

mod several;
#[cfg(test)]
mod tests;

pub(crate) use several::{Contents, open_several, wrap_several};

use std::collections::BTreeMap;

use forkwire_proto::v8::{Cursor, Document, Limits, Object, Value};
use forkwire_proto::{Format, HandleInfo, HandleKind, Meta, is_internal};
use forkwire_sys::os::{self, classify};
use serde_json::value::RawValue;

use crate::value_error::ValueError;

const COMMAND: &str = "NODE_HANDLE";

const TYPES: [(HandleKind, &str); 6] = [
    (HandleKind::NetSocket, "net.Socket"),
    (HandleKind::NetServer, "net.Server"),
    (HandleKind::NetNative, "net.Native"),
    (HandleKind::NetBoundSocket, "net.BoundSocket"),
    (HandleKind::DgramSocket, "dgram.Socket"),
    (HandleKind::DgramNative, "dgram.Native"),
];

/// The contents of an envelope.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) meta: Meta,
    pub(crate) info: HandleInfo,
    pub(crate) payload: Vec<u8>,
}

/// The properties of an envelope beside its message.
struct Label {
    kind: &'static str,
    extra: Option<(&'static str, String)>,
}

impl Label {
    fn new(info: &HandleInfo, handle: &os::Handle) -> Option<Self> {
        let kind = HandleKind::from_byte(info.kind)?;
        let (_, name) = TYPES.into_iter().find(|(own, _)| *own == kind)?;
        let note = info.note.clone();
        let extra = match kind {
            HandleKind::NetSocket if !note.is_empty() => Some(("key", note)),
            // Without it, Node makes no socket of the handle.
            HandleKind::DgramSocket if note.is_empty() => {
                Some(("dgramType", classify(handle)?.family.as_str().to_owned()))
            }
            HandleKind::DgramSocket => Some(("dgramType", note)),
            _ => None,
        };
        Some(Self { kind: name, extra })
    }
}

/// Puts a message into its envelope. `Ok(None)` if Node has no name for the kind.
pub(crate) fn wrap(
    format: Format,
    payload: &[u8],
    info: &HandleInfo,
    handle: &os::Handle,
) -> Result<Option<Vec<u8>>, ValueError> {
    let Some(Label { kind, extra }) = Label::new(info, handle) else {
        return Ok(None);
    };
    if format == Format::Json {
        let mut out = format!("{{\"cmd\":\"{COMMAND}\",\"type\":\"{kind}\",\"msg\":").into_bytes();
        out.extend_from_slice(payload);
        if let Some((name, value)) = extra {
            out.extend_from_slice(format!(",\"{name}\":{}", serde_json::Value::from(value)).as_bytes());
        }
        out.push(b'}');
        return Ok(Some(out));
    }
    let mut document = Document::decode(payload)?;
    let mut entries = vec![
        ("cmd", COMMAND.into()),
        ("type", kind.into()),
        ("msg", document.root().clone()),
    ];
    entries.extend(extra.map(|(name, value)| (name, Value::from(value))));
    let envelope = document.insert(Object::plain(entries));
    document.set_root(envelope);
    Ok(Some(encode(&document)?))
}

/// Takes a message out of its envelope. `None` if the envelope is not one of Node's, or its type is unknown to Node.
///
/// When stock Node sends a handle again, it puts the whole envelope into another one. The inner one counts.
pub(crate) fn open(format: Format, payload: &[u8]) -> Option<Opened> {
    let (label, payload) = match format {
        Format::Json => open_json(payload)?,
        Format::Clone => open_clone(payload)?,
    };
    let (kind, _) = TYPES.into_iter().find(|(_, name)| *name == label.kind)?;
    let note = if kind == HandleKind::DgramSocket {
        label.dgram_type
    } else {
        label.key
    };
    let info = HandleInfo::from_wire(kind as u8, note.unwrap_or_default());
    let meta = Meta::new(format).with_internal(is_internal(format, &payload));
    Some(Opened { meta, info, payload })
}

#[derive(Default)]
struct Found {
    kind: String,
    key: Option<String>,
    dgram_type: Option<String>,
}

fn open_json(mut payload: &[u8]) -> Option<(Found, Vec<u8>)> {
    loop {
        let entries: BTreeMap<String, &RawValue> = serde_json::from_slice(payload).ok()?;
        let text = |name: &str| serde_json::from_str::<String>(entries.get(name)?.get()).ok();
        let found = Found {
            kind: text("type")?,
            key: text("key"),
            dgram_type: text("dgramType"),
        };
        payload = entries.get("msg")?.get().as_bytes();
        if !is_envelope(Format::Json, payload) {
            return Some((found, payload.to_vec()));
        }
    }
}

fn open_clone(payload: &[u8]) -> Option<(Found, Vec<u8>)> {
    let mut document = Document::decode(payload).ok()?;
    loop {
        let envelope = document.cursor();
        let text = |name: &str| Some(envelope.get(name)?.as_str()?.to_owned());
        let found = Found {
            kind: text("type")?,
            key: text("key"),
            dgram_type: text("dgramType"),
        };
        let message = envelope.get("msg")?;
        let again = message.get("cmd").and_then(Cursor::as_str) == Some(COMMAND);
        let message = message.value().clone();
        document.set_root(message);
        if !again {
            return Some((found, encode(&document).ok()?));
        }
    }
}

fn is_envelope(format: Format, payload: &[u8]) -> bool {
    let command = |entries: BTreeMap<String, &RawValue>| {
        serde_json::from_str::<String>(entries.get("cmd")?.get())
            .ok()
            .filter(|command| command == COMMAND)
    };
    is_internal(format, payload) && serde_json::from_slice(payload).ok().and_then(command).is_some()
}

/// Encodes as deep a document as can be read, so that every message that was received can be sent.
fn encode(document: &Document) -> Result<Vec<u8>, ValueError> {
    let mut payload = Vec::new();
    document.encode_into(&mut payload, Limits::depth(Limits::default().read_depth))?;
    Ok(payload)
}
