//! forkwire: memory and rings that a channel carries.

use std::sync::atomic::Ordering;

use forkwire::{Channel, Child, Command, SharedMemory, SharedRing, WireChoice};
use tokio::runtime::{Builder, Runtime};

use crate::Outcome;
use crate::child::{End, check, numbers, words};
use crate::mark::{filled, is_marked, is_memory_marked, mark, mark_memory};
use crate::task::{MESSAGE, SLOTS, Task};

/// Numbers that are woken by, on lines of the processor's cache of their own.
const FORTH: usize = 0;
const BACK: usize = 64;

pub fn begin(task: Task, turns: usize) -> Outcome<Box<dyn End>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(words("forkwire", "-", turns, task))
        .wire(WireChoice::Native)
        .kill_on_drop(true);
    let child = runtime.block_on(async { command.spawn() })?;
    let mut peer = Peer { child, runtime };
    let end: Box<dyn End> = match task {
        Task::HandOver { bytes, .. } => {
            let memory = SharedMemory::create(bytes)?;
            memory.write_at(&filled(bytes), 0)?;
            peer.wait()?;
            Box::new(HandOver { memory, peer })
        }
        Task::Queue { .. } => {
            let ring = SharedRing::create(SLOTS as u32, MESSAGE as u32)?;
            peer.send(ring.memory())?;
            peer.wait()?;
            let writer = ring.into_writer()?;
            Box::new(Ring {
                writer,
                message: filled(MESSAGE),
                peer,
            })
        }
        Task::Wake => {
            let memory = SharedMemory::create(4096)?;
            peer.send(&memory)?;
            peer.wait()?;
            Box::new(Wake {
                memory,
                turn: 0,
                _peer: peer,
            })
        }
    };
    Ok(end)
}

struct Peer {
    child: Child,
    runtime: Runtime,
}

impl Peer {
    fn send(&mut self, memory: &SharedMemory) -> Outcome {
        let handles = [memory.to_handle()?];
        Ok(self
            .runtime
            .block_on(self.child.channel.send_with(&0_u8, handles))?)
    }

    /// For the child's next message, which is true.
    fn wait(&mut self) -> Outcome {
        let answer = self.runtime.block_on(self.child.channel.recv::<bool>())?;
        check(answer.ok_or("the child has ended")?)
    }
}

struct HandOver {
    memory: SharedMemory,
    peer: Peer,
}

impl End for HandOver {
    fn turn(&mut self, number: u8) -> Outcome {
        mark_memory(&self.memory, number)?;
        let handles = [self.memory.to_handle()?];
        let channel = &mut self.peer.child.channel;
        let answer = self.peer.runtime.block_on(async {
            channel.send_with(&number, handles).await?;
            Outcome::Ok(channel.recv::<bool>().await?)
        })?;
        check(answer.ok_or("the child has ended")?)
    }

    fn finish(&mut self, _: usize) -> Outcome {
        Ok(())
    }
}

struct Ring {
    writer: forkwire::RingWriter,
    message: Vec<u8>,
    peer: Peer,
}

impl End for Ring {
    fn turn(&mut self, number: u8) -> Outcome {
        mark(&mut self.message, number);
        Ok(self.writer.write(&self.message, None)?)
    }

    fn finish(&mut self, _: usize) -> Outcome {
        self.peer.wait()
    }
}

struct Wake {
    memory: SharedMemory,
    turn: i32,
    _peer: Peer,
}

impl End for Wake {
    fn turn(&mut self, _: u8) -> Outcome {
        let before = self.turn;
        self.turn += 1;
        tell(&self.memory, FORTH, self.turn)?;
        wait(&self.memory, BACK, before)
    }

    fn finish(&mut self, _: usize) -> Outcome {
        Ok(())
    }
}

pub fn serve(task: Task, turns: usize) -> Outcome {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut channel = runtime
        .block_on(async { Channel::from_env() })?
        .ok_or("no channel")?;
    if let Task::HandOver { whole, .. } = task {
        return runtime.block_on(async {
            channel.send(&true).await?;
            // Memory stays mapped, and its pages touched, as long as the program has it.
            let mut kept = None;
            while let Some((number, handles)) = channel.recv_with::<u8>().await? {
                let handle = handles.into_iter().next().ok_or("no memory")?;
                let memory = kept.insert(SharedMemory::try_from(handle)?);
                let intact = is_memory_marked(memory, number, whole)?;
                channel.send(&intact).await?;
            }
            Ok(())
        });
    }
    let (_, handles) = runtime.block_on(channel.recv_with::<u8>())?.ok_or("no message")?;
    let memory = SharedMemory::try_from(handles.into_iter().next().ok_or("no memory")?)?;
    runtime.block_on(channel.send(&true))?;
    if task == Task::Wake {
        for turn in 0..i32::try_from(turns)? {
            wait(&memory, FORTH, turn)?;
            tell(&memory, BACK, turn + 1)?;
        }
    } else {
        let mut reader = SharedRing::open(memory)?.into_reader()?;
        let mut message = Vec::new();
        for number in numbers(turns) {
            reader.read(&mut message, None)?;
            check(is_marked(&message, number, task.is_whole()))?;
        }
        runtime.block_on(channel.send(&true))?;
    }
    // Until the parent has gone.
    while runtime.block_on(channel.recv_message())?.is_some() {}
    Ok(())
}

fn tell(memory: &SharedMemory, index: usize, value: i32) -> Outcome {
    let number = memory.atomic_i32(index).ok_or("no such number")?;
    number.store(value, Ordering::SeqCst);
    memory.notify(index, u32::MAX)?;
    Ok(())
}

fn wait(memory: &SharedMemory, index: usize, value: i32) -> Outcome {
    let number = memory.atomic_i32(index).ok_or("no such number")?;
    while number.load(Ordering::SeqCst) == value {
        memory.wait(index, value, None)?;
    }
    Ok(())
}
