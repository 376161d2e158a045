//! Ports: channels of their own, which are found by a name or sent as handles.

mod handle;
mod lanes;
pub(crate) mod names;
mod requests;

use std::future::poll_fn;
use std::io;
use std::sync::Arc;

use forkwire_proto::{Format, HandleKind, Meta};
use forkwire_sys::os::{ChannelEnd, Transport, create_pair};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use self::lanes::Lanes;
use self::names::{MAX_NAME, Opening};
use crate::channel::Channel;
use crate::config::Config;
use crate::error::{Error, SendError};
use crate::handle::Handle;
use crate::message::{Message, decode};
use crate::sender::Sender;

/// The message with which an offer travels. Its handle's note says which port it is for.
const OFFER: &str = r#"{"cmd":"NODE_FORKWIRE_PORT"}"#;

/// One end of a channel of its own. In Node it is a `MessagePort` of forkwire.
///
/// A port is found by its name, which both sides of a channel use ([`Channel::port`]), or it is one of a pair
/// ([`Port::pair`]) and is sent as a [`Handle`], to any process that a channel or a port leads to: then its two ends talk
/// without anybody in between. Values are written as structured clones, and both formats are read.
///
/// A port has its own backlog and its own limits: one that nobody reads stops nobody else. Dropping it ends it at once;
/// [`Port::close`] sends first what is queued.
///
/// ```
/// use forkwire::{Channel, Port};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// let (mut ours, mut theirs) = Channel::pair()?;
/// let (mut port, other) = Port::pair()?;
/// port.send("sent before it moved").await?;
/// ours.send_with("a port", [other]).await?;
///
/// let (_, mut handles) = theirs.recv_with::<String>().await?.ok_or("nothing came")?;
/// let mut moved = Port::try_from(handles.remove(0))?;
/// assert_eq!(moved.recv::<String>().await?.as_deref(), Some("sent before it moved"));
/// moved.send("and back").await?;
/// assert_eq!(port.recv::<String>().await?.as_deref(), Some("and back"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Port {
    lanes: Lanes,
}

/// Why there is no port with this name.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PortError {
    /// The name is empty, or longer than 255 characters of JavaScript.
    #[error("the name of a port has 1 to 765 bytes")]
    Name,
    /// The port with this name is open in this process.
    #[error("the port is open here already: keep it, or drop it before it is asked for again")]
    InUse,
    /// Node's own wire has no ports.
    #[error("a port needs the native wire: start the child with forkwire at both ends")]
    Wire,
    /// The system has no descriptor left, or the caller is not in a tokio runtime with I/O enabled.
    #[error("the port's socket cannot be made")]
    Io(#[from] io::Error),
    /// The other end could not be offered.
    #[error("the port cannot be offered to the other process")]
    Send(#[from] Box<SendError>),
}

/// The settings of a port.
fn config() -> Config {
    Config::native().serialization(Format::Clone)
}

impl Port {
    /// Two ports that are connected to each other.
    ///
    /// # Errors
    /// The process has no descriptors left, or the caller is not in a tokio runtime with I/O enabled.
    pub fn pair() -> io::Result<(Self, Self)> {
        let (a, b) = create_pair()?;
        Ok((Self::over(a)?, Self::over(b)?))
    }

    fn over(end: ChannelEnd) -> io::Result<Self> {
        let channel = Channel::new(Transport::from_port(end, None)?, &config())?;
        let lanes = Lanes::new(channel, None, false);
        Ok(Self { lanes })
    }

    /// Sends a value as a structured clone: see [`Channel::send`].
    ///
    /// # Errors
    /// Those of [`Channel::send`].
    ///
    /// # Cancel safety
    /// That of [`Channel::send`].
    pub async fn send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.lanes.main().send(value).await
    }

    /// Sends a value with handles: see [`Channel::send_with`].
    ///
    /// # Errors
    /// Those of [`Channel::send_with`].
    ///
    /// # Cancel safety
    /// That of [`Channel::send_with`].
    pub async fn send_with<T: Serialize + ?Sized>(
        &mut self,
        value: &T,
        handles: impl IntoIterator<Item = impl TryInto<Handle, Error: Into<SendError>>>,
    ) -> Result<(), SendError> {
        self.lanes.main().send_with(value, handles).await
    }

    /// Sends a message that is encoded already: see [`Channel::send_message`].
    ///
    /// # Errors
    /// Those of [`Channel::send_message`].
    ///
    /// # Cancel safety
    /// That of [`Channel::send_message`].
    pub async fn send_message(&mut self, message: Message) -> Result<(), SendError> {
        self.lanes.main().send_message(message).await
    }

    /// Sends a value without waiting: see [`Channel::try_send`].
    ///
    /// # Errors
    /// Those of [`Channel::try_send`].
    pub fn try_send<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), SendError> {
        self.lanes.main().try_send(value)
    }

    /// Waits until the kernel has everything that was sent: see [`Channel::flush`].
    ///
    /// # Errors
    /// Those of [`Channel::flush`].
    pub async fn flush(&mut self) -> Result<(), Error> {
        self.lanes.main().flush().await
    }

    /// Receives the next message as a value. `None` when the other end is closed and everything was received. Handles that
    /// come with it are closed.
    ///
    /// # Errors
    /// Those of [`Channel::recv`].
    ///
    /// # Cancel safety
    /// A message that a dropped future did not return is returned by the next call.
    pub async fn recv<T: DeserializeOwned>(&mut self) -> Result<Option<T>, Error> {
        let received = self.recv_with().await?;
        Ok(received.map(|(value, _)| value))
    }

    /// Receives the next message as a value and its handles.
    ///
    /// # Errors
    /// Those of [`Channel::recv_with`].
    ///
    /// # Cancel safety
    /// As for [`Port::recv`].
    pub async fn recv_with<T: DeserializeOwned>(&mut self) -> Result<Option<(T, Vec<Handle>)>, Error> {
        let Some(message) = self.recv_message().await? else {
            return Ok(None);
        };
        match decode(message.meta.format, &message.payload) {
            Ok(value) => Ok(Some((value, message.handles))),
            Err(source) => {
                let message = Box::new(message);
                Err(Error::Unexpected { message, source })
            }
        }
    }

    /// Receives the next message undecoded.
    ///
    /// # Errors
    /// Those of [`Channel::recv_message`].
    ///
    /// # Cancel safety
    /// As for [`Port::recv`].
    pub async fn recv_message(&mut self) -> Result<Option<Message>, Error> {
        poll_fn(|cx| self.lanes.poll_message(cx)).await
    }

    /// Sends what is queued, and closes the port: see [`Channel::close`].
    ///
    /// # Errors
    /// Those of [`Channel::close`].
    ///
    /// # Cancel safety
    /// The port is dropped with the future.
    pub async fn close(self) -> Result<(), Error> {
        self.lanes.into_main().close().await
    }
}

