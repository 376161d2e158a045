//! Starting a child that inherits an end of a channel as a descriptor of its C runtime.
//!
//! The standard library hands over nothing but the standard streams, so this module calls the system itself.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, FromRawHandle, OwnedHandle, RawHandle};
use std::ptr;

use windows_sys::Win32::Foundation::{DUPLICATE_SAME_ACCESS, DuplicateHandle};
use windows_sys::Win32::System::Threading::{
    CREATE_UNICODE_ENVIRONMENT, CreateProcessW, DeleteProcThreadAttributeList, EXTENDED_STARTUPINFO_PRESENT,
    GetCurrentProcess, InitializeProcThreadAttributeList, PROC_THREAD_ATTRIBUTE_HANDLE_LIST,
    PROCESS_INFORMATION, STARTF_USESTDHANDLES, STARTUPINFOEXW, STARTUPINFOW, UpdateProcThreadAttribute,
};

use super::process::Process;
use super::{check, table};

/// The descriptor of the channel in the child: the first after the standard streams.
pub const CHANNEL_FD: i32 = 3;

/// The descriptor of what the child watches to end with this process.
pub const LIFELINE_FD: i32 = 4;

/// What a child is started with. Strings are UTF-16 with a terminating 0.
#[derive(Debug)]
pub struct Start<'a> {
    /// The program's file.
    pub file: &'a [u16],
    /// Its name and arguments in one string, which the child splits. The system may write to it.
    pub command_line: &'a mut [u16],
    /// Its variables, each with a terminating 0, and one more 0.
    pub environment: &'a [u16],
    /// Its working directory, by default that of this process.
    pub directory: Option<&'a [u16]>,
    /// Its standard streams: input, output, errors.
    pub stdio: [Option<BorrowedHandle<'a>>; 3],
    /// The descriptor [`CHANNEL_FD`].
    pub channel: BorrowedHandle<'a>,
    /// The descriptor [`LIFELINE_FD`].
    pub lifeline: Option<BorrowedHandle<'a>>,
    /// Process creation flags of the system.
    pub flags: u32,
}

/// Starts a child. It inherits duplicates of the handles that are named, and no others, whatever else in this process may
/// be inherited. While this runs, another thread that starts a program without such a list hands the duplicates on.
///
/// # Errors
/// Those of the system: there is no such file, it is not a program, or it may not be run.
pub fn start(start: Start<'_>) -> io::Result<Process> {
    let Start {
        file,
        command_line,
        environment,
        directory,
        stdio: [input, output, errors],
        channel,
        lifeline,
        flags,
    } = start;
    let copies = [input, output, errors, Some(channel)]
        .into_iter()
        .chain(lifeline.map(Some))
        .map(|handle| handle.map(inheritable).transpose())
        .collect::<io::Result<Vec<_>>>()?;
    let handles: Vec<_> = copies
        .iter()
        .map(|copy| copy.as_ref().map(AsHandle::as_handle))
        .collect();
    let mut table = table::of(&handles);
    let raw = |place: usize| handles[place].map_or(ptr::null_mut(), |handle| handle.as_raw_handle());
    let list: Vec<RawHandle> = handles.iter().flatten().map(AsRawHandle::as_raw_handle).collect();
    let mut attributes = Attributes::inherit(&list)?;
    #[allow(clippy::cast_possible_truncation)] // 112, and 40
    let info = STARTUPINFOEXW {
        StartupInfo: STARTUPINFOW {
            cb: size_of::<STARTUPINFOEXW>() as u32,
            dwFlags: STARTF_USESTDHANDLES,
            hStdInput: raw(0),
            hStdOutput: raw(1),
            hStdError: raw(2),
            cbReserved2: table.len() as u16,
            lpReserved2: table.as_mut_ptr(),
            ..STARTUPINFOW::default()
        },
        lpAttributeList: attributes.pointer(),
    };
    let mut made = PROCESS_INFORMATION::default();
    // SAFETY: the texts end with 0, the environment with two; all that the structures point to is alive for the call.
    // (CreateProcessW function, processthreadsapi.h)
    check(unsafe {
        CreateProcessW(
            file.as_ptr(),
            command_line.as_mut_ptr(),
            ptr::null(),
            ptr::null(),
            1,
            flags | CREATE_UNICODE_ENVIRONMENT | EXTENDED_STARTUPINFO_PRESENT,
            environment.as_ptr().cast::<c_void>(),
            directory.map_or(ptr::null(), <[u16]>::as_ptr),
            (&raw const info).cast::<STARTUPINFOW>(),
            &raw mut made,
        )
    })?;
    // SAFETY: the call has opened it for us.
    drop(unsafe { OwnedHandle::from_raw_handle(made.hThread) });
    // SAFETY: the same.
    let process = unsafe { OwnedHandle::from_raw_handle(made.hProcess) };
    Ok(Process::new(made.dwProcessId, process))
}

/// A duplicate that children may inherit.
fn inheritable(handle: BorrowedHandle<'_>) -> io::Result<OwnedHandle> {
    // SAFETY: it takes nothing and gives a constant. (GetCurrentProcess function, processthreadsapi.h)
    let own = unsafe { GetCurrentProcess() };
    let mut copy = ptr::null_mut();
    // SAFETY: the handle is open and the output is a local variable. (DuplicateHandle function, handleapi.h)
    check(unsafe {
        DuplicateHandle(
            own,
            handle.as_raw_handle(),
            own,
            &raw mut copy,
            0,
            1,
            DUPLICATE_SAME_ACCESS,
        )
    })?;
    // SAFETY: the call has opened it for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(copy) })
}

/// A list of attributes with one: which handles are inherited.
struct Attributes<'a> {
    /// Aligned for pointers.
    list: Vec<usize>,
    /// The handles that the list points to.
    _handles: &'a [RawHandle],
}

impl<'a> Attributes<'a> {
    fn inherit(handles: &'a [RawHandle]) -> io::Result<Self> {
        let mut bytes = 0;
        // SAFETY: asked for the size alone, it writes nothing but that, and fails.
        // (InitializeProcThreadAttributeList function, processthreadsapi.h)
        unsafe { InitializeProcThreadAttributeList(ptr::null_mut(), 1, 0, &raw mut bytes) };
        let mut list = vec![0_usize; bytes.div_ceil(size_of::<usize>())];
        // SAFETY: the list has as many bytes as were asked for. (as above)
        check(unsafe { InitializeProcThreadAttributeList(list.as_mut_ptr().cast(), 1, 0, &raw mut bytes) })?;
        let mut attributes = Self {
            list,
            _handles: handles,
        };
        // SAFETY: the list is initialised, with room for one; the handles are open and stay where they are while it
        // lives. (UpdateProcThreadAttribute function, processthreadsapi.h)
        check(unsafe {
            UpdateProcThreadAttribute(
                attributes.pointer(),
                0,
                PROC_THREAD_ATTRIBUTE_HANDLE_LIST as usize,
                handles.as_ptr().cast::<c_void>(),
                size_of_val(handles),
                ptr::null_mut(),
                ptr::null(),
            )
        })?;
        Ok(attributes)
    }

    fn pointer(&mut self) -> *mut c_void {
        self.list.as_mut_ptr().cast()
    }
}

impl Drop for Attributes<'_> {
    fn drop(&mut self) {
        // SAFETY: it was initialised, and is deleted once. (DeleteProcThreadAttributeList function)
        unsafe { DeleteProcThreadAttributeList(self.pointer()) };
    }
}
