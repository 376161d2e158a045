//! Any bytes end in a fault or are taken, and leave no handle open. The fuzz targets look further in the same way.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "support/any_bytes.rs"]
mod any_bytes;

use std::io::IoSlice;

use any_bytes::{Handle, config, survive};
use forkwire_proto::{Connection, DeclineReason, Format, Meta, NodeConnection, Wire};
use proptest::collection::vec;
use proptest::prelude::*;

/// Makes a wire of one kind.
type Make = fn() -> Wire<Handle>;

const WIRES: [(Make, Option<Format>); 3] = [
    (|| Wire::Native(Connection::new(config())), None),
    (|| node(Format::Json), Some(Format::Json)),
    (|| node(Format::Clone), Some(Format::Clone)),
];

fn node(format: Format) -> Wire<Handle> {
    Wire::Node(NodeConnection::new(format, config()))
}

/// What an honest end writes: messages, requests, and answers to some of those of [`survive`].
fn honest(make: Make, format: Format) -> Vec<u8> {
    let mut wire = make();
    let fill = |out: &mut Vec<u8>| match format {
        Format::Json => out.extend_from_slice(b"[1]"),
        Format::Clone => out.extend_from_slice(b"\xff\x0fI\x02"),
    };
    wire.push(Meta::new(format), 4, fill).unwrap();
    wire.push_request(format, 4, fill).unwrap();
    wire.push_request(format, 4, |_| {}).unwrap();
    wire.cancel(1);
    let mut written = drained(&mut wire);
    // An end answers only what it has received.
    let mut peer = make();
    for _ in 0..3 {
        peer.push_request(format, 4, fill).unwrap();
    }
    let requests = drained(&mut peer);
    let room = wire.spare();
    room[..requests.len()].copy_from_slice(&requests);
    wire.handle_read(requests.len(), Vec::new(), false).unwrap();
    while wire.poll_event().unwrap().is_some() {}
    wire.push_response(1, false, format, 4, fill).unwrap();
    wire.push_response(2, true, format, 4, fill).unwrap();
    wire.decline(3, DeclineReason::NoHandler);
    wire.push(Meta::new(format), 4, fill).unwrap();
    written.extend(drained(&mut wire));
    written
}

fn drained(wire: &mut Wire<Handle>) -> Vec<u8> {
    let mut written = Vec::new();
    loop {
        let mut slices = [IoSlice::new(&[]); 8];
        let next = wire.transmit(&mut slices);
        if next.slices == 0 {
            return written;
        }
        let bytes: Vec<u8> = slices[..next.slices]
            .iter()
            .flat_map(|slice| slice.to_vec())
            .collect();
        written.extend_from_slice(&bytes);
        drop(wire.transmitted(bytes.len()));
    }
}

proptest! {
    #[test]
    fn a_stream_with_changed_bytes_ends_in_a_fault_or_is_taken(
        reads in vec(any::<[u8; 4]>(), 0..16),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        for (make, format) in WIRES {
            let mut stream = honest(make, format.unwrap_or(Format::Json));
            for (place, byte) in &changes {
                let place = place.index(stream.len());
                stream[place] = *byte;
            }
            let mut input = vec![u8::try_from(reads.len()).unwrap()];
            input.extend(reads.iter().flatten());
            input.extend(stream);
            survive(make(), format, &input);
        }
    }

    #[test]
    fn any_bytes_end_in_a_fault_or_are_taken(input in vec(any::<u8>(), 0..600)) {
        for (make, format) in WIRES {
            survive(make(), format, &input);
        }
    }
}
