//! Values that have memory outside of themselves: buffers that were moved, and memory that is shared. The payloads are those of
//! forkwire's own serializer.

use super::{element, with_views};
use crate::v8::testing::{hex, payload};
use crate::v8::{BufferView, Cursor, DecodeError, Document, Object, SharedView, Value, ViewKind};

/// `{ view, buffer, again: buffer, of, twice: view, later: [1] }`, where `view` is an `Int32Array` over one memory, and `of` a
/// `Buffer` over that of `buffer`.
const SHARED: &str = "ff0f6f2204766965775c0300050000000000002040000000000000204022066275666665725c040175012205616761696e5e02\
22026f665c03010a000000000000f03f0000000000000840220574776963655e0122056c61746572410149022400017b06";

/// `{ whole: a, same: a, view, other: b, list: [], ref: list }`, where `view` is a `Uint16Array` over `a`.
const MOVED: &str = "ff0f5c0502090001106f220577686f6c657400220473616d655e022204766965775c060004020422056f74686572740122046c69\
7374410024000022037265665e057b060000000001020304050607080900000000000000070000000000000044000000";

fn property<'a>(document: &'a Document, key: &str) -> Cursor<'a> {
    document.cursor().get(key).unwrap()
}

fn is_malformed(result: &Result<Document, DecodeError>) -> bool {
    matches!(result, Err(DecodeError::Malformed { .. }))
}

#[test]
fn views_of_shared_memory_are_read_and_written() {
    let document = Document::decode(&hex(SHARED)).unwrap();
    let view = |key| match property(&document, key).object() {
        Some(Object::SharedView(view)) => *view,
        other => panic!("{key}: {other:?}"),
    };
    let expected = SharedView {
        memory: 0,
        kind: ViewKind::Int32Array,
        offset: 8,
        len: 8,
    };
    assert_eq!(view("view"), expected);
    let of = view("of");
    assert_eq!(
        (of.memory, of.kind, of.offset, of.len),
        (1, ViewKind::Buffer, 1, 3)
    );
    assert!(matches!(
        property(&document, "buffer").object(),
        Some(Object::SharedBuffer(1))
    ));
    for (one, two) in [("view", "twice"), ("buffer", "again")] {
        assert_eq!(property(&document, one).id(), property(&document, two).id());
    }
    assert_eq!(property(&document, "later").index(0).unwrap().as_f64(), Some(1.0));
    assert_eq!(document.encode().unwrap(), hex(SHARED));
}

#[test]
fn a_view_of_shared_memory_that_cannot_be_is_refused() {
    let view = |kind: u8, offset: f64, len: f64| {
        let mut bytes = payload(&format!("'\\ 03 00 {kind:02x}"));
        bytes.extend(offset.to_le_bytes());
        bytes.extend(len.to_le_bytes());
        Document::decode(&bytes)
    };
    view(5, 4.0, 8.0).unwrap();
    for (kind, offset, len) in [
        (14, 0.0, 0.0),
        (5, 2.0, 4.0),
        (5, 4.0, 2.0),
        (1, -1.0, 1.0),
        (1, -0.0, 1.0),
        (1, 0.5, 1.0),
        (1, 0.0, f64::NAN),
        (1, 2_f64.powi(53), 1.0),
        (1, 0.0, f64::INFINITY),
    ] {
        assert!(is_malformed(&view(kind, offset, len)), "{kind} {offset} {len}");
    }
    assert!(is_malformed(&Document::decode(&payload("'\\ 04 00 '_ 00"))));
}

#[test]
fn moved_buffers_are_read_whole_and_in_their_places() {
    let document = Document::decode(&hex(MOVED)).unwrap();
    let whole = property(&document, "whole");
    assert_eq!(whole.as_bytes(), Some(&[1, 2, 3, 4, 5, 6, 7, 8, 9][..]));
    assert_eq!(property(&document, "same").id(), whole.id());
    assert_eq!(property(&document, "view").as_bytes(), Some(&[3, 4, 5, 6][..]));
    let Some(Object::BufferView(BufferView { kind, buffer, .. })) = property(&document, "view").object()
    else {
        panic!("not a view")
    };
    assert_eq!((*kind, Some(*buffer)), (ViewKind::Uint16Array, whole.id()));
    assert_eq!(property(&document, "other").as_bytes(), Some(&[7][..]));
    // A reference by its number on the wire.
    assert_eq!(property(&document, "ref").id(), property(&document, "list").id());
}

#[test]
fn a_moved_value_that_is_not_an_object_is_read() {
    let document = with_views("'\\ 05 01 08 00 'I 02", b"12345678").unwrap();
    assert_eq!(document.root(), &Value::from(1));
    let list = with_views("'\\ 05 02 00 00 08 00 'A 01 't 01 '$ 00 01", b"12345678").unwrap();
    assert_eq!(element(&list, 0).as_bytes(), Some(&b"12345678"[..]));
}

#[test]
fn moved_buffers_that_did_not_come_are_refused() {
    for (what, clone) in [
        ("a buffer beyond the message", "'\\ 05 01 09 00 't 00"),
        ("the same bytes twice", "'\\ 05 02 08 00 08 00 't 00"),
        ("an unknown number", "'\\ 05 01 08 00 't 01"),
        (
            "a view of an unknown number",
            "'\\ 05 01 08 00 '\\ 06 01 01 00 01",
        ),
        ("a view beyond its buffer", "'\\ 05 01 08 00 '\\ 06 00 01 08 01"),
        ("a view of half an element", "'\\ 05 01 08 00 '\\ 06 00 05 02 04"),
        ("a table inside of the value", "'A 01 '\\ 05 01 08 00 '0 '$ 00 01"),
        ("two tables", "'\\ 05 01 04 00 '\\ 05 01 04 04 '0"),
    ] {
        let result = with_views(clone, b"12345678");
        assert!(is_malformed(&result), "{what}: {result:?}");
    }
}
