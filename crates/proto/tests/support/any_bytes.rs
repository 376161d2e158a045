//! A wire that is given any bytes, for the tests here and the fuzz targets of `fuzz/`: an input cut into reads, and handles that
//! are counted.
#![allow(unreachable_pub)] // for fuzz/

use std::rc::Rc;

use forkwire_proto::v8::Document;
use forkwire_proto::{Call, Config, DeclineReason, Event, Format, RequestEvent, Wire, WireError};

/// Messages up to this size, in bytes: small, so that the limit is met.
pub const MAX_MESSAGE: usize = 100_000;

/// A handle; each copy is one more open descriptor.
pub type Handle = Rc<()>;

/// How a stream is cut into reads, and which handles come with them. The bytes themselves are the rest of the input.
#[derive(Debug)]
pub struct Read {
    /// Bytes of the read.
    pub len: u16,
    /// Handles that come along.
    pub handles: u8,
    /// Some of them were lost on the way.
    pub cut: bool,
    /// Whether the handle groups of this read are taken.
    pub takes: bool,
}

pub fn config() -> Config {
    Config::new(MAX_MESSAGE)
}

/// The reads, and the bytes: the input begins with a count of reads.
pub fn reads(data: &[u8]) -> (Vec<Read>, &[u8]) {
    let mut reads = Vec::new();
    let Some((&count, mut data)) = data.split_first() else {
        return (reads, data);
    };
    for _ in 0..count % 16 {
        let Some((&[a, b, handles, flags], rest)) = data.split_first_chunk() else {
            break;
        };
        data = rest;
        reads.push(Read {
            len: u16::from_le_bytes([a, b]),
            handles: handles % 8,
            cut: flags & 0xf8 == 0x80,
            takes: flags & 1 == 0,
        });
    }
    (reads, data)
}

/// Feeds a wire with what may be anything, and checks what must hold whatever it is: a fault names a place inside the
/// stream, memory is bounded, json is text, and no handle outlives the wire.
pub fn survive(mut wire: Wire<Handle>, format: Option<Format>, data: &[u8]) {
    let handle = Handle::new(());
    let (reads, data) = reads(data);
    // Requests under way, so that the input may answer some.
    for _ in 0..4 {
        let pushed = wire.push_request(Format::Json, 1, |out| out.push(b'1'));
        assert!(pushed.is_ok(), "there is room");
    }
    wire.cancel(2);
    let mut at = 0;
    let mut fault = None;
    let mut told = 0;
    let mut reads = reads.into_iter();
    while at < data.len() && fault.is_none() {
        let read = reads.next();
        let (len, handles) = read
            .as_ref()
            .map_or((usize::MAX, 0), |read| (usize::from(read.len), read.handles));
        let room = wire.spare();
        assert!(!room.is_empty(), "there is always room");
        let len = len.max(1).min(room.len()).min(data.len() - at);
        room[..len].copy_from_slice(&data[at..at + len]);
        at += len;
        let handles = vec![Rc::clone(&handle); usize::from(handles)];
        let cut = read.as_ref().is_some_and(|read| read.cut);
        let takes = read.as_ref().is_none_or(|read| read.takes);
        fault = wire
            .handle_read(len, handles, cut)
            .and_then(|()| poll(&mut wire, format, takes, at as u64, &mut told))
            .err();
        assert!(wire.buffered() <= MAX_MESSAGE + 70_000, "memory is bounded");
    }
    let fault = fault.or_else(|| wire.handle_eof().err());
    if let Some(fault) = fault {
        assert!(
            fault.position() <= data.len() as u64,
            "{fault} in {} bytes",
            data.len()
        );
        assert!(fault.code().starts_with("ERR_FORKWIRE_"));
    }
    drop(wire);
    assert_eq!(Rc::strong_count(&handle), 1, "every handle is closed");
}

fn poll(
    wire: &mut Wire<Handle>,
    format: Option<Format>,
    takes: bool,
    read: u64,
    told: &mut u64,
) -> Result<(), WireError> {
    loop {
        let mut group = None;
        let mut asked = None;
        match wire.poll_event()? {
            None => return Ok(()),
            Some(Event::Message {
                meta,
                payload,
                position,
            }) => {
                check(meta.format, format, payload.as_slice());
                assert!(position >= *told && position < read, "messages come in order");
                *told = position;
            }
            Some(Event::MessageWithHandles {
                number,
                meta,
                payload,
                position,
                ..
            }) => {
                check(meta.format, format, &payload);
                assert!(position >= *told && position < read, "messages come in order");
                *told = position;
                group = Some(number);
            }
            Some(Event::Call {
                call,
                format: written,
                payload,
                position,
            }) => {
                // On Node's wire, a payload of no bytes is undefined, whatever the mode.
                let expected = format.filter(|_| !payload.as_slice().is_empty());
                check(written, expected, payload.as_slice());
                assert!(position >= *told && position < read, "messages come in order");
                *told = position;
                if let Call::Request(id) = call {
                    asked = Some(id);
                }
            }
            Some(Event::Requests(
                RequestEvent::WithHandles { number, .. } | RequestEvent::Late { number, .. },
            )) => group = Some(number),
            Some(Event::Unreadable { fault, payload, .. }) => {
                assert!(std::str::from_utf8(&payload).is_err() && fault.position() < read);
            }
            Some(_) => {}
        }
        match group {
            Some(number) if takes => wire.accept(number),
            Some(number) => wire.refuse(number, forkwire_proto::RefuseReason::Kind),
            None => {}
        }
        if let Some(id) = asked {
            answer(wire, id, takes);
        }
    }
}

/// Each request of the peer can be answered once.
fn answer(wire: &mut Wire<Handle>, id: u64, takes: bool) {
    assert!(wire.is_serving(id));
    if takes {
        let pushed = wire.push_response(id, false, Format::Json, 1, |out| out.push(b'1'));
        assert!(pushed.is_ok(), "it is awaited");
    } else {
        assert!(wire.decline(id, DeclineReason::NoHandler));
    }
    assert!(!wire.decline(id, DeclineReason::NoHandler), "once");
}

fn check(format: Format, expected: Option<Format>, payload: &[u8]) {
    assert!(expected.is_none_or(|expected| expected == format));
    assert!(payload.len() <= MAX_MESSAGE);
    match format {
        Format::Json => assert!(std::str::from_utf8(payload).is_ok(), "json is text"),
        Format::Clone => document(payload),
    }
}

/// Any bytes give a document or a fault inside of them; a document survives being written and read again.
pub fn document(payload: &[u8]) {
    let _ = forkwire_proto::v8::peek_cmd(payload);
    let document = match Document::decode(payload) {
        Ok(document) => document,
        Err(error) => {
            let position = error.position().expect("a fault of bytes");
            assert!(position <= payload.len() as u64, "{error}");
            return;
        }
    };
    let Ok(written) = document.encode() else { return };
    let again = Document::decode(&written).expect("what was written is read");
    assert_eq!(document, again);
    assert_eq!(
        again.encode().expect("it was written before"),
        written,
        "written alike"
    );
}
