//! V8's structured clone format: any payload is a document or a fault, and documents survive both ways.
#![no_main]

use std::collections::BTreeMap;

use forkwire_fuzz::document;
use forkwire_proto::v8::from_bytes;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    document(data);
    let _ = from_bytes::<BTreeMap<String, Vec<Option<i64>>>>(data);
    let _ = from_bytes::<(bool, String, f64)>(data);
});
