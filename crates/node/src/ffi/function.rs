//! Functions of JavaScript over a Rust object, for what is called once a message.
//!
//! A class method of napi-rs locks a process-wide table of borrowed values and allocates, in each call that has
//! arguments. These functions carry their object as Node-API's own data pointer, so that there is nothing to look up.

use std::ffi::{CStr, c_void};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::ptr;
use std::rc::Rc;
use std::slice;

use napi::sys;

use super::guard::guarded;
use super::value::{self, Text};
use crate::compose::escape_from;
use crate::outline::VALUES;

/// Most arguments that a usual function takes.
const ARGUMENTS: usize = 5;

/// Most arguments of one that takes the values of a message.
const MANY: usize = 1 + VALUES;

/// Room for a short text, in bytes: 256 UTF-16 units, of which each takes three bytes at most, and Node-API's terminator.
const ROOM: usize = 256 * 3 + END;

/// Bytes that may be left when a text does not fit: less than a character, and the terminator.
const END: usize = 4;

/// Where a short text is put.
pub(crate) type Room = [MaybeUninit<u8>; ROOM];

/// What such a function answers. The error is boxed because the answer is moved on its way: as large as an error of napi-rs, it
/// took longer than everything else here.
pub(crate) type Answer<T = u32> = Result<T, Box<napi::Error<String>>>;

/// What a function does with its object. It must not run JavaScript while it holds what it got from the arguments.
pub(crate) type Body<T> = fn(&T, &Arguments<'_>) -> Answer;

/// What belongs to one function; freed when JavaScript has no reference to the function any more.
struct Data<T> {
    object: Rc<T>,
    body: Body<T>,
}

/// The arguments of a running call. Those that the caller left out are `undefined`.
pub(crate) struct Arguments<'a> {
    env: sys::napi_env,
    values: &'a [sys::napi_value],
    call: PhantomData<&'a ()>,
}

/// What appending a string came to.
pub(crate) enum Appended {
    Whole,
    /// There is not enough room. What was appended is to be dropped.
    TooLong,
    /// Nothing was appended.
    NotAString,
}

/// A function that calls `body` with `object`, which it keeps alive. `None`: the environment is ending.
fn create<T: 'static, const N: usize>(
    env: sys::napi_env,
    name: &CStr,
    object: &Rc<T>,
    body: Body<T>,
) -> Option<sys::napi_value> {
    let (length, mut function) = (name.to_bytes().len().try_into().ok()?, ptr::null_mut());
    let data = Box::into_raw(Box::new(Data {
        object: Rc::clone(object),
        body,
    }));
    // SAFETY: env is the running environment, the name is `length` bytes long, and `invoke::<T, N>` takes this data.
    let status = unsafe {
        sys::napi_create_function(
            env,
            name.as_ptr(),
            length,
            Some(invoke::<T, N>),
            data.cast(),
            &raw mut function,
        )
    };
    let status = match status {
        // SAFETY: `function` was just made; `free::<T>` takes this data, and is called once, after the last call.
        sys::Status::napi_ok => unsafe {
            sys::napi_add_finalizer(
                env,
                function,
                data.cast(),
                Some(free::<T>),
                ptr::null_mut(),
                ptr::null_mut(),
            )
        },
        failed => failed,
    };
    if status == sys::Status::napi_ok {
        return Some(function);
    }
    // SAFETY: made above; no finalizer was added, and the function, if there is one, is given to nobody.
    drop(unsafe { Box::from_raw(data) });
    None
}

/// An object with functions of these names, all of which have `object`. `None`: the environment is ending.
///
/// `wide`: one that takes more arguments.
pub(crate) fn create_all<T: 'static>(
    env: sys::napi_env,
    functions: &[(&CStr, Body<T>)],
    wide: Option<(&CStr, Body<T>)>,
    object: &Rc<T>,
) -> Option<sys::napi_value> {
    let narrow = |&(name, body)| Some((name, create::<T, ARGUMENTS>(env, name, object, body)?));
    let wide = wide.map(|(name, body)| Some((name, create::<T, MANY>(env, name, object, body)?)));
    let made: Option<Vec<_>> = functions.iter().map(narrow).chain(wide).collect();
    value::object(env, &made?)
}

unsafe extern "C" fn free<T>(_: sys::napi_env, data: *mut c_void, _: *mut c_void) {
    // SAFETY: made by `create::<T>`; Node-API calls this once, when the function is gone.
    let data = unsafe { Box::from_raw(data.cast::<Data<T>>()) };
    // A panic must not cross into C; what is dropped here is of Rust alone.
    guarded(|| drop(data));
}

