//! `Stream` and `Sink`, of whole messages.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_sink::Sink;

use crate::channel::Channel;
use crate::error::{Error, SendError};
use crate::message::Message;
use crate::receiver::Receiver;
use crate::sender::Sender;

/// Payloads from this size on go straight to the socket, in bytes: smaller ones are gathered.
const GATHERED: usize = 16 * 1024;

/// Bytes of a message beside its payload, at most, on either wire: header and line end. Envelopes of handles are longer,
/// and counted when the backlog is looked at again.
const OVERHEAD: usize = 16;

/// Messages as [`Channel::recv_message`] gives them. The end of the channel is the end of the stream.
impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_message(cx).map(Result::transpose)
    }
}

/// As for [`Receiver`].
impl Stream for Channel {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.receiver.poll_message(cx).map(Result::transpose)
    }
}

/// Gathers small messages up to [`HIGH_WATER_MARK`](crate::HIGH_WATER_MARK) bytes and writes them together: `feed` many,
/// then `flush`. Closing is [`Sender::close`].
///
/// ```
/// use forkwire::{Channel, Format, Message};
/// use futures_util::{SinkExt, StreamExt};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (mut ours, mut theirs) = Channel::pair()?;
/// for number in 0..1_000 {
///     ours.feed(Message::encode(Format::Json, &number)?).await?;
/// }
/// SinkExt::<Message>::flush(&mut ours).await?;
/// let first = theirs.next().await.ok_or("nothing came")??;
/// assert_eq!(first.decode::<i32>()?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Sink<Message> for Sender {
    type Error = SendError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        if self.room == 0 {
            ready!(self.poll_room(cx)).map_err(SendError::channel)?;
            let waiting = self.shared.lock().link.backlog_bytes();
            self.room = self.mark.saturating_sub(waiting);
        }
        Poll::Ready(Ok(()))
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        // No less than what it takes in the backlog.
        self.room = self.room.saturating_sub(message.payload.len() + OVERHEAD);
        let now = message.payload.len() >= GATHERED;
        let mut state = self.shared.lock();
        if !now && state.push_plain(&message) {
            return Ok(());
        }
        state.queue(message, now).map(drop)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.shared.poll_flush(cx, |_| false).map_err(SendError::channel)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Sender::poll_close(&mut self, cx).map_err(SendError::channel)
    }
}

/// As for [`Sender`].
impl Sink<Message> for Channel {
    type Error = SendError;

    fn poll_ready(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.sender).poll_ready(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        Pin::new(&mut self.sender).start_send(message)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Sink::poll_flush(Pin::new(&mut self.sender), cx)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Sink::poll_close(Pin::new(&mut self.sender), cx)
    }
}
