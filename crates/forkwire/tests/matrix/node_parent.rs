//! Node as the parent: `parent.cjs` says what it checked, and ends with an error at the first thing that is wrong.

use std::path::Path;
use std::process::Command;

use super::support::{echo, nodes, package, script};

/// Runs a parent on `node`, with `api` (`stock`, or the npm package's directory) and a child program.
fn run(node: &Path, api: &str, wire: &str, child: &Path, mode: &str) {
    let output = Command::new(node)
        .arg(script("matrix/parent.cjs"))
        .args([api, wire])
        .arg(child)
        .arg(mode)
        .arg(script("matrix/child.cjs"))
        .output()
        .unwrap();
    let (told, faults) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    let cell = format!(
        "{} with {api}, child {}, {wire} wire, {mode}",
        node.display(),
        child.display()
    );
    assert!(output.status.success(), "{cell}, after:\n{told}\n{faults}");
    assert_eq!(told.lines().count(), 8, "{cell} checked:\n{told}");
}

/// All cells of one mode: each parent with each child, and the package's on its own wire too.
fn run_all(mode: &str) {
    let package = package();
    let nodes = nodes();
    let rust = echo();
    let children: Vec<&Path> = nodes.iter().map(AsRef::as_ref).chain([rust.as_path()]).collect();
    for node in &nodes {
        for child in &children {
            run(node, "stock", "node", child, mode);
            if let Some(package) = &package {
                run(node, package.to_str().unwrap(), "node", child, mode);
            }
        }
        if let Some(package) = &package {
            run(node, package.to_str().unwrap(), "native", node, mode);
            run(node, package.to_str().unwrap(), "native", &rust, mode);
        }
    }
}

#[test]
fn every_child_answers_in_json() {
    run_all("json");
}

#[test]
fn every_child_answers_in_the_advanced_mode() {
    run_all("advanced");
}
