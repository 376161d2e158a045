//! One message.

use std::os::fd::OwnedFd;

use forkwire_proto::{Descriptor, Format, Meta, v8};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Error;

/// One message: its bytes, and the handles that travel with it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Message {
    /// How the payload is written, and whether Node would call the message internal.
    pub meta: Meta,
    /// The payload: JSON text or structured clone bytes, as `meta` says.
    pub payload: Vec<u8>,
    /// At most [`crate::MAX_HANDLES`] handles, in order. At most one on Node's own wire.
    pub handles: Vec<(Descriptor, OwnedFd)>,
}

impl Message {
    /// A message without handles.
    pub fn new(format: Format, payload: impl Into<Vec<u8>>) -> Self {
        Self {
            meta: Meta::new(format),
            payload: payload.into(),
            handles: Vec::new(),
        }
    }

    /// A value as a message: JSON, or V8's structured clone format as [`v8::to_bytes`] writes it (`serialize_bytes`
    /// becomes a `Buffer`). Use the channel's [`format`](crate::Channel::format).
    ///
    /// # Errors
    /// The value has no such form (a map with keys that are no strings in JSON, say).
    pub fn from_value<T: Serialize + ?Sized>(format: Format, value: &T) -> Result<Self, Error> {
        let payload = match format {
            Format::Json => serde_json::to_vec(value)?,
            Format::Clone => v8::to_bytes(value)?,
        };
        Ok(Self::new(format, payload))
    }

    /// The message as a Rust value, whichever form it has; see [`v8::from_bytes`] for the advanced mode.
    ///
    /// # Errors
    /// The message is not what `T` expects, or no valid JSON or clone at all.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        match self.meta.format {
            Format::Json => Ok(serde_json::from_slice(&self.payload)?),
            Format::Clone => Ok(v8::from_bytes(&self.payload)?),
        }
    }

    /// The message with one more handle.
    #[must_use]
    pub fn with_handle(mut self, descriptor: Descriptor, handle: OwnedFd) -> Self {
        self.handles.push((descriptor, handle));
        self
    }
}
