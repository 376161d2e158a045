//! What a failed write to a socket means.

use nix::errno::Errno;

/// What to do after a failed write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Try again at once.
    Retry,
    /// The socket is full: try again when it is writable.
    Full,
    /// The failure is permanent, or passes without notice.
    Failed,
}

/// Two errors of macOS do not mean what their names say (libuv handles them too: `src/unix/stream.c`):
///
/// - `EMSGSIZE` ("message too long") for descriptors while the socket is full, because the limit that it checks shrinks by
///   what the peer has not read. 253 descriptors are 1 KiB; the smallest buffer is 8 KiB.
/// - `EPROTOTYPE` ("wrong type of socket") while the peer is closing its end. The next attempt fails with `EPIPE`.
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
    fn an_interrupted_write_is_repeated_everywhere() {
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
    fn a_write_to_a_closing_peer_is_repeated_on_macos() {
        assert_eq!(verdict(Errno::EPROTOTYPE, false, true), Verdict::Retry);
        assert_eq!(verdict(Errno::EPROTOTYPE, false, false), Verdict::Failed);
    }
}
