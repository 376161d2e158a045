use crate::v8::testing::payload;
use crate::v8::{
    Array, ArrayBuffer, BigInt, BufferView, Document, EncodeError, ErrorKind, Id, JsError, JsString, Limits,
    Object, RegExpFlags, Value, View, ViewKind,
};

fn encode(value: impl Into<Value>) -> Vec<u8> {
    Document::from(value).encode().unwrap()
}

/// The payload of one object.
fn encode_object(object: impl Into<Object>) -> Result<Vec<u8>, EncodeError> {
    let mut document = Document::new();
    let root = document.insert(object);
    document.set_root(root);
    document.encode()
}

#[test]
fn numbers_take_their_shortest_form() {
    for (number, expected) in [
        (0.0, "'I 00"),
        (-1.0, "'I 01"),
        (64.0, "'I 8001"),
        (2_147_483_647.0, "'I feffffff0f"),
        (-2_147_483_648.0, "'I ffffffff0f"),
        (2_147_483_648.0, "'U 8080808008"),
        (4_294_967_295.0, "'U ffffffff0f"),
        (4_294_967_296.0, "'N 000000000000f041"),
        (-0.0, "'N 0000000000000080"),
        (0.5, "'N 000000000000e03f"),
    ] {
        assert_eq!(encode(number), payload(expected), "{number}");
    }
}

#[test]
fn two_byte_strings_begin_at_even_offsets() {
    assert_eq!(encode("é"), payload("'\" 01 e9"));
    assert_eq!(encode("€"), payload("'c 02 ac20"));
    let list = encode_object(Object::array(["€", "x€", "a", "€"])).unwrap();
    assert_eq!(
        list,
        payload("'A 04 'c 02 ac20 'c 04 7800ac20 '\" 01 'a 00 'c 02 ac20 '$ 00 04")
    );
    // Length in two bytes: the tag moves.
    let long = encode("€".repeat(64));
    assert_eq!(long[..6], payload("00 'c 8001"));
    let surrogate = encode(JsString::from_utf16(&[0xd800]));
    assert_eq!(surrogate, payload("'c 02 00d8"));
}

#[test]
fn offsets_count_from_the_payload_whatever_precedes_it() {
    let document = Document::from("€");
    let mut out = vec![7; 5];
    document.encode_into(&mut out, Limits::default()).unwrap();
    assert_eq!(out[5..], document.encode().unwrap());
}

#[test]
fn bigints_are_written_in_whole_digits() {
    assert_eq!(encode(BigInt::from(0_i64)), payload("'Z 00"));
    assert_eq!(encode(BigInt::from(-1_i64)), payload("'Z 11 0100000000000000"));
    assert_eq!(
        encode(BigInt::from(1_i128 << 64)),
        payload("'Z 20 0000000000000000 0100000000000000")
    );
}

#[test]
fn keys_that_are_indices_are_written_as_numbers() {
    let object = Object::plain([("7", 1), ("07", 2), ("4294967294", 3)]);
    assert_eq!(
        encode_object(object).unwrap(),
        payload("'o 'I 0e 'I 02 '\" 02 '07 'I 04 'U feffffff0f 'I 06 '{ 03")
    );
}

#[test]
fn arrays_are_dense_if_their_holes_are_few() {
    let mut array = Array::from_head(vec![Some(1.into()), None]);
    assert_eq!(
        encode_object(array.clone()).unwrap(),
        payload("'A 02 'I 02 '- '$ 00 02")
    );
    array.properties_mut().push(("x".into(), true.into()));
    array.set(300, 2);
    let expected = "'a ad02 'I 00 'I 02 'I d804 'I 04 '\" 01 'x 'T '@ 03 ad02";
    assert_eq!(encode_object(array).unwrap(), payload(expected));
}

#[test]
fn an_object_is_written_once() {
    let mut document = Document::new();
    let shared = document.insert(Object::Boolean(true));
    let list = document.insert(Object::array([shared, shared, Id(1)]));
    document.set_root(list);
    assert_eq!(
        document.encode().unwrap(),
        payload("'A 03 'y '^ 01 '^ 00 '$ 00 03")
    );
}

