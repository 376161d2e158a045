//! Reporting to JavaScript what happened besides messages: progress, errors, the end.

use forkwire::link::Link;
use forkwire_sys::os::{errno_name, errno_number};

use super::Port;
use crate::batch::Batch;
use crate::core::StreamEnd;
use crate::ffi::js::{Method, Scope};
use crate::ffi::value;

/// What JavaScript is told when a callback of the addon has panicked.
const PANICKED: &str = "the addon has a fault of its own, and the channel is closed; standard error has the details, please report them";

/// What to report besides messages.
struct News {
    progress: Option<(u64, u32)>,
    write_error: Option<(i32, u64)>,
    fault: Option<StreamEnd>,
    closed: bool,
    /// That of a channel that is over.
    link: Option<Link>,
}

impl Port {
    pub(crate) fn tell_news(&self, batch: Batch) {
        let mut news = self.news(batch);
        if news.calls() == 0 {
            return;
        }
        if news.closed {
            self.close(news.link.take());
        }
        let Some(scope) = self.events.scope(news.calls()) else {
            return;
        };
        news.tell(&scope);
        if news.closed {
            self.events.release();
        }
    }

    /// What changed since the last report. `batch` goes back to the core, for its memory.
    fn news(&self, batch: Batch) -> News {
        let mut core = self.core.lock();
        core.background.unreported = false;
        if core.reader.ready.is_empty() {
            core.reader.ready = batch;
        }
        // More may have come from the background meanwhile; the end waits for it.
        let drained = core.reader.ready.is_empty();
        let over = core.ends.received.is_some() || core.is_finished();
        let is_open = core.link.is_some();
        let closed = drained && is_open && over;
        if closed && core.ends.finishing && core.ends.received.is_none() {
            core.write_goodbye();
        }
        let (settled, status) = (core.writer.settled, core.status());
        let progressed = self.report(settled, status);
        let write_error = core
            .writer
            .error
            .filter(|_| !self.reported.write_error.replace(true));
        News {
            progress: (progressed && is_open).then_some((settled, status)),
            write_error: write_error.map(|errno| (errno, settled)),
            fault: closed.then(|| core.ends.received.clone()).flatten(),
            closed,
            // Under the same lock as the decision: nothing may arrive between the two and be delivered after the end.
            link: if closed { core.detach() } else { None },
        }
    }
}

impl News {
    /// Calls into JavaScript, at most.
    fn calls(&self) -> usize {
        let all = [
            self.progress.is_some(),
            self.write_error.is_some(),
            self.fault.is_some(),
            self.closed,
        ];
        all.into_iter().filter(|&one| one).count()
    }

    fn tell(&self, scope: &Scope<'_>) {
        let env = scope.env();
        if let Some((settled, status)) = self.progress {
            let status = value::number(env, u64::from(status));
            scope.call(Method::Progress, [value::number(env, settled), status]);
        }
        if let Some((errno, settled)) = self.write_error {
            let code = value::string(env, errno_name(errno).as_bytes());
            let errno = value::number(env, u64::from(errno_number(errno).unsigned_abs()));
            scope.call(Method::WriteError, [code, errno, value::number(env, settled)]);
        }
        let fault = match &self.fault {
            Some(StreamEnd::Fault(error)) => Some((error.code(), error.to_string(), error.position())),
            Some(StreamEnd::Panic) => Some(("ERR_FORKWIRE_INTERNAL", PANICKED.to_owned(), 0)),
            Some(StreamEnd::Eof) | None => None,
        };
        if let Some((code, message, position)) = fault {
            let (code, message) = (
                value::string(env, code.as_bytes()),
                value::string(env, message.as_bytes()),
            );
            scope.call(
                Method::ProtocolError,
                [code, message, value::number(env, position)],
            );
        }
        if self.closed {
            scope.call(Method::Close, []);
        }
    }
}
