//! JavaScript's integers of arbitrary size.

use std::fmt;

/// A `BigInt`: sign and magnitude. Zero has no sign.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct BigInt {
    /// The sign (1: negative), then the magnitude from its lowest byte on, without zeros at the top. One allocation,
    /// and half the size of two fields: values are held by the million.
    bytes: Box<[u8]>,
}

impl BigInt {
    /// The number with this sign and magnitude (lowest byte first; zeros at the top do not matter).
    pub fn new(negative: bool, magnitude: &[u8]) -> Self {
        let len = magnitude
            .iter()
            .rposition(|&byte| byte != 0)
            .map_or(0, |last| last + 1);
        let mut bytes = Vec::with_capacity(len + 1);
        bytes.push(u8::from(negative && len > 0));
        bytes.extend_from_slice(&magnitude[..len]);
        Self {
            bytes: bytes.into_boxed_slice(),
        }
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.bytes.first() == Some(&1)
    }

    /// The magnitude from its lowest byte on, without zeros at the top: empty for zero.
    pub fn magnitude(&self) -> &[u8] {
        self.bytes.get(1..).unwrap_or_default()
    }

    /// The number, if it fits.
    pub fn to_i128(&self) -> Option<i128> {
        let magnitude = self.magnitude_u128()?;
        if self.is_negative() {
            0_i128.checked_sub_unsigned(magnitude)
        } else {
            i128::try_from(magnitude).ok()
        }
    }

    /// The number, if it fits.
    pub fn to_u128(&self) -> Option<u128> {
        if self.is_negative() {
            None
        } else {
            self.magnitude_u128()
        }
    }

    fn magnitude_u128(&self) -> Option<u128> {
        let magnitude = self.magnitude();
        let mut bytes = [0; 16];
        bytes.get_mut(..magnitude.len())?.copy_from_slice(magnitude);
        Some(u128::from_le_bytes(bytes))
    }
}

impl From<i128> for BigInt {
    fn from(value: i128) -> Self {
        Self::new(value < 0, &value.unsigned_abs().to_le_bytes())
    }
}

impl From<u128> for BigInt {
    fn from(value: u128) -> Self {
        Self::new(false, &value.to_le_bytes())
    }
}

impl From<i64> for BigInt {
    fn from(value: i64) -> Self {
        i128::from(value).into()
    }
}

impl From<u64> for BigInt {
    fn from(value: u64) -> Self {
        u128::from(value).into()
    }
}

impl fmt::Debug for BigInt {
    /// As JavaScript writes it: `-12n`. In hexadecimal if it has more than 127 bits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(value) = self.to_i128() {
            return write!(f, "{value}n");
        }
        f.write_str(if self.is_negative() { "-0x" } else { "0x" })?;
        for byte in self.magnitude().iter().rev() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_both_ways() {
        for value in [0, 1, -1, 255, 256, i128::from(i64::MIN), i128::MAX, i128::MIN] {
            assert_eq!(BigInt::from(value).to_i128(), Some(value));
        }
        assert_eq!(BigInt::from(u128::MAX).to_u128(), Some(u128::MAX));
        assert_eq!(BigInt::from(u128::MAX).to_i128(), None);
        assert_eq!(BigInt::from(-1_i64).to_u128(), None);
        assert_eq!(BigInt::new(false, &[0; 17]).to_u128(), Some(0));
        assert_eq!(BigInt::new(false, &[1; 17]).to_u128(), None);
    }

    #[test]
    fn there_is_one_zero_and_one_form_of_each_number() {
        assert_eq!(BigInt::new(true, &[0, 0]), BigInt::from(0_i64));
        assert!(!BigInt::new(true, &[]).is_negative());
        assert_eq!(BigInt::new(true, &[5, 0, 0]), BigInt::from(-5_i64));
        assert_eq!(BigInt::from(256_u64).magnitude(), [0, 1]);
    }

    #[test]
    fn it_is_shown_as_javascript_writes_it() {
        assert_eq!(format!("{:?}", BigInt::from(-12_i64)), "-12n");
        assert_eq!(
            format!("{:?}", BigInt::new(true, &[&[0; 16][..], &[10]].concat())),
            format!("-0x0a{}n", "00".repeat(16))
        );
    }
}
