//! The native wire: the decoder, the arrivals of handles and the ledgers behind it.
#![no_main]

use forkwire_fuzz::{config, survive};
use forkwire_proto::{Connection, Wire};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    survive(Wire::Native(Connection::new(config())), None, data);
});
