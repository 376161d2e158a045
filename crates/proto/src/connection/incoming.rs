//! The receiving half of a connection: bytes in, events out.

use super::Connection;
use crate::body::Body;
use crate::decoder::Frame;
use crate::error::WireError;
use crate::event::{Event, Format, Meta, Payload};
use crate::frame::{HEADER_LEN, Header, ID_LEN, Kind, MAGIC, VERSION};
use crate::handle::{HandleInfo, RefuseReason};
use crate::run::Run;
use crate::text;

/// The number, the payload and the handles of a handle group.
pub(super) type Group<H> = (u64, Vec<u8>, Vec<(HandleInfo, H)>);

impl<H> Connection<H> {
    /// The next event in what the peer sent. After an error, the connection cannot be used any more.
    pub fn poll_event(&mut self) -> Result<Option<Event<'_, H>>, WireError> {
        if self.greeted
            && !self.peer_closed
            && let Some((format, position, body)) = self.decoder.next_plain()
        {
            return Ok(Some(Event::Message {
                meta: Meta::new(format),
                payload: Payload::Borrowed(self.decoder.slice(body)),
                position,
            }));
        }
        self.poll_frame()
    }

    /// The next event, whatever it is. Apart from the path of nearly every message, which it would make longer.
    #[inline(never)]
    fn poll_frame(&mut self) -> Result<Option<Event<'_, H>>, WireError> {
        loop {
            let Some(Frame {
                header,
                position,
                body,
            }) = self.decoder.next_frame()?
            else {
                return Ok(None);
            };
            if self.peer_closed && !matches!(header.kind, Kind::Ack | Kind::Refuse | Kind::Cancel) {
                return Err(WireError::malformed("a frame after the close", position));
            }
            let body = match body {
                Ok(body) => body,
                Err(_) if header.kind.is_call() => match self.lose_call(header, position)? {
                    Some(event) => return Ok(Some(Event::Requests(event))),
                    None => continue,
                },
                Err(lost) => return self.lose(header, lost.at(position), position).map(Some),
            };
            if header.kind.is_message() {
                if header.handles == 0 {
                    let meta = header.meta();
                    let payload = self.payload(meta.format, body, position)?;
                    return Ok(Some(Event::Message {
                        meta,
                        payload,
                        position,
                    }));
                }
                if let Some(group) = self.open_group(header, &body, position)? {
                    return Ok(Some(group));
                }
                continue;
            }
            if header.kind == Kind::Several {
                let payload = self.payload(Format::Json, body, position)?;
                return Ok(Some(Event::Several { payload, position }));
            }
            if header.kind.is_call() {
                let Some(call) = self.begin_call(header, position)? else {
                    continue;
                };
                if header.handles == 0 {
                    let (call, format) = (call.call, header.meta().format);
                    let payload = self.payload(format, body, position + ID_LEN as u64)?;
                    return Ok(Some(Event::Call {
                        call,
                        format,
                        payload,
                        position,
                    }));
                }
                if let Some(event) = self.open_call_group(header, call, &body, position)? {
                    return Ok(Some(Event::Requests(event)));
                }
                continue;
            }
            if let Some(event) = self.handle_control(header, &body, position)? {
                return Ok(Some(event));
            }
        }
    }

    /// Takes the messages that come next, as long as they have no handles, are not internal, and are whole in the buffer. The
    /// run is left as it is if there are none. Whatever comes after them, faults included, is left to
    /// [`Self::poll_event`].
    pub fn take_run(&mut self, run: &mut Run) {
        if !self.greeted || self.peer_closed {
            return;
        }
        let len = self.decoder.run();
        if len > 0 {
            run.refill(self.decoder.take(len));
        }
    }

    /// There was no memory for a message. It is reported in its place, and its handles are refused.
    fn lose(
        &mut self,
        header: Header,
        fault: WireError,
        position: u64,
    ) -> Result<Event<'static, H>, WireError> {
        self.lose_handles(header, position)?;
        Ok(Event::Unreadable {
            fault,
            meta: header.meta(),
            payload: Vec::new(),
        })
    }

    /// Refuses the handles of a frame that was lost.
    pub(super) fn lose_handles(&mut self, header: Header, position: u64) -> Result<(), WireError> {
        if header.handles > 0 {
            drop(self.arrivals.draw(header.handles, position)?);
            self.lost
                .push_back(self.inbound.open(usize::from(header.handles)));
            self.refuse_lost();
        }
        Ok(())
    }

    /// The place for the transport's next read. Call it after every event was polled. It is never empty then.
    pub fn spare(&mut self) -> &mut [u8] {
        self.decoder.spare()
    }

    /// The same, and where the transport may put what follows once the first is full; that may be empty. Large bodies are
    /// received into their final memory and the beginning of the next frame beside it, with one call of the system.
    pub fn spares(&mut self) -> (&mut [u8], &mut [u8]) {
        self.decoder.spares()
    }

    /// The transport read `bytes` into [`Self::spare`] or [`Self::spares`], and `handles` came along. `cut` says that some of them were
    /// lost on the way (`MSG_CTRUNC`).
    pub fn handle_read(&mut self, bytes: usize, handles: Vec<H>, cut: bool) -> Result<(), WireError> {
        self.decoder.advance(bytes);
        self.arrivals.arrive(handles, cut, self.decoder.position())
    }

    /// The stream has ended, and every event was polled.
    pub fn handle_eof(&self) -> Result<(), WireError> {
        self.decoder.finish()
    }

    #[inline]
    fn payload(&self, format: Format, body: Body, position: u64) -> Result<Payload<'_>, WireError> {
        text::check(format, self.bytes(&body), position + HEADER_LEN as u64)?;
        Ok(match body {
            Body::Buffered(range) => Payload::Borrowed(self.decoder.slice(range)),
            Body::Owned(bytes) => Payload::Owned(bytes),
        })
    }

    fn open_group(
        &mut self,
        header: Header,
        body: &Body,
        position: u64,
    ) -> Result<Option<Event<'static, H>>, WireError> {
        let Some((number, payload, handles)) = self.draw_group(header, HEADER_LEN, body, position)? else {
            return Ok(None);
        };
        Ok(Some(Event::MessageWithHandles {
            number,
            meta: header.meta(),
            payload,
            handles,
            position,
        }))
    }

    /// The number, the payload and the handles of a group. `None`: some of the handles did not arrive, and the group is
    /// refused. `head` bytes come before the body.
    pub(super) fn draw_group(
        &mut self,
        header: Header,
        head: usize,
        body: &Body,
        position: u64,
    ) -> Result<Option<Group<H>>, WireError> {
        let bytes = self.bytes(body);
        let (infos, at) = HandleInfo::decode_all(bytes, header.handles, position)?;
        let payload = bytes[at..].to_vec();
        text::check(header.meta().format, &payload, position + (head + at) as u64)?;
        let drawn = self.arrivals.draw(header.handles, position)?;
        let number = self.inbound.open(usize::from(header.handles));
        let Some(handles) = drawn else {
            self.lost.push_back(number);
            self.refuse_lost();
            return Ok(None);
        };
        let handles = infos.into_iter().zip(handles).collect();
        Ok(Some((number, payload, handles)))
    }

    fn handle_control(
        &mut self,
        header: Header,
        body: &Body,
        position: u64,
    ) -> Result<Option<Event<'static, H>>, WireError> {
        let bytes = self.bytes(body);
        let number = bytes.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        match header.kind {
            Kind::Hello => {
                let theirs = bytes.last_chunk().map_or(0, |bytes| u16::from_le_bytes(*bytes));
                if self.greeted || !bytes.starts_with(&MAGIC) {
                    return Err(WireError::malformed("not the hello of a forkwire peer", position));
                }
                if theirs != VERSION {
                    return Err(WireError::Version {
                        ours: VERSION,
                        theirs,
                    });
                }
                self.greeted = true;
                Ok(None)
            }
            Kind::Handles => {
                let count = usize::from(header.handles);
                if !self.inbound.has_room(count) {
                    return Err(WireError::malformed(
                        "more handles under way than the window allows",
                        position,
                    ));
                }
                self.arrivals.announce(header.handles, position)?;
                self.inbound.sent(count);
                Ok(None)
            }
            Kind::Ack => {
                self.ledger.answer(number, position)?;
                self.requests.ours.acknowledged(number);
                Ok(Some(Event::Acknowledged { through: number }))
            }
            Kind::Refuse => {
                let reason = RefuseReason::from_byte(bytes.last().copied().unwrap_or(0));
                self.ledger.refuse(number, position)?;
                self.requests.ours.refused(number);
                Ok(Some(Event::Refused {
                    group: number,
                    reason,
                }))
            }
            Kind::Cancel => {
                let reason = bytes.last().copied().unwrap_or(0);
                Ok(self.requests.end(number, reason, position)?.map(Event::Requests))
            }
            Kind::Close => {
                self.peer_closed = true;
                Ok(Some(Event::Closed))
            }
            Kind::Json | Kind::Clone | Kind::Several | Kind::Request | Kind::Response => Ok(None),
        }
    }

    fn bytes<'a>(&'a self, body: &'a Body) -> &'a [u8] {
        match body {
            Body::Buffered(range) => self.decoder.slice(range.clone()),
            Body::Owned(bytes) => bytes,
        }
    }
}
