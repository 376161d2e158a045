use super::*;
use crate::body::fresh;

/// Bytes in front of a body: its length.
const HEAD: usize = 4;

fn frame(len: usize) -> Vec<u8> {
    let head = u32::try_from(len).unwrap().to_le_bytes();
    head.into_iter().chain((0..=250).cycle().take(len)).collect()
}

/// The next whole frame, with its bytes.
fn next(read: &mut ReadBuffer<usize>) -> Option<(u64, Vec<u8>)> {
    let frame = if read.has_large() {
        read.take_large()?
    } else {
        let head = read.unread().first_chunk::<HEAD>()?;
        let len = u32::from_le_bytes(*head) as usize;
        read.take_frame(len, HEAD, len)?
    };
    let bytes = match frame.body.unwrap() {
        Body::Buffered(range) => read.slice(range).to_vec(),
        Body::Owned(bytes) => bytes,
    };
    assert_eq!(bytes.len(), frame.header);
    Some((frame.position, bytes))
}

#[test]
fn frames_come_out_whole_wherever_reads_cut_them() {
    let lens = [
        0,
        1,
        LARGE - 1,
        3,
        LARGE,
        BUFFER - HEAD,
        BUFFER,
        0,
        3 * BUFFER + 1,
        7,
    ];
    let stream: Vec<u8> = lens.iter().flat_map(|len| frame(*len)).collect();
    for most in [1, 3, HEAD, 1_000, LARGE, BUFFER, usize::MAX] {
        let mut read = ReadBuffer::new(fresh);
        let (mut rest, mut taken, mut frames) = (&stream[..], 0, 0);
        while !rest.is_empty() {
            let spare = read.spare();
            assert!(!spare.is_empty());
            let len = rest.len().min(spare.len()).min(most);
            spare[..len].copy_from_slice(&rest[..len]);
            read.advance(len);
            rest = &rest[len..];
            while let Some((position, bytes)) = next(&mut read) {
                assert_eq!(position, taken);
                assert_eq!(bytes, frame(lens[frames])[HEAD..]);
                taken += (HEAD + bytes.len()) as u64;
                frames += 1;
                assert_eq!(read.position(), taken);
            }
            assert_eq!(read.position(), taken, "an unfinished frame does not count");
        }
        assert_eq!((frames, read.buffered()), (lens.len(), 0));
        assert_eq!(read.finish(|_| unreachable!("nothing is unread")), Ok(()));
    }
}

#[test]
fn the_end_inside_a_frame_reports_where_it_began_and_what_it_lacks() {
    let mut read = ReadBuffer::<usize>::new(fresh);
    let bytes = [frame(5), frame(LARGE)].concat();
    read.spare()[..20].copy_from_slice(&bytes[..20]);
    read.advance(20);
    assert_eq!(next(&mut read).map(|(position, _)| position), Some(0));
    let truncated = |missing| Err(WireError::Truncated { position: 9, missing });
    assert_eq!(read.finish(|unread| Ok(100 - unread.len())), truncated(89));
    assert_eq!(next(&mut read), None);
    assert!(read.has_large());
    let missing = (HEAD + LARGE - 11) as u64;
    assert_eq!(read.finish(|_| Ok(0)), truncated(missing));
}
