//! A started program.

use std::future::poll_fn;
use std::io;
use std::os::windows::io::{AsHandle, AsRawHandle, BorrowedHandle, OwnedHandle, RawHandle};
use std::os::windows::process::ExitStatusExt;
use std::process::{self, ExitStatus, Output};

use forkwire_sys::windows;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{ChildStderr, ChildStdin, ChildStdout};

/// A process that [`Command::spawn`](crate::Command::spawn) has started. On Unix this is [`tokio::process::Child`], whose
/// names it has.
///
/// Dropped, it goes on, unless [`Command::kill_on_drop`](crate::Command::kill_on_drop) says otherwise.
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
    /// Its end was told.
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

    /// Its process id; `None` once its end was told.
    pub fn id(&self) -> Option<u32> {
        self.status.is_none().then(|| self.inner.id())
    }

    /// Its handle, which belongs to this; `None` once its end was told.
    pub fn raw_handle(&self) -> Option<RawHandle> {
        self.status
            .is_none()
            .then(|| self.inner.as_handle().as_raw_handle())
    }

    /// Waits for its end. Its standard input, if it is still here, is closed first.
    ///
    /// Cancel safety: nothing is lost but the standard input.
    ///
    /// # Errors
    /// What the system says.
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
    /// What the system says to reading and to waiting.
    pub async fn wait_with_output(mut self) -> io::Result<Output> {
        let (stdout, stderr) = (to_end(self.stdout.take()), to_end(self.stderr.take()));
        // Both at once: a child that waits for room in the one would never end the other.
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
    /// What the system says.
    pub fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.inner.try_wait()?.map(ExitStatus::from_raw);
        }
        Ok(self.status)
    }

    /// Ends it (`TerminateProcess`), and does not wait for that. One that has ended already is no error.
    ///
    /// # Errors
    /// What the system says.
    pub fn start_kill(&mut self) -> io::Result<()> {
        self.inner.kill()
    }

    /// Ends it, and waits for that.
    ///
    /// # Errors
    /// As [`Process::start_kill`] and [`Process::wait`].
    pub async fn kill(&mut self) -> io::Result<()> {
        self.start_kill()?;
        self.wait().await.map(drop)
    }
}

/// All that comes from a stream; nothing, if there is none.
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
            // There is nobody to tell that it did not go.
            let _ = self.inner.kill();
        }
    }
}
