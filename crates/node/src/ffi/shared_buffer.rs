//! `SharedArrayBuffer`s over shared memory.

use std::ffi::c_void;
use std::ptr;
use std::sync::{Arc, OnceLock};

use forkwire_sys::segment::Segment;
use napi::bindgen_prelude::Unknown;
use napi::sys;

use super::guard::guarded;
use super::libuv::Program;

/// `node_api_noenv_finalize` (`js_native_api_types.h`): it may run on any thread, and has no environment.
type Finalize = unsafe extern "C" fn(data: *mut c_void, hint: *mut c_void);

/// `node_api_create_external_sharedarraybuffer` (`js_native_api.h`; Node 22.23, 24.22, 26.12).
type CreateExternal = unsafe extern "C" fn(
    env: sys::napi_env,
    data: *mut c_void,
    length: usize,
    finalize: Option<Finalize>,
    hint: *mut c_void,
    result: *mut sys::napi_value,
) -> sys::napi_status;

/// `None`: this runtime does not have it.
fn create_external() -> Option<CreateExternal> {
    static FUNCTION: OnceLock<Option<CreateExternal>> = OnceLock::new();
    *FUNCTION.get_or_init(|| {
        let program = Program::this()?;
        // SAFETY: the type is that of Node's documented function of this name.
        unsafe { program.function(b"node_api_create_external_sharedarraybuffer\0") }
    })
}

/// A buffer that keeps the memory mapped. `None`: the runtime has no such function, or forbids memory that is not its own.
pub(crate) fn create<'env>(env: sys::napi_env, segment: &Arc<Segment>) -> Option<Unknown<'env>> {
    let create = create_external()?;
    let mut value = ptr::null_mut();
    let owner = Arc::into_raw(Arc::clone(segment));
    // SAFETY: the memory stays mapped until `release` is called, once, with the owner as its hint.
    let status = unsafe {
        create(
            env,
            segment.as_ptr().cast(),
            segment.len(),
            Some(release),
            owner.cast_mut().cast(),
            &raw mut value,
        )
    };
    if status != sys::Status::napi_ok {
        // SAFETY: made above, and not taken.
        drop(unsafe { Arc::from_raw(owner) });
        return None;
    }
    // SAFETY: the value was just made in the open handle scope of env.
    Some(unsafe { Unknown::from_raw_unchecked(env, value) })
}

unsafe extern "C" fn release(_: *mut c_void, owner: *mut c_void) {
    // SAFETY: made by Arc::into_raw in create(); called once, when no thread has the buffer any more.
    let segment = unsafe { Arc::from_raw(owner.cast_const().cast::<Segment>()) };
    guarded(|| drop(segment));
}

/// Where the bytes of a typed array begin. `None`: it is something else.
pub(crate) fn address_of(env: sys::napi_env, view: sys::napi_value) -> Option<usize> {
    let mut data = ptr::null_mut();
    // SAFETY: the value belongs to the running call; what is not asked for is null.
    let status = unsafe {
        sys::napi_get_typedarray_info(
            env,
            view,
            ptr::null_mut(),
            ptr::null_mut(),
            &raw mut data,
            ptr::null_mut(),
            ptr::null_mut(),
        )
    };
    (status == sys::Status::napi_ok).then_some(data as usize)
}
