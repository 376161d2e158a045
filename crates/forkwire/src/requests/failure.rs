//! Why a request was not answered.

use std::collections::BTreeMap;
use std::fmt::Display;

use serde_json::Value;
use thiserror::Error;

use crate::error::{Error, SendError};
use crate::value_error::ValueError;

/// Why a request was not answered.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The peer's handler failed.
    #[error("the peer's handler failed: {0}")]
    Failed(Box<Failure>),
    /// The peer is gone, or is closing the channel. With `delivered: false` it never got the whole request, which can be
    /// tried elsewhere. Otherwise it may have acted on it.
    #[error("the peer is gone before it answered")]
    PeerGone {
        /// Whether the peer may have got the request.
        delivered: bool,
    },
    /// Nobody serves requests there.
    #[error("the peer serves no requests")]
    NoHandler,
    /// The peer did not answer, for another reason: it could not read the request, or did not take its handles; or its answer came
    /// with handles that this process could not take.
    #[error("the request was not answered")]
    Unanswered,
    /// The answer is not of the type that was asked for.
    #[error("the answer is not of the expected type")]
    Unexpected(#[source] ValueError),
    /// The request was not sent: its value has no form in the channel's format, it is too large, too many requests are under
    /// way, or the peer is a program without forkwire, on Node's own wire. The error has its handles.
    #[error("the request was not sent: {0}")]
    NotSent(Box<SendError>),
    /// The channel failed.
    #[error(transparent)]
    Channel(Error),
}

/// What a handler has thrown, as Node describes it.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Failure {
    /// The name of the error, such as `TypeError`.
    pub name: String,
    /// Its message.
    pub message: String,
    /// Its stack.
    pub stack: Option<String>,
    /// Its own properties, such as `code`.
    pub own: BTreeMap<String, Value>,
    /// A value that is not an error.
    pub thrown: Option<Value>,
}

impl Failure {
    /// What the peer says may be anything.
    pub(super) fn from_value(mut described: Value) -> Self {
        let mut take = |name: &str| described.get_mut(name).map(Value::take);
        let text = |value: Option<Value>| value.and_then(|value| value.as_str().map(str::to_owned));
        Self {
            name: text(take("name")).unwrap_or_default(),
            message: text(take("message")).unwrap_or_default(),
            stack: text(take("stack")),
            own: match take("own") {
                Some(Value::Object(own)) => own.into_iter().collect(),
                _ => BTreeMap::new(),
            },
            thrown: take("thrown"),
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.thrown {
            Some(value) => write!(f, "{value}"),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

impl From<SendError> for RequestError {
    fn from(error: SendError) -> Self {
        Self::NotSent(Box::new(error))
    }
}
