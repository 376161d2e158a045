//! Random documents: objects of all kinds, each of which may have any other inside, or itself.

use std::collections::BTreeMap;

use forkwire_proto::v8::{
    Array, ArrayBuffer, BigInt, BufferView, Document, ErrorKind, Id, JsError, JsString, Object, RegExpFlags,
    Value, View, ViewKind,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// A value, an object in it being one of those that there will be.
#[derive(Clone, Debug)]
enum Part {
    Value(Value),
    Object(Index),
}

/// An object, once it is known how many there are.
#[derive(Clone, Debug)]
enum Shape {
    Whole(Object),
    Plain(BTreeMap<Vec<u16>, Part>),
    Array(
        Vec<Option<Part>>,
        BTreeMap<u32, Part>,
        BTreeMap<Vec<u16>, Part>,
        u32,
    ),
    Map(Vec<(Part, Part)>),
    Set(Vec<Part>),
    Error(JsError, Option<Part>),
    BufferView(ViewKind, ArrayBuffer, bool),
}

/// Strings of characters of every width, and now and then a lone surrogate.
fn units() -> impl Strategy<Value = Vec<u16>> {
    let unit = prop_oneof![6 => 0x61_u16..0x7b, 2 => 0x30_u16..0x3a, 1 => 0x80_u16..0x100, 1 => 0x20a0_u16..0x20b0, 1 => 0xd7fe_u16..0xe002];
    prop_oneof![9 => prop::collection::vec(unit.clone(), 0..6), 1 => prop::collection::vec(unit, 60..200)]
}

fn text() -> impl Strategy<Value = JsString> {
    units().prop_map(|units| JsString::from_utf16(&units))
}

fn number() -> impl Strategy<Value = f64> {
    let edges = vec![
        -0.0,
        f64::NAN,
        f64::INFINITY,
        2_147_483_647.0,
        2_147_483_648.0,
        4_294_967_295.0,
        -2_147_483_649.0,
    ];
    prop_oneof![
        any::<i32>().prop_map(f64::from),
        any::<f64>(),
        select(edges),
        (-3_i8..3).prop_map(f64::from)
    ]
}

fn big_int() -> impl Strategy<Value = BigInt> {
    (any::<bool>(), prop::collection::vec(any::<u8>(), 0..20))
        .prop_map(|(negative, bytes)| BigInt::new(negative, &bytes))
}

fn part() -> impl Strategy<Value = Part> {
    let value = prop_oneof![
        select(vec![
            Value::Undefined,
            Value::Null,
            Value::Bool(true),
            Value::Bool(false)
        ]),
        number().prop_map(Value::Number),
        big_int().prop_map(Value::BigInt),
        text().prop_map(Value::String),
    ];
    prop_oneof![value.prop_map(Part::Value), any::<Index>().prop_map(Part::Object)]
}

/// Bytes of whole elements of any kind.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<[u8; 8]>(), 0..4).prop_map(|words| words.concat())
}

fn kind() -> impl Strategy<Value = ViewKind> {
    select(ViewKind::ALL.to_vec())
}

/// V8's own form of a view knows no `Buffer`.
fn kind_over() -> impl Strategy<Value = ViewKind> {
    kind().prop_map(|kind| {
        if kind == ViewKind::Buffer {
            ViewKind::Uint8Array
        } else {
            kind
        }
    })
}

fn buffer() -> impl Strategy<Value = ArrayBuffer> {
    (bytes(), any::<Option<u8>>()).prop_map(|(bytes, more)| match more {
        Some(more) => {
            let max = u32::try_from(bytes.len()).unwrap() + u32::from(more);
            ArrayBuffer::resizable(bytes, max)
        }
        None => ArrayBuffer::new(bytes),
    })
}

fn error() -> impl Strategy<Value = JsError> {
    let kinds = vec![ErrorKind::Error, ErrorKind::TypeError, ErrorKind::UriError];
    let text = || proptest::option::of(text());
    (select(kinds), text(), text()).prop_map(|(kind, message, stack)| {
        let cause = None;
        JsError {
            kind,
            message,
            stack,
            cause,
        }
    })
}

