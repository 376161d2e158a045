//! Takes the first message of a shape apart.

use super::pattern::{Pattern, Piece};
use super::values::{string, value};

/// Bounds of a shape. Compiled code for more would not pay.
pub(super) const MOST_VALUES: usize = 64;
pub(super) const MOST_BYTES: usize = 2048;
const DEEPEST: u32 = 32;

impl Pattern {
    /// The shape of the object or array with which a text begins. `None`: it is neither, malformed, has no values or many, or keys that
    /// compiled code would treat in another way than `JSON.parse()` does.
    pub(super) fn at_start(text: &[u8]) -> Option<Self> {
        let mut reader = Reader {
            text,
            at: 0,
            piece: 0,
            pattern: Self::default(),
            bytes: 0,
            keys: Vec::new(),
            own: 0,
        };
        if !matches!(text.first()?, b'{' | b'[') {
            return None;
        }
        reader.value(0)?;
        reader.end_piece()?;
        (reader.pattern.pieces.len() > 1).then_some(reader.pattern)
    }
}

/// Takes a text apart.
struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    /// Where the piece begins that is being read.
    piece: usize,
    pattern: Pattern,
    /// The length of its pieces, in bytes.
    bytes: usize,
    /// The keys of the objects around this place. Those of the innermost one begin at `own`.
    keys: Vec<&'a [u8]>,
    own: usize,
}

impl Reader<'_> {
    /// Reads a value.
    fn value(&mut self, depth: u32) -> Option<()> {
        let within = || (depth < DEEPEST).then_some(depth + 1);
        match self.text.get(self.at)? {
            b'{' => self.members(b'}', within()?, Self::member),
            b'[' => self.members(b']', within()?, Self::value),
            _ => {
                self.end_piece()?;
                self.at += value(&self.text[self.at..])?.length;
                self.piece = self.at;
                Some(())
            }
        }
    }

    /// Reads what is between brackets.
    fn members(&mut self, closing: u8, depth: u32, member: fn(&mut Self, u32) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.take(closing) {
            return Some(());
        }
        let outer = std::mem::replace(&mut self.own, self.keys.len());
        loop {
            member(self, depth)?;
            if self.take(closing) {
                break;
            }
            self.take(b',').then_some(())?;
        }
        self.keys.truncate(self.own);
        self.own = outer;
        Some(())
    }

    /// Reads a key and its value. `None`: among others, for a key that is there already, which has one place in the object.
    fn member(&mut self, depth: u32) -> Option<()> {
        let key = self.text.get(self.at..)?;
        let key = &key[..key_length(key)?];
        if self.keys[self.own..].contains(&key) {
            return None;
        }
        self.keys.push(key);
        self.at += key.len();
        self.take(b':').then_some(())?;
        self.value(depth)
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn end_piece(&mut self) -> Option<()> {
        let pieces = &mut self.pattern.pieces;
        let piece = &self.text[self.piece..self.at];
        self.bytes += piece.len();
        pieces.push(Piece::new(piece));
        (self.bytes <= MOST_BYTES && pieces.len() <= MOST_VALUES + 1).then_some(())
    }
}

/// The length of the key with which a text begins. `None` for one that is not in the order of the text in JavaScript (an
/// index), sets a prototype in compiled code, or is written with escapes or characters that json does not allow.
fn key_length(text: &[u8]) -> Option<usize> {
    let length = string(text)?.length;
    let key = &text[1..length - 1];
    let is_plain = !key.first().is_some_and(u8::is_ascii_digit)
        && key != b"__proto__"
        && !key.iter().any(|&byte| byte == b'\\' || byte < 0x20);
    is_plain.then_some(length)
}
