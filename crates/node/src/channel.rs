//! The class `Channel`.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use forkwire::link::Link;
use forkwire::{Format, Latency, Meta};
use forkwire_proto::{Config, Connection, HandleInfo, NodeConnection, PushError, Wire};
use forkwire_sys::os;
use napi::bindgen_prelude::{Either, JsValue, Object, Uint8Array};
use napi::{Env, JsString};
use napi_derive::napi;

use crate::core::{Core, Limits, SharedCore, status};
use crate::driver::Choice;
use crate::error::{Result, errno, faulty, not_pushed, not_sendable};
use crate::exit::{self, AtExit};
use crate::ffi::function;
use crate::ffi::js::Events;
use crate::ffi::number;
use crate::ffi::value::Text;
use crate::port::Port;
use crate::stats::ChannelStats;
use crate::{pool, requests, sending};

/// Settings of a channel. Sizes are bytes.
#[napi(object)]
pub struct ChannelOptions {
    /// The backlog, in unsent bytes, at which a send reports `FULL`.
    pub high_water_mark: u32,
    /// Largest body of one message, in both directions.
    pub max_message_size: u32,
    /// How many received bytes wait here without a listener before reading stops.
    pub receive_limit: u32,
    /// How many milliseconds writing the backlog may take when the process, or the worker thread, ends.
    pub flush_timeout: u32,
    /// Whether the channel keeps the event loop alive at first.
    pub referenced: bool,
    /// `'loop'` or `'task'`. By default, the best one for this runtime.
    pub driver: Option<String>,
    /// `'low'`, `'balanced'` (the default) or `'idle'`: how long an end that has answered waits for the next message
    /// before it sleeps.
    pub latency: Option<String>,
    /// `'native'` (the default) between two forkwire ends, or Node's own wire in one of its two modes: `'json'` or
    /// `'advanced'`.
    pub wire: Option<String>,
    /// What `suspend()` returned for another channel over the same socket, which this one continues. Native wire only.
    pub state: Option<Uint8Array>,
    /// Whether this is the end of a port.
    pub port: Option<bool>,
    /// Whether `onText` takes runs of messages that have one shape as their values and the shape.
    pub shapes: Option<bool>,
}

/// A channel that was suspended.
#[napi(object)]
pub struct Suspended {
    /// Its descriptor, which the caller owns. -1 if the peer has closed the channel, and there is nothing to continue.
    pub fd: i32,
    /// The state for the next channel over it.
    pub state: Uint8Array,
}

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

/// Throws what a send throws for a message of `bytes` bytes, if the channel's limit is `max`.
#[napi]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // JavaScript's lengths
pub fn check_message_size(bytes: f64, max: u32) -> Result<()> {
    let (len, max) = (bytes as usize, max as usize);
    if len <= max {
        return Ok(());
    }
    let handles = Vec::<os::Handle>::new();
    Err(not_pushed(&PushError::TooLarge { len, max, handles }))
}

/// One end of a channel over a connected Unix socket.
///
/// Sends and flushes return status bits: 1 FULL (the backlog has reached the high-water mark), 2 PENDING (not everything
/// is written), 4 GATHERED (what is pending waits for `flush()`, to be called at the end of the tick), 8 BROKEN (nothing
/// can be written any more).
#[napi]
pub struct Channel {
    port: Rc<Port>,
}

