//! A JavaScript value that is not an object.

use std::fmt;

use crate::v8::{BigInt, JsString};

/// The largest number of which all smaller ones are exact too, `Number.MAX_SAFE_INTEGER`: 2^53 - 1.
pub(super) const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// A JavaScript value. An object is a number here, [`Id`], by which its [`Document`](crate::v8::Document) knows it:
/// so that two places can hold the same object, and an object can hold itself.
///
/// Equality is that of `Object.is`: NaN equals itself, 0 and -0 differ, and an object equals only itself. So values of
/// one document can be compared; compare whole documents by their own equality.
#[derive(Clone)]
pub enum Value {
    /// `undefined`
    Undefined,
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number. The format has shorter forms for integers; they are all numbers to JavaScript, and here.
    Number(f64),
    /// A `BigInt`.
    BigInt(BigInt),
    /// A string.
    String(JsString),
    /// An object of the document that the value belongs to.
    Object(Id),
}

/// The number of an object in its [`Document`](crate::v8::Document).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) u32);

impl Id {
    /// The object's index in [`Document::objects`](crate::v8::Document::objects).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl Value {
    /// An integer as JavaScript has it: a number where that is exact (up to 2^53 - 1 on either side of zero), a
    /// `BigInt` beyond.
    #[expect(
        clippy::cast_precision_loss,
        reason = "exact within the range that is checked"
    )]
    pub fn integer(value: i128) -> Self {
        if value.unsigned_abs() <= u128::from(MAX_SAFE_INTEGER) {
            Self::Number(value as f64)
        } else {
            Self::BigInt(value.into())
        }
    }

    /// Whether the value is `undefined`.
    pub fn is_undefined(&self) -> bool {
        matches!(self, Self::Undefined)
    }

    /// Whether the value is `null` or `undefined`.
    pub fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }

    /// The integer, if it is a number without a fraction, no further from zero than 2^53 - 1, or a `BigInt` that fits.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    #[expect(clippy::cast_precision_loss, reason = "2^53 - 1 is exact")]
    pub fn as_i128(&self) -> Option<i128> {
        match self {
            Self::Number(value) if value.trunc().abs() <= MAX_SAFE_INTEGER as f64 && value.fract() == 0.0 => {
                Some(*value as i128)
            }
            Self::BigInt(value) => value.to_i128(),
            _ => None,
        }
    }

    /// The `BigInt`, if it is one.
    pub fn as_big_int(&self) -> Option<&BigInt> {
        match self {
            Self::BigInt(value) => Some(value),
            _ => None,
        }
    }

    /// The string, if it is one and has no lone surrogate.
    pub fn as_str(&self) -> Option<&str> {
        self.as_js_string()?.as_str()
    }

    /// The string, if it is one.
    pub fn as_js_string(&self) -> Option<&JsString> {
        match self {
            Self::String(value) => Some(value),
            _ => None,
        }
    }

    /// The object's number, if it is an object.
    pub fn as_id(&self) -> Option<Id> {
        match self {
            Self::Object(id) => Some(*id),
            _ => None,
        }
    }
}

/// `Object.is` of two numbers.
pub(super) fn same_number(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan()
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => same_number(*a, *b),
            (Self::BigInt(a), Self::BigInt(b)) => a == b,
            (Self::String(a), Self::String(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Value {}

impl fmt::Debug for Value {
    /// Near to JavaScript; an object appears as its number, `#3`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Undefined => f.write_str("undefined"),
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(value) => write!(f, "{value}"),
            Self::BigInt(value) => write!(f, "{value:?}"),
            Self::String(value) => write!(f, "{value:?}"),
            Self::Object(id) => write!(f, "{id:?}"),
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $made:expr;)*) => {
        $(impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $made
            }
        })*
    };
}

from! {
    bool => |value| Self::Bool(value);
    f64 => |value| Self::Number(value);
    f32 => |value| Self::Number(value.into());
    i32 => |value| Self::Number(value.into());
    u32 => |value| Self::Number(value.into());
    i64 => |value| Self::integer(value.into());
    u64 => |value| Self::integer(value.into());
    BigInt => |value| Self::BigInt(value);
    &str => |value| Self::String(value.into());
    String => |value| Self::String(value.into());
    JsString => |value| Self::String(value);
    Id => |value| Self::Object(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_small() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn equality_is_that_of_object_is() {
        assert_eq!(Value::from(f64::NAN), Value::from(-f64::NAN));
        assert_ne!(Value::from(0.0), Value::from(-0.0));
        assert_ne!(Value::Null, Value::Undefined);
        assert_ne!(Value::from(1), Value::BigInt(BigInt::from(1_i64)));
    }

    #[test]
    fn integers_become_numbers_while_those_are_exact() {
        assert_eq!(
            Value::integer((1 << 53) - 1),
            Value::Number(9_007_199_254_740_991.0)
        );
        assert_eq!(
            Value::integer(-(1 << 53)).as_big_int(),
            Some(&BigInt::from(-(1_i64 << 53)))
        );
        assert_eq!(Value::from(u64::MAX).as_i128(), Some(u64::MAX.into()));
        assert_eq!(Value::from(-7).as_i128(), Some(-7));
        for no in [1.5, f64::NAN, f64::INFINITY, 9_007_199_254_740_992.0] {
            assert_eq!(Value::from(no).as_i128(), None, "{no}");
        }
    }
}
