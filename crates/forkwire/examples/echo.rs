//! A child for a Node program: sends back whatever comes, handles included.
//!
//! ```js
//! import { spawn } from 'node:child_process';
//! const child = spawn('target/debug/examples/echo', { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
//! child.on('message', (message) => { console.log(message); child.disconnect(); });
//! child.send_message({ hello: 'Rust' });
//! ```
use std::error::Error;

use forkwire::{Channel, Handoff};
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
    while let Some(message) = channel.recv_message().await? {
        if message.meta.internal {
            continue;
        }
        match message.decode::<Value>() {
            Ok(Value::String(word)) if word == "environment" => {
                let seen = std::env::vars()
                    .filter(|(name, _)| name.starts_with("NODE_CHANNEL"))
                    .count();
                channel.send(&json!({"removed": removed, "seen": seen})).await?;
            }
            Ok(Value::String(word)) if word == "listen" => {
                let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
                let address = listener.local_addr()?.to_string();
                channel.send_with(&address, [listener]).await?;
            }
            Ok(Value::String(word)) if word == "close" => break,
            // What has no place in a Value (a Map with other keys than strings, say) is sent back all the same.
            _ => channel.send_message(message).await?,
        }
    }
    channel.close().await?;
    Ok(())
}
