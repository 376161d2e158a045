use super::*;
use crate::frame::{Control, put_control};

/// A backlog of messages of these sizes (frames included), each filled with its number.
fn backlog(sizes: &[usize]) -> Backlog<u32> {
    let mut backlog = Backlog::new();
    for (n, &size) in (1..).zip(sizes) {
        push(&mut backlog, n, size);
    }
    backlog
}

fn push(backlog: &mut Backlog<u32>, fill: u8, size: usize) {
    backlog.tail(size).extend(vec![fill; size]);
    backlog.commit(size);
}

/// What is offered: the bytes and the handles.
fn offer(backlog: &Backlog<u32>) -> (Vec<u8>, Vec<u32>) {
    let mut slices = [IoSlice::new(&[]); 16];
    let offer = backlog.transmit(&mut slices, |_| true);
    let (count, handles) = (offer.slices, offer.handles.to_vec());
    let bytes: Vec<u8> = slices[..count].iter().flat_map(|slice| slice.to_vec()).collect();
    assert_eq!(bytes.len(), offer.bytes);
    (bytes, handles)
}

/// Takes offers until nothing is left; one entry for each.
fn drain(backlog: &mut Backlog<u32>) -> Vec<(Vec<u8>, Vec<u32>)> {
    let mut all = Vec::new();
    loop {
        let (bytes, handles) = offer(backlog);
        if bytes.is_empty() {
            return all;
        }
        assert_eq!(backlog.transmitted(bytes.len()), handles);
        all.push((bytes, handles));
    }
}

fn announced(count: u8) -> Vec<u8> {
    vec![Kind::Handles as u8, 0, count, 0, 0, 0, 0, 0]
}

#[test]
fn handles_join_the_batch_that_waits_and_its_frame_counts_them() {
    let mut backlog = backlog(&[5]);
    backlog.push_handles(vec![10]);
    push(&mut backlog, 2, 3);
    backlog.push_handles(vec![11, 12]);
    push(&mut backlog, 3, 3);
    let second = [announced(3), vec![2; 3], vec![3; 3]].concat();
    assert_eq!(
        drain(&mut backlog),
        [(vec![1; 5], vec![]), (second, vec![10, 11, 12])]
    );
}

#[test]
fn handles_do_not_join_a_batch_that_left_or_is_far_or_is_full() {
    let mut left = backlog(&[]);
    left.push_handles(vec![1]);
    push(&mut left, 1, 5);
    assert_eq!(left.transmitted(1), [1], "with the first byte");
    left.push_handles(vec![2]);
    push(&mut left, 2, 5);
    let offers = drain(&mut left);
    assert_eq!(offers[1], ([announced(1), vec![2; 5]].concat(), vec![2]));

    let mut far = backlog(&[]);
    far.push_handles(vec![1]);
    push(&mut far, 1, 16 * 1024);
    far.push_handles(vec![2]);
    push(&mut far, 2, 5);
    assert_eq!(drain(&mut far).len(), 2);

    let mut full = backlog(&[]);
    full.push_handles(vec![1; 253]);
    push(&mut full, 1, 5);
    full.push_handles(vec![2]);
    push(&mut full, 2, 5);
    assert_eq!(drain(&mut full).len(), 2);
}

#[test]
fn handles_do_not_join_a_batch_whose_frame_lies_in_an_earlier_chunk() {
    let mut backlog = backlog(&[CHUNK - HEADER_LEN - 10]);
    backlog.push_handles(vec![1]);
    push(&mut backlog, 2, 20);
    backlog.push_handles(vec![2]);
    push(&mut backlog, 3, 5);
    let handles: Vec<_> = drain(&mut backlog)
        .into_iter()
        .map(|(_, handles)| handles)
        .collect();
    assert_eq!(handles, [vec![], vec![1], vec![2]]);
}

#[test]
fn a_short_write_sends_no_handle_again() {
    let mut backlog = backlog(&[]);
    backlog.push_handles(vec![7]);
    push(&mut backlog, 1, 5);
    assert_eq!(offer(&backlog).1, [7], "an offer that is not taken is made again");
    assert_eq!(offer(&backlog).1, [7]);
    assert_eq!(backlog.transmitted(3), [7]);
    let rest = [&announced(1)[3..], &[1; 5]].concat();
    assert_eq!(offer(&backlog), (rest, vec![]));
}

#[test]
fn a_full_window_stops_handles_and_lets_control_frames_pass() {
    // The bytes that are offered, and whether handles are.
    fn offer(backlog: &Backlog<u32>) -> (usize, bool) {
        let mut slices = [IoSlice::new(&[]); 4];
        let offer = backlog.transmit(&mut slices, |_| false);
        (offer.bytes, !offer.handles.is_empty())
    }
    let mut backlog = backlog(&[4]);
    backlog.push_handles(vec![7]);
    push(&mut backlog, 2, 5);
    assert_eq!(offer(&backlog), (4, false), "what stands before the handles");
    backlog.transmitted(4);
    assert_eq!(offer(&backlog), (0, false));
    put_control(backlog.control(), Control::Close);
    assert_eq!(offer(&backlog), (HEADER_LEN, false));
}

