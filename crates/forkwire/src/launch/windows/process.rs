//! A started program.

use std::future::poll_fn;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle, RawHandle};
use std::os::windows::process::ExitStatusExt;
use std::process::{self, ExitStatus, Output};

use forkwire_sys::windows;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

/// A process that [`Command::spawn`](crate::Command::spawn) has started. Its methods are those of [`tokio::process::Child`],
/// which it is on Unix.
///
/// The process goes on when this is dropped, unless [`Command::kill_on_drop`](crate::Command::kill_on_drop) says otherwise.
#[derive(Debug)]
pub struct Process {
    /// The writing end of its standard input, if that was [`Stdio::piped`](crate::Stdio::piped).
    pub stdin: Option<ChildStdin>,
    /// The reading end of its standard output, if that was [`Stdio::piped`](crate::Stdio::piped).
    pub stdout: Option<ChildStdout>,
    /// The reading end of its standard error, if that was [`Stdio::piped`](crate::Stdio::piped).
    pub stderr: Option<ChildStderr>,
    inner: windows::Process,
    kill_on_drop: bool,
    /// The exit status, once it was returned.
    status: Option<ExitStatus>,
}

impl Process {
    pub(super) fn new(
        inner: windows::Process,
        kill_on_drop: bool,
        [stdin, stdout, stderr]: [Option<OwnedHandle>; 3],
    ) -> io::Result<Self> {
        let stdin = stdin.map(|end| ChildStdin::from_std(process::ChildStdin::from(end)));
        let stdout = stdout.map(|end| ChildStdout::from_std(process::ChildStdout::from(end)));
        let stderr = stderr.map(|end| ChildStderr::from_std(process::ChildStderr::from(end)));
        Ok(Self {
            stdin: stdin.transpose()?,
            stdout: stdout.transpose()?,
            stderr: stderr.transpose()?,
            inner,
            kill_on_drop,
            status: None,
        })
    }

    /// Its process id. `None` once its exit status was returned.
    pub fn id(&self) -> Option<u32> {
        self.status.is_none().then(|| self.inner.id())
    }

    /// Its handle, which this owns. `None` once its exit status was returned.
    pub fn raw_handle(&self) -> Option<RawHandle> {
        self.status
            .is_none()
            .then(|| self.inner.as_handle().as_raw_handle())
    }

    /// Waits for its end. Its standard input, if it is still here, is closed first.
    ///
    /// # Errors
    /// Those of the system.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped, except for the standard input.
    pub async fn wait(&mut self) -> io::Result<ExitStatus> {
        drop(self.stdin.take());
        if let Some(status) = self.status {
            return Ok(status);
        }
        let code = poll_fn(|cx| self.inner.poll_wait(cx)).await?;
        Ok(*self.status.insert(ExitStatus::from_raw(code)))
    }

    /// Waits for its end, and collects what it writes to its standard output and error, as far as they are
    /// [`Stdio::piped`](crate::Stdio::piped) and still here. Its standard input, if it is still here, is closed first.
    ///
    /// # Errors
    /// Those of the system, for reading and for waiting.
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let (stdout, stderr) = (to_end(self.stdout.take()), to_end(self.stderr.take()));
        // Both at once: a child that waits for room in one stream would never end the other.
        let (status, stdout, stderr) = tokio::try_join!(self.wait(), stdout, stderr)?;
        Ok(Output {
            status,
            stdout,
            stderr,
        })
    }

    /// Its exit status, if it has ended.
    ///
    /// # Errors
    /// Those of the system.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.inner.try_wait()?.map(ExitStatus::from_raw);
        }
        Ok(self.status)
    }

    /// Ends it (`TerminateProcess`), without waiting for that. It is not an error if it has ended already.
    ///
    /// # Errors
    /// Those of the system.
    pub fn start_kill(&mut self) -> io::Result<()> {
        self.inner.kill()
    }

    /// Ends it, and waits for that.
    ///
    /// # Errors
    /// Those of [`Process::start_kill`] and [`Process::wait`].
    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await.map(drop)
    }
}

/// Everything that comes from a stream, or nothing if there is none.
async fn to_end(stream: Option<impl AsyncRead + Unpin>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(mut stream) = stream {
        stream.read_to_end(&mut bytes).await?;
    }
    Ok(bytes)
}

impl AsHandle for Process {
    fn as_handle(&self) -> BorrowedHandle<'_> {
        self.inner.as_handle()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if self.kill_on_drop && self.status.is_none() {
            // Nobody can be told of a failure.
            let _ = self.inner.kill();
        }
    }
}
