//! Node's wire, read: against a naive decoder, cut everywhere, with handles early, late and lost.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod node_support;

use forkwire_proto::{Config, Format, NodeConnection};
use node_support::{Item, Kind, cases, drain, format, frame, payload, read, split};
use proptest::prelude::*;

/// A message, and whether its handle comes (for those that announce one).
type Word = (Kind, usize, bool);

fn words() -> impl Strategy<Value = Vec<Word>> {
    let kind = prop_oneof![
        3 => Just(Kind::Plain),
        1 => Just(Kind::Internal),
        3 => Just(Kind::Handle),
        1 => Just(Kind::Ack),
        1 => Just(Kind::Nack),
    ];
    prop::collection::vec((kind, 0..50_usize, prop::bool::weighted(0.8)), 0..12)
}

/// The stream, where in it each handle is sent, and what must be told.
struct Stream {
    bytes: Vec<u8>,
    handles: Vec<usize>,
    told: Vec<Item<u32>>,
    nacks: usize,
}

fn stream(format: Format, words: &[Word]) -> Stream {
    let mut all = Stream {
        bytes: Vec::new(),
        handles: Vec::new(),
        told: Vec::new(),
        nacks: 0,
    };
    let mut groups = 0;
    for (id, &(kind, size, comes)) in (0..).zip(words) {
        let payload = payload(format, kind, id, size);
        let start = all.bytes.len();
        all.bytes.extend(frame(format, &payload));
        match kind {
            Kind::Plain => all.told.push(Item::Message {
                internal: false,
                payload,
            }),
            Kind::Internal => all.told.push(Item::Message {
                internal: true,
                payload,
            }),
            Kind::Handle => {
                groups += 1;
                if comes {
                    let handle = u32::try_from(all.handles.len()).unwrap();
                    all.handles.push(start);
                    all.told.push(Item::Group {
                        number: groups,
                        payload,
                        handle,
                    });
                } else {
                    all.nacks += 1;
                }
            }
            // Answers to nothing.
            Kind::Ack | Kind::Nack => {}
        }
    }
    all
}

impl Stream {
    /// Reads the stream cut at `cuts`. A handle comes with the read that has the first byte of its envelope; `early`
    /// lets it come as much before as the one before it allows.
    fn read(&self, format: Format, cuts: &[usize], early: bool) -> (Vec<Item<u32>>, NodeConnection<u32>) {
        let mut connection = NodeConnection::new(format, Config::default());
        let (mut told, mut start, mut sent) = (Vec::new(), 0, 0);
        for end in cuts.iter().copied().chain([self.bytes.len()]) {
            let mut handles = Vec::new();
            while self
                .handles
                .get(sent)
                .is_some_and(|&at| (early && self.nacks == 0) || at < end)
            {
                handles.push(u32::try_from(sent).unwrap());
                sent += 1;
            }
            read(&mut connection, &self.bytes[start..end], handles, &mut told).unwrap();
            start = end;
        }
        (told, connection)
    }
}

proptest! {
    #![proptest_config(cases(40))]

    #[test]
    fn a_stream_may_be_cut_anywhere(format in format(), mut words in words(), early in any::<bool>()) {
        // In the same read a lost handle's envelope would draw the next one's, as with stock Node; see below.
        for word in &mut words {
            word.2 = true;
        }
        let stream = stream(format, &words);
        prop_assert_eq!(split(format, &stream.bytes), (
            words.iter().zip(0..).map(|(&(kind, size, _), id)| payload(format, kind, id, size)).collect(),
            stream.bytes.len(),
        ));
        for cut in 0..=stream.bytes.len() {
            let (told, connection) = stream.read(format, &[cut], early);
            prop_assert_eq!(&told, &stream.told, "cut at {}", cut);
            prop_assert!(connection.handle_eof().is_ok() && connection.buffered() == 0);
        }
    }

    #[test]
    fn a_lost_handle_is_answered_and_its_message_not_delivered(format in format(), words in words()) {
        let stream = stream(format, &words);
        // Each message is a read of its own, as a sender that waits for the answers makes it.
        let mut cuts = Vec::new();
        for (id, &(kind, size, _)) in (0..).zip(&words) {
            cuts.push(cuts.last().copied().unwrap_or(0) + frame(format, &payload(format, kind, id, size)).len());
        }
        let (told, mut connection) = stream.read(format, &cuts, false);
        prop_assert_eq!(told, stream.told);
        let answers = split(format, &drain(&mut connection)).0;
        prop_assert_eq!(answers.len(), stream.nacks);
        for answer in answers {
            prop_assert!(String::from_utf8_lossy(&answer).contains("NODE_HANDLE_NACK"));
        }
    }

    #[test]
    fn a_large_message_may_be_cut_near_each_of_its_ends(format in format(), size in 60_000..200_000_usize) {
        let stream = stream(format, &[(Kind::Plain, 3, true), (Kind::Handle, size, true), (Kind::Plain, 5, true)]);
        for edge in [stream.handles[0], stream.handles[0] + 65_536, stream.bytes.len() - 30] {
            for cut in edge.saturating_sub(10)..(edge + 10).min(stream.bytes.len()) {
                let (told, _) = stream.read(format, &[cut], false);
                prop_assert!(told == stream.told, "cut at {}", cut);
            }
        }
    }

    #[test]
    fn an_end_inside_a_message_is_an_error(format in format(), size in 0..200_usize, end in any::<prop::sample::Index>()) {
        let bytes = frame(format, &payload(format, Kind::Plain, 0, size));
        let end = 1 + end.index(bytes.len() - 1);
        let mut connection = NodeConnection::<u32>::new(format, Config::default());
        read(&mut connection, &bytes[..end], Vec::new(), &mut Vec::new()).unwrap();
        let error = connection.handle_eof().unwrap_err();
        prop_assert_eq!((error.code(), error.position()), ("ERR_FORKWIRE_TRUNCATED", 0));
    }
}

#[test]
fn messages_up_to_the_limit_pass_and_longer_ones_are_a_fault() {
    for format in [Format::Json, Format::Clone] {
        for (size, passes) in [
            (0, true),
            (19_999, true),
            (20_000, true),
            (20_001, false),
            (200_000, false),
        ] {
            let mut connection = NodeConnection::<u32>::new(format, Config::new(20_000));
            let mut told = Vec::new();
            let result = read(
                &mut connection,
                &frame(format, &vec![b'1'; size]),
                Vec::new(),
                &mut told,
            );
            assert_eq!(
                (result.is_ok(), told.len()),
                (passes, usize::from(passes)),
                "{size} bytes"
            );
            if let Err(error) = result {
                assert_eq!(
                    (error.code(), error.position()),
                    ("ERR_FORKWIRE_MESSAGE_TOO_LARGE", 0)
                );
            }
        }
    }
}
