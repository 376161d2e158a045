use super::*;

const SETTLED: u64 = u64::MAX;

#[test]
fn a_request_is_answered_once() {
    let mut ours = Outstanding::default();
    assert_eq!((ours.begin(1), ours.begin(2)), (1, 2));
    assert_eq!(ours.answer(2, 0), Ok(Answered::Awaited));
    assert!(ours.answer(2, 0).is_err(), "twice");
    assert!(ours.answer(3, 0).is_err(), "never sent");
    assert_eq!(ours.awaited(), 1);
}

#[test]
fn the_answer_to_a_cancelled_request_is_late_and_comes_once() {
    let mut ours = Outstanding::default();
    let id = ours.begin(1);
    assert!(ours.cancel(id));
    assert!(!ours.cancel(id), "twice");
    assert_eq!(ours.awaited(), 0);
    assert_eq!(ours.answer(id, 0), Ok(Answered::Late));
    assert!(ours.answer(id, 0).is_err());
    assert_eq!(
        ours.next_cancel(SETTLED),
        None,
        "the peer does not need it any more"
    );
}

#[test]
fn a_cancellation_does_not_overtake_its_request() {
    let mut ours = Outstanding::default();
    let (first, second) = (ours.begin(4), ours.begin(6));
    assert!(ours.cancel(second) && ours.cancel(first));
    assert_eq!(ours.next_cancel(3), None);
    assert!(ours.has_cancels(5) && !ours.has_cancels(3));
    assert_eq!(ours.next_cancel(5), Some(first));
    assert_eq!(ours.next_cancel(5), None);
    assert_eq!(ours.next_cancel(6), Some(second));
}

#[test]
fn requests_are_numbered_without_gaps() {
    let mut theirs = Serving::default();
    assert!(theirs.receive(2, 0, 0).is_err());
    let mut theirs = Serving::default();
    theirs.receive(1, 0, 0).unwrap();
    assert!(theirs.receive(1, 0, 0).is_err());
}

#[test]
fn a_cancellation_declines_what_is_open_and_nothing_else() {
    let mut theirs = Serving::default();
    for id in 1..=2 {
        theirs.receive(id, 0, 0).unwrap();
    }
    theirs.answer(1, 1);
    assert_eq!(theirs.cancel(1, 0), Ok(false), "the answer is on its way");
    assert_eq!(theirs.cancel(2, 0), Ok(true));
    assert!(!theirs.is_open(2) && !theirs.decline(2, DeclineReason::NoHandler));
    assert_eq!(theirs.next_decline(), Some((2, DeclineReason::Cancelled)));
    assert!(theirs.cancel(3, 0).is_err(), "never sent");
    assert!(theirs.cancel(0, 0).is_err());
}

#[test]
fn answers_that_the_peer_does_not_read_count_against_its_requests() {
    let mut theirs = Serving::default();
    let most = MAX_REQUESTS as u64;
    for id in 1..=most {
        theirs.receive(id, 0, 0).unwrap();
        theirs.answer(id, id);
    }
    assert!(theirs.receive(most + 1, 0, 0).is_err());
    theirs.receive(most + 1, 1, 0).unwrap();
}

#[test]
fn a_refused_handle_group_ends_its_request_at_both_ends() {
    let (mut ours, mut theirs) = (Outstanding::default(), Serving::default());
    for group in [3, 5] {
        let id = ours.begin(group);
        ours.carry(group);
        theirs.receive(id, 0, 0).unwrap();
        theirs.carry(group);
    }
    theirs.accepted(3);
    theirs.accepted(4);
    theirs.refused(5);
    ours.acknowledged(4);
    ours.refused(5);
    assert_eq!((ours.awaited(), theirs.open()), (1, 1));
    assert!(ours.answer(1, 0).is_ok() && theirs.is_open(1));
    assert!(ours.groups.is_empty() && theirs.groups.is_empty());
}
