//! Requests as a [`Service`] of tower, and a [`Service`] as what answers them.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::marker::PhantomData;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;
use tower_service::Service;

use super::asking::GONE;
use super::failure::RequestError;
use super::serve::answer;
use super::{Incoming, Request};
use crate::channel::Channel;
use crate::error::Error;
use crate::sender::Sender;

/// The requests of a [`Sender`] as a [`Service`]: see [`Sender::into_service`].
#[derive(Debug)]
pub struct RequestService<Req, Res> {
    sender: Sender,
    types: PhantomData<fn(Req) -> Res>,
}

impl<Req, Res> Clone for RequestService<Req, Res> {
    fn clone(&self) -> Self {
        Self {
            sender: self.sender.clone(),
            types: PhantomData,
        }
    }
}

impl Sender {
    /// The requests of this sender as a [`Service`], for timeouts, retries, limits and whatever else there is for tower. Each call
    /// is a [`request`](Sender::request), and any number of them may be under way. The service is ready while the backlog is below
    /// its [mark](crate::Config::high_water_mark). A future that is dropped cancels its request.
    ///
    /// ```
    /// use std::future::poll_fn;
    /// use forkwire::{Channel, RequestService};
    /// use tower_service::Service;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (ours, mut theirs) = Channel::pair()?;
    /// let serve = theirs.serve(|(a, b): (i32, i32)| async move { Ok::<_, String>(a + b) });
    /// let ask = async {
    ///     let (sender, _receiver) = ours.into_split();
    ///     let mut sums: RequestService<(i32, i32), i32> = sender.into_service();
    ///     poll_fn(|cx| sums.poll_ready(cx)).await?;
    ///     assert_eq!(sums.call((1, 2)).await?, 3);
    ///     Ok::<_, Box<dyn std::error::Error>>(())
    /// };
    /// let (served, asked) = tokio::join!(serve, ask);
    /// served?;
    /// asked
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn into_service<Req, Res>(self) -> RequestService<Req, Res> {
        RequestService {
            sender: self,
            types: PhantomData,
        }
    }
}

impl<Req, Res> Service<Req> for RequestService<Req, Res>
where
    Req: Serialize,
    Res: DeserializeOwned + Send + 'static,
{
    type Response = Res;
    type Error = RequestError;
    type Future = Pin<Box<dyn Future<Output = Result<Res, RequestError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), RequestError>> {
        self.sender.poll_room(cx).map_err(|_| GONE)
    }

    fn call(&mut self, request: Req) -> Self::Future {
        let mut sender = self.sender.clone();
        let encoded = sender.encode_request(&request, Vec::new());
        Box::pin(async move {
            let (answer, handles) = sender.ask_encoded(encoded?).await?;
            // Nobody has asked for them.
            drop(handles);
            Ok(answer)
        })
    }
}

impl Channel {
    /// As [`Channel::serve`], with a [`Service`] as the handler. While it is not ready, the requests wait, and after a megabyte of
    /// them the peer's backlog grows. A service that fails to become ready fails the request.
    ///
    /// # Errors
    /// Those of [`Channel::recv_message`].
    ///
    /// # Cancel safety
    /// As for [`Channel::serve`].
    pub async fn serve_service<Req, S>(&mut self, mut service: S) -> Result<(), Error>
    where
        Req: DeserializeOwned,
        S: Service<Req>,
        S::Response: Serialize + Send + 'static,
        S::Error: Display + Send + 'static,
        S::Future: Send + 'static,
    {
        let mut tasks = JoinSet::new();
        while let Some(incoming) = self.recv_incoming().await? {
            while tasks.try_join_next().is_some() {}
            let Incoming::Request(request) = incoming else {
                continue;
            };
            let value = match request.decode() {
                Ok(value) => value,
                Err(error) => {
                    drop(request.fail(error));
                    continue;
                }
            };
            match self.until_ready(&mut service, &request).await {
                Some(Ok(())) => drop(tasks.spawn(answer(request, service.call(value)))),
                Some(Err(error)) => drop(request.fail(error)),
                None => {}
            }
        }
        // The peer sends nothing any more, and may still wait for answers.
        while tasks.join_next().await.is_some() {}
        Ok(())
    }

    /// Waits until the service is ready. `None`: the request was given up before.
    async fn until_ready<Req, S: Service<Req>>(
        &self,
        service: &mut S,
        request: &Request,
    ) -> Option<Result<(), S::Error>> {
        let mut cancelled = pin!(request.cancelled());
        poll_fn(|cx| {
            if let Poll::Ready(ready) = service.poll_ready(cx) {
                return Poll::Ready(Some(ready));
            }
            self.sender.shared.poll_meanwhile(self.sender.id, cx);
            cancelled.as_mut().poll(cx).map(|()| None)
        })
        .await
    }
}
