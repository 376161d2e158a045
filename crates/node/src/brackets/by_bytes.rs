//! Counts brackets outside of strings byte by byte: the fallback for other processors, and the reference in tests.

/// How many more brackets are opened than closed outside of strings.
pub(super) fn depth(text: &[u8]) -> i64 {
    let (mut depth, mut in_string) = (0, false);
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => in_string = !in_string,
            b'\\' => drop(bytes.next()),
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth
}
