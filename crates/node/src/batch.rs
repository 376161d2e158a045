//! The result of one or more reads, ready to be passed to JavaScript in one call.

use std::io::Write as _;
use std::ops::Range;

use forkwire::link::Arrived;
use forkwire::{Format, Meta, RefuseReason, WireError};
use forkwire_proto::{Call, Payload};

use crate::brackets::{SEPARATOR, balanced};
use crate::sizes::sizes;

/// A run of clones ends at this size, in bytes, because a Buffer in one of them keeps the memory of all of them alive.
const CLONES: usize = 64 * 1024;

/// Clones begin at multiples of this in their run, so that the elements of typed arrays are aligned.
const ALIGNMENT: usize = 8;

/// Memory that a batch keeps for its next use, in bytes.
const KEEP: usize = 512 * 1024;

/// Items for JavaScript, in order.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// Runs of json texts, each written as one json array, and runs of structured clones.
    runs: Vec<u8>,
    /// The places in `runs` of the single messages.
    singles: Vec<Range<usize>>,
    /// The positions in the received stream of the single messages.
    positions: Vec<u64>,
    items: Vec<Item>,
    /// Bytes of payload, with an allowance for each message.
    bytes: usize,
    handles: usize,
}

/// One item for JavaScript.
#[derive(Debug)]
pub(crate) enum Item {
    /// Plain json messages without handles: the place of their array among the runs, and its single texts.
    Run {
        text: Range<usize>,
        singles: Range<usize>,
    },
    /// The same for structured clones.
    Clones {
        bytes: Range<usize>,
        singles: Range<usize>,
    },
    /// Any other message.
    Message {
        meta: Meta,
        payload: Vec<u8>,
        handles: Vec<Arrived>,
        /// Where its frame begins in the received stream.
        position: u64,
    },
    /// A JSON array of which each element is a message.
    Several { payload: Vec<u8>, position: u64 },
    /// Plain json requests, or responses, without handles: an array in which the number of each comes before it.
    Calls {
        text: Range<usize>,
        singles: Range<usize>,
        responses: bool,
    },
    /// Any other request or response.
    Call {
        call: Call,
        format: Format,
        payload: Vec<u8>,
        handles: Vec<Arrived>,
        position: u64,
    },
    /// A request ended without a response: why, as `index.d.ts` documents it.
    CallEnd { id: u64, reason: u32 },
    /// Takes the place of a message that cannot be read.
    Unreadable { what: String, position: u64 },
    /// The peer answered for all handle groups up to this one.
    Acknowledged(u64),
    /// The peer refused a handle group.
    Refused(u64, RefuseReason),
}

impl Item {
    /// The same item for a run that begins so many bytes and single messages later.
    fn shifted(self, byte: usize, single: usize) -> Self {
        match self {
            Self::Run { text, singles } => Self::Run {
                text: shifted(&text, byte),
                singles: shifted(&singles, single),
            },
            Self::Clones { bytes, singles } => Self::Clones {
                bytes: shifted(&bytes, byte),
                singles: shifted(&singles, single),
            },
            Self::Calls {
                text,
                singles,
                responses,
            } => Self::Calls {
                text: shifted(&text, byte),
                singles: shifted(&singles, single),
                responses,
            },
            other => other,
        }
    }
}

fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

/// The memory that a waiting message costs beyond its bytes.
const OVERHEAD: usize = 64;

impl Batch {
    /// Whether it only says what became of handles: their receiver has still to answer.
    pub(crate) fn is_receipt(&self) -> bool {
        let is_receipt = |item: &Item| matches!(item, Item::Acknowledged(_) | Item::Refused(..));
        !self.is_empty() && self.items.iter().all(is_receipt)
    }

    /// Adds a message without handles, whose frame began at byte `position` of the stream.
    pub(crate) fn message(&mut self, meta: Meta, payload: Payload<'_>, position: u64) {
        self.bytes += payload.as_slice().len() + OVERHEAD;
        match payload {
            Payload::Borrowed(payload)
                if !meta.internal && payload.len() < CLONES && joins(meta, payload) =>
            {
                match meta.format {
                    Format::Json => self.add_text(payload),
                    Format::Clone => self.add_clone(payload),
                }
                self.positions.push(position);
            }
            // A text that could swallow its neighbours goes alone, and fails alone. A large one has its own memory already,
            // so copying it into a run would gain nothing.
            payload => self.items.push(Item::Message {
                meta,
                payload: payload.into_vec(),
                handles: Vec::new(),
                position,
            }),
        }
    }

