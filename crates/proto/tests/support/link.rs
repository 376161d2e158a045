//! One direction of a stream socket that can pass handles, as unix(7) and the kernels' sources describe it.

use std::collections::{BTreeSet, VecDeque};
use std::io::IoSlice;

use super::naive::{self, Raw};
use super::token::Token;
use super::wire;

/// How a link treats what goes through it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    /// Bytes that may be under way.
    pub(crate) capacity: usize,
    /// Bytes of the segments that a write is stored in; its handles lie in the first.
    pub(crate) segment: usize,
    /// A read stops in front of handles (macOS), rather than after the segment that carries them (Linux).
    pub(crate) stops_before: bool,
}

/// One read.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) bytes: usize,
    pub(crate) handles: Vec<Token>,
    pub(crate) cut: bool,
}

#[derive(Debug)]
struct Segment {
    bytes: Vec<u8>,
    /// Bytes that were read.
    read: usize,
    handles: Vec<Token>,
}

#[derive(Debug)]
pub(crate) struct Link {
    shape: Shape,
    segments: VecDeque<Segment>,
    held: usize,
    /// Nobody will read any more.
    broken: bool,
    /// Nobody will write any more.
    ended: bool,
    /// Handles that were cut.
    pub(crate) lost: BTreeSet<u32>,
    /// Handles taken.
    pub(crate) handles: usize,
    /// Messages of which the last byte was taken.
    pub(crate) messages: u64,
    /// Bytes of the frame that is not wholly taken.
    unfinished: Vec<u8>,
}

impl Link {
    pub(crate) fn new(shape: Shape) -> Self {
        Self {
            shape,
            segments: VecDeque::new(),
            held: 0,
            broken: false,
            ended: false,
            lost: BTreeSet::new(),
            handles: 0,
            messages: 0,
            unfinished: Vec::new(),
        }
    }

    /// Takes some of `slices`, at most `most` bytes, and with the first of them all of `handles`.
    pub(crate) fn send(&mut self, slices: &[IoSlice<'_>], most: usize, handles: &[Token]) -> usize {
        let room = if self.broken {
            0
        } else {
            most.min(self.shape.capacity - self.held)
        };
        let mut bytes = Vec::new();
        for slice in slices {
            bytes.extend_from_slice(slice);
        }
        bytes.truncate(room);
        if bytes.is_empty() {
            return 0;
        }
        assert!(handles.len() <= 253, "more handles than one transfer can carry");
        if !handles.is_empty() {
            assert!(
                bytes[0] == wire::HANDLES && self.unfinished.is_empty(),
                "handles travel with their frame"
            );
            assert!(
                bytes.len() < 3 || usize::from(bytes[2]) == handles.len(),
                "the frame counts its handles"
            );
        }
        self.handles += handles.len();
        self.held += bytes.len();
        self.count(&bytes);
        let mut transfers: Vec<Token> = handles.iter().map(Token::transfer).collect();
        for part in bytes.chunks(self.shape.segment) {
            let handles = std::mem::take(&mut transfers);
            let bytes = part.to_vec();
            self.segments.push_back(Segment {
                bytes,
                read: 0,
                handles,
            });
        }
        bytes.len()
    }

    /// Reads into `buffer` at most `most` bytes, with at most `limit` handles. `None`: nothing to read now.
    pub(crate) fn recv(&mut self, buffer: &mut [u8], most: usize, limit: usize) -> Option<Received> {
        let most = most.min(buffer.len());
        let mut received = Received {
            bytes: 0,
            handles: Vec::new(),
            cut: false,
        };
        while received.bytes < most {
            let Some(segment) = self.segments.front_mut() else {
                break;
            };
            let carries = !segment.handles.is_empty();
            if carries && self.shape.stops_before && received.bytes > 0 {
                break;
            }
            received.handles.append(&mut segment.handles);
            let rest = &segment.bytes[segment.read..];
            let taken = rest.len().min(most - received.bytes);
            buffer[received.bytes..][..taken].copy_from_slice(&rest[..taken]);
            received.bytes += taken;
            segment.read += taken;
            if segment.read == segment.bytes.len() {
                self.segments.pop_front();
            }
            if carries {
                break;
            }
        }
        self.held -= received.bytes;
        received.cut = received.handles.len() > limit;
        self.lost.extend(
            received
                .handles
                .drain(limit.min(received.handles.len())..)
                .map(|token| token.id),
        );
        (received.bytes > 0 || self.ended).then_some(received)
    }

    /// The writer is gone; what it wrote can be read.
    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// The reader is gone, and with it what it did not read.
    pub(crate) fn break_off(&mut self) {
        self.broken = true;
        self.segments.clear();
        self.held = 0;
    }

    fn count(&mut self, bytes: &[u8]) {
        self.unfinished.extend_from_slice(bytes);
        let frames = naive::frames(&self.unfinished);
        self.messages += frames.iter().map(Raw::messages).sum::<u64>();
        let end = frames.last().map_or(0, Raw::end);
        self.unfinished.drain(..end);
    }
}
