//! The state with which a port arrives, which another process wrote, and the stream that continues from it.
#![no_main]

use std::rc::Rc;

use forkwire_fuzz::{Handle, MAX_MESSAGE, config};
use forkwire_proto::{Connection, Event, Format, Meta, RequestEvent};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((length, data)) = data.split_first_chunk() else {
        return;
    };
    let length = usize::from(u16::from_le_bytes(*length)).min(data.len());
    let (state, stream) = data.split_at(length);
    let Some((mut connection, unread)) = resumed(state) else {
        return;
    };
    let handle = Handle::new(());
    let mut handles = vec![Rc::clone(&handle); 4];
    for mut bytes in [&unread[..], stream] {
        while !bytes.is_empty() {
            let room = connection.spare();
            assert!(!room.is_empty(), "there is always room");
            let len = room.len().min(bytes.len());
            room[..len].copy_from_slice(&bytes[..len]);
            bytes = &bytes[len..];
            let read = connection.handle_read(len, std::mem::take(&mut handles), false);
            if read.is_err() || !poll(&mut connection) {
                drop(connection);
                assert_eq!(Rc::strong_count(&handle), 1, "every handle is closed");
                return;
            }
            assert!(connection.buffered() <= MAX_MESSAGE + 70_000, "memory is bounded");
        }
    }
    let fill = |out: &mut Vec<u8>| out.push(b'1');
    let pushed = connection.push(Meta::new(Format::Json), 1, fill);
    assert!(pushed.is_ok(), "a port that continues can send");
    // It may be sent on.
    if let Some(state) = connection.suspend() {
        let (mut again, unread) = resumed(&state).expect("what was suspended is resumed");
        assert!(unread.len() <= MAX_MESSAGE + 70_000);
        assert_eq!(again.unsettled(), 0, "what was not written counts as sent");
        assert!(again.poll_event().is_ok());
    }
});

fn resumed(state: &[u8]) -> Option<(Connection<Handle>, Vec<u8>)> {
    Connection::resume(config(), |length| vec![0; length].into(), state).ok()
}

/// Takes all events. False once the stream is at fault.
fn poll(connection: &mut Connection<Handle>) -> bool {
    loop {
        let group = match connection.poll_event() {
            Ok(None) => return true,
            Err(_) => return false,
            Ok(Some(Event::MessageWithHandles { number, .. })) => number,
            Ok(Some(Event::Requests(
                RequestEvent::WithHandles { number, .. } | RequestEvent::Late { number, .. },
            ))) => number,
            Ok(Some(_)) => continue,
        };
        connection.accept(group);
    }
}
