//! What the tests with real processes share.
#![allow(dead_code, clippy::unwrap_used)] // not all of them use all of it, and a test may fail anywhere

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An example of this crate, which cargo builds beside the tests.
pub(crate) fn example(name: &str) -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "{} is missing: cargo build -p forkwire --examples",
        path.display()
    );
    path
}

/// The program `examples/echo.rs`.
pub(crate) fn echo() -> PathBuf {
    example("echo")
}

/// A file of `tests/`.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// `node` of the `PATH`, and Node 20 and 26 where they are another: those that `FORKWIRE_TEST_NODE_20` and
/// `FORKWIRE_TEST_NODE_26` name, or that `npm run test:nodes` has installed.
pub(crate) fn nodes() -> Vec<PathBuf> {
    let mut nodes = vec![PathBuf::from("node")];
    let mut majors = vec![major(&nodes[0]).unwrap()];
    for wanted in ["20", "26"] {
        let variable = format!("FORKWIRE_TEST_NODE_{wanted}");
        let installed = std::env::var_os(&variable).map_or_else(|| cached(wanted), PathBuf::from);
        match major(&installed) {
            Some(found) if majors.contains(&found) => {}
            Some(found) => {
                majors.push(found);
                nodes.push(installed);
            }
            None if majors.iter().any(|found| found == wanted) => {}
            None => skip(&format!(
                "Node {wanted}: not installed, see {variable} or `npm run test:nodes -- {wanted}`"
            )),
        }
    }
    nodes
}

fn major(node: &Path) -> Option<String> {
    let script = "process.versions.node.split('.')[0]";
    let output = Command::new(node).args(["-p", script]).output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

/// Where `scripts/test-nodes.mjs` puts a Node.
fn cached(major: &str) -> PathBuf {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win",
        other => other,
    };
    let cpu = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    let package = format!("node-{system}-{cpu}");
    root()
        .join(".cache/nodes")
        .join(major)
        .join("node_modules")
        .join(package)
        .join(format!("bin/node{}", std::env::consts::EXE_SUFFIX))
}

/// The checkout, which is the npm package too. `None`: it is not built.
pub(crate) fn package() -> Option<PathBuf> {
    let root = root();
    let addon = std::fs::read_dir(&root).unwrap().any(|file| {
        file.unwrap()
            .path()
            .extension()
            .is_some_and(|extension| extension == "node")
    });
    if addon && root.join("dist/preload.js").exists() {
        return Some(root);
    }
    skip("forkwire in Node: the npm package is not built, see `npm run build`");
    None
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// Says so even in a run that shows only the failures.
fn skip(what: &str) {
    let mut out = std::io::stderr();
    out.write_all(format!("skipped {what}\n").as_bytes()).unwrap();
}
