//! One direction of the simulated stream.

use std::collections::{BTreeSet, VecDeque};
use std::rc::Rc;

use forkwire_proto::Format;

use super::pair::Token;
use super::split;

/// One direction: the bytes under way, and before which of them a handle is.
#[derive(Default)]
pub(crate) struct Stream {
    pub(crate) bytes: VecDeque<u8>,
    /// With the number of bytes of `bytes` before it.
    handles: VecDeque<(usize, Token)>,
    /// Written bytes of a frame that is not whole.
    unfinished: Vec<u8>,
    /// Messages that were wholly written, each once.
    pub(crate) whole: BTreeSet<Vec<u8>>,
    /// The envelope that is not answered for: nothing but itself may follow.
    pub(crate) open: Option<Vec<u8>>,
}

impl Stream {
    pub(crate) fn write(
        &mut self,
        format: Format,
        bytes: &[u8],
        most: usize,
        handle: Option<&Token>,
    ) -> usize {
        let bytes = &bytes[..bytes.len().min(most)];
        if bytes.is_empty() {
            return 0;
        }
        if let Some(handle) = handle {
            assert!(
                self.unfinished.is_empty(),
                "a handle goes with the first byte of its envelope"
            );
            self.handles.push_back((self.bytes.len(), Rc::clone(handle)));
        }
        self.bytes.extend(bytes);
        self.unfinished.extend_from_slice(bytes);
        let (frames, end) = split(format, &self.unfinished);
        self.unfinished.drain(..end);
        for frame in frames {
            let text = String::from_utf8_lossy(&frame).into_owned();
            if text.contains("NODE_HANDLE_ACK") || text.contains("NODE_HANDLE_NACK") {
                continue;
            }
            assert!(
                self.open.as_ref().is_none_or(|open| *open == frame),
                "all else waits for the answer"
            );
            if text.contains(if format == Format::Json {
                "\"cmd\":\"NODE_HANDLE\""
            } else {
                "cmd\"\u{b}NODE_HANDLE{\u{4}"
            }) {
                self.open = Some(frame.clone());
            }
            self.whole.insert(frame);
        }
        bytes.len()
    }

    /// A read stops where the segment that carries a handle ends: here, before the next handle.
    pub(crate) fn read(&mut self, most: usize) -> (Vec<u8>, Option<Token>) {
        let most = most.min(self.bytes.len());
        if most == 0 {
            return (Vec::new(), None);
        }
        let handle = if self.handles.front().is_some_and(|(at, _)| *at == 0) {
            self.handles.pop_front()
        } else {
            None
        };
        let until = self.handles.front().map_or(most, |(at, _)| most.min(*at));
        self.handles.iter_mut().for_each(|(at, _)| *at -= until);
        (
            self.bytes.drain(..until).collect(),
            handle.map(|(_, token)| token),
        )
    }
}
