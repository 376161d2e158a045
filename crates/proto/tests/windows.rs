//! libuv's framing of Windows pipes: cut everywhere, with sockets, and with headers that break its rules.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use forkwire_proto::WireError;
use forkwire_proto::windows::{
    Decoder, HEADER_LEN, PROTOCOL_INFO_LEN, Piece, SocketKind, TRANSFER_LEN, Transfer, frame,
};
use proptest::prelude::*;

/// The stream's bytes, and each socket with the offset in them that it came before.
type Told = (Vec<u8>, Vec<(usize, Transfer)>);

fn transfer(kind: SocketKind, seed: u8) -> Transfer {
    let mut protocol_info = Box::new([0; PROTOCOL_INFO_LEN]);
    for (at, byte) in protocol_info.iter_mut().enumerate() {
        *byte = u8::try_from(at % 251).unwrap() ^ seed;
    }
    Transfer {
        kind,
        protocol_info,
        delayed_error: u32::from(seed) * 65_537,
    }
}

fn stream(writes: &[(Vec<u8>, Option<Transfer>)]) -> (Vec<u8>, Told) {
    let (mut bytes, mut data, mut sockets) = (Vec::new(), Vec::new(), Vec::new());
    for (part, socket) in writes {
        frame(&mut bytes, u32::try_from(part.len()).unwrap(), socket.as_ref());
        bytes.extend_from_slice(part);
        sockets.extend(socket.clone().map(|socket| (data.len(), socket)));
        data.extend_from_slice(part);
    }
    (bytes, (data, sockets))
}

fn read<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Result<Told, WireError> {
    let mut decoder = Decoder::new();
    let (mut data, mut sockets) = (Vec::new(), Vec::new());
    for mut part in parts {
        while let Some(piece) = decoder.next(&mut part)? {
            match piece {
                Piece::Data(bytes) => {
                    assert!(!bytes.is_empty());
                    data.extend_from_slice(bytes);
                }
                Piece::Socket(transfer) => sockets.push((data.len(), transfer)),
            }
        }
        assert!(part.is_empty(), "all is taken");
    }
    decoder.finish().map(|()| (data, sockets))
}

fn writes() -> impl Strategy<Value = Vec<(Vec<u8>, Option<Transfer>)>> {
    let kind = prop_oneof![Just(SocketKind::Server), Just(SocketKind::Connection)];
    let socket = prop::option::weighted(
        0.3,
        (kind, any::<u8>()).prop_map(|(kind, seed)| transfer(kind, seed)),
    );
    prop::collection::vec((prop::collection::vec(any::<u8>(), 0..60), socket), 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stream_may_be_cut_anywhere(writes in writes()) {
        let (bytes, expected) = stream(&writes);
        for cut in 0..=bytes.len() {
            prop_assert_eq!(read([&bytes[..cut], &bytes[cut..]]), Ok(expected.clone()), "cut at {}", cut);
        }
        prop_assert_eq!(read(bytes.chunks(1)), Ok(expected));
    }

    #[test]
    fn an_end_inside_a_frame_is_an_error(writes in writes()) {
        let (bytes, _) = stream(&writes);
        let mut whole = vec![0];
        for part in &writes {
            whole.push(whole[whole.len() - 1] + stream(std::slice::from_ref(part)).0.len());
        }
        for end in 0..=bytes.len() {
            let result = read([&bytes[..end]]);
            if whole.contains(&end) {
                prop_assert!(result.is_ok(), "after {} bytes", end);
            } else {
                let truncated = matches!(result, Err(WireError::Truncated { missing, .. }) if missing > 0);
                prop_assert!(truncated, "{:?} after {} bytes", result, end);
            }
        }
    }

    #[test]
    fn any_input_is_survived(bytes in prop::collection::vec(prop_oneof![0..8_u8, any::<u8>()], 0..2_000)) {
        if let Err(error) = read(bytes.chunks(7)) {
            prop_assert!(error.position() <= bytes.len() as u64);
        }
    }
}

#[test]
fn a_frame_is_laid_out_as_libuv_does() {
    let mut bytes = Vec::new();
    frame(&mut bytes, 0x0102, None);
    assert_eq!(bytes, [1, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0, 0, 0, 0, 0, 0]);
    bytes.clear();
    frame(&mut bytes, 1, Some(&transfer(SocketKind::Connection, 1)));
    assert_eq!((TRANSFER_LEN, bytes.len()), (632, HEADER_LEN + 632));
    assert_eq!(bytes[..12], [7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]);
    assert_eq!(bytes[HEADER_LEN + 628..], 65_537_u32.to_le_bytes());
    bytes.clear();
    frame(&mut bytes, 0, Some(&transfer(SocketKind::Server, 0)));
    assert_eq!(bytes[..12], [2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    bytes.clear();
    frame(&mut bytes, 0, None);
    assert!(bytes.is_empty());
}

#[test]
fn a_header_that_breaks_a_rule_ends_the_stream_at_its_place() {
    let good = stream(&[(b"abc".to_vec(), None)]).0;
    let header =
        |flags: u32, length: u32, reserved: u32| [flags, 0, length, reserved].map(u32::to_le_bytes).concat();
    for bad in [
        header(8, 0, 0),
        header(0x8000_0001, 1, 0),
        header(1, 1, 7),
        header(2, 1, 0),
        header(4, 0, 0),
        header(5, 1, 0),
        header(0, 1, 0),
    ] {
        let bytes = [good.clone(), bad].concat();
        for cut in good.len()..bytes.len() {
            let error = read([&bytes[..cut], &bytes[cut..]]).unwrap_err();
            assert_eq!(
                (error.code(), error.position()),
                ("ERR_FORKWIRE_MALFORMED", good.len() as u64)
            );
        }
    }
    // The first reserved word is for later versions of libuv.
    let mut reserved = good;
    reserved[4..8].fill(0xff);
    assert_eq!(read([&reserved[..]]).unwrap().0, b"abc");
}

#[test]
fn a_fault_is_returned_again() {
    let mut decoder = Decoder::new();
    let bad = [0xff; HEADER_LEN];
    let first = decoder.next(&mut &bad[..]).unwrap_err();
    assert_eq!(decoder.next(&mut &b"more"[..]).unwrap_err(), first);
}
