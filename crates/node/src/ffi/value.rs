//! JavaScript values from and to plain memory.

use std::ptr;

use forkwire::HandleKind;
use forkwire::link::Arrived;
use forkwire_sys::Family;
use napi::sys;

use crate::lift::Lifted;
use crate::pool;

/// A value of JavaScript, in the handle scope in which it was made.
pub(crate) type Raw = sys::napi_value;

/// Strings up to this many UTF-16 units get worst-case room at once; longer ones are taken to be ASCII first.
const SHORT: usize = 1024;

/// A string of JavaScript.
#[derive(Clone, Copy)]
pub(crate) struct Text {
    env: sys::napi_env,
    value: sys::napi_value,
    /// Its length in UTF-16 units.
    length: usize,
}

impl Text {
    /// `length` is the string's length in UTF-16 units, as JavaScript says.
    pub(crate) fn new(env: sys::napi_env, value: sys::napi_value, length: usize) -> Self {
        Self { env, value, length }
    }

    /// Room that the text probably needs, in bytes, with the terminator that Node-API insists on: worst case for a
    /// short one, that of ASCII for a long one.
    pub(crate) fn reserve(self) -> usize {
        if self.length <= SHORT {
            self.length * 3 + 1
        } else {
            self.length + 1
        }
    }

    /// Appends the text as UTF-8; lone surrogates become U+FFFD.
    pub(crate) fn append_to(self, out: &mut Vec<u8>) {
        let start = out.len();
        let room = self.reserve();
        let written = self.write(out, room);
        if self.length <= SHORT || (written == self.length && out[start..].is_ascii()) {
            return;
        }
        // Not ASCII: what was written may be cut. Measuring first would cost every text another pass in V8.
        out.truncate(start);
        let mut length = 0;
        // SAFETY: a null buffer asks for the length only; env and value are those of the running call.
        unsafe { sys::napi_get_value_string_utf8(self.env, self.value, ptr::null_mut(), 0, &raw mut length) };
        self.write(out, length + 1);
    }

    /// Its UTF-16 units.
    pub(crate) fn units(self) -> Vec<u16> {
        let mut units = vec![0_u16; self.length + 1];
        let mut written = 0;
        let (place, room) = (units.as_mut_ptr(), units.len());
        // SAFETY: place is the start of `room` units of the vector; env and value are those of the running call.
        let result =
            unsafe { sys::napi_get_value_string_utf16(self.env, self.value, place, room, &raw mut written) };
        units.truncate(if result == sys::Status::napi_ok {
            written
        } else {
            0
        });
        units
    }

    /// Appends what fits into `room` bytes, and says how many that were.
    fn write(self, out: &mut Vec<u8>, room: usize) -> usize {
        out.reserve(room);
        let start = out.len();
        let mut written = 0;
        let place = out.spare_capacity_mut().as_mut_ptr().cast();
        // SAFETY: place is the start of at least `room` bytes of the vector's spare capacity; env and value are those
        // of the running call.
        let result =
            unsafe { sys::napi_get_value_string_utf8(self.env, self.value, place, room, &raw mut written) };
        if result != sys::Status::napi_ok {
            return 0;
        }
        // SAFETY: Node-API wrote that many bytes, which are fewer than `room`.
        unsafe { out.set_len(start + written) };
        written
    }
}

/// A JavaScript string from UTF-8. `None`: the runtime refuses (a string that is too long, an ending environment).
pub(crate) fn string(env: sys::napi_env, text: &[u8]) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    let (data, len) = (text.as_ptr().cast(), text.len().try_into().ok()?);
    let status = if text.is_ascii() {
        // SAFETY: data and len are those of a living slice.
        unsafe { sys::napi_create_string_latin1(env, data, len, &raw mut value) }
    } else {
        // SAFETY: as above.
        unsafe { sys::napi_create_string_utf8(env, data, len, &raw mut value) }
    };
    (status == sys::Status::napi_ok).then_some(value)
}

/// The same from memory that is not needed any more.
pub(crate) fn text(env: sys::napi_env, text: Vec<u8>) -> Option<sys::napi_value> {
    let value = string(env, &text);
    pool::give(text);
    value
}

/// An array of the text without its long strings, their paths, and the strings themselves, which are in `whole`.
pub(crate) fn lifted(env: sys::napi_env, whole: &[u8], lifted: &Lifted) -> Option<sys::napi_value> {
    let strings = lifted.strings.iter().map(|place| &whole[place.clone()]);
    let parts = [&lifted.text[..], &lifted.paths].into_iter().chain(strings);
    array(env, parts.map(|part| string(env, part)))
}

