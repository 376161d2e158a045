//! Numbers as json, as ECMAScript writes them.

use std::io::Write as _;

/// Whole numbers below this are exact.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Any two numbers with up to 15 digits differ.
const DISTINCT: u64 = 1_000_000_000_000_000;

/// Most usual fractions have no more than six digits after the point.
const MILLION: u64 = 1_000_000;
const SCALE: f64 = 1e6;

/// Appends a number as `JSON.stringify` writes it: `null` if it is not finite, and otherwise by ECMAScript's `Number::toString`
/// (6.1.6.1.20).
#[inline]
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp
)] // compared to be exact
pub(crate) fn append_number(number: f64, out: &mut Vec<u8>) {
    let whole = number as i64;
    if whole as f64 == number && number.abs() < EXACT {
        append_whole(whole, out);
    } else {
        append_other(number, out);
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::float_cmp
)] // compared to be exact
fn append_other(number: f64, out: &mut Vec<u8>) {
    if !number.is_finite() {
        return out.extend_from_slice(b"null");
    }
    if number < 0.0 {
        out.push(b'-');
    }
    let number = number.abs();
    let scaled = (number * SCALE + 0.5) as u64;
    // Both are whole, so that the quotient is what reading the digits gives.
    if scaled < DISTINCT && scaled as f64 / SCALE == number {
        append_scaled(scaled, out);
    } else {
        append_shortest(number, out);
    }
}

fn append_whole(number: i64, out: &mut Vec<u8>) {
    if number < 0 {
        out.push(b'-');
    }
    append_digits(number.unsigned_abs(), out);
}

/// Appends a millionth of a number.
fn append_scaled(number: u64, out: &mut Vec<u8>) {
    append_digits(number / MILLION, out);
    let (mut digits, mut rest) = ([b'.'; 7], number % MILLION);
    for digit in digits[1..].iter_mut().rev() {
        *digit = digit_of(rest);
        rest /= 10;
    }
    let zeros = digits.iter().rev().take_while(|digit| **digit == b'0').count();
    out.extend_from_slice(&digits[..digits.len() - zeros]);
}

fn append_digits(number: u64, out: &mut Vec<u8>) {
    let (mut digits, mut start, mut rest) = ([0; 20], 19, number / 10);
    digits[start] = digit_of(number);
    while rest > 0 {
        start -= 1;
        digits[start] = digit_of(rest);
        rest /= 10;
    }
    out.extend_from_slice(&digits[start..]);
}

/// The last one.
#[allow(clippy::cast_possible_truncation)] // below 10
fn digit_of(number: u64) -> u8 {
    b'0' + (number % 10) as u8
}

/// Rust's shortest digits are those of ECMAScript, which has a rule of its own for where the point is and when there is an exponent.
fn append_shortest(number: f64, out: &mut Vec<u8>) {
    let mut text = [0; 32]; // at most 17 digits, a point, and an exponent of 5 characters
    let mut rest = &mut text[..];
    let written = write!(rest, "{number:e}").map(|()| 32 - rest.len());
    let text = &text[..written.unwrap_or(0)];
    let at = text.iter().position(|byte| *byte == b'e').unwrap_or(text.len());
    let exponent = str::from_utf8(&text[at..]).unwrap_or_default();
    let exponent: i32 = exponent.trim_start_matches('e').parse().unwrap_or(0);
    let start = out.len();
    out.extend(text[..at].iter().filter(|byte| **byte != b'.'));
    place_point(start, exponent, out);
}

/// Makes `d.ddd` times ten to the power of `exponent` of the digits that begin at `start`.
fn place_point(start: usize, exponent: i32, out: &mut Vec<u8>) {
    let digits = out.len() - start;
    match exponent {
        0..=20 => {
            let whole = usize::try_from(exponent + 1).unwrap_or(1);
            if whole < digits {
                out.insert(start + whole, b'.');
            } else {
                out.resize(start + whole, b'0');
            }
        }
        -6..0 => {
            let zeros = usize::try_from(-1 - exponent).unwrap_or(0);
            let before = b"0.".iter().copied().chain(std::iter::repeat_n(b'0', zeros));
            out.splice(start..start, before);
        }
        _ => {
            if digits > 1 {
                out.insert(start + 1, b'.');
            }
            // Writing to a vector cannot fail.
            let _ = write!(out, "e{exponent:+}");
        }
    }
}

#[cfg(test)]
mod tests;
