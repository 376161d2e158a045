//! Starting the program.

use std::ffi::OsString;
use std::io;

use forkwire_proto::Format;
use serde_json::{Value, json};

use super::{Command, WireChoice};
use crate::channel::Channel;
use crate::child::Child;
use crate::handoff::{FD, MODE, NATIVE, PARENT};
use crate::launch::{Ends, Lifeline, Start, Variables};
use crate::package::Entry;
use crate::peer::Peer;

impl Command {
    /// Starts the program. Call it within a tokio runtime with I/O enabled. It can be called again, for one more child.
    ///
    /// # Errors
    /// - `NotFound` if there is no such program; or if [`WireChoice::Native`] was asked for, and the npm package was not
    ///   found.
    /// - What else the system reports: the program may not be run, or no descriptors are left.
    /// - The caller is not in a tokio runtime with I/O enabled. No program is started then.
    pub fn spawn(&mut self) -> io::Result<Child> {
        #[cfg(unix)]
        if let Some(child) = self.spawn_spare()? {
            return Ok(child);
        }
        let entry = self.entry()?;
        let native = match self.wire {
            WireChoice::Native => true,
            WireChoice::Auto => entry.is_some(),
            WireChoice::Node => false,
        };
        let Ends { ours, mut theirs } = Ends::new()?;
        let lifeline = match self.end_with_parent {
            Some(grace) => Some(Lifeline::new(native, grace, &mut theirs)?),
            None => None,
        };
        let told = lifeline.as_ref().map(Lifeline::told);
        self.config.node = !native;
        self.config.peer = if native { Peer::Forkwire } else { Peer::Unknown };
        let channel = Channel::new(ours, &self.config)?;
        #[cfg(unix)]
        channel.sender.set_peer_inode(theirs.inode());
        #[cfg_attr(not(unix), allow(unused_mut))]
        let mut variables = self.variables(theirs.fd(), native, entry.as_ref(), told);
        #[cfg(unix)]
        if !native {
            let named = theirs.inode().map(|inode| format!("{inode},{}", self.mode()));
            variables.push((PARENT, named));
        }
        let args = self.arguments(entry.as_ref());
        let start = Start { args, variables };
        let process = self.launch.start(&start, &theirs)?;
        if let Some(lifeline) = lifeline {
            lifeline.keep();
        }
        #[cfg(windows)]
        if let Some(id) = process.id() {
            channel.set_peer(id);
        }
        Ok(Child { channel, process })
    }

    /// What a Node child on the native wire loads.
    pub(super) fn entry(&self) -> io::Result<Option<Entry>> {
        let Some(program) = &self.node else {
            return Ok(None);
        };
        match self.wire {
            WireChoice::Node => Ok(None),
            WireChoice::Native => program.find_entry().map(Some),
            WireChoice::Auto if program.package.is_some() => program.find_entry().map(Some),
            WireChoice::Auto => Ok(program.find_entry().ok()),
        }
    }

    fn arguments(&self, entry: Option<&Entry>) -> Vec<OsString> {
        let mut args = self.node_arguments(entry);
        args.extend(self.node.iter().map(|program| program.script.clone()));
        args.extend(self.args.iter().cloned());
        args
    }

    /// What goes before the script.
    pub(super) fn node_arguments(&self, entry: Option<&Entry>) -> Vec<OsString> {
        let mut args = Vec::new();
        if let Some(entry) = entry {
            args.extend([OsString::from("--require"), entry.preload.clone().into()]);
        }
        if let Some(program) = &self.node {
            args.extend(program.node_args.iter().cloned());
        }
        args
    }

    /// The variables that name the channel, and those that would name another one.
    fn variables(
        &self,
        fd: i32,
        native: bool,
        entry: Option<&Entry>,
        lifeline: Option<[(&str, Value); 2]>,
    ) -> Variables {
        if native {
            let mut description = self.description(fd, entry);
            for (name, value) in lifeline.into_iter().flatten() {
                description[name] = value;
            }
            return Self::native_variables(&description);
        }
        let (fd, mode) = (fd.to_string(), self.mode().to_owned());
        vec![(FD, Some(fd)), (MODE, Some(mode)), (NATIVE, None)]
    }

    pub(super) fn native_variables(description: &Value) -> Variables {
        let none = [FD, MODE, PARENT].map(|name| (name, None));
        [&[(NATIVE, Some(description.to_string()))][..], &none].concat()
    }

    fn mode(&self) -> &'static str {
        match self.config.format {
            Format::Json => "json",
            Format::Clone => "advanced",
        }
    }

    /// What a child on the native wire has to know of its channel.
    pub(super) fn description(&self, fd: i32, entry: Option<&Entry>) -> Value {
        // Read by `src/start/handoff.ts` of the npm package, which has defaults for what is absent, and by `Handoff`.
        let mut handoff = json!({"fd": fd, "serialization": self.mode(), "wire": "native"});
        let mut add = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                handoff[name] = value;
            }
        };
        add("addon", entry.map(|entry| json!(entry.addon)));
        add("highWaterMark", self.limits.high_water_mark.map(Value::from));
        add("maxMessageSize", self.limits.max_message_size.map(Value::from));
        add(
            "latency",
            self.limits.latency.map(|latency| latency.name().into()),
        );
        handoff
    }
}
