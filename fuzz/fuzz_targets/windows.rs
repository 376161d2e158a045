//! libuv's framing of Windows pipes: however a stream is cut, it comes to the same pieces.
#![no_main]

use forkwire_fuzz::reads;
use forkwire_proto::WireError;
use forkwire_proto::windows::{Decoder, Piece, Transfer, frame};
use libfuzzer_sys::fuzz_target;

/// The data, the sockets with the offset of their first byte in it, and the end.
type Told = (Vec<u8>, Vec<(usize, Transfer)>, Option<WireError>);

fn decode<'a>(parts: impl Iterator<Item = &'a [u8]>) -> Told {
    let mut decoder = Decoder::new();
    let (mut data, mut sockets) = (Vec::new(), Vec::new());
    for mut part in parts {
        loop {
            match decoder.next(&mut part) {
                Ok(None) => break,
                Ok(Some(Piece::Data(bytes))) => {
                    assert!(!bytes.is_empty());
                    data.extend_from_slice(bytes);
                }
                Ok(Some(Piece::Socket(transfer))) => sockets.push((data.len(), transfer)),
                Err(error) => return (data, sockets, Some(error)),
            }
        }
        assert!(part.is_empty(), "all of it is taken");
    }
    (data, sockets, decoder.finish().err())
}

fuzz_target!(|input: &[u8]| {
    let (reads, bytes) = reads(input);
    let whole = decode([bytes].into_iter());
    let mut rest = bytes;
    let parts: Vec<&[u8]> = reads
        .iter()
        .map(|read| {
            let (part, after) = rest.split_at(usize::from(read.len).min(rest.len()));
            rest = after;
            part
        })
        .collect();
    let cut = decode(parts.into_iter().chain([rest]));
    assert_eq!(cut, whole);
    let (data, sockets, end) = whole;
    if let Some(error) = &end {
        assert!(error.position() <= bytes.len() as u64, "{error}");
    }
    // Framed anew, the same data and sockets.
    let mut framed = Vec::new();
    for (n, (at, transfer)) in sockets.iter().enumerate() {
        let start = if n == 0 { 0 } else { *at };
        let until = sockets.get(n + 1).map_or(data.len(), |(next, _)| *next);
        if n == 0 {
            put(&mut framed, &data[start..*at], None);
        }
        put(&mut framed, &data[*at..until], Some(transfer));
    }
    if sockets.is_empty() {
        put(&mut framed, &data, None);
    }
    assert_eq!(decode([&framed[..]].into_iter()), (data, sockets, None));
});

fn put(out: &mut Vec<u8>, data: &[u8], transfer: Option<&Transfer>) {
    frame(out, u32::try_from(data.len()).expect("a small input"), transfer);
    out.extend_from_slice(data);
}