    /// Adds a message with handles.
    pub(crate) fn message_with_handles(
        &mut self,
        meta: Meta,
        payload: Vec<u8>,
        handles: Vec<Arrived>,
        position: u64,
    ) {
        self.bytes += payload.len() + OVERHEAD;
        self.handles += handles.len();
        self.items.push(Item::Message {
            meta,
            payload,
            handles,
            position,
        });
    }

    /// Adds messages that came in one array, whose frame began at byte `position` of the stream.
    pub(crate) fn several(&mut self, payload: Payload<'_>, position: u64) {
        self.bytes += payload.as_slice().len() + OVERHEAD;
        self.items.push(Item::Several {
            payload: payload.into_vec(),
            position,
        });
    }

    /// Adds a request or a response without handles, whose frame began at byte `position` of the stream.
    pub(crate) fn call(&mut self, call: Call, format: Format, payload: Payload<'_>, position: u64) {
        self.bytes += payload.as_slice().len() + OVERHEAD;
        match payload {
            Payload::Borrowed(payload)
                if format == Format::Json && payload.len() < CLONES && balanced(payload) =>
            {
                self.add_call(call, payload);
                self.positions.push(position);
            }
            payload => self.items.push(Item::Call {
                call,
                format,
                payload: payload.into_vec(),
                handles: Vec::new(),
                position,
            }),
        }
    }

    /// Adds a request or a response with handles.
    pub(crate) fn call_with_handles(
        &mut self,
        call: Call,
        format: Format,
        payload: Vec<u8>,
        handles: Vec<Arrived>,
        position: u64,
    ) {
        self.bytes += payload.len() + OVERHEAD;
        self.handles += handles.len();
        self.items.push(Item::Call {
            call,
            format,
            payload,
            handles,
            position,
        });
    }

    /// Adds an item in place of a message that cannot be read.
    pub(crate) fn unreadable(&mut self, fault: &WireError) {
        self.bytes += OVERHEAD;
        self.items.push(Item::Unreadable {
            what: fault.to_string(),
            position: fault.position(),
        });
    }

    /// Adds an item that is not a message.
    pub(crate) fn push(&mut self, item: Item) {
        self.items.push(item);
    }

    fn add_text(&mut self, message: &[u8]) {
        let single = match self.items.last_mut() {
            Some(Item::Run { text, singles }) if text.len() + message.len() <= sizes().run => {
                self.runs.pop();
                self.runs.extend_from_slice(SEPARATOR);
                let start = self.runs.len();
                self.runs.extend_from_slice(message);
                let single = start..self.runs.len();
                self.runs.push(b']');
                text.end = self.runs.len();
                singles.end += 1;
                single
            }
            _ => {
                let start = self.runs.len();
                self.runs.push(b'[');
                self.runs.extend_from_slice(message);
                self.runs.push(b']');
                let text = start..self.runs.len();
                let single = start + 1..text.end - 1;
                self.items.push(Item::Run {
                    text,
                    singles: self.singles.len()..self.singles.len() + 1,
                });
                single
            }
        };
        self.singles.push(single);
    }

    fn add_call(&mut self, call: Call, payload: &[u8]) {
        let is_response = matches!(call, Call::Response { .. });
        let (start, joins) = match self.items.last_mut() {
            Some(Item::Calls { text, responses, .. })
                if *responses == is_response && text.len() + payload.len() <= sizes().run =>
            {
                self.runs.pop();
                self.runs.extend_from_slice(SEPARATOR);
                (text.start, true)
            }
            _ => {
                self.runs.push(b'[');
                (self.runs.len() - 1, false)
            }
        };
        let single = self.runs.len();
        if let Call::Response { failed: true, .. } = call {
            self.runs.push(b'-');
        }
        // Writing to a vector cannot fail.
        let _ = write!(self.runs, "{},", call.id());
        self.runs.extend_from_slice(payload);
        let end = self.runs.len();
        self.runs.push(b']');
        match self.items.last_mut() {
            Some(Item::Calls { text, singles, .. }) if joins => {
                text.end = self.runs.len();
                singles.end += 1;
            }
            _ => self.items.push(Item::Calls {
                text: start..self.runs.len(),
                singles: self.singles.len()..self.singles.len() + 1,
                responses: is_response,
            }),
        }
        self.singles.push(single..end);
    }

    fn add_clone(&mut self, message: &[u8]) {
        let room = sizes().run.min(CLONES);
        let fits = matches!(self.items.last(), Some(Item::Clones { bytes, .. }) if bytes.len() + message.len() <= room);
        if !fits {
            let (start, count) = (self.runs.len(), self.singles.len());
            self.items.push(Item::Clones {
                bytes: start..start,
                singles: count..count,
            });
        }
        let Some(Item::Clones { bytes, singles }) = self.items.last_mut() else {
            return;
        };
        let start = bytes.start + bytes.len().next_multiple_of(ALIGNMENT);
        self.runs.resize(start, 0);
        self.runs.extend_from_slice(message);
        bytes.end = self.runs.len();
        singles.end += 1;
        self.singles.push(start..bytes.end);
    }

