//! A Rust program as the child of unmodified Node programs: `examples/echo.rs` under `parent.cjs`.
//!
//! The runtimes are `node` of the `PATH`, and those that `FORKWIRE_TEST_NODES` names (paths, with `:` between them).
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::path::Path;
use std::process::Command;

use support::echo;

fn runtimes() -> Vec<String> {
    let more = std::env::var("FORKWIRE_TEST_NODES").unwrap_or_default();
    let more = more.split(':').filter(|path| !path.is_empty()).map(str::to_owned);
    ["node".to_owned()].into_iter().chain(more).collect()
}

/// Runs the parent, which says what it checked and ends with an error at the first thing that is wrong.
fn run(how: &str, mode: &str) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parent.cjs");
    for node in runtimes() {
        let output = Command::new(&node)
            .arg(&script)
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
            "{node} {how} {mode}, after:\n{told}\n{faults}"
        );
        assert_eq!(told.lines().count(), 11, "{node} checked:\n{told}");
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
