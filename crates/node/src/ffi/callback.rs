//! A function of JavaScript that the event loop calls.

use std::cell::Cell;
use std::ptr;

use napi::sys;

use super::value::Raw;

/// It is called in the async context in which it was made. At the end of each call, Node runs nextTicks and microtasks.
pub(crate) struct Callback {
    env: sys::napi_env,
    function: Cell<sys::napi_ref>,
    context: Cell<sys::napi_async_context>,
}

impl Callback {
    /// `None`: it is not a function, or the environment is ending.
    pub(crate) fn new(env: sys::napi_env, function: sys::napi_value) -> Option<Self> {
        let mut kind = 0;
        // SAFETY: env and function are those of the running call.
        check(unsafe { sys::napi_typeof(env, function, &raw mut kind) })?;
        if kind != sys::ValueType::napi_function {
            return None;
        }
        let name = super::value::string(env, b"FORKWIRE_CONNECTION")?;
        let (mut context, mut reference) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: env and name belong to the running call; the resource is optional.
        check(unsafe { sys::napi_async_init(env, ptr::null_mut(), name, &raw mut context) })?;
        // SAFETY: as above.
        check(unsafe { sys::napi_create_reference(env, function, 1, &raw mut reference) })?;
        Some(Self {
            env,
            function: Cell::new(reference),
            context: Cell::new(context),
        })
    }

    /// Calls it with what `make` returns. False: it could not be called.
    pub(crate) fn call<const N: usize>(&self, make: impl FnOnce(sys::napi_env) -> Option<[Raw; N]>) -> bool {
        let (env, reference) = (self.env, self.function.get());
        if reference.is_null() {
            return false;
        }
        let mut scope = ptr::null_mut();
        // SAFETY: env is alive: this runs on its thread, before its cleanup.
        if check(unsafe { sys::napi_open_handle_scope(env, &raw mut scope) }).is_none() {
            return false;
        }
        let called = self.call_in_scope(reference, make);
        // SAFETY: opened above.
        unsafe { sys::napi_close_handle_scope(env, scope) };
        called.is_some()
    }

    fn call_in_scope<const N: usize>(
        &self,
        reference: sys::napi_ref,
        make: impl FnOnce(sys::napi_env) -> Option<[Raw; N]>,
    ) -> Option<()> {
        let env = self.env;
        let (mut function, mut global) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the reference is ours.
        check(unsafe { sys::napi_get_reference_value(env, reference, &raw mut function) })?;
        // SAFETY: env is alive.
        check(unsafe { sys::napi_get_global(env, &raw mut global) })?;
        let arguments = make(env)?;
        let mut result = ptr::null_mut();
        // SAFETY: all values belong to the open handle scope of env; the context is ours.
        let status = unsafe {
            sys::napi_make_callback(
                env,
                self.context.get(),
                global,
                function,
                N,
                arguments.as_ptr(),
                &raw mut result,
            )
        };
        if check(status).is_none() {
            self.raise_pending();
        }
        Some(())
    }

    /// What it has thrown becomes an uncaught exception.
    fn raise_pending(&self) {
        let (mut pending, mut exception) = (false, ptr::null_mut());
        // SAFETY: env is alive.
        unsafe { sys::napi_is_exception_pending(self.env, &raw mut pending) };
        if !pending {
            return;
        }
        // SAFETY: env is alive, and has an exception pending.
        if check(unsafe { sys::napi_get_and_clear_last_exception(self.env, &raw mut exception) }).is_some() {
            // SAFETY: the exception was just made in the open scope.
            unsafe { sys::napi_fatal_exception(self.env, exception) };
        }
    }

    /// Gives everything back to Node-API. It is not called any more.
    pub(crate) fn end(&self) {
        let function = self.function.replace(ptr::null_mut());
        if !function.is_null() {
            // SAFETY: the reference is ours, and forgotten here.
            unsafe { sys::napi_delete_reference(self.env, function) };
        }
        let context = self.context.replace(ptr::null_mut());
        if !context.is_null() {
            // SAFETY: the context is ours, and forgotten here.
            unsafe { sys::napi_async_destroy(self.env, context) };
        }
    }
}

fn check(status: sys::napi_status) -> Option<()> {
    (status == sys::Status::napi_ok).then_some(())
}
