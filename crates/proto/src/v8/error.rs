//! The errors of payloads, and of values that cannot become one.

use thiserror::Error;

/// Why a payload is not one document, or not the type that was asked for. Positions are byte offsets in the payload
/// (its version tag is at 0).
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DecodeError {
    /// The payload does not begin with a version of the format that this codec reads.
    #[error(
        "the payload begins with {}, and this side reads versions {oldest} to {newest} of V8's format",
        .found.map_or("no version".to_owned(), |version| format!("version {version}")),
        oldest = crate::v8::OLDEST_VERSION,
        newest = crate::v8::VERSION
    )]
    Version {
        /// The version, if there is one.
        found: Option<u32>,
    },
    /// The payload ends inside a value.
    #[error("the payload ends at byte {position}, inside a value")]
    Truncated {
        /// Where it ends.
        position: u64,
    },
    /// A length that the rest of the payload cannot hold. Nothing was allocated for it.
    #[error("byte {position} announces {announced} bytes or elements where at most {available} can follow")]
    Length {
        /// The announced length, in bytes or elements. (An element takes at least one byte.)
        announced: u64,
        /// What is left of the payload, in bytes.
        available: u64,
        /// Where the announced bytes or elements would begin.
        position: u64,
    },
    /// A tag that the format does not have, or not in this place.
    #[error("unexpected tag 0x{tag:02x} at byte {position}")]
    Tag {
        /// The tag.
        tag: u8,
        /// Where it is.
        position: u64,
    },
    /// A reference to something outside of the payload, which cannot come from another process.
    #[error("byte {position} refers to {what}, which cannot come from another process")]
    OutOfBand {
        /// What it is.
        what: &'static str,
        /// Where its tag is.
        position: u64,
    },
    /// A rule of the format is broken.
    #[error("malformed value at byte {position}: {what}")]
    Malformed {
        /// Which rule.
        what: &'static str,
        /// Where the fault is.
        position: u64,
    },
    /// A UTF-8 string that is not UTF-8.
    #[error("the string at byte {position} is not UTF-8")]
    Text {
        /// Where the string's bytes begin.
        position: u64,
    },
    /// A back reference to an object that does not exist.
    #[error("byte {position} refers back to object {id}, and there are {objects} so far")]
    Reference {
        /// The number of the missing object.
        id: u32,
        /// How many objects there are before it.
        objects: u64,
        /// Where the reference is.
        position: u64,
    },
    /// More levels of objects inside of objects than allowed.
    #[error("more than {max} levels of objects inside of objects at byte {position}")]
    TooDeep {
        /// The limit, in levels.
        max: usize,
        /// Where the level too many begins.
        position: u64,
    },
    /// The value is complete before the payload is.
    #[error("the value ends at byte {position}, and {extra} bytes follow")]
    Trailing {
        /// How many bytes follow.
        extra: u64,
        /// Where the value ends.
        position: u64,
    },
    /// The document is valid, but does not match the type that [`from_bytes`](crate::v8::from_bytes) was asked for.
    #[error("{}{message}", if path.is_empty() { String::new() } else { format!("{path}: ") })]
    Mismatch {
        /// What was expected and what was there.
        message: String,
        /// The place in the value, such as `.users[3].name`. Empty at the root.
        path: String,
    },
}

impl DecodeError {
    /// Where the fault is: a byte offset in the payload. `None` for a fault that is not one of bytes.
    pub fn position(&self) -> Option<u64> {
        match *self {
            Self::Version { .. } => Some(0),
            Self::Truncated { position }
            | Self::Length { position, .. }
            | Self::Tag { position, .. }
            | Self::OutOfBand { position, .. }
            | Self::Malformed { position, .. }
            | Self::Text { position }
            | Self::Reference { position, .. }
            | Self::TooDeep { position, .. }
            | Self::Trailing { position, .. } => Some(position),
            Self::Mismatch { .. } => None,
        }
    }

    /// The stable code of this error, `ERR_FORKWIRE_*`.
    pub fn code(&self) -> &'static str {
        "ERR_FORKWIRE_MALFORMED"
    }

    /// The same fault, one level further up in the value.
    pub(super) fn below(mut self, step: impl FnOnce() -> String) -> Self {
        if let Self::Mismatch { path, .. } = &mut self {
            path.insert_str(0, &step());
        }
        self
    }
}

impl serde::de::Error for DecodeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Mismatch {
            message: message.to_string(),
            path: String::new(),
        }
    }
}

/// Why a value cannot be written to a payload.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// An [`Id`](crate::v8::Id) of another document.
    #[error("the document has no object {id}")]
    UnknownObject {
        /// The number of the missing object.
        id: u32,
    },
    /// More levels of objects inside of objects than allowed.
    #[error("more than {max} levels of objects inside of objects")]
    TooDeep {
        /// The limit, in levels.
        max: usize,
    },
    /// A string, list or buffer with more bytes or elements than the format's 32-bit lengths can say.
    #[error("{len} bytes or elements are more than the format can say")]
    TooLarge {
        /// How many there are.
        len: u64,
    },
    /// A view that no JavaScript engine would make: it reaches beyond its buffer, or is not a whole number of elements.
    #[error("not a possible view: {what}")]
    View {
        /// What is wrong with it.
        what: &'static str,
    },
    /// An object with the same key twice, which V8 refuses to read.
    #[error("the key {key:?} stands twice in one object")]
    DuplicateKey {
        /// The key.
        key: String,
    },
    /// A map whose first key is a string, so that it was begun as an object, and that has a key which is not a string.
    #[error("a map whose first key is a string must have only strings as keys")]
    MixedKeys,
    /// An error of the type's own `Serialize`, or a wrong length that it announced.
    #[error("{message}")]
    Custom {
        /// The error's text.
        message: String,
    },
}

impl EncodeError {
    /// The stable code of this error, `ERR_FORKWIRE_*`.
    pub fn code(&self) -> &'static str {
        "ERR_FORKWIRE_NOT_SERIALIZABLE"
    }
}

impl serde::ser::Error for EncodeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self::Custom {
            message: message.to_string(),
        }
    }
}