    /// The places of the messages of a run of clones in its bytes: pairs of begin and end.
    pub(crate) fn places(&self, bytes: &Range<usize>, singles: Range<usize>) -> Vec<u32> {
        let place = |at: usize| u32::try_from(at - bytes.start).unwrap_or(u32::MAX);
        let pairs = self.singles[singles]
            .iter()
            .flat_map(|single| [place(single.start), place(single.end)]);
        pairs.collect()
    }

    /// Bytes of payload that wait here, with an allowance for each message.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Handles that wait here.
    pub(crate) fn handles(&self) -> usize {
        self.handles
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Appends a later batch.
    pub(crate) fn append(&mut self, later: Self) {
        if self.is_empty() {
            *self = later;
            return;
        }
        let (byte, single) = (self.runs.len(), self.singles.len());
        self.runs.extend_from_slice(&later.runs);
        let singles = later.singles.into_iter();
        self.singles.extend(singles.map(|range| shifted(&range, byte)));
        self.positions.extend(later.positions);
        let items = later.items.into_iter();
        self.items.extend(items.map(|item| item.shifted(byte, single)));
        self.bytes += later.bytes;
        self.handles += later.handles;
    }

    /// Takes the items out. Their texts stay until [`Self::recycle`].
    pub(crate) fn take_items(&mut self) -> Vec<Item> {
        std::mem::take(&mut self.items)
    }

    /// The bytes of a run.
    pub(crate) fn slice(&self, range: Range<usize>) -> &[u8] {
        &self.runs[range]
    }

    /// The single texts of a run.
    pub(crate) fn singles(&self, range: Range<usize>) -> impl Iterator<Item = &[u8]> + Clone {
        self.singles[range]
            .iter()
            .map(|single| &self.runs[single.clone()])
    }

    /// The positions in the received stream of the frames of a run's texts.
    pub(crate) fn positions(&self, singles: Range<usize>) -> &[u64] {
        &self.positions[singles]
    }

    /// Empties the batch, keeping a moderate amount of its memory, and gets the list of items back.
    pub(crate) fn recycle(&mut self, mut items: Vec<Item>) {
        items.clear();
        self.items = items;
        self.runs.clear();
        self.runs.shrink_to(KEEP);
        self.singles.clear();
        self.singles.shrink_to(KEEP / 64);
        self.positions.clear();
        self.positions.shrink_to(KEEP / 64);
        self.bytes = 0;
        self.handles = 0;
    }
}

/// Whether a message can be part of a run.
fn joins(meta: Meta, payload: &[u8]) -> bool {
    meta.format == Format::Clone || balanced(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: Meta = Meta::new(Format::Json);

    #[test]
    fn plain_texts_become_one_array_and_stay_single_too() {
        let mut batch = Batch::default();
        for text in ["1", "{\"a\":2}", "\"x\""] {
            batch.message(JSON, Payload::Borrowed(text.as_bytes()), 0);
        }
        let items = batch.take_items();
        let [Item::Run { text, singles }] = &items[..] else {
            panic!("{items:?}")
        };
        assert_eq!(batch.slice(text.clone()), b"[1,\n{\"a\":2},\n\"x\"]");
        let singles: Vec<_> = batch.singles(singles.clone()).collect();
        assert_eq!(singles, [&b"1"[..], b"{\"a\":2}", b"\"x\""]);
    }

    #[test]
    fn anything_else_ends_a_run_so_that_order_is_kept() {
        let mut batch = Batch::default();
        batch.message(JSON, Payload::Borrowed(b"1"), 14);
        batch.message(JSON.with_internal(true), Payload::Borrowed(b"2"), 23);
        batch.push(Item::Acknowledged(1));
        batch.message(JSON, Payload::Borrowed(b"3"), 32);
        let items = batch.take_items();
        assert!(matches!(
            &items[..],
            [
                Item::Run { .. },
                Item::Message { .. },
                Item::Acknowledged(1),
                Item::Run { .. }
            ]
        ));
    }

    #[test]
    fn clones_lie_in_one_run_at_even_places() {
        let clone = Meta::new(Format::Clone);
        let mut batch = Batch::default();
        batch.message(JSON, Payload::Borrowed(b"1"), 14);
        for (payload, position) in [(&b"abc"[..], 23), (b"", 34), (b"12345678", 42), (b"x", 58)] {
            batch.message(clone, Payload::Borrowed(payload), position);
        }
        let items = batch.take_items();
        let [Item::Run { .. }, Item::Clones { bytes, singles }] = &items[..] else {
            panic!("{items:?}")
        };
        assert_eq!(batch.slice(bytes.clone()), b"abc\0\0\0\0\x0012345678x");
        assert_eq!(batch.places(bytes, singles.clone()), [0, 3, 8, 8, 8, 16, 16, 17]);
        assert_eq!(batch.positions(singles.clone()), [23, 34, 42, 58]);
    }

    #[test]
    fn calls_have_their_numbers_in_front_of_them_and_failures_negative_ones() {
        let response = |id, failed| Call::Response { id, failed };
        let mut batch = Batch::default();
        for (call, payload) in [
            (response(7, false), "{\"a\":1}"),
            (response(5, true), "2"),
            (Call::Request(1), "3"),
            (Call::Request(2), "\"[\""),
        ] {
            batch.call(call, Format::Json, Payload::Borrowed(payload.as_bytes()), 0);
        }
        let items = batch.take_items();
        let [
            Item::Calls {
                text: one,
                singles,
                responses: true,
            },
            Item::Calls {
                text: other,
                responses: false,
                ..
            },
        ] = &items[..]
        else {
            panic!("{items:?}")
        };
        assert_eq!(batch.slice(one.clone()), b"[7,{\"a\":1},\n-5,2]");
        assert_eq!(batch.slice(other.clone()), b"[1,3,\n2,\"[\"]");
        let singles: Vec<_> = batch.singles(singles.clone()).collect();
        assert_eq!(singles, [&b"7,{\"a\":1}"[..], b"-5,2"]);
    }

    #[test]
    fn a_run_of_clones_is_cut_before_it_keeps_much_alive() {
        let clone = Meta::new(Format::Clone);
        let mut batch = Batch::default();
        for _ in 0..100 {
            batch.message(clone, Payload::Borrowed(&[7; 5000]), 14);
        }
        for item in batch.take_items() {
            assert!(
                matches!(&item, Item::Clones { bytes, .. } if bytes.len() <= CLONES),
                "{item:?}"
            );
        }
    }

    #[test]
    fn a_run_of_texts_fits_into_the_engines_ordinary_memory() {
        let text = vec![b'1'; 5000];
        let mut batch = Batch::default();
        for _ in 0..100 {
            batch.message(JSON, Payload::Borrowed(&text), 0);
        }
        for id in 0..100 {
            batch.call(Call::Request(id), Format::Json, Payload::Borrowed(&text), 0);
        }
        for item in batch.take_items() {
            let (Item::Run { text, .. } | Item::Calls { text, .. }) = &item else {
                panic!("{item:?}")
            };
            assert!(text.len() < 128 * 1024, "{item:?}");
        }
    }

    #[test]
    fn later_messages_are_appended_with_their_runs() {
        let clone = Meta::new(Format::Clone);
        let filled = |from: u64| {
            let mut batch = Batch::default();
            for at in from..from + 2 {
                batch.message(JSON, Payload::Borrowed(at.to_string().as_bytes()), at);
            }
            batch.push(Item::Acknowledged(from));
            batch.message(clone, Payload::Borrowed(b"abc"), from + 2);
            batch
        };
        let mut batch = filled(10);
        batch.append(filled(20));
        let items = batch.take_items();
        let texts: Vec<_> = items
            .iter()
            .filter_map(|item| match item {
                Item::Run { text, singles } => {
                    Some((batch.slice(text.clone()), batch.positions(singles.clone())))
                }
                Item::Clones { bytes, singles } => {
                    Some((batch.slice(bytes.clone()), batch.positions(singles.clone())))
                }
                _ => None,
            })
            .collect();
        assert_eq!(
            texts,
            [
                (&b"[10,\n11]"[..], &[10, 11][..]),
                (b"abc", &[12]),
                (b"[20,\n21]", &[20, 21]),
                (b"abc", &[22])
            ]
        );
        assert_eq!(batch.bytes(), filled(10).bytes() + filled(20).bytes());
    }

    #[test]
    fn memory_is_given_back_after_a_burst() {
        let mut batch = Batch::default();
        let text = vec![b'1'; 64 * 1024];
        for _ in 0..64 {
            batch.message(JSON, Payload::Borrowed(&text), 0);
        }
        let items = batch.take_items();
        assert!(items.len() > 8, "runs are cut");
        batch.recycle(items);
        assert!(batch.runs.capacity() <= KEEP);
        assert_eq!((batch.bytes(), batch.handles()), (0, 0));
    }
}
