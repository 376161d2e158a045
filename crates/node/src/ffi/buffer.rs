//! Buffers of JavaScript.

use std::ffi::c_void;
use std::ptr;

use napi::sys;

use super::guard::guarded;
use super::value::Raw;
use super::young::{self, Memory};
use crate::pool;

/// A payload below this size, in bytes, is copied into JavaScript's memory; a larger one keeps its own. To make and to collect
/// a Buffer over foreign memory takes longer than to copy 64 KiB, and what was copied is used again while it is in the cache.
const COPY: usize = 128 * 1024;

/// A Buffer with these bytes.
pub(crate) fn buffer(env: sys::napi_env, bytes: Vec<u8>) -> Option<Raw> {
    if bytes.len() < COPY {
        young::buffer(env, bytes.len(), Memory::Own);
        return copied(env, bytes);
    }
    external(env, bytes)
}

/// A Buffer with memory of JavaScript's own. The vector goes back to the pool.
fn copied(env: sys::napi_env, bytes: Vec<u8>) -> Option<Raw> {
    let mut value = ptr::null_mut();
    let (data, len) = (bytes.as_ptr().cast(), bytes.len());
    // SAFETY: data and len are those of a living vector, which Node-API copies.
    let status = unsafe { sys::napi_create_buffer_copy(env, len, data, ptr::null_mut(), &raw mut value) };
    pool::give(bytes);
    (status == sys::Status::napi_ok).then_some(value)
}

/// A Buffer whose memory is that of the vector, and goes back to the pool when it is collected.
fn external(env: sys::napi_env, bytes: Vec<u8>) -> Option<Raw> {
    let mut owner = Box::new(bytes);
    let (data, len) = (owner.as_mut_ptr().cast(), owner.len());
    let owner = Box::into_raw(owner);
    young::buffer(env, len, Memory::Foreign);
    let mut value = ptr::null_mut();
    // SAFETY: data and len are those of the vector, which lives until `collected` is called, once, with it as hint.
    let status = unsafe {
        sys::napi_create_external_buffer(env, len, data, Some(collected), owner.cast(), &raw mut value)
    };
    if status == sys::Status::napi_ok {
        return Some(value);
    }
    // SAFETY: made by Box::into_raw above, and Node-API did not take it.
    let bytes = unsafe { Box::from_raw(owner) };
    // Where memory that is not the engine's own is not allowed (Electron), it is copied.
    copied(env, *bytes)
}

/// Takes the memory of a Buffer that was collected.
unsafe extern "C" fn collected(_: sys::napi_env, _: *mut c_void, owner: *mut c_void) {
    // SAFETY: made by Box::into_raw in external(); Node-API calls this once.
    let bytes = unsafe { Box::from_raw(owner.cast::<Vec<u8>>()) };
    guarded(|| pool::give(*bytes));
}
