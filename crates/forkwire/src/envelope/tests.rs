use std::net::{TcpListener, UdpSocket};

use super::*;

fn bytes(format: Format, message: &serde_json::Value) -> Vec<u8> {
    match format {
        Format::Json => serde_json::to_vec(message).unwrap(),
        Format::Clone => forkwire_proto::v8::to_bytes(message).unwrap(),
    }
}

#[test]
fn an_envelope_returns_its_message() {
    let handle = os::Handle::from(TcpListener::bind("127.0.0.1:0").unwrap());
    let message = serde_json::json!({"a": [1, "}"], "cmd": "NODE_X"});
    for format in [Format::Json, Format::Clone] {
        for (kind, note) in TYPES.map(|(kind, _)| (kind, "udp4")) {
            let info = HandleInfo::from_wire(kind as u8, note.to_owned());
            let wrapped = wrap(format, &bytes(format, &message), &info, &handle)
                .unwrap()
                .unwrap();
            let opened = open(format, &wrapped).unwrap();
            assert_eq!(opened.payload, bytes(format, &message));
            assert!(opened.meta.internal && opened.info.kind == info.kind);
            let keeps_note = matches!(kind, HandleKind::NetSocket | HandleKind::DgramSocket);
            assert_eq!(opened.info.note, if keeps_note { note } else { "" });
        }
    }
}

#[test]
fn an_envelope_that_stock_node_sent_again_is_opened_to_the_inner_one() {
    let inner = serde_json::json!({"cmd": COMMAND, "type": "net.Socket", "msg": {"n": 1}, "key": "4:::80"});
    let outer = serde_json::json!({"cmd": COMMAND, "type": "net.Native", "msg": inner});
    for format in [Format::Json, Format::Clone] {
        let opened = open(format, &bytes(format, &outer)).unwrap();
        assert_eq!(
            opened.info,
            HandleInfo::from_wire(HandleKind::NetSocket as u8, "4:::80".to_owned())
        );
        assert_eq!(opened.payload, bytes(format, &serde_json::json!({"n": 1})));
    }
}

#[test]
fn what_node_has_no_name_for_is_refused() {
    let handle = UdpSocket::bind("127.0.0.1:0").unwrap();
    let info = HandleInfo::from_wire(99, String::new());
    assert!(wrap(Format::Json, b"1", &info, &handle.into()).unwrap().is_none());
    for format in [Format::Json, Format::Clone] {
        for type_ in ["fs.File", "", "constructor"] {
            let envelope = serde_json::json!({"cmd": COMMAND, "type": type_, "msg": 1});
            assert!(open(format, &bytes(format, &envelope)).is_none());
        }
        assert!(
            open(
                format,
                &bytes(format, &serde_json::json!({"cmd": COMMAND, "type": "net.Socket"}))
            )
            .is_none()
        );
        assert!(open(format, b"{").is_none());
    }
}
