//! Bytes and handles that wait for the transport, and the record of which messages it has taken completely.

mod resume;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::IoSlice;

use crate::frame::{HEADER_LEN, Header, Kind};
use crate::handle::MAX_HANDLES;

/// Size of the chunks that small messages share, in bytes. Large messages get a chunk of their own.
const CHUNK: usize = 64 * 1024;

/// The most parts of one message that are offered to the transport at once. More are copied first.
pub(crate) const MAX_PARTS: usize = 14;

/// Handles join the batch before them only if it is at most this many bytes away, so that they do not arrive long before
/// their message.
const MERGE_DISTANCE: u64 = 16 * 1024;

/// The offset of the handle count in a frame header.
const COUNT_BYTE: usize = 2;

/// What may be written next. It is borrowed from the backlog. Confirm it with the number of bytes that were taken.
#[derive(Debug)]
pub struct Transmit<'a, H> {
    /// How many of the caller's slices were filled in.
    pub slices: usize,
    /// Their total size in bytes.
    pub bytes: usize,
    /// Handles that must go with the first of these bytes, in one transfer.
    pub handles: &'a [H],
}

#[derive(Debug)]
struct Batch<H> {
    /// Stream offset of the handles frame; the handles go with its first byte.
    position: u64,
    handles: Vec<H>,
}

/// The queue itself. Offsets count the bytes of messages (and their handles frames) since the start of the channel.
/// Control frames travel between messages and are not counted.
#[derive(Debug)]
pub(crate) struct Backlog<H> {
    chunks: VecDeque<Vec<u8>>,
    /// Bytes of the front chunk that were written.
    head: usize,
    /// Unsent bytes in `chunks`.
    bytes: usize,
    /// Offset up to which the transport has taken everything.
    written: u64,
    /// End offsets of the messages that are not completely taken.
    ends: VecDeque<u64>,
    /// End offset of the last one that is. `written` equals it exactly between two messages.
    settled_end: u64,
    settled: u64,
    /// Frames with several messages that are not completely taken: their end offsets, and how many each has beyond one.
    several: VecDeque<(u64, u64)>,
    /// End offset of a message that is sent once more: it does not count again.
    repeated: Option<u64>,
    batches: VecDeque<Batch<H>>,
    control: Vec<u8>,
    control_sent: usize,
}

impl<H> Backlog<H> {
    pub(crate) fn new() -> Self {
        Self {
            chunks: VecDeque::new(),
            head: 0,
            bytes: 0,
            written: 0,
            ends: VecDeque::new(),
            settled_end: 0,
            settled: 0,
            several: VecDeque::new(),
            repeated: None,
            batches: VecDeque::new(),
            control: Vec::new(),
            control_sent: 0,
        }
    }

