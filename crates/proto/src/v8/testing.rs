//! What the unit tests of this module share.

/// Bytes from hexadecimal digits; anything else between them is only there to be read.
pub(super) fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(16)).collect();
    digits
        .chunks(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}

/// A payload of version 15: numbers are bytes in hexadecimal, everything between quotes is as it is.
///
/// The version takes two bytes, so positions are those of the text's own bytes plus two.
pub(super) fn payload(text: &str) -> Vec<u8> {
    versioned(15, text)
}

pub(super) fn versioned(version: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![0xff, version];
    for word in text.split_whitespace() {
        match word.strip_prefix('\'') {
            Some(plain) => bytes.extend_from_slice(plain.as_bytes()),
            None => bytes.extend(hex(word)),
        }
    }
    bytes
}
