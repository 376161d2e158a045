//! Taking the socket out of a channel, for another process to go on with.

use std::cell::Cell;

use super::Port;
use crate::core::StreamEnd;
use crate::exit;
use crate::ffi::number;

impl Port {
    /// Delivers what has arrived, and returns a descriptor for the socket with what the next link has to know: -1 if the peer has
    /// closed it, and everything was delivered. The channel is over then, without an event. `None`: not now, and nothing has
    /// changed.
    pub(crate) fn suspend(&self) -> Option<(i32, Vec<u8>)> {
        loop {
            let batch = self.take_ready();
            if batch.is_empty() {
                break;
            }
            self.deliver_batch(batch, &Cell::new(0));
        }
        let (link, fd, state) = {
            let mut core = self.core.lock();
            // A background task may have read since the last delivery.
            if core.ends.finishing || !core.reader.ready.is_empty() || !core.reader.held.is_empty() {
                return None;
            }
            if let Some(end) = &core.ends.received {
                let orderly = matches!(end, StreamEnd::Eof);
                drop(core);
                if orderly {
                    self.destroy();
                }
                return orderly.then(|| (-1, Vec::new()));
            }
            if core.writer.error.is_some() {
                return None;
            }
            let link = core.link.as_mut()?;
            let fd = number::duplicate_end(link.socket()).ok()?;
            let Some(state) = link.suspend() else {
                drop(core);
                let _ = number::close(fd);
                return None;
            };
            (core.detach(), fd, state)
        };
        // The driver first: a descriptor must not be polled when it is closed. The socket stays open by its duplicate.
        drop(self.driver.take());
        if let Some(link) = &link {
            link.socket().leave();
        }
        drop(link);
        exit::forget(&self.core);
        self.events.release();
        Some((fd, state))
    }
}
