//! The ends that are compared. Each sends and receives payloads.

use std::hint::black_box;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdStream;

use forkwire::{Channel, Config, Latency, Message};
use interprocess::local_socket::tokio::Stream as LocalStream;
use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use serde_json::value::RawValue;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, ReadHalf, WriteHalf};
use tokio::net::UnixStream;

/// One end of a connection.
pub(crate) trait End: Sized + 'static {
    const NAME: &'static str;
    /// What [`End::start`] makes an end of, within a runtime.
    type Seed: Send + 'static;
    /// What a program sends.
    type Payload;
    /// A message in memory of its own.
    type Received;

    fn start(seed: Self::Seed) -> Self;
    /// `text` is JSON.
    fn payload(text: String) -> Self::Payload;
    /// Returns when the kernel has the message.
    async fn send(&mut self, payload: &Self::Payload);
    /// May keep the message back until more follow.
    async fn feed(&mut self, payload: &Self::Payload);
    async fn flush(&mut self);
    /// `None` when the peer is gone.
    async fn recv(&mut self) -> Option<Self::Received>;
    /// Receives at least one message and at most so many, and returns how many. `None` when the peer is gone.
    async fn take(&mut self, most: usize) -> Option<usize>;
    /// Sends a message back. `None` when the peer is gone.
    async fn echo(&mut self) -> Option<()>;
}

/// `SLEEPS`: with [`Latency::Idle`].
pub(crate) struct Forkwire<const SLEEPS: bool>(Channel);

impl<const SLEEPS: bool> Forkwire<SLEEPS> {
    pub(crate) fn pair() -> (OwnedFd, OwnedFd) {
        let (a, b) = StdStream::pair().expect("a pair");
        (a.into(), b.into())
    }
}

impl<const SLEEPS: bool> End for Forkwire<SLEEPS> {
    const NAME: &'static str = if SLEEPS { "forkwire, idle" } else { "forkwire" };
    type Seed = OwnedFd;
    type Payload = Box<RawValue>;
    type Received = Message;

    fn start(fd: OwnedFd) -> Self {
        let latency = if SLEEPS { Latency::Idle } else { Latency::default() };
        let config = Config::native().latency(latency);
        Self(Channel::from_fd_with(fd, &config).expect("a channel"))
    }

    fn payload(text: String) -> Self::Payload {
        RawValue::from_string(text).expect("JSON")
    }

    async fn send(&mut self, payload: &Self::Payload) {
        self.0.send(payload).await.expect("a peer");
    }

    async fn feed(&mut self, payload: &Self::Payload) {
        self.0.queue(payload).await.expect("a peer");
    }

    async fn flush(&mut self) {
        self.0.flush().await.expect("a peer");
    }

    async fn recv(&mut self) -> Option<Message> {
        self.0.recv_message().await.ok()?
    }

    async fn take(&mut self, _most: usize) -> Option<usize> {
        match self.0.recv_message().await {
            Ok(Some(message)) => black_box(&message),
            _ => return None,
        };
        Some(1)
    }

    async fn echo(&mut self) -> Option<()> {
        let message = self.recv().await?;
        self.0.send_message(message).await.ok()
    }
}

/// By [`Channel::recv_many`].
pub(crate) struct Many(Forkwire<false>, Vec<Message>);

impl End for Many {
    const NAME: &'static str = "forkwire, recv_many";
    type Seed = OwnedFd;
    type Payload = Box<RawValue>;
    type Received = Message;

    fn start(fd: OwnedFd) -> Self {
        Self(Forkwire::start(fd), Vec::new())
    }

    fn payload(text: String) -> Self::Payload {
        Forkwire::<false>::payload(text)
    }

    async fn send(&mut self, payload: &Self::Payload) {
        self.0.send(payload).await;
    }

    async fn feed(&mut self, payload: &Self::Payload) {
        self.0.feed(payload).await;
    }

    async fn flush(&mut self) {
        self.0.flush().await;
    }

    async fn recv(&mut self) -> Option<Message> {
        self.0.recv().await
    }

    async fn take(&mut self, most: usize) -> Option<usize> {
        let count = self.0.0.recv_many(&mut self.1, most).await.ok()?;
        for message in self.1.drain(..) {
            black_box(&message);
        }
        (count > 0).then_some(count)
    }

    async fn echo(&mut self) -> Option<()> {
        self.0.echo().await
    }
}

/// The frames of the native wire over any stream: a header of eight bytes and the payload.
pub(crate) struct Framed<S> {
    reader: BufReader<ReadHalf<S>>,
    writer: WriteHalf<S>,
    gathered: Vec<u8>,
}

/// Bytes that are read at once and gathered at most, as in forkwire.
const BUFFER: usize = 64 * 1024;