unsafe extern "C" fn invoke<T, const N: usize>(
    env: sys::napi_env,
    info: sys::napi_callback_info,
) -> sys::napi_value {
    let mut values = [ptr::null_mut(); N];
    let (mut count, mut data) = (N, ptr::null_mut());
    // SAFETY: env and info are those of the running call; there is room for `count` values.
    let status = unsafe {
        sys::napi_get_cb_info(
            env,
            info,
            &raw mut count,
            values.as_mut_ptr(),
            ptr::null_mut(),
            &raw mut data,
        )
    };
    if status != sys::Status::napi_ok {
        return ptr::null_mut();
    }
    let arguments = Arguments {
        env,
        values: &values,
        call: PhantomData,
    };
    // SAFETY: the data is that of `create::<T, N>`: it lives as long as the function, which is being called.
    let data = unsafe { &*data.cast::<Data<T>>() };
    match guarded(|| (data.body)(&data.object, &arguments)) {
        Some(Ok(result)) => return value::unsigned(env, result).unwrap_or_default(),
        Some(Err(error)) => value::throw(env, &error),
        None => value::throw(env, &panicked()),
    }
    ptr::null_mut()
}

fn panicked() -> napi::Error<String> {
    let what = "forkwire: a fault of its own in the addon; please report it";
    napi::Error::new("GenericFailure".to_owned(), what.to_owned())
}

