//! Payloads that Node 20, 22, 24 and 26 wrote, against the documents that they are. Recorded by
//! `scripts/record-v8-fixtures.mjs`.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod v8_expected;

use std::path::PathBuf;

use forkwire_proto::v8::{DecodeError, Document, peek_cmd};

const NODES: [u32; 4] = [20, 22, 24, 26];

/// A payload that Node wrote.
struct Recorded {
    node: u32,
    case: String,
    payload: Vec<u8>,
}

impl Recorded {
    fn name(&self) -> String {
        format!("{} of Node {}", self.case, self.node)
    }
}

fn fixture(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", "v8", name]
        .iter()
        .collect()
}

/// The cases of the index that this Node has.
fn cases(node: u32) -> Vec<String> {
    let index = std::fs::read_to_string(fixture("index.tsv")).unwrap();
    let rows = index
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[1].parse::<u32>().unwrap() <= node)
        .map(|row| row[0].to_owned())
        .collect()
}

fn recorded() -> Vec<Recorded> {
    let mut all = Vec::new();
    for node in NODES {
        let stream = std::fs::read(fixture(&format!("node{node}.bin"))).unwrap();
        let mut rest = stream.as_slice();
        for case in cases(node) {
            let (len, behind) = rest.split_first_chunk().unwrap();
            let (payload, behind) = behind.split_at(u32::from_be_bytes(*len) as usize);
            rest = behind;
            let payload = payload.to_vec();
            all.push(Recorded { node, case, payload });
        }
        assert!(rest.is_empty(), "Node {node} wrote more than the index has");
    }
    all
}

#[test]
fn every_recorded_payload_is_the_expected_document() {
    for recorded in recorded() {
        let expected = v8_expected::document(&recorded.case);
        let expected = expected.unwrap_or_else(|| panic!("nothing is expected of {}", recorded.case));
        assert_eq!(
            Document::decode(&recorded.payload),
            Ok(expected),
            "{}",
            recorded.name()
        );
    }
}

#[test]
fn a_document_that_was_read_is_written_as_the_same_one() {
    for recorded in recorded() {
        let document = Document::decode(&recorded.payload).unwrap();
        let again = document.encode().unwrap();
        assert_eq!(Document::decode(&again), Ok(document), "{}", recorded.name());
    }
}

/// Cases that this codec writes otherwise than it read them: numbers of the upper half of 32 bits and integers in a
/// list of doubles in their short forms, few holes as holes, host objects as plain ones.
const OTHERWISE: [&str; 9] = [
    "doubles",
    "double-array",
    "index-keys",
    "holes",
    "sparse",
    "array-properties",
    "host",
    "internal-late",
    "internal-wide",
];

#[test]
fn everything_else_is_written_to_the_byte_as_node_does() {
    let last = NODES[NODES.len() - 1];
    for recorded in recorded().iter().filter(|recorded| recorded.node == last) {
        let document = Document::decode(&recorded.payload).unwrap();
        let is_same = document.encode().unwrap() == recorded.payload;
        assert_ne!(
            is_same,
            OTHERWISE.contains(&recorded.case.as_str()),
            "{}",
            recorded.name()
        );
    }
}

#[test]
fn a_payload_that_is_cut_is_never_taken_for_a_whole_one() {
    for recorded in recorded() {
        for end in 0..recorded.payload.len() {
            let error = Document::decode(&recorded.payload[..end]).unwrap_err();
            assert!(
                error.position().is_some_and(|position| position <= end as u64),
                "{} cut at {end}: {error}",
                recorded.name()
            );
        }
        let longer = [&recorded.payload[..], &[0]].concat();
        let position = recorded.payload.len() as u64;
        assert_eq!(
            Document::decode(&longer),
            Err(DecodeError::Trailing { extra: 1, position }),
            "{}",
            recorded.name()
        );
    }
}

#[test]
fn messages_of_node_itself_are_recognised() {
    for recorded in recorded() {
        let expected = match recorded.case.as_str() {
            "internal" => Some("NODE_TEST"),
            "internal-late" => Some("NODE_LATE"),
            "internal-wide" => Some("NODE_WIDE_ENOUGH"),
            _ => None,
        };
        assert_eq!(
            peek_cmd(&recorded.payload).as_deref(),
            expected,
            "{}",
            recorded.name()
        );
    }
}
