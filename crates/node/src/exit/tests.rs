//! How an exit divides its time among channels, over real sockets.

use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use forkwire::link::Link;
use forkwire::{Format, Meta};
use forkwire_proto::{Config, Connection, Wire};
use forkwire_sys::unix::Socket;

use super::{AtExit, BEGAN, collect, flush_one, flush_thread, forget, register};
use crate::core::{Core, Limits, SharedCore};

/// More than a socket takes at once.
const BACKLOG: usize = 8 << 20;

/// A channel with a backlog, and the socket of its peer.
fn channel(timeout: Duration) -> (Arc<SharedCore>, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let socket = Socket::from_fd(OwnedFd::from(ours)).unwrap();
    let limits = Limits {
        high_water_mark: 1_000,
        receive: 1_000,
    };
    let wire = Wire::Native(Connection::new(Config::new(BACKLOG)));
    let mut core = Core::new(Link::new(socket, wire), limits);
    core.ends.at_exit = AtExit::new(timeout);
    let meta = Meta::new(Format::Clone);
    let fill = |out: &mut Vec<u8>| out.resize(out.len() + BACKLOG, 0);
    let link = core.link.as_mut().unwrap();
    link.wire_mut().push(meta, BACKLOG, fill).unwrap();
    (Arc::new(SharedCore::new(core)), theirs)
}

#[test]
fn a_peer_that_does_not_read_uses_up_no_time_of_the_others() {
    let (stuck, _peer) = channel(Duration::from_secs(1));
    let (other, mut peer) = channel(Duration::from_secs(60));
    let reader = thread::spawn(move || peer.read_to_end(&mut Vec::new()).unwrap());
    register(&stuck);
    register(&other);
    flush_thread(false);
    assert_eq!(other.lock().backlog_bytes(), 0);
    assert!(stuck.lock().backlog_bytes() > 0);
    assert!(stuck.lock().ends.at_exit.reported);
    drop(other.lock().detach());
    assert!(reader.join().unwrap() > BACKLOG);
}

#[test]
fn the_time_counts_from_the_beginning_of_the_exit() {
    let time = Duration::from_secs(30);
    let (stuck, _peer) = channel(time);
    // If it waited for that long again, the test would take noticeably longer.
    BEGAN.set(Instant::now().checked_sub(time));
    flush_one(&stuck);
    assert!(stuck.lock().backlog_bytes() > 0);
    assert!(stuck.lock().ends.at_exit.reported);
}

#[test]
fn a_channel_that_is_closed_or_of_another_thread_is_left_alone() {
    let (core, _peer) = channel(Duration::from_secs(60));
    register(&core);
    thread::spawn(|| flush_thread(true)).join().unwrap();
    assert!(core.lock().backlog_bytes() > 0);
    let is_ours = |open: &super::Open| open.core.as_ptr() == Arc::as_ptr(&core);
    assert_eq!(collect(is_ours).len(), 1);
    forget(&core);
    assert_eq!(collect(is_ours).len(), 0);
}
