//! Two ends of a channel over two queues of bytes, and the plainest book of what was sent.

mod end;
mod op;
mod push;
mod queue;

use std::cell::Cell;
use std::io::IoSlice;
use std::rc::Rc;

use forkwire_proto::{Event, Format, RefuseReason, Wire};

use end::End;
pub use op::{Op, Taken};
pub use queue::Handle;

pub struct Pair {
    ends: [End; 2],
    format: Format,
    node: bool,
    open: Rc<Cell<u64>>,
    next: u64,
    killed: bool,
    refusals: bool,
}

impl Pair {
    pub fn new(format: Format, node: bool, wire: impl Fn() -> Wire<Handle>) -> Self {
        Self {
            ends: [End::new(wire()), End::new(wire())],
            format,
            node,
            open: Rc::default(),
            next: 0,
            killed: false,
            refusals: false,
        }
    }

    /// Takes one step and checks what must hold. Whether something moved.
    pub fn step(&mut self, op: &Op) -> bool {
        let moved = match *op {
            Op::Push { side, size } => self.push(side, size, None),
            Op::PushBorrowed { side, size, takes } => self.push(side, size, Some(takes)),
            Op::PushWithHandles { side, size, handles } => self.push_with_handles(side, size, handles),
            Op::Transmit { side, slices, most } => self.transmit(side, 1 + usize::from(slices % 8), most),
            Op::Receive { side, most } => self.receive(side, most.into()),
            Op::ReceiveAll { side } => self.receive(side, usize::MAX),
            Op::Answer { side, takes } => self.answer(side, takes),
            Op::Close { side } => {
                let end = &mut self.ends[usize::from(side)];
                end.closed = true;
                end.wire.close();
                true
            }
            Op::Kill { side } => self.kill(side),
        };
        self.check();
        moved
    }

    /// Lets everything arrive that still can, and looks that nothing is left over.
    pub fn finish(mut self) {
        let mut moved = true;
        while moved {
            moved = false;
            for side in [false, true] {
                moved |= self.transmit(side, 8, Taken::ALL);
                moved |= self.receive(side, usize::MAX);
                moved |= self.answer(side, true);
            }
            self.check();
        }
        if !self.killed {
            for end in &self.ends {
                assert!(end.sent.is_empty(), "everything arrives");
                assert_eq!(end.wire.settled(), end.pushed);
                assert_eq!(end.wire.unanswered(), 0);
                assert_eq!(end.answered, end.groups, "every handle group is answered for");
                assert!(!end.wire.wants_write());
                assert_eq!(end.wire.handle_eof(), Ok(()));
            }
        }
        let open = Rc::clone(&self.open);
        drop(self);
        assert_eq!(open.get(), 0, "every handle is closed");
    }

    fn transmit(&mut self, side: bool, slices: usize, most: Taken) -> bool {
        let end = &mut self.ends[usize::from(side)];
        if end.dead {
            return false;
        }
        let mut places = [IoSlice::new(&[]); 8];
        let offer = end.wire.transmit(&mut places[..slices]);
        assert_eq!(offer.bytes == 0, offer.slices == 0);
        assert!(offer.handles.is_empty() || offer.bytes > 0);
        let at = end.out.bytes.len();
        let copies: Vec<Handle> = offer
            .handles
            .iter()
            .map(|handle| Handle::new(handle.id, &self.open))
            .collect();
        let carried = copies.len();
        let count = offer.slices;
        let taken = end.out.take(&places[..count], most, &mut end.taken);
        if taken == 0 {
            return false;
        }
        if !copies.is_empty() {
            end.out.handles.push_back((at, copies));
        }
        let gone = end.wire.transmitted(taken);
        assert!(self.node || gone.len() == carried);
        true
    }

    fn receive(&mut self, side: bool, most: usize) -> bool {
        let [first, second] = &mut self.ends;
        let (end, peer) = if side { (second, first) } else { (first, second) };
        if end.dead {
            return false;
        }
        let room = end.wire.spare();
        assert!(!room.is_empty());
        let most = most.min(room.len());
        let (bytes, handles) = peer.out.read(most);
        room[..bytes.len()].copy_from_slice(&bytes);
        let moved = !bytes.is_empty();
        end.wire
            .handle_read(bytes.len(), handles, false)
            .expect("an honest peer");
        while let Some(event) = end.wire.poll_event().expect("an honest peer") {
            match event {
                Event::Message { payload, .. } => peer.arrived(payload.as_slice(), &[]),
                Event::MessageWithHandles {
                    number,
                    payload,
                    handles,
                    ..
                } => {
                    let ids: Vec<u64> = handles.iter().map(|(_, handle)| handle.id).collect();
                    peer.arrived(&payload, &ids);
                    end.asked.push_back(number);
                }
                Event::Acknowledged { through } => {
                    assert!(through > end.answered && through <= end.groups);
                    end.answered = through;
                }
                Event::Refused { group, .. } => {
                    assert!(group > end.answered && self.refusals);
                }
                Event::Closed => assert!(peer.closed && peer.sent.is_empty(), "the goodbye comes last"),
                other => panic!("{other:?}"),
            }
        }
        moved
    }

    fn answer(&mut self, side: bool, takes: bool) -> bool {
        let end = &mut self.ends[usize::from(side)];
        let Some(group) = end.asked.pop_front() else {
            return false;
        };
        // On Node's wire a refused handle is sent again: the model of that is in the crate's own tests.
        if takes || self.node {
            end.wire.accept(group);
        } else {
            self.refusals = true;
            end.wire.refuse(group, RefuseReason::Kind);
        }
        true
    }

    fn kill(&mut self, side: bool) -> bool {
        self.killed = true;
        let [first, second] = &mut self.ends;
        let (dead, alive) = if side { (second, first) } else { (first, second) };
        dead.dead = true;
        dead.out.ended = true;
        alive.out.broken = true;
        alive.out.bytes.clear();
        alive.out.handles.clear();
        true
    }

    fn check(&mut self) {
        for end in &mut self.ends {
            end.check(self.node, self.format);
        }
    }
}
