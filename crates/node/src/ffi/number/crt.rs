//! The descriptors of Node's own C runtime. It is linked into node.exe, so that only functions of the program reach it:
//! libuv's, which are looked up at run time. (docs.libuv.org: Miscellaneous utilities, File system operations)

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawHandle, IntoRawHandle, OwnedHandle};
use std::sync::OnceLock;

use crate::ffi::libuv::{Program, find};

/// `UV_FS` of `uv_req_type` (uv.h; unchanged since libuv 1.0).
const UV_FS: i32 = 6;

/// The error of a descriptor that is not open: `ERROR_INVALID_HANDLE`.
const NOT_OPEN: i32 = 6;

/// The error when there are no descriptors left: `ERROR_TOO_MANY_OPEN_FILES`.
const NONE_LEFT: i32 = 4;

pub(super) struct Crt {
    open_osfhandle: unsafe extern "C" fn(*mut c_void) -> i32,
    get_osfhandle: unsafe extern "C" fn(i32) -> isize,
    req_size: unsafe extern "C" fn(i32) -> usize,
    fs_close: unsafe extern "C" fn(*mut c_void, *mut c_void, i32, *const c_void) -> i32,
    fs_req_cleanup: unsafe extern "C" fn(*mut c_void),
}

impl Crt {
    /// # Errors
    /// `Unsupported` in a program that has no libuv.
    pub(super) fn get() -> io::Result<&'static Self> {
        static CRT: OnceLock<Option<Crt>> = OnceLock::new();
        CRT.get_or_init(Self::load)
            .as_ref()
            .ok_or_else(|| io::ErrorKind::Unsupported.into())
    }

    fn load() -> Option<Self> {
        let program = Program::this()?;
        Some(Self {
            open_osfhandle: find!(program, "uv_open_osfhandle"),
            get_osfhandle: find!(program, "uv_get_osfhandle"),
            req_size: find!(program, "uv_req_size"),
            fs_close: find!(program, "uv_fs_close"),
            fs_req_cleanup: find!(program, "uv_fs_req_cleanup"),
        })
    }

    /// A descriptor for a handle, which belongs to it from here on.
    ///
    /// # Errors
    /// There are no descriptors left.
    pub(super) fn open(&self, handle: OwnedHandle) -> io::Result<i32> {
        // SAFETY: the handle is open. (uv_open_osfhandle)
        let fd = unsafe { (self.open_osfhandle)(handle.as_raw_handle()) };
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(NONE_LEFT));
        }
        // The descriptor owns it.
        let _ = handle.into_raw_handle();
        Ok(fd)
    }

    /// The handle of a descriptor, which goes on to own it.
    ///
    /// # Errors
    /// It is not open.
    pub(super) fn handle(&self, fd: i32) -> io::Result<isize> {
        if fd < 0 {
            return Err(io::Error::from_raw_os_error(NOT_OPEN));
        }
        // SAFETY: it takes any number: libuv keeps the C runtime from ending the program. (uv_get_osfhandle)
        match unsafe { (self.get_osfhandle)(fd) } {
            // INVALID_HANDLE_VALUE, and "not associated with a stream". (_get_osfhandle)
            -2 | -1 => Err(io::Error::from_raw_os_error(NOT_OPEN)),
            handle => Ok(handle),
        }
    }

    /// Closes a descriptor and its handle.
    ///
    /// # Errors
    /// It is not open.
    pub(super) fn close(&self, fd: i32) -> io::Result<()> {
        self.handle(fd)?;
        // SAFETY: a pure function of libuv. (uv_req_size)
        let size = unsafe { (self.req_size)(UV_FS) };
        let layout = Layout::from_size_align(size, 16)
            .ok()
            .filter(|_| size > 0)
            .ok_or(io::ErrorKind::Unsupported)?;
        // SAFETY: the layout's size is not zero.
        let request: *mut c_void = unsafe { alloc_zeroed(layout) }.cast();
        if request.is_null() {
            handle_alloc_error(layout);
        }
        // SAFETY: the request has the size that libuv asks for; without a callback the call is over when it returns,
        // and needs no loop. (uv_fs_close, File system operations)
        let result = unsafe { (self.fs_close)(std::ptr::null_mut(), request, fd, std::ptr::null()) };
        // SAFETY: libuv has initialised it. (uv_fs_req_cleanup)
        unsafe { (self.fs_req_cleanup)(request) };
        // SAFETY: allocated above with the same layout.
        unsafe { dealloc(request.cast(), layout) };
        if result < 0 {
            return Err(io::Error::from_raw_os_error(NOT_OPEN));
        }
        Ok(())
    }
}