#[napi]
impl Channel {
    /// Takes over the descriptor `fd`. `events` has the methods onText, onClones, onSeveral, onCalls, onCall, onCallEnd,
    /// onMessage, onProgress, onAcknowledged, onRefused, onWriteError, onProtocolError and onClose.
    ///
    /// onText gets a run of messages as the text of a JSON array, and how many they are. With the option `shapes`, it may get a third
    /// argument: json text with `0` for each value that is neither an object nor an array. The messages then all have this
    /// shape, and the array has their values alone, one after the other. onSeveral then gets how many messages it has, and this
    /// text, after its two arguments.
    ///
    /// onClones gets a run of structured clones in one Buffer, and in another Buffer the begin and the end of each of them as
    /// 32-bit numbers. onSeveral gets the text of a JSON array whose elements are messages, and the byte offset of its frame.
    /// onMessage gets the format (0 json text, 1 structured clone bytes, 2 an unreadable message, whose payload is the reason as
    /// text, 3 json without its long strings), the payload, whether it is internal, the handles, and the byte offset in the received stream of the message's
    /// frame (of the fault, with format 2). A single handle comes as four more arguments, with undefined for the handles: its kind, note,
    /// family (0 none, 1 tcp, 2 pipe, 3 udp4, 4 udp6) and descriptor. The payload of format 3 is an array: json text with `"forkwire:lifted:N"` in the place of
    /// string N, from 0; the text of an array with the path of each string, an array of keys and indexes; and the strings. Only a
    /// placeholder that is where its path leads is to be replaced.
    ///
    /// onCalls gets the text of a JSON array with the numbers of requests or responses, each followed by its payload; how many
    /// they are; and whether they are responses. The number of a failed request is negative in responses. onCall gets 0 for a
    /// request, 1 for a response and 2 for the response to a failed request; its number; and the format, the payload, the
    /// handles and the position, as in onMessage. onCallEnd gets the number of a request that ends without a response, and the
    /// reason: 0 the peer has given up its own request. For requests of this end: 1 the peer serves no requests, 2 it was
    /// cancelled, 3 the peer is closing the channel, 4 the peer cannot read it, 256 its response was lost with its handles,
    /// anything else: other.
    ///
    /// Once the channel has ended, its reference to `events` is weak. Keep `events` if `setFlowing` may still be called.
    ///
    /// `beside` is the channel to which a port with a name belongs: the same process is at the other end. On Windows, no other port
    /// carries handles.
    ///
    /// Throws `EBADF` if the descriptor is not open, `ERR_INVALID_ARG_TYPE` if a method is missing, and
    /// `ERR_FORKWIRE_MALFORMED`, with the descriptor closed, for an invalid `state`.
    #[napi(constructor)]
    #[allow(clippy::needless_pass_by_value)] // the shape that napi-rs calls
    pub fn new(
        env: Env,
        fd: i32,
        options: ChannelOptions,
        events: Object<'_>,
        beside: Option<&Channel>,
    ) -> Result<Self> {
        let invalid = |what: &str| napi::Error::new("ERR_INVALID_ARG_TYPE".to_owned(), what.to_owned());
        let choice = Choice::from_name(options.driver.as_deref())
            .ok_or_else(|| invalid("the driver must be 'loop' or 'task'"))?;
        let latency = (options
            .latency
            .as_deref()
            .map_or(Some(Latency::default()), Latency::from_name))
        .ok_or_else(|| invalid("the latency must be 'low', 'balanced' or 'idle'"))?;
        let events = Events::new(env.raw(), events.raw()).ok_or_else(|| invalid("events lacks a method"))?;
        let socket = if options.port == Some(true) {
            let channel = beside.and_then(Self::socket);
            number::take_port(fd, channel.as_deref())
        } else {
            number::take(fd)
        };
        let socket = socket.map_err(|error| errno("channel", &error))?;
        let link = if let Some(state) = &options.state {
            let config = Config::new(options.max_message_size as usize);
            Link::resume(socket, config, pool::take, state).map_err(|error| faulty(&error))?
        } else {
            let wire =
                wire(&options).ok_or_else(|| invalid("the wire must be 'native', 'json' or 'advanced'"))?;
            Link::new(socket, wire)
        };
        let limits = Limits {
            high_water_mark: options.high_water_mark as usize,
            receive: options.receive_limit as usize,
        };
        let mut core = Core::new(link, limits);
        core.ends.at_exit = AtExit::new(Duration::from_millis(u64::from(options.flush_timeout)));
        core.write();
        let core = Arc::new(SharedCore::new(core));
        let port = Port::new(core, events, options.referenced, options.shapes == Some(true));
        if !port.drive(choice, latency) {
            let what = "the descriptor cannot be polled";
            return Err(napi::Error::new("EINVAL".to_owned(), what.to_owned()));
        }
        exit::register(&port.core);
        if options.state.is_some() {
            // What the other channel had not written.
            port.after_write(status::PENDING);
        }
        Ok(Self { port })
    }

