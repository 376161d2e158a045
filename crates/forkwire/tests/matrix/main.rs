//! Every pair of programs that can speak to each other, as real processes: Rust, Node, and Node with the npm package
//! `forkwire`, each as parent and as child, in both modes, with values, sockets and listeners in both directions.
//!
//! Which Nodes: `support::nodes`. Cells with the npm package need it built (`npm run build`), and are skipped with a
//! word otherwise.
#![allow(clippy::unwrap_used)] // a test may fail anywhere

mod node_parent;
mod rust_parent;
#[path = "../support/mod.rs"]
mod support;
