//! A look at one property, without making anything of the rest.

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use crate::v8::input::{Input, Text};
use crate::v8::token::{Begin, ErrorPart, Token};
use crate::v8::{DecodeError, Limits, tag};

/// The `cmd` of a payload whose root is a plain object with an own property of that name that is a string: it
/// distinguishes Node's internal messages (`NODE_…`) from others. `None` for any other payload, and for one that is malformed before
/// or at that property.
///
/// What is before the property is skipped. What follows it is not read, and may be malformed.
/// Allocates only if `cmd` has characters beyond ASCII, or V8 wrote it with two bytes each (as it does with a part of
/// a string that has others). A lone surrogate becomes U+FFFD.
pub fn peek_cmd(payload: &[u8]) -> Option<Cow<'_, str>> {
    peek(payload, &["cmd"])
}

/// As [`peek_cmd`], for the property that a path of names leads to, from object to object.
pub(crate) fn peek<'a>(payload: &'a [u8], path: &[&str]) -> Option<Cow<'a, str>> {
    let input = Input::new(payload).ok()?;
    let result = find(input.clone(), path);
    let found = match input.retry() {
        Some(input) if result.is_err() => find(input, path),
        _ => result,
    };
    found.ok()?.map(to_str)
}

fn to_str(text: Text<'_>) -> Cow<'_, str> {
    match text {
        Text::Utf8(text) => text.into(),
        Text::Latin1(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if text.is_ascii() => text.into(),
            _ => bytes.iter().copied().map(char::from).collect(),
        },
        Text::Utf16(_) => text.to_js_string().to_str_lossy().into_owned().into(),
    }
}

/// The string at the end of the path.
fn find<'a>(mut input: Input<'a>, path: &[&str]) -> Result<Option<Text<'a>>, DecodeError> {
    for (index, name) in path.iter().enumerate() {
        let mut token = input.token()?.0;
        if let Token::MovedTable(count) = token {
            for _ in 0..count {
                input.sized_behind()?;
            }
            token = input.token()?.0;
        }
        if let Token::HostObject = token {
            token = input.token()?.0;
        }
        if !matches!(token, Token::Begin(Begin::Object)) || !find_key(&mut input, name)? {
            return Ok(None);
        }
        if index == path.len() - 1 {
            return Ok(match input.token()?.0 {
                Token::Text(value) => Some(value),
                _ => None,
            });
        }
    }
    Ok(None)
}

/// Reads up to the value of one property of the object that has begun.
fn find_key(input: &mut Input<'_>, name: &str) -> Result<bool, DecodeError> {
    loop {
        match input.token()?.0 {
            Token::Text(key) if key.is(name) => return Ok(true),
            Token::Text(_) | Token::Number(_) => skip(input)?,
            _ => return Ok(false),
        }
    }
}

/// Skips one value. Looks only at what it needs to find its end.
fn skip(input: &mut Input<'_>) -> Result<(), DecodeError> {
    let max = Limits::default().read_depth;
    // The end tags of everything open. The content of an error is not a sequence of tokens.
    let mut open: Vec<u8> = Vec::new();
    loop {
        let position = input.position();
        let part = match open.last() {
            Some(&tag::ERROR_END) => Some(input.error_part()?),
            _ => None,
        };
        match part {
            Some(ErrorPart::End) => {
                open.pop();
            }
            Some(ErrorPart::Kind(_) | ErrorPart::Message(_) | ErrorPart::Stack(_)) => {}
            Some(ErrorPart::Cause) | None => match input.token()?.0 {
                Token::Begin(_) if open.len() >= max => return Err(DecodeError::TooDeep { max, position }),
                Token::Begin(begin) => open.push(begin.end_tag()),
                Token::End(end) if open.pop() != Some(end.tag) => {
                    return Err(input.malformed("the end of something else"));
                }
                Token::HostObject => continue,
                Token::MovedTable(_) => {
                    return Err(input.malformed("a table of buffers is inside of the value"));
                }
                _ => {}
            },
        }
        if open.is_empty() {
            break;
        }
    }
    if input.peek_tag() == Some(tag::ARRAY_BUFFER_VIEW) {
        input.token()?;
    }
    Ok(())
}
