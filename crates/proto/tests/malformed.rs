//! Malformed data that a peer can send, by wire: which fault it is, where, and what continues after it.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod node_support;
mod support;

use std::rc::Rc;

use forkwire_proto::v8::{DecodeError, Document, from_bytes};
use forkwire_proto::{Config, Connection, Format, HandleInfo, HandleKind, NodeConnection, WireError};
use node_support::{Item, Kind, frame, payload, read};
use support::{read_into, wire};

const MAX: usize = 1_000;

/// Texts that are no UTF-8, and how many bytes of each are.
const NOT_UTF8: &[(&[u8], u64)] = &[
    (b"\xff", 0),
    (b"\"\xc3\"", 1),
    (b"\"caf\xe9\"", 4),
    (b"{\"a\":\"\xed\xa0\x80\"}", 6), // a surrogate, as CESU-8 has it
    (b"\"\xf8\x88\x80\x80\x80\"", 1),
    (b"\"\xc0\xaf\"", 1), // a slash in more bytes than it takes
    (b"\"ok\xe2\x82", 3),
];

/// The fault of `bytes` after a hello, on the native wire.
fn native(bytes: &[u8], handles: Vec<Rc<()>>) -> WireError {
    let mut connection = Connection::new(Config::new(MAX));
    let bytes = [&wire::hello(wire::VERSION), bytes].concat();
    read_into(&mut connection, &bytes, handles, false).unwrap();
    loop {
        match connection.poll_event() {
            Ok(Some(_)) => {}
            Ok(None) => return connection.handle_eof().unwrap_err(),
            Err(fault) => return fault,
        }
    }
}

/// What `bytes` come to on Node's wire, and the fault that ended it.
fn node(format: Format, bytes: &[u8], handles: Vec<Rc<()>>) -> (Vec<Item<Rc<()>>>, Option<WireError>) {
    let mut connection = NodeConnection::new(format, Config::new(MAX));
    let mut told = Vec::new();
    let fault = read(&mut connection, bytes, handles, &mut told).err();
    (told, fault.or_else(|| connection.handle_eof().err()))
}

#[test]
fn json_that_is_not_utf8_ends_the_native_wire_at_the_byte() {
    for (text, valid) in NOT_UTF8 {
        let bytes = [wire::json(b"1"), wire::json(text), wire::json(b"2")].concat();
        let position = 14 + 9 + 8 + valid;
        let fault = native(&bytes, Vec::new());
        assert_eq!(fault, WireError::NotUtf8 { position }, "{text:?}");
        assert_eq!(
            (fault.code(), fault.position()),
            ("ERR_FORKWIRE_MALFORMED", position)
        );
    }
}

#[test]
fn json_that_is_not_utf8_spoils_only_itself_on_nodes_wire() {
    for (text, valid) in NOT_UTF8 {
        let bytes = [b"1\n", *text, b"\n\"\xc3\xa9\"\n"].concat();
        let (told, fault) = node(Format::Json, &bytes, Vec::new());
        let plain = |text: &[u8]| Item::Message {
            internal: false,
            payload: text.to_vec(),
        };
        let unreadable = Item::Unreadable(WireError::NotUtf8 { position: 2 + valid });
        assert_eq!(
            told,
            [plain(b"1"), unreadable, plain(b"\"\xc3\xa9\"")],
            "{text:?}"
        );
        assert_eq!(fault, None);
    }
}

#[test]
fn a_large_text_that_is_not_utf8_is_found_too() {
    let text = [&vec![b'x'; 70_000][..], b"\x80", &vec![b'x'; 30_000]].concat();
    let mut connection = NodeConnection::<u32>::new(Format::Json, Config::default());
    let mut told = Vec::new();
    read(
        &mut connection,
        &[&text[..], b"\n2\n"].concat(),
        Vec::new(),
        &mut told,
    )
    .unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], Item::Unreadable(WireError::NotUtf8 { position: 70_000 }));
}

#[test]
fn structured_clone_bytes_need_not_be_utf8() {
    let bytes = wire::frame(wire::CLONE, 0, 0, b"\xff\xff");
    assert_eq!(
        native(&[bytes, vec![2]].concat(), Vec::new()).code(),
        "ERR_FORKWIRE_TRUNCATED"
    );
    let (told, fault) = node(Format::Clone, b"\0\0\0\x02\xff\xff", Vec::new());
    assert!(matches!(&told[..], [Item::Message { .. }]) && fault.is_none());
}

