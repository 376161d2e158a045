//! Serving: a handler for the requests of the peer.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use super::{Incoming, Request, poll_incoming};
use crate::channel::Channel;
use crate::error::Error;

impl Channel {
    /// Answers the requests of the peer with what `handler` returns, until the peer closes the channel. Each request has a task of
    /// its own, which is dropped if the request is given up. An error is what the request fails with, and so is that of a request
    /// that is not of the type `Req`. Messages are dropped: use [`recv_incoming`](Channel::recv_incoming) for both, and to take or
    /// give handles.
    ///
    /// ```
    /// use std::convert::Infallible;
    /// use forkwire::Channel;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// let serve = theirs.serve(|(a, b): (i32, i32)| async move { Ok::<_, Infallible>(a + b) });
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
    /// Those of [`Channel::recv_message`].
    ///
    /// # Cancel safety
    /// A future that is dropped drops the tasks. Their requests end with "no handler", as that of a task that panics does.
    pub async fn serve<Req, Res, E, F>(&mut self, mut handler: impl FnMut(Req) -> F) -> Result<(), Error>
    where
        Req: DeserializeOwned,
        Res: Serialize + Send + 'static,
        E: Display + Send + 'static,
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        serve(
            |cx| poll_incoming(&mut self.receiver, &self.sender, cx),
            &mut handler,
        )
        .await
    }
}

/// Answers the requests that `poll` returns, until it returns `None`.
pub(crate) async fn serve<Req, Res, E, F>(
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<Result<Option<Incoming>, Error>>,
    handler: &mut impl FnMut(Req) -> F,
) -> Result<(), Error>
where
    Req: DeserializeOwned,
    Res: Serialize + Send + 'static,
    E: Display + Send + 'static,
    F: Future<Output = Result<Res, E>> + Send + 'static,
{
    let mut tasks = Tasks::default();
    while let Some(incoming) = poll_fn(&mut poll).await? {
        tasks.take(incoming, &mut *handler);
    }
    tasks.finish().await;
    Ok(())
}

/// The handlers at work.
#[derive(Default)]
struct Tasks(JoinSet<()>);

impl Tasks {
    /// Has the handler answer a request.
    fn take<Req, Res, E, F>(&mut self, incoming: Incoming, handler: impl FnOnce(Req) -> F)
    where
        Req: DeserializeOwned,
        Res: Serialize + Send + 'static,
        E: Display + Send + 'static,
        F: Future<Output = Result<Res, E>> + Send + 'static,
    {
        while self.0.try_join_next().is_some() {}
        let Incoming::Request(request) = incoming else {
            return;
        };
        match request.decode() {
            Ok(value) => drop(self.0.spawn(answer(request, handler(value)))),
            Err(error) => drop(request.fail(error)),
        }
    }

    /// The peer sends nothing any more, and may still wait for answers.
    async fn finish(mut self) {
        while self.0.join_next().await.is_some() {}
    }
}

/// Gives the request the result, unless nobody waits for it.
pub(super) async fn answer<Res, E>(request: Request, work: impl Future<Output = Result<Res, E>>)
where
    Res: Serialize,
    E: Display,
{
    let result = {
        let (mut work, mut cancelled) = (pin!(work), pin!(request.cancelled()));
        poll_fn(|cx| match work.as_mut().poll(cx) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending => cancelled.as_mut().poll(cx).map(|()| None),
        })
        .await
    };
    // What cannot be sent has failed at the requester, and a peer that is gone needs nothing.
    drop(match result {
        Some(Ok(value)) => request.reply(&value),
        Some(Err(error)) => request.fail(error),
        None => Ok(()),
    });
}
