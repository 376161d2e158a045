//! Honest streams written by hand, and connections that are fed with them.

use forkwire_proto::{Config, Connection, Format, HandleInfo, HandleKind, Meta, Run, WireError};
use proptest::prelude::*;

use super::naive::Item;
use super::{drain, item, json, payload, wire};

/// Handle groups that the receiver of a stream has under way, so that a stream can answer for them.
const UNDER_WAY: u8 = 8;

/// One thing that a stream says.
#[derive(Clone, Debug)]
pub(crate) enum Word {
    Message(Meta, usize),
    Several(usize),
    /// Whether its handles are announced with the batch before, if there is one.
    Group(Meta, usize, Vec<HandleInfo>, bool),
    /// For the next handle group of the receiver's.
    Answer(Option<u8>),
}

/// Handles, and the stream offset at which they arrive. `None` is one that is lost.
#[derive(Clone, Debug)]
pub(crate) struct Batch {
    pub(crate) offset: usize,
    pub(crate) handles: Vec<Option<u32>>,
}

/// A whole stream, with its handles arriving where their frames begin.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    pub(crate) bytes: Vec<u8>,
    pub(crate) batches: Vec<Batch>,
}

impl Stream {
    pub(crate) fn new(words: &[Word]) -> Self {
        let mut stream = Self {
            bytes: wire::hello(wire::VERSION),
            batches: Vec::new(),
        };
        let (mut handles, mut answered, mut seed) = (0, 0, 0_u8);
        for word in words {
            seed = seed.wrapping_add(1);
            match word {
                Word::Message(meta, size) => {
                    let (kind, flags) = codes(*meta);
                    stream
                        .bytes
                        .extend(wire::frame(kind, flags, 0, &payload(*size, seed)));
                }
                Word::Several(size) => stream.bytes.extend(wire::several(&payload(*size, seed))),
                Word::Group(meta, size, infos, joins) => {
                    let (kind, flags) = codes(*meta);
                    let ids = (handles..).take(infos.len()).map(Some);
                    handles += u32::try_from(infos.len()).expect("a small number");
                    stream.announce(ids.collect(), *joins);
                    stream
                        .bytes
                        .extend(wire::group(kind, flags, infos, &payload(*size, seed)));
                }
                Word::Answer(refusal) if answered < UNDER_WAY => {
                    answered += 1;
                    stream
                        .bytes
                        .extend(refusal.iter().flat_map(|&reason| wire::refuse(answered, reason)));
                    stream.bytes.extend(wire::ack(answered));
                }
                Word::Answer(_) => {}
            }
        }
        stream
    }

    fn announce(&mut self, ids: Vec<Option<u32>>, joins: bool) {
        if let Some(batch) = self
            .batches
            .last_mut()
            .filter(|batch| joins && batch.handles.len() + ids.len() <= 253)
        {
            self.bytes[batch.offset + 2] += u8::try_from(ids.len()).expect("a small number");
            batch.handles.extend(ids);
            return;
        }
        let offset = self.bytes.len();
        self.bytes
            .extend(wire::handles(u8::try_from(ids.len()).expect("a small number")));
        self.batches.push(Batch { offset, handles: ids });
    }

    /// Lets each batch arrive with an earlier byte, but not before the batch in front of it, and lose its last handles.
    pub(crate) fn disturb(&mut self, early: &[(usize, usize)]) {
        let mut first = 0;
        for (batch, &(bytes, lost)) in self.batches.iter_mut().zip(early) {
            batch.offset = batch.offset.saturating_sub(bytes).max(first);
            first = batch.offset;
            let kept = batch.handles.len().saturating_sub(lost);
            batch.handles[kept..].fill(None);
        }
    }

    /// The handles in the order of their frames.
    pub(crate) fn handles(&self) -> Vec<Vec<Option<u32>>> {
        self.batches.iter().map(|batch| batch.handles.clone()).collect()
    }
}