#[test]
fn a_spoiled_envelope_closes_its_handle_and_is_answered_for() {
    let handle = Rc::new(());
    let envelope = b"{\"cmd\":\"NODE_HANDLE\",\"type\":\"net.Native\",\"msg\":\"\xff\"}\n";
    let mut connection = NodeConnection::new(Format::Json, Config::new(MAX));
    let mut told = Vec::new();
    read(&mut connection, envelope, vec![Rc::clone(&handle)], &mut told).unwrap();
    assert!(
        matches!(&told[..], [Item::Unreadable(WireError::NotUtf8 { position: 48 })]),
        "{told:?}"
    );
    assert_eq!(Rc::strong_count(&handle), 1, "closed");
    assert_eq!(
        node_support::drain(&mut connection),
        b"{\"cmd\":\"NODE_HANDLE_ACK\"}\n"
    );
    // The next handle finds its own envelope.
    let next = frame(Format::Json, &payload(Format::Json, Kind::Handle, 7, 0));
    told.clear();
    read(&mut connection, &next, vec![Rc::clone(&handle)], &mut told).unwrap();
    assert!(matches!(&told[..], [Item::Group { number: 2, .. }]), "{told:?}");
}

#[test]
fn a_spoiled_answer_is_an_answer() {
    let mut connection = NodeConnection::new(Format::Json, Config::new(MAX));
    let handles = vec![(HandleInfo::new(HandleKind::NetServer), 1_u32)];
    connection
        .push_with_handles(handles, 0, |out| out.push(b'1'))
        .unwrap();
    node_support::drain(&mut connection);
    let mut told = Vec::new();
    read(
        &mut connection,
        b"{\"cmd\":\"NODE_HANDLE_ACK\",\"\xff\":1}\n",
        Vec::new(),
        &mut told,
    )
    .unwrap();
    assert_eq!(told, [Item::Acknowledged(1)]);
}

/// Whatever the fault, no handle outlives the connection: those that came, were announced, or were drawn.
#[test]
fn a_fault_leaves_no_handle_open() {
    let group = |count| {
        wire::group(
            wire::JSON,
            0,
            &vec![HandleInfo::new(HandleKind::NetSocket); count],
            b"1",
        )
    };
    let text = wire::frame(wire::JSON, 0, 1, b"\x01\0\0\xff");
    let faults: [(&[Vec<u8>], &str); 9] = [
        (&[vec![99; 8]], "unknown frame kind"),
        (&[wire::handles(2)], "more handles than announced"),
        (&[wire::handles(4)], "fewer handles than announced"),
        (&[wire::handles(3), group(4)], "than were announced"),
        (&[wire::handles(3), group(2), group(2)], "than were announced"),
        (&[wire::handles(3), text], "not UTF-8"),
        (
            &[wire::handles(3), wire::header(wire::JSON, 0, 3, 1_001)],
            "1001 bytes",
        ),
        (
            &[wire::handles(3), wire::header(wire::JSON, 0, 3, 1_000)],
            "ended inside a frame",
        ),
        (&[wire::handles(3), wire::close(), group(1)], "after the close"),
    ];
    for (bytes, what) in faults {
        let handle = Rc::new(());
        let fault = native(&bytes.concat(), vec![Rc::clone(&handle); 3]);
        assert!(fault.to_string().contains(what), "{fault} for {what}");
        assert_eq!(Rc::strong_count(&handle), 1, "{what}");
    }
    for format in [Format::Json, Format::Clone] {
        let handle = Rc::new(());
        let (_, fault) = node(format, &[b'1'; 9], vec![Rc::clone(&handle); 3]);
        assert!(fault.is_some());
        assert_eq!(Rc::strong_count(&handle), 1, "{format:?}");
    }
}

/// A peer that dies in the middle of a write has broken no rule; what it wrote before counts.
#[test]
fn an_end_inside_a_message_has_a_code_of_its_own() {
    for cut in 1..20 {
        let whole = wire::json(b"[1,2,3,4,56]");
        let fault = native(&whole[..cut], Vec::new());
        assert_eq!(
            (fault.code(), fault.position()),
            ("ERR_FORKWIRE_TRUNCATED", 14),
            "cut at {cut}"
        );
    }
    for (format, first) in [
        (Format::Json, &b"1\n"[..]),
        (Format::Clone, b"\0\0\0\x04\xff\x0fI\x02"),
    ] {
        for tail in [&b"\0"[..], b"\0\0\x01\0\xff"] {
            let (told, fault) = node(format, &[first, tail].concat(), Vec::new());
            assert!(matches!(&told[..], [Item::Message { .. }]), "{told:?}");
            let position = first.len() as u64;
            let fault = fault.unwrap();
            assert_eq!(
                (fault.code(), fault.position()),
                ("ERR_FORKWIRE_TRUNCATED", position)
            );
        }
    }
}

