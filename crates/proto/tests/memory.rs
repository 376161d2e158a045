//! What an announcement costs before its bytes come. Alone in its file: it looks at the memory of the whole process.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use forkwire_proto::{Config, Connection};
use support::{json, read_into, wire};

/// Resident memory of this process in bytes, proc(5).
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() * 1024
}

#[test]
fn memory_follows_the_bytes_and_not_the_announcements() {
    // Of the largest message, from several peers at once.
    let before = resident();
    let mut all = Vec::new();
    for _ in 0..8 {
        let mut connection = Connection::<u32>::new(Config::default());
        let max = u32::try_from(Config::default().max_message).unwrap();
        let bytes = [wire::hello(wire::VERSION), wire::header(wire::CLONE, 0, 0, max)].concat();
        read_into(&mut connection, &bytes, Vec::new(), false).unwrap();
        assert!(connection.poll_event().unwrap().is_none());
        read_into(&mut connection, &vec![7; 100_000], Vec::new(), false).unwrap();
        assert!(connection.poll_event().unwrap().is_none());
        assert_eq!(connection.buffered(), 100_000);
        all.push(connection);
    }
    assert!(
        resident().saturating_sub(before) < 32 << 20,
        "{} bytes for 8 announcements",
        resident().saturating_sub(before)
    );
    drop(all);

    // A message that is too large leaves nothing behind.
    let mut connection = Connection::<u32>::new(Config::new(1 << 20));
    let before = resident();
    for _ in 0..4 {
        let size = 100 << 20;
        connection
            .push(json(), size, |out| out.extend(vec![1; size]))
            .unwrap_err();
        connection
            .push(json(), 0, |out| out.extend(vec![1; size]))
            .unwrap_err();
    }
    assert!(
        resident().saturating_sub(before) < 32 << 20,
        "{} bytes after refused messages",
        resident().saturating_sub(before)
    );

    // Nor does a burst that was written.
    for _ in 0..200_000 {
        connection
            .push(json(), 300, |out| out.extend([b'1'; 100]))
            .unwrap();
    }
    let burst = resident().saturating_sub(before);
    assert!(
        burst < 60 << 20,
        "{burst} bytes for 200,000 messages of 100 bytes"
    );
    support::drain(&mut connection);
    assert!(
        resident().saturating_sub(before) < 48 << 20,
        "{} bytes after the burst",
        resident().saturating_sub(before)
    );
}
