//! Things that consist of several handles: a port of which something was read before it was sent.

use forkwire_proto::{HandleInfo, HandleKind};
use forkwire_sys::os;

use super::Handle;

/// The note of a part of the thing whose own handle follows.
const PART: &str = "+";

/// A handle's description without the handle, and the bytes that were read from it.
pub(crate) type Label = (HandleInfo, Vec<u8>);

/// The handles as they travel.
pub(crate) fn split(handles: Vec<Handle>) -> (Vec<Label>, Vec<os::Handle>) {
    let mut labels = Vec::with_capacity(handles.len());
    let mut all = Vec::with_capacity(handles.len());
    for handle in handles {
        for part in handle.parts {
            labels.push((HandleInfo::from_wire(HandleKind::Port as u8, PART), Vec::new()));
            all.push(part);
        }
        labels.push((handle.info, handle.buffered));
        all.push(handle.fd);
    }
    (labels, all)
}

/// The handles as the program has them. A part that nothing follows is a handle of its own.
pub(crate) fn join(all: impl Iterator<Item = (Label, os::Handle)>) -> Vec<Handle> {
    let mut handles = Vec::new();
    let mut parts = Vec::new();
    let mut all = all.peekable();
    while let Some(((info, buffered), fd)) = all.next() {
        let part = info.kind == HandleKind::Port as u8 && info.note == PART;
        if part && all.peek().is_some() {
            parts.push(fd);
            continue;
        }
        handles.push(Handle {
            info,
            fd,
            buffered,
            parts: std::mem::take(&mut parts),
        });
    }
    handles
}