fn whole() -> impl Strategy<Value = Object> {
    let flags = select(vec!["", "g", "dgimsuy", "v"]).prop_map(|flags| RegExpFlags::new(flags).unwrap());
    prop_oneof![
        number().prop_map(Object::Date),
        number().prop_map(Object::Number),
        any::<bool>().prop_map(Object::Boolean),
        text().prop_map(Object::String),
        big_int().prop_map(Object::BigInt),
        (text(), flags).prop_map(|(source, flags)| Object::reg_exp(source, flags)),
        buffer().prop_map(Object::ArrayBuffer),
        (kind(), bytes()).prop_map(|(kind, bytes)| View::new(kind, bytes).into()),
    ]
}

fn properties() -> impl Strategy<Value = BTreeMap<Vec<u16>, Part>> {
    prop_oneof![
        19 => prop::collection::btree_map(units(), part(), 0..4),
        1 => prop::collection::btree_map(units(), part(), 10..20),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    let elements = prop::collection::vec(proptest::option::weighted(0.8, part()), 0..5);
    let far = prop_oneof![
        Just(BTreeMap::new()),
        prop::collection::btree_map(any::<u32>(), part(), 0..3)
    ];
    let more = prop_oneof![Just(0_u32), 0_u32..10, any::<u32>()];
    prop_oneof![
        3 => whole().prop_map(Shape::Whole),
        3 => properties().prop_map(Shape::Plain),
        3 => (elements, far, properties(), more).prop_map(|(head, far, named, more)| Shape::Array(head, far, named, more)),
        1 => prop::collection::vec((part(), part()), 0..4).prop_map(Shape::Map),
        1 => prop::collection::vec(part(), 0..4).prop_map(Shape::Set),
        1 => (error(), proptest::option::of(part())).prop_map(|(error, cause)| Shape::Error(error, cause)),
        1 => (kind_over(), buffer(), any::<bool>()).prop_map(|(kind, buffer, tracks)| Shape::BufferView(kind, buffer, tracks)),
    ]
}

/// A document of up to thirty objects.
pub(crate) fn document() -> impl Strategy<Value = Document> {
    (part(), prop::collection::vec(shape(), 0..30)).prop_map(|(root, shapes)| build(&root, shapes))
}

fn build(root: &Part, shapes: Vec<Shape>) -> Document {
    let mut document = Document::new();
    let ids: Vec<Id> = shapes
        .iter()
        .map(|_| document.insert(Object::Boolean(true)))
        .collect();
    let value = |part: &Part| match part {
        Part::Value(value) => value.clone(),
        Part::Object(_) if ids.is_empty() => Value::Null,
        Part::Object(index) => Value::Object(*index.get(&ids)),
    };
    let named = |parts: &BTreeMap<Vec<u16>, Part>| -> Vec<(JsString, Value)> {
        parts
            .iter()
            .map(|(key, part)| (JsString::from_utf16(key), value(part)))
            .collect()
    };
    for (id, shape) in ids.iter().zip(shapes) {
        let object = match shape {
            Shape::Whole(object) => object,
            Shape::Plain(parts) => Object::Plain(named(&parts)),
            Shape::Map(entries) => Object::Map(
                entries
                    .iter()
                    .map(|(key, part)| (value(key), value(part)))
                    .collect(),
            ),
            Shape::Set(parts) => Object::Set(parts.iter().map(value).collect()),
            Shape::Error(mut error, cause) => {
                error.cause = cause.as_ref().map(value);
                error.into()
            }
            Shape::BufferView(kind, buffer, tracks) => {
                let tracks_length = tracks && buffer.max_len().is_some();
                let len = if tracks_length {
                    0
                } else {
                    u32::try_from(buffer.bytes().len()).unwrap()
                };
                let buffer = document.insert(buffer);
                BufferView {
                    kind,
                    buffer,
                    offset: 0,
                    len,
                    tracks_length,
                }
                .into()
            }
            Shape::Array(head, far, parts, more) => {
                let mut array = Array::with_len(more);
                for (index, part) in (0..).zip(&head) {
                    if let Some(part) = part {
                        array.set(index, value(part));
                    }
                }
                for (index, part) in &far {
                    array.set(*index, value(part));
                }
                // What looks like an index is an element.
                let is_index = |key: &JsString| key.as_str().is_some_and(|key| key.parse::<u32>().is_ok());
                *array.properties_mut() = named(&parts)
                    .into_iter()
                    .filter(|(key, _)| !is_index(key))
                    .collect();
                array.into()
            }
        };
        *document.get_mut(*id).unwrap() = object;
    }
    document.set_root(value(root));
    document
}
