//! What a program prefers: quick answers, or an idle processor.

/// What counts more between two messages of a conversation: the time until the next one, or the processor. To wake an end
/// that sleeps takes the system 5 to 50 microseconds. An end that has sent something can wait for the answer
/// without sleeping instead.
///
/// An end waits only when no other task of its runtime's thread wants to run, and lets them run every few microseconds.
/// Named pipes (Windows) have no such wait: there it is always [`Idle`](Latency::Idle).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Latency {
    /// Waits up to a millisecond for each answer, whatever that costs.
    Low,
    /// Waits up to 120 microseconds, as long as that pays: waits that got nothing take at most a twentieth of the channel's
    /// time. It does not wait where others want the processors.
    #[default]
    Balanced,
    /// Always sleeps.
    Idle,
}

impl Latency {
    /// From its name in the npm package: `low`, `balanced` or `idle`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "low" => Some(Self::Low),
            "balanced" => Some(Self::Balanced),
            "idle" => Some(Self::Idle),
            _ => None,
        }
    }

    /// Its name in the npm package.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Balanced => "balanced",
            Self::Idle => "idle",
        }
    }
}
