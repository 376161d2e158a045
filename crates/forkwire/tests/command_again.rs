//! A command that starts more than one child.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::io::{Read, Seek};
#[cfg(unix)]
use std::sync::Arc;
#[cfg(unix)]
use std::sync::atomic::{AtomicUsize, Ordering};

use forkwire::{Command, Stdio, WireChoice};
use serde_json::{Value, json};
use support::{package, script};

/// Starts the command, and returns what `arguments.cjs` sends.
async fn arguments(command: &mut Command) -> Value {
    let mut child = command.spawn().unwrap();
    let arguments = child.channel.recv().await.unwrap().unwrap();
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
    assert!(child.process.wait().await.unwrap().success());
    arguments
}

#[tokio::test]
async fn each_start_has_the_wire_that_is_set_then() {
    let Some(package) = package() else { return };
    let mut command = Command::node(script("arguments.cjs"));
    command.package(package);
    for wire in [
        WireChoice::Node,
        WireChoice::Native,
        WireChoice::Auto,
        WireChoice::Node,
    ] {
        let arguments = arguments(command.wire(wire)).await;
        assert_eq!(arguments["program"], json!([]), "{wire:?}");
    }
}

#[tokio::test]
async fn an_argument_that_is_added_later_goes_where_it_belongs() {
    let mut command = Command::node(script("arguments.cjs"));
    command.wire(WireChoice::Node).node_arg("--no-warnings").arg("a");
    let expected = json!({"node": ["--no-warnings"], "program": ["a"]});
    assert_eq!(arguments(&mut command).await, expected);
    command.node_arg("--no-deprecation").arg("b");
    let expected = json!({"node": ["--no-warnings", "--no-deprecation"], "program": ["a", "b"]});
    assert_eq!(arguments(&mut command).await, expected);
}

#[tokio::test]
async fn a_package_that_is_missing_costs_the_command_nothing() {
    let mut command = Command::node(script("arguments.cjs"));
    command.package(std::env::temp_dir()).arg("a");
    let error = command.spawn().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{error}");
    let arguments = arguments(command.wire(WireChoice::Node)).await;
    assert_eq!(arguments["program"], json!(["a"]));
}

#[tokio::test]
async fn all_children_write_to_a_file_that_was_given_once() {
    let path = std::env::temp_dir().join(format!("forkwire-again-{}", std::process::id()));
    let open = || {
        std::fs::File::options()
            .append(true)
            .read(true)
            .create(true)
            .open(&path)
    };
    let mut file = open().unwrap();
    let mut command = Command::new("node");
    command
        .args(["-e", "process.stdout.write('one,'); process.disconnect()"])
        .stdout(Stdio::from(file.try_clone().unwrap()));
    for _ in 0..2 {
        let mut child = command.spawn().unwrap();
        assert!(child.process.wait().await.unwrap().success());
    }
    let mut written = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut written).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(written, "one,one,");
}

#[cfg(unix)]
#[tokio::test]
async fn the_command_is_configured_before_each_start() {
    let starts = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&starts);
    let mut command = Command::node(script("arguments.cjs"));
    command.wire(WireChoice::Node).configure(move |command| {
        let start = count.fetch_add(1, Ordering::Relaxed);
        // The channel's own variables are set afterwards.
        command.arg(start.to_string()).env("NODE_CHANNEL_FD", "77");
    });
    for start in ["0", "1"] {
        assert_eq!(arguments(&mut command).await["program"], json!([start]));
    }
    assert_eq!(starts.load(Ordering::Relaxed), 2);
}
