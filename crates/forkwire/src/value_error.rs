//! The error of a value that does not fit its message.

use forkwire_proto::v8::{DecodeError, EncodeError};
use thiserror::Error;

/// A value and a message that do not fit each other.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ValueError {
    /// The text is not JSON of the expected type, or the value has no JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The bytes are not a structured clone of the expected type.
    #[error(transparent)]
    Decode(#[from] Box<DecodeError>),
    /// The value has no structured clone.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The payload has another format than the call reads.
    #[error("the message is not JSON text, which only a message in Format::Json is")]
    NotJson,
}

impl From<DecodeError> for ValueError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(Box::new(error))
    }
}
