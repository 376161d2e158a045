mod outside;

use crate::v8::testing::{hex, payload, versioned};
use crate::v8::{Cursor, DecodeError, Document, ErrorKind, Limits, Object, Value, ViewKind};

fn decode(text: &str) -> Result<Document, DecodeError> {
    Document::decode(&payload(text))
}

fn root(text: &str) -> Value {
    decode(text).unwrap().root().clone()
}

fn element(document: &Document, index: u32) -> Cursor<'_> {
    document.cursor().index(index).unwrap()
}

fn malformed(text: &str, position: u64) {
    match decode(text) {
        Err(DecodeError::Malformed { position: at, .. }) => assert_eq!(at, position, "{text}"),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn forms_that_node_does_not_write_are_read() {
    assert_eq!(root("'U 80f0dba60b"), Value::from(3_033_987_072.0));
    assert_eq!(root("'S 03 e282ac"), Value::from("€"));
    assert_eq!(root("'? 0a 'I 02"), Value::from(1));
    assert_eq!(root("00 00 'I 02"), Value::from(1));
    assert_eq!(root("'I 8280808000"), Value::from(1));
    assert_eq!(root("'Z 06 010203"), Value::BigInt(0x03_0201_i64.into()));
    assert_eq!(root("'Z 11 0000000000000000"), Value::BigInt(0_i64.into()));
    // A two-byte string at an odd offset.
    assert_eq!(root("00 'c 02 ac20"), Value::from("€"));
}

#[test]
fn holes_of_a_dense_array_are_holes() {
    let document = decode("'A 03 '- 'I 02 '_ '$ 00 03").unwrap();
    let Some(Object::Array(array)) = document.cursor().object() else {
        panic!("no array")
    };
    assert_eq!((array.len(), array.get(0)), (3, None));
    assert_eq!(array.get(2), Some(&Value::Undefined));
}

/// `[Uint8Array(2), DataView(4), new Map([['€', [1, , 2]]])]`, the first two of one buffer, as Node 14, 16 (version
/// 13) and 18 (version 15) wrote it with a plain `v8.Serializer`.
#[test]
fn views_of_earlier_versions_are_read() {
    let old = "4103420401020304564201025e01563f00043b006302ac20610349004902490449044002033a02240003";
    let new = "410342040102030456420102005e01563f0004003b006302ac20610349004902490449044002033a02240003";
    let old = Document::decode(&[hex("ff0d"), hex(old)].concat()).unwrap();
    let new = Document::decode(&[hex("ff0f"), hex(new)].concat()).unwrap();
    assert_eq!(old, new);
    assert_eq!(element(&old, 0).as_bytes(), Some(&[2, 3][..]));
    assert_eq!(
        element(&old, 2).map_get("€").unwrap().index(2).unwrap().as_f64(),
        Some(2.0)
    );
}

/// `{ b: Buffer, e: TypeError, f: Float32Array, n: 10n }` as the channel of Node 14 and 16 carried it.
#[test]
fn messages_of_earlier_versions_are_read() {
    let bytes = hex(
        "ff0d 6f2201625c000a02616222016572546d22016d73220273742e2201665c0007040000803f22016e5a100a000000000000007b04",
    );
    let document = Document::decode(&bytes).unwrap();
    let field = |name| document.cursor().get(name).unwrap();
    assert_eq!(field("b").as_bytes(), Some(&b"ab"[..]));
    assert_eq!(field("n").as_i128(), Some(10));
    assert!(matches!(field("e").object(), Some(Object::Error(error)) if error.kind == ErrorKind::TypeError));
    assert!(matches!(field("f").object(), Some(Object::View(view)) if view.kind() == ViewKind::Float32Array));
}

#[test]
fn flags_of_views_are_expected_by_version() {
    for (version, flags) in [(13, ""), (13, "00"), (14, "00"), (15, "00")] {
        let bytes = versioned(
            version,
            &format!("'A 02 'B 04 01020304 'V 'B 01 02 {flags} 'I 02 '$ 00 02"),
        );
        let document = Document::decode(&bytes).unwrap();
        assert_eq!(
            element(&document, 0).as_bytes(),
            Some(&[2, 3][..]),
            "version {version}"
        );
    }
    let without = versioned(14, "'A 02 'B 04 01020304 'V 'B 01 02 'I 02 '$ 00 02");
    Document::decode(&without).unwrap_err();
}

#[test]
fn other_versions_are_refused() {
    for (bytes, found) in [
        ("", None),
        ("49 02", None),
        ("ff 0c 30", Some(12)),
        ("ff 10 30", Some(16)),
        ("ff ff01 30", Some(255)),
    ] {
        assert_eq!(
            Document::decode(&hex(bytes)),
            Err(DecodeError::Version { found }),
            "{bytes}"
        );
    }
    assert_eq!(
        Document::decode(&[0xff]),
        Err(DecodeError::Truncated { position: 1 })
    );
    assert_eq!(
        Document::decode(&[0xff, 15]),
        Err(DecodeError::Truncated { position: 2 })
    );
}

#[test]
fn what_cannot_cross_processes_is_named() {
    for tag in ["'t 00", "'u 00", "'p 00", "'w 00", "'m 00"] {
        assert!(
            matches!(decode(tag), Err(DecodeError::OutOfBand { position: 2, .. })),
            "{tag}"
        );
    }
    for (text, tag, position) in [
        ("'! 00", b'!', 2),
        ("'A 01 'M 00", b'M', 4),
        ("'r 'x", b'x', 3),
        ("'R 'I 02 00", b'I', 3),
    ] {
        assert_eq!(decode(text), Err(DecodeError::Tag { tag, position }), "{text}");
    }
}

#[test]
fn lengths_beyond_the_payload_are_errors_before_anything_is_allocated() {
    for (text, announced, available, position) in [
        ("'\" ffffffff0f 61", u32::MAX, 1, 8),
        ("'c feffffff0f 61", u32::MAX - 1, 1, 8),
        ("'S 02 61", 2, 1, 4),
        ("'B ffffffff0f", u32::MAX, 0, 8),
        ("'~ 05 09 0102", 5, 2, 5),
        ("'Z ffffffff0f", u32::MAX >> 1, 0, 8),
        ("'\\ 00 0a ffffffff0f 00", u32::MAX, 1, 10),
        ("'A ffffffff0f '_ '_", u32::MAX, 2, 8),
    ] {
        let (announced, available) = (u64::from(announced), available);
        assert_eq!(
            decode(text),
            Err(DecodeError::Length {
                announced,
                available,
                position
            }),
            "{text}"
        );
    }
    // Each array in another counts on the same bytes.
    let text = format!("{} {}", "'A 20 ".repeat(30), "'_ ".repeat(64));
    assert!(matches!(
        decode(&text),
        Err(DecodeError::Length { position: 10, .. })
    ));
    // Holes of a sparse array need no memory.
    let document = decode("'a feffffff0f '@ 00 feffffff0f").unwrap();
    assert!(matches!(document.cursor().object(), Some(Object::Array(array)) if array.len() == u32::MAX - 1));
}

#[test]
fn back_references_need_an_object() {
    let missing = |text, id, objects, position| {
        assert_eq!(
            decode(text),
            Err(DecodeError::Reference {
                id,
                objects,
                position
            }),
            "{text}"
        );
    };
    missing("'^ 00", 0, 0, 2);
    missing("'A 01 '^ 01 '$ 00 01", 1, 1, 4);
    missing("'A 02 '^ ffffffff0f '$ 00 02", u32::MAX, 1, 4);
}

#[test]
fn a_host_object_counts_twice_and_is_one() {
    // [host, host by its own number, host by that of the plain object in it, another object, that]
    let text = "'A 05 '\\ 01 'o '{ 00 '^ 01 '^ 02 'o '{ 00 '^ 03 '$ 00 05";
    let document = decode(text).unwrap();
    let ids: Vec<_> = (0..5).map(|index| element(&document, index).id()).collect();
    assert_eq!((ids[0], ids[0]), (ids[1], ids[2]));
    assert_ne!(ids[0], ids[3]);
    assert_eq!(ids[3], ids[4]);
    // One that has itself inside.
    let document = decode("'\\ 01 'o '\" 01 'a '^ 00 '{ 01").unwrap();
    assert_eq!(document.cursor().get("a").unwrap().id(), document.cursor().id());
    malformed("'\\ 01 'I 02", 4);
    malformed("'\\ 01 '\\ 01 'o '{ 00", 4);
    malformed("'\\ 07", 3);
    malformed("'\\ 00 0e 00", 4);
    malformed("'\\ 00 03 03 010203", 5);
}

#[test]
fn malformed_strings_are_refused() {
    assert_eq!(decode("'S 02 c328"), Err(DecodeError::Text { position: 4 }));
    malformed("'c 03 ac20ac", 4);
}

#[test]
fn contradictions_are_refused() {
    // Counts and lengths.
    malformed("'o '{ 01", 3);
    malformed("'; 'I 02 'I 02 ': 01", 7);
    malformed("'; 'I 02 ': 01", 5);
    malformed("'' 'I 02 ', 02", 5);
    malformed("'A 01 '_ '$ 00 02", 5);
    malformed("'a 02 '@ 00 03", 4);
    malformed("'a 01 'I 02 '_ '@ 01 01", 7);
    // Ends.
    malformed("'o '@ 00 00", 3);
    malformed("'; ', 00", 3);
    malformed("'A 01 '$ 00 01", 4);
    malformed("'{ 00", 2);
    malformed("'-", 2);
    malformed("'o '\" 01 'a '- '{ 01", 6);
    // Keys.
    malformed("'o 'T 'T '{ 01", 3);
    malformed("'o 'N 000000000000f83f 'T '{ 01", 3);
    malformed("'o '\" 01 'a 'T '\" 01 'a 'T '{ 02", 11);
    malformed("'A 01 '_ 'I 00 '_ '$ 01 01", 8);
    // Numbers.
    malformed("'I ffffffffff00", 3);
    malformed("'~ 03 02 010203", 5);
    // Regular expressions: an unknown flag, and both u and v.
    malformed("'R '\" 01 'a 8004", 6);
    malformed("'R '\" 01 'a 9002", 6);
}

#[test]
fn errors_are_read_in_the_order_of_any_node() {
    let late = decode("'r 'T 'm '\" 01 'm 's '\" 02 'st 'c 'o '\" 01 'a 'I 02 '{ 01 '.").unwrap();
    let early = decode("'r 'T 'm '\" 01 'm 'c 'o '\" 01 'a 'I 02 '{ 01 's '\" 02 'st '.").unwrap();
    assert_eq!(late, early);
    let own = decode("'r 's '\" 00 'c '^ 00 '.").unwrap();
    let Some(Object::Error(error)) = own.cursor().object() else {
        panic!("no error")
    };
    assert_eq!(error.cause, Some(own.root().clone()));
    malformed("'r 'T 'R '.", 4);
    malformed("'r 'm '\" 00 'm '\" 00 '.", 6);
    malformed("'r 'c 'T 'c 'T '.", 5);
}

#[test]
fn views_must_fit_their_buffers() {
    for view in [
        "'V 'B 05 00 00",         // beyond the end
        "'V 'B 00 05 00",         // too long
        "'V 'B ffffffff0f 02 00", // with an overflow
        "'V 'w 01 02 00",         // misaligned
        "'V 'w 00 03 00",         // half an element
        "'V 'x 00 02 00",         // no kind
        "'V 'B 00 02 01",         // follows a length that is fixed
        "'V 'B 00 02 02",         // of another buffer
    ] {
        let result = decode(&format!("'B 04 01020304 {view}"));
        assert!(
            matches!(result, Err(DecodeError::Malformed { .. })),
            "{view}: {result:?}"
        );
    }
    assert!(matches!(
        decode("'~ 02 05 0102 'V 'B 00 02 00"),
        Err(DecodeError::Malformed { .. })
    ));
    malformed("'V 'B 00 00 00", 2);
    // The first value is not a buffer, so this is the next value and not a view.
    assert_eq!(
        decode("'y 'V 'B 00 00 00"),
        Err(DecodeError::Trailing {
            extra: 5,
            position: 3
        })
    );
}

#[test]
fn nothing_may_follow() {
    assert_eq!(
        decode("'T 'T"),
        Err(DecodeError::Trailing {
            extra: 1,
            position: 3
        })
    );
    assert_eq!(
        decode("'T 00"),
        Err(DecodeError::Trailing {
            extra: 1,
            position: 3
        })
    );
}

#[test]
fn depth_is_limited_and_never_a_matter_of_the_stack() {
    for (open, close) in [
        ("'A 01 ", "'$ 00 01 "),
        ("'a 01 'I 00 ", "'@ 01 01 "),
        ("'o 'I 00 ", "'{ 01 "),
        ("'; 'T ", "': 02 "),
        ("'; ", "'T ': 02 "),
        ("'' ", "', 01 "),
        ("'r 'c ", "'. "),
        ("'\\ 01 'o 'I 00 ", "'{ 01 "),
    ] {
        let (begin, end) = (payload(open), payload(close));
        let nested = |levels| {
            let (begin, end) = (begin[2..].repeat(levels), end[2..].repeat(levels));
            [&payload("'")[..], &begin, b"T", &end].concat()
        };
        let max = Limits::default().read_depth;
        Document::decode(&nested(max)).unwrap();
        let error = Document::decode(&nested(100_000)).unwrap_err();
        assert!(
            matches!(error, DecodeError::TooDeep { max: at, .. } if at == max),
            "{open}: {error}"
        );

        // Where it is allowed, it is harmless too: to read, print, compare, write, copy and drop.
        let limits = Limits::depth(100_000);
        let document = Document::decode_within(&nested(100_000), limits).unwrap();
        assert!(format!("{document:?}").len() > 100_000);
        let mut again = Vec::new();
        document.clone().encode_into(&mut again, limits).unwrap();
        assert!(
            Document::decode_within(&again, limits).unwrap() == document,
            "{open}"
        );
    }
}

/// A payload whose value is `clone`, followed by `behind`, as between two forkwire ends.
fn with_views(clone: &str, behind: &[u8]) -> Result<Document, DecodeError> {
    let mut bytes = payload(clone);
    let end = u32::try_from(bytes.len()).unwrap();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    bytes.extend(behind);
    bytes.extend(end.to_le_bytes());
    Document::decode(&bytes)
}

#[test]
fn views_after_the_value_are_read() {
    let document = with_views("'A 02 '\\ 02 0a 03 00 '\\ 02 05 04 08 '$ 00 02", b"abc.....1234").unwrap();
    let view = |index| match element(&document, index).object() {
        Some(Object::View(view)) => (view.kind(), view.bytes().to_vec()),
        other => panic!("{other:?}"),
    };
    assert_eq!(view(0), (ViewKind::Buffer, b"abc".to_vec()));
    assert_eq!(view(1), (ViewKind::Int32Array, b"1234".to_vec()));
}

#[test]
fn views_elsewhere_than_after_the_value_are_refused() {
    for (what, clone) in [
        ("beyond the end", "'\\ 02 0a 09 00"),
        ("begins beyond the end", "'\\ 02 0a 01 0d"),
        ("of half an element", "'\\ 02 05 03 00"),
        ("of an unknown kind", "'\\ 02 20 01 00"),
        (
            "the same bytes twice",
            "'A 02 '\\ 02 0a 08 00 '\\ 02 0a 08 00 '$ 00 02",
        ),
        (
            "where a message would have to be",
            "'\\ 02 0a ffffffff0f ffffffff0f",
        ),
    ] {
        let result = with_views(clone, b"12345678");
        assert!(
            matches!(result, Err(DecodeError::Malformed { .. })),
            "{what}: {result:?}"
        );
    }
    assert!(decode("'\\ 02 0a 01 00").is_err());
}
