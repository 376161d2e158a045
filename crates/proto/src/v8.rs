//! placeholder
pub(crate) fn peek_cmd(_p: &[u8]) -> Option<&[u8]> { None }
