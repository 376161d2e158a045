//! What it means when a write to a socket fails.

use nix::errno::Errno;

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Try again at once.
    Retry,
    /// The socket is full: try again when it is writable.
    Full,
    /// It stays so, or passes when nobody tells.
    Failed,
}

/// macOS gives two answers that mean something else than they say (libuv knows them too: `src/unix/stream.c`):
///
/// - `EMSGSIZE`, "does not fit at all", for descriptors while the socket is full: what lies unread at the peer is taken
///   off the very size that they are compared with. 253 descriptors are 1 KiB; the smallest buffer is 8 KiB.
/// - `EPROTOTYPE`, "another kind of socket", while the peer is closing its end: the next try says `EPIPE`.
pub(super) fn verdict(errno: Errno, handles: bool, apple: bool) -> Verdict {
    match errno {
        Errno::EINTR => Verdict::Retry,
        Errno::EPROTOTYPE if apple => Verdict::Retry,
        Errno::EMSGSIZE if apple && handles => Verdict::Full,
        _ => Verdict::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::{Errno, Verdict, verdict};

    #[test]
    fn an_interrupted_write_is_tried_again_everywhere() {
        for (handles, apple) in [(false, false), (false, true), (true, false), (true, true)] {
            assert_eq!(verdict(Errno::EINTR, handles, apple), Verdict::Retry);
            assert_eq!(verdict(Errno::EPIPE, handles, apple), Verdict::Failed);
        }
    }

    #[test]
    fn descriptors_that_do_not_fit_wait_for_room_on_macos() {
        assert_eq!(verdict(Errno::EMSGSIZE, true, true), Verdict::Full);
        assert_eq!(verdict(Errno::EMSGSIZE, false, true), Verdict::Failed);
        assert_eq!(verdict(Errno::EMSGSIZE, true, false), Verdict::Failed);
    }

    #[test]
    fn a_peer_that_is_closing_is_asked_again_on_macos() {
        assert_eq!(verdict(Errno::EPROTOTYPE, false, true), Verdict::Retry);
        assert_eq!(verdict(Errno::EPROTOTYPE, false, false), Verdict::Failed);
    }
}
