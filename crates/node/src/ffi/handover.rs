//! Both ends of the hand-over to a spare process, by the numbers of descriptors. Windows has no spare processes.

pub(crate) use system::{close_on_exec, give, place, receive};

#[cfg(unix)]
mod system {
    use std::io;
    use std::os::fd::{AsFd, IntoRawFd};

    use forkwire::handover;
    use forkwire_sys::os::{self, Transport};
    use forkwire_sys::unix::set_cloexec;

    use crate::ffi::number::adopt;

    pub(crate) fn close_on_exec(fd: i32) -> io::Result<()> {
        let owned = adopt(fd)?;
        let done = set_cloexec(owned.as_fd());
        let _ = owned.into_raw_fd(); // it stays the caller's
        done
    }

    pub(crate) fn give(fd: i32, text: &str, handles: &[i32]) -> io::Result<Vec<u8>> {
        let socket = Transport::from_end(os::duplicate(fd)?)?;
        let handles = handles
            .iter()
            .map(|&fd| os::duplicate(fd))
            .collect::<io::Result<Vec<_>>>()?;
        handover::give(&socket, text, &handles)
    }

    pub(crate) fn receive(fd: i32) -> io::Result<Option<(String, Vec<i32>)>> {
        let socket = Transport::from_end(os::duplicate(fd)?)?;
        let received = handover::receive(&socket)?;
        Ok(received.map(|given| {
            let handles = given.handles.into_iter().map(IntoRawFd::into_raw_fd);
            (given.text, handles.collect())
        }))
    }

    pub(crate) fn place(handles: &[i32], numbers: &[i32]) -> io::Result<()> {
        let handles = handles
            .iter()
            .map(|&fd| adopt(fd))
            .collect::<io::Result<Vec<_>>>()?;
        // SAFETY: JavaScript gives the numbers away with the call: the process started with these descriptors.
        unsafe { os::place(handles, numbers) }
    }
}

#[cfg(windows)]
mod system {
    use std::io;

    pub(crate) fn close_on_exec(_fd: i32) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn give(_fd: i32, _text: &str, _handles: &[i32]) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn receive(_fd: i32) -> io::Result<Option<(String, Vec<i32>)>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(crate) fn place(_handles: &[i32], _numbers: &[i32]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
