//! Where the npm package is: what a Node child on the native wire starts with.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// A program for Node.
#[derive(Debug)]
pub(crate) struct NodeProgram {
    pub(crate) node_args: Vec<OsString>,
    pub(crate) script: OsString,
    pub(crate) args: Vec<OsString>,
    /// The package's directory, if it was given.
    pub(crate) package: Option<PathBuf>,
}

/// Two files of the package.
#[derive(Debug)]
pub(crate) struct Entry {
    /// What puts the channel on `process`.
    pub(crate) preload: PathBuf,
    /// What it loads.
    pub(crate) addon: PathBuf,
}

impl NodeProgram {
    pub(crate) fn new(script: &OsStr) -> Self {
        Self {
            node_args: Vec::new(),
            script: script.to_owned(),
            args: Vec::new(),
            package: None,
        }
    }

    /// # Errors
    /// `NotFound`, with what was looked for.
    pub(crate) fn find_entry(&self) -> io::Result<Entry> {
        if let Some(package) = &self.package {
            return Entry::of(package)
                .ok_or_else(|| not_found(format!("{} is no built package forkwire", package.display())));
        }
        let current = std::env::current_dir()?;
        let script = current.join(&self.script);
        // Where the file really is, as Node looks it up.
        let script = script.canonicalize().unwrap_or(script);
        let from_script = script.ancestors().skip(1);
        from_script
            .chain(current.ancestors())
            .find_map(|directory| Entry::of(&directory.join("node_modules/forkwire")))
            .ok_or_else(|| {
                let script = script.display();
                not_found(format!(
                    "no node_modules/forkwire with an addon for this platform above {script}"
                ))
            })
    }
}

impl Entry {
    fn of(package: &Path) -> Option<Self> {
        // Absolute: the child may have another working directory.
        let package = std::path::absolute(package).ok()?;
        let preload = package.join("dist/preload.js");
        if !preload.is_file() {
            return None;
        }
        let platforms = platforms();
        let addon = platforms.iter().find_map(|platform| {
            let file = format!("forkwire.{platform}.node");
            let binding = format!("@forkwire/binding-{platform}");
            // Built here; installed beside the package; installed in it.
            let places = [
                package.join(&file),
                package.join("..").join(&binding).join(&file),
                package.join("node_modules").join(&binding).join(&file),
            ];
            places.into_iter().find(|place| place.is_file())
        })?;
        Some(Self { preload, addon })
    }
}

/// The names of this platform in the package, the likelier first. Which C library the `node` of the `PATH` is built
/// for, the files that are installed say.
fn platforms() -> Vec<String> {
    let cpu = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match std::env::consts::OS {
        "macos" => vec![format!("darwin-{cpu}")],
        "linux" if cfg!(target_env = "musl") => vec![format!("linux-{cpu}-musl"), format!("linux-{cpu}-gnu")],
        system => vec![format!("{system}-{cpu}-gnu"), format!("{system}-{cpu}-musl")],
    }
}

fn not_found(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, what)
}
