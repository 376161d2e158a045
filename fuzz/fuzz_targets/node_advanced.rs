//! Node's wire in its advanced mode, with the codec behind it.
#![no_main]

use forkwire_fuzz::{config, survive};
use forkwire_proto::{Format, NodeConnection, Wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    survive(
        Wire::Node(NodeConnection::new(Format::Clone, config())),
        Some(Format::Clone),
        data,
    );
});