/// A number.
#[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
pub(crate) fn number(env: sys::napi_env, number: u64) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_double(env, number as f64, &raw mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

/// A small number.
pub(crate) fn unsigned(env: sys::napi_env, number: u32) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_uint32(env, number, &raw mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

/// An object with these members.
pub(crate) fn object(
    env: sys::napi_env,
    members: &[(&std::ffi::CStr, sys::napi_value)],
) -> Option<sys::napi_value> {
    let mut object = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_object(env, &raw mut object) };
    if status != sys::Status::napi_ok {
        return None;
    }
    for (name, value) in members {
        set(env, object, name, *value)?;
    }
    Some(object)
}

/// Throws an error with its code, unless something was thrown already.
pub(crate) fn throw(env: sys::napi_env, error: &napi::Error<String>) {
    let (Ok(code), Ok(what)) = (
        std::ffi::CString::new(error.status.as_str()),
        std::ffi::CString::new(error.reason.as_str()),
    ) else {
        return;
    };
    // SAFETY: both texts end with a zero and are copied.
    unsafe { sys::napi_throw_error(env, code.as_ptr(), what.as_ptr()) };
}

/// A Buffer with numbers of 32 bits, in the machine's order.
pub(crate) fn numbers(env: sys::napi_env, numbers: &[u32]) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    let (data, len) = (numbers.as_ptr().cast(), size_of_val(numbers));
    // SAFETY: data and len are those of a living slice, which Node-API copies.
    let status = unsafe { sys::napi_create_buffer_copy(env, len, data, ptr::null_mut(), &raw mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

/// A boolean.
pub(crate) fn boolean(env: sys::napi_env, truth: bool) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_get_boolean(env, truth, &raw mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

/// `undefined`.
pub(crate) fn undefined(env: sys::napi_env) -> Option<sys::napi_value> {
    let mut value = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_get_undefined(env, &raw mut value) };
    (status == sys::Status::napi_ok).then_some(value)
}

/// An array of handles as `index.d.ts` documents them. From here on their descriptors belong to JavaScript.
pub(crate) fn handles(env: sys::napi_env, handles: Vec<Arrived>) -> Option<sys::napi_value> {
    array(env, handles.into_iter().map(|handle| self::handle(env, handle)))
}

/// An array of numbers.
#[cfg(unix)]
pub(crate) fn integers(env: sys::napi_env, numbers: &[i32]) -> Option<sys::napi_value> {
    array(env, numbers.iter().map(|&number| integer(env, number)))
}

fn handle(env: sys::napi_env, handle: Arrived) -> Option<sys::napi_value> {
    let mut object = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_object(env, &raw mut object) };
    if status != sys::Status::napi_ok {
        return None;
    }
    set(env, object, c"kind", number(env, handle.kind as u64)?)?;
    set(env, object, c"note", string(env, handle.note.as_bytes())?)?;
    set(
        env,
        object,
        c"family",
        string(env, handle.family.map_or("", Family::as_str).as_bytes())?,
    )?;
    // Last, so that the descriptor is closed by its owner if anything before failed.
    set(env, object, c"fd", integer(env, release(handle))?)?;
    Some(object)
}

/// The number of its descriptor, which belongs to JavaScript from here on. -1 if there is none for it.
pub(crate) fn release(handle: Arrived) -> i32 {
    let release = match handle.kind {
        HandleKind::SharedMemory => super::number::release_memory,
        _ => super::number::release,
    };
    release(handle.fd).unwrap_or(-1)
}

/// A number that may be below 0.
pub(crate) fn integer(env: sys::napi_env, value: i32) -> Option<sys::napi_value> {
    let mut out = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_int32(env, value, &raw mut out) };
    (status == sys::Status::napi_ok).then_some(out)
}

fn set(
    env: sys::napi_env,
    object: sys::napi_value,
    name: &std::ffi::CStr,
    value: sys::napi_value,
) -> Option<()> {
    // SAFETY: object and value belong to the open handle scope of env.
    let status = unsafe { sys::napi_set_named_property(env, object, name.as_ptr(), value) };
    (status == sys::Status::napi_ok).then_some(())
}

fn array(
    env: sys::napi_env,
    values: impl Iterator<Item = Option<sys::napi_value>>,
) -> Option<sys::napi_value> {
    let mut array = ptr::null_mut();
    // SAFETY: env is the running environment.
    let status = unsafe { sys::napi_create_array(env, &raw mut array) };
    if status != sys::Status::napi_ok {
        return None;
    }
    for (index, value) in values.enumerate() {
        // SAFETY: array and value belong to the open handle scope of env.
        let status = unsafe { sys::napi_set_element(env, array, u32::try_from(index).ok()?, value?) };
        if status != sys::Status::napi_ok {
            return None;
        }
    }
    Some(array)
}
