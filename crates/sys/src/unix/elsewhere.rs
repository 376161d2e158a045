//! Moving a thread to another processor, where its own is also that of the thread it talks to. Linux only: elsewhere it does
//! nothing.

#[cfg(target_os = "linux")]
#[path = "elsewhere/linux.rs"]
mod system;
#[cfg(not(target_os = "linux"))]
#[path = "elsewhere/other.rs"]
mod system;

pub use system::{is_filtered, leave_processor, runnable};
