//! The class `Channel`.

mod options;
mod state;
mod with_handles;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use forkwire::Latency;
use forkwire::link::Link;
use forkwire_proto::{Config, PushError};
use forkwire_sys::os;
use napi::Env;
use napi::bindgen_prelude::{JsValue, Object, Uint8Array};
use napi_derive::napi;

use self::options::ChannelOptions;
use crate::core::{Core, Limits, SharedCore, status};
use crate::driver::Choice;
use crate::error::{Result, errno, faulty, not_pushed};
use crate::exit::{self, AtExit};
use crate::ffi::function;
use crate::ffi::js::Events;
use crate::ffi::number;
use crate::port::Port;
use crate::{pool, requests, sending};

/// A channel that was suspended.
#[napi(object)]
pub struct Suspended {
    /// Its descriptor, which the caller owns. -1 if the peer has closed the channel, and there is nothing to continue.
    pub fd: i32,
    /// The state for the next channel over it.
    pub state: Uint8Array,
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
    /// onText gets a run of messages as the text of a JSON array, and how many they are. With the option `shapes`, it may get more
    /// arguments, and the array then has the values of the messages that are neither objects nor arrays, one after the other. They are:
    ///
    /// - the text of a JSON array with what is around them: for each shape a message of it, with `0` for each value;
    /// - a string with a digit for each message: its shape, from 1 on, or 0 if its element is the message itself. Undefined if all have
    ///   the only shape;
    /// - all long strings. They are not among the values. Their places have `1` in the shapes. A message of such strings alone has an
    ///   element without a meaning.
    ///
    /// onSeveral then gets how many messages it has, and these arguments, after its two own.
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
            let wire = options
                .wire()
                .ok_or_else(|| invalid("the wire must be 'native', 'json' or 'advanced'"))?;
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
    /// such a text as an internal message. `sendHandle` sends it with one handle (see `OutgoingHandle`), and throws an errno error if that
    /// is not open; the channel closes the descriptor, whatever becomes of the message. `sendBytes` sends structured clone bytes, and `sendParts` such bytes in several parts, which make
    /// one message in this order. Their arguments may be reused after the call. They return status bits, and throw `ERR_FORKWIRE_MESSAGE_TOO_LARGE` with nothing queued. `sendString` sends a
    /// string that is a message. `sendLifted` sends json text in which `"forkwire:lifted:N"` stands for the N-th of `strings`, from 0,
    /// and returns 32, with nothing sent, if not exactly these are in it. `defineOutline` says what is around the values of a message:
    /// `pieces` are json, and `kinds` has a letter for each value (`s`, `n`, or another one for anything else), which says what it usually is.
    /// It returns 32 if the addon does not take it: `place` is below 16, and there are 24 values at most. `sendValues` sends a message of
    /// such values, each a string, a number, a boolean or null. `sendSeveral` sends the json text of an array whose elements are
    /// `count` messages, which are settled together. Native wire only. `flush` writes what was gathered, ends the burst, and
    /// returns status bits. `setFlowing` says whether messages are delivered. When turned on, it first delivers what waited,
    /// inside the call.
    #[napi(
        ts_return_type = "{ sendShort(text: string): number; sendText(text: string): number; sendString(text: string): number; sendLifted(text: string, strings: Array<string>): number; defineOutline(place: number, pieces: Array<string>, kinds: string): number; sendValues(place: number, ...values: Array<unknown>): number; sendInternal(text: string): number; sendHandle(text: string, kind: number, fd: number, note: string, internal: boolean): number; sendSeveral(text: string, count: number): number; sendBytes(bytes: Uint8Array, internal: boolean): number; sendParts(parts: Array<Uint8Array>, internal: boolean): number; flush(): number; setFlowing(on: boolean): number }"
    )]
    pub fn functions<'env>(&self, env: &'env Env) -> Result<Object<'env>> {
        let made = function::create_all(
            env.raw(),
            &sending::FUNCTIONS,
            Some(sending::SEND_VALUES),
            &self.port,
        );
        made.map(|object| Object::from_raw(env.raw(), object))
            .ok_or_else(ending)
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
        let made = function::create_all(env.raw(), &requests::FUNCTIONS, None, &self.port);
        made.map(|object| Object::from_raw(env.raw(), object))
            .ok_or_else(ending)
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

    /// The socket, while the channel is open.
    fn socket(&self) -> Option<Arc<os::Transport>> {
        let core = self.port.core.lock();
        core.link.as_ref().map(|link| Arc::clone(link.socket()))
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.port.destroy();
    }
}

fn ending() -> napi::Error<String> {
    let what = "the environment is ending";
    napi::Error::new("GenericFailure".to_owned(), what.to_owned())
}

/// As `Channel.flushAtExit`, for all channels of this thread in turn. With `last`, nothing that is received from now on will
/// be delivered, so it is dropped.
#[napi]
pub fn flush_at_exit(last: bool) {
    exit::flush_thread(last);
}
