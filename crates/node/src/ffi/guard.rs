//! Panics end here: none may cross from a callback into C, where unwinding is undefined behaviour
//! (doc.rust-lang.org/nomicon/ffi.html, "FFI and unwinding").

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs the body of a callback that C calls. `None`: it panicked, and the panic hook has printed why.
pub(super) fn guarded<R>(body: impl FnOnce() -> R) -> Option<R> {
    // What the body was changing is closed afterwards, or never looked at again.
    catch_unwind(AssertUnwindSafe(body)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_what_the_body_returns_and_stops_its_panic() {
        assert_eq!(guarded(|| 7), Some(7));
        assert_eq!(guarded(|| panic!("a panic that the test expects")), None::<()>);
    }
}
