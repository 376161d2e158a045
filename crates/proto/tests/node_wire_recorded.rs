//! What stock Node 20 to 26 wrote, in both modes (`scripts/record-node-wire.mjs`), is read as it was meant.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

use std::collections::BTreeMap;
use std::path::Path;

use forkwire_proto::{Config, Event, Format, NodeConnection, v8};
use serde_json::Value;

/// One line of expected.txt: what a message is to the channel, and the message.
type Line = (String, Value);

fn fixtures() -> BTreeMap<String, Vec<u8>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/node-wire");
    let files = std::fs::read_dir(directory)
        .unwrap()
        .map(|file| file.unwrap().path());
    files
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                std::fs::read(path).unwrap(),
            )
        })
        .collect()
}

fn expected(text: &[u8]) -> Vec<Line> {
    let lines = std::str::from_utf8(text).unwrap().lines();
    let line = |line: &str| {
        let (kind, message) = line.split_once(' ').unwrap();
        (kind.to_owned(), serde_json::from_str(message).unwrap())
    };
    lines.map(line).collect()
}

fn value(format: Format, payload: &[u8]) -> Value {
    match format {
        Format::Json => serde_json::from_slice(payload).unwrap(),
        Format::Clone => v8::from_bytes(payload).unwrap(),
    }
}

/// Reads `bytes`, `step` at a time. The handle comes with the read in which its envelope begins at the latest: here with
/// the one before.
fn read(format: Format, bytes: &[u8], step: usize, handles: usize) -> Vec<Line> {
    let mut connection = NodeConnection::<usize>::new(format, Config::default());
    let mut handles: Vec<usize> = (0..handles).collect();
    let mut lines = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let room = connection.spare().len();
        let (part, behind) = rest.split_at(step.min(room).min(rest.len()));
        rest = behind;
        connection.spare()[..part.len()].copy_from_slice(part);
        connection
            .handle_read(part.len(), std::mem::take(&mut handles), false)
            .unwrap();
        while let Some(event) = connection.poll_event().unwrap() {
            let (kind, payload) = match event {
                Event::Message { meta, payload, .. } if meta.internal => ("internal", payload.into_vec()),
                Event::Message { payload, .. } => ("message", payload.into_vec()),
                Event::MessageWithHandles { payload, handles, .. } => {
                    assert_eq!(
                        handles[0].1,
                        lines.iter().filter(|(kind, _)| kind == "handle").count()
                    );
                    ("handle", payload)
                }
                other => panic!("{other:?}"),
            };
            let mut value = value(format, &payload);
            if kind == "handle" {
                assert_eq!(
                    (&value["cmd"], &value["type"]),
                    (&"NODE_HANDLE".into(), &"net.Server".into())
                );
                value = value["msg"].take();
            }
            lines.push((kind.to_owned(), value));
        }
    }
    connection.handle_eof().unwrap();
    lines
}

#[test]
fn streams_of_stock_node_are_read_as_they_were_meant() {
    let mut fixtures = fixtures();
    let mut expected = expected(&fixtures.remove("expected.txt").unwrap());
    // The last one answers for a handle that we did not send: there is nothing to report.
    assert_eq!(expected.pop().map(|(kind, _)| kind).as_deref(), Some("nack"));
    let handles = expected.iter().filter(|(kind, _)| kind == "handle").count();
    assert_eq!(fixtures.len(), 8, "four versions, two modes");
    for (name, bytes) in &fixtures {
        let format = if name.contains("json") {
            Format::Json
        } else {
            Format::Clone
        };
        for step in [1, 7, 4_096, 65_536] {
            let lines = read(format, bytes, step, handles);
            assert!(lines == expected, "{name}, {step} bytes at a time");
        }
    }
}

/// Our own answer is, byte for byte, the one that stock Node gave.
#[test]
fn answers_are_written_as_stock_node_writes_them() {
    for (name, bytes) in fixtures() {
        let format = match name.as_str() {
            "expected.txt" => continue,
            name if name.contains("json") => Format::Json,
            _ => Format::Clone,
        };
        let mut connection = NodeConnection::<usize>::new(format, Config::default());
        connection.refuse(1, forkwire_proto::RefuseReason::Limit);
        let mut slices = [std::io::IoSlice::new(&[]); 4];
        let offer = connection.transmit(&mut slices);
        assert_eq!(offer.slices, 1);
        assert!(bytes.ends_with(&slices[0]), "{name}");
    }
}
