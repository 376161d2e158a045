//! What JavaScript calls once a message: functions over the [`Port`], without a class method's cost.

use std::ffi::CStr;
use std::mem::MaybeUninit;

use forkwire::link::Link;
use forkwire::{Format, Meta};
use forkwire_proto::{HandleInfo, PushError, Wire};
use forkwire_sys::os;

use crate::background;
use crate::compose::{Composed, append_string};
use crate::core::status;
use crate::driver::Served;
use crate::error::{self, errno, not_pushed, not_sendable};
use crate::ffi::function::{Answer, Arguments, Body, Room};
use crate::ffi::number;
use crate::ffi::value::Text;
use crate::outline::{self, Written};
use crate::pool;
use crate::port::Port;

/// Bytes from which on a message is written from where it lies, instead of being gathered with others.
const DIRECT: usize = 16 * 1024;

pub(crate) const FUNCTIONS: [(&CStr, Body<Port>); 12] = [
    (c"sendShort", send_short),
    (c"sendText", send_text),
    (c"sendString", send_string),
    (c"sendLifted", send_lifted),
    (c"defineOutline", define_outline),
    (c"sendInternal", send_internal),
    (c"sendHandle", send_handle),
    (c"sendSeveral", send_several),
    (c"sendBytes", send_bytes),
    (c"sendParts", send_parts),
    (c"flush", flush),
    (c"setFlowing", set_flowing),
];

/// The one that takes the values of a message as arguments.
pub(crate) const SEND_VALUES: (&CStr, Body<Port>) = (c"sendValues", send_values);

/// A text that JavaScript knows to be short needs no call for its length.
fn send_short(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let mut room: Room = [MaybeUninit::uninit(); _];
    match arguments.short_text(0, &mut room)? {
        Some(text) => port.push(|link| link.wire_mut().push_bytes(Meta::new(Format::Json), text)),
        None => send_text(port, arguments),
    }
}

fn send_text(port: &Port, arguments: &Arguments<'_>) -> Answer {
    push_text(port, arguments, Meta::new(Format::Json))
}

/// A function of its own, because a flag would cost each message one more call of Node-API.
fn send_internal(port: &Port, arguments: &Arguments<'_>) -> Answer {
    push_text(port, arguments, Meta::new(Format::Json).with_internal(true))
}

fn push_text(port: &Port, arguments: &Arguments<'_>, meta: Meta) -> Answer {
    let text = arguments.text(0)?;
    pool::sent(text.reserve());
    port.push(|link| {
        link.wire_mut()
            .push(meta, text.reserve(), |out| text.append_to(out))
    })
}

/// A message that is one string.
fn send_string(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let string = arguments.text(0)?;
    pool::sent(string.reserve());
    port.push(|link| {
        link.wire_mut()
            .push(Meta::new(Format::Json), string.reserve() + 2, |out| {
                append_string(string, out);
            })
    })
}

fn send_lifted(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let Some(text) = composed(arguments)? else {
        return Ok(status::NOT_SENT);
    };
    port.push(|link| {
        link.wire_mut()
            .push(Meta::new(Format::Json), text.reserve(), |out| text.append_to(out))
    })
}

fn define_outline(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let bytes = |text: Text| {
        let mut bytes = Vec::new();
        text.append_to(&mut bytes);
        bytes
    };
    let place = arguments.count(0)? as usize;
    let pieces = arguments.list_of_texts(1)?.into_iter().map(bytes).collect();
    let kinds = bytes(arguments.text(2)?);
    let defined = port.outlines.borrow_mut().define(place, pieces, &kinds);
    Ok(if defined { 0 } else { status::NOT_SENT })
}

fn send_values(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let mut outlines = port.outlines.borrow_mut();
    let meta = Meta::new(Format::Json);
    match outlines.write(arguments)? {
        Some(Written::Short(text)) => port.push(|link| link.wire_mut().push_bytes(meta, text)),
        Some(Written::Long(parts)) => {
            let reserve = outline::reserve(&parts);
            pool::sent(reserve);
            let fill = |out: &mut Vec<u8>| outline::append_parts(&parts, out);
            port.push(|link| link.wire_mut().push(meta, reserve, fill))
        }
        None => Ok(status::NOT_SENT),
    }
}

/// The text and the strings that are the first two arguments.
pub(crate) fn composed(arguments: &Arguments<'_>) -> Answer<Option<Composed>> {
    let composed = Composed::new(arguments.text(0)?, arguments.list_of_texts(1)?);
    pool::sent(composed.as_ref().map_or(0, Composed::reserve));
    Ok(composed)
}

