//! Base-128 numbers: seven bits a byte, the lowest first, the top bit set on all bytes but the last.

/// Most bytes of a 32-bit number.
pub(super) const MAX_LEN: usize = 5;

/// Bytes that `value` takes.
pub(super) fn len(value: u32) -> usize {
    let bits = (u32::BITS - value.leading_zeros()).max(1);
    bits.div_ceil(7) as usize
}

/// Appends `value`.
pub(super) fn put(out: &mut Vec<u8>, value: u32) {
    let (bytes, len) = encode(value);
    out.extend_from_slice(&bytes[..len]);
}

/// `value` in all five bytes, which every reader takes: for a place that is filled in later.
pub(super) fn padded(value: u32) -> [u8; MAX_LEN] {
    let (mut bytes, len) = encode(value);
    for byte in &mut bytes[len - 1..MAX_LEN - 1] {
        *byte |= 0x80;
    }
    bytes
}

fn encode(mut value: u32) -> ([u8; MAX_LEN], usize) {
    let mut bytes = [0; MAX_LEN];
    let mut len = 0;
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        bytes[len] = low & 0x7f | if value > 0 { 0x80 } else { 0 };
        len += 1;
        if value == 0 {
            return (bytes, len);
        }
    }
}

/// The number at the front of `bytes`, and how many bytes it takes. `Ok(None)`: more bytes are needed; `Err`: it is
/// larger than 32 bits.
pub(super) fn read(bytes: &[u8]) -> Result<Option<(u32, usize)>, ()> {
    let mut value = 0;
    for (index, &byte) in bytes.iter().take(MAX_LEN).enumerate() {
        if index == MAX_LEN - 1 && byte > 0x0f {
            return Err(());
        }
        value |= u32::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            return Ok(Some((value, index + 1)));
        }
    }
    Ok(None)
}

/// Small numbers of either sign as small numbers without one: 0, -1, 1, -2 become 0, 1, 2, 3.
pub(super) fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub(super) fn unzigzag(value: u32) -> i32 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDGES: [u32; 12] = [
        0,
        1,
        127,
        128,
        16_383,
        16_384,
        2_097_151,
        2_097_152,
        268_435_455,
        268_435_456,
        u32::MAX - 1,
        u32::MAX,
    ];

    #[test]
    fn numbers_survive_and_take_as_many_bytes_as_announced() {
        for value in EDGES {
            let mut out = Vec::new();
            put(&mut out, value);
            assert_eq!(out.len(), len(value), "{value}");
            assert_eq!(read(&out), Ok(Some((value, out.len()))));
            assert_eq!(read(&out[..out.len() - 1]), Ok(None));
            assert_eq!(read(&padded(value)), Ok(Some((value, MAX_LEN))));
        }
    }

    #[test]
    fn more_than_32_bits_are_refused() {
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(Some((u32::MAX, 5))));
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x1f]), Err(()));
        assert_eq!(read(&[0x80, 0x80, 0x80, 0x80, 0x80, 0]), Err(()));
    }

    #[test]
    fn zigzag_keeps_every_sign() {
        for value in [0, -1, 1, -2, 2, i32::MAX, i32::MIN] {
            assert_eq!(unzigzag(zigzag(value)), value);
        }
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }
}
