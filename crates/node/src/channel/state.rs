//! What can be asked of a channel.

use napi_derive::napi;

use super::Channel;
use crate::ffi::number;
use crate::stats::ChannelStats;

#[napi]
impl Channel {
    /// How many messages the kernel has taken completely. Every send that did not throw counts as one, in order.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // counts stay far below 2^53
    pub fn settled(&self) -> f64 {
        self.port.core.lock().writer.settled as f64
    }

    /// Unsent bytes.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // sizes stay far below 2^53
    pub fn backlog_bytes(&self) -> f64 {
        self.port.core.lock().backlog_bytes() as f64
    }

    /// What has passed the socket, and what waits. Works on a closed channel too.
    #[napi]
    pub fn stats(&self) -> ChannelStats {
        ChannelStats::of(&self.port.core.lock())
    }

    /// The channel's descriptor. -1 when it is closed, and always on Windows.
    #[napi(getter)]
    pub fn fd(&self) -> i32 {
        self.port
            .core
            .lock()
            .link
            .as_ref()
            .map_or(-1, |link| number::number_of(link.socket()))
    }

    /// The single texts of the run with which onText is being called. Empty at other times.
    #[napi]
    pub fn last_texts(&self) -> Vec<String> {
        let texts = self.port.last_texts().unwrap_or_default();
        texts
            .into_iter()
            .map(|text| String::from_utf8_lossy(&text).into_owned())
            .collect()
    }

    /// The byte offsets in the received stream of the frames of the run with which onText or onClones is being called.
    #[napi]
    #[allow(clippy::cast_precision_loss)] // offsets stay far below 2^53
    pub fn last_positions(&self) -> Vec<f64> {
        let positions = self.port.last_positions().unwrap_or_default();
        positions.into_iter().map(|position| position as f64).collect()
    }
}
