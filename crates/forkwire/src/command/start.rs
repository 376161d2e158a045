//! Starting it.

use std::io;

use forkwire_proto::{Connection, Format, NodeConnection, Wire};
use serde_json::json;

use super::{Command, WireChoice};
use crate::channel::Channel;
use crate::child::Child;
use crate::handoff::{FD, MODE, NATIVE};
use crate::launch::Ends;

impl Command {
    /// Starts the program. To be called within a tokio runtime with I/O enabled. Can be called again for another child;
    /// which wire it is on was decided the first time.
    ///
    /// # Errors
    /// What the system says: no such program, no right to run it; no descriptors left; `NotFound` if [`WireChoice::Native`] was asked for, and
    /// the npm package was not found.
    pub fn spawn(&mut self) -> io::Result<Child> {
        self.prepare()?;
        let ends = Ends::new()?;
        let native = match self.wire {
            WireChoice::Native => true,
            WireChoice::Auto => self.entry.is_some(),
            WireChoice::Node => false,
        };
        self.name_channel(ends.fd(), native);
        let process = self.launch.start(&ends)?;
        let wire = if native {
            Wire::Native(Connection::new(self.config))
        } else {
            Wire::Node(NodeConnection::new(self.format, self.config))
        };
        let channel = Channel::new(ends.ours, wire, self.format)?;
        Ok(Child { channel, process })
    }

    /// Gives the inner command its arguments, once.
    fn prepare(&mut self) -> io::Result<()> {
        if let Some(program) = &self.node {
            let entry = match self.wire {
                WireChoice::Node => None,
                WireChoice::Native => Some(program.find_entry()?),
                WireChoice::Auto if program.package.is_some() => Some(program.find_entry()?),
                WireChoice::Auto => program.find_entry().ok(),
            };
            if let Some(entry) = &entry {
                self.launch.arg("--require");
                self.launch.arg(&entry.preload);
            }
            let program_args = [&program.script].into_iter().chain(&program.args);
            for arg in program.node_args.iter().chain(program_args) {
                self.launch.arg(arg);
            }
            self.entry = entry;
            self.node = None;
        }
        Ok(())
    }

    fn name_channel(&mut self, fd: i32, native: bool) {
        let mode = match self.format {
            Format::Json => "json",
            Format::Clone => "advanced",
        };
        if !native {
            self.env(FD, fd.to_string()).env(MODE, mode).env_remove(NATIVE);
            return;
        }
        // As the npm package's `src/handoff.ts` reads it; the sizes are its defaults.
        let handoff = json!({
            "fd": fd,
            "addon": self.entry.as_ref().map(|entry| &entry.addon),
            "serialization": mode,
            "wire": "native",
            "highWaterMark": crate::HIGH_WATER_MARK,
            "maxMessageSize": self.config.max_message,
            "flushTimeout": 3000,
        });
        self.env(NATIVE, handoff.to_string())
            .env_remove(FD)
            .env_remove(MODE);
    }
}
