//! `Stream` and `Sink` of whole messages.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_sink::Sink;

use crate::channel::Channel;
use crate::error::{Error, SendError};
use crate::message::Message;
use crate::receiver::Receiver;
use crate::sender::Sender;

/// The messages that [`recv_message`](Receiver::recv_message) returns. The end of the channel is the end of the stream.
impl Stream for Receiver {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_message(cx).map(Result::transpose)
    }
}

/// The stream of its receiving half: see [`Receiver`].
impl Stream for Channel {
    type Item = Result<Message, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut self.receiver).poll_next(cx)
    }
}

/// Gathers small messages and writes them together: `feed` many, then `flush`. It is not ready while the backlog is at
/// its [high-water mark](crate::Config::high_water_mark). Closing it is [`Sender::close`].
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
        self.poll_gather(cx)
    }

    fn start_send(mut self: Pin<&mut Self>, message: Message) -> Result<(), SendError> {
        self.gather(message.into()).map(drop)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.shared
            .poll_flush(self.id, cx, |_| false)
            .map_err(SendError::channel)
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        Sender::poll_close(&mut self, cx).map_err(SendError::channel)
    }
}

/// The sink of its sending half: see [`Sender`].
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
