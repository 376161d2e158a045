//! Every handle is delivered, given back or dropped, exactly once, and messages and handles keep their order. The
//! checks of each step are in `support/pair.rs` and `support/end.rs`.

mod support;

use forkwire_proto::{Config, Connection, HandleInfo, HandleKind, PushError, WireError};
use proptest::prelude::*;
use support::pair::{Pair, Step};
use support::schedule::{cutting_step, shape, step};
use support::token::{Book, Token};
use support::{cases, json};

proptest! {
    #![proptest_config(cases(160))]

    #[test]
    fn everything_arrives_in_order(shape in shape(), steps in prop::collection::vec(step(), 0..150)) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        pair.settle();
        prop_assert_eq!(pair.book.live(), 0);
    }

    #[test]
    fn handles_cut_on_the_way_cost_their_own_messages_only(
        shape in shape(),
        steps in prop::collection::vec(cutting_step(), 0..150),
    ) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        pair.settle();
        prop_assert_eq!(pair.book.live(), 0);
    }

    #[test]
    fn the_close_comes_after_everything_sent(
        shape in shape(),
        mut steps in prop::collection::vec(step(), 1..80),
        closes in prop::collection::vec((any::<prop::sample::Index>(), 0..2_usize), 1..4),
    ) {
        for (place, side) in closes {
            steps.insert(place.index(steps.len()), Step::Close(side));
        }
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        pair.settle();
        prop_assert_eq!(pair.book.live(), 0);
    }

    #[test]
    fn a_peer_that_dies_takes_no_handle_of_ours_along(
        shape in shape(),
        steps in prop::collection::vec(cutting_step(), 0..150),
        dead in 0..2_usize,
    ) {
        let mut pair = Pair::new(shape);
        pair.run(&steps);
        let alive = 1 - dead;
        pair.kill(dead);
        // Writing is over, pushing is not: nothing settles any more, and nothing is lost from the books.
        let settled = pair.ends[alive].connection.settled();
        let late = vec![HandleInfo::new(HandleKind::NetSocket); 3];
        pair.run(&[Step::PushWithHandles(alive, json(), 10, late), Step::Transmit(alive, 8, usize::MAX)]);
        prop_assert_eq!(pair.ends[alive].connection.settled(), settled);
        while pair.receive(alive, usize::MAX, usize::MAX).expect("the end of the stream") > 0 {}
        let unsent = pair.ends[dead].connection.unsettled();
        prop_assert!(pair.undelivered(dead) <= unsent, "what it wrote before its death is delivered");
        let end = pair.ends[alive].connection.handle_eof();
        let told = matches!(end, Ok(()) | Err(WireError::Truncated { .. }));
        prop_assert!(told, "{:?}", end);
        let Pair { ends, links, book, .. } = pair;
        drop((ends, links));
        prop_assert_eq!(book.live(), 0);
    }

    #[test]
    fn a_message_that_is_not_taken_gives_its_handles_back(count in 0..300_usize, size in 0..400_usize) {
        let book = std::rc::Rc::new(Book::default());
        let mut connection = Connection::new(Config::new(1_000));
        let kind = HandleInfo::new(HandleKind::NetSocket);
        let handles = (0..count).map(|_| (kind.clone(), Token::new(&book))).collect();
        let pushed = connection.push_with_handles(json(), handles, 0, |out| out.extend(vec![b' '; size]));
        let len = 3 * count + size;
        match pushed {
            Ok(number) => prop_assert!(number == 1 && (1..=253).contains(&count) && len <= 1_000),
            Err(error) => {
                match &error {
                    PushError::TooManyHandles { .. } => prop_assert!(count == 0 || count > 253),
                    PushError::TooLarge { len: told, max: 1_000, .. } => prop_assert!(*told == len && len > 1_000),
                    other => prop_assert!(false, "{}", other),
                }
                prop_assert_eq!(error.into_handles().len(), count);
                prop_assert!(book.live() == 0 && connection.unsettled() == 0 && connection.unanswered() == 0);
                prop_assert_eq!(connection.backlog_bytes(), 0, "nothing of it is queued");
            }
        }
    }
}
