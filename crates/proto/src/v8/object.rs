//! JavaScript's objects, as far as they can be cloned.

use crate::v8::{
    Array, ArrayBuffer, BigInt, BufferView, JsString, RegExp, RegExpFlags, SharedView, Value, View, ViewKind,
};

/// An object of a [`Document`](crate::v8::Document). Its members are values, and other objects among them are named
/// by `Id`.
///
/// Prototypes do not travel: an instance of a class is a [`Object::Plain`], as is every host object (a socket, say).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Object {
    /// An object with properties, in the order of the object. Each key occurs once, because V8 refuses a second one.
    Plain(Vec<(JsString, Value)>),
    /// An array.
    Array(Array),
    /// A `Map`: its entries, in order.
    Map(Vec<(Value, Value)>),
    /// A `Set`: its values, in order.
    Set(Vec<Value>),
    /// A `Date`: milliseconds since 1970-01-01T00:00Z, NaN for an invalid one.
    Date(f64),
    /// A regular expression.
    RegExp(Box<RegExp>),
    /// An `Error`.
    Error(Box<JsError>),
    /// A `Boolean` object: not the primitive.
    Boolean(bool),
    /// A `Number` object: not the primitive.
    Number(f64),
    /// A `String` object: not the primitive.
    String(JsString),
    /// A `BigInt` object: not the primitive.
    BigInt(BigInt),
    /// An `ArrayBuffer`.
    ArrayBuffer(ArrayBuffer),
    /// A typed array, a `DataView` or a `Buffer`, with bytes of its own.
    View(View),
    /// A typed array or a `DataView` over an `ArrayBuffer` of the same document.
    BufferView(BufferView),
    /// A typed array, a `DataView` or a `Buffer` over shared memory that travels with the message.
    SharedView(SharedView),
    /// The `SharedArrayBuffer` of such memory, by its number among those that are in the message.
    SharedBuffer(u32),
}

/// An `Error`. Own properties other than these are not sent by V8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsError {
    /// Which constructor made it.
    pub kind: ErrorKind,
    /// `message`, if it is an own property.
    pub message: Option<JsString>,
    /// `stack`, if it is a string.
    pub stack: Option<JsString>,
    /// `cause`, if there is one. Node 20 cannot read an error that is its own cause, directly or not.
    pub cause: Option<Value>,
}

/// The constructors that the format knows. V8 goes by the error's `name`; any other one is an `Error`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are JavaScript's")]
pub enum ErrorKind {
    #[default]
    Error,
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    UriError,
}

impl ErrorKind {
    /// V8's letters (`ErrorTag`); `Error` has none.
    const TAGS: [(Self, u8); 6] = [
        (Self::EvalError, b'E'),
        (Self::RangeError, b'R'),
        (Self::ReferenceError, b'F'),
        (Self::SyntaxError, b'S'),
        (Self::TypeError, b'T'),
        (Self::UriError, b'U'),
    ];

    pub(super) fn tag(self) -> Option<u8> {
        Self::TAGS
            .iter()
            .find(|entry| entry.0 == self)
            .map(|entry| entry.1)
    }

    pub(super) fn from_tag(tag: u8) -> Option<Self> {
        Self::TAGS
            .iter()
            .find(|entry| entry.1 == tag)
            .map(|entry| entry.0)
    }

    /// The constructor's name, which is the error's `name` too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "Error",
            Self::EvalError => "EvalError",
            Self::RangeError => "RangeError",
            Self::ReferenceError => "ReferenceError",
            Self::SyntaxError => "SyntaxError",
            Self::TypeError => "TypeError",
            Self::UriError => "URIError",
        }
    }
}

impl JsError {
    /// An error with a message, without a stack or a cause.
    pub fn new(kind: ErrorKind, message: impl Into<JsString>) -> Self {
        Self {
            kind,
            message: Some(message.into()),
            stack: None,
            cause: None,
        }
    }
}

impl Object {
    /// An object with these properties.
    pub fn plain<K: Into<JsString>, V: Into<Value>>(properties: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Plain(
            properties
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    /// An array of these values, without holes.
    pub fn array<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Array(values.into_iter().collect())
    }

    /// A `Map` of these entries.
    pub fn map<K: Into<Value>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    /// A `Set` of these values.
    pub fn set<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Self {
        Self::Set(values.into_iter().map(Into::into).collect())
    }

    /// A Node `Buffer` of these bytes.
    pub fn buffer(bytes: impl Into<Box<[u8]>>) -> Self {
        Self::View(View::new(ViewKind::Buffer, bytes))
    }

    /// A regular expression.
    pub fn reg_exp(source: impl Into<JsString>, flags: RegExpFlags) -> Self {
        let source = source.into();
        Self::RegExp(Box::new(RegExp { source, flags }))
    }

    /// An error with a message, without a stack or a cause.
    pub fn error(kind: ErrorKind, message: impl Into<JsString>) -> Self {
        JsError::new(kind, message).into()
    }

    /// The property with this key, if the object is [`Object::Plain`]. Looks at one key after the other.
    pub fn get(&self, key: &str) -> Option<&Value> {
        let Self::Plain(properties) = self else {
            return None;
        };
        properties
            .iter()
            .find(|entry| entry.0 == key)
            .map(|entry| &entry.1)
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $made:expr;)*) => {
        $(impl From<$source> for Object {
            fn from($value: $source) -> Self {
                $made
            }
        })*
    };
}

from! {
    Array => |array| Self::Array(array);
    JsError => |error| Self::Error(Box::new(error));
    RegExp => |reg_exp| Self::RegExp(Box::new(reg_exp));
    ArrayBuffer => |buffer| Self::ArrayBuffer(buffer);
    View => |view| Self::View(view);
    BufferView => |view| Self::BufferView(view);
    SharedView => |view| Self::SharedView(view);
}

/// The first key that occurs in `properties` twice.
pub(super) fn duplicate_key(properties: &[(JsString, Value)]) -> Option<&JsString> {
    // Pairwise for the many small objects, sorted for the few large ones: a hostile object must not cost its square.
    if properties.len() <= 12 {
        let earlier = |at: usize| properties[..at].iter().any(|other| other.0 == properties[at].0);
        return (1..properties.len())
            .find(|&at| earlier(at))
            .map(|at| &properties[at].0);
    }
    let mut seen = std::collections::HashSet::with_capacity(properties.len());
    properties
        .iter()
        .map(|entry| &entry.0)
        .find(|&key| !seen.insert(key))
}
