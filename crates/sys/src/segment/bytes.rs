//! Copies from and to memory that others write at the same time. A plain copy would be a data race, which Rust leaves
//! undefined; relaxed atomics are not, and cost the same on the processors that Node runs on.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

const WORD: usize = size_of::<u64>();

/// # Safety
/// As many bytes as `into` has can be read at `from`.
pub(super) unsafe fn copy_out(from: *const u8, into: &mut [u8]) {
    let head = from.align_offset(WORD).min(into.len());
    let (first, rest) = into.split_at_mut(head);
    let (words, last) = rest.split_at_mut(rest.len() / WORD * WORD);
    // SAFETY: the head is within the range.
    unsafe { bytes_out(from, first) };
    for (index, word) in words.chunks_exact_mut(WORD).enumerate() {
        // SAFETY: as many words as this lie within the range, after the head.
        let place = unsafe { from.add(head + index * WORD) };
        // SAFETY: the place is aligned, because the head is what was missing for that.
        let value = unsafe { AtomicU64::from_ptr(place.cast_mut().cast()) };
        word.copy_from_slice(&value.load(Ordering::Relaxed).to_ne_bytes());
    }
    // SAFETY: the tail begins after the words, within the range.
    let tail = unsafe { from.add(head + words.len()) };
    // SAFETY: as above.
    unsafe { bytes_out(tail, last) };
}

/// # Safety
/// As many bytes as `from` has can be written at `into`.
pub(super) unsafe fn copy_in(from: &[u8], into: *mut u8) {
    let head = into.align_offset(WORD).min(from.len());
    let (first, rest) = from.split_at(head);
    let (words, last) = rest.split_at(rest.len() / WORD * WORD);
    // SAFETY: the head is within the range.
    unsafe { bytes_in(first, into) };
    for (index, word) in words.chunks_exact(WORD).enumerate() {
        let mut bytes = [0; WORD];
        bytes.copy_from_slice(word);
        // SAFETY: as many words as this lie within the range, after the head.
        let place = unsafe { into.add(head + index * WORD) };
        // SAFETY: the place is aligned, because the head is what was missing for that.
        let value = unsafe { AtomicU64::from_ptr(place.cast()) };
        value.store(u64::from_ne_bytes(bytes), Ordering::Relaxed);
    }
    // SAFETY: the tail begins after the words, within the range.
    let tail = unsafe { into.add(head + words.len()) };
    // SAFETY: as above.
    unsafe { bytes_in(last, tail) };
}

/// # Safety
/// As [`copy_out`].
unsafe fn bytes_out(from: *const u8, into: &mut [u8]) {
    for (index, byte) in into.iter_mut().enumerate() {
        // SAFETY: within the range that the caller answers for.
        let place = unsafe { from.add(index) };
        // SAFETY: as above.
        let value = unsafe { AtomicU8::from_ptr(place.cast_mut()) };
        *byte = value.load(Ordering::Relaxed);
    }
}

/// # Safety
/// As [`copy_in`].
unsafe fn bytes_in(from: &[u8], into: *mut u8) {
    for (index, byte) in from.iter().enumerate() {
        // SAFETY: within the range that the caller answers for.
        let place = unsafe { into.add(index) };
        // SAFETY: as above.
        let value = unsafe { AtomicU8::from_ptr(place) };
        value.store(*byte, Ordering::Relaxed);
    }
}
