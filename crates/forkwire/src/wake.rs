//! The tasks that wait for the socket.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The tasks of the two halves.
#[derive(Debug, Default)]
pub(crate) struct Wakers {
    pub(crate) senders: Waiting,
    pub(crate) receiver: Waiting,
}

/// A half's waiting tasks: one for each of its owners, of which there usually is one.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<Tasks>);

#[derive(Debug, Default)]
struct Tasks {
    first: Option<(u64, Waker)>,
    more: Vec<(u64, Waker)>,
}

impl Waiting {
    /// The task of `owner` waits from now on, in the place of the one that it registered before.
    pub(crate) fn register(&self, owner: u64, waker: &Waker) {
        let mut tasks = self.lock();
        let replaced = match tasks.find(owner) {
            Some(registered) if registered.will_wake(waker) => return,
            Some(registered) => Some(std::mem::replace(registered, waker.clone())),
            None => {
                tasks.add(owner, waker.clone());
                None
            }
        };
        // Outside of the lock: the last waker of a task drops the task, which may own a half of this channel.
        drop(tasks);
        drop(replaced);
    }

    /// The owner is gone.
    pub(crate) fn forget(&self, owner: u64) {
        let removed = self.lock().remove(owner);
        drop(removed);
    }

    /// Wakes all tasks. Each registers again if it goes on waiting.
    pub(crate) fn wake(&self) {
        let Tasks { first, more } = std::mem::take(&mut *self.lock());
        for (_, waker) in first.into_iter().chain(more) {
            waker.wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tasks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Tasks {
    fn find(&mut self, owner: u64) -> Option<&mut Waker> {
        self.first
            .iter_mut()
            .chain(&mut self.more)
            .find_map(|(own, waker)| (*own == owner).then_some(waker))
    }

    fn add(&mut self, owner: u64, waker: Waker) {
        if self.first.is_none() {
            self.first = Some((owner, waker));
        } else {
            self.more.push((owner, waker));
        }
    }

    fn remove(&mut self, owner: u64) -> Option<(u64, Waker)> {
        if let Some(removed) = self.first.take_if(|(own, _)| *own == owner) {
            return Some(removed);
        }
        let index = self.more.iter().position(|(own, _)| *own == owner)?;
        Some(self.more.swap_remove(index))
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.senders.wake();
        self.receiver.wake();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn task() -> (Arc<Count>, Waker) {
        let count = Arc::<Count>::default();
        (Arc::clone(&count), count.into())
    }

    #[test]
    fn each_owner_has_one_waiting_task() {
        let waiting = Waiting::default();
        let tasks = [task(), task(), task(), task()];
        for owner in 0..3 {
            waiting.register(owner, &tasks[0].1);
            waiting.register(owner, &tasks[usize::try_from(owner).unwrap()].1);
        }
        waiting.register(1, &tasks[3].1);
        waiting.forget(2);
        waiting.wake();
        waiting.wake();
        let woken = tasks.each_ref().map(|(count, _)| count.0.load(Ordering::Relaxed));
        assert_eq!(woken, [1, 0, 0, 1]);
        // Nothing of a task is kept after that.
        drop(waiting);
        for (count, waker) in tasks {
            drop(waker);
            assert_eq!(Arc::strong_count(&count), 1);
        }
    }

    /// The task that is replaced owns a half of the channel, and dropping that wakes the others.
    #[test]
    fn a_task_that_is_replaced_may_wake_the_others_as_it_goes() {
        struct Owner(Arc<Waiting>);
        impl Wake for Owner {
            fn wake(self: Arc<Self>) {
                self.0.wake();
            }
        }
        impl Drop for Owner {
            fn drop(&mut self) {
                self.0.wake();
            }
        }
        let waiting = Arc::<Waiting>::default();
        let owner = Waker::from(Arc::new(Owner(Arc::clone(&waiting))));
        waiting.register(0, &owner);
        drop(owner);
        waiting.register(0, Waker::noop());
        waiting.forget(0);
    }
}
