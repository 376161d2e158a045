//! What the ends send.

use forkwire_proto::{Format, HandleInfo, HandleKind, Meta};

use super::Pair;
use super::end::{End, Sent};
use super::op::Taken;
use super::queue::Handle;

impl Pair {
    /// A payload that says which message it is.
    fn payload(&self, id: u64, size: usize, group: bool) -> Vec<u8> {
        let text = if self.node && group {
            format!(
                "{{\"cmd\":\"NODE_HANDLE\",\"id\":{id},\"pad\":\"{}\"}}",
                "x".repeat(size)
            )
        } else {
            format!("{id} {}", "y".repeat(size.min(crate::MAX_MESSAGE - 30)))
        };
        if self.node && group && self.format == Format::Clone {
            // Version 15, {cmd: 'NODE_HANDLE', id: '...'}: a two-byte length of the text would need a varint.
            let id = format!("{id:09}");
            return [
                b"\xff\x0fo\"\x03cmd\"\x0bNODE_HANDLE\"\x02id\"\x09",
                id.as_bytes(),
                b"{\x02",
            ]
            .concat();
        }
        text.into_bytes()
    }

    pub(super) fn push(&mut self, side: bool, size: u16, takes: Option<Taken>) -> bool {
        self.next += 1;
        let payload = self.payload(self.next, plain_size(size), false);
        let end = &mut self.ends[usize::from(side)];
        let meta = Meta::new(self.format);
        let End { wire, out, taken, .. } = end;
        let result = match takes {
            None => wire.push(meta, payload.len(), |out| out.extend_from_slice(&payload)),
            Some(most) => wire.push_borrowed(meta, &[&payload], |slices| out.take(slices, most, taken)),
        };
        assert_eq!(result.is_err(), end.closed, "only a closed end refuses");
        if result.is_ok() {
            end.pushed += 1;
            end.sent.push_back(Sent {
                id: self.next,
                size: payload.len(),
                handles: Vec::new(),
            });
        }
        result.is_ok()
    }

    pub(super) fn push_with_handles(&mut self, side: bool, size: u8, handles: u8) -> bool {
        self.next += 1;
        let payload = self.payload(self.next, usize::from(size), true);
        let count = if self.node {
            1
        } else {
            1 + u64::from(handles) % 253
        };
        let ids: Vec<u64> = (0..count).map(|n| self.next * 1_000 + n).collect();
        let kind = HandleInfo::new(HandleKind::NetSocket);
        let handles = ids
            .iter()
            .map(|&id| (kind.clone(), Handle::new(id, &self.open)))
            .collect();
        let end = &mut self.ends[usize::from(side)];
        let meta = Meta::new(self.format);
        match end.wire.push_with_handles(meta, handles, payload.len(), |out| {
            out.extend_from_slice(&payload)
        }) {
            Ok(number) => {
                end.pushed += 1;
                end.groups += 1;
                assert_eq!(number, end.groups, "handle groups are counted from 1");
                end.sent.push_back(Sent {
                    id: self.next,
                    size: payload.len(),
                    handles: ids,
                });
                true
            }
            Err(error) => {
                assert!(end.closed);
                let back: Vec<u64> = error.into_handles().iter().map(|handle| handle.id).collect();
                assert_eq!(back, ids, "given back, in order");
                false
            }
        }
    }
}

/// Mostly small, so that a schedule is quick; now and then beyond a buffer of either side.
fn plain_size(size: u16) -> usize {
    if size >= 0xf000 {
        usize::from(size) * 2
    } else {
        usize::from(size % 300)
    }
}
