use std::io::Write;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;

use forkwire_proto::{Config, Connection, Format, NodeConnection};

use super::*;
use crate::error::Error;

const HELLO: &[u8] = b"\x01\0\0\0\x06\0\0\0FKWR\x02\0";

fn link(wire: Wire<os::Handle>) -> (Link, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let socket = Transport::from_fd(OwnedFd::from(ours)).unwrap();
    (Link::new(socket, wire), theirs)
}

fn native() -> Wire<os::Handle> {
    Wire::Native(Connection::new(Config::new(1_000)))
}

fn node() -> Wire<os::Handle> {
    Wire::Node(NodeConnection::new(Format::Json, Config::new(1_000)))
}

/// Reads and polls until the stream has ended, or is at fault.
fn drain(link: &mut Link) -> Result<usize, Error> {
    let mut events = 0;
    loop {
        if link.fill()? == Filled::End {
            return Ok(events);
        }
        while link.poll_event()?.is_some() {
            events += 1;
        }
    }
}

#[test]
fn an_orderly_end_follows_every_event() {
    for (wire, bytes) in [
        (native(), [HELLO, b"\x02\0\0\0\x01\0\0\x001"].concat()),
        (node(), b"1\n".to_vec()),
    ] {
        let (mut link, mut peer) = link(wire);
        peer.write_all(&bytes).unwrap();
        drop(peer);
        assert_eq!(drain(&mut link).unwrap(), 1);
        assert_eq!(link.fill().unwrap(), Filled::End, "and stays");
    }
}

#[test]
fn an_end_inside_a_frame_is_a_fault_on_both_wires() {
    for (wire, bytes, began) in [
        (native(), [HELLO, b"\x02\0\0\0\x01"].concat(), 14),
        (node(), b"1\n2".to_vec(), 2),
    ] {
        let (mut link, mut peer) = link(wire);
        peer.write_all(&bytes).unwrap();
        drop(peer);
        let Err(Error::Wire(fault)) = drain(&mut link) else {
            panic!("no fault")
        };
        assert_eq!(
            (fault.code(), fault.position()),
            ("ERR_FORKWIRE_TRUNCATED", began)
        );
    }
}
