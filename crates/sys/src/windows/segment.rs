//! The format of one send in the pipe: two little-endian u32 (the lengths of the records and of the stream's bytes), the
//! records, and the bytes. A record is a tag and the data that the handle's receiver needs:
//!
//! - 1, a socket: the 628 bytes of a `WSAPROTOCOL_INFOW`;
//! - 2, any other handle: its number, as 8 bytes;
//! - 3, a handle that its sender could not duplicate: nothing.

use std::io;

use super::socket::INFO;
use crate::handle_stream::MAX_HANDLES;

/// The lengths.
pub(super) const HEADER: usize = 8;

/// A handle in a segment.
#[derive(Debug)]
pub(super) enum Record {
    Socket(Box<[u8; INFO]>),
    Number(u64),
    Missing,
}

impl Record {
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Socket(info) => {
                out.push(1);
                out.extend_from_slice(&info[..]);
            }
            Self::Number(number) => {
                out.push(2);
                out.extend_from_slice(&number.to_le_bytes());
            }
            Self::Missing => out.push(3),
        }
    }

    /// All records in `bytes`.
    pub(super) fn parse(mut bytes: &[u8]) -> io::Result<Vec<Self>> {
        let mut records = Vec::new();
        while let Some((tag, rest)) = bytes.split_first() {
            let (record, rest) = match tag {
                1 => rest
                    .split_first_chunk()
                    .map(|(info, rest)| (Self::Socket(Box::new(*info)), rest)),
                2 => rest
                    .split_first_chunk()
                    .map(|(number, rest)| (Self::Number(u64::from_le_bytes(*number)), rest)),
                3 => Some((Self::Missing, rest)),
                _ => None,
            }
            .ok_or_else(malformed)?;
            records.push(record);
            bytes = rest;
        }
        if records.len() > MAX_HANDLES {
            return Err(malformed());
        }
        Ok(records)
    }
}

/// The header of a segment.
pub(super) fn header(records: usize, bytes: usize) -> io::Result<[u8; HEADER]> {
    let too_large = |_| io::Error::from(io::ErrorKind::InvalidInput);
    let lengths = [
        u32::try_from(records).map_err(too_large)?.to_le_bytes(),
        u32::try_from(bytes).map_err(too_large)?.to_le_bytes(),
    ];
    let mut header = [0; HEADER];
    header.copy_from_slice(lengths.as_flattened());
    Ok(header)
}

/// The lengths in a header: of the records and of the bytes.
pub(super) fn lengths(header: [u8; HEADER]) -> io::Result<(usize, usize)> {
    let both = u64::from_le_bytes(header);
    let (records, bytes) = ((both & 0xffff_ffff) as usize, (both >> 32) as usize);
    if records > MAX_HANDLES * (1 + INFO) || bytes == 0 {
        return Err(malformed());
    }
    Ok((records, bytes))
}

fn malformed() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "received a malformed segment from the pipe peer",
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Record, header, lengths};

    #[test]
    fn records_come_out_as_they_went_in() {
        let mut bytes = Vec::new();
        Record::Number(7).write(&mut bytes);
        Record::Socket(Box::new([3; 628])).write(&mut bytes);
        Record::Missing.write(&mut bytes);
        let records = Record::parse(&bytes).unwrap();
        assert!(matches!(
            &records[..],
            [Record::Number(7), Record::Socket(info), Record::Missing] if **info == [3; 628]
        ));
        assert_eq!(
            lengths(header(bytes.len(), 5).unwrap()).unwrap(),
            (bytes.len(), 5)
        );
    }

    #[test]
    fn malformed_records_and_segments_are_errors() {
        let mut bytes = Vec::new();
        Record::Number(7).write(&mut bytes);
        for cut in 1..bytes.len() {
            assert!(Record::parse(&bytes[..cut]).is_err());
        }
        assert!(Record::parse(&[9]).is_err());
        assert!(Record::parse(&bytes.repeat(254)).is_err(), "too many");
        assert!(lengths(header(0, 0).unwrap()).is_err(), "no bytes");
        assert!(lengths([255; 8]).is_err(), "too much");
    }
}