impl<S: tokio::io::AsyncRead + tokio::io::AsyncWrite> Framed<S> {
    fn new(stream: S) -> Self {
        let (reader, writer) = tokio::io::split(stream);
        Self {
            reader: BufReader::with_capacity(BUFFER, reader),
            writer,
            gathered: Vec::with_capacity(BUFFER),
        }
    }

    fn put(&mut self, payload: &[u8]) {
        self.gathered.extend_from_slice(&[2, 0, 0, 0]);
        let length = u32::try_from(payload.len()).expect("a short payload");
        self.gathered.extend_from_slice(&length.to_le_bytes());
        self.gathered.extend_from_slice(payload);
    }

    async fn feed(&mut self, payload: &[u8]) {
        self.put(payload);
        if self.gathered.len() >= BUFFER {
            self.flush().await;
        }
    }

    async fn flush(&mut self) {
        self.writer.write_all(&self.gathered).await.expect("a peer");
        self.gathered.clear();
    }

    async fn recv(&mut self) -> Option<Vec<u8>> {
        let mut header = [0; 8];
        self.reader.read_exact(&mut header).await.ok()?;
        let [_, _, _, _, length @ ..] = header;
        let mut payload = vec![0; u32::from_le_bytes(length) as usize];
        self.reader.read_exact(&mut payload).await.ok()?;
        Some(payload)
    }
}

/// A bare Unix socket.
pub(crate) struct Bare(Framed<UnixStream>);

impl Bare {
    pub(crate) fn pair() -> (StdStream, StdStream) {
        let (a, b) = StdStream::pair().expect("a pair");
        for stream in [&a, &b] {
            stream.set_nonblocking(true).expect("a socket");
        }
        (a, b)
    }
}

/// A local socket of the crate interprocess.
pub(crate) struct Interprocess(Framed<LocalStream>);

impl Interprocess {
    pub(crate) fn pair() -> (StdStream, StdStream) {
        Bare::pair()
    }
}

macro_rules! framed {
    ($end:ident, $name:literal, |$stream:ident| $start:expr) => {
        impl End for $end {
            const NAME: &'static str = $name;
            type Seed = StdStream;
            type Payload = Vec<u8>;
            type Received = Vec<u8>;

            fn start($stream: StdStream) -> Self {
                Self(Framed::new($start))
            }

            fn payload(text: String) -> Vec<u8> {
                text.into()
            }

            async fn send(&mut self, payload: &Vec<u8>) {
                self.0.put(payload);
                self.0.flush().await;
            }

            async fn feed(&mut self, payload: &Vec<u8>) {
                self.0.feed(payload).await;
            }

            async fn flush(&mut self) {
                self.0.flush().await;
            }

            async fn recv(&mut self) -> Option<Vec<u8>> {
                self.0.recv().await
            }

            async fn take(&mut self, _most: usize) -> Option<usize> {
                black_box(&self.0.recv().await?);
                Some(1)
            }

            async fn echo(&mut self) -> Option<()> {
                let payload = self.recv().await?;
                self.send(&payload).await;
                Some(())
            }
        }
    };
}

framed!(Bare, "bare socket", |stream| UnixStream::from_std(stream)
    .expect("a runtime"));
framed!(Interprocess, "interprocess", |stream| {
    let stream = interprocess::os::unix::uds_local_socket::tokio::Stream::from(
        UnixStream::from_std(stream).expect("a runtime"),
    );
    LocalStream::from(stream)
});

/// A pair of channels of the crate ipc-channel, whose calls block.
pub(crate) struct Ipc(IpcSender<Vec<u8>>, IpcReceiver<Vec<u8>>);

impl Ipc {
    pub(crate) fn pair() -> (<Self as End>::Seed, <Self as End>::Seed) {
        let (to_a, from_b) = ipc::channel().expect("a channel");
        let (to_b, from_a) = ipc::channel().expect("a channel");
        ((to_b, from_b), (to_a, from_a))
    }
}

impl End for Ipc {
    const NAME: &'static str = "ipc-channel";
    type Seed = (IpcSender<Vec<u8>>, IpcReceiver<Vec<u8>>);
    type Payload = Vec<u8>;
    type Received = Vec<u8>;

    fn start((sender, receiver): Self::Seed) -> Self {
        Self(sender, receiver)
    }

    fn payload(text: String) -> Vec<u8> {
        text.into()
    }

    async fn send(&mut self, payload: &Vec<u8>) {
        self.0.send(payload.clone()).expect("a peer");
    }

    async fn feed(&mut self, payload: &Vec<u8>) {
        self.send(payload).await;
    }

    async fn flush(&mut self) {}

    async fn recv(&mut self) -> Option<Vec<u8>> {
        self.1.recv().ok()
    }

    async fn take(&mut self, _most: usize) -> Option<usize> {
        black_box(&self.1.recv().ok()?);
        Some(1)
    }

    async fn echo(&mut self) -> Option<()> {
        self.0.send(self.1.recv().ok()?).ok()
    }
}
