//! Sending with handles.

use forkwire::{Format, Meta};
use forkwire_proto::HandleInfo;
use forkwire_sys::os;
use napi::bindgen_prelude::{Either, JsValue, Uint8Array};
use napi::{Env, JsString};
use napi_derive::napi;

use super::Channel;
use crate::error::{Result, errno};
use crate::ffi::number;
use crate::ffi::value::Text;

/// A handle to send. Its descriptor is duplicated during the call, and the caller keeps its own.
#[napi(object)]
pub struct OutgoingHandle {
    /// What it is: 1 net.Socket, 2 net.Server, 3 net.Native, 4 dgram.Socket, 5 dgram.Native, 6 net.BoundSocket, 7 a port,
    /// 8 any descriptor, 9 shared memory.
    pub kind: u8,
    /// Its descriptor. On Windows, the number of its socket or of a pipe's handle, except for kinds 7 and 8.
    pub fd: i32,
    /// A note for the receiver, of at most 65,535 bytes.
    pub note: String,
}

#[napi]
impl Channel {
    /// As `sendText`, with at least one handle. Throws an errno error when a descriptor cannot be duplicated.
    #[napi]
    pub fn send_text_with(
        &self,
        env: Env,
        text: JsString<'_>,
        internal: bool,
        handles: Vec<OutgoingHandle>,
    ) -> Result<u32> {
        let text = text_of(env, &text);
        let meta = Meta::new(Format::Json).with_internal(internal);
        let handles = self.duplicates(handles)?;
        let status = self.port.push(|link| {
            let pushed = link
                .wire_mut()
                .push_with_handles(meta, handles, text.reserve(), |out| text.append_to(out));
            pushed.map(drop)
        });
        status.map_err(|error| *error)
    }

    /// As `sendBytes`, with at least one handle. Throws an errno error when a descriptor cannot be duplicated.
    #[napi]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn send_bytes_with(
        &self,
        bytes: Uint8Array,
        internal: bool,
        handles: Vec<OutgoingHandle>,
    ) -> Result<u32> {
        let meta = Meta::new(Format::Clone).with_internal(internal);
        let handles = self.duplicates(handles)?;
        let status = self.port.push(|link| {
            let pushed = link
                .wire_mut()
                .push_with_handles(meta, handles, bytes.len(), |out| {
                    out.extend_from_slice(&bytes);
                });
            pushed.map(drop)
        });
        status.map_err(|error| *error)
    }

    /// As `sendRequest` with a text, and as `sendRequestParts` with bytes, with at least one handle. Throws an errno error
    /// when a descriptor cannot be duplicated.
    #[napi]
    pub fn send_request_with(
        &self,
        env: Env,
        payload: Either<JsString<'_>, Uint8Array>,
        handles: Vec<OutgoingHandle>,
    ) -> Result<u32> {
        let handles = self.duplicates(handles)?;
        let status = self.port.push_request(|link| {
            let wire = link.wire_mut();
            let pushed = match payload {
                Either::A(text) => {
                    let text = text_of(env, &text);
                    wire.push_request_with_handles(Format::Json, handles, text.reserve(), |out| {
                        text.append_to(out);
                    })
                }
                Either::B(bytes) => {
                    wire.push_request_with_handles(Format::Clone, handles, bytes.len(), |out| {
                        out.extend_from_slice(&bytes);
                    })
                }
            };
            pushed.map(drop)
        });
        status.map_err(|error| *error)
    }

    /// As `sendResponse` with a text, and as `sendResponseParts` with bytes, with at least one handle. Throws an errno
    /// error when a descriptor cannot be duplicated.
    #[napi]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a number that this side was given
    pub fn send_response_with(
        &self,
        env: Env,
        payload: Either<JsString<'_>, Uint8Array>,
        id: f64,
        handles: Vec<OutgoingHandle>,
    ) -> Result<u32> {
        let (id, handles) = (id as u64, self.duplicates(handles)?);
        let status = self.port.push_response(|link| {
            let wire = link.wire_mut();
            let pushed = match payload {
                Either::A(text) => {
                    let text = text_of(env, &text);
                    wire.push_response_with_handles(id, Format::Json, handles, text.reserve(), |out| {
                        text.append_to(out);
                    })
                }
                Either::B(bytes) => {
                    wire.push_response_with_handles(id, Format::Clone, handles, bytes.len(), |out| {
                        out.extend_from_slice(&bytes);
                    })
                }
            };
            pushed.map(drop)
        });
        status.map_err(|error| *error)
    }
}

impl Channel {
    /// Duplicates of handles that can be sent to the peer.
    fn duplicates(&self, handles: Vec<OutgoingHandle>) -> Result<Vec<(HandleInfo, os::Handle)>> {
        let duplicate = |handle: OutgoingHandle| {
            let info = HandleInfo::from_wire(handle.kind, handle.note);
            let fd = number::duplicate_handle(&info, handle.fd).map_err(|error| errno("dup", &error))?;
            self.port.check_sendable(&info, &fd)?;
            Ok((info, fd))
        };
        handles.into_iter().map(duplicate).collect()
    }
}

fn text_of(env: Env, text: &JsString<'_>) -> Text {
    Text::new(env.raw(), text.raw(), text.utf16_len().unwrap_or_default())
}
