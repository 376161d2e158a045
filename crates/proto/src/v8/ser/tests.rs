use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Serialize, Serializer};

use crate::v8::testing::payload;
use crate::v8::{Document, EncodeError, append, to_bytes};

#[derive(Serialize)]
struct Unit;

#[derive(Serialize)]
struct Newtype(u8);

#[derive(Serialize)]
struct Pair(u8, bool);

#[derive(Serialize)]
enum Enum {
    Unit,
    Newtype(u8),
    Tuple(u8, u8),
    Struct { a: u8 },
}

/// What `serialize_bytes` gets.
struct Bytes<'a>(&'a [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

#[track_caller]
fn check<T: Serialize>(value: T, expected: &str) {
    let bytes = to_bytes(&value).unwrap();
    assert_eq!(bytes, payload(expected));
    Document::decode(&bytes).unwrap();
}

#[test]
fn primitives() {
    check(true, "'T");
    check(-1_i8, "'I 01");
    check(3_000_000_000_u32, "'U 80bcc1960b");
    check(1.5_f32, "'N 000000000000f83f");
    check(2.0, "'I 04");
    check('é', "'\" 01 e9");
    check("€", "'c 02 ac20");
    check((), "'0");
    check(None::<u8>, "'0");
    check(Some(1), "'I 02");
    check(Bytes(b"ab"), "'\\ 00 0a 02 'ab");
    check(Ipv4Addr::LOCALHOST, "'\" 09 '127.0.0.1");
}

#[test]
fn integers_beyond_what_a_number_holds_are_bigints() {
    check((1_u64 << 53) - 1, "'N ffffffffffff3f43");
    check(1_u64 << 53, "'Z 10 0000000000002000");
    check(-(1_i64 << 53), "'Z 11 0000000000002000");
    check(u64::MAX, "'Z 10 ffffffffffffffff");
    check(i128::MIN, "'Z 21 00000000000000000000000000000080");
    check(u128::MAX, "'Z 20 ffffffffffffffffffffffffffffffff");
}

#[test]
fn structs_tuples_and_variants_are_as_in_json() {
    check(Unit, "'0");
    check(Newtype(1), "'I 02");
    check(Pair(1, true), "'A 02 'I 02 'T '$ 00 02");
    check((), "'0");
    check(Enum::Unit, "'\" 04 'Unit");
    check(Enum::Newtype(1), "'o '\" 07 'Newtype 'I 02 '{ 01");
    check(
        Enum::Tuple(1, 2),
        "'o '\" 05 'Tuple 'A 02 'I 02 'I 04 '$ 00 02 '{ 01",
    );
    check(
        Enum::Struct { a: 1 },
        "'o '\" 06 'Struct 'o '\" 01 'a 'I 02 '{ 01 '{ 01",
    );
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
enum Key {
    Number(u8),
    Text(&'static str),
}

struct Mixed;
impl Serialize for Mixed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([(Key::Text("a"), 1), (Key::Number(1), 2)])
    }
}

#[test]
fn the_first_key_decides_what_a_map_is() {
    check(
        BTreeMap::from([("a", 1), ("€", 2)]),
        "'o '\" 01 'a 'I 02 'c 02 ac20 'I 04 '{ 02",
    );
    check(BTreeMap::from([(1, 2)]), "'; 'I 02 'I 04 ': 02");
    check(
        BTreeMap::from([((1, 2), 3)]),
        "'; 'A 02 'I 02 'I 04 '$ 00 02 'I 06 ': 02",
    );
    check(BTreeMap::<u8, u8>::new(), "'o '{ 00");
    check(
        BTreeMap::from([(Key::Number(1), 1), (Key::Text("a"), 2)]),
        "'; 'I 02 'I 02 '\" 01 'a 'I 04 ': 04",
    );
    assert_eq!(to_bytes(&Mixed), Err(EncodeError::MixedKeys));
}

#[test]
fn a_sequence_need_not_know_its_length_but_must_keep_its_word() {
    struct Sequence(Option<usize>);
    impl Serialize for Sequence {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeSeq;
            let mut sequence = serializer.serialize_seq(self.0)?;
            sequence.serialize_element("a")?;
            sequence.serialize_element("€")?;
            sequence.end()
        }
    }
    check(Sequence(None), "'A 8280808000 '\" 01 'a 00 'c 02 ac20 '$ 00 02");
    check(Sequence(Some(2)), "'A 02 '\" 01 'a 00 'c 02 ac20 '$ 00 02");
    assert!(matches!(
        to_bytes(&Sequence(Some(3))),
        Err(EncodeError::Custom { .. })
    ));
}

#[test]
fn depth_is_limited_and_leaves_nothing_behind() {
    #[derive(Serialize)]
    struct List(Option<Box<(List, u8)>>);
    let list = |len| (0..len).fold(List(None), |list, _| List(Some(Box::new((list, 0)))));
    to_bytes(&list(1_000)).unwrap();
    let mut out = b"before".to_vec();
    assert_eq!(
        append(&list(1_001), &mut out),
        Err(EncodeError::TooDeep { max: 1_000 })
    );
    assert_eq!(out, b"before");
}
