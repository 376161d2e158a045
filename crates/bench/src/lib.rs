//! Nothing but the benches: see `Cargo.toml`.