impl Channel {
    /// The port with this name: a channel of its own to the other process, which gets the other end by the same name
    /// (`child.channel.port(name)` and `process.channel.port(name)` in Node). Either side may ask first; what it sends
    /// before the other one asks waits there.
    ///
    /// What the other side offers is seen when this channel [receives](Channel::recv): a task should do so as long as its
    /// ports are in use, also if it expects no message.
    ///
    /// # Errors
    /// [`PortError`].
    ///
    /// # Cancel safety
    /// The port is dropped with the future.
    pub async fn port(&mut self, name: &str) -> Result<Port, PortError> {
        self.sender.port(name).await
    }
}

impl Sender {
    /// The port with this name: see [`Channel::port`].
    ///
    /// # Errors
    /// [`PortError`].
    ///
    /// # Cancel safety
    /// The port is dropped with the future.
    pub async fn port(&mut self, name: &str) -> Result<Port, PortError> {
        if name.is_empty() || name.len() > MAX_NAME {
            return Err(PortError::Name);
        }
        let (opening, pair, beside) = {
            let mut state = self.shared.lock();
            if state.node {
                return Err(PortError::Wire);
            }
            let (pair, beside) = (create_pair()?, Arc::clone(state.link.socket()));
            (state.names.open(name).ok_or(PortError::InUse)?, pair, beside)
        };
        let Opening { number, slot, end } = opening;
        let Some(end) = end else {
            let (ours, theirs) = pair;
            let channel = Channel::new(Transport::from_port(ours, Some(&beside))?, &config())?;
            let lanes = Lanes::new(channel, Some(slot), true);
            let mut handle = Handle::new(HandleKind::Port, theirs);
            handle.info.note = format!("{number}:{name}");
            let message = Message {
                meta: Meta::new(Format::Json).with_internal(true),
                payload: OFFER.into(),
                handles: vec![handle],
            };
            self.send_message(message).await.map_err(Box::new)?;
            return Ok(Port { lanes });
        };
        let channel = Channel::new(Transport::from_port(end, Some(&beside))?, &config())?;
        let lanes = Lanes::new(channel, Some(slot), false);
        Ok(Port { lanes })
    }
}
