//! Finding the npm package, which a Node child on the native wire loads first.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// A program that Node runs.
#[derive(Debug)]
pub(crate) struct NodeProgram {
    pub(crate) node_args: Vec<OsString>,
    pub(crate) script: OsString,
    /// The package's directory, if it was set.
    pub(crate) package: Option<PathBuf>,
}

/// Files of the package.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The module that puts the channel on `process`.
    pub(crate) preload: PathBuf,
    /// The addon that it loads.
    pub(crate) addon: PathBuf,
    /// What a process loads that waits for its program.
    #[cfg_attr(windows, allow(dead_code))]
    pub(crate) spare: PathBuf,
}

impl NodeProgram {
    pub(crate) fn new(script: &OsStr) -> Self {
        Self {
            node_args: Vec::new(),
            script: script.to_owned(),
            package: None,
        }
    }

    /// Finds the package's files.
    ///
    /// # Errors
    /// `NotFound`, with what was looked for.
    pub(crate) fn find_entry(&self) -> io::Result<Entry> {
        if let Some(package) = &self.package {
            return Entry::of(package).ok_or_else(|| {
                not_found(format!(
                    "{} is not a built npm package forkwire",
                    package.display()
                ))
            });
        }
        let current = std::env::current_dir()?;
        let script = current.join(&self.script);
        // Node looks modules up from the script's real path.
        let script = script.canonicalize().map(plain).unwrap_or(script);
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
        let spare = package.join("dist/spare.js");
        Some(Self {
            preload,
            addon,
            spare,
        })
    }
}

/// The names of this platform in the package, the likelier first. The installed files show which C library the `node`
/// of the `PATH` was built for.
fn platforms() -> Vec<String> {
    let cpu = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    match std::env::consts::OS {
        "macos" => vec![format!("darwin-{cpu}")],
        // Node is built with Microsoft's toolchain, whatever this program was built with.
        "windows" => vec![format!("win32-{cpu}-msvc")],
        "linux" if cfg!(target_env = "musl") => vec![format!("linux-{cpu}-musl"), format!("linux-{cpu}-gnu")],
        system => vec![format!("{system}-{cpu}-gnu"), format!("{system}-{cpu}-musl")],
    }
}

/// Removes the `\\?\` of Windows' canonical paths, from which Node loads no modules.
fn plain(path: PathBuf) -> PathBuf {
    match path.to_str().and_then(|path| path.strip_prefix(r"\\?\")) {
        Some(rest) if cfg!(windows) && rest.as_bytes().get(1) == Some(&b':') => rest.into(),
        _ => path,
    }
}

fn not_found(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An empty directory that is removed in the end.
    struct Directory(PathBuf);

    impl Directory {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("forkwire-{name}-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&path);
            std::fs::create_dir_all(&path).unwrap();
            Self(plain(path.canonicalize().unwrap()))
        }

        fn add(&self, file: &str) -> PathBuf {
            let path = self.0.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "").unwrap();
            path
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    fn addon() -> (String, String) {
        let platform = platforms().remove(0);
        (
            format!("forkwire.{platform}.node"),
            format!("@forkwire/binding-{platform}"),
        )
    }

    #[test]
    fn the_nearest_package_above_the_program_is_found() {
        let directory = Directory::new("nearest");
        let (file, binding) = addon();
        let script = directory.add("app/src/worker.mjs");
        directory.add("node_modules/forkwire/dist/preload.js");
        let far = directory.add(&format!("node_modules/{binding}/{file}"));
        let program = NodeProgram::new(script.as_os_str());
        let entry = program.find_entry().unwrap();
        assert_eq!(plain(entry.addon.canonicalize().unwrap()), far);

        let near = directory.add("app/node_modules/forkwire/dist/preload.js");
        let addon = directory.add(&format!(
            "app/node_modules/forkwire/node_modules/{binding}/{file}"
        ));
        let entry = program.find_entry().unwrap();
        assert_eq!((entry.preload, entry.addon), (near, addon));
    }

    #[test]
    fn a_package_that_was_set_is_the_only_candidate() {
        let directory = Directory::new("given");
        let (file, _) = addon();
        let script = directory.add("worker.mjs");
        directory.add("node_modules/forkwire/dist/preload.js");
        directory.add(&format!("node_modules/forkwire/{file}"));
        let mut program = NodeProgram::new(script.as_os_str());
        program.package = Some(directory.0.join("other"));
        let error = program.find_entry().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        // A package without an addon for this platform is useless.
        directory.add("other/dist/preload.js");
        assert!(program.find_entry().is_err());
        directory.add(&format!("other/{file}"));
        assert!(program.find_entry().is_ok());
    }
}
