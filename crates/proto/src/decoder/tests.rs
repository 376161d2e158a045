use super::*;
use crate::body::{Body, fresh};
use crate::frame::{Control, put_control};
use crate::read_buffer::{BUFFER, LARGE};

/// A decoder that has read a hello, which ends at byte 14.
fn greeted() -> Decoder {
    let mut decoder = Decoder::new(1 << 30, fresh);
    let mut hello = Vec::new();
    put_control(&mut hello, Control::Hello);
    read(&mut decoder, &hello);
    assert_eq!(decoder.next_frame().unwrap().unwrap().header.kind, Kind::Hello);
    decoder
}

fn read(decoder: &mut Decoder, mut bytes: &[u8]) {
    let len = bytes.len().min(decoder.spare().len());
    let (now, later) = bytes.split_at(len);
    bytes = later;
    decoder.spare()[..len].copy_from_slice(now);
    decoder.advance(len);
    assert!(bytes.is_empty(), "room for one read");
}

fn header(len: usize) -> [u8; HEADER_LEN] {
    Header::control(Kind::Clone, u32::try_from(len).unwrap()).encode()
}

/// The next frame: its position, its length, and whether its body is owned.
fn next(decoder: &mut Decoder) -> Option<(u64, usize, bool)> {
    let frame = decoder.next_frame().unwrap()?;
    Some(match frame.body.unwrap() {
        Body::Buffered(range) => (frame.position, decoder.slice(range).len(), false),
        Body::Owned(body) => (frame.position, body.len(), true),
    })
}

#[test]
fn whole_frames_stay_in_the_buffer_and_large_unfinished_ones_do_not() {
    for (len, split, owned) in [
        (LARGE - 1, 100, false),
        (LARGE, 100, true),
        (LARGE, LARGE, true),
        (LARGE, HEADER_LEN, true),
        (BUFFER - HEADER_LEN - 14, 0, false),
    ] {
        let mut decoder = greeted();
        let bytes = [&header(len)[..], &vec![1; len]].concat();
        read(&mut decoder, &bytes[..split]);
        assert_eq!(next(&mut decoder), None);
        read(&mut decoder, &bytes[split..]);
        assert_eq!(
            next(&mut decoder),
            Some((14, len, owned)),
            "{len} bytes cut at {split}"
        );
        assert_eq!((next(&mut decoder), decoder.buffered()), (None, 0));
        assert_eq!(decoder.position(), 14 + (HEADER_LEN + len) as u64);
    }
}

#[test]
fn there_is_always_room_to_read_when_the_frames_are_taken() {
    let mut decoder = greeted();
    let mut position = 14;
    for len in (0..3 * LARGE).step_by(997) {
        let bytes = [&header(len)[..], &vec![2; len]].concat();
        // The header alone, then the rest: the worst place for what is kept.
        read(&mut decoder, &bytes[..HEADER_LEN]);
        while next(&mut decoder).is_some() {}
        assert!(!decoder.spare().is_empty());
        if len > 0 {
            read(&mut decoder, &bytes[HEADER_LEN..]);
            assert_eq!(
                next(&mut decoder).map(|(at, len, _)| (at, len)),
                Some((position, len))
            );
        }
        position += (HEADER_LEN + len) as u64;
        // After a large frame, little is read before the next header is known.
        let least = if len < LARGE { BUFFER / 2 } else { 4 * 1024 };
        assert!(decoder.spare().len() >= least);
    }
}

#[test]
fn the_end_of_the_stream_is_judged_by_the_frame_it_cuts() {
    let mut decoder = greeted();
    assert_eq!(decoder.finish(), Ok(()));
    read(&mut decoder, &header(40_000)[..5]);
    assert_eq!(
        decoder.finish(),
        Err(WireError::Truncated {
            position: 14,
            missing: 3
        })
    );
    read(&mut decoder, &header(40_000)[5..]);
    assert_eq!(
        decoder.finish(),
        Err(WireError::Truncated {
            position: 14,
            missing: 40_000
        })
    );
    assert_eq!(next(&mut decoder), None);
    read(&mut decoder, &[0; 100]);
    assert_eq!(
        decoder.finish(),
        Err(WireError::Truncated {
            position: 14,
            missing: 39_900
        })
    );
    assert_eq!(decoder.position(), 14);
}

#[test]
fn a_fault_is_found_with_the_header() {
    let mut decoder = Decoder::new(100, fresh);
    read(&mut decoder, &header(5));
    assert!(decoder.next_frame().is_err(), "the first frame is a hello");
    let mut decoder = greeted();
    read(&mut decoder, &header(5)[..7]);
    assert_eq!(next(&mut decoder), None);
    decoder.max_message = 4;
    read(&mut decoder, &header(5)[7..]);
    assert_eq!(decoder.next_frame().unwrap_err().position(), 14);
}
