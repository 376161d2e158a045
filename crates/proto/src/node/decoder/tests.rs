use super::*;
use crate::read_buffer::LARGE;

fn read(decoder: &mut Decoder, bytes: &[u8]) {
    decoder.spare()[..bytes.len()].copy_from_slice(bytes);
    decoder.advance(bytes.len());
}

fn truncated(position: u64, missing: u64) -> Result<(), WireError> {
    Err(WireError::Truncated { position, missing })
}

#[test]
fn a_large_block_that_comes_in_parts_has_memory_of_its_own() {
    let mut decoder = Decoder::new(Format::Clone, 1 << 30);
    let len = u32::try_from(LARGE).unwrap().to_be_bytes();
    read(&mut decoder, &len);
    assert!(decoder.next_frame().unwrap().is_none());
    assert_eq!(decoder.finish(), truncated(0, LARGE as u64));
    read(&mut decoder, &vec![7; LARGE]);
    let frame = decoder.next_frame().unwrap().unwrap();
    assert!(matches!(frame.body, Ok(Body::Owned(bytes)) if bytes == vec![7; LARGE]));
    assert_eq!(decoder.position(), (LENGTH + LARGE) as u64);
    assert_eq!(decoder.finish(), Ok(()));
}

#[test]
fn the_end_inside_a_block_reports_what_it_lacks() {
    let mut decoder = Decoder::new(Format::Clone, 1 << 30);
    read(&mut decoder, &[0, 0, 0]);
    assert_eq!(decoder.finish(), truncated(0, 1));
    read(&mut decoder, &[9, 1, 2]);
    assert!(decoder.next_frame().unwrap().is_none());
    assert_eq!(decoder.finish(), truncated(0, 7));
}

#[test]
fn a_line_longer_than_the_buffer_keeps_its_position() {
    let mut decoder = Decoder::new(Format::Json, 1 << 30);
    read(&mut decoder, b"1\n");
    assert_eq!(decoder.next_frame().unwrap().map(|frame| frame.position), Some(0));
    for _ in 0..3 {
        let len = decoder.spare().len();
        read(&mut decoder, &vec![b'x'; len]);
        assert!(decoder.next_frame().unwrap().is_none());
    }
    assert_eq!((decoder.position(), decoder.buffered()), (2, 3 * BUFFER));
    assert_eq!(decoder.finish(), truncated(2, 1));
    read(&mut decoder, b"x\n");
    let frame = decoder.next_frame().unwrap().unwrap();
    assert_eq!(frame.position, 2);
    assert!(matches!(frame.body, Ok(Body::Owned(bytes)) if bytes.len() == 3 * BUFFER + 1));
    assert_eq!(
        (decoder.position(), decoder.buffered()),
        (3 * BUFFER as u64 + 4, 0)
    );
}
