//! All that the wire itself must know about a message: whether its `cmd` is one of Node's own.

use std::borrow::Cow;

use memchr::memmem;

use super::call::{HELLO, Step};
use crate::event::Format;
use crate::v8;

/// The beginning of what Node reserves for itself, which is longer (`isInternal` in `lib/internal/child_process.js`).
const PREFIX: &[u8] = b"NODE_";

/// The same as V8 writes it when the string is a part of one that has characters beyond Latin-1.
const WIDE_PREFIX: &[u8] = b"N\0O\0D\0E\0_\0";

/// How deep envelopes are nested: Node sends one again three times (`MAX_HANDLE_RETRANSMISSIONS`).
const MOST_WRAPPED: usize = 4;

/// A message by what the channel does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Not one of Node's.
    None,
    /// The envelope of a message with a handle.
    Handle,
    /// The receiver has the handle.
    Ack,
    /// The handle did not come.
    Nack,
    /// A step of a request between two forkwire ends.
    Call(Step),
    /// Any other of Node's: `'internalMessage'`.
    Internal,
}

/// Whether a payload is one of Node's own messages, which it emits as `'internalMessage'`: an object whose `cmd` is a
/// string that begins with `NODE_` and is longer.
pub fn is_internal(format: Format, payload: &[u8]) -> bool {
    Command::of(format, payload) != Command::None
}

/// Whether an internal message announces that its sender has requests.
pub fn is_hello(format: Format, payload: &[u8]) -> bool {
    let command = match format {
        Format::Json => json_command(payload),
        Format::Clone => v8::peek_cmd(payload).map(into_bytes),
    };
    command.as_deref() == Some(HELLO.as_bytes())
}

impl Command {
    pub(crate) fn of(format: Format, payload: &[u8]) -> Self {
        // Nearly every message is recognised here, without a look at its structure.
        let found = memmem::find(payload, PREFIX).is_some()
            || format == Format::Clone && memmem::find(payload, WIDE_PREFIX).is_some();
        if !found {
            return Self::None;
        }
        let command = match format {
            Format::Json => json_command(payload),
            Format::Clone => v8::peek_cmd(payload).map(into_bytes),
        };
        match command.as_deref() {
            Some(b"NODE_HANDLE") => Self::Handle,
            Some(b"NODE_HANDLE_ACK") => Self::Ack,
            Some(b"NODE_HANDLE_NACK") => Self::Nack,
            Some(command) if is_nodes_own(command) => Step::of(command).map_or(Self::Internal, Self::Call),
            _ => Self::None,
        }
    }
}

fn into_bytes(text: Cow<'_, str>) -> Cow<'_, [u8]> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    }
}

/// Whether the message in an envelope is one of Node's own. An envelope that was sent again is in another one.
pub(crate) fn wraps_internal(format: Format, envelope: &[u8]) -> bool {
    for wrapped in 1..=MOST_WRAPPED {
        let mut path = vec!["msg"; wrapped];
        path.push("cmd");
        let command = match format {
            Format::Json => json_string(envelope, &path),
            Format::Clone => v8::peek(envelope, &path).map(into_bytes),
        };
        match command.as_deref() {
            Some(b"NODE_HANDLE") => {}
            Some(command) => return is_nodes_own(command),
            None => return false,
        }
    }
    false
}

/// Whether Node reserves this `cmd`.
fn is_nodes_own(command: &[u8]) -> bool {
    command.len() > PREFIX.len() && command.starts_with(PREFIX)
}

/// The string that the property `cmd` of the outermost object has: the last one, as in `JSON.parse`. A text that is no
/// valid JSON gives anything; the application finds out when it parses.
fn json_command(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    json_string(text, &["cmd"])
}

/// The same for the property that a path of names leads to, from object to object.
fn json_string<'a>(mut text: &'a [u8], path: &[&str]) -> Option<Cow<'a, [u8]>> {
    for name in path {
        text = json_member(text, name.as_bytes())?;
    }
    Some(unescape(Scan { text, at: 0 }.string()?))
}

/// The text of a property's value.
pub(super) fn json_member<'a>(text: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    let mut scan = Scan { text, at: 0 };
    scan.space();
    scan.eat(b'{')?;
    let mut member = None;
    loop {
        scan.space();
        let key = scan.string()?;
        scan.space();
        scan.eat(b':')?;
        scan.space();
        let start = scan.at;
        scan.value()?;
        if unescape(key).as_ref() == name {
            member = Some(&text[start..scan.at]);
        }
        scan.space();
        if scan.eat(b',').is_none() {
            return member;
        }
    }
}

