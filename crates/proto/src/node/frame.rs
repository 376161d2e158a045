//! The bytes of a message on the wire, and the two messages that the channel writes itself.

use crate::event::Format;

/// `{cmd: 'NODE_HANDLE_ACK'}` and `{cmd: 'NODE_HANDLE_NACK'}`, framed in each mode. The advanced ones are what V8's
/// serializer makes of them: a version, an object with one property, both of them one-byte strings.
pub(super) const JSON_ACK: &[u8] = b"{\"cmd\":\"NODE_HANDLE_ACK\"}\n";
pub(super) const JSON_NACK: &[u8] = b"{\"cmd\":\"NODE_HANDLE_NACK\"}\n";
pub(super) const CLONE_ACK: &[u8] = b"\0\0\0\x1b\xff\x0fo\"\x03cmd\"\x0fNODE_HANDLE_ACK{\x01";
pub(super) const CLONE_NACK: &[u8] = b"\0\0\0\x1c\xff\x0fo\"\x03cmd\"\x10NODE_HANDLE_NACK{\x01";

/// Appends a whole frame. If the payload is too large, its length is returned and `out` is left as it came to be.
pub(super) fn write_frame(
    out: &mut Vec<u8>,
    format: Format,
    max: usize,
    fill: impl FnOnce(&mut Vec<u8>),
) -> Result<(), usize> {
    let start = out.len();
    match format {
        Format::Json => {
            fill(out);
            let len = out.len() - start;
            if len > max {
                return Err(len);
            }
            out.push(b'\n');
        }
        Format::Clone => {
            out.extend_from_slice(&[0; 4]);
            fill(out);
            let len = out.len() - start - 4;
            let length = u32::try_from(len).ok().filter(|_| len <= max).ok_or(len)?;
            out[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
}
