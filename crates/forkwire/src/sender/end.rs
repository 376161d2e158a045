//! Flushing, and the end of this direction.

use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use super::Sender;
use crate::coop::take_budget;
use crate::error::Error;

impl Sender {
    /// Waits until the kernel has everything that was sent, by all senders of the channel.
    ///
    /// # Errors
    /// The peer is gone, or sent malformed data.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped: the next call that waits goes on.
    pub async fn flush(&mut self) -> Result<(), Error> {
        take_budget().await;
        poll_fn(|cx| self.shared.poll_flush(self.id, cx, |_| false)).await
    }

    /// Sends what is queued, waits until the peer has acknowledged every handle, and ends this direction, for all senders
    /// of the channel. The peer receives the end after everything else; Node emits `'disconnect'`. The
    /// [`Receiver`](crate::Receiver) can go on to receive what the peer still sends. [`Sender`] says what Node's wire
    /// makes of that.
    ///
    /// # Errors
    /// The peer is gone, or sent malformed data, before it had everything. It is not an error if the peer went when
    /// nothing was left to send, or if every message that it did not get has come back with the error of its own call.
    ///
    /// # Cancel safety
    /// The sender is dropped with the future.
    pub async fn close(mut self) -> Result<(), Error> {
        poll_fn(|cx| self.poll_close(cx)).await
    }

    /// Waits until the peer has closed its end of the channel, or is gone. This end need not send anything to learn of it.
    ///
    /// To notice the end, what the peer sends is read, and kept for the [`Receiver`](crate::Receiver). When 1 MiB of it
    /// waits, this waits as well, until some of it is received. If there is no receiver, it is discarded.
    ///
    /// # Cancel safety
    /// Nothing is lost when the future is dropped.
    pub async fn closed(&mut self) {
        poll_fn(|cx| self.shared.poll_closed(self.id, cx)).await;
    }

    pub(crate) fn poll_close(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        ready!(self.poll_flush_messages(cx))?;
        ready!(self.shared.poll_answered(self.id, cx))?;
        self.shared.lock().end_sending();
        self.poll_flush_messages(cx)
    }

    /// Flushes. A failure does not count if every message has left or come back: the peer need not have what the channel
    /// itself has to say.
    fn poll_flush_messages(&self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.shared
            .poll_flush(self.id, cx, |_| false)
            .map(|result| match result {
                Err(Error::Io(_)) if self.shared.lock().undelivered() == 0 => Ok(()),
                result => result,
            })
    }
}
