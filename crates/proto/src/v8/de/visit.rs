//! What a visitor gets for numbers and strings.

use serde::de::{Error as _, Unexpected, Visitor};

use crate::v8::{BigInt, DecodeError, JsString, Object, Value};

/// The name of an object that has no counterpart in serde.
pub(super) fn unexpected(object: &Object) -> Unexpected<'static> {
    Unexpected::Other(match object {
        Object::RegExp(_) => "regular expression",
        _ => "object",
    })
}

pub(super) fn visit_i128<'a, V: Visitor<'a>>(value: i128, visitor: V) -> Result<V::Value, DecodeError> {
    if let Ok(value) = u64::try_from(value) {
        visitor.visit_u64(value)
    } else if let Ok(value) = i64::try_from(value) {
        visitor.visit_i64(value)
    } else {
        visitor.visit_i128(value)
    }
}

pub(super) fn visit_number<'a, V: Visitor<'a>>(value: f64, visitor: V) -> Result<V::Value, DecodeError> {
    let is_negative_zero = value.to_bits() == (-0.0_f64).to_bits();
    match Value::Number(value).as_i128().filter(|_| !is_negative_zero) {
        Some(integer) => visit_i128(integer, visitor),
        None => visitor.visit_f64(value),
    }
}

pub(super) fn visit_big_int<'a, V: Visitor<'a>>(value: &BigInt, visitor: V) -> Result<V::Value, DecodeError> {
    match (value.to_i128(), value.to_u128()) {
        (Some(value), _) => visit_i128(value, visitor),
        (None, Some(value)) => visitor.visit_u128(value),
        (None, None) => Err(DecodeError::invalid_value(
            Unexpected::Other("BigInt of more than 128 bits"),
            &visitor,
        )),
    }
}

pub(super) fn visit_text<'a, V: Visitor<'a>>(
    text: &'a JsString,
    visitor: V,
) -> Result<V::Value, DecodeError> {
    match text.as_str() {
        Some(text) => visitor.visit_borrowed_str(text),
        None => Err(DecodeError::invalid_value(
            Unexpected::Other("string with a lone surrogate"),
            &visitor,
        )),
    }
}
