//! A Rust program that an unmodified Node script forks. It counts words, and answers a message that is not a request with
//! the error.
//!
//! ```sh
//! cargo build --example child_of_node
//! node crates/forkwire/examples/scripts/parent.cjs target/debug/examples/child_of_node
//! ```
use std::collections::BTreeMap;
use std::error::Error;

use forkwire::{Channel, Error as ChannelError, Handoff};
use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
struct Request {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Reply {
    Words(BTreeMap<String, usize>),
    Refused(String),
}

// Takes the handoff before there are threads, so that it can remove the variables from the environment.
fn main() -> Result<(), Box<dyn Error>> {
    let handoff = Handoff::from_env()?.ok_or("start this from Node, with an 'ipc' channel")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let mut channel = Channel::from_handoff(handoff)?;
        loop {
            let reply = match channel.recv::<Request>().await {
                Ok(Some(request)) => Reply::Words(count(&request.text)),
                // A message that is not a request does not end the channel.
                Err(error @ ChannelError::Unexpected { .. }) => Reply::Refused(error.to_string()),
                // The parent disconnected.
                Ok(None) => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            channel.send(&reply).await?;
        }
    })
}

fn count(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    for word in text.split_whitespace() {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}
