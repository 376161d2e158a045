//! iceoryx2: a service for the bytes, one for the answers, and events that wake whoever waits; or both ends look all the time.

use std::collections::BTreeSet;
use std::mem::MaybeUninit;

use iceoryx2::port::listener::Listener;
use iceoryx2::port::notifier::Notifier;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;

use crate::Outcome;
use crate::child::{End, Plain, check, numbers, tell_ready, words};
use crate::mark::{filled, is_marked, mark};
use crate::task::{MESSAGE, SLOTS, Task};

type Ipc = ipc::Service;

/// What both processes open.
struct Services {
    node: Node<Ipc>,
    name: String,
    polled: bool,
}

/// One direction: who waits for something is woken by an event, or looks again.
struct Bell {
    notifier: Option<Notifier<Ipc>>,
    listener: Option<Listener<Ipc>>,
}

impl Services {
    fn new(name: &str, polled: bool) -> Outcome<Self> {
        set_log_level(LogLevel::Fatal);
        let node = NodeBuilder::new().create::<Ipc>()?;
        Ok(Self {
            node,
            name: name.to_owned(),
            polled,
        })
    }

    fn called(&self, what: &str) -> Outcome<ServiceName> {
        Ok(ServiceName::new(&format!("{}/{what}", self.name))?)
    }

    fn bytes(
        &self,
        slots: usize,
    ) -> Outcome<iceoryx2::service::port_factory::publish_subscribe::PortFactory<Ipc, [u8], ()>> {
        let builder = self
            .node
            .service_builder(&self.called("bytes")?)
            .publish_subscribe::<[u8]>();
        let builder = builder
            .enable_safe_overflow(false)
            .history_size(0)
            .max_publishers(1)
            .max_subscribers(1);
        Ok(builder
            .subscriber_max_buffer_size(slots)
            .subscriber_max_borrowed_samples(1)
            .open_or_create()?)
    }

    fn publisher(&self, length: usize, slots: usize) -> Outcome<Publisher<Ipc, [u8], ()>> {
        let service = self.bytes(slots)?;
        let builder = service
            .publisher_builder()
            .initial_max_slice_len(length)
            .max_loaned_samples(1);
        Ok(builder
            .backpressure_strategy(BackpressureStrategy::RetryUntilDelivered)
            .create()?)
    }

    fn subscriber(&self, slots: usize) -> Outcome<Subscriber<Ipc, [u8], ()>> {
        Ok(self.bytes(slots)?.subscriber_builder().create()?)
    }

    fn answers(
        &self,
    ) -> Outcome<iceoryx2::service::port_factory::publish_subscribe::PortFactory<Ipc, u64, ()>> {
        let builder = self
            .node
            .service_builder(&self.called("answers")?)
            .publish_subscribe::<u64>();
        Ok(builder.open_or_create()?)
    }

    /// `forth`: from the parent to the child. `rings`: this end notifies, and does not wait.
    fn bell(&self, forth: bool, rings: bool) -> Outcome<Bell> {
        if self.polled {
            return Ok(Bell {
                notifier: None,
                listener: None,
            });
        }
        let name = self.called(if forth { "forth" } else { "back" })?;
        let service = self.node.service_builder(&name).event().open_or_create()?;
        let notifier = if rings {
            Some(service.notifier_builder().create()?)
        } else {
            None
        };
        let listener = if rings {
            None
        } else {
            Some(service.listener_builder().create()?)
        };
        Ok(Bell { notifier, listener })
    }
}

impl Bell {
    fn ring(&self) -> Outcome {
        if let Some(notifier) = &self.notifier {
            notifier.notify()?;
        }
        Ok(())
    }

    /// Until `look` finds something.
    fn until<T>(&self, mut look: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T> {
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            match &self.listener {
                Some(listener) => listener.blocking_wait_all(|_| ())?,
                // The other end may need this very processor.
                None => std::thread::yield_now(),
            }
        }
    }
}

