//! Requests on a port.

use std::fmt::Display;
use std::future::{Future, poll_fn};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Port;
use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::requests::{Incoming, RequestError, serve};

impl Port {
    /// Sends a request and waits for its answer: see [`Channel::request`](crate::Channel::request).
    ///
    /// ```
    /// use forkwire::Port;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Port::pair()?;
    /// let serve = theirs.serve(|(a, b): (i32, i32)| async move { Ok::<_, String>(a + b) });
    /// let ask = async {
    ///     let sum: i32 = ours.request(&(1, 2)).await?;
    ///     assert_eq!(sum, 3);
    ///     ours.close().await?;
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let (served, asked) = tokio::join!(serve, ask);
    /// served?;
    /// asked
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Channel::request`](crate::Channel::request).
    ///
    /// # Cancel safety
    /// A future that is dropped cancels the request.
    pub async fn request<Req, Res>(&mut self, request: &Req) -> Result<Res, RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.lanes.main().request(request).await
    }

    /// The same with handles: see [`Channel::request_with`](crate::Channel::request_with).
    ///
    /// # Errors
    /// Those of [`Channel::request_with`](crate::Channel::request_with).
    ///
    /// # Cancel safety
    /// That of [`Channel::request_with`](crate::Channel::request_with).
    pub async fn request_with<Req, Res>(
        &mut self,
        request: &Req,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(Res, Vec<Handle>), RequestError>
    where
        Req: Serialize + ?Sized,
        Res: DeserializeOwned,
    {
        self.lanes.main().request_with(request, handles).await
    }

    /// Receives the next message or request. `None` when the other end is closed and everything was received.
    ///
    /// # Errors
    /// Those of [`Channel::recv_incoming`](crate::Channel::recv_incoming).
    ///
    /// # Cancel safety
    /// As for [`Port::recv`].
    pub async fn recv_incoming(&mut self) -> Result<Option<Incoming>, Error> {
        poll_fn(|cx| self.lanes.poll_incoming(cx)).await
    }

    /// Answers the requests of the other end with what `handler` returns: see [`Channel::serve`](crate::Channel::serve).
    ///
    /// # Errors
    /// Those of [`Channel::recv_incoming`](crate::Channel::recv_incoming).
    ///
    /// # Cancel safety
    /// That of [`Channel::serve`](crate::Channel::serve).
    pub async fn serve<Req, Res, E, F>(&mut self, mut handler: impl FnMut(Req) -> F) -> Result<(), Error>
    where
        Req: DeserializeOwned,
        Res: Serialize + Send + 'static,
        E: Display + Send + 'static,
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        serve(|cx| self.lanes.poll_incoming(cx), &mut handler).await
    }
}
