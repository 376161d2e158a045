//! The examples, as programs.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

use std::process::Command;

#[cfg(target_os = "linux")]
use support::nodes;
use support::{example, package, script};

/// What a program prints; it must end well.
fn output(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let (told, faults) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{command:?}: {told}\n{faults}");
    told
}

#[test]
fn host_node_loses_no_job_to_a_crash() {
    if package().is_none() {
        return;
    }
    let told = output(Command::new(example("host_node")).args(["2", "350"]));
    let words: Vec<&str> = told.split_whitespace().collect();
    assert_eq!(words[..2], ["350", "jobs"], "{told}");
    let started: usize = words[3].parse().unwrap();
    assert!(started > 2, "no worker crashed: {told}");
}

#[test]
fn child_of_node_answers_an_unmodified_script() {
    let parent = script("../examples/scripts/parent.cjs");
    let told = output(Command::new("node").arg(parent).arg(example("child_of_node")));
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 2, "{told}");
    assert!(
        lines[0].starts_with(r#"{"words":{"brown":1,"#) && lines[0].contains(r#""the":2"#),
        "{told}"
    );
    assert!(lines[1].starts_with(r#"{"refused":"#), "{told}");
}

#[test]
fn handoff_fails_no_request_while_workers_are_replaced() {
    let told = output(Command::new(example("handoff")).args(["2", "200"]));
    assert_eq!(told, "200 requests answered, 5 workers replaced, none failed\n");
}

#[cfg(target_os = "linux")]
#[test]
fn frames_go_to_node_and_back_in_shared_memory() {
    // The buffers need Node 22.23, 24.22, 26.12 or later: of those that are tested here, 26.
    let Some(node) = nodes()
        .into_iter()
        .find(|node| node.to_string_lossy().contains("26"))
    else {
        return;
    };
    if package().is_none() {
        return;
    }
    let told = output(
        Command::new(example("frames"))
            .args(["1000", "8"])
            .env("FORKWIRE_NODE", node),
    );
    assert!(
        told.starts_with("8 frames of 33177600 bytes there and back"),
        "{told}"
    );
}