    /// Unsent bytes of messages.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing waits, not even a control frame.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes == 0 && self.control.is_empty()
    }

    /// Messages of which the transport has taken the last byte, since the start.
    pub(crate) fn settled(&self) -> u64 {
        self.settled
    }

    /// Messages that are queued and not completely taken.
    pub(crate) fn unsettled(&self) -> usize {
        let beyond: u64 = self.several.iter().map(|(_, beyond)| beyond).sum();
        self.ends.len() - usize::from(self.repeated.is_some()) + as_len(beyond)
    }

    /// Whether control frames wait.
    pub(crate) fn has_control(&self) -> bool {
        !self.control.is_empty()
    }

    /// Where control frames are put; they go out at the next boundary between messages.
    pub(crate) fn control(&mut self) -> &mut Vec<u8> {
        &mut self.control
    }

    /// The chunk to which to append a message of up to `reserve` bytes. Call [`Self::commit`] afterwards.
    #[inline]
    pub(crate) fn tail(&mut self, reserve: usize) -> &mut Vec<u8> {
        let fits = self
            .chunks
            .back()
            .is_some_and(|chunk| chunk.capacity() - chunk.len() >= reserve);
        if !fits {
            self.add_chunk(reserve);
        }
        let last = self.chunks.len() - 1;
        &mut self.chunks[last]
    }

    #[cold]
    fn add_chunk(&mut self, reserve: usize) {
        self.chunks.push_back(Vec::with_capacity(reserve.max(CHUNK)));
    }

    /// Records `added` bytes, just appended to the tail, as one whole message.
    #[inline]
    pub(crate) fn commit(&mut self, added: usize) {
        self.bytes += added;
        self.ends.push_back(self.end());
    }

    /// Appends a whole message.
    #[inline]
    pub(crate) fn push_frame(&mut self, header: [u8; HEADER_LEN], payload: &[u8]) {
        let len = HEADER_LEN + payload.len();
        let tail = self.tail(len);
        tail.extend_from_slice(&header);
        tail.extend_from_slice(payload);
        self.commit(len);
    }

    /// As [`Self::commit`], for a frame with `count` messages, which are settled together.
    pub(crate) fn commit_several(&mut self, added: usize, count: u64) {
        self.commit(added);
        if count > 1 {
            self.several.push_back((self.end(), count - 1));
        }
    }

    /// Removes the unfinished message that begins at `start` of the tail, and the memory by which it made the tail grow.
    pub(crate) fn abandon(&mut self, start: usize) {
        if let Some(tail) = self.chunks.back_mut() {
            tail.truncate(start);
            tail.shrink_to(CHUNK);
        }
    }

    /// Offers a message to the transport, and keeps a copy of what it did not take according to `write`. Only for an empty
    /// backlog.
    pub(crate) fn push_written(
        &mut self,
        head: &[u8],
        parts: &[&[u8]],
        end: &[u8],
        write: impl FnOnce(&[IoSlice<'_>]) -> usize,
    ) {
        debug_assert!(self.is_empty(), "a message may overtake nothing");
        let all = || std::iter::once(&head).chain(parts).chain(std::iter::once(&end));
        let mut slices = [IoSlice::new(&[]); MAX_PARTS + 2];
        let (mut filled, mut offered) = (0, 0);
        for (slot, part) in slices.iter_mut().zip(all()) {
            *slot = IoSlice::new(part);
            filled += 1;
            offered += part.len();
        }
        let taken = write(&slices[..filled]).min(offered);
        let total: usize = all().map(|part| part.len()).sum();
        if taken < total {
            let tail = self.tail(total - taken);
            let mut skip = taken;
            for part in all() {
                tail.extend_from_slice(&part[skip.min(part.len())..]);
                skip = skip.saturating_sub(part.len());
            }
        }
        self.bytes += total - taken;
        self.written += taken as u64;
        self.ends.push_back(self.end());
        self.settle();
    }

    /// Queues handles for the message that is appended next. They join the last waiting batch, or get their own handles frame
    /// before the message.
    pub(crate) fn push_handles(&mut self, handles: Vec<H>) {
        let end = self.end();
        if let (Some(batch), Some(tail)) = (self.batches.back_mut(), self.chunks.back_mut()) {
            // The handles frame of a waiting batch is still here if it is in the last chunk, and its count can grow.
            let tail_start = end - tail.len() as u64;
            let at = batch
                .position
                .checked_sub(tail_start)
                .filter(|_| end - batch.position < MERGE_DISTANCE);
            let count = batch.handles.len() + handles.len();
            if let (Some(at), Ok(byte), true) = (at, u8::try_from(count), count <= MAX_HANDLES)
                && let Some(place) = tail.get_mut(as_len(at) + COUNT_BYTE)
            {
                *place = byte;
                batch.handles.extend(handles);
                return;
            }
        }
        let count = u8::try_from(handles.len()).unwrap_or(u8::MAX);
        let header = Header {
            handles: count,
            ..Header::control(Kind::Handles, 0)
        };
        self.tail(HEADER_LEN).extend_from_slice(&header.encode());
        self.bytes += HEADER_LEN;
        self.batches.push_back(Batch {
            position: end,
            handles,
        });
    }

    /// Queues a handle that travels with the first byte of the message that is appended next, without its own frame.
    pub(crate) fn attach_handle(&mut self, handle: H) {
        let position = self.end();
        self.batches.push_back(Batch {
            position,
            handles: vec![handle],
        });
    }

    /// Takes the handles that wait. Nothing can be transmitted afterwards.
    pub(crate) fn take_handles(&mut self) -> Vec<H> {
        self.batches.drain(..).flat_map(|batch| batch.handles).collect()
    }

    /// As [`Self::commit`], for a message that was settled before and is sent again.
    pub(crate) fn commit_again(&mut self, added: usize) {
        debug_assert!(self.ends.is_empty(), "it goes before everything else");
        self.commit(added);
        self.repeated = self.ends.back().copied();
    }

    /// Offset of the end of everything queued.
    #[inline]
    fn end(&self) -> u64 {
        self.written + self.bytes as u64
    }

    /// Fills `slices` with what may be written now. `room_for` says whether so many handles may go on the wire.
    pub(crate) fn transmit<'a>(
        &'a self,
        slices: &mut [IoSlice<'a>],
        room_for: impl Fn(usize) -> bool,
    ) -> Transmit<'a, H> {
        let mut out = Transmit {
            slices: 0,
            bytes: 0,
            handles: &[],
        };
        let control = &self.control[self.control_sent..];
        let between_messages = self.written == self.settled_end;
        let mut limit = usize::MAX;
        if !control.is_empty() {
            if between_messages {
                out.push(slices, control);
            } else {
                // Finish the current message first, so that the control frames come to a boundary.
                limit = self.ends.front().map_or(0, |end| as_len(end - self.written));
            }
        }
        match self.batches.front() {
            Some(batch) if batch.position > self.written => {
                limit = limit.min(as_len(batch.position - self.written));
            }
            // Handles travel with the first byte of a write, so control frames leave alone before them.
            Some(_) if out.bytes > 0 => return out,
            Some(batch) => {
                if !room_for(batch.handles.len()) {
                    return out;
                }
                out.handles = &batch.handles;
                if let Some(next) = self.batches.get(1) {
                    limit = limit.min(as_len(next.position - self.written));
                }
            }
            None => {}
        }
        let mut skip = self.head;
        for chunk in &self.chunks {
            if limit == 0 || out.slices == slices.len() {
                break;
            }
            let rest = &chunk[skip..];
            let part = &rest[..rest.len().min(limit)];
            limit -= part.len();
            skip = 0;
            out.push(slices, part);
        }
        out
    }

    /// The transport took `bytes` of what [`Self::transmit`] offered. Returns the handles that left with them.
    pub(crate) fn transmitted(&mut self, bytes: usize) -> Vec<H> {
        let mut data = bytes;
        if self.written == self.settled_end && !self.control.is_empty() {
            let taken = data.min(self.control.len() - self.control_sent);
            data -= taken;
            self.control_sent += taken;
            if self.control_sent == self.control.len() {
                self.control.clear();
                self.control_sent = 0;
            }
        }
        if data == 0 {
            return Vec::new();
        }
        self.bytes -= data;
        self.written += data as u64;
        self.drop_written(data);
        self.settle();
        match self.batches.front() {
            Some(batch) if batch.position < self.written => {
                self.batches.pop_front().map_or(Vec::new(), |b| b.handles)
            }
            _ => Vec::new(),
        }
    }

    fn drop_written(&mut self, mut data: usize) {
        while data > 0 {
            let last = self.chunks.len() == 1;
            let Some(front) = self.chunks.front_mut() else {
                return;
            };
            let rest = front.len() - self.head;
            if data < rest {
                self.head += data;
                return;
            }
            data -= rest;
            self.head = 0;
            // One ordinary chunk is kept for the next message; everything else goes back to the allocator.
            if last && front.capacity() <= CHUNK {
                front.clear();
                return;
            }
            self.chunks.pop_front();
        }
    }

    fn settle(&mut self) {
        while let Some(&end) = self.ends.front() {
            if end > self.written {
                return;
            }
            self.ends.pop_front();
            self.settled_end = end;
            if self.repeated.take_if(|repeated| *repeated == end).is_none() {
                self.settled += 1;
            }
            if let Some(&(several, beyond)) = self.several.front()
                && several == end
            {
                self.several.pop_front();
                self.settled += beyond;
            }
        }
        if self.ends.capacity() > 1024 {
            self.ends.shrink_to(64);
        }
    }
}

impl<'a, H> Transmit<'a, H> {
    fn push(&mut self, slices: &mut [IoSlice<'a>], part: &'a [u8]) {
        if let (false, Some(slot)) = (part.is_empty(), slices.get_mut(self.slices)) {
            *slot = IoSlice::new(part);
            self.slices += 1;
            self.bytes += part.len();
        }
    }
}

fn as_len(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
