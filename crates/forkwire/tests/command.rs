//! What a child is started with.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::process::Stdio;

use forkwire::{Child, Command, Format, SendErrorKind, WireChoice};
use tokio::io::AsyncReadExt;

/// A shell that says what it was started with.
async fn shell(script: &str, set_up: impl FnOnce(&mut Command)) -> String {
    let mut command = Command::new("sh");
    command.args(["-c", script]).stdout(Stdio::piped());
    set_up(&mut command);
    let mut child = command.spawn().unwrap();
    let mut told = String::new();
    let mut out = child.process.stdout.take().unwrap();
    out.read_to_string(&mut told).await.unwrap();
    // It is gone, and so is its end: nobody else has it.
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
    told
}

#[tokio::test]
async fn the_environment_names_one_channel() {
    let stale = |command: &mut Command| {
        command.env("FORKWIRE_CHANNEL", "{}").env("NODE_CHANNEL_FD", "99");
    };
    let names = "env | grep CHANNEL | sed 's/=.*//' | sort";
    let told = shell(names, |command| {
        stale(command);
        command.serialization(Format::Clone);
    })
    .await;
    assert_eq!(told, "NODE_CHANNEL_FD\nNODE_CHANNEL_SERIALIZATION_MODE\n");
    let told = shell(names, |command| {
        stale(command);
        command.wire(WireChoice::Native);
    })
    .await;
    assert_eq!(told, "FORKWIRE_CHANNEL\n");
    let mode = shell("echo $NODE_CHANNEL_SERIALIZATION_MODE", |command| {
        command.serialization(Format::Clone);
    });
    assert_eq!(mode.await, "advanced\n");
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_inherits_its_end_and_no_other() {
    let (ours, theirs) = forkwire::Channel::pair().unwrap();
    let script = "ls -l /proc/self/fd | grep socket: | sed 's/ ->.*//; s/.* //'; echo $NODE_CHANNEL_FD";
    // What this process itself was started with is not ours to judge.
    let before = std::process::Command::new("sh")
        .args(["-c", script])
        .env("NODE_CHANNEL_FD", "none")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let before = String::from_utf8(before.stdout).unwrap();
    for _ in 0..3 {
        let other = Command::new("sleep")
            .arg("1000")
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let told = shell(script, |command| {
            command.stdin(Stdio::null()).stderr(Stdio::null());
        })
        .await;
        let mut open: Vec<&str> = told.lines().collect();
        let named = open.pop().unwrap();
        open.retain(|fd| !before.lines().any(|other| other == *fd));
        assert_eq!(open, [named]);
        drop(other);
    }
    drop((ours, theirs));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_an_error() {
    let error = Command::new("/no/such/program").spawn().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
}

#[tokio::test]
async fn a_child_that_is_killed_ends_the_channel_and_what_was_under_way_comes_back() {
    let Child {
        mut channel,
        mut process,
        ..
    } = Command::new("sleep").arg("1000").spawn().unwrap();
    // It reads nothing: the socket fills, and the send waits.
    let large = "x".repeat(10_000_000);
    let (sent, killed) = tokio::join!(channel.send(&large), process.kill());
    killed.unwrap();
    let error = sent.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::Closed);
    assert_eq!(error.message.unwrap().payload.len(), large.len() + 2);
    assert_eq!(channel.recv::<()>().await.unwrap(), None);
}

#[tokio::test]
async fn a_message_above_the_limit_comes_back() {
    let mut child = Command::new("sleep")
        .arg("1000")
        .kill_on_drop(true)
        .max_message_size(100)
        .spawn()
        .unwrap();
    let error = child.channel.send(&"x".repeat(100)).await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TooLarge);
    assert_eq!(error.message.unwrap().payload.len(), 102);
    child.channel.send(&"x".repeat(98)).await.unwrap();
}
