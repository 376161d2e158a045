//! Every interleaving of the threads that share a channel, by loom: `npm run test:loom`. The locks and the wake-up of
//! the task are loom's; what decides is the code that runs ([`Pending`], [`Schedule`], [`Rounds`]).

use loom::sync::{Arc, Mutex, Notify};
use loom::thread;

use crate::background::schedule::{QUIET, Rounds, Schedule, Step};
use crate::pending::Pending;

/// As much of a channel as the threads quarrel about.
#[derive(Default)]
struct Core {
    schedule: Schedule,
    backlog: u32,
    settled: u32,
    unreported: bool,
    /// What JavaScript knows.
    reported: u32,
    closed: bool,
}

impl Core {
    fn write(&mut self) {
        self.settled += self.backlog;
        self.backlog = 0;
    }

    fn report(&mut self) {
        self.reported = self.settled;
        self.unreported = false;
    }
}

/// The queue of a threadsafe function, as long as the calls are counted only.
#[derive(Default)]
struct Calls(u32);

#[test]
fn a_call_finds_what_was_put_there_before_it_was_asked_for() {
    loom::model(|| {
        let shared = Arc::new((Mutex::new(0_u32), Pending::new(), Mutex::new(Calls::default())));
        let producers: Vec<_> = (0..2)
            .map(|_| {
                let shared = Arc::clone(&shared);
                thread::spawn(move || {
                    let (found, pending, calls) = &*shared;
                    *found.lock().unwrap() += 1;
                    if pending.ask() {
                        calls.lock().unwrap().0 += 1;
                    }
                })
            })
            .collect();
        let (found, pending, calls) = &*shared;
        let mut taken = 0;
        let mut serve = || {
            let mut queued = calls.lock().unwrap();
            assert!(queued.0 <= 1, "many wishes make one call");
            if std::mem::take(&mut queued.0) == 0 {
                return;
            }
            drop(queued);
            pending.begin();
            taken += std::mem::take(&mut *found.lock().unwrap());
        };
        serve();
        for producer in producers {
            producer.join().unwrap();
        }
        serve();
        assert_eq!(taken, 2, "nothing is left without a call");
    });
}

/// A background writer in its last rounds, while the JavaScript thread queues something and then computes for ever.
#[test]
fn a_backlog_always_has_somebody_to_look_after_it() {
    loom::model(|| {
        let core = Arc::new(Mutex::new(Core::default()));
        let mut rounds = Rounds::default();
        {
            let mut core = core.lock().unwrap();
            assert!(core.schedule.start());
            for _ in 2..QUIET {
                rounds.look(&mut core.schedule, false);
            }
        }
        let writer = {
            let core = Arc::clone(&core);
            thread::spawn(move || {
                for _ in 0..3 {
                    let mut core = core.lock().unwrap();
                    let waiting = core.backlog > 0;
                    match rounds.look(&mut core.schedule, waiting) {
                        Step::Wait { .. } => {}
                        Step::Write => core.write(),
                        Step::Stop => return false,
                    }
                }
                true
            })
        };
        let started = {
            let mut core = core.lock().unwrap();
            core.backlog += 1;
            core.schedule.start()
        };
        let stays = writer.join().unwrap();
        let backlog = core.lock().unwrap().backlog;
        assert!(backlog == 0 || stays || started, "nobody looks after the backlog");
    });
}

/// The background writer writes, the task passes it on, and JavaScript hears of it by a call or by asking itself.
#[test]
fn what_the_background_writer_has_written_is_reported() {
    loom::model(|| {
        let shared = Arc::new((
            Mutex::new(Core::default()),
            Pending::new(),
            Notify::new(),
            Mutex::new(Calls::default()),
        ));
        shared.0.lock().unwrap().backlog = 1;
        let writer = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                let mut core = shared.0.lock().unwrap();
                core.write();
                core.unreported = true;
                shared.2.notify();
            })
        };
        let task = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || {
                loop {
                    shared.2.wait();
                    let core = shared.0.lock().unwrap();
                    let (unreported, closed) = (core.unreported, core.closed);
                    drop(core);
                    if unreported && shared.1.ask() {
                        shared.3.lock().unwrap().0 += 1;
                    }
                    if closed {
                        return;
                    }
                }
            })
        };
        // A flush in the middle of it.
        shared.0.lock().unwrap().report();
        writer.join().unwrap();
        shared.0.lock().unwrap().closed = true;
        shared.2.notify();
        task.join().unwrap();
        if std::mem::take(&mut shared.3.lock().unwrap().0) > 0 {
            shared.1.begin();
            shared.0.lock().unwrap().report();
        }
        let core = shared.0.lock().unwrap();
        assert_eq!((core.reported, core.unreported), (1, false));
    });
}
