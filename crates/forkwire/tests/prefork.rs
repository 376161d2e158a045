//! Processes that wait for their program.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod support;

#[cfg(target_os = "linux")]
use forkwire::Format;
use forkwire::{Child, Command, WireChoice};
use serde_json::{Value, json};
#[cfg(target_os = "linux")]
use support::nodes;
use support::{package, script};

/// What `arguments.cjs` sends, and the id of its process.
async fn arguments(child: &mut Child) -> (Value, u32) {
    let pid = child.process.id().unwrap();
    let arguments = child.channel.recv().await.unwrap().unwrap();
    assert_eq!(child.channel.recv::<()>().await.unwrap(), None);
    assert!(child.process.wait().await.unwrap().success());
    (arguments, pid)
}

/// The processes that this one has started and that wait.
#[cfg(target_os = "linux")]
fn spares() -> Vec<u32> {
    let of = |pid: u32| std::fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let mine = std::fs::read_dir("/proc/self/task").unwrap().flat_map(|task| {
        let children = std::fs::read_to_string(task.unwrap().path().join("children")).unwrap_or_default();
        let pids = children.split_whitespace().map(|pid| pid.parse().unwrap());
        pids.collect::<Vec<u32>>()
    });
    mine.filter(|&pid| of(pid).contains("-forkwire-spare")).collect()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_child_is_a_process_that_waited() {
    let Some(package) = package() else { return };
    for node in nodes() {
        let mut command = Command::node_at(node, script("arguments.cjs"));
        command
            .package(&package)
            .node_arg("--no-warnings")
            .prefork(2)
            .unwrap();
        for argument in ["a", "b", "c"] {
            let before = spares();
            let mut child = command
                .arg(argument)
                .serialization(Format::Clone)
                .spawn()
                .unwrap();
            let (arguments, pid) = arguments(&mut child).await;
            assert!(before.contains(&pid), "{before:?} has no {pid}");
            assert_eq!(arguments["node"], json!(["--no-warnings"]));
            assert_eq!(arguments["program"].as_array().unwrap().last().unwrap(), argument);
        }
        drop(command);
        while !spares().is_empty() {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn what_was_changed_afterwards_is_what_the_child_has() {
    let Some(package) = package() else { return };
    let mut command = Command::node(script("arguments.cjs"));
    command.package(package).prefork(1).unwrap();
    command.node_arg("--no-warnings");
    let (first, _) = arguments(&mut command.spawn().unwrap()).await;
    assert_eq!(first["node"], json!(["--no-warnings"]));
    let (second, _) = arguments(&mut command.spawn().unwrap()).await;
    assert_eq!(second["node"], json!(["--no-warnings"]));
}

#[tokio::test]
async fn a_child_on_another_wire_is_an_ordinary_one() {
    let mut command = Command::node(script("arguments.cjs"));
    command.wire(WireChoice::Node).arg("a").prefork(1).unwrap();
    let (given, _) = arguments(&mut command.spawn().unwrap()).await;
    assert_eq!(given["program"], json!(["a"]));
}
