//! Starting it.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

use forkwire_proto::{Connection, Format, NodeConnection, Wire};
use forkwire_sys::unix::Socket;
use serde_json::json;

use super::{Command, WireChoice};
use crate::channel::Channel;
use crate::child::Child;
use crate::handoff::{FD, MODE, NATIVE};

impl Command {
    /// Starts the program. To be called within a tokio runtime with I/O enabled. Can be called again for another child;
    /// which wire it is on was decided the first time.
    ///
    /// # Errors
    /// What [`tokio::process::Command::spawn`] says; no descriptors left; `NotFound` if [`WireChoice::Native`] was asked for, and
    /// the npm package was not found.
    pub fn spawn(&mut self) -> io::Result<Child> {
        self.prepare()?;
        let (ours, theirs) = Socket::pair()?;
        let native = match self.wire {
            WireChoice::Native => true,
            WireChoice::Auto => self.entry.is_some(),
            WireChoice::Node => false,
        };
        self.name_channel(&theirs, native);
        let bequeathed = self.heirloom.lend(theirs.as_fd());
        let process = self.inner.spawn()?;
        drop(bequeathed);
        let wire = if native {
            Wire::Native(Connection::new(self.config))
        } else {
            Wire::Node(NodeConnection::new(self.format, self.config))
        };
        let channel = Channel::new(ours, wire, self.format)?;
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
                self.inner.arg("--require").arg(&entry.preload);
            }
            self.inner
                .args(&program.node_args)
                .arg(&program.script)
                .args(&program.args);
            self.entry = entry;
            self.node = None;
        }
        Ok(())
    }

    fn name_channel(&mut self, theirs: &Socket, native: bool) {
        let mode = match self.format {
            Format::Json => "json",
            Format::Clone => "advanced",
        };
        let fd = theirs.as_raw_fd();
        if !native {
            self.inner
                .env(FD, fd.to_string())
                .env(MODE, mode)
                .env_remove(NATIVE);
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
        self.inner
            .env(NATIVE, handoff.to_string())
            .env_remove(FD)
            .env_remove(MODE);
    }
}
