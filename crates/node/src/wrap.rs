//! What is beneath one of Node's wraps.

use napi::Env;
use napi::bindgen_prelude::Function;
use napi_derive::napi;

use crate::ffi::walk;

/// The `SOCKET` of a TCP or UDP wrap, or the `HANDLE` of a pipe's; -1 if it has none: it is closed, or neither bound nor
/// connected. It stays the wrap's. `flip` calls the wrap's `ref()` if it has no reference, and its `unref()` if it has
/// one.
///
/// Throws what `flip` throws.
#[napi]
#[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
pub fn handle_of(env: Env, flip: Function<'_, (), ()>) -> napi::Result<i64> {
    let found = walk::find(env.raw(), || flip.call(()))?;
    Ok(found.and_then(|number| i64::try_from(number).ok()).unwrap_or(-1))
}