impl<'a> Arguments<'a> {
    /// A string. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn text(&self, at: usize) -> Answer<Text> {
        self.text_of(self.values[at])
            .ok_or_else(|| invalid(at, "a string").into())
    }

    /// A string of Rust. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn string(&self, at: usize) -> Answer<String> {
        let (text, mut bytes) = (self.text(at)?, Vec::new());
        text.append_to(&mut bytes);
        String::from_utf8(bytes).map_err(|_| invalid(at, "a string").into())
    }

    /// A string as UTF-8, in one call of Node-API. `None`: it is longer than the room. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn short_text<'b>(&self, at: usize, room: &'b mut Room) -> Answer<Option<&'b [u8]>> {
        let (place, mut written) = (room.as_mut_ptr().cast(), 0);
        // SAFETY: place is the start of `ROOM` bytes; the value is one of the running call.
        let status = unsafe {
            sys::napi_get_value_string_utf8(self.env, self.values[at], place, ROOM, &raw mut written)
        };
        if status != sys::Status::napi_ok {
            return Err(invalid(at, "a string").into());
        }
        if written > ROOM - END {
            return Ok(None);
        }
        // SAFETY: Node-API wrote that many bytes there.
        Ok(Some(unsafe {
            slice::from_raw_parts(room.as_ptr().cast(), written)
        }))
    }

    /// The strings of an array of them. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn list_of_texts(&self, at: usize) -> Answer<Vec<Text>> {
        let elements = self.elements(at);
        let texts: Option<Vec<_>> =
            elements.and_then(|elements| elements.into_iter().map(|value| self.text_of(value)).collect());
        texts.ok_or_else(|| invalid(at, "an array of strings").into())
    }

    #[inline]
    fn text_of(&self, value: sys::napi_value) -> Option<Text> {
        let mut length = 0;
        // SAFETY: a null buffer asks for the length only, in UTF-16 units; the value belongs to the running call.
        let status =
            unsafe { sys::napi_get_value_string_utf16(self.env, value, ptr::null_mut(), 0, &raw mut length) };
        (status == sys::Status::napi_ok).then(|| Text::new(self.env, value, length))
    }

    /// A boolean. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn flag(&self, at: usize) -> Answer<bool> {
        let mut truth = false;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_bool(self.env, self.values[at], &raw mut truth) };
        if status != sys::Status::napi_ok {
            return Err(invalid(at, "a boolean").into());
        }
        Ok(truth)
    }

    /// A whole number. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn count(&self, at: usize) -> Answer<u32> {
        let mut count = 0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_uint32(self.env, self.values[at], &raw mut count) };
        if status != sys::Status::napi_ok {
            return Err(invalid(at, "a number").into());
        }
        Ok(count)
    }

    /// A whole number that may be negative. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn integer(&self, at: usize) -> Answer<i32> {
        let mut integer = 0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_int32(self.env, self.values[at], &raw mut integer) };
        if status != sys::Status::napi_ok {
            return Err(invalid(at, "a number").into());
        }
        Ok(integer)
    }

    /// A whole number up to 2^53. The error is `ERR_INVALID_ARG_TYPE`.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked
    pub(crate) fn number(&self, at: usize) -> Answer<u64> {
        let mut number = 0.0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_double(self.env, self.values[at], &raw mut number) };
        if status != sys::Status::napi_ok || !(0.0..9_007_199_254_740_992.0).contains(&number) {
            return Err(invalid(at, "a number").into());
        }
        Ok(number as u64)
    }

    /// A string. `None`: it is something else.
    pub(crate) fn text_if(&self, at: usize) -> Option<Text> {
        self.text_of(self.values[at])
    }

    /// A number. `None`: it is something else.
    #[inline]
    pub(crate) fn double(&self, at: usize) -> Option<f64> {
        let mut number = 0.0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_double(self.env, self.values[at], &raw mut number) };
        (status == sys::Status::napi_ok).then_some(number)
    }

    /// A boolean. `None`: it is something else.
    #[inline]
    pub(crate) fn truth(&self, at: usize) -> Option<bool> {
        let mut truth = false;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_value_bool(self.env, self.values[at], &raw mut truth) };
        (status == sys::Status::napi_ok).then_some(truth)
    }

    /// The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn null(&self, at: usize) -> Answer<()> {
        let mut kind = 0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_typeof(self.env, self.values[at], &raw mut kind) };
        if status != sys::Status::napi_ok || kind != sys::ValueType::napi_null {
            return Err(invalid(at, "a string, a number, a boolean or null").into());
        }
        Ok(())
    }

    /// Appends what is between the quotes of a string's json, within the spare room of the vector.
    #[inline]
    pub(crate) fn append_string(&self, at: usize, out: &mut Vec<u8>) -> Appended {
        let start = out.len();
        let spare = out.spare_capacity_mut();
        let (place, room, mut written) = (spare.as_mut_ptr().cast(), spare.len(), 0);
        // SAFETY: place is the start of `room` bytes of the vector's spare capacity; the value is one of the running call.
        let status = unsafe {
            sys::napi_get_value_string_utf8(self.env, self.values[at], place, room, &raw mut written)
        };
        if status != sys::Status::napi_ok {
            return Appended::NotAString;
        }
        if written + END > room {
            return Appended::TooLong;
        }
        // SAFETY: Node-API wrote that many bytes, which are fewer than `room`.
        unsafe { out.set_len(start + written) };
        escape_from(start, out, || self.text_of(self.values[at]));
        Appended::Whole
    }

    /// The bytes of a `Uint8Array`, where they lie. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn bytes(&self, at: usize) -> Answer<&'a [u8]> {
        self.bytes_of(self.values[at])
            .ok_or_else(|| invalid(at, "a Uint8Array").into())
    }

    /// Those of each element of an array of them. The error is `ERR_INVALID_ARG_TYPE`.
    pub(crate) fn list_of_bytes(&self, at: usize) -> Answer<Vec<&'a [u8]>> {
        let elements = self.elements(at);
        let bytes: Option<Vec<_>> =
            elements.and_then(|elements| elements.into_iter().map(|value| self.bytes_of(value)).collect());
        bytes.ok_or_else(|| invalid(at, "an array of Uint8Array").into())
    }

    /// All elements of an array, before any of them is looked at: an accessor among them is JavaScript, which could detach what
    /// was looked at before it.
    fn elements(&self, at: usize) -> Option<Vec<sys::napi_value>> {
        let mut length = 0;
        // SAFETY: the value is one of the running call.
        let status = unsafe { sys::napi_get_array_length(self.env, self.values[at], &raw mut length) };
        if status != sys::Status::napi_ok {
            return None;
        }
        (0..length).map(|index| self.element(at, index)).collect()
    }

    fn element(&self, at: usize, index: u32) -> Option<sys::napi_value> {
        let mut element = ptr::null_mut();
        // SAFETY: the value is one of the running call, and an array.
        let status = unsafe { sys::napi_get_element(self.env, self.values[at], index, &raw mut element) };
        (status == sys::Status::napi_ok).then_some(element)
    }

    fn bytes_of(&self, value: sys::napi_value) -> Option<&'a [u8]> {
        let (mut kind, mut length, mut data) = (0, 0, ptr::null_mut());
        // SAFETY: the value belongs to the running call; what is not asked for is null.
        let status = unsafe {
            sys::napi_get_typedarray_info(
                self.env,
                value,
                &raw mut kind,
                &raw mut length,
                &raw mut data,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        if status != sys::Status::napi_ok || kind != sys::TypedarrayType::uint8_array {
            return None;
        }
        if length == 0 || data.is_null() {
            return Some(&[]);
        }
        // SAFETY: `length` bytes lie there as long as the value does, which the running call keeps; they do not change
        // meanwhile, since the body runs no JavaScript.
        Some(unsafe { slice::from_raw_parts(data.cast_const().cast(), length) })
    }
}

#[cold]
fn invalid(at: usize, expected: &str) -> napi::Error<String> {
    let what = format!("argument {at} must be {expected}");
    napi::Error::new("ERR_INVALID_ARG_TYPE".to_owned(), what)
}
