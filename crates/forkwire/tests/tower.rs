//! Requests as a service of tower, at both ends.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use forkwire::{Channel, RequestError, RequestService, Sender};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tower_service::Service;

type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Doubles one number after the other, when it is released, and says which one it has begun with. It never ends with 0 and is
/// never ready again after 13.
struct OneAtATime {
    free: Arc<Semaphore>,
    waiting: Option<Pending<OwnedSemaphorePermit>>,
    permit: Option<OwnedSemaphorePermit>,
    begun: UnboundedSender<i64>,
    broken: bool,
}

impl OneAtATime {
    fn new(begun: UnboundedSender<i64>) -> Self {
        Self {
            free: Arc::new(Semaphore::new(1)),
            waiting: None,
            permit: None,
            begun,
            broken: false,
        }
    }
}

impl Service<i64> for OneAtATime {
    type Response = i64;
    type Error = &'static str;
    type Future = Pending<Result<i64, &'static str>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        if self.broken {
            return Poll::Ready(Err("it is broken"));
        }
        if self.permit.is_none() {
            let free = Arc::clone(&self.free);
            let waiting = self
                .waiting
                .get_or_insert_with(|| Box::pin(async move { free.acquire_owned().await.unwrap() }));
            self.permit = Some(ready!(waiting.as_mut().poll(cx)));
            self.waiting = None;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, number: i64) -> Self::Future {
        let permit = self.permit.take().unwrap();
        self.begun.send(number).unwrap();
        self.broken = number == 13;
        Box::pin(async move {
            let _permit = permit;
            match number {
                0 => std::future::pending().await,
                13 => Err("no luck"),
                _ => Ok(2 * number),
            }
        })
    }
}

fn serve(mut channel: Channel, service: OneAtATime) -> JoinHandle<()> {
    tokio::spawn(async move { channel.serve_service(service).await.unwrap() })
}

async fn ask(sender: &Sender, number: i64) -> Result<i64, RequestError> {
    let mut service: RequestService<i64, i64> = sender.clone().into_service();
    poll_fn(|cx| service.poll_ready(cx)).await?;
    service.call(number).await
}

#[tokio::test]
async fn a_service_answers_the_calls_of_a_service() {
    let (ours, theirs) = Channel::pair().unwrap();
    let (begun, mut has_begun) = unbounded_channel();
    let served = serve(theirs, OneAtATime::new(begun));
    let (sender, receiver) = ours.into_split();
    let asking: Vec<_> = (1..=10)
        .map(|number| {
            let sender = sender.clone();
            tokio::spawn(async move { ask(&sender, number).await.unwrap() })
        })
        .collect();
    for (number, answer) in (1..).zip(asking) {
        assert_eq!(answer.await.unwrap(), 2 * number);
    }
    drop((sender, receiver));
    served.await.unwrap();
    let mut all = Vec::new();
    while let Some(number) = has_begun.recv().await {
        all.push(number);
    }
    all.sort_unstable();
    assert_eq!(all, (1..=10).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_request_that_is_given_up_while_the_service_is_busy_never_reaches_it() {
    let (ours, theirs) = Channel::pair().unwrap();
    let (begun, mut has_begun) = unbounded_channel();
    let served = serve(theirs, OneAtATime::new(begun));
    let (sender, receiver) = ours.into_split();
    let endless = tokio::spawn({
        let sender = sender.clone();
        async move { ask(&sender, 0).await }
    });
    assert_eq!(has_begun.recv().await, Some(0));
    let mut second: RequestService<i64, i64> = sender.clone().into_service();
    poll_fn(|cx| second.poll_ready(cx)).await.unwrap();
    let mut given_up = second.call(1);
    // It is on its way after that.
    poll_fn(|cx| {
        assert!(given_up.as_mut().poll(cx).is_pending());
        Poll::Ready(())
    })
    .await;
    drop(given_up);
    // What is given up at the service makes room, although the service is not ready and nothing is received.
    endless.abort();
    assert!(endless.await.unwrap_err().is_cancelled());
    assert_eq!(ask(&sender, 2).await.unwrap(), 4);
    drop((second, sender, receiver));
    served.await.unwrap();
    assert_eq!(has_begun.recv().await, Some(2));
    assert_eq!(has_begun.recv().await, None);
}

#[tokio::test]
async fn errors_of_a_service_reach_the_caller() {
    let (ours, theirs) = Channel::pair().unwrap();
    let (begun, _has_begun) = unbounded_channel();
    let served = serve(theirs, OneAtATime::new(begun));
    let (sender, receiver) = ours.into_split();
    for expected in ["no luck", "it is broken"] {
        match ask(&sender, 13).await {
            Err(RequestError::Failed(failure)) => assert_eq!(failure.message, expected),
            other => panic!("{other:?}"),
        }
    }
    drop((sender, receiver));
    served.await.unwrap();
}

#[tokio::test]
async fn a_service_whose_peer_is_gone_says_so() {
    let (ours, theirs) = Channel::pair().unwrap();
    drop(theirs);
    let (sender, mut receiver) = ours.into_split();
    assert!(receiver.recv::<()>().await.unwrap().is_none());
    let answer = ask(&sender, 1).await;
    assert!(
        matches!(answer, Err(RequestError::PeerGone { delivered: false })),
        "{answer:?}"
    );
}
