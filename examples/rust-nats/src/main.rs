//! Requests of forkwire over NATS, from and to Rust. docs/nats.md of forkwire describes the subjects and headers.
//!
//! ```sh
//! cargo run -- worker 127.0.0.1:4222 sum
//! cargo run -- requester 127.0.0.1:4222 sum '{"op":"add","a":1,"b":2}'
//! ```

mod requester;
mod worker;

use std::error::Error;

pub type Anything = Box<dyn Error + Send + Sync>;

/// The header that says how a request ended, if not with a value.
pub const STATUS: &str = "Forkwire-Status";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Anything> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["worker", url, subject] => worker::run(async_nats::connect(url).await?, subject, 2).await,
        ["requester", url, subject, message] => {
            let client = async_nats::connect(url).await?;
            match requester::request(&client, subject, message).await {
                Ok(answer) => println!("{answer}"),
                Err(failure) => println!("{failure}"),
            }
            Ok(client.flush().await?)
        }
        _ => Err("usage: worker URL SUBJECT | requester URL SUBJECT MESSAGE".into()),
    }
}
