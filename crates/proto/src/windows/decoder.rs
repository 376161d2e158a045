//! Takes the framing away.

use super::header::{HEADER_LEN, Header, SocketKind, TRANSFER_LEN, Transfer};
use crate::error::WireError;

/// What a stream of frames comes to.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// A socket. It belongs to the data that come next.
    Socket(Transfer),
    /// Some bytes of the channel's stream, in order; never empty. Where they are cut means nothing.
    Data(&'a [u8]),
}

/// What [`Decoder::expects`], in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// So many of a header or a transfer.
    Head(usize),
    /// So many of the channel's stream.
    Data(u32),
}

/// What is expected next.
#[derive(Clone, Copy, Debug)]
enum State {
    Header,
    Transfer(SocketKind),
    Data,
}

/// Takes the framing away from a stream that may be cut anywhere. Holds at most one header and one transfer (648 bytes)
/// at a time; data are handed through.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// The beginning of a header or a transfer.
    held: Vec<u8>,
    /// Bytes of data that the frame still has.
    left: u32,
    /// Stream offset of what is read next.
    position: u64,
    /// The fault that ended the stream. It is returned again and again.
    failed: Option<WireError>,
}

impl Decoder {
    /// A decoder at the beginning of a stream.
    pub fn new() -> Self {
        Self {
            state: State::Header,
            held: Vec::new(),
            left: 0,
            position: 0,
            failed: None,
        }
    }

    /// The next piece of `input`, which moves on past what was taken. `None`: all of it was taken, and more must be read.
    ///
    /// # Errors
    /// [`WireError::Malformed`] for a header that libuv would not take; its position is that of the header. Nothing can
    /// be read afterwards.
    pub fn next<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Piece<'a>>, WireError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        loop {
            match self.state {
                State::Header => {
                    let Some(bytes) = self.gather::<HEADER_LEN>(input) else {
                        return Ok(None);
                    };
                    let header = Header::decode(&bytes).map_err(|what| {
                        let error = WireError::malformed(what, self.position - HEADER_LEN as u64);
                        self.failed = Some(error.clone());
                        error
                    })?;
                    self.left = header.data;
                    self.state = header.socket.map_or(State::Data, State::Transfer);
                }
                State::Transfer(kind) => {
                    let Some(bytes) = self.gather::<TRANSFER_LEN>(input) else {
                        return Ok(None);
                    };
                    self.state = State::Data;
                    return Ok(Some(Piece::Socket(Transfer::decode(kind, &bytes))));
                }
                State::Data if self.left == 0 => self.state = State::Header,
                State::Data if input.is_empty() => return Ok(None),
                State::Data => {
                    let most = usize::try_from(self.left).unwrap_or(usize::MAX);
                    let (data, rest) = input.split_at(input.len().min(most));
                    *input = rest;
                    self.position += data.len() as u64;
                    self.left -= u32::try_from(data.len()).unwrap_or(self.left);
                    return Ok(Some(Piece::Data(data)));
                }
            }
        }
    }

    /// What comes next, for who reads no more than that at a time.
    pub fn expects(&self) -> Expected {
        match self.state {
            State::Data if self.left > 0 => Expected::Data(self.left),
            State::Header | State::Data => Expected::Head(HEADER_LEN - self.held.len()),
            State::Transfer(_) => Expected::Head(TRANSFER_LEN - self.held.len()),
        }
    }

    /// The stream has ended.
    ///
    /// # Errors
    /// [`WireError::Truncated`] if that was inside a frame; `missing` are the bytes that were announced, as far as they
    /// are known.
    pub fn finish(&self) -> Result<(), WireError> {
        let rest = |whole: usize| (whole - self.held.len()) as u64;
        let missing = match self.state {
            State::Header if self.held.is_empty() => 0,
            State::Header => rest(HEADER_LEN),
            State::Transfer(_) => rest(TRANSFER_LEN) + u64::from(self.left),
            State::Data => u64::from(self.left),
        };
        if missing == 0 {
            return Ok(());
        }
        Err(WireError::Truncated {
            position: self.position - self.held.len() as u64,
            missing,
        })
    }

    /// The next `N` bytes, once they are all there.
    fn gather<const N: usize>(&mut self, input: &mut &[u8]) -> Option<[u8; N]> {
        let taken = input.len().min(N - self.held.len());
        let (head, rest) = input.split_at(taken);
        *input = rest;
        self.held.extend_from_slice(head);
        self.position += taken as u64;
        let whole: [u8; N] = self.held.as_slice().try_into().ok()?;
        self.held.clear();
        Some(whole)
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}
