//! How a spare process gets its program: one text with the descriptors that it starts with, on the socket that it has waited
//! at. The text's length comes first, in four bytes (little-endian). Nothing else is ever sent in this direction.

use std::io::{self, IoSlice};
use std::os::fd::OwnedFd;
use std::time::Duration;

use forkwire_sys::HandleStream;
use forkwire_sys::unix::Socket;

/// Bytes of the longest text: above what Linux allows for the arguments and the environment of a program (execve(2)).
const LONGEST: usize = 16 * 1024 * 1024;
/// Bytes of the length.
const PREFIX: usize = 4;

/// What a spare gets.
#[derive(Debug)]
pub struct HandOver {
    /// The text.
    pub text: String,
    /// The descriptors, in the order in which they were given.
    pub handles: Vec<OwnedFd>,
}

/// Hands over. Returns the bytes that the socket did not take, for the caller to write when it can: usually none.
///
/// # Errors
/// `BrokenPipe` if the spare is gone; `InvalidInput` for a text of more than 16 MiB; what sendmsg(2) says. Nothing was sent.
pub fn give(socket: &Socket, text: &str, handles: &[OwnedFd]) -> io::Result<Vec<u8>> {
    let length = u32::try_from(text.len()).ok().filter(|_| text.len() <= LONGEST);
    let Some(length) = length else {
        return Err(invalid(
            io::ErrorKind::InvalidInput,
            "the program's description is too long",
        ));
    };
    let prefix = length.to_le_bytes();
    let bytes = [IoSlice::new(&prefix), IoSlice::new(text.as_bytes())];
    let taken = socket.send(&bytes, handles)?;
    let whole = prefix.iter().chain(text.as_bytes());
    Ok(whole.skip(taken).copied().collect())
}

/// Blocks until the whole text has come. `None` if the other end closed without one.
///
/// # Errors
/// What poll(2) and recvmsg(2) say; `InvalidData` if what came is not such a text, or if descriptors were lost.
pub fn receive(socket: &Socket) -> io::Result<Option<HandOver>> {
    let mut handles = Vec::new();
    let mut prefix = [0; PREFIX];
    if !fill(socket, &mut prefix, &mut handles)? {
        return Ok(None);
    }
    let length = usize::try_from(u32::from_le_bytes(prefix)).unwrap_or(usize::MAX);
    if length > LONGEST {
        return Err(invalid(io::ErrorKind::InvalidData, "it is too long"));
    }
    let mut text = vec![0; length];
    if !fill(socket, &mut text, &mut handles)? {
        return Ok(None);
    }
    let text = String::from_utf8(text).map_err(|_| invalid(io::ErrorKind::InvalidData, "it is not UTF-8"))?;
    Ok(Some(HandOver { text, handles }))
}

/// Fills the buffer. False if the stream ended first.
fn fill(socket: &Socket, mut buffer: &mut [u8], handles: &mut Vec<OwnedFd>) -> io::Result<bool> {
    while !buffer.is_empty() {
        match socket.recv(buffer, handles) {
            Ok(received) if received.cut => {
                return Err(invalid(io::ErrorKind::InvalidData, "no descriptors are left"));
            }
            Ok(received) if received.bytes == 0 => return Ok(false),
            Ok(received) => buffer = buffer.split_at_mut(received.bytes).1,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                socket.wait(true, false, Duration::MAX)?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

fn invalid(kind: io::ErrorKind, what: &str) -> io::Error {
    io::Error::new(kind, what)
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::os::fd::AsFd;
    use std::thread;

    use super::*;

    fn handle() -> OwnedFd {
        Socket::pair().unwrap().0.into()
    }

    #[test]
    fn a_spare_gets_the_text_and_the_descriptors() {
        let (ours, theirs) = Socket::pair().unwrap();
        let waiting = thread::spawn(move || receive(&theirs).unwrap().unwrap());
        assert!(
            give(&ours, "a program", &[handle(), handle()])
                .unwrap()
                .is_empty()
        );
        let taken = waiting.join().unwrap();
        assert_eq!((taken.text.as_str(), taken.handles.len()), ("a program", 2));
    }

    #[test]
    fn bytes_that_the_socket_does_not_take_can_follow_later() {
        let (ours, theirs) = Socket::pair().unwrap();
        let text = "x".repeat(8 * 1024 * 1024);
        let rest = give(&ours, &text, &[handle()]).unwrap();
        assert!(!rest.is_empty());
        let waiting = thread::spawn(move || receive(&theirs).unwrap().unwrap());
        let mut rest = &rest[..];
        while !rest.is_empty() {
            match ours.send(&[IoSlice::new(rest)], &[]) {
                Ok(taken) => rest = &rest[taken..],
                Err(_) => drop(ours.wait(false, true, Duration::from_secs(60)).unwrap()),
            }
        }
        assert_eq!(waiting.join().unwrap().text, text);
    }

    #[test]
    fn a_spare_whose_parent_is_gone_gets_nothing() {
        let (ours, theirs) = Socket::pair().unwrap();
        drop(ours);
        assert!(receive(&theirs).unwrap().is_none());
        let (ours, theirs) = Socket::pair().unwrap();
        ours.send(&[IoSlice::new(&9u32.to_le_bytes()), IoSlice::new(b"cut")], &[])
            .unwrap();
        drop(ours);
        assert!(receive(&theirs).unwrap().is_none());
    }

    #[test]
    fn a_spare_that_is_gone_takes_nothing() {
        let (ours, theirs) = Socket::pair().unwrap();
        let mut other = std::os::unix::net::UnixStream::from(theirs.as_fd().try_clone_to_owned().unwrap());
        drop(theirs);
        other.set_nonblocking(true).unwrap();
        assert!(other.read(&mut [0]).is_err());
        drop(other);
        let error = give(&ours, "a program", &[handle()]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::BrokenPipe);
    }

    #[test]
    fn a_length_that_cannot_be_meant_allocates_nothing() {
        let (ours, theirs) = Socket::pair().unwrap();
        ours.send(&[IoSlice::new(&u32::MAX.to_le_bytes())], &[]).unwrap();
        assert_eq!(receive(&theirs).unwrap_err().kind(), io::ErrorKind::InvalidData);
    }
}
