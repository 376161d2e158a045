//! A child for a Node program: sends back whatever comes, handles included, and makes some of its own.
//!
//! ```js
//! import { spawn } from 'node:child_process';
//! const child = spawn('target/debug/examples/echo', { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
//! child.on('message', (message) => { console.log(message); child.disconnect(); });
//! child.send({ hello: 'Rust' });
//! ```
use std::error::Error;
use std::net::{TcpListener, TcpStream};

use forkwire::{Channel, Handoff};
use serde::Deserialize;
use serde_json::json;

/// The requests that this program handles. It sends any other message back.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Request {
    /// Which of the channel's variables are left?
    Environment,
    /// Send a server.
    Listen,
    /// Connect to this port of this machine, and send the connection.
    Connect(u16),
    /// End.
    Close,
}

// Takes the handoff before there are threads, so that it can remove the variables from the environment.
fn main() -> Result<(), Box<dyn Error>> {
    let Some(handoff) = Handoff::from_env()? else {
        return Err("start this from Node, with an 'ipc' channel".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(serve(handoff))
}

async fn serve(handoff: Handoff) -> Result<(), Box<dyn Error>> {
    let removed = handoff.variables_removed();
    let mut channel = Channel::from_handoff(handoff)?;
    while let Some(message) = channel.recv_message().await? {
        if message.meta.internal {
            continue;
        }
        match message.decode() {
            Ok(Request::Environment) => {
                let names = std::env::vars().map(|(name, _)| name);
                let seen = names.filter(|name| name.starts_with("NODE_CHANNEL")).count();
                channel.send(&json!({"removed": removed, "seen": seen})).await?;
            }
            Ok(Request::Listen) => {
                let listener = TcpListener::bind("127.0.0.1:0")?;
                let address = listener.local_addr()?.to_string();
                channel.send_with(&address, [listener]).await?;
            }
            Ok(Request::Connect(port)) => {
                let stream = TcpStream::connect(("127.0.0.1", port))?;
                channel.send_with("connected", [stream]).await?;
            }
            Ok(Request::Close) => break,
            Err(_) => channel.send_message(message).await?,
        }
    }
    channel.close().await?;
    Ok(())
}
