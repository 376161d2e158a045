/// Unknown.
pub fn runnable() -> Option<usize> {
    None
}

/// Unknown.
pub fn is_filtered() -> bool {
    true
}

/// It stays.
pub fn leave_processor() -> Option<usize> {
    None
}
