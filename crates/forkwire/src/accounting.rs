//! Answering a Node parent about sockets that one of its servers accepted and that it passed on.

use forkwire_proto::{Format, v8};
use serde_json::{Value, json};

/// The answer to one of the internal messages by which `server.close()` and `server.getConnections()` ask
/// (`lib/internal/socket_list.js`); without it, the parent would wait until this process ends.
///
/// A socket that a Rust program received belongs to it, and is no longer a connection of the parent's server: the count
/// is 0.
pub(crate) fn answer(format: Format, payload: &[u8]) -> Option<Vec<u8>> {
    let question: Value = match format {
        Format::Json => serde_json::from_slice(payload).ok()?,
        Format::Clone => v8::from_bytes(payload).ok()?,
    };
    let key = question.get("key")?.as_str()?;
    let answer = match question.get("cmd")?.as_str()? {
        "NODE_SOCKET_NOTIFY_CLOSE" => json!({"cmd": "NODE_SOCKET_ALL_CLOSED", "key": key}),
        "NODE_SOCKET_GET_COUNT" => json!({"cmd": "NODE_SOCKET_COUNT", "key": key, "count": 0}),
        _ => return None,
    };
    match format {
        Format::Json => serde_json::to_vec(&answer).ok(),
        Format::Clone => v8::to_bytes(&answer).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_asks_is_answered_in_its_own_format() {
        let question = json!({"cmd": "NODE_SOCKET_GET_COUNT", "key": "4:::80"});
        let expected = json!({"cmd": "NODE_SOCKET_COUNT", "key": "4:::80", "count": 0});
        let text = answer(Format::Json, question.to_string().as_bytes()).unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&text).unwrap(), expected);
        let bytes = answer(Format::Clone, &v8::to_bytes(&question).unwrap()).unwrap();
        assert_eq!(v8::from_bytes::<Value>(&bytes).unwrap(), expected);
    }

    #[test]
    fn other_messages_are_left_to_the_program() {
        for text in [
            r#"{"cmd":"NODE_CLUSTER","key":"4:::80"}"#,
            r#"{"cmd":"NODE_SOCKET_GET_COUNT"}"#,
            "1",
            "{",
        ] {
            assert!(answer(Format::Json, text.as_bytes()).is_none());
        }
    }
}
