use super::*;
use crate::body::fresh;

/// Bytes in front of a body: its length.
const HEAD: usize = 4;

fn frame(len: usize) -> Vec<u8> {
    let head = u32::try_from(len).unwrap().to_le_bytes();
    head.into_iter().chain((0..=250).cycle().take(len)).collect()
}

/// Reads at most `most` bytes into both buffers.
fn fill(read: &mut ReadBuffer<usize>, from: &[u8], most: usize) -> usize {
    let (spare, beyond) = read.spares();
    assert!(!spare.is_empty());
    let first = from.len().min(spare.len()).min(most);
    let second = (from.len() - first).min(beyond.len()).min(most - first);
    let second = if first == spare.len() { second } else { 0 };
    spare[..first].copy_from_slice(&from[..first]);
    beyond[..second].copy_from_slice(&from[first..first + second]);
    read.advance(first + second);
    first + second
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
            let len = fill(&mut read, rest, most);
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

#[test]
fn large_frames_in_a_row_take_one_read_each_and_are_not_moved() {
    let frames: Vec<u8> = (0..10).flat_map(|_| frame(BUFFER)).collect();
    let mut read = ReadBuffer::new(fresh);
    let (mut rest, mut reads, mut copied) = (&frames[..], 0, 0);
    while !rest.is_empty() {
        let len = fill(&mut read, rest, usize::MAX);
        rest = &rest[len..];
        reads += 1;
        while next(&mut read).is_some() {}
        copied += read.large.as_ref().map_or(0, |large| large.body.kept());
    }
    // The first read cannot know.
    assert!(reads <= 11, "{reads} reads");
    assert!(copied < BUFFER + 10 * BEYOND, "{copied} bytes were moved");
}

#[test]
fn small_frames_after_a_large_one_are_read_many_at_a_time() {
    let mut read = ReadBuffer::new(fresh);
    let bytes: Vec<u8> = std::iter::once(frame(BUFFER))
        .chain((0..2_000).map(|_| frame(100)))
        .flatten()
        .collect();
    let (mut rest, mut reads) = (&bytes[..], 0);
    while !rest.is_empty() {
        let len = fill(&mut read, rest, usize::MAX);
        rest = &rest[len..];
        reads += 1;
        while next(&mut read).is_some() {}
    }
    assert!(reads <= 7, "{reads} reads");
}
