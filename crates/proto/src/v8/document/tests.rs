use crate::v8::testing::payload;
use crate::v8::{Array, Document, ErrorKind, Id, JsError, Object, Value, View, ViewKind};

/// `[x, y]` with two objects, or the same one twice.
fn pair(same: bool) -> Document {
    let mut document = Document::new();
    let first = document.insert(Object::plain([("n", 1)]));
    let second = if same {
        first
    } else {
        document.insert(Object::plain([("n", 1)]))
    };
    let list = document.insert(Object::array([first, second]));
    document.set_root(list);
    document
}

/// A ring of `len` objects.
fn ring(len: u32) -> Document {
    let mut document = Document::new();
    for index in 0..len {
        document.insert(Object::plain([("next", Id((index + 1) % len))]));
    }
    document.set_root(Id(0));
    document
}

#[test]
fn a_document_can_be_sent_between_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Document>();
}

#[test]
fn identity_is_part_of_equality() {
    assert_eq!(pair(true), pair(true));
    assert_eq!(pair(false), pair(false));
    assert_ne!(pair(true), pair(false));
    assert_ne!(pair(false), pair(true));
    assert_eq!(ring(3), ring(3));
    // Walked along, both look alike forever.
    assert_ne!(ring(3), ring(6));
    assert_ne!(ring(6), ring(3));
}

#[test]
fn the_numbers_of_objects_are_not_part_of_equality() {
    let mut other = Document::new();
    other.insert(Object::Set(vec![Value::Null]));
    let list = other.insert(Object::Boolean(false));
    let item = other.insert(Object::plain([("n", 1)]));
    *other.get_mut(list).unwrap() = Object::array([item, item]);
    other.set_root(list);
    assert_eq!(other, pair(true));
    let mut dense = Document::from(Id(0));
    dense.insert(Array::from_head(vec![None, Some(1.into())]));
    let mut sparse = Document::from(Id(0));
    let mut array = Array::with_len(2);
    array.set(1, 1);
    sparse.insert(array);
    assert_eq!(dense, sparse);
}

#[test]
fn every_difference_is_one() {
    let of = |object: Object| {
        let mut document = Document::new();
        let root = document.insert(object);
        document.set_root(root);
        document
    };
    let mut caused = JsError::new(ErrorKind::Error, "m");
    caused.cause = Some(Value::Undefined);
    let objects = [
        Object::plain([("a", 1), ("b", 2)]),
        Object::plain([("b", 2), ("a", 1)]),
        Object::plain([("a", 1)]),
        Object::plain([("a", 2)]),
        Object::array([1]),
        Object::array([1, 2]),
        Array::with_len(1).into(),
        Object::set([1]),
        Object::set([1, 2]),
        Object::map([(1, 2)]),
        Object::map([(1, 3)]),
        Object::Date(0.0),
        Object::Date(f64::NAN),
        Object::Number(0.0),
        Object::Number(-0.0),
        Object::Boolean(true),
        Object::String("a".into()),
        Object::error(ErrorKind::Error, "m"),
        Object::error(ErrorKind::TypeError, "m"),
        caused.into(),
        View::new(ViewKind::Buffer, *b"a").into(),
        View::new(ViewKind::Uint8Array, *b"a").into(),
    ];
    for (x, left) in objects.iter().enumerate() {
        for (y, right) in objects.iter().enumerate() {
            assert_eq!(
                of(left.clone()) == of(right.clone()),
                x == y,
                "{left:?} and {right:?}"
            );
        }
    }
    assert_ne!(Document::from(Value::Null), Document::from(Value::Undefined));
    assert_eq!(Document::from(f64::NAN), Document::from(f64::NAN));
}

#[test]
fn a_cycle_is_printed_once() {
    assert_eq!(
        format!("{:?}", ring(2)),
        r#"Document {"root": #0, #0: Plain([("next", #1)]), #1: Plain([("next", #0)])}"#
    );
}

#[test]
fn a_cursor_finds_its_way() {
    let document = Document::decode(&payload(
        "'o '\" 01 'a 'A 02 'I 02 'o '\" 01 'b 'T '{ 01 '\" 01 'n 'F '$ 01 02 '\" 01 'm '; 'I 02 '\\ 00 0a 01 'x ': 02 '{ 02",
    ))
    .unwrap();
    let root = document.cursor();
    let a = root.get("a").unwrap();
    assert_eq!(a.index(0).unwrap().as_f64(), Some(1.0));
    assert_eq!(a.index(1).unwrap().get("b").unwrap().as_bool(), Some(true));
    assert_eq!(a.get("n").unwrap().as_bool(), Some(false));
    assert_eq!(
        root.get("m").unwrap().map_get(1).unwrap().as_bytes(),
        Some(&b"x"[..])
    );
    assert_eq!(
        root.properties()
            .map(|(key, _)| key.to_string())
            .collect::<Vec<_>>(),
        ["a", "m"]
    );
    for absent in [root.get("x"), a.index(2), root.index(0), root.map_get(1)] {
        assert!(absent.is_none());
    }
}