#[test]
fn a_message_that_never_ends_is_stopped_at_the_limit() {
    let mut connection = NodeConnection::<u32>::new(Format::Json, Config::new(200_000));
    let mut sent = 0;
    let fault = loop {
        let mut told = Vec::new();
        sent += 1_000;
        if let Err(fault) = read(&mut connection, &[b'['; 1_000], Vec::new(), &mut told) {
            break fault;
        }
        assert!(told.is_empty() && connection.buffered() == sent);
    };
    assert_eq!(sent, 201_000);
    assert_eq!(
        (fault.code(), fault.position()),
        ("ERR_FORKWIRE_MESSAGE_TOO_LARGE", 0)
    );
    // With its length in front, that of the announcement is enough.
    let (_, fault) = node(Format::Clone, &1_001_u32.to_be_bytes(), Vec::new());
    let fault = fault.unwrap();
    assert_eq!(
        (fault.code(), fault.position()),
        ("ERR_FORKWIRE_MESSAGE_TOO_LARGE", 0)
    );
}

#[test]
fn every_message_has_the_position_of_its_frame() {
    let mut connection = Connection::<u32>::new(Config::default());
    let bytes = [wire::hello(wire::VERSION), wire::json(b"12"), wire::handles(1)].concat();
    let group = wire::group(wire::CLONE, 0, &[HandleInfo::new(HandleKind::NetSocket)], b"x");
    read_into(
        &mut connection,
        &[bytes, group, wire::json(b"3")].concat(),
        vec![1],
        false,
    )
    .unwrap();
    let mut positions = Vec::new();
    while let Some(event) = connection.poll_event().unwrap() {
        positions.push(position(&event));
    }
    assert_eq!(positions, [14, 32, 44]);

    for (format, expected) in [(Format::Json, [0, 3, 5]), (Format::Clone, [0, 6, 11])] {
        let mut connection = NodeConnection::<u32>::new(format, Config::default());
        let bytes = [&b"12"[..], b"3", b"4"].map(|text| frame(format, text)).concat();
        connection.spare()[..bytes.len()].copy_from_slice(&bytes);
        connection.handle_read(bytes.len(), Vec::new(), false).unwrap();
        for place in expected {
            assert_eq!(position(&connection.poll_event().unwrap().unwrap()), place);
        }
    }
}

fn position<H>(event: &forkwire_proto::Event<'_, H>) -> u64 {
    match event {
        forkwire_proto::Event::Message { position, .. }
        | forkwire_proto::Event::MessageWithHandles { position, .. } => *position,
        _ => panic!("no message"),
    }
}

/// A nest of 100,000 costs what any 100,000 bytes cost; whether it is read is for the application's parser.
#[test]
fn deep_nesting_is_passed_on_and_refused_by_the_codec_alone() {
    let json = [vec![b'['; 100_000], vec![b']'; 100_000]].concat();
    let clone = [&b"\xff\x0f"[..], &b"A\x01".repeat(100_000)].concat();
    for (format, text) in [(Format::Json, json), (Format::Clone, clone)] {
        let mut connection = NodeConnection::<u32>::new(format, Config::default());
        let mut told = Vec::new();
        read(&mut connection, &frame(format, &text), Vec::new(), &mut told).unwrap();
        assert!(matches!(&told[..], [Item::Message { internal: false, payload }] if *payload == text));
        if format == Format::Clone {
            assert!(matches!(
                Document::decode(&text),
                Err(DecodeError::TooDeep { .. })
            ));
        }
    }
}

#[test]
fn clone_bytes_that_do_not_decode_say_where() {
    let cases: &[(&[u8], u64)] = &[
        (b"", 0),
        (b"\x01", 0),
        (b"\xff\x63I\x02", 0),
        (b"\xff\x0f", 2),
        (b"\xff\x0f!", 2),
        (b"\xff\x0f\"\x05abc", 4),
        (b"\xff\x0fA\xff\xff\xff\xff\x0f", 8),
        (b"\xff\x0f^\x05", 2),
        (b"\xff\x0fI\x02I\x02", 4),
        (b"\xff\x0fS\x02\xc3\x28", 4),
    ];
    for (bytes, position) in cases {
        let error = Document::decode(bytes).unwrap_err();
        assert_eq!(error.position(), Some(*position), "{bytes:?}: {error}");
        assert_eq!(error.code(), "ERR_FORKWIRE_MALFORMED");
        assert_eq!(from_bytes::<bool>(bytes).unwrap_err(), error);
    }
}