/// A text with one handle, given as its kind, its descriptor and its note. The descriptor is given away in any case.
fn send_handle(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let fd = number::adopt_handle(arguments.integer(2)?).map_err(|error| errno("dup", &error))?;
    let kind = u8::try_from(arguments.count(1)?).unwrap_or(HandleInfo::UNSPECIFIED);
    let info = HandleInfo::from_wire(kind, arguments.string(3)?);
    port.check_sendable(&info, &fd)?;
    let (text, meta) = (arguments.text(0)?, Meta::new(Format::Json));
    let meta = meta.with_internal(arguments.flag(4)?);
    port.push(|link| {
        let handles = vec![(info, fd)];
        let pushed = link
            .wire_mut()
            .push_with_handles(meta, handles, text.reserve(), |out| text.append_to(out));
        pushed.map(drop)
    })
}

fn send_several(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let (text, count) = (arguments.text(0)?, arguments.count(1)?);
    port.push(|link| match link.wire_mut() {
        Wire::Native(connection) => connection.push_several(count, text.reserve(), |out| text.append_to(out)),
        // Node's wire has no such frame, and the caller knows its wire.
        Wire::Node(_) => Err(PushError::Closed { handles: Vec::new() }),
    })
}

fn send_bytes(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let bytes = arguments.bytes(0)?;
    let meta = Meta::new(Format::Clone).with_internal(arguments.flag(1)?);
    if bytes.len() >= DIRECT {
        pool::sent(bytes.len());
        return port.push(|link| link.push_borrowed(meta, &[bytes]));
    }
    port.push(|link| {
        let fill = |out: &mut Vec<u8>| out.extend_from_slice(bytes);
        link.wire_mut().push(meta, bytes.len(), fill)
    })
}

fn send_parts(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let meta = Meta::new(Format::Clone).with_internal(arguments.flag(1)?);
    let parts = arguments.list_of_bytes(0)?;
    pool::sent(parts.iter().map(|part| part.len()).sum());
    port.push(|link| link.push_borrowed(meta, &parts))
}

#[allow(clippy::unnecessary_wraps)] // the shape of all of them
fn flush(port: &Port, _: &Arguments<'_>) -> Answer {
    Ok(port.flush())
}

/// The answer means nothing.
fn set_flowing(port: &Port, arguments: &Arguments<'_>) -> Answer {
    port.set_flowing(arguments.flag(0)?);
    Ok(0)
}

impl Port {
    /// Queues a message by `push`, and writes it unless it is gathered with others. Answers with status bits.
    pub(crate) fn push<F, H>(&self, push: F) -> Answer
    where
        F: FnOnce(&mut Link) -> Result<(), PushError<H>>,
    {
        let mut core = self.core.lock();
        let Some(link) = &mut core.link else {
            return Ok(status::BROKEN);
        };
        push(link).map_err(|error| not_pushed(&error))?;
        let status = core.pushed();
        if status & status::PENDING == 0 {
            // The answer says that everything is written. An event about the same would cost each message another call.
            if status & status::BROKEN == 0 {
                self.report(core.writer.settled, status);
            }
            return Ok(status);
        }
        // What is gathered behind others costs no more than this: the driver waits already, and a background writer runs.
        let (waits, watched) = (core.wants_write(), core.background.schedule.is_running());
        drop(core);
        self.report_pending();
        if waits != self.waits_to_write() {
            self.update();
        }
        if !watched {
            background::watch_over(&self.core);
        }
        Ok(status)
    }

    /// The error of a handle that cannot be sent to the peer.
    pub(crate) fn check_sendable(&self, info: &HandleInfo, handle: &os::Handle) -> error::Result<()> {
        let core = self.core.lock();
        let checked = core.link.as_ref().map(|link| link.may_send(info, handle));
        checked.unwrap_or(Ok(())).map_err(|error| not_sendable(&error))
    }

    /// Writes what was gathered, and ends the burst. Answers with status bits.
    pub(crate) fn flush(&self) -> u32 {
        let status = {
            let mut core = self.core.lock();
            core.new_turn();
            if !core.writer.blocked {
                core.write();
            }
            core.background.unreported = false;
            let status = core.status();
            self.report(core.writer.settled, status);
            status
        };
        self.after_write(status);
        status
    }

    /// Something may be left over: the driver waits for the socket, and a background writer watches over it.
    pub(crate) fn after_write(&self, status: u32) {
        if status & (status::PENDING | status::BROKEN) != 0 {
            self.update();
            background::watch_over(&self.core);
        }
    }

    /// Whether messages are delivered. Turned on, it delivers first what waited for it.
    fn set_flowing(&self, on: bool) {
        let (changed, early) = {
            let mut core = self.core.lock();
            let changed = core.reader.set_flowing(on);
            (changed, core.link.as_ref().is_some_and(Link::has_early))
        };
        if changed && on {
            self.deliver_waiting(early);
        }
        self.update();
    }
}
