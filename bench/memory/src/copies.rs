//! The copying alone, within one thread: into as many places as a queue has, which stay in the processor's cache, or into 256 MiB.

use crate::Outcome;
use crate::child::{End, check};
use crate::mark::{filled, is_marked, mark};
use crate::task::{MESSAGE, SLOTS, Task};

/// Bytes that no processor's cache holds.
const FAR: usize = 256 << 20;

pub fn begin(task: Task, far: bool) -> Box<dyn End> {
    let places = if far { FAR / MESSAGE } else { SLOTS };
    let target = vec![1; places * MESSAGE];
    Box::new(Copies {
        whole: task.is_whole(),
        message: filled(MESSAGE),
        target,
        turn: 0,
    })
}

struct Copies {
    whole: bool,
    message: Vec<u8>,
    target: Vec<u8>,
    turn: usize,
}

impl End for Copies {
    fn turn(&mut self, number: u8) -> Outcome {
        mark(&mut self.message, number);
        let place = self.turn % (self.target.len() / MESSAGE) * MESSAGE;
        self.turn += 1;
        let slot = &mut self.target[place..place + MESSAGE];
        slot.copy_from_slice(&self.message);
        check(is_marked(std::hint::black_box(slot), number, self.whole))
    }

    fn finish(&mut self, _: usize) -> Outcome {
        Ok(())
    }
}
