//! ipc-channel: new shared memory for each hand-over, since its API lets nobody write memory that was shared; and its channel of
//! bytes as a queue.

use ipc_channel::ipc::{
    self, IpcBytesReceiver, IpcBytesSender, IpcOneShotServer, IpcReceiver, IpcSender, IpcSharedMemory,
};

use crate::Outcome;
use crate::child::{End, Plain, check, numbers, words};
use crate::mark::{filled, is_marked, mark};
use crate::task::{MESSAGE, Task};

type Memories = IpcSender<(u8, IpcSharedMemory)>;
type Ends = (Memories, IpcBytesSender, IpcReceiver<bool>);

pub fn begin(task: Task, turns: usize) -> Outcome<Box<dyn End>> {
    let (server, name) = IpcOneShotServer::<Ends>::new()?;
    let child = Plain::spawn(&words("ipc-channel", &name, turns, task))?;
    let (_, (memories, bytes, answers)) = server.accept()?;
    let length = match task {
        Task::HandOver { bytes, .. } => bytes,
        Task::Queue { .. } => MESSAGE,
        Task::Wake => 1,
    };
    Ok(Box::new(Parent {
        task,
        message: filled(length.max(2)),
        memories,
        bytes,
        answers,
        _child: child,
    }))
}

struct Parent {
    task: Task,
    message: Vec<u8>,
    memories: Memories,
    bytes: IpcBytesSender,
    answers: IpcReceiver<bool>,
    _child: Plain,
}

impl End for Parent {
    fn turn(&mut self, number: u8) -> Outcome {
        mark(&mut self.message, number);
        match self.task {
            Task::HandOver { .. } => self
                .memories
                .send((number, IpcSharedMemory::from_bytes(&self.message)))?,
            Task::Queue { .. } => return Ok(self.bytes.send(&self.message)?),
            Task::Wake => self.bytes.send(&self.message)?,
        }
        check(self.answers.recv()?)
    }

    fn finish(&mut self, _: usize) -> Outcome {
        match self.task {
            Task::Queue { .. } => check(self.answers.recv()?),
            _ => Ok(()),
        }
    }
}

pub fn serve(name: &str, task: Task, turns: usize) -> Outcome {
    let (memories, from): (Memories, IpcReceiver<(u8, IpcSharedMemory)>) = ipc::channel()?;
    let (bytes, messages): (IpcBytesSender, IpcBytesReceiver) = ipc::bytes_channel()?;
    let (answer, answers) = ipc::channel()?;
    IpcSender::connect(name.to_owned())?.send((memories, bytes, answers))?;
    for number in numbers(turns) {
        match task {
            Task::HandOver { whole, .. } => {
                let (number, memory) = from.recv()?;
                answer.send(is_marked(&memory, number, whole))?;
            }
            Task::Queue { whole } => check(is_marked(&messages.recv()?, number, whole))?,
            Task::Wake => answer.send(messages.recv().is_ok())?,
        }
    }
    if matches!(task, Task::Queue { .. }) {
        answer.send(true)?;
    }
    // Ends with an error when the parent has gone.
    let _ = from.recv();
    Ok(())
}
