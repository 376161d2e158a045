//! Decides whether json texts can share one array. A text with a bracket that it does not close would swallow what follows.
//!
//! Why joining is sound. Texts that pass [`balanced`] are joined with [`SEPARATOR`] between brackets. Suppose that the
//! whole is valid json and has as many elements as there are texts. A raw line end is not allowed inside a string
//! (RFC 8259, section 7) and is a token boundary elsewhere, so no token reaches across a separator. Therefore the brackets
//! of each text, counted outside its strings, are the same in the whole as alone; as each text closes as many as it opens,
//! every separator is at the top level of the array. An array of n elements has n - 1 commas at its top level, and the
//! separators are that many: no text has one of its own. So each text is what is between two neighbouring commas at the
//! top level: exactly one element, well-formed by itself.
//!
//! A backslash escapes what follows it, even outside of strings, where no valid whole has one.

#[cfg(target_arch = "x86_64")]
mod by_blocks;
#[cfg(any(test, not(target_arch = "x86_64")))]
mod by_bytes;

#[cfg(target_arch = "x86_64")]
use by_blocks::depth;
#[cfg(not(target_arch = "x86_64"))]
use by_bytes::depth;

/// The separator of two texts.
pub(crate) const SEPARATOR: &[u8] = b",\n";

/// Whether a text closes as many brackets as it opens, read as json from its first byte. It may still be malformed.
pub(crate) fn balanced(text: &[u8]) -> bool {
    match (brackets(text), text) {
        // The usual flat object. Neither bracket is in a string. The first byte begins none, and a string that is still open
        // before the last byte would reach the line end, which no valid whole allows.
        (0, _) | (2, [b'{', .., b'}'] | [b'[', .., b']']) => true,
        _ => depth(text) == 0,
    }
}

/// How many brackets a text has, inside and outside of strings.
fn brackets(text: &[u8]) -> usize {
    // In pieces whose count fits into a byte, so that the compiler counts many bytes at once.
    let count = |piece: &[u8]| piece.iter().map(|&byte| u8::from(is_bracket(byte))).sum::<u8>();
    text.chunks(255).map(|piece| usize::from(count(piece))).sum()
}

fn is_bracket(byte: u8) -> bool {
    matches!(byte | 0x20, b'{' | b'}') // `[` and `]` are these two without the bit
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn whole_blocks_give_the_same_depth_as_single_bytes() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % below).unwrap_or(0)
        };
        for _ in 0..100_000 {
            let rare = random(60) as u64 + 1;
            let length = random(300);
            let text: Vec<u8> = (0..length)
                .map(|_| {
                    if random(rare) == 0 {
                        b"[]{}\"\\\\"[random(7)]
                    } else {
                        b'x'
                    }
                })
                .collect();
            assert_eq!(
                by_blocks::depth(&text),
                by_bytes::depth(&text),
                "{:?}",
                text.escape_ascii()
            );
        }
    }

    fn parses(text: &[u8]) -> Option<Value> {
        serde_json::from_slice(text).ok()
    }

    /// What the addon and JavaScript make of texts: all of them as one array, if that has the right count.
    fn joined(texts: &[&[u8]]) -> bool {
        if !texts.iter().all(|text| balanced(text)) {
            return false;
        }
        let whole = [b"[", &texts.join(SEPARATOR)[..], b"]"].concat();
        matches!(parses(&whole), Some(Value::Array(all)) if all.len() == texts.len())
    }

    /// Every text of up to `most` of these pieces.
    fn texts(pieces: &[&'static [u8]], most: usize) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new()];
        let mut last = all.clone();
        for _ in 0..most {
            last = last
                .iter()
                .flat_map(|text| pieces.iter().map(move |piece| [text, *piece].concat()))
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn texts_that_are_joined_are_each_well_formed_alone() {
        let pieces: [&[u8]; 7] = [b"[", b"]", b"1", b",", b"\"", b"\\", b"\n"];
        let texts = texts(&pieces, 3);
        let valid: Vec<bool> = texts.iter().map(|text| parses(text).is_some()).collect();
        for (one, first) in texts.iter().zip(&valid) {
            for (other, second) in texts.iter().zip(&valid) {
                if joined(&[one, other]) {
                    assert!(*first && *second, "{one:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn three_texts_that_make_up_for_each_other_are_not_joined() {
        let pieces: [&[u8]; 6] = [b"[", b"]", b"1", b",", b"\"", b"{\"a\":"];
        let texts = texts(&pieces, 3);
        let fillers: [&[u8]; 6] = [b"1,2", b"3],[4", b"1", b"\"],[\"", b"[1,2]", b"]\",\"["];
        for one in &texts {
            for other in &texts {
                for filler in fillers {
                    if joined(&[one, other, filler]) {
                        for text in [&one[..], other, filler] {
                            assert!(parses(text).is_some(), "{one:?} {other:?} {filler:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn well_formed_texts_are_balanced_whatever_their_strings_contain() {
        let texts: [&[u8]; 9] = [
            b"1",
            b"\"[\"",
            br#"{"a":1}"#,
            br#"{"a":"}"}"#,
            br#"{"a":[1,{"b":"]\"]"}]}"#,
            br#"["\\"]"#,
            br#"["\\",["]"]]"#,
            b"[]",
            b" [ { } ] ",
        ];
        for text in texts {
            assert!(
                parses(text).is_some() && balanced(text),
                "{}",
                String::from_utf8_lossy(text)
            );
        }
    }
}
