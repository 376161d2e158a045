//! A Rust program as the child of unmodified Node programs: `examples/echo.rs` under `parent.cjs`.
//!
//! The runtimes are `support::nodes`.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::process::Command;

use support::{echo, nodes, script};

/// Runs the parent, which says what it checked and ends with an error at the first thing that is wrong.
fn run(how: &str, mode: &str) {
    for node in nodes() {
        let name = node.display();
        let output = Command::new(&node)
            .arg(script("parent.cjs"))
            .arg(echo())
            .args([how, mode])
            .output()
            .unwrap();
        let (told, faults) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(
            output.status.success(),
            "{name} {how} {mode}, after:\n{told}\n{faults}"
        );
        // Node sends no datagram socket on Windows.
        let checks = if cfg!(windows) { 10 } else { 11 };
        assert_eq!(told.lines().count(), checks, "{name} checked:\n{told}");
    }
}

#[test]
fn spawned_in_json() {
    run("spawn", "json");
}

#[test]
fn spawned_in_the_advanced_mode() {
    run("spawn", "advanced");
}

#[test]
fn forked_in_json() {
    run("fork", "json");
}

#[test]
fn forked_in_the_advanced_mode() {
    run("fork", "advanced");
}
