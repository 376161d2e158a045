//! The settings of the process itself.

use std::ffi::OsStr;
use std::path::Path;

use super::Command;
use crate::launch::Stdio;

impl Command {
    /// Sets a variable of the child's environment.
    pub fn env(&mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> &mut Self {
        self.launch_anew().env(name.as_ref(), value.as_ref());
        self
    }

    /// Removes a variable from the child's environment.
    pub fn env_remove(&mut self, name: impl AsRef<OsStr>) -> &mut Self {
        self.launch_anew().env_remove(name.as_ref());
        self
    }

    /// Empties the child's environment, which is otherwise that of this process.
    pub fn env_clear(&mut self) -> &mut Self {
        self.launch_anew().env_clear();
        self
    }

    /// The child's working directory. Default: the one of this process.
    pub fn current_dir(&mut self, directory: impl AsRef<Path>) -> &mut Self {
        self.launch_anew().current_dir(directory.as_ref());
        self
    }

    /// The child's standard input. Default: inherited.
    pub fn stdin(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch_anew().stdin(stdio.into());
        self
    }

    /// The child's standard output. Default: inherited.
    pub fn stdout(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch_anew().stdout(stdio.into());
        self
    }

    /// The child's standard error. Default: inherited.
    pub fn stderr(&mut self, stdio: impl Into<Stdio>) -> &mut Self {
        self.launch_anew().stderr(stdio.into());
        self
    }

    /// Whether the child is killed when its [`Process`](crate::Process) is dropped. Default: false.
    pub fn kill_on_drop(&mut self, kill: bool) -> &mut Self {
        self.launch_anew().kill_on_drop(kill);
        self
    }

    /// Changes the [`tokio::process::Command`] before each start: for its user, process group, and all else that has no
    /// method here. `change` runs for each start on a new command, which has everything that was set before. The
    /// variables that name the channel are set afterwards.
    ///
    /// ```no_run
    /// # async fn start() -> std::io::Result<()> {
    /// use forkwire::Command;
    ///
    /// let child = Command::node("worker.mjs").configure(|command| drop(command.process_group(0))).spawn()?;
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(unix)]
    pub fn configure(
        &mut self,
        change: impl FnMut(&mut tokio::process::Command) + Send + 'static,
    ) -> &mut Self {
        self.launch_anew().hook(Box::new(change));
        self
    }

    /// Flags for `CreateProcessW`, such as `CREATE_NO_WINDOW`. Default: 0.
    #[cfg(windows)]
    pub fn creation_flags(&mut self, flags: u32) -> &mut Self {
        self.launch.flags = flags;
        self
    }
}
