//! A transport in memory that misbehaves on request: short writes, `WouldBlock`, cut ancillary data.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::handle_stream::{HandleStream, MAX_HANDLES, Received, check_send};

/// How a [`Pipe`] misbehaves.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// Bytes that a direction holds before `send` fails with `WouldBlock`. Default 65,536.
    pub capacity: usize,
    /// The most bytes that one `send` takes. Default: no limit.
    pub max_send: usize,
    /// The most bytes that one `recv` returns. Default: no limit.
    pub max_recv: usize,
    /// The most handles that one `recv` returns. The rest are dropped and reported as cut. Default [`MAX_HANDLES`].
    pub max_handles: usize,
    /// Every n-th call fails with `WouldBlock` for no reason. Default 0: never.
    pub spurious_block: u32,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            capacity: 64 * 1024,
            max_send: usize::MAX,
            max_recv: usize::MAX,
            max_handles: MAX_HANDLES,
            spurious_block: 0,
        }
    }
}

/// One write in the stream. Its handles belong to its first byte.
#[derive(Debug)]
struct Segment<H> {
    bytes: VecDeque<u8>,
    handles: Vec<H>,
}

#[derive(Debug)]
struct Direction<H> {
    segments: VecDeque<Segment<H>>,
    held: usize,
    closed: bool,
    calls: u32,
}

/// One end of a stream in memory. Dropping it ends the stream, as closing a socket does. Handles are cloned when they
/// are sent, as the system duplicates descriptors.
#[derive(Debug)]
pub struct Pipe<H> {
    faults: Faults,
    outgoing: Arc<Mutex<Direction<H>>>,
    incoming: Arc<Mutex<Direction<H>>>,
}

impl<H> Pipe<H> {
    /// Two ends of one stream, both with the same faults.
    pub fn pair(faults: Faults) -> (Self, Self) {
        let direction = || {
            Arc::new(Mutex::new(Direction {
                segments: VecDeque::new(),
                held: 0,
                closed: false,
                calls: 0,
            }))
        };
        let (a, b) = (direction(), direction());
        let left = Self {
            faults,
            outgoing: Arc::clone(&a),
            incoming: Arc::clone(&b),
        };
        (
            left,
            Self {
                faults,
                outgoing: b,
                incoming: a,
            },
        )
    }
}

impl<H> Direction<H> {
    /// Whether this call is one of the spurious failures.
    fn stumbles(&mut self, every: u32) -> bool {
        self.calls = self.calls.wrapping_add(1);
        every != 0 && self.calls.is_multiple_of(every)
    }
}

impl<H: Clone> HandleStream for Pipe<H> {
    type Handle = H;

    fn send(&self, bytes: &[IoSlice<'_>], handles: &[H]) -> io::Result<usize> {
        check_send(bytes, handles.len())?;
        let mut direction = lock(&self.outgoing);
        if direction.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let room = self
            .faults
            .capacity
            .saturating_sub(direction.held)
            .min(self.faults.max_send);
        if direction.stumbles(self.faults.spurious_block) || room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let bytes: VecDeque<u8> = bytes
            .iter()
            .flat_map(|slice| slice.iter().copied())
            .take(room)
            .collect();
        let taken = bytes.len();
        direction.held += taken;
        if taken > 0 {
            direction.segments.push_back(Segment {
                bytes,
                handles: handles.to_vec(),
            });
        }
        Ok(taken)
    }

    fn recv(&self, buffer: &mut [u8], handles: &mut Vec<H>) -> io::Result<Received> {
        self.recv_two(buffer, &mut [], handles)
    }

    fn recv_two(&self, buffer: &mut [u8], rest: &mut [u8], handles: &mut Vec<H>) -> io::Result<Received> {
        let mut direction = lock(&self.incoming);
        if direction.stumbles(self.faults.spurious_block) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut received = Received { bytes: 0, cut: false };
        let most = (buffer.len() + rest.len()).min(self.faults.max_recv);
        let mut places = buffer.iter_mut().chain(rest);
        // Like a Unix stream socket, a read continues across segments and stops after one with handles.
        while received.bytes < most {
            let Some(segment) = direction.segments.front_mut() else {
                break;
            };
            let carried = !segment.handles.is_empty();
            let arrived = std::mem::take(&mut segment.handles);
            received.cut |= arrived.len() > self.faults.max_handles;
            handles.extend(arrived.into_iter().take(self.faults.max_handles));
            let taken = segment.bytes.len().min(most - received.bytes);
            for (byte, place) in segment.bytes.drain(..taken).zip(&mut places) {
                *place = byte;
            }
            received.bytes += taken;
            if segment.bytes.is_empty() {
                direction.segments.pop_front();
            }
            if carried {
                break;
            }
        }
        direction.held -= received.bytes;
        if received.bytes == 0 && !direction.closed {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(received)
    }
}

impl<H> Drop for Pipe<H> {
    fn drop(&mut self) {
        lock(&self.outgoing).closed = true;
        let mut incoming = lock(&self.incoming);
        incoming.closed = true;
        // As the system does with descriptors in flight, handles that nobody will read are closed now.
        incoming.segments.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
