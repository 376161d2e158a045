//! The bytes that begin a value, as V8's `SerializationTag` names them (`src/objects/value-serializer.cc`).

/// Followed by the version, at the front of a payload only.
pub(super) const VERSION: u8 = 0xff;
/// Skipped wherever a tag may stand; it brings the units of a two-byte string to an even offset.
pub(super) const PADDING: u8 = 0;
/// A number of objects that older writers put in front of a value. Read over.
pub(super) const VERIFY_OBJECT_COUNT: u8 = b'?';

pub(super) const HOLE: u8 = b'-';
pub(super) const UNDEFINED: u8 = b'_';
pub(super) const NULL: u8 = b'0';
pub(super) const TRUE: u8 = b'T';
pub(super) const FALSE: u8 = b'F';
pub(super) const INT32: u8 = b'I';
pub(super) const UINT32: u8 = b'U';
pub(super) const DOUBLE: u8 = b'N';
pub(super) const BIG_INT: u8 = b'Z';
pub(super) const UTF8_STRING: u8 = b'S';
pub(super) const ONE_BYTE_STRING: u8 = b'"';
pub(super) const TWO_BYTE_STRING: u8 = b'c';
pub(super) const REFERENCE: u8 = b'^';

pub(super) const OBJECT: u8 = b'o';
pub(super) const END_OBJECT: u8 = b'{';
pub(super) const SPARSE_ARRAY: u8 = b'a';
pub(super) const END_SPARSE_ARRAY: u8 = b'@';
pub(super) const DENSE_ARRAY: u8 = b'A';
pub(super) const END_DENSE_ARRAY: u8 = b'$';
pub(super) const MAP: u8 = b';';
pub(super) const END_MAP: u8 = b':';
pub(super) const SET: u8 = b'\'';
pub(super) const END_SET: u8 = b',';

pub(super) const DATE: u8 = b'D';
pub(super) const REG_EXP: u8 = b'R';
pub(super) const TRUE_OBJECT: u8 = b'y';
pub(super) const FALSE_OBJECT: u8 = b'x';
pub(super) const NUMBER_OBJECT: u8 = b'n';
pub(super) const BIG_INT_OBJECT: u8 = b'z';
pub(super) const STRING_OBJECT: u8 = b's';
pub(super) const ARRAY_BUFFER: u8 = b'B';
pub(super) const RESIZABLE_ARRAY_BUFFER: u8 = b'~';
/// Follows the `ArrayBuffer`, or the reference to one, that it is a view of.
pub(super) const ARRAY_BUFFER_VIEW: u8 = b'V';
pub(super) const HOST_OBJECT: u8 = b'\\';

pub(super) const ERROR: u8 = b'r';
pub(super) const ERROR_MESSAGE: u8 = b'm';
pub(super) const ERROR_STACK: u8 = b's';
pub(super) const ERROR_CAUSE: u8 = b'c';
pub(super) const ERROR_END: u8 = b'.';

/// A flag after a view, from version 14 on: its length follows the buffer's.
pub(super) const VIEW_TRACKS_LENGTH: u32 = 1;
/// A flag after a view, from version 14 on: its buffer is resizable.
pub(super) const VIEW_OF_RESIZABLE: u32 = 2;

/// Node's first number in a host object: an `ArrayBufferView` follows.
pub(super) const HOST_VIEW: u32 = 0;
/// Node's first number in a host object: a plain object with the host object's properties follows.
pub(super) const HOST_PLAIN: u32 = 1;
/// Not Node's, but only on forkwire's own wire: a view whose bytes follow the whole value.
pub(super) const HOST_BEHIND: u32 = 2;
/// On forkwire's own wire: a view of memory that came with the message.
pub(super) const HOST_SHARED_VIEW: u32 = 3;
/// On forkwire's own wire: the buffer of such memory. What V8 writes for one follows.
pub(super) const HOST_SHARED_BUFFER: u32 = 4;
/// On forkwire's own wire, before the value: the buffers that were moved, whose bytes follow it.
pub(super) const HOST_MOVED_TABLE: u32 = 5;
/// On forkwire's own wire: a view of a buffer that was moved.
pub(super) const HOST_MOVED_VIEW: u32 = 6;

/// A buffer that was moved, by its number.
pub(super) const MOVED_ARRAY_BUFFER: u8 = b't';
/// A `SharedArrayBuffer`, by a number.
pub(super) const SHARED_ARRAY_BUFFER: u8 = b'u';

/// What a tag stands for that refers to something outside the payload, which cannot cross to another process.
pub(super) fn out_of_band(tag: u8) -> Option<&'static str> {
    Some(match tag {
        SHARED_ARRAY_BUFFER => "a SharedArrayBuffer",
        b'p' => "an object of the shared heap",
        b'w' => "a WebAssembly.Module",
        b'm' => "a WebAssembly.Memory",
        _ => return None,
    })
}
