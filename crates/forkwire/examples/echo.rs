//! A child for a Node program: sends back whatever comes, handles included.
//!
//! ```js
//! import { spawn } from 'node:child_process';
//! const child = spawn('target/debug/examples/echo', { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
//! child.on('message', (message) => { console.log(message); child.disconnect(); });
//! child.send({ hello: 'Rust' });
//! ```
use std::error::Error;

use forkwire::{Channel, Descriptor, HandleKind, Handoff, Message};
use serde_json::{Value, json};

// Before the runtime has threads: so the environment's variables can be removed.
fn main() -> Result<(), Box<dyn Error>> {
    let Some(handoff) = Handoff::from_env()? else {
        return Err("start this from Node, with an 'ipc' channel".into());
    };
    let removed = handoff.variables_removed();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(serve(handoff, removed))
}

async fn serve(handoff: Handoff, removed: bool) -> Result<(), Box<dyn Error>> {
    let mut channel = Channel::from_handoff(handoff)?;
    while let Some(message) = channel.recv().await? {
        if message.meta.internal {
            continue;
        }
        match message.json::<Value>() {
            Ok(Value::String(word)) if word == "environment" => {
                let seen = std::env::vars()
                    .filter(|(name, _)| name.starts_with("NODE_CHANNEL"))
                    .count();
                channel
                    .send_json(&json!({"removed": removed, "seen": seen}))
                    .await?;
            }
            Ok(Value::String(word)) if word == "listen" => {
                let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
                let address = listener.local_addr()?.to_string();
                let reply = Message::from_value(channel.format(), &address)?;
                channel
                    .send(reply.with_handle(Descriptor::new(HandleKind::NetServer), listener.into()))
                    .await?;
            }
            Ok(Value::String(word)) if word == "close" => break,
            // What has no place in a Value (a Map with other keys than strings, say) is sent back all the same.
            _ => channel.send(message).await?,
        }
    }
    channel.close().await?;
    Ok(())
}
