//! The environment of a child.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::windows::ffi::OsStrExt;

use super::line;

/// A name in upper case. Windows does not tell names apart that differ only in their case. (Environment Variables)
type Key = Vec<u16>;

/// Changes to the variables of this process.
#[derive(Debug, Default)]
pub(super) struct Environment {
    clear: bool,
    changes: BTreeMap<Key, Option<(OsString, OsString)>>,
}

/// All variables of a child, in the order that the system expects.
pub(super) struct Variables(BTreeMap<Key, (OsString, OsString)>);

impl Environment {
    pub(super) fn set(&mut self, name: &OsStr, value: &OsStr) {
        let variable = (name.to_owned(), value.to_owned());
        self.changes.insert(key(name), Some(variable));
    }

    pub(super) fn remove(&mut self, name: &OsStr) {
        self.changes.insert(key(name), None);
    }

    pub(super) fn clear(&mut self) {
        self.clear = true;
        self.changes.clear();
    }

    pub(super) fn variables(&self) -> Variables {
        let mut all = BTreeMap::new();
        if !self.clear {
            all.extend(std::env::vars_os().map(|variable| (key(&variable.0), variable)));
        }
        for (key, change) in &self.changes {
            match change {
                Some(variable) => drop(all.insert(key.clone(), variable.clone())),
                None => drop(all.remove(key)),
            }
        }
        Variables(all)
    }
}

impl Variables {
    /// Sets a variable, or removes it.
    pub(super) fn change(&mut self, name: &OsStr, value: Option<&OsStr>) {
        match value {
            Some(value) => drop(self.0.insert(key(name), (name.to_owned(), value.to_owned()))),
            None => drop(self.0.remove(&key(name))),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0
            .get(&key(OsStr::new(name)))
            .map(|(_, value)| value.as_os_str())
    }

    /// The block that the system takes: a `name=value` for each, terminated by a 0, and one more 0.
    ///
    /// # Errors
    /// `InvalidInput` if one of them contains a 0, or a name is not valid.
    pub(super) fn block(&self) -> io::Result<Vec<u16>> {
        let mut block = Vec::new();
        for (name, value) in self.0.values() {
            // The system itself uses names that begin with "=".
            if name.is_empty() || name.encode_wide().skip(1).any(|unit| unit == u16::from(b'=')) {
                let what = format!(
                    "{:?} cannot be the name of an environment variable",
                    name.to_string_lossy()
                );
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
            line::append(&mut block, name)?;
            block.push(u16::from(b'='));
            line::append(&mut block, value)?;
            block.push(0);
        }
        if block.is_empty() {
            block.push(0);
        }
        block.push(0);
        Ok(block)
    }
}

fn key(name: &OsStr) -> Key {
    let mut key = Vec::new();
    for character in char::decode_utf16(name.encode_wide()) {
        match character {
            Ok(character) => {
                let mut upper = character.to_uppercase();
                // The system maps one unit to one.
                let single = upper.next().filter(|_| upper.next().is_none());
                key.extend_from_slice(single.unwrap_or(character).encode_utf16(&mut [0; 2]));
            }
            Err(alone) => key.push(alone.unpaired_surrogate()),
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(environment: &Environment) -> String {
        String::from_utf16(&environment.variables().block().unwrap()).unwrap()
    }

    #[test]
    fn names_are_sorted_and_the_same_in_either_case() {
        let mut environment = Environment::default();
        environment.set("Gone".as_ref(), "x".as_ref());
        environment.clear();
        assert_eq!(block(&environment), "\0\0");
        for (name, value) in [("b", "1"), ("Path", "2"), ("_", "3"), ("A", "4"), ("PATH", "5")] {
            environment.set(name.as_ref(), value.as_ref());
        }
        environment.set("other".as_ref(), "6".as_ref());
        environment.remove("OTHER".as_ref());
        assert_eq!(environment.variables().get("path"), Some("5".as_ref()));
        assert_eq!(block(&environment), "A=4\0b=1\0PATH=5\0_=3\0\0");
    }

    #[test]
    fn an_invalid_name_is_an_error() {
        for name in ["", "a=b", "a\0b"] {
            let mut environment = Environment::default();
            environment.set(name.as_ref(), "".as_ref());
            let error = environment.variables().block().unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{name:?}");
        }
    }
}
