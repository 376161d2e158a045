//! Finding the socket or pipe beneath one of Node's wraps. On Windows a wrap does not show it (its `fd` is -1). But
//! `ref()` and `unref()` of the wrap change a flag of libuv's handle: the handle whose flag changes is the wrap's.

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

use napi::sys;

use super::guard::guarded;
use super::libuv::{Program, find};

type Handle = *mut c_void;
/// `uv_os_fd_t`: a descriptor; on Windows a `HANDLE`, or a `SOCKET` in its place.
#[cfg(unix)]
pub(crate) type Number = i32;
#[cfg(windows)]
pub(crate) type Number = i64;

type Visit = unsafe extern "C" fn(Handle, *mut c_void);

/// `UV_NAMED_PIPE`, `UV_TCP` and `UV_UDP` of `uv_handle_type` (uv.h; unchanged since libuv 1.0).
const KINDS: [i32; 3] = [7, 12, 15];

/// The functions of libuv that the search needs (docs.libuv.org: `uv_handle_t`, `uv_loop_t`).
struct Uv {
    walk: unsafe extern "C" fn(*mut sys::uv_loop_s, Visit, *mut c_void),
    get_type: unsafe extern "C" fn(Handle) -> i32,
    has_ref: unsafe extern "C" fn(Handle) -> i32,
    fileno: unsafe extern "C" fn(Handle, *mut Number) -> i32,
}

impl Uv {
    fn get() -> Option<&'static Self> {
        static UV: OnceLock<Option<Uv>> = OnceLock::new();
        UV.get_or_init(Self::load).as_ref()
    }

    fn load() -> Option<Self> {
        let program = Program::this()?;
        Some(Self {
            walk: find!(program, "uv_walk"),
            get_type: find!(program, "uv_handle_get_type"),
            has_ref: find!(program, "uv_has_ref"),
            fileno: find!(program, "uv_fileno"),
        })
    }

    fn has_ref(&self, handle: Handle) -> bool {
        // SAFETY: the caller has the handle from a walk, and the loop has not turned since: only there are handles freed.
        unsafe { (self.has_ref)(handle) != 0 }
    }
}

/// What the wrap holds whose reference `flip` turns, in either direction; it is called twice, so that all is as before.
/// `None`: none turned (the wrap is closed), it has no socket yet (before bind or connect), or this is a program without
/// libuv.
///
/// It looks at every handle of the loop: about 50 ns for each, of which there is one for each open socket.
pub(crate) fn find(env: sys::napi_env, flip: impl Fn() -> napi::Result<()>) -> napi::Result<Option<Number>> {
    let Some((uv, handles)) = handles(env) else {
        return Ok(None);
    };
    flip()?;
    let mut turned = handles
        .iter()
        .filter(|(handle, held)| uv.has_ref(*handle) != *held);
    let found = match (turned.next(), turned.next()) {
        (Some((handle, _)), None) => number(uv, *handle),
        _ => None,
    };
    flip()?;
    Ok(found)
}

/// The loop's sockets and pipes, and whether each keeps the loop alive.
fn handles(env: sys::napi_env) -> Option<(&'static Uv, Vec<(Handle, bool)>)> {
    let uv = Uv::get()?;
    let mut uv_loop = ptr::null_mut();
    // SAFETY: env is the running environment.
    if unsafe { sys::napi_get_uv_event_loop(env, &raw mut uv_loop) } != sys::Status::napi_ok {
        return None;
    }
    let mut all: Vec<Handle> = Vec::new();
    // SAFETY: the loop is that of this thread; `visit` gets the vector that it expects, for the time of the call.
    unsafe { (uv.walk)(uv_loop, visit, (&raw mut all).cast()) };
    let of_kind = all.into_iter().filter(|handle| {
        // SAFETY: the walk has just given the handle.
        KINDS.contains(&unsafe { (uv.get_type)(*handle) })
    });
    let with_state = of_kind.map(|handle| (handle, uv.has_ref(handle))).collect();
    Some((uv, with_state))
}

unsafe extern "C" fn visit(handle: Handle, all: *mut c_void) {
    // SAFETY: `handles` passes its vector, and touches it when the walk is over.
    let all = unsafe { &mut *all.cast::<Vec<Handle>>() };
    guarded(|| all.push(handle));
}

fn number(uv: &Uv, handle: Handle) -> Option<Number> {
    let mut number = 0;
    // SAFETY: the handle is of a kind that has one, and alive as in `has_ref`; the place is ours.
    let status = unsafe { (uv.fileno)(handle, &raw mut number) };
    (status == 0).then_some(number)
}
