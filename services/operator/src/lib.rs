// SPDX-License-Identifier: Apache-2.0

//! The operator: takes signed transactions, builds blocks, brings them to all chains.
//!
//! | module | owns | does |
//! |---|---|---|
//! | [`engine`] | the ledger, the mempool | admits transactions, builds blocks, takes them back |
//! | [`store`] | the database | keeps what must survive |
//! | [`settlement`] | nothing | brings every chain what it lacks |
//! | [`server`] | nothing | JSON-RPC for wallets, provers, oracles, and the operator's own people |
//! | [`proofs`] | shares of the work | who proves what; checks and keeps proofs |
//! | [`votes`] | nothing | hands on votes of oracles |
//! | [`run()`] | the tasks | from a configuration to an operator that runs |
//!
//! Around them: [`config`], [`board`] (what the chains say), [`gate`] (why nothing is taken), [`notice`] (what has
//! changed), [`revert`] (blocks that must go), [`metrics`], [`error`], [`clock`].
//!
//! The design says `docs/services.md`, the calls `docs/api.md`, the keys of the configuration [`Config::EXAMPLE`].

pub mod board;
pub mod clock;
pub mod config;
pub mod engine;
pub mod error;
pub mod gate;
pub mod metrics;
pub mod notice;
pub mod proofs;
pub mod revert;
pub mod run;
pub mod server;
pub mod settlement;
pub mod store;
#[cfg(test)]
mod testing;
pub mod votes;

pub use config::{Config, ConfigError};
pub use error::OperatorError;
pub use run::{ImportError, Imported, Operator, import, run};
