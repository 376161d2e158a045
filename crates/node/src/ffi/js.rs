//! Calling the event methods of a channel from the event loop.

use std::cell::Cell;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::ptr;

use napi::sys;

/// The methods of a channel's events object.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Method {
    Text,
    Clones,
    Message,
    Progress,
    Acknowledged,
    Refused,
    WriteError,
    ProtocolError,
    Close,
}

const METHODS: [&CStr; 9] = [
    c"onText",
    c"onClones",
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
    context: sys::napi_async_context,
    strong: Cell<bool>,
    /// The references are gone: Node-API must not be called any more.
    ended: Cell<bool>,
    /// The functions behind the methods, while the channel is open.
    functions: Cell<[sys::napi_ref; METHODS.len()]>,
    /// Node-API values are bound to their thread.
    not_send: PhantomData<*const ()>,
}

impl Events {
    /// Keeps `object`, and the async context of the running call: listeners called later see its
    /// `AsyncLocalStorage`. `None`: it is no object, or lacks a method.
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
        // SAFETY: env, object and name belong to the running call.
        check(unsafe { sys::napi_async_init(env, object, name, &raw mut context) })?;
        let mut reference = ptr::null_mut();
        // SAFETY: as above.
        check(unsafe { sys::napi_create_reference(env, object, 1, &raw mut reference) })?;
        Some(Self {
            env,
            object: reference,
            context,
            strong: Cell::new(true),
            ended: Cell::new(false),
            functions: Cell::new(functions),
            not_send: PhantomData,
        })
    }

    pub(crate) fn env(&self) -> sys::napi_env {
        self.env
    }

    /// Lets go of the object: from here on it lives as long as JavaScript wants.
    pub(crate) fn release(&self) {
        if self.strong.replace(false) && !self.ended.get() {
            self.delete_functions();
            // SAFETY: the reference is ours and its count is 1.
            unsafe { sys::napi_reference_unref(self.env, self.object, ptr::null_mut()) };
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
        // SAFETY: the context is ours and forgotten here.
        unsafe { sys::napi_async_destroy(self.env, self.context) };
    }

    fn delete_functions(&self) {
        for function in self.functions.replace([ptr::null_mut(); METHODS.len()]) {
            if !function.is_null() {
                // SAFETY: the reference is ours, and forgotten here.
                unsafe { sys::napi_delete_reference(self.env, function) };
            }
        }
    }

    /// Opens a scope for calls: when it ends, Node runs nextTicks and microtasks, once for all its calls. `None`: the
    /// object was collected, or the environment is ending.
    pub(crate) fn scope(&self) -> Option<Scope<'_>> {
        if self.ended.get() {
            return None;
        }
        let mut handles = ptr::null_mut();
        // SAFETY: env is alive: this runs on its thread, before its cleanup.
        check(unsafe { sys::napi_open_handle_scope(self.env, &raw mut handles) })?;
        let mut scope = Scope {
            events: self,
            handles,
            callbacks: ptr::null_mut(),
            object: ptr::null_mut(),
        };
        // SAFETY: the reference is ours; the result belongs to the scope just opened.
        check(unsafe { sys::napi_get_reference_value(self.env, self.object, &raw mut scope.object) })?;
        if scope.object.is_null() {
            return None;
        }
        // SAFETY: the context is ours; object belongs to the scope just opened.
        let status = unsafe {
            sys::napi_open_callback_scope(self.env, scope.object, self.context, &raw mut scope.callbacks)
        };
        check(status)?;
        Some(scope)
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        self.end();
    }
}

/// An open scope for calls into JavaScript.
pub(crate) struct Scope<'a> {
    events: &'a Events,
    handles: sys::napi_handle_scope,
    callbacks: sys::napi_callback_scope,
    object: sys::napi_value,
}

impl Scope<'_> {
    pub(crate) fn env(&self) -> sys::napi_env {
        self.events.env
    }

    /// Calls a method. What it throws becomes an uncaught exception, as it would in a listener of Node's own.
    pub(crate) fn call(&self, method: Method, arguments: &[sys::napi_value]) {
        let env = self.events.env;
        let mut handles = ptr::null_mut();
        // SAFETY: env is alive; the scope is closed below.
        if check(unsafe { sys::napi_open_handle_scope(env, &raw mut handles) }).is_none() {
            return;
        }
        if let Some(function) = self.function(method) {
            // Not napi_call_function: only this brings the AsyncLocalStorage of the channel's creation along (the
            // open callback scope does not, on Node 24 and later).
            // SAFETY: object, function and arguments belong to open handle scopes of env; the context is ours.
            let status = unsafe {
                sys::napi_make_callback(
                    env,
                    self.events.context,
                    self.object,
                    function,
                    arguments.len(),
                    arguments.as_ptr(),
                    ptr::null_mut(),
                )
            };
            if status == sys::Status::napi_pending_exception {
                self.raise();
            }
        }
        // SAFETY: opened above.
        unsafe { sys::napi_close_handle_scope(env, handles) };
    }

    fn function(&self, method: Method) -> Option<sys::napi_value> {
        let env = self.events.env;
        let mut function = ptr::null_mut();
        let reference = self.events.functions.get()[method as usize];
        let status = if reference.is_null() {
            // SAFETY: object belongs to the open scope; the name ends with a zero.
            unsafe {
                sys::napi_get_named_property(
                    env,
                    self.object,
                    METHODS[method as usize].as_ptr(),
                    &raw mut function,
                )
            }
        } else {
            // SAFETY: the reference is ours.
            unsafe { sys::napi_get_reference_value(env, reference, &raw mut function) }
        };
        check(status).filter(|()| !function.is_null()).map(|()| function)
    }

    fn raise(&self) {
        let env = self.events.env;
        let mut exception = ptr::null_mut();
        // SAFETY: env is alive and has an exception pending.
        if check(unsafe { sys::napi_get_and_clear_last_exception(env, &raw mut exception) }).is_some() {
            // SAFETY: exception was just made in the open scope.
            unsafe { sys::napi_fatal_exception(env, exception) };
        }
    }
}

impl Drop for Scope<'_> {
    fn drop(&mut self) {
        let env = self.events.env;
        if !self.callbacks.is_null() {
            // SAFETY: opened by Events::scope, closed once.
            unsafe { sys::napi_close_callback_scope(env, self.callbacks) };
            // A listener of a nextTick may have thrown while the scope closed.
            let mut pending = false;
            // SAFETY: env is alive.
            unsafe { sys::napi_is_exception_pending(env, &raw mut pending) };
            if pending {
                self.raise();
            }
        }
        // SAFETY: opened by Events::scope, closed once.
        unsafe { sys::napi_close_handle_scope(env, self.handles) };
    }
}

fn check(status: sys::napi_status) -> Option<()> {
    (status == sys::Status::napi_ok).then_some(())
}
