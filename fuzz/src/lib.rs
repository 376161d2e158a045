//! What the fuzz targets share.

pub mod model;

// The tests of the crate run it too, so that it keeps up with the crate.
#[path = "../../crates/proto/tests/support/any_bytes.rs"]
mod any_bytes;

pub use any_bytes::{Handle, MAX_MESSAGE, Read, config, document, reads, survive};
