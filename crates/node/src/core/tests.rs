//! How a channel handles a peer that breaks the rules or dies while it writes, over real sockets.

mod handles;

use std::io::{IoSlice, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use forkwire::Format;
use forkwire::link::Link;
use forkwire_proto::{Config, Connection, Meta, NodeConnection, Wire};
use forkwire_sys::HandleStream;
use forkwire_sys::unix::Socket;

use super::{Core, Limits, StreamEnd};
use crate::batch::Item;

const HELLO: &[u8] = b"\x01\0\0\0\x06\0\0\0FKWR\x02\0";

/// `[1,2]` as a frame.
const MESSAGE: &[u8] = b"\x02\0\0\0\x05\0\0\0[1,2]";

const NATIVE: Option<Format> = None;

/// A channel on one of the wires, and the socket of its peer.
fn channel(node: Option<Format>) -> (Core, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let socket = Socket::from_fd(OwnedFd::from(ours)).unwrap();
    let config = Config::new(1_000);
    let wire = match node {
        None => Wire::Native(Connection::new(config)),
        Some(format) => Wire::Node(NodeConnection::new(format, config)),
    };
    let limits = Limits {
        high_water_mark: 1_000,
        receive: 1_000_000,
    };
    let mut core = Core::new(Link::new(socket, wire), limits);
    core.reader.flowing = true;
    core.write();
    (core, theirs)
}

fn fault(core: &Core) -> Option<(&'static str, u64)> {
    match &core.ends.received {
        Some(StreamEnd::Fault(error)) => Some((error.code(), error.position())),
        _ => None,
    }
}

/// What waits for JavaScript: the texts of runs, and the error of an unreadable message in its place.
fn told(core: &mut Core) -> Vec<String> {
    let items = core.reader.ready.take_items();
    let tell = |item: &Item| match item {
        Item::Run { text, .. } => String::from_utf8_lossy(core.reader.ready.slice(text.clone())).into_owned(),
        Item::Unreadable { what, position } => format!("{position}: {what}"),
        other => format!("{other:?}"),
    };
    items.iter().map(tell).collect()
}

#[test]
fn messages_before_the_fault_are_delivered() {
    let cases: &[(Option<Format>, &[u8], &str, u64)] = &[
        (NATIVE, b"\x63\0\0\0\0\0\0\0", "ERR_FORKWIRE_MALFORMED", 27),
        (
            NATIVE,
            b"\x02\0\0\0\xe9\x03\0\0",
            "ERR_FORKWIRE_MESSAGE_TOO_LARGE",
            27,
        ),
        (
            NATIVE,
            b"\x02\0\0\0\x03\0\0\0\"\xff\"",
            "ERR_FORKWIRE_MALFORMED",
            36,
        ),
        (NATIVE, b"\x04\0\x01\0\0\0\0\0", "ERR_FORKWIRE_MALFORMED", 27),
        (
            Some(Format::Json),
            &[b'['; 1_001],
            "ERR_FORKWIRE_MESSAGE_TOO_LARGE",
            6,
        ),
    ];
    for (node, bytes, code, position) in cases {
        let (mut core, mut peer) = channel(*node);
        let before = if node.is_none() {
            [HELLO, MESSAGE].concat()
        } else {
            b"[1,2]\n".to_vec()
        };
        peer.write_all(&[&before, *bytes].concat()).unwrap();
        core.read();
        assert_eq!(fault(&core), Some((*code, *position)), "{bytes:?}");
        assert_eq!(told(&mut core), ["[[1,2]]"]);
        assert!(!core.wants_read(), "nothing is read after it");
    }
}

#[test]
fn an_unreadable_message_keeps_its_place_on_nodes_wire() {
    let (mut core, mut peer) = channel(Some(Format::Json));
    peer.write_all(b"1\n\"\xff\"\n2\n").unwrap();
    core.read();
    assert!(core.ends.received.is_none());
    let unreadable = "3: a json message from the peer is not UTF-8 at byte 3";
    assert_eq!(told(&mut core), ["[1]", unreadable, "[2]"]);
}

/// A killed peer leaves one of two things to read: the end, or a reset if it had not read all of ours.
#[test]
fn a_peer_that_dies_inside_a_frame_is_distinguished_from_one_that_breaks_the_rules() {
    for reset in [false, true] {
        for cut in [0, 1, 8, 12] {
            let (mut core, mut peer) = channel(NATIVE);
            if !reset {
                let mut hello = [0; HELLO.len()];
                peer.read_exact(&mut hello).unwrap();
            }
            peer.write_all(&[HELLO, &MESSAGE[..cut]].concat()).unwrap();
            drop(peer);
            while core.ends.received.is_none() {
                core.read();
            }
            let expected = (cut > 0).then_some(("ERR_FORKWIRE_TRUNCATED", 14));
            assert_eq!(fault(&core), expected, "reset: {reset}, cut at {cut}");
        }
    }
}

#[test]
fn a_fault_closes_the_descriptors_that_came_with_it() {
    // Announced and not drawn; never announced; and in a handle group that is not what it should be.
    let group = b"\x04\0\x01\0\0\0\0\0\x02\0\x01\0\x04\0\0\0\x01\0\0\xff";
    for bytes in [&b"\x04\0\x01\0\0\0\0\0\x63\0\0\0\0\0\0\0"[..], &[99; 8], group] {
        let (mut core, peer) = channel(NATIVE);
        let (passed, mut witness) = UnixStream::pair().unwrap();
        let peer = Socket::from_fd(OwnedFd::from(peer)).unwrap();
        let all = [HELLO, bytes].concat();
        peer.send(&[IoSlice::new(&all)], &[OwnedFd::from(passed)])
            .unwrap();
        core.read();
        assert!(fault(&core).is_some());
        drop(core.detach());
        let mut end = [0];
        assert_eq!(witness.read(&mut end).unwrap(), 0, "closed on both sides");
    }
}

#[test]
fn bytes_are_counted_where_they_pass_the_socket_and_stay_when_it_is_closed() {
    use crate::stats::ChannelStats;

    let (mut core, mut peer) = channel(NATIVE);
    peer.write_all(&[HELLO, MESSAGE].concat()).unwrap();
    core.read();
    let passed = |core: &Core| {
        let stats = ChannelStats::of(core);
        (stats.bytes_sent.to_string(), stats.bytes_received.to_string())
    };
    let expected = ("14".to_owned(), "27".to_owned());
    assert_eq!(passed(&core), expected);
    assert!(
        ChannelStats::of(&core).held > 0.0,
        "the message waits for JavaScript"
    );
    drop(core.detach());
    assert_eq!(passed(&core), expected);
}

/// Two channels, each with far more queued for the other than the kernel takes.
fn full_pair(node: Option<Format>) -> [Core; 2] {
    let (ours, theirs) = UnixStream::pair().unwrap();
    [ours, theirs].map(|end| {
        let config = Config::new(1 << 20);
        let wire = match node {
            None => Wire::Native(Connection::new(config)),
            Some(format) => Wire::Node(NodeConnection::new(format, config)),
        };
        let limits = Limits {
            high_water_mark: 1_000,
            receive: 1_000,
        };
        let mut core = Core::new(
            Link::new(Socket::from_fd(OwnedFd::from(end)).unwrap(), wire),
            limits,
        );
        let meta = Meta::new(Format::Json);
        for _ in 0..64 {
            let text = format!("\"{}\"", "x".repeat(100_000));
            let link = core.link.as_mut().unwrap();
            let fill = |out: &mut Vec<u8>| out.extend_from_slice(text.as_bytes());
            link.wire_mut().push(meta, text.len(), fill).unwrap();
        }
        core
    })
}

#[test]
fn two_ends_that_exit_at_once_take_each_others_backlog() {
    for node in [NATIVE, Some(Format::Json)] {
        let flushes = full_pair(node).map(|mut core| {
            std::thread::spawn(move || {
                core.discard_received();
                let left = core.flush_within(Duration::from_secs(60));
                // Like a process that is done: a peer that still writes to it need not wait.
                drop(core.detach());
                (left, core)
            })
        });
        for flush in flushes {
            let (left, core) = flush.join().unwrap();
            assert_eq!(left, 0);
            assert!(core.reader.held.is_empty() && core.reader.ready.is_empty());
        }
    }
}

/// The answer to the peer for a socket sent as this kind, and whether the socket is delivered.
fn pass(kind: u8, passed: OwnedFd) -> (u8, bool) {
    let (mut core, peer) = channel(NATIVE);
    let mut replies = peer.try_clone().unwrap();
    let mut hello = [0; HELLO.len()];
    replies.read_exact(&mut hello).unwrap();
    let message = [2, 0, 1, 0, 4, 0, 0, 0, kind, 0, 0, b'1'];
    let all = [HELLO, b"\x04\0\x01\0\0\0\0\0", &message].concat();
    let peer = Socket::from_fd(OwnedFd::from(peer)).unwrap();
    peer.send(&[IoSlice::new(&all)], &[passed]).unwrap();
    core.read();
    let mut answer = [0; 8];
    replies.read_exact(&mut answer).unwrap();
    let items = core.reader.ready.take_items();
    let delivered = matches!(&items[..], [Item::Message { handles, .. }] if handles.len() == 1);
    (answer[0], delivered)
}

/// A copy of that of a runtime: nothing else in safe Rust makes one.
#[cfg(target_os = "linux")]
fn epoll() -> OwnedFd {
    let _runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let is_epoll = |fd: &i32| {
        let name = std::fs::read_link(format!("/proc/self/fd/{fd}"));
        name.is_ok_and(|name| name.to_str() == Some("anon_inode:[eventpoll]"))
    };
    let found = (0..1024).find(is_epoll).unwrap();
    forkwire_sys::unix::duplicate(found).unwrap()
}

#[test]
fn a_handle_is_what_its_kind_says_or_it_is_refused() {
    const ACK: u8 = 5;
    const REFUSE: u8 = 6;
    let listener = || OwnedFd::from(std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let stream = || OwnedFd::from(UnixStream::pair().unwrap().0);
    let datagrams = || OwnedFd::from(std::net::UdpSocket::bind("127.0.0.1:0").unwrap());
    let file = || OwnedFd::from(std::fs::File::open("/dev/null").unwrap());
    for (kind, passed, fits) in [
        (1, stream(), true),
        (1, listener(), false),
        (1, datagrams(), false),
        (2, listener(), true),
        (2, stream(), false),
        (3, listener(), true),
        (3, stream(), true),
        (4, datagrams(), true),
        (4, stream(), false),
        (6, listener(), false),
        (0, stream(), false),
        (99, stream(), false),
        (3, file(), false),
        (8, file(), true),
        (8, stream(), true),
        (8, listener(), true),
        #[cfg(target_os = "linux")]
        (8, epoll(), false),
        (9, file(), false),
    ] {
        let expected = if fits { (ACK, true) } else { (REFUSE, false) };
        assert_eq!(pass(kind, passed), expected, "kind {kind}");
    }
}
