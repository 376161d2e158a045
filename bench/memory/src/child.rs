//! The other process.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use crate::task::Task;
use crate::{Outcome, forkwire_end, iceoryx_end, ipc_end};

/// The first word of its command line.
pub const WORD: &str = "child";

/// What it writes once it can be sent something.
const READY: &str = "ready";

/// One side of a comparison, in the measuring process.
pub trait End {
    /// Hands over, writes or wakes, and waits for the answer if there is one. Fails if something was lost.
    fn turn(&mut self, number: u8) -> Outcome;
    /// Waits until the other process has taken everything.
    fn finish(&mut self, turns: usize) -> Outcome;
}

/// `words`: who is measured, a name for both processes, how often, and the task.
pub fn serve(words: &[String]) -> Outcome {
    let [who, name, turns, task @ ..] = words else {
        return Err("the words of a child are missing".into());
    };
    let (task, turns) = (Task::parse(task)?, turns.parse()?);
    match who.as_str() {
        "forkwire" => forkwire_end::serve(task, turns),
        "iceoryx2" => iceoryx_end::serve(name, task, turns, false),
        "iceoryx2-polled" => iceoryx_end::serve(name, task, turns, true),
        "ipc-channel" => ipc_end::serve(name, task, turns),
        _ => Err(format!("nobody is called {who}").into()),
    }
}

/// The words of [`serve`].
pub fn words(who: &str, name: &str, turns: usize, task: Task) -> Vec<String> {
    let own = [WORD, who, name].map(str::to_owned);
    own.into_iter()
        .chain([turns.to_string()])
        .chain(task.words())
        .collect()
}

/// A child without a channel of forkwire.
pub struct Plain(Child);

impl Plain {
    pub fn spawn(words: &[String]) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        Ok(Self(command.args(words).stdout(Stdio::piped()).spawn()?))
    }

    /// Waits until the child says that it is ready, or done.
    pub fn wait(&mut self) -> Outcome {
        let mut line = String::new();
        let stdout = self.0.stdout.as_mut().ok_or("no output")?;
        BufReader::with_capacity(1, stdout).read_line(&mut line)?;
        if line.trim_end() == READY {
            Ok(())
        } else {
            Err("the child has ended".into())
        }
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// In the child: says that it is ready, or done.
pub fn tell_ready() -> Outcome {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{READY}")?;
    Ok(stdout.flush()?)
}

/// In the child: the number of each turn.
pub fn numbers(turns: usize) -> impl Iterator<Item = u8> {
    (0..turns).map(number)
}

pub fn number(turn: usize) -> u8 {
    u8::try_from(turn % 200).unwrap_or_default()
}

pub fn check(is_intact: bool) -> Outcome {
    if is_intact {
        Ok(())
    } else {
        Err("a message is not intact".into())
    }
}
