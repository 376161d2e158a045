//! Makes V8 scavenge while Buffers come, before their memory makes it collect the whole heap.
//!
//! V8 counts the memory of Buffers, and collects the whole heap for each 64 MiB of it. A scavenge looks at young objects only, and
//! frees the Buffers that the program has let go of soon just as well. But V8 scavenges when its young generation is full, and of a
//! Buffer there are some hundred bytes in it. So once many bytes wait to be collected, each Buffer comes with an array to which
//! nothing refers, of a sixteenth of its size or more. A scavenge does not look at such an array.
//!
//! The first Buffer after each collection comes with an object whose finalizer says that V8 has collected again.

use std::cell::Cell;
use std::ffi::c_void;
use std::ptr;

use napi::sys;

/// Bytes that may wait in Buffers over memory of the addon.
const FOREIGN: usize = 8 << 20;

/// The same over memory of V8's own, for which it scavenges by itself: for 32 MiB up to Node 22, for 64 MiB later, by when it often
/// has begun to collect everything.
const OWN: usize = 36 << 20;

/// An array has one byte for so many of its Buffer, and twice as much for each further [`FOREIGN`] that wait: V8's young generation
/// holds a megabyte at first, and 16 or 32 in a program of which many objects have survived.
const PART: usize = 16;

/// Doublings at most.
const DOUBLINGS: usize = 5;

/// The most for one Buffer.
const FULL: usize = 16 << 20;

/// Larger Buffers come without. V8 collects after a few of them whatever is done, and they took 1.7 times as long with arrays on Node 20.
const LARGEST: usize = 4 << 20;

/// Larger objects get memory from the system, each for itself (`kMaxRegularHeapObjectSize`, 128 KiB).
const ARRAY: usize = 96 * 1024;

/// Bytes of an element.
const ELEMENT: usize = size_of::<usize>();

thread_local! {
    /// Of the environment of this thread.
    // Clippy does not see the `const` where the standard library keeps thread-locals by keys, as for windows-gnu.
    #[allow(clippy::missing_const_for_thread_local)]
    static YOUNG: Young = const { Young::new() };
}

/// Whose memory a Buffer has.
#[derive(Clone, Copy, Debug)]
pub(super) enum Memory {
    Foreign,
    Own,
}

#[derive(Debug)]
struct Young {
    /// Bytes of Buffers since V8 has collected.
    bytes: Cell<usize>,
    /// An object waits for V8 to collect it.
    watched: Cell<bool>,
}

impl Young {
    const fn new() -> Self {
        Self {
            bytes: Cell::new(0),
            watched: Cell::new(false),
        }
    }

    /// Counts a Buffer. Returns the bytes that its arrays have.
    fn count(&self, len: usize, memory: Memory) -> usize {
        let bytes = self.bytes.get().saturating_add(len);
        self.bytes.set(bytes);
        let enough = match memory {
            Memory::Foreign => FOREIGN,
            Memory::Own => OWN,
        };
        if bytes <= enough {
            0
        } else {
            let doublings = (bytes / FOREIGN - 1).min(DOUBLINGS);
            (len / PART).saturating_mul(1 << doublings).min(FULL)
        }
    }

    fn collected(&self) {
        self.bytes.set(0);
        self.watched.set(false);
    }
}

/// A Buffer of `len` bytes is about to be made. What a scavenge meets alive is copied, so it had better come before the Buffer.
pub(super) fn buffer(env: sys::napi_env, len: usize, memory: Memory) {
    if len > LARGEST {
        return;
    }
    YOUNG.with(|young| {
        let arrays = young.count(len, memory);
        if arrays < ELEMENT && young.watched.get() {
            return;
        }
        in_scope(env, || {
            if !young.watched.get() {
                young.watched.set(watch(env));
            }
            // What cannot be watched would get arrays for ever.
            if young.watched.get() {
                fill(env, arrays);
            }
        });
    });
}

/// Runs `make`, of whose values nothing is left to refer to.
fn in_scope(env: sys::napi_env, make: impl FnOnce()) {
    let mut scope = ptr::null_mut();
    // SAFETY: env is the running environment; the scope is closed below.
    if unsafe { sys::napi_open_handle_scope(env, &raw mut scope) } == sys::Status::napi_ok {
        make();
        // SAFETY: opened above.
        unsafe { sys::napi_close_handle_scope(env, scope) };
    }
}

fn watch(env: sys::napi_env) -> bool {
    let mut object = ptr::null_mut();
    // SAFETY: env is the running environment, and the finalizer uses no data.
    let status = unsafe {
        sys::napi_create_external(
            env,
            ptr::null_mut(),
            Some(finalize),
            ptr::null_mut(),
            &raw mut object,
        )
    };
    status == sys::Status::napi_ok
}

unsafe extern "C" fn finalize(_: sys::napi_env, _: *mut c_void, _: *mut c_void) {
    YOUNG.with(Young::collected);
}

fn fill(env: sys::napi_env, mut bytes: usize) {
    while bytes >= ELEMENT {
        let part = bytes.min(ARRAY);
        let mut array = ptr::null_mut();
        // SAFETY: env is the running environment. Should it refuse, no array is made, and none is needed.
        unsafe { sys::napi_create_array_with_length(env, part / ELEMENT, &raw mut array) };
        bytes -= part;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn arrays_come_once_enough_waits_and_end_when_v8_has_collected() {
        let young = Young::new();
        let foreign = |len| young.count(len, Memory::Foreign);
        assert_eq!(foreign(8 * MIB), 0);
        assert_eq!(foreign(MIB), MIB / 16);
        assert_eq!(foreign(7 * MIB), 7 * MIB / 8);
        assert_eq!(
            young.count(20 * MIB, Memory::Own),
            0,
            "V8 counts these by itself, for a while"
        );
        assert_eq!(young.count(MIB, Memory::Own), MIB / 2);
        assert_eq!(foreign(3 * MIB), 3 * MIB);
        assert_eq!(foreign(60 * MIB), FULL);
        assert_eq!(foreign(MIB), 2 * MIB);
        young.collected();
        assert_eq!(foreign(8 * MIB), 0);
        assert_eq!(foreign(usize::MAX), FULL);
    }
}
