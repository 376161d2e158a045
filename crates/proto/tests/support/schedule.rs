//! Random schedules for a pair.

use forkwire_proto::RefuseReason;
use proptest::prelude::*;

use super::link::Shape;
use super::pair::{Side, Step};
use super::stream::{infos, meta};

/// Mostly small messages, some beyond a chunk of the backlog or the reader's buffer.
fn size() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![
        1 => Just(0_usize),
        16 => 1..300_usize,
        2 => 16_370..16_400_usize,
        1 => 60_000..150_000_usize,
    ]
}

/// How many bytes a call gets through: often few, sometimes all.
fn some() -> impl Strategy<Value = usize> + Clone {
    prop_oneof![2 => 0..40_usize, 2 => 0..2_000_usize, 2 => 0..100_000_usize, 1 => Just(usize::MAX)]
}

fn side() -> impl Strategy<Value = Side> + Clone {
    0..2_usize
}

pub(crate) fn shape() -> impl Strategy<Value = Shape> {
    let capacity = prop_oneof![200..2_000_usize, Just(65_536), Just(400_000)];
    let segment = prop_oneof![1..64_usize, Just(4_096), Just(65_536)];
    (capacity, segment, any::<bool>()).prop_map(|(capacity, segment, stops_before)| {
        // A segment a byte would make small kernels of large ones: keep their number in proportion.
        let segment = segment.max(capacity / 2_000);
        Shape {
            capacity,
            segment,
            stops_before,
        }
    })
}

/// Steps in which nothing is lost.
pub(crate) fn step() -> impl Strategy<Value = Step> {
    let refusal = prop_oneof![
        3 => Just(None),
        1 => Just(Some(RefuseReason::Limit)),
        1 => Just(Some(RefuseReason::Kind)),
        1 => Just(Some(RefuseReason::Exit)),
        1 => Just(Some(RefuseReason::Unserved)),
        1 => Just(Some(RefuseReason::Other)),
    ];
    prop_oneof![
        4 => (side(), meta(), size()).prop_map(|(side, meta, len)| Step::Push(side, meta, len)),
        2 => (side(), size()).prop_map(|(side, len)| Step::PushSeveral(side, len)),
        2 => (side(), meta(), size(), some())
            .prop_map(|(side, meta, len, take)| Step::PushBorrowed(side, meta, len, take)),
        5 => (side(), meta(), size(), group())
            .prop_map(|(side, meta, len, kinds)| Step::PushWithHandles(side, meta, len, kinds)),
        7 => (side(), 1..=8_usize, some()).prop_map(|(side, slices, most)| Step::Transmit(side, slices, most)),
        7 => (side(), some()).prop_map(|(side, most)| Step::Receive(side, most, usize::MAX)),
        5 => (side(), refusal).prop_map(|(side, refusal)| Step::Answer(side, refusal)),
    ]
}

/// As [`step`], with receivers that now and then have no room for all the handles of a read.
pub(crate) fn cutting_step() -> impl Strategy<Value = Step> {
    let cut = (side(), some(), 0..4_usize).prop_map(|(side, most, limit)| Step::Receive(side, most, limit));
    prop_oneof![6 => step(), 1 => cut]
}

/// Descriptions for a handle group: mostly few, sometimes as many as can be.
fn group() -> impl Strategy<Value = Vec<forkwire_proto::HandleInfo>> {
    prop_oneof![
        8 => infos(3),
        1 => infos(1).prop_map(|one| vec![one[0].clone(); 100]),
        1 => infos(1).prop_map(|one| vec![one[0].clone(); 253]),
    ]
}
