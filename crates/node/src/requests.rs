//! What JavaScript calls for requests: functions over the [`Port`], as in `sending.rs`.

use std::ffi::CStr;

use forkwire::Format;
use forkwire::link::Link;
use forkwire_proto::{DeclineReason, PushError};
use forkwire_sys::os;

use crate::core::requests::Mode;
use crate::core::status;
use crate::driver::Served;
use crate::ffi::function::{Answer, Arguments, Body};
use crate::pool;
use crate::port::Port;
use crate::sending::composed;

pub(crate) const FUNCTIONS: [(&CStr, Body<Port>); 8] = [
    (c"sendRequest", send_request),
    (c"sendRequestLifted", send_request_lifted),
    (c"sendRequestParts", send_request_parts),
    (c"sendResponse", send_response),
    (c"sendResponseLifted", send_response_lifted),
    (c"sendResponseParts", send_response_parts),
    (c"endRequest", end_request),
    (c"setRequests", set_requests),
];

type Pushed<T> = Result<T, PushError<os::Handle>>;

fn send_request(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let text = arguments.text(0)?;
    pool::sent(text.reserve());
    port.push_request(|link| {
        let fill = |out: &mut Vec<u8>| text.append_to(out);
        let pushed = link.wire_mut().push_request(Format::Json, text.reserve(), fill);
        pushed.map(drop)
    })
}

fn send_request_lifted(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let Some(text) = composed(arguments)? else {
        return Ok(status::NOT_SENT);
    };
    port.push_request(|link| {
        let fill = |out: &mut Vec<u8>| text.append_to(out);
        let pushed = link.wire_mut().push_request(Format::Json, text.reserve(), fill);
        pushed.map(drop)
    })
}

fn send_request_parts(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let parts = arguments.list_of_bytes(0)?;
    pool::sent(parts.iter().map(|part| part.len()).sum());
    port.push_request(|link| link.push_request_borrowed(Format::Clone, &parts).map(drop))
}

fn send_response(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let (text, id, failed) = (arguments.text(0)?, arguments.number(1)?, arguments.flag(2)?);
    pool::sent(text.reserve());
    port.push_response(|link| {
        let (wire, reserve) = (link.wire_mut(), text.reserve());
        wire.push_response(id, failed, Format::Json, reserve, |out| text.append_to(out))
    })
}

fn send_response_lifted(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let (text, id) = (composed(arguments)?, arguments.number(2)?);
    let Some(text) = text else {
        return Ok(status::NOT_SENT);
    };
    port.push_response(|link| {
        let (wire, reserve) = (link.wire_mut(), text.reserve());
        wire.push_response(id, false, Format::Json, reserve, |out| text.append_to(out))
    })
}

fn send_response_parts(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let (parts, id, failed) = (
        arguments.list_of_bytes(0)?,
        arguments.number(1)?,
        arguments.flag(2)?,
    );
    pool::sent(parts.iter().map(|part| part.len()).sum());
    port.push_response(|link| link.push_response_borrowed(id, failed, Format::Clone, &parts))
}

/// The answer means nothing.
fn end_request(port: &Port, arguments: &Arguments<'_>) -> Answer {
    let (id, reason) = (arguments.number(0)?, arguments.count(1)?);
    let reason = u8::try_from(reason).unwrap_or(u8::MAX);
    {
        let mut core = port.core.lock();
        let Some(link) = &mut core.link else { return Ok(0) };
        if reason > 0 {
            link.decline(id, DeclineReason::from_byte(reason));
        } else {
            link.wire_mut().cancel(id);
        }
        // What is gathered goes first, and this frame with it.
        if !core.writer.blocked {
            core.write();
        }
    }
    port.update();
    Ok(0)
}

/// The answer means nothing.
fn set_requests(port: &Port, arguments: &Arguments<'_>) -> Answer {
    port.set_requests(match arguments.count(0)? {
        0 => Mode::Hold,
        1 => Mode::Deliver,
        2 => Mode::Decline(DeclineReason::NoHandler),
        _ => Mode::Decline(DeclineReason::Closing),
    });
    Ok(0)
}

impl Port {
    /// As [`Port::push`], of a request. While one is awaited, more is read ahead.
    pub(crate) fn push_request(&self, push: impl FnOnce(&mut Link) -> Pushed<()>) -> Answer {
        let paused = !self.core.lock().wants_read();
        let status = self.push(push)?;
        if paused {
            self.update();
        }
        Ok(status)
    }

    /// As [`Port::push`], of a response. If nothing waits for it, nothing is queued.
    pub(crate) fn push_response(&self, push: impl FnOnce(&mut Link) -> Pushed<()>) -> Answer {
        let mut late = false;
        let status = self.push(|link| match push(link) {
            Err(PushError::NotAwaited { .. }) => {
                late = true;
                Ok::<(), PushError<os::Handle>>(())
            }
            pushed => pushed,
        })?;
        if late {
            // So JavaScript has not learned how far writing is.
            self.report_pending();
            return Ok(status::LATE);
        }
        Ok(status)
    }
}
