//! Node's wire in its json mode.
#![no_main]

use forkwire_fuzz::{config, survive};
use forkwire_proto::{Format, NodeConnection, Wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    survive(
        Wire::Node(NodeConnection::new(Format::Json, config())),
        Some(Format::Json),
        data,
    );
});
