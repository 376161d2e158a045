//! Calling the event methods of a channel from the event loop.

use std::cell::Cell;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;

use napi::sys;

mod scope;
pub(crate) use scope::Scope;

/// The methods of a channel's events object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    Text,
    Clones,
    Several,
    Calls,
    Call,
    CallEnd,
    Message,
    Progress,
    Acknowledged,
    Refused,
    WriteError,
    ProtocolError,
    Close,
}

const METHODS: [&CStr; 13] = [
    c"onText",
    c"onClones",
    c"onSeveral",
    c"onCalls",
    c"onCall",
    c"onCallEnd",
    c"onMessage",
    c"onProgress",
    c"onAcknowledged",
    c"onRefused",
    c"onWriteError",
    c"onProtocolError",
    c"onClose",
];

/// The events object of one channel. It is held strongly while the channel is open, and weakly afterwards, so that a
/// channel nobody refers to any more can be collected.
pub(crate) struct Events {
    env: sys::napi_env,
    object: sys::napi_ref,
    /// Null once the channel has ended: it holds the `AsyncLocalStorage` of the channel's creation, and through that
    /// whatever the program has stored there, perhaps the channel itself.
    context: Cell<sys::napi_async_context>,
    strong: Cell<bool>,
    /// Open scopes, which use the context until they close.
    scopes: Cell<u32>,
    /// The references are gone: Node-API must not be called any more.
    ended: Cell<bool>,
    /// The functions behind the methods, while the channel is open.
    functions: Cell<[sys::napi_ref; METHODS.len()]>,
    /// Node-API values are bound to their thread.
    not_send: PhantomData<*const ()>,
}

impl Events {
    /// Keeps `object`, and the async context of the running call: listeners called later see its
    /// `AsyncLocalStorage`. `None`: it is not an object, or lacks a method.
    pub(crate) fn new(env: sys::napi_env, object: sys::napi_value) -> Option<Self> {
        let mut functions = [ptr::null_mut(); METHODS.len()];
        for (function, name) in functions.iter_mut().zip(METHODS) {
            let mut value = ptr::null_mut();
            // SAFETY: env and object are those of the running call; name ends with a zero.
            check(unsafe { sys::napi_get_named_property(env, object, name.as_ptr(), &raw mut value) })?;
            let mut kind = 0;
            // SAFETY: value was just made in the open handle scope.
            check(unsafe { sys::napi_typeof(env, value, &raw mut kind) })?;
            if kind != sys::ValueType::napi_function {
                return None;
            }
            // SAFETY: value was just made in the open handle scope.
            check(unsafe { sys::napi_create_reference(env, value, 1, function) })?;
        }
        let name = super::value::string(env, b"FORKWIRE_CHANNEL")?;
        let mut context = ptr::null_mut();
        // Without a resource of ours, so that Node makes an empty object: Node 26 holds the resource strongly, and the
        // events object leads to everything that the program keeps with the channel.
        // SAFETY: env and name belong to the running call; the resource is optional.
        check(unsafe { sys::napi_async_init(env, ptr::null_mut(), name, &raw mut context) })?;
        let mut reference = ptr::null_mut();
        // SAFETY: as above.
        check(unsafe { sys::napi_create_reference(env, object, 1, &raw mut reference) })?;
        Some(Self {
            env,
            object: reference,
            context: Cell::new(context),
            strong: Cell::new(true),
            scopes: Cell::new(0),
            ended: Cell::new(false),
            functions: Cell::new(functions),
            not_send: PhantomData,
        })
    }

    pub(crate) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// Lets go of the object: from here on it lives as long as JavaScript wants. What is still delivered then is
    /// delivered in the async context of the call that asks for it, as in Node.
    pub(crate) fn release(&self) {
        if self.strong.replace(false) && !self.ended.get() {
            self.delete_functions();
            // SAFETY: the reference is ours and its count is 1.
            unsafe { sys::napi_reference_unref(self.env, self.object, ptr::null_mut()) };
            self.destroy_context_if_unused();
        }
    }

    fn destroy_context_if_unused(&self) {
        if self.scopes.get() == 0 && !self.strong.get() {
            self.destroy_context();
        }
    }

    fn destroy_context(&self) {
        let context = self.context.replace(ptr::null_mut());
        if !context.is_null() {
            // SAFETY: the context is ours and forgotten here.
            unsafe { sys::napi_async_destroy(self.env, context) };
        }
    }

    /// Gives everything back to Node-API. The environment may be gone afterwards.
    pub(crate) fn end(&self) {
        if self.ended.replace(true) {
            return;
        }
        self.delete_functions();
        // SAFETY: the reference is ours and forgotten here; references may be deleted in finalizers.
        unsafe { sys::napi_delete_reference(self.env, self.object) };
        self.destroy_context();
    }

    fn delete_functions(&self) {
        for function in self.functions.replace([ptr::null_mut(); METHODS.len()]) {
            if !function.is_null() {
                // SAFETY: the reference is ours, and forgotten here.
                unsafe { sys::napi_delete_reference(self.env, function) };
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.end();
    }
}

fn check(status: sys::napi_status) -> Option<()> {
    (status == sys::Status::napi_ok).then_some(())
}
