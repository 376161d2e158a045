//! The framing that libuv puts around the channel's bytes on a Windows pipe (`src/win/pipe.c`, `uv__ipc_frame_header_t`).
//!
//! Every write is one frame, in the byte order of Windows, little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 0..4 | flags: 1 data follow, 2 a socket is passed, 4 it is a connection and no listener (only with 2) |
//! | 4..8 | reserved: written as 0, not looked at when read |
//! | 8..12 | length of the data; 0 without flag 1 |
//! | 12..16 | reserved: 0 |
//! | 16..648 | with flag 2: `WSAPROTOCOL_INFOW` (628 bytes) and a `u32` error number for the importing side |
//! | rest | the data |
//!
//! Frames are not messages: the data of all frames in a row are the stream that [`crate::NodeConnection`] reads and
//! writes. A socket belongs to the frame's first byte of data, as a Unix descriptor belongs to its sendmsg(2).

mod decoder;
mod header;

pub use decoder::{Decoder, Expected, Piece};
pub use header::{HEADER_LEN, PROTOCOL_INFO_LEN, SocketKind, TRANSFER_LEN, Transfer, frame};
