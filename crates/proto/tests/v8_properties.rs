//! Random documents survive, and random bytes do no harm.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod v8_any;
mod v8_random;

use forkwire_proto::v8::{Document, Object, from_bytes, peek_cmd};
use proptest::prelude::*;
use proptest::sample::Index;

use v8_any::Any;
use v8_random::document;

/// What holds of any bytes: nothing panics, and what is a document is one in every respect.
fn check(payload: &[u8]) {
    let cmd = peek_cmd(payload);
    let any = from_bytes::<Any>(payload);
    match Document::decode(payload) {
        Ok(document) => {
            let expected = match document.cursor().object() {
                Some(Object::Plain(_)) => document
                    .cursor()
                    .get("cmd")
                    .and_then(|cmd| cmd.value().as_js_string()),
                _ => None,
            };
            assert_eq!(cmd, expected.map(|text| text.to_str_lossy()));
            let again = document.encode().unwrap();
            assert_eq!(Document::decode(&again).as_ref(), Ok(&document));
            assert!(format!("{document:?}").starts_with("Document"));
        }
        Err(error) => {
            assert!(error.position().unwrap() <= payload.len() as u64, "{error}");
            assert_eq!(any.unwrap_err(), error);
        }
    }
}

/// Bytes that are tags or small numbers more often than not.
fn likely_byte() -> impl Strategy<Value = u8> {
    let tags = b"-_0TFIUNZS\"c^o{aA@$;:',DRyxnzsB~V\\rmsc.ETtu?\0".to_vec();
    prop_oneof![5 => prop::sample::select(tags), 4 => 0_u8..4, 1 => any::<u8>()]
}

/// A change of a payload: one place gets other bytes in place of some.
fn mutation() -> impl Strategy<Value = (Index, usize, Vec<u8>)> {
    (
        any::<Index>(),
        0_usize..4,
        prop::collection::vec(likely_byte(), 0..4),
    )
}

fn mutate(payload: &mut Vec<u8>, (at, removed, inserted): &(Index, usize, Vec<u8>)) {
    let at = at.index(payload.len() + 1);
    let end = payload.len().min(at + removed);
    payload.splice(at..end, inserted.iter().copied());
}

/// As many cases as keep the suite quick; `PROPTEST_CASES` asks for more.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    ProptestConfig {
        cases: if asked { usual.cases } else { 300 },
        failure_persistence: None,
        ..usual
    }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_document_survives_the_wire(document in document()) {
        let payload = document.encode().unwrap();
        prop_assert_eq!(Document::decode(&payload), Ok(document));
    }

    #[test]
    fn a_document_is_written_the_same_way_again(document in document()) {
        let payload = document.encode().unwrap();
        let read = Document::decode(&payload).unwrap();
        let again = read.encode().unwrap();
        let second = Document::decode(&again).unwrap().encode().unwrap();
        prop_assert_eq!(again, second);
    }

    #[test]
    fn likely_bytes_are_harmless(
        version in prop_oneof![Just(15_u8), 13_u8..15],
        bytes in prop::collection::vec(likely_byte(), 0..60),
    ) {
        check(&[&[0xff, version], &bytes[..]].concat());
    }

    #[test]
    fn any_bytes_are_harmless(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        check(&bytes);
        check(&[&[0xff, 15], &bytes[..]].concat());
    }

    #[test]
    fn changed_payloads_are_harmless(
        document in document(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut payload = document.encode().unwrap();
        for mutation in &mutations {
            mutate(&mut payload, mutation);
        }
        check(&payload);
    }

    #[test]
    fn changed_payloads_of_node_are_harmless(
        node in prop::sample::select(vec![20, 22, 24, 26]),
        frame in any::<Index>(),
        mutations in prop::collection::vec(mutation(), 1..4),
    ) {
        let mut payload = frames(node).swap_remove(frame.index(frames(node).len()));
        for mutation in &mutations {
            mutate(&mut payload, mutation);
        }
        check(&payload);
    }
}

/// The payloads that a version of Node wrote.
fn frames(node: u32) -> Vec<Vec<u8>> {
    let path = format!("{}/tests/fixtures/v8/node{node}.bin", env!("CARGO_MANIFEST_DIR"));
    let stream = std::fs::read(path).unwrap();
    let mut rest = stream.as_slice();
    let mut frames = Vec::new();
    while let Some((len, behind)) = rest.split_first_chunk() {
        let (payload, behind) = behind.split_at(u32::from_be_bytes(*len) as usize);
        frames.push(payload.to_vec());
        rest = behind;
    }
    frames
}
