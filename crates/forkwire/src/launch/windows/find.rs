//! Finding the file of a program.

use std::env::split_paths;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

/// The file of a program. A name with a directory is that file, or the one with `.exe` appended. A name alone is searched for
/// in `path`, with `.exe` if it has no extension, and not in the current directory.
///
/// # Errors
/// `NotFound`; `InvalidInput` for a batch file, because `cmd.exe` runs those, and splits arguments in its own way.
pub(super) fn program(name: &OsStr, path: Option<&OsStr>) -> io::Result<PathBuf> {
    let named = Path::new(name);
    let extension = named.extension().map(OsStr::to_ascii_lowercase);
    if extension.is_some_and(|extension| extension == "bat" || extension == "cmd") {
        let what = format!(
            "{} is a batch file: start cmd.exe with the arguments /d, /c and its name",
            named.display()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let found = if named.components().count() > 1 {
        // Absolute: the child may have another working directory.
        let absolute = std::path::absolute(named)?;
        [with_exe(&absolute), absolute]
            .into_iter()
            .find(|file| file.is_file())
    } else {
        let file = if named.extension().is_some() {
            named.to_owned()
        } else {
            with_exe(named)
        };
        // Relative ones would depend on the current directory.
        let directories = path
            .into_iter()
            .flat_map(split_paths)
            .filter(|path| path.is_absolute());
        directories
            .map(|directory| directory.join(&file))
            .find(|file| file.is_file())
    };
    found.ok_or_else(|| {
        let place = if named.components().count() > 1 {
            ""
        } else {
            " in the PATH"
        };
        io::Error::new(
            io::ErrorKind::NotFound,
            format!("there is no program {}{place}", named.display()),
        )
    })
}

fn with_exe(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".exe");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_by_its_name_and_by_its_path_with_or_without_exe() {
        let own = std::env::current_exe().unwrap();
        let directory = own.parent().unwrap().as_os_str();
        let stem = own.file_stem().unwrap();
        for name in [
            own.as_os_str(),
            own.with_extension("").as_os_str(),
            stem,
            own.file_name().unwrap(),
        ] {
            let found = program(name, Some(directory)).unwrap();
            assert_eq!(found, own, "{name:?}");
        }
        for (name, path) in [(stem, None), (OsStr::new("no such program"), Some(directory))] {
            assert_eq!(program(name, path).unwrap_err().kind(), io::ErrorKind::NotFound);
        }
    }

    #[test]
    fn a_batch_file_is_refused_with_the_remedy() {
        let error = program(OsStr::new("npm.CMD"), None).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(error.to_string().contains("cmd.exe"), "{error}");
    }
}