#[test]
fn control_frames_go_out_between_messages_only() {
    let mut backlog = backlog(&[10, 10]);
    backlog.transmitted(4);
    put_control(backlog.control(), Control::Close);
    let close = backlog.control().clone();
    assert_eq!(
        offer(&backlog).0,
        [1; 6],
        "the message under way is finished first, and nothing more"
    );
    backlog.transmitted(2);
    assert_eq!(offer(&backlog).0, [1; 4]);
    backlog.transmitted(4);
    assert_eq!(offer(&backlog).0, [&close[..], &[2; 10]].concat());
}

#[test]
fn control_frames_that_left_in_part_go_on_where_they_were() {
    let mut backlog = backlog(&[10]);
    put_control(backlog.control(), Control::Ack(1));
    let mut expected = backlog.control().clone();
    backlog.transmitted(3);
    assert_eq!(backlog.settled(), 0);
    put_control(backlog.control(), Control::Close);
    expected = [&expected[3..], &backlog.control()[expected.len()..], &[1; 10]].concat();
    assert_eq!(offer(&backlog).0, expected);
    backlog.transmitted(expected.len());
    assert!(backlog.is_empty() && !backlog.has_control() && backlog.settled() == 1);
}

#[test]
fn control_frames_leave_alone_in_front_of_handles() {
    let mut backlog = backlog(&[]);
    backlog.push_handles(vec![7]);
    push(&mut backlog, 1, 5);
    put_control(backlog.control(), Control::Close);
    let handles: Vec<_> = drain(&mut backlog)
        .into_iter()
        .map(|(_, handles)| handles)
        .collect();
    assert_eq!(handles, [vec![], vec![7]]);
}

#[test]
fn no_control_frame_comes_between_handles_and_their_message() {
    let mut backlog = backlog(&[]);
    backlog.push_handles(vec![7]);
    push(&mut backlog, 1, 5);
    backlog.transmitted(HEADER_LEN);
    put_control(backlog.control(), Control::Close);
    assert_eq!(offer(&backlog).0, [1; 5]);
}

#[test]
fn messages_settle_with_their_last_byte_in_order() {
    let mut backlog = backlog(&[10, 1, 10]);
    assert_eq!((backlog.settled(), backlog.unsettled()), (0, 3));
    backlog.transmitted(9);
    assert_eq!((backlog.settled(), backlog.unsettled()), (0, 3));
    backlog.transmitted(2);
    assert_eq!(
        (backlog.settled(), backlog.unsettled(), backlog.bytes()),
        (2, 1, 10)
    );
}

#[test]
fn a_written_message_leaves_only_its_rest() {
    for taken in 0..=7 {
        let mut backlog = backlog(&[]);
        backlog.push_written(b"a", &[b"bc", b"defg"], b"", |_| taken);
        assert_eq!(backlog.settled(), u64::from(taken == 7));
        push(&mut backlog, b'.', 1);
        assert_eq!(offer(&backlog).0, b"abcdefg."[taken..], "{taken} bytes taken");
        assert_eq!(backlog.bytes(), 8 - taken);
    }
}

#[test]
fn the_chunk_of_small_messages_is_used_again() {
    let mut backlog = backlog(&[100, 100]);
    let chunk = backlog.chunks[0].as_ptr();
    drain(&mut backlog);
    push(&mut backlog, 3, 100);
    assert_eq!((backlog.chunks.len(), backlog.chunks[0].as_ptr()), (1, chunk));
    assert_eq!(drain(&mut backlog), [(vec![3; 100], vec![])]);
}

#[test]
fn a_large_message_gets_a_chunk_of_its_size_and_gives_it_back() {
    let mut backlog = backlog(&[100, 10 * CHUNK, 100]);
    assert_eq!(backlog.chunks[1].capacity(), 10 * CHUNK);
    backlog.transmitted(100 + 10 * CHUNK);
    assert!(backlog.chunks.iter().all(|chunk| chunk.capacity() <= CHUNK));
    drain(&mut backlog);
    push(&mut backlog, 4, 3 * CHUNK);
    drain(&mut backlog);
    assert!(
        backlog.chunks.iter().all(|chunk| chunk.capacity() <= CHUNK),
        "also when it is the last"
    );
}

#[test]
fn memory_is_given_back_after_a_burst() {
    let mut backlog = backlog(&[]);
    for _ in 0..20_000 {
        push(&mut backlog, 1, 100);
    }
    assert!(backlog.chunks.len() >= 20_000 * 100 / CHUNK);
    drain(&mut backlog);
    assert_eq!(backlog.chunks.len(), 1);
    assert!(
        backlog.ends.capacity() <= 1024,
        "{} places for ends",
        backlog.ends.capacity()
    );
}

#[test]
fn an_abandoned_message_leaves_neither_bytes_nor_memory() {
    let mut backlog = backlog(&[10]);
    for reserve in [0, 20, 10 * CHUNK] {
        let tail = backlog.tail(reserve);
        let start = tail.len();
        tail.extend(vec![9; 10 * CHUNK]);
        backlog.abandon(start);
        assert!(
            backlog.chunks.iter().all(|chunk| chunk.capacity() <= CHUNK),
            "reserve {reserve}"
        );
    }
    push(&mut backlog, 2, 10);
    assert_eq!(drain(&mut backlog), [([[1; 10], [2; 10]].concat(), vec![])]);
}

#[test]
fn few_places_for_slices_offer_the_front() {
    let backlog = backlog(&[CHUNK, CHUNK, CHUNK]);
    let mut slices = [IoSlice::new(&[]); 2];
    let offer = backlog.transmit(&mut slices, |_| true);
    assert_eq!((offer.slices, offer.bytes), (2, 2 * CHUNK));
}