#[test]
fn the_cause_of_an_error_comes_last() {
    let mut error = JsError::new(ErrorKind::UriError, "m");
    error.stack = Some("st".into());
    error.cause = Some(Value::Null);
    assert_eq!(
        encode_object(error).unwrap(),
        payload("'r 'U 'm '\" 01 'm 's '\" 02 'st 'c '0 '.")
    );
}

#[test]
fn objects_without_members_are_written_as_v8_does() {
    let all: [(Object, &str); 9] = [
        (Object::Date(0.0), "'D 0000000000000000"),
        (
            Object::reg_exp("a", RegExpFlags::new("dv").unwrap()),
            "'R '\" 01 'a 8003",
        ),
        (Object::Boolean(false), "'x"),
        (Object::Number(-0.0), "'n 0000000000000080"),
        (Object::String("€".into()), "'s 00 'c 02 ac20"),
        (Object::BigInt(BigInt::from(5_i64)), "'z 10 0500000000000000"),
        (ArrayBuffer::new([1, 2]).into(), "'B 02 0102"),
        (ArrayBuffer::resizable([1, 2], 5).into(), "'~ 02 05 0102"),
        (
            View::new(ViewKind::Int16Array, [1, 2]).into(),
            "'\\ 00 03 02 0102",
        ),
    ];
    for (object, expected) in all {
        assert_eq!(encode_object(object).unwrap(), payload(expected), "{expected}");
    }
}

#[test]
fn views_follow_their_buffers() {
    let mut document = Document::new();
    let buffer = document.insert(ArrayBuffer::resizable([1, 2, 3, 4], 8));
    let view = |kind, offset, len, tracks_length| BufferView {
        kind,
        buffer,
        offset,
        len,
        tracks_length,
    };
    let first = document.insert(view(ViewKind::Buffer, 1, 2, false));
    let second = document.insert(view(ViewKind::DataView, 0, 0, true));
    let list = document.insert(Object::array([first, second, buffer, first]));
    document.set_root(list);
    assert_eq!(
        document.encode().unwrap(),
        payload("'A 04 '~ 04 08 01020304 'V 'B 01 02 02 '^ 01 'V '? 00 00 03 '^ 01 '^ 02 '$ 00 04")
    );
}

#[test]
fn payloads_that_no_engine_writes_are_refused() {
    let odd = View::new(ViewKind::Float64Array, [0; 7]);
    assert!(matches!(encode_object(odd), Err(EncodeError::View { .. })));
    let large = ArrayBuffer::resizable([0; 7], 6);
    assert!(matches!(encode_object(large), Err(EncodeError::View { .. })));
    assert_eq!(
        Document::from(Id(3)).encode(),
        Err(EncodeError::UnknownObject { id: 3 })
    );
    assert_eq!(
        encode_object(Object::plain([("a", 1), ("b", 2), ("a", 3)])),
        Err(EncodeError::DuplicateKey { key: "a".to_owned() })
    );
    let many = (0..100).map(|n| (format!("k{}", n % 99), n));
    assert_eq!(
        encode_object(Object::plain(many)),
        Err(EncodeError::DuplicateKey { key: "k0".to_owned() })
    );

    let mut document = Document::new();
    let number = document.insert(Object::Number(1.0));
    let buffer = document.insert(ArrayBuffer::new([0; 4]));
    for (buffer, offset, len) in [
        (number, 0, 0),
        (buffer, 3, 2),
        (buffer, u32::MAX, 2),
        (Id(9), 0, 0),
    ] {
        let kind = ViewKind::Uint8Array;
        let tracks_length = false;
        let view = document.insert(BufferView {
            kind,
            buffer,
            offset,
            len,
            tracks_length,
        });
        document.set_root(view);
        document.encode().unwrap_err();
    }
}

#[test]
fn depth_is_limited_and_leaves_nothing_behind() {
    let mut document = Document::new();
    let mut inner = document.insert(Object::array([1]));
    for _ in 1..2_500 {
        inner = document.insert(Object::array([inner]));
    }
    document.set_root(inner);
    document.encode().unwrap();
    let outer = document.insert(Object::array([inner]));
    document.set_root(outer);
    let mut out = b"before".to_vec();
    let result = document.encode_into(&mut out, Limits::default());
    assert_eq!(result, Err(EncodeError::TooDeep { max: 2_500 }));
    assert_eq!(out, b"before");
}
