//! Variables that name a channel, in a process of its own for each.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::process::{Command, Output, Stdio};

use forkwire::Channel;

/// Prints what `from_env` finds, in a runtime that has descriptors of its own, and whether these still work.
#[test]
#[ignore = "the child of the tests below"]
fn takes_its_channel() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let found = runtime.block_on(async {
        let found = match Channel::from_env() {
            Ok(Some(_)) => "taken".to_owned(),
            Ok(None) => "none".to_owned(),
            Err(error) => format!("{error}: {}", std::error::Error::source(&error).unwrap()),
        };
        // Waiting for a child needs tokio's own pair of sockets, which signals go through.
        let status = tokio::process::Command::new("true").status().await.unwrap();
        assert!(status.success());
        found
    });
    std::fs::write("/proc/self/fd/2", found).unwrap();
}

/// Runs the program above, with `prepare` between fork and exec.
fn run(variable: &str, prepare: impl FnOnce(&mut Command)) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "takes_its_channel"])
        .env("NODE_CHANNEL_FD", variable)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    prepare(&mut command);
    let Output { status, stderr, .. } = command.output().unwrap();
    let found = String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{found}");
    found
}

#[test]
fn a_number_that_is_left_over_takes_no_descriptor_of_the_runtime() {
    // The runtime has its epoll, its eventfd and its pair of sockets among these numbers.
    let found: Vec<String> = (3..16).map(|fd| run(&fd.to_string(), |_| {})).collect();
    assert!(
        found.iter().all(|found| found.contains("NODE_CHANNEL_FD")),
        "{found:#?}"
    );
    assert!(
        found.iter().any(|found| found.contains("did not inherit it")),
        "{found:#?}"
    );
}

#[test]
fn an_inherited_socket_is_taken() {
    let (_ours, theirs) = UnixStream::pair().unwrap();
    let found = run("0", |command| {
        command.stdin(OwnedFd::from(theirs));
    });
    assert_eq!(found, "taken");
}

#[test]
fn an_inherited_socket_that_is_not_a_channel_is_refused() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let unconnected = std::os::unix::net::UnixDatagram::unbound().unwrap();
    let others: [OwnedFd; 2] = [listener.into(), unconnected.into()];
    for other in others {
        let number: RawFd = other.as_raw_fd();
        assert!(number > 2);
        let found = run("0", |command| {
            command.stdin(other);
        });
        assert!(found.contains("descriptor 0"), "{found}");
    }
}
