//! What is beneath one of Node's wraps.

use napi::Env;
use napi::bindgen_prelude::Function;
use napi_derive::napi;

use crate::ffi::walk;

/// The descriptor in a wrap of a stream or UDP socket; on Windows the `SOCKET`, or the `HANDLE` of a pipe. It stays the
/// wrap's. -1: there is none, since the wrap is closed, or neither bound nor connected. `flip` calls the wrap's `ref()`
/// if it has no reference, and its `unref()` if it has one.
///
/// Throws what `flip` throws.
#[napi]
#[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
pub fn handle_of(env: Env, flip: Function<'_, (), ()>) -> napi::Result<i64> {
    let found = walk::find(env.raw(), || flip.call(()))?;
    #[allow(clippy::useless_conversion)] // on Windows
    Ok(found.map_or(-1, i64::from))
}
