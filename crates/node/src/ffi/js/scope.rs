//! A scope for calls of a channel's event methods.

use std::ptr;

use napi::sys;

use super::{Events, METHODS, Method, check};
use crate::ffi::value::Raw;

impl Events {
    /// Opens a scope for so many calls: when it ends, Node runs nextTicks and microtasks, once for all its calls. `None`: the
    /// object was collected, or the environment is ending.
    pub(crate) fn scope(&self, calls: usize) -> Option<Scope<'_>> {
        if self.ended.get() {
            return None;
        }
        let mut handles = ptr::null_mut();
        // SAFETY: env is alive: this runs on its thread, before its cleanup.
        check(unsafe { sys::napi_open_handle_scope(self.env, &raw mut handles) })?;
        self.scopes.set(self.scopes.get() + 1);
        let mut scope = Scope {
            events: self,
            handles,
            callbacks: ptr::null_mut(),
            object: ptr::null_mut(),
            is_single: calls == 1,
        };
        // SAFETY: the reference is ours; the result belongs to the scope just opened.
        check(unsafe { sys::napi_get_reference_value(self.env, self.object, &raw mut scope.object) })?;
        if scope.object.is_null() {
            return None;
        }
        // Without a context it is within a call of JavaScript's own, at whose end ticks and microtasks run. And a single call
        // runs them by itself.
        if self.context.get().is_null() || scope.is_single {
            return Some(scope);
        }
        scope.callbacks = scope.open_callbacks()?;
        Some(scope)
    }
}

/// An open scope for calls into JavaScript.
pub(crate) struct Scope<'a> {
    events: &'a Events,
    handles: sys::napi_handle_scope,
    callbacks: sys::napi_callback_scope,
    object: sys::napi_value,
    /// There is one call: it needs no handle scope and no callback scope of its own.
    is_single: bool,
}

impl Scope<'_> {
    pub(crate) fn env(&self) -> sys::napi_env {
        self.events.env
    }

    /// Calls a method, if each of its arguments could be made. What it throws becomes an uncaught exception, as it would
    /// in a listener of Node's own.
    pub(crate) fn call<const N: usize>(&self, method: Method, arguments: [Option<Raw>; N]) {
        let mut values = [ptr::null_mut(); N];
        for (value, argument) in values.iter_mut().zip(arguments) {
            let Some(argument) = argument else { return };
            *value = argument;
        }
        self.call_within(method, &values);
    }

    /// The same with any number of arguments.
    pub(crate) fn call_with(&self, method: Method, arguments: Vec<Option<Raw>>) {
        if let Some(values) = arguments.into_iter().collect::<Option<Vec<_>>>() {
            self.call_within(method, &values);
        }
    }

    fn call_within(&self, method: Method, arguments: &[Raw]) {
        if self.is_single {
            return self.call_here(method, arguments);
        }
        let env = self.events.env;
        let mut handles = ptr::null_mut();
        // SAFETY: env is alive; the scope is closed below.
        if check(unsafe { sys::napi_open_handle_scope(env, &raw mut handles) }).is_none() {
            return;
        }
        self.call_here(method, arguments);
        // SAFETY: opened above.
        unsafe { sys::napi_close_handle_scope(env, handles) };
    }

    fn call_here(&self, method: Method, arguments: &[Raw]) {
        let Some(function) = self.function(method) else {
            return;
        };
        if self.call_function(function, arguments) == sys::Status::napi_ok {
            return;
        }
        // Node runs no ticks after a call that threw: the scope does, and what was thrown is raised in it.
        let callbacks = self.is_single.then(|| self.open_callbacks()).flatten();
        self.raise_pending();
        if let Some(callbacks) = callbacks {
            self.close_callbacks(callbacks);
        }
    }

    /// `None`: the channel has no async context any more, or the environment is ending.
    fn open_callbacks(&self) -> Option<sys::napi_callback_scope> {
        let Events { env, context, .. } = self.events;
        let (context, mut callbacks) = (context.get(), ptr::null_mut());
        if context.is_null() {
            return None;
        }
        // SAFETY: the context is ours; object belongs to the open handle scope.
        check(unsafe { sys::napi_open_callback_scope(*env, self.object, context, &raw mut callbacks) })?;
        Some(callbacks)
    }

    fn close_callbacks(&self, callbacks: sys::napi_callback_scope) {
        // SAFETY: an open scope, which is closed once.
        unsafe { sys::napi_close_callback_scope(self.events.env, callbacks) };
        // A listener of a nextTick may have thrown while the scope closed.
        self.raise_pending();
    }

    fn call_function(&self, function: sys::napi_value, arguments: &[sys::napi_value]) -> sys::napi_status {
        let Events { env, context, .. } = self.events;
        let (count, arguments) = (arguments.len(), arguments.as_ptr());
        // Deno writes the result without asking whether it is wanted.
        let mut result = ptr::null_mut();
        let context = context.get();
        if context.is_null() {
            // SAFETY: object, function and arguments belong to open handle scopes of env.
            return unsafe {
                sys::napi_call_function(*env, self.object, function, count, arguments, &raw mut result)
            };
        }
        // Not napi_call_function: only this brings the AsyncLocalStorage of the channel's creation along (the open
        // callback scope does not, on Node 24 and later).
        // SAFETY: as above; the context is ours, and lives as long as a scope that was opened with it.
        unsafe {
            sys::napi_make_callback(
                *env,
                context,
                self.object,
                function,
                count,
                arguments,
                &raw mut result,
            )
        }
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

    /// What was thrown becomes an uncaught exception. Runtimes do not agree on the status that reports it.
    fn raise_pending(&self) {
        let env = self.events.env;
        let mut pending = false;
        // SAFETY: env is alive.
        unsafe { sys::napi_is_exception_pending(env, &raw mut pending) };
        if !pending {
            return;
        }
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
            self.close_callbacks(self.callbacks);
        }
        // SAFETY: opened by Events::scope, closed once.
        unsafe { sys::napi_close_handle_scope(env, self.handles) };
        self.events.scopes.set(self.events.scopes.get() - 1);
        self.events.destroy_context_if_unused();
    }
}
