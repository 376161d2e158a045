//! Strings in the system's form, and the command line.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::OsStrExt;

const QUOTE: u16 = b'"' as u16;
const BACKSLASH: u16 = b'\\' as u16;

/// UTF-16 with a terminating 0.
///
/// # Errors
/// `InvalidInput` if the text contains a 0.
pub(super) fn text(text: &OsStr) -> io::Result<Vec<u16>> {
    let mut wide = Vec::new();
    append(&mut wide, text)?;
    wide.push(0);
    Ok(wide)
}

pub(super) fn append(wide: &mut Vec<u16>, text: &OsStr) -> io::Result<()> {
    if text.encode_wide().any(|unit| unit == 0) {
        let what = format!(
            "there is a NUL in {:?}, where Windows ends a text",
            text.to_string_lossy()
        );
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    wide.extend(text.encode_wide());
    Ok(())
}

/// The command line of a program: its name and arguments, quoted so that the C runtime, and therefore Node and Rust, split
/// them again. (Parsing C command-line arguments)
///
/// # Errors
/// Those of [`text`].
pub(super) fn command(program: &OsStr, args: &[OsString]) -> io::Result<Vec<u16>> {
    let mut line = vec![QUOTE];
    // The program's name cannot contain a quote, and its backslashes have no other meaning.
    append(&mut line, program)?;
    line.push(QUOTE);
    for arg in args {
        line.push(u16::from(b' '));
        quote(&mut line, arg)?;
    }
    line.push(0);
    Ok(line)
}

fn quote(line: &mut Vec<u16>, arg: &OsStr) -> io::Result<()> {
    let mut plain = Vec::new();
    append(&mut plain, arg)?;
    let special = |unit: &u16| {
        [b' ', b'\t', b'\n', b'\x0b', b'"']
            .iter()
            .any(|own| u16::from(*own) == *unit)
    };
    if !plain.is_empty() && !plain.iter().any(special) {
        line.extend(plain);
        return Ok(());
    }
    line.push(QUOTE);
    let mut backslashes = 0;
    for unit in plain {
        if unit == QUOTE {
            // Backslashes before a quote are doubled, and one more makes the quote a character.
            line.extend(std::iter::repeat_n(BACKSLASH, backslashes + 1));
        }
        backslashes = if unit == BACKSLASH { backslashes + 1 } else { 0 };
        line.push(unit);
    }
    line.extend(std::iter::repeat_n(BACKSLASH, backslashes));
    line.push(QUOTE);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(args: &[&str]) -> String {
        let args: Vec<_> = args.iter().map(OsString::from).collect();
        let line = command(OsStr::new("a b"), &args).unwrap();
        let (end, line) = line.split_last().unwrap();
        assert_eq!(*end, 0);
        String::from_utf16(line).unwrap()
    }

    #[test]
    fn arguments_that_need_quotes_get_them() {
        assert_eq!(line(&["plain", r"c:\dir\"]), r#""a b" plain c:\dir\"#);
        assert_eq!(line(&["", "two words"]), r#""a b" "" "two words""#);
        assert_eq!(line(&[r#"say "hi""#]), r#""a b" "say \"hi\"""#);
        assert_eq!(line(&[r"c:\a dir\"]), r#""a b" "c:\a dir\\""#);
        assert_eq!(line(&[r#"\"\\""#]), r#""a b" "\\\"\\\\\"""#);
    }

    #[test]
    fn a_nul_is_an_error() {
        let error = text(OsStr::new("a\0b")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