pub fn begin(task: Task, turns: usize, polled: bool) -> Outcome<Box<dyn End>> {
    let name = format!("forkwire-bench-{}-{}", std::process::id(), unique());
    let services = Services::new(&name, polled)?;
    let (bytes, slots) = sizes(task);
    let publisher = services.publisher(bytes, slots)?;
    let answers = services.answers()?.subscriber_builder().create()?;
    let (forth, back) = (services.bell(true, true)?, services.bell(false, false)?);
    let who = if polled { "iceoryx2-polled" } else { "iceoryx2" };
    let mut child = Plain::spawn(&words(who, &name, turns, task))?;
    child.wait()?;
    Ok(Box::new(Parent {
        task,
        message: filled(bytes),
        known: BTreeSet::new(),
        publisher,
        answers,
        forth,
        back,
        child,
        _services: services,
    }))
}

/// No two runs share a service.
fn unique() -> u128 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |time| time.as_nanos())
}

/// Bytes of a message, and how many the receiver holds.
fn sizes(task: Task) -> (usize, usize) {
    match task {
        Task::HandOver { bytes, .. } => (bytes, 1),
        Task::Queue { .. } => (MESSAGE, SLOTS),
        Task::Wake => (8, 1),
    }
}

// The order of the fields is that in which they go: ports before their services.
struct Parent {
    task: Task,
    message: Vec<u8>,
    /// Where samples lie that were filled already: iceoryx2 uses its memory again.
    known: BTreeSet<usize>,
    publisher: Publisher<Ipc, [u8], ()>,
    answers: Subscriber<Ipc, u64, ()>,
    forth: Bell,
    back: Bell,
    child: Plain,
    _services: Services,
}

impl Parent {
    /// Marks a sample in its place, and fills it if it is new.
    fn hand_over(&mut self, number: u8) -> Outcome {
        let mut sample = self.publisher.loan_slice_uninit(self.message.len())?;
        let bytes = sample.payload_mut();
        let length = bytes.len();
        if self.known.insert(bytes.as_ptr() as usize) {
            let from = self.message.iter().map(|&byte| MaybeUninit::new(byte));
            bytes.iter_mut().zip(from).for_each(|(into, byte)| *into = byte);
        }
        bytes[0].write(number);
        bytes[length - 2].write(number);
        // SAFETY: a sample of this size has been filled in its place before, and every byte is a value.
        unsafe { sample.assume_init() }.send()?;
        Ok(())
    }

    fn write(&mut self, number: u8) -> Outcome {
        mark(&mut self.message, number);
        let sample = self.publisher.loan_slice_uninit(self.message.len())?;
        sample.write_from_slice(&self.message).send()?;
        Ok(())
    }
}

impl End for Parent {
    fn turn(&mut self, number: u8) -> Outcome {
        match self.task {
            Task::HandOver { .. } => self.hand_over(number)?,
            Task::Queue { .. } => {
                self.write(number)?;
                return self.forth.ring();
            }
            Task::Wake => {
                self.forth.ring()?;
                return match &self.back.listener {
                    Some(listener) => Ok(listener.blocking_wait_all(|_| ())?),
                    None => Err("waking needs events".into()),
                };
            }
        }
        self.forth.ring()?;
        let answer = self
            .back
            .until(|| Ok(self.answers.receive()?.map(|answer| *answer)))?;
        check(answer == 1)
    }

    fn finish(&mut self, _: usize) -> Outcome {
        match self.task {
            Task::Queue { .. } => self.child.wait(),
            _ => Ok(()),
        }
    }
}

pub fn serve(name: &str, task: Task, turns: usize, polled: bool) -> Outcome {
    let services = Services::new(name, polled)?;
    let (_, slots) = sizes(task);
    let subscriber = services.subscriber(slots)?;
    let answers = services.answers()?.publisher_builder().create()?;
    let (forth, back) = (services.bell(true, false)?, services.bell(false, true)?);
    tell_ready()?;
    for number in numbers(turns) {
        if task == Task::Wake {
            let listener = forth.listener.as_ref().ok_or("waking needs events")?;
            listener.blocking_wait_all(|_| ())?;
            back.ring()?;
            continue;
        }
        let sample = forth.until(|| Ok(subscriber.receive()?))?;
        let intact = is_marked(&sample, number, task.is_whole());
        drop(sample);
        if matches!(task, Task::Queue { .. }) {
            check(intact)?;
        } else {
            answers.send_copy(u64::from(intact))?;
            back.ring()?;
        }
    }
    tell_ready()?;
    // The parent ends it, and reads the answers until then.
    std::thread::sleep(std::time::Duration::from_secs(600));
    Ok(())
}