struct Scan<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> Option<()> {
        (self.peek() == Some(byte)).then(|| self.at += 1)
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// A string's inside, escapes and all.
    fn string(&mut self) -> Option<&'a [u8]> {
        self.eat(b'"')?;
        let start = self.at;
        loop {
            let next = memchr::memchr2(b'"', b'\\', self.text.get(self.at..)?)?;
            self.at += next;
            if self.peek() == Some(b'"') {
                self.at += 1;
                return Some(&self.text[start..self.at - 1]);
            }
            self.at += 2;
        }
    }

    /// Skips a value: to the comma or brace after it.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' | b',' if depth == 0 => return Some(()),
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }
}

/// A string's characters. `JSON.stringify` escapes none of those that matter here; another writer may.
fn unescape(inside: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', inside).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut out = Vec::with_capacity(inside.len());
    let mut rest = inside;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&escaped, tail)) = rest.split_first() else {
            break;
        };
        rest = tail;
        let digits = rest.get(..4).filter(|_| escaped == b'u');
        let code = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                out.push(code);
                rest = &rest[4..];
            }
            None => out.push(escaped),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Command {
        Command::of(Format::Json, text.as_bytes())
    }

    #[test]
    fn the_commands_of_the_channel_are_known() {
        assert_eq!(
            json(r#"{"cmd":"NODE_HANDLE","type":"net.Socket","msg":1}"#),
            Command::Handle
        );
        assert_eq!(json(r#"{"cmd":"NODE_HANDLE_ACK"}"#), Command::Ack);
        assert_eq!(json(r#"{"cmd":"NODE_HANDLE_NACK"}"#), Command::Nack);
        assert_eq!(json(r#"{"seq":1,"cmd":"NODE_CLUSTER"}"#), Command::Internal);
    }

    #[test]
    fn the_prefix_alone_is_an_ordinary_message() {
        assert_eq!(json(r#"{"cmd":"NODE_"}"#), Command::None);
        assert_eq!(json(r#"{"cmd":"NODE"}"#), Command::None);
    }

    #[test]
    fn only_the_outermost_object_counts_and_its_last_cmd() {
        assert_eq!(json(r#"{"a":{"cmd":"NODE_HANDLE"}}"#), Command::None);
        assert_eq!(json(r#"[{"cmd":"NODE_HANDLE"}]"#), Command::None);
        assert_eq!(json(r#"{"a":[1,{"b":"}]"}],"cmd":"NODE_X"}"#), Command::Internal);
        assert_eq!(json(r#"{"cmd":"NODE_X","cmd":"plain"}"#), Command::None);
        assert_eq!(json(r#"{"cmd":"NODE_X","cmd":{"a":1}}"#), Command::None);
        assert_eq!(json(r#"{"cmd":{"a":"NODE_X"}}"#), Command::None);
        assert_eq!(json(r#"{"text":"\"cmd\":\"NODE_X\""}"#), Command::None);
    }

    #[test]
    fn white_space_and_escapes_change_nothing() {
        assert_eq!(json(" { \"c\\u006dd\" : \"NODE_HANDLE\" } "), Command::Handle);
    }

    #[test]
    fn messages_in_envelopes_are_recognised() {
        let internal = |text: &str| wraps_internal(Format::Json, text.as_bytes());
        assert!(internal(
            r#"{"cmd":"NODE_HANDLE","msg":{"cmd":"NODE_CLUSTER"},"type":"x"}"#
        ));
        assert!(internal(
            r#"{"cmd":"NODE_HANDLE","msg":{"cmd":"NODE_HANDLE","msg":{"cmd":"NODE_X"}}}"#
        ));
        assert!(!internal(r#"{"cmd":"NODE_HANDLE","msg":"NODE_CLUSTER"}"#));
        assert!(!internal(r#"{"cmd":"NODE_HANDLE","msg":{"a":{"cmd":"NODE_X"}}}"#));
        assert!(!internal(r#"{"cmd":"NODE_HANDLE","msg":{"cmd":"NODE_"}}"#));
        assert!(!internal(r#"{"cmd":"NODE_HANDLE"}"#));
        let endless = r#"{"cmd":"NODE_HANDLE","msg":"#.repeat(50) + &"}".repeat(50);
        assert!(!internal(&endless));
    }

    #[test]
    fn truncated_texts_are_not_commands() {
        let text = r#"{"a":[1,"x\\"],"cmd":"NODE_HANDLE"}"#;
        for cut in 0..text.len() - 1 {
            assert_eq!(json(&text[..cut]), Command::None, "cut at {cut}");
        }
    }
}
