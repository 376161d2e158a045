//! Starting a program with a channel to it.

mod lifeline;
mod stdio;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

pub(crate) use self::lifeline::Lifeline;
pub use self::stdio::Stdio;
#[cfg(unix)]
pub use self::unix::Process;
#[cfg(unix)]
pub(crate) use self::unix::{Ends, Launch};
#[cfg(windows)]
pub use self::windows::Process;
#[cfg(windows)]
pub(crate) use self::windows::{Ends, Launch};

use std::ffi::OsString;

/// Variables of the environment; `None` removes one.
pub(crate) type Variables = Vec<(&'static str, Option<String>)>;

/// What one start adds to the settings of a [`Launch`].
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) args: Vec<OsString>,
    /// Set after all others.
    pub(crate) variables: Variables,
}
