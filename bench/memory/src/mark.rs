//! Bytes that show whether they are those of a message: its number at both ends, and as the last byte one that is nowhere else, so
//! that to look for it is to read all of them.

use forkwire::SharedMemory;

use crate::Outcome;

const FILL: u8 = 0x78;
const LAST: u8 = 0xff;

/// How much of shared memory is copied out at a time to be read: it stays in the processor's first cache.
const CHUNK: usize = 16 * 1024;

pub fn filled(length: usize) -> Vec<u8> {
    let mut bytes = vec![FILL; length];
    bytes[length - 1] = LAST;
    bytes
}

pub fn mark(bytes: &mut [u8], number: u8) {
    let length = bytes.len();
    bytes[0] = number;
    bytes[length - 2] = number;
}

/// Whether the bytes are those of message `number`. `whole`: reads every byte.
pub fn is_marked(bytes: &[u8], number: u8, whole: bool) -> bool {
    let last = bytes.len() - 1;
    let at_ends = bytes[0] == number && bytes[last - 1] == number && bytes[last] == LAST;
    at_ends && (!whole || memchr::memchr(LAST, bytes) == Some(last))
}

pub fn mark_memory(memory: &SharedMemory, number: u8) -> Outcome {
    memory.write_at(&[number], 0)?;
    memory.write_at(&[number], memory.len() - 2)?;
    Ok(())
}

/// As [`is_marked`]. The bytes are copied before they are looked at, as a program does that does not trust its peer.
pub fn is_memory_marked(memory: &SharedMemory, number: u8, whole: bool) -> Outcome<bool> {
    let last = memory.len() - 1;
    let mut ends = [0; 3];
    memory.read_at(&mut ends[..1], 0)?;
    memory.read_at(&mut ends[1..], last - 1)?;
    if ends != [number, number, LAST] {
        return Ok(false);
    }
    let mut chunk = vec![0; CHUNK];
    for offset in (0..if whole { last } else { 0 }).step_by(CHUNK) {
        let part = &mut chunk[..CHUNK.min(last - offset)];
        memory.read_at(part, offset)?;
        if memchr::memchr(LAST, part).is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}
