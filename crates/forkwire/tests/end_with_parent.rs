//! A child that ends with its parent.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::io::{Read, Write};
use std::process::{Command as Program, Stdio};
use std::time::Duration;

use forkwire::{Channel, Command, WireChoice};

/// This program, as one of the roles below.
fn role(name: &str) -> [String; 4] {
    ["--ignored", "--nocapture", "--exact", name].map(str::to_owned)
}

#[test]
fn a_busy_child_ends_once_its_parent_has_crashed() {
    let mut parent = Program::new(std::env::current_exe().unwrap())
        .args(role("crashes_after_its_child_is_busy"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Ends only when nobody has the other end any more, and the child inherits that.
    let mut told = String::new();
    parent.stdout.take().unwrap().read_to_string(&mut told).unwrap();
    assert!(told.contains("the child is busy"), "{told}");
    assert!(!parent.wait().unwrap().success());
}

#[tokio::test]
#[ignore = "the parent of the test above"]
async fn crashes_after_its_child_is_busy() {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(role("is_busy"))
        .wire(WireChoice::Native)
        .end_with_parent(Duration::from_millis(10))
        .spawn()
        .unwrap();
    let told: String = child.channel.recv().await.unwrap().unwrap();
    writeln!(std::io::stdout(), "the child {told}").unwrap();
    std::process::abort();
}

#[tokio::test]
#[ignore = "the child of the test above"]
async fn is_busy() {
    let mut channel = Channel::from_env().unwrap().unwrap();
    channel.send("is busy").await.unwrap();
    loop {
        std::hint::spin_loop();
    }
}

#[tokio::test]
async fn a_child_on_nodes_wire_could_not_know_of_it() {
    let mut command = Command::new("true");
    command.end_with_parent(Duration::ZERO);
    let error = command.spawn().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("native wire"), "{error}");
}
