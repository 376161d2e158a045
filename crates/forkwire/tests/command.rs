//! What a child is started with.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::path::Path;

use forkwire::{Child, Command, Format, SendErrorKind, Stdio, WireChoice};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

/// What a program says that knows nothing of a channel, and has ended.
async fn told(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut told = String::new();
    let mut out = child.process.stdout.take().unwrap();
    out.read_to_string(&mut told).await.unwrap();
    // It is gone, and so is its end: nobody else has it.
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
    assert!(child.process.wait().await.unwrap().success());
    told
}

/// A program that says its variables.
fn environment() -> Command {
    let (program, args): (_, &[&str]) = if cfg!(windows) {
        ("cmd", &["/d", "/c", "set"])
    } else {
        ("env", &[])
    };
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// The variables that name a channel.
async fn channels(command: &mut Command) -> Vec<String> {
    let told = told(command).await;
    let lines = told.lines().filter(|line| line.contains("CHANNEL"));
    let mut lines: Vec<_> = lines.map(str::to_owned).collect();
    lines.sort();
    lines
}

/// A program that neither reads nor ends.
fn idler() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--ignored", "--exact", "neither_reads_nor_ends"])
        .stdout(Stdio::null());
    command
}

#[test]
#[ignore = "the child of tests below"]
fn neither_reads_nor_ends() {
    loop {
        std::thread::park();
    }
}

/// A Node program that is given as text.
fn node(program: &str) -> Command {
    let mut command = Command::new("node");
    command.args(["-e", program]);
    command
}

#[tokio::test]
async fn the_environment_names_one_channel() {
    let mut command = environment();
    command
        .env("FORKWIRE_CHANNEL", "{}")
        .env("NODE_CHANNEL_FD", "99")
        .serialization(Format::Clone);
    let told = channels(&mut command).await;
    assert!(told[0].starts_with("NODE_CHANNEL_FD="), "{told:?}");
    assert_eq!(told[1..], ["NODE_CHANNEL_SERIALIZATION_MODE=advanced"]);
    command.wire(WireChoice::Native);
    let told = channels(&mut command).await;
    assert!(
        told.len() == 1 && told[0].starts_with("FORKWIRE_CHANNEL="),
        "{told:?}"
    );
}

#[tokio::test]
async fn arguments_variables_and_the_directory_arrive_as_they_were_given() {
    let args = [
        "",
        "two words",
        "\"quoted\"",
        r"c:\dir\",
        r"c:\a dir\",
        r#"\"\\""#,
        "ä€𝄞",
        "a\tb\nc",
        "*",
    ];
    let program =
        "process.send([process.argv.slice(1), process.env.WORD, process.env.GONE ?? null, process.cwd()])";
    let directory = std::env::temp_dir().canonicalize().unwrap();
    let mut command = node(program);
    command
        .arg("--")
        .args(args)
        .env("WORD", "a word = ä")
        .env("GONE", "x")
        .env_remove("GONE")
        .current_dir(&directory);
    let mut child = command.spawn().unwrap();
    let told: Value = child.channel.recv().await.unwrap().unwrap();
    assert_eq!(told[0], json!(args));
    assert_eq!((&told[1], &told[2]), (&json!("a word = ä"), &Value::Null));
    let works_in = Path::new(told[3].as_str().unwrap());
    assert_eq!(works_in.canonicalize().unwrap(), directory);
}

#[tokio::test]
async fn the_standard_streams_are_those_that_were_set() {
    let program =
        "process.stdin.on('data', (d) => process.stderr.write(d)).on('end', () => process.disconnect())";
    let mut command = node(program);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    assert!(child.process.stdout.is_none());
    let mut input = child.process.stdin.take().unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut input, b"there and back")
        .await
        .unwrap();
    drop(input);
    let mut errors = String::new();
    let mut stream = child.process.stderr.take().unwrap();
    stream.read_to_string(&mut errors).await.unwrap();
    assert_eq!(errors, "there and back");
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
    assert!(child.process.wait().await.unwrap().success());
}

