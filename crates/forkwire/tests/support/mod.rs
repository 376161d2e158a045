//! What the tests with a real child share.

use std::path::PathBuf;

/// The program `examples/echo.rs`, which cargo builds beside the tests.
pub(crate) fn echo() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push("echo");
    assert!(
        path.exists(),
        "{} is missing: cargo build -p forkwire --example echo",
        path.display()
    );
    path
}
