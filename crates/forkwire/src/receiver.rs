//! The receiving half of a channel.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use forkwire_proto::{Format, Meta, Payload};
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::handle::Handle;
use crate::message::{Message, decode};
use crate::shared::Shared;

/// The receiving half of a [`Channel`](crate::Channel), from [`into_split`](crate::Channel::into_split).
///
/// Dropping it closes what it had not given out yet. What the peer sends afterwards is read only to see its answers,
/// and its handles are refused, so that it has them back.
#[derive(Debug)]
pub struct Receiver {
    shared: Arc<Shared>,
    format: Format,
}

impl Receiver {
    pub(crate) fn new(shared: Arc<Shared>, format: Format) -> Self {
        Self { shared, format }
    }

    /// As [`Channel::format`](crate::Channel::format).
    pub fn format(&self) -> Format {
        self.format
    }

    /// As [`Channel::recv`](crate::Channel::recv).
    ///
    /// # Errors
    /// As there.
    pub async fn recv<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let received = self.recv_with().await?;
        Ok(received.map(|(value, _)| value))
    }

    /// As [`Channel::recv_with`](crate::Channel::recv_with).
    ///
    /// # Errors
    /// As there.
    pub async fn recv_with<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<Handle>)>, Error> {
        poll_fn(|cx| self.shared.poll_next(cx, typed)).await?.transpose()
    }

    /// As [`Channel::recv_message`](crate::Channel::recv_message).
    ///
    /// # Errors
    /// As there.
    pub async fn recv_message(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.poll_message(cx)).await
    }

    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Message>, Error>> {
        self.shared
            .poll_next(cx, |meta, payload, handles| Some(whole(meta, payload, handles)))
    }
}

fn whole(meta: Meta, payload: Payload<'_>, handles: Vec<Handle>) -> Message {
    Message {
        meta,
        payload: payload.into_vec(),
        handles,
    }
}

/// A message that is not internal, read where it lies.
fn typed<T: DeserializeOwned>(
    meta: Meta,
    payload: Payload<'_>,
    handles: Vec<Handle>,
) -> Option<Result<(T, Vec<Handle>), Error>> {
    if meta.internal {
        return None;
    }
    Some(match decode(meta.format, payload.as_slice()) {
        Ok(value) => Ok((value, handles)),
        Err(source) => Err(Error::Unexpected {
            message: Box::new(whole(meta, payload, handles)),
            source,
        }),
    })
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.shared.lock().drop_receiver();
        self.shared.wakers().sender.wake();
    }
}