#[tokio::test]
async fn the_output_of_a_child_is_collected_to_its_end_from_both_streams() {
    // Neither stream holds so much: the child ends when both are read, whichever it fills first.
    let program = "process.disconnect();
        process.stderr.write('e'.repeat(1 << 20), () => process.stdout.write('o'.repeat(1 << 20)))";
    let mut command = node(program);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let (_channel, process) = command.spawn().unwrap().into_parts();
    let output = process.wait_with_output().await.unwrap();
    assert!(output.status.success());
    assert!(output.stdout.len() == 1 << 20 && output.stdout.iter().all(|byte| *byte == b'o'));
    assert!(output.stderr.len() == 1 << 20 && output.stderr.iter().all(|byte| *byte == b'e'));
}

#[tokio::test]
async fn waiting_for_a_process_returns_its_exit_code() {
    let mut child = node("process.on('message', (code) => process.exit(code))")
        .spawn()
        .unwrap();
    assert!(child.process.id().is_some());
    assert!(child.process.try_wait().unwrap().is_none());
    let (sent, status) = tokio::join!(child.channel.send(&7), child.process.wait());
    sent.unwrap();
    assert_eq!(status.unwrap().code(), Some(7));
    assert_eq!(child.process.id(), None);
    // It reports the same again, and having nothing left to kill is not an error.
    assert_eq!(child.process.wait().await.unwrap().code(), Some(7));
    child.process.start_kill().unwrap();
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
}

#[tokio::test]
async fn a_child_that_ends_before_it_takes_its_channel_ends_the_channel() {
    for wire in [WireChoice::Native, WireChoice::Node] {
        let mut child = Command::new("node")
            .args(["--no-such-option"])
            .stderr(Stdio::null())
            .wire(wire)
            .spawn()
            .unwrap();
        assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
        assert!(!child.process.wait().await.unwrap().success());
    }
}

#[tokio::test]
async fn a_dropped_process_is_killed_on_request() {
    let mut child = idler().kill_on_drop(true).spawn().unwrap();
    drop(child.process);
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
}

/// What ends the channel of one is not held open by the others.
#[tokio::test]
async fn a_childs_end_is_inherited_by_no_other_child() {
    let mut first = idler().spawn().unwrap();
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(idler().kill_on_drop(true).spawn().unwrap());
    }
    let mut plain = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "neither_reads_nor_ends"])
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    first.process.kill().await.unwrap();
    assert_eq!(first.channel.recv::<()>().await.unwrap(), None);
    plain.kill().unwrap();
    plain.wait().unwrap();
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
        .stdin(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .output()
        .unwrap();
    let before = String::from_utf8(before.stdout).unwrap();
    for _ in 0..3 {
        let other = idler().kill_on_drop(true).spawn().unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", script])
            .stdin(Stdio::null())
            .stderr(Stdio::null());
        let told = told(&mut command).await;
        let mut open: Vec<&str> = told.lines().collect();
        let named = open.pop().unwrap();
        open.retain(|fd| !before.lines().any(|other| other == *fd));
        assert_eq!(open, [named]);
        drop(other);
    }
    drop((ours, theirs));
}

#[tokio::test]
async fn a_missing_program_is_an_error() {
    for program in ["/no/such/program", "no-such-program"] {
        let error = Command::new(program).spawn().unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_file_that_is_not_a_program_is_an_error() {
    assert!(
        Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .spawn()
            .is_err()
    );
}

#[tokio::test]
async fn killing_a_child_ends_the_channel_and_returns_the_unsent_message() {
    let Child {
        mut channel,
        mut process,
        ..
    } = idler().spawn().unwrap();
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
    let mut child = idler().kill_on_drop(true).max_message_size(100).spawn().unwrap();
    let error = child.channel.send(&"x".repeat(100)).await.unwrap_err();
    assert_eq!(error.kind, SendErrorKind::TooLarge);
    assert_eq!(error.message.unwrap().payload.len(), 102);
    child.channel.send(&"x".repeat(98)).await.unwrap();
}
