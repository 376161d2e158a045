//! Messages that are gathered, and leave together.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use forkwire_proto::Meta;
use serde::Serialize;

use super::Sender;
use crate::coop::poll_within_budget;
use crate::error::SendError;
use crate::message::encode_into;
use crate::state::Outgoing;

/// Payloads from this size on, in bytes, go straight to the socket. Smaller ones are gathered.
const GATHERED: usize = 16 * 1024;

/// Bytes that a message has beside its payload at most, on either wire: its header, or its line end. Envelopes of handles
/// are longer, and are counted when the backlog is looked at again.
const OVERHEAD: usize = 16;

impl Sender {
    /// Queues a value, and lets the socket have it later, together with others: `queue` many, then
    /// [`flush`](Sender::flush). For many small values this takes a fraction of the time that [`send`](Sender::send) takes.
    /// Waits while the backlog is at its [mark](crate::Config::high_water_mark), and writes it then. A large value is
    /// written at once.
    ///
    /// ```
    /// use forkwire::Channel;
    ///
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let (mut ours, mut theirs) = Channel::pair()?;
    /// for number in 0..1_000 {
    ///     ours.queue(&number).await?;
    /// }
    /// ours.flush().await?;
    /// assert_eq!(theirs.recv::<u32>().await?, Some(0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`send`](Sender::send). A peer that goes before it has everything is an error of a later call: use `send`
    /// to learn of each message whether it has left.
    ///
    /// # Cancel safety
    /// Nothing was queued when the future is dropped.
    #[inline]
    pub fn queue<'a, T: Serialize + ?Sized>(
        &'a mut self,
        value: &'a T,
    ) -> impl Future<Output = Result<(), SendError>> + 'a {
        Queue(self, value)
    }

    /// Queues the value in `scratch`, whatever it is like.
    #[inline(never)]
    fn gather_encoded(&mut self) -> Result<(), SendError> {
        let payload = std::mem::take(&mut self.scratch);
        let outgoing = Outgoing::encoded(Meta::new(self.format), payload, Vec::new());
        let memory = self.gather(outgoing)?;
        self.keep(memory);
        Ok(())
    }

    /// Gathers the value in `scratch`, if it is small and goes as it is.
    #[inline]
    fn gather_scratch(&mut self) -> bool {
        let len = self.scratch.len();
        if len >= GATHERED {
            return false;
        }
        let mut state = self.shared.lock();
        let gathered = state.push_plain(Meta::new(self.format), &self.scratch);
        self.room = self.room.saturating_sub(len + OVERHEAD);
        gathered
    }

    /// Ready when one more message may be gathered.
    pub(crate) fn poll_gather(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        self.steps.renew();
        poll_within_budget(cx, |cx| {
            if self.room == 0 {
                ready!(self.poll_room(cx)).map_err(SendError::channel)?;
                self.room = self.measure_room();
            }
            Poll::Ready(Ok(()))
        })
    }

    /// Gathers a message, although the backlog may be at its mark, and returns its payload.
    pub(crate) fn gather<B>(&mut self, mut outgoing: Outgoing<B>) -> Result<B, SendError>
    where
        B: AsRef<[u8]> + Into<Bytes>,
    {
        let len = outgoing.payload.as_ref().len();
        // At least what it takes in the backlog.
        self.room = self.room.saturating_sub(len + OVERHEAD);
        let now = len >= GATHERED;
        let mut state = self.shared.lock();
        let plain = !now && outgoing.handles.is_empty() && outgoing.is_whole();
        if plain && state.push_plain(outgoing.meta, outgoing.payload.as_ref()) {
            return Ok(outgoing.payload);
        }
        match state.queue(&mut outgoing, now) {
            Ok(_) => Ok(outgoing.payload),
            Err(error) => Err(error.with(outgoing.into_message())),
        }
    }

    /// Bytes that may be queued before the backlog has to be looked at again.
    fn measure_room(&self) -> usize {
        let state = self.shared.lock();
        let room = self.mark.saturating_sub(state.link.backlog_bytes());
        // Others add to the backlog too, so that it has to be looked at each time.
        if state.has_several_senders() {
            room.min(1)
        } else {
            room
        }
    }
}

/// What [`Sender::queue`] returns. By hand, because an `async fn` first moves what it is given, and then its result, in which
/// there is room for an error with the message.
struct Queue<'a, T: ?Sized>(&'a mut Sender, &'a T);

impl<T: Serialize + ?Sized> Future for Queue<'_, T> {
    type Output = Result<(), SendError>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError>> {
        let Self(sender, value) = &mut *self;
        if sender.room == 0 || !sender.steps.take() {
            ready!(sender.poll_gather(cx))?;
        }
        sender.scratch.clear();
        if let Err(error) = encode_into(sender.format, *value, &mut sender.scratch) {
            return Poll::Ready(Err(error.into()));
        }
        // Apart from the errors, which are large, and would be moved.
        if sender.gather_scratch() {
            return Poll::Ready(Ok(()));
        }
        Poll::Ready(sender.gather_encoded())
    }
}