    /// The functions that are called for each message. They keep the channel's internals alive, and can be called after its
    /// end.
    ///
    /// `sendText` sends json text, and so does `sendShort`, with less work if it has up to 256 UTF-16 units. `sendInternal` sends
    /// such a text as an internal message, `sendBytes` structured clone bytes, and `sendParts` such bytes in several parts, which make
    /// one message in this order. Their arguments may be reused after the call. They return status bits, and throw `ERR_FORKWIRE_MESSAGE_TOO_LARGE` with nothing queued. `sendString` sends a
    /// string that is a message. `sendLifted` sends json text in which `"forkwire:lifted:N"` stands for the N-th of `strings`, from 0,
    /// and returns 32, with nothing sent, if not exactly these are in it. `sendSeveral` sends the json text of an array whose elements are
    /// `count` messages, which are settled together. Native wire only. `flush` writes what was gathered, ends the burst, and
    /// returns status bits. `setFlowing` says whether messages are delivered. When turned on, it first delivers what waited,
    /// inside the call.
    #[napi(
        ts_return_type = "{ sendShort(text: string): number; sendText(text: string): number; sendString(text: string): number; sendLifted(text: string, strings: Array<string>): number; sendInternal(text: string): number; sendSeveral(text: string, count: number): number; sendBytes(bytes: Uint8Array, internal: boolean): number; sendParts(parts: Array<Uint8Array>, internal: boolean): number; flush(): number; setFlowing(on: boolean): number }"
    )]
    pub fn functions<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let made = function::create_all(env.raw(), &sending::FUNCTIONS, &self.port);
        made.map(|object| Object::from_raw(env.raw(), object))
            .ok_or_else(ending)
    }

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

    /// The functions for requests, made when a program first uses them. As for `functions`:
    ///
    /// `sendRequest` and `sendResponse` send json text, `sendRequestParts` and `sendResponseParts` structured clone bytes
    /// in one or more parts. Requests that did not throw are numbered from 1 in order. `failed` says whether the response is a
    /// failure. A response that nothing waits for is not sent: bit 16 (LATE) of the status. `sendRequestLifted` and
    /// `sendResponseLifted` take a text as `sendLifted` does. `endRequest` gives up a request of this end (reason 0), or ends
    /// one of the peer without a response (1 nobody serves requests, 4 it cannot be read).
    /// `setRequests` says what becomes of the peer's requests: 0 they wait until messages are delivered, 1 they are delivered,
    /// 2 they are declined because nobody serves requests, 3 because the channel is being closed.
    #[napi(
        ts_return_type = "{ sendRequest(text: string): number; sendRequestLifted(text: string, strings: Array<string>): number; sendRequestParts(parts: Array<Uint8Array>): number; sendResponse(text: string, id: number, failed: boolean): number; sendResponseLifted(text: string, strings: Array<string>, id: number): number; sendResponseParts(parts: Array<Uint8Array>, id: number, failed: boolean): number; endRequest(id: number, reason: number): number; setRequests(mode: number): number }"
    )]
    pub fn request_functions<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let made = function::create_all(env.raw(), &requests::FUNCTIONS, &self.port);
        made.map(|object| Object::from_raw(env.raw(), object))
            .ok_or_else(ending)
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

    /// How many messages the kernel has taken completely. Every send that did not throw counts as one, in order.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
    pub fn settled(&self) -> f64 {
        self.port.core.lock().writer.settled as f64
    }

    /// Unsent bytes.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // sizes stay far below 2^53
    pub fn backlog_bytes(&self) -> f64 {
        self.port.core.lock().backlog_bytes() as f64
    }

    /// What has passed the socket, and what waits. Works on a closed channel too.
    #[napi]
    pub fn stats(&self) -> ChannelStats {
        ChannelStats::of(&self.port.core.lock())
    }

    /// At exit, blocks until everything is written, but no longer than `flushTimeout` after the exit of this thread began. What
    /// is left then is reported on standard error. It does not wait for acknowledgements of handles.
    #[napi]
    pub fn flush_at_exit(&self) {
        exit::flush_one(&self.port.core);
    }

    /// Nothing more will be sent. The channel closes when everything is written and the peer has answered for every handle.
    /// Returns true if it closed at once, without onClose. Otherwise onClose follows later.
    #[napi]
    pub fn finish(&self) -> bool {
        self.port.finish()
    }

    /// Takes the socket out of the channel, so that another process can continue it. Delivers what has arrived (which needs
    /// `setFlowing`), and ends the channel without an event. Null, with nothing changed, if that is not possible now: handles
    /// are in flight, the channel is ending, or the system has no descriptor left.
    #[napi]
    pub fn suspend(&self) -> Option<Suspended> {
        let (fd, state) = self.port.suspend()?;
        let state = Uint8Array::from(state);
        Some(Suspended { fd, state })
    }

    /// Closes the channel at once and drops what is queued. No event follows.
    #[napi]
    pub fn destroy(&self) {
        self.port.destroy();
    }

    /// Makes the channel keep the event loop alive.
    #[napi(js_name = "ref")]
    pub fn add_ref(&self) {
        self.port.set_referenced(true);
    }

    /// Lets the event loop end although the channel is open.
    #[napi(js_name = "unref")]
    pub fn remove_ref(&self) {
        self.port.set_referenced(false);
    }

    /// On Windows, names the process at the other end. Without that, and in any process but its parent, no handle can be sent
    /// to it or received from it. Call this right after it was started. In a child, and on Unix, it has no effect.
    #[napi]
    pub fn set_peer(&self, pid: u32) {
        if let Some(link) = &self.port.core.lock().link {
            link.socket().set_peer(pid);
        }
    }

    /// Names the socket at the other end by the number of its inode, so that this end refuses it as a handle.
    #[napi]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // as fstat(2) reports it
    pub fn set_peer_inode(&self, inode: f64) {
        if let Some(link) = &mut self.port.core.lock().link {
            link.set_peer_inode(Some(inode as u64));
        }
    }

    /// The channel's descriptor. -1 when it is closed, and always on Windows.
    #[napi(getter)]
    pub fn fd(&self) -> i32 {
        self.port
            .core
            .lock()
            .link
            .as_ref()
            .map_or(-1, |link| number::number_of(link.socket()))
    }

    /// The single texts of the run with which onText is being called. Empty at other times.
    #[napi]
    pub fn last_texts(&self) -> Vec<String> {
        let texts = self.port.last_texts().unwrap_or_default();
        texts
            .into_iter()
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .collect()
    }

    /// The byte offsets in the received stream of the frames of the run with which onText or onClones is being called.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // offsets stay far below 2^53
    pub fn last_positions(&self) -> Vec<f64> {
        let positions = self.port.last_positions().unwrap_or_default();
        positions.into_iter().map(|position| position as f64).collect()
    }

    /// The socket, while the channel is open.
    fn socket(&self) -> Option<Arc<os::Transport>> {
        let core = self.port.core.lock();
        core.link.as_ref().map(|link| Arc::clone(link.socket()))
    }

    /// Duplicates of handles that can be sent to the peer.
    fn duplicates(&self, handles: Vec<OutgoingHandle>) -> Result<Vec<(HandleInfo, os::Handle)>> {
        let core = self.port.core.lock();
        let duplicate = |handle: OutgoingHandle| {
            let info = HandleInfo::from_wire(handle.kind, handle.note);
            let fd = number::duplicate_handle(&info, handle.fd).map_err(|error| errno("dup", &error))?;
            if let Some(link) = &core.link {
                link.may_send(&info, &fd).map_err(|error| not_sendable(&error))?;
            }
            Ok((info, fd))
        };
        handles.into_iter().map(duplicate).collect()
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.port.destroy();
    }
}

fn text_of(env: Env, text: &JsString<'_>) -> Text {
    Text::new(env.raw(), text.raw(), text.utf16_len().unwrap_or_default())
}

fn ending() -> napi::Error<String> {
    let what = "the environment is ending";
    napi::Error::new("GenericFailure".to_owned(), what.to_owned())
}

fn wire(options: &ChannelOptions) -> Option<Wire<os::Handle>> {
    let config = Config::new(options.max_message_size as usize);
    Some(match options.wire.as_deref() {
        None | Some("native") => Wire::Native(Connection::with_memory(config, pool::take)),
        Some("json") => Wire::Node(NodeConnection::new(Format::Json, config)),
        Some("advanced") => Wire::Node(NodeConnection::new(Format::Clone, config)),
        Some(_) => return None,
    })
}

/// As `Channel.flushAtExit`, for all channels of this thread in turn. With `last`, nothing that is received from now on will
/// be delivered, so it is dropped.
#[napi]
pub fn flush_at_exit(last: bool) {
    exit::flush_thread(last);
}
