use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, Visitor};
use serde::{Deserialize, Serialize};

use crate::v8::testing::payload;
use crate::v8::{
    ArrayBuffer, BufferView, Document, Limits, Object, SharedView, Value, ViewKind, from_bytes,
    from_document, to_bytes,
};

#[track_caller]
fn check<T: DeserializeOwned + PartialEq + fmt::Debug>(text: &str, expected: T) {
    assert_eq!(from_bytes::<T>(&payload(text)), Ok(expected), "{text}");
}

#[track_caller]
fn mismatch<T: DeserializeOwned + fmt::Debug>(text: &str, message: &str) {
    let error = from_bytes::<T>(&payload(text)).unwrap_err();
    assert_eq!(error.to_string(), message, "{text}");
    assert_eq!(error.position(), None);
}

/// What `deserialize_bytes` gives.
#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Copy;
        impl Visitor<'_> for Copy {
            type Value = Bytes;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_byte_buf(Copy)
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Order {
    id: u64,
    big: i64,
    huge: i128,
    price: f64,
    name: String,
    letter: char,
    tags: Vec<String>,
    pair: (u8, bool),
    maybe: Option<u8>,
    none: Option<u8>,
    kinds: Vec<Kind>,
    by_name: BTreeMap<String, f32>,
    by_number: BTreeMap<i16, String>,
    unit: (),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Kind {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

#[test]
fn a_value_that_was_written_is_read() {
    let order = Order {
        id: u64::MAX,
        big: -5,
        huge: i128::MIN,
        price: -0.0,
        name: "naïve €".to_owned(),
        letter: '😀',
        tags: vec![String::new(), "x".to_owned()],
        pair: (255, true),
        maybe: Some(0),
        none: None,
        kinds: vec![
            Kind::Unit,
            Kind::Newtype(1),
            Kind::Tuple(2, 3),
            Kind::Struct { a: 4 },
        ],
        by_name: BTreeMap::from([("a".to_owned(), 0.5)]),
        by_number: BTreeMap::from([(-1, "minus".to_owned())]),
        unit: (),
    };
    let read: Order = from_bytes(&to_bytes(&order).unwrap()).unwrap();
    assert_eq!(read.price.to_bits(), order.price.to_bits());
    assert_eq!(read, order);
}

#[test]
fn numbers_are_taken_for_what_is_asked() {
    check("'I 02", 1_u8);
    check("'I 02", 1.0_f64);
    check("'N 000000000000f03f", 1_i64);
    check("'N 0000000000000080", 0_i8);
    check("'N 000000000000f03f", 1.0_f32);
    check("'Z 10 0500000000000000", 5_u8);
    check("'n 000000000000f03f", 1_u8);
    check("'z 11 0500000000000000", -5_i8);
    check("'D 000000000000f03f", 1.0_f64);
    check("'Z 20 ffffffffffffffffffffffffffffffff", u128::MAX);
    mismatch::<u8>(
        "'N 000000000000e03f",
        "invalid type: floating point `0.5`, expected u8",
    );
    mismatch::<u8>("'I 8004", "invalid value: integer `256`, expected u8");
    mismatch::<i64>(
        "'Z 30 ffffffffffffffffffffffffffffffff 0100000000000000",
        "invalid value: BigInt of more than 128 bits, expected i64",
    );
}

#[derive(Debug, PartialEq, Deserialize)]
struct Part {
    a: Option<u8>,
    b: Option<u8>,
}

#[test]
fn what_is_not_there_is_none() {
    check("'_", None::<u8>);
    check("'0", None::<u8>);
    check("'_", ());
    check("'A 03 '- 'I 02 '_ '$ 00 03", vec![None, Some(1), None]);
    check("'a 03 'I 02 'I 02 '@ 01 03", vec![None, Some(1), None]);
    check("'o '\" 01 'a '_ '{ 01", Part { a: None, b: None });
}

#[test]
fn bytes_are_bytes_and_lists() {
    for bytes in [
        "'\\ 00 0a 02 0102",
        "'\\ 00 01 02 0102",
        "'B 02 0102",
        "'B 04 00010203 'V 'B 01 02 00",
    ] {
        check(bytes, Bytes(vec![1, 2]));
        check(bytes, vec![1_u8, 2]);
        check(bytes, (1_u8, 2_u8));
        mismatch::<(u8,)>(bytes, "invalid length 2, expected 1 elements");
    }
    check("'\\ 00 04 02 0102", Bytes(vec![1, 2]));
    check("'\\ 00 04 02 0102", vec![0x201_u16]);
    check("'\\ 00 07 04 0000c03f", vec![1.5_f32]);
    check("'\\ 00 08 08 000000000000f03f", vec![1.0_f64]);
    check("'\\ 00 0b 08 ffffffffffffffff", vec![-1_i64]);
    check("'\\ 00 0c 08 ffffffffffffffff", vec![u64::MAX]);
    mismatch::<Vec<u8>>(
        "'\\ 00 04 02 ffff",
        "[0]: invalid value: integer `65535`, expected u8",
    );
}

#[test]
fn maps_are_objects_and_objects_are_maps() {
    let numbers = HashMap::from([(1_u8, true)]);
    check("'; 'I 02 'T ': 02", numbers.clone());
    check("'o 'I 02 'T '{ 01", numbers);
    let names = HashMap::from([("1".to_owned(), true)]);
    check("'; '\" 01 '1 'T ': 02", names.clone());
    check("'o 'I 02 'T '{ 01", names);
    check("'o '\" 01 'x 'T '{ 01", HashMap::from([('x', true)]));
    check("'o '\" 04 'true 'T '{ 01", HashMap::from([(true, true)]));
    check(
        "'o '\" 03 '0.5 'T '{ 01",
        vec![Some(true)]
            .into_iter()
            .map(|v| ("0.5".to_owned(), v))
            .collect::<HashMap<_, _>>(),
    );
    check("'' 'I 02 ', 01", vec![1]);
    mismatch::<HashMap<u8, u8>>("'o '\" 01 'x 'T '{ 01", "invalid type: string \"x\", expected u8");
}

#[test]
fn errors_and_wrappers_are_read() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Failure {
        name: String,
        message: String,
        stack: Option<String>,
        cause: Option<Box<Failure>>,
    }
    let failure = |name: &str, message: &str, stack: Option<&str>, cause| Failure {
        name: name.to_owned(),
        message: message.to_owned(),
        stack: stack.map(str::to_owned),
        cause,
    };
    let cause = Box::new(failure("Error", "b", None, None));
    check(
        "'r 'T 'm '\" 01 'a 's '\" 02 'st 'c 'r 'm '\" 01 'b '. '.",
        failure("TypeError", "a", Some("st"), Some(cause)),
    );
    check("'y", true);
    check("'s '\" 01 'x", "x".to_owned());
    check("'s '\" 04 'Unit", Kind::Unit);
    mismatch::<String>(
        "'R '\" 01 'a 00",
        "invalid type: regular expression, expected a string",
    );
    mismatch::<String>(
        "'c 02 00d8",
        "invalid value: string with a lone surrogate, expected a string",
    );
}

#[test]
fn a_mismatch_says_where_it_is() {
    #[derive(Debug, Deserialize)]
    struct Users {
        #[expect(dead_code, reason = "never read: it fails")]
        users: Vec<BTreeMap<String, Kind>>,
    }
    let text =
        |kind: &str| format!("'o '\" 05 'users 'A 02 'o '{{ 00 'o '\" 01 'k {kind} '{{ 01 '$ 00 02 '{{ 01");
    mismatch::<Users>(
        &text("'o '\" 05 'Tuple 'A 02 'I 02 'T '$ 00 02 '{ 01"),
        ".users[1].k.Tuple[1]: invalid type: boolean `true`, expected u8",
    );
    mismatch::<Users>(
        &text("'\" 03 'Odd"),
        ".users[1].k: unknown variant `Odd`, expected one of `Unit`, `Newtype`, `Tuple`, `Struct`",
    );
    mismatch::<Users>(
        &text("'o '{ 00"),
        ".users[1].k: invalid length 0, expected string or object with one property",
    );
    mismatch::<BTreeMap<u8, u8>>(
        "'; 'I 02 'T ': 02",
        ".get(1): invalid type: boolean `true`, expected u8",
    );
    mismatch::<(u8, u8)>(
        "'A 03 'I 02 'I 02 'I 02 '$ 00 03",
        "invalid length 3, expected 2 elements",
    );
}

#[derive(Debug, Deserialize)]
struct Node {
    next: Option<Box<Node>>,
}

#[test]
fn cycles_are_refused() {
    let own = "'o '\" 04 'next '^ 00 '{ 01";
    mismatch::<Node>(own, ".next: the object has itself inside");
    // Not asked for, it does not matter; nor does the same object twice side by side.
    from_bytes::<IgnoredAny>(&payload(own)).unwrap();
    check(
        "'A 02 'o '\" 01 'a 'T '{ 01 '^ 01 '$ 00 02",
        vec![BTreeMap::from([("a".to_owned(), true)]); 2],
    );
}

#[test]
fn depth_is_limited_through_references_too() {
    let levels = |count: usize| {
        let mut document = Document::new();
        let mut root = Value::Null;
        for _ in 0..count {
            root = document.insert(Object::plain([("next", root)])).into();
        }
        document.set_root(root);
        document
    };
    let depth = |mut node: &Node| {
        let mut depth = 1;
        while let Some(next) = &node.next {
            (node, depth) = (next, depth + 1);
        }
        depth
    };
    assert_eq!(depth(&from_document(&levels(128)).unwrap()), 128);
    let error = from_document::<Node>(&levels(129)).unwrap_err().to_string();
    assert!(
        error.ends_with("next: more than 128 levels of objects inside of objects"),
        "{error}"
    );
    // What is not asked for may be deeper, up to the limit of documents.
    assert_eq!(from_document::<IgnoredAny>(&levels(10_000)), Ok(IgnoredAny));
    let mut deep = Vec::new();
    levels(100_000)
        .encode_into(&mut deep, Limits::depth(100_000))
        .unwrap();
    from_bytes::<Node>(&deep).unwrap_err();

    // A list whose items each name the one before: flat in the payload, deep in the value.
    let chain = |len| {
        let mut document = Document::new();
        let mut ids = vec![document.insert(Object::Plain(Vec::new()))];
        for _ in 1..len {
            ids.push(document.insert(Object::plain([("next", ids[ids.len() - 1])])));
        }
        let list = document.insert(Object::array(ids));
        document.set_root(list);
        document.encode().unwrap()
    };
    assert_eq!(from_bytes::<Vec<Node>>(&chain(127)).unwrap().len(), 127);
    from_bytes::<Vec<Node>>(&chain(128)).unwrap_err();
}

/// A list of any lists.
#[derive(Debug, Deserialize)]
struct Lists(#[expect(dead_code, reason = "only made")] Vec<Lists>);

#[test]
fn a_small_payload_cannot_become_a_large_value() {
    // Each list names the one before it twice: 2^40 lists, in 200 bytes.
    let mut document = Document::new();
    let mut list = document.insert(Object::array::<Value>([]));
    for _ in 0..40 {
        list = document.insert(Object::array([list, list]));
    }
    document.set_root(list);
    let payload = document.encode().unwrap();
    assert!(payload.len() < 400);
    let error = from_bytes::<Lists>(&payload).unwrap_err().to_string();
    assert!(error.ends_with("add up to more than 64 MiB"), "{error}");

    // A list of four billion holes.
    mismatch::<Vec<Option<bool>>>(
        &document_of_holes(),
        "objects in several places, or holes, add up to more than 64 MiB",
    );
}

#[test]
fn views_of_one_buffer_cannot_become_much_more_than_it() {
    let views = |count| {
        let mut document = Document::new();
        let buffer = document.insert(ArrayBuffer::new(vec![0; 1 << 20]));
        let view = BufferView {
            kind: ViewKind::Uint8Array,
            buffer,
            offset: 0,
            len: 1 << 20,
            tracks_length: false,
        };
        let views: Vec<_> = (0..count).map(|_| document.insert(view)).collect();
        let list = document.insert(Object::array(views));
        document.set_root(list);
        document
    };
    assert_eq!(from_document::<Vec<Bytes>>(&views(64)).unwrap().len(), 64);
    let error = from_document::<Vec<Bytes>>(&views(70)).unwrap_err().to_string();
    assert!(error.ends_with("add up to more than 64 MiB"), "{error}");
}

#[test]
fn a_view_of_shared_memory_is_a_map_of_integers() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Frame {
        memory: u32,
        kind: u8,
        offset: u64,
        len: usize,
    }
    let mut document = Document::new();
    let (kind, memory, offset, len) = (ViewKind::Float64Array, 3, 16, 1 << 40);
    let view = document.insert(SharedView {
        memory,
        kind,
        offset,
        len,
    });
    document.set_root(view);
    let (kind, len) = (8, 1 << 40);
    assert_eq!(
        from_document(&document),
        Ok(Frame {
            memory,
            kind,
            offset,
            len
        })
    );
}

fn document_of_holes() -> String {
    "'a ffffffff0f '@ 00 ffffffff0f".to_owned()
}