/// A connection with handle groups under way, which the words of a stream can answer for.
pub(crate) fn receiver() -> Connection<u32> {
    let mut connection = Connection::new(Config::default());
    for n in 0..UNDER_WAY {
        let handles = vec![(HandleInfo::new(HandleKind::NetSocket), u32::from(n))];
        connection
            .push_with_handles(json(), handles, 0, |_| {})
            .expect("room");
    }
    drain(&mut connection);
    connection
}

/// Feeds a stream, in reads that end at `cuts` (rising). `after` is told how far the stream was read.
pub(crate) fn feed(
    connection: &mut Connection<u32>,
    stream: &Stream,
    cuts: impl IntoIterator<Item = usize>,
    mut after: impl FnMut(&Connection<u32>, usize, &[Item]),
) -> Result<Vec<Item>, WireError> {
    let mut items = Vec::new();
    let mut batches = stream.batches.iter().peekable();
    let mut at = 0;
    for cut in cuts.into_iter().chain([stream.bytes.len()]) {
        while at < cut {
            // A read brings one batch: another one for the bytes up to `cut` needs a read of its own.
            let batch = batches.next_if(|batch| batch.offset <= at);
            let stop = batches.peek().map_or(cut, |next| next.offset.clamp(at + 1, cut));
            let end = if batches.peek().is_some_and(|next| next.offset <= at) {
                at
            } else {
                stop
            };
            let spare = connection.spare();
            let len = spare.len().min(end - at);
            assert!(len > 0 || end == at, "there is room to read");
            spare[..len].copy_from_slice(&stream.bytes[at..at + len]);
            let handles = batch.map_or(&[][..], |batch| &batch.handles);
            let (got, cut_off): (Vec<u32>, bool) = (
                handles.iter().flatten().copied().collect(),
                handles.contains(&None),
            );
            connection.handle_read(len, got, cut_off)?;
            at += len;
            // Plain messages may be taken one by one or in runs: here after every other read.
            let runs = at % 2 == 0;
            loop {
                if runs {
                    take_run(connection, &mut items);
                }
                let Some(event) = connection.poll_event()? else {
                    break;
                };
                let item = item(event, |id| id);
                let group = if let Item::Group { number, .. } = &item {
                    Some(*number)
                } else {
                    None
                };
                items.push(item);
                if let Some(number) = group {
                    connection.accept(number);
                }
            }
            after(connection, at, &items);
        }
    }
    Ok(items)
}

fn take_run(connection: &mut Connection<u32>, items: &mut Vec<Item>) {
    let mut run = Run::default();
    connection.take_run(&mut run);
    while let Some((meta, payload)) = run.next_message() {
        let payload = payload.to_vec();
        items.push(Item::Message { meta, payload });
    }
}

pub(crate) fn meta() -> impl Strategy<Value = Meta> {
    let format = prop_oneof![Just(Format::Json), Just(Format::Clone)];
    (format, any::<bool>()).prop_map(|(format, internal)| Meta::new(format).with_internal(internal))
}

pub(crate) fn infos(most: usize) -> impl Strategy<Value = Vec<HandleInfo>> {
    let info = (any::<u8>(), "[a-z0-9:é]{0,20}").prop_map(|(kind, note)| HandleInfo::from_wire(kind, note));
    prop::collection::vec(info, 1..=most)
}

/// Words with payloads of the sizes that `size` gives.
pub(crate) fn words(size: impl Strategy<Value = usize> + Clone) -> impl Strategy<Value = Vec<Word>> {
    let answer = prop::option::of(any::<u8>()).prop_map(Word::Answer);
    let word = prop_oneof![
        4 => (meta(), size.clone()).prop_map(|(meta, size)| Word::Message(meta, size)),
        1 => size.clone().prop_map(Word::Several),
        3 => (meta(), size, infos(40), any::<bool>())
            .prop_map(|(meta, size, infos, joins)| Word::Group(meta, size, infos, joins)),
        1 => answer,
    ];
    prop::collection::vec(word, 0..12)
}

fn codes(meta: Meta) -> (u8, u8) {
    let kind = if meta.format == Format::Json {
        wire::JSON
    } else {
        wire::CLONE
    };
    (kind, u8::from(meta.internal))
}
