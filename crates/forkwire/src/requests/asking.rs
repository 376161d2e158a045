//! Requests of this end.

use std::future::poll_fn;
use std::sync::Arc;

use forkwire_proto::{DeclineReason, Format, Meta};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::failure::{Failure, RequestError};
use crate::coop::take_budget;
use crate::error::SendError;
use crate::handle::Handle;
use crate::handle::convert::collect;
use crate::message::{Message, decode, encode_into};
use crate::peer::{Peer, no_requests};
use crate::sender::Sender;
use crate::shared::Shared;
use crate::state::{Answer, Outgoing};

impl Sender {
    /// Sends a request and waits for its answer: what the handler of `serve()` returns in Node, or what
    /// [`Request::reply`](crate::Request::reply) gets in Rust. A clone of the sender can have its own request under way at
    /// the same time.
    ///
    /// ```
    /// use forkwire::{Channel, Incoming};
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// let serve = async {
    ///     while let Some(Incoming::Request(request)) = theirs.recv_incoming().await? {
    ///         let (a, b): (i32, i32) = request.decode()?;
    ///         request.reply(&(a + b))?;
    ///     }
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let ask = async {
    ///     let sum: i32 = ours.request(&(1, 2)).await?;
    ///     assert_eq!(sum, 3);
    ///     ours.close().await?;
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let (served, asked) = tokio::join!(serve, ask);
    /// served.and(asked)
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// See [`RequestError`].
    ///
    /// # Cancel safety
    /// A future that is dropped cancels the request: a handler in Node sees its signal aborted, and a late answer is
    /// dropped.
    pub async fn request<Req, Res>(&mut self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        let (answer, handles) = self.ask(request, Vec::new()).await?;
        // Nobody has asked for them.
        drop(handles);
        Ok(answer)
    }

    /// As [`Sender::request`], with handles, as for [`Sender::send_with`]. Returns the answer, and the handles that came with it.
    ///
    /// # Errors
    /// See [`RequestError`]. Handles of a request that was not sent come back in the error of [`RequestError::NotSent`].
    ///
    /// # Cancel safety
    /// As for [`Sender::request`]. A future that is dropped before the request is queued closes the handles.
    pub async fn request_with<Req, Res>(
        &mut self,
        request: &Req,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(Res, Vec<Handle>), RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        let handles = collect(self.format(), handles)?;
        self.ask(request, handles).await
    }

    async fn ask<Req, Res>(
        &mut self,
        request: &Req,
        handles: Vec<Handle>,
    ) -> Result<(Res, Vec<Handle>), RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        let request = self.encode_request(request, handles)?;
        self.ask_encoded(request).await
    }

    pub(super) fn encode_request<Req: Serialize + ?Sized>(
        &self,
        request: &Req,
        handles: Vec<Handle>,
    ) -> Result<Outgoing<Vec<u8>>, RequestError> {
        let format = self.format();
        let mut payload = Vec::new();
        if let Err(error) = encode_into(format, request, &mut payload) {
            let message = Message::new(format, Vec::new()).with_handles(handles);
            return Err(SendError::from(error).with(message).into());
        }
        Ok(Outgoing::encoded(Meta::new(format), payload, handles))
    }

    pub(super) async fn ask_encoded<Res: DeserializeOwned>(
        &mut self,
        request: Outgoing<Vec<u8>>,
    ) -> Result<(Res, Vec<Handle>), RequestError> {
        take_budget().await;
        self.wait_for_peer().await?;
        self.wait_for_room().await.map_err(|_| GONE)?;
        let mut awaited = Awaited {
            shared: Arc::clone(&self.shared),
            id: self.start(request)?,
            over: false,
        };
        let answer = poll_fn(|cx| self.shared.poll_answer(self.id, awaited.id, cx)).await;
        awaited.over = true;
        match answer.map_err(RequestError::Channel)? {
            Ok(answer) => result(answer),
            Err(delivered) => Err(RequestError::PeerGone { delivered }),
        }
    }

    /// On Node's wire, any program may be at the other end.
    async fn wait_for_peer(&self) -> Result<(), RequestError> {
        let peer = poll_fn(|cx| self.shared.poll_peer(self.id, cx)).await;
        match peer.map_err(RequestError::Channel)? {
            Peer::Stock => Err(no_requests().into()),
            _ => Ok(()),
        }
    }

    fn start(&mut self, request: Outgoing<Vec<u8>>) -> Result<u64, RequestError> {
        let mut state = self.shared.lock();
        if state.eof || state.link.is_broken() {
            return Err(GONE);
        }
        Ok(state.queue_request(request)?)
    }
}

pub(super) const GONE: RequestError = RequestError::PeerGone { delivered: false };

/// Cancels the request when its future is dropped.
struct Awaited {
    shared: Arc<Shared>,
    id: u64,
    over: bool,
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if !self.over {
            self.shared.lock().cancel_request(self.id);
        }
    }
}

fn result<Res: DeserializeOwned>(answer: Answer) -> Result<(Res, Vec<Handle>), RequestError> {
    let (format, failed, payload, handles) = match answer {
        Answer::Response {
            format,
            failed,
            payload,
            handles,
        } => (format, failed, payload, handles),
        Answer::Declined(DeclineReason::NoHandler) => return Err(RequestError::NoHandler),
        Answer::Declined(DeclineReason::Closing) => return Err(GONE),
        Answer::Declined(_) | Answer::Lost => return Err(RequestError::Unanswered),
    };
    if failed {
        return Err(match decode(format, &payload) {
            Ok(failure) => RequestError::Failed(Box::new(Failure::from_value(failure))),
            Err(error) => RequestError::Unexpected(error),
        });
    }
    // A clone of no bytes is undefined.
    let undefined = format == Format::Clone && payload.is_empty();
    let (format, payload) = if undefined {
        (Format::Json, &b"null"[..])
    } else {
        (format, &payload[..])
    };
    let answer = decode(format, payload).map_err(RequestError::Unexpected)?;
    Ok((answer, handles))
}
