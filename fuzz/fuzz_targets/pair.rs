//! Two honest ends on either wire, driven by a sequence of operations: nothing is lost, doubled or out of order, each
//! handle ends once, and `settled` counts exactly the messages whose last byte was taken.
#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use forkwire_fuzz::model::{Op, Pair};
use forkwire_proto::{Connection, Format, NodeConnection, Wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&wire, rest)) = data.split_first() else {
        return;
    };
    let config = forkwire_fuzz::config();
    let format = if wire & 1 == 0 {
        Format::Json
    } else {
        Format::Clone
    };
    let mut pair = match wire & 2 {
        0 => Pair::new(format, false, || Wire::Native(Connection::new(config))),
        _ => Pair::new(format, true, || Wire::Node(NodeConnection::new(format, config))),
    };
    let mut input = Unstructured::new(rest);
    while !input.is_empty() {
        let Ok(op) = Op::arbitrary(&mut input) else {
            break;
        };
        pair.step(&op);
    }
    pair.finish();
});
