//! libuv's functions, looked up at run time in the running executable. Where they are missing, it is no Node.

#[cfg(unix)]
use libloading::os::unix::Library;
#[cfg(windows)]
use libloading::os::windows::Library;

/// The running executable.
pub(super) struct Program(Library);

impl Program {
    #[allow(clippy::unnecessary_wraps)] // Windows can fail
    pub(super) fn this() -> Option<Self> {
        #[cfg(unix)]
        let library = Library::this();
        #[cfg(windows)]
        let library = Library::this().ok()?;
        Some(Self(library))
    }

    /// Its function of this name, which ends with a zero.
    ///
    /// # Safety
    /// `F` is the type of that function.
    pub(super) unsafe fn function<F: Copy>(&self, name: &[u8]) -> Option<F> {
        // SAFETY: the caller answers for the type.
        unsafe { self.0.get::<F>(name) }.ok().map(|function| *function)
    }
}

/// The function of this name, of the type that is expected; leaves with `None` if there is none.
macro_rules! find {
    ($program:ident, $name:literal) => {{
        // SAFETY: the type is that of libuv's documented function of this name.
        unsafe { $program.function(concat!($name, "\0").as_bytes()) }?
    }};
}
pub(super) use find;
