//! Room in the backlog.

use serde::Serialize;

use super::Sender;
use crate::error::SendError;
use crate::message::Message;

/// Room for one message in the backlog, from [`Sender::reserve`] or [`Channel::reserve`](crate::Channel::reserve).
///
/// ```
/// use forkwire::Channel;
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (ours, mut theirs) = Channel::pair()?;
/// let (mut sender, _receiver) = ours.into_split();
/// let mut jobs = vec!["one", "two"];
/// while !jobs.is_empty() {
///     let permit = sender.reserve().await?;
///     // Only now is a job taken: had the future above been dropped, none would be lost.
///     permit.send(&jobs.remove(0))?;
/// }
/// assert_eq!(theirs.recv::<String>().await?.as_deref(), Some("one"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
#[must_use = "a permit sends nothing by itself"]
pub struct Permit<'a>(&'a mut Sender);

impl<'a> Permit<'a> {
    pub(super) fn new(sender: &'a mut Sender) -> Self {
        Self(sender)
    }

    /// Sends a value without waiting. What the socket does not take at once leaves with the next call that waits.
    ///
    /// # Errors
    /// Those of [`Sender::send`].
    pub fn send<T: Serialize + ?Sized>(self, value: &T) -> Result<(), SendError> {
        let outgoing = self.0.encode(value, Vec::new())?;
        self.0.put_value(outgoing)
    }

    /// Sends a message that is encoded already, like [`send`](Permit::send).
    ///
    /// # Errors
    /// Those of [`Sender::send_message`].
    pub fn send_message(self, message: Message) -> Result<(), SendError> {
        self.0.put_message(message)
    }
}
